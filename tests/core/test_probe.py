"""Probes: against scikit-learn by hand, honest with noise, twins, groups and rare classes."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, r2_score
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from embedding_core.errors import Cancelled, InputError
from embedding_core.probe import probe

# The package's own name for it is the function.
probing = sys.modules[probe.__module__]


@pytest.fixture(scope="module")
def three(vectors_embedding):
    """Three overlapping groups of 60, 40 and 20 in eight dimensions, and their names."""
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], [60, 40, 20])
    points = rng.normal(scale=1.2, size=(3, 8))[truth] + rng.normal(size=(120, 8))
    return vectors_embedding(points), [("big", "middle", "small")[i] for i in truth]


def test_the_linear_probe_is_scikit_learns(three):
    embedding, labels = three
    found = probe(embedding, labels)
    codes = np.array([found.classes.index(label) for label in labels])
    expected = np.zeros(120, int)
    split = StratifiedKFold(5, shuffle=True, random_state=0)
    for train, test in split.split(codes, codes):
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2_000, tol=1e-3))
        expected[test] = model.fit(embedding.vectors[train], codes[train]).predict(
            embedding.vectors[test]
        )
    assert (found.predicted == expected).all()
    assert found.linear.value == (expected == codes).mean()
    assert found.baseline == 0.5
    assert found.classes == ("big", "middle", "small")
    assert (found.confusion == confusion_matrix(codes, expected)).all()
    assert found.recalls == pytest.approx([(expected == c)[codes == c].mean() for c in range(3)])
    assert found.tells
    low, high = found.linear.interval
    assert low < found.linear.value < high
    # About two standard errors of a share.
    wide = 2 * 1.96 * np.sqrt(found.linear.value * (1 - found.linear.value) / 120)
    assert high - low == pytest.approx(wide, rel=0.2)


def test_confused_pairs_name_their_items(three):
    embedding, labels = three
    found = probe(embedding, labels)
    pairs = found.confused()
    sizes = [len(items) for _, _, items in pairs]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == 120 - np.trace(found.confusion)
    for true, taken, items in pairs:
        assert {labels[i] for i in items} == {true}
        assert true != taken


def test_random_labels_tell_nothing(vectors_embedding):
    rng = np.random.default_rng(1)
    embedding = vectors_embedding(rng.normal(size=(300, 20)))
    found = probe(embedding, rng.choice(list("abc"), 300).tolist())
    assert not found.tells
    assert abs(found.linear.value - 1 / 3) < 0.1
    numbers = probe(embedding, rng.normal(size=300).tolist())
    assert numbers.task == "number"
    assert not numbers.tells
    assert numbers.linear.value < 0.05


def test_numbers_are_explained_as_r2_says(vectors_embedding):
    rng = np.random.default_rng(2)
    points = rng.normal(size=(200, 6))
    # Far from zero, where squares of single-precision numbers would drown the spread.
    values = 1e6 + points[:, 0] * 3 + rng.normal(size=200)
    found = probe(vectors_embedding(points), values.tolist())
    assert found.task == "number"
    assert found.linear.value == pytest.approx(r2_score(found.truth, found.predicted), abs=1e-6)
    assert 0.8 < found.linear.value < 0.95
    assert found.linear.value > found.neighbors.value > 0
    assert -0.1 < found.baseline <= 0
    assert found.tells
    assert not found.confusion.size


def test_near_duplicates_are_never_answered_from_memory(vectors_embedding):
    """Each item thrice, with labels drawn at random: only memory could tell them."""
    rng = np.random.default_rng(3)
    once = rng.normal(size=(60, 16))
    thrice = np.repeat(once, 3, axis=0) + rng.normal(scale=0.005, size=(180, 16))
    labels = np.repeat(rng.choice(["x", "y"], 60), 3).tolist()
    found = probe(vectors_embedding(thrice), labels, k=1)
    assert found.groups == 60
    assert "180 items have a near-duplicate" in found.notes[0]
    assert abs(found.neighbors.value - 0.5) < 0.2
    # The interval knows that there are 60 groups and not 180 items.
    assert np.diff(found.neighbors.interval)[0] > 0.15


def test_in_few_dimensions_only_copies_are_twins(vectors_embedding):
    rng = np.random.default_rng(4)
    points = rng.normal(size=(300, 2)) + 5
    points[:3] = points[3]
    found = probe(vectors_embedding(points), (points[:, 0] > 5).tolist())
    assert found.notes == (
        "4 items have a copy; such items are kept together, so that none is answered from memory.",
    )
    assert found.groups == 297


def test_items_of_one_group_stay_together(vectors_embedding):
    """The label is the group's: seen items of a group would give the others away."""
    rng = np.random.default_rng(5)
    group = np.repeat(np.arange(30), 8)
    points = rng.normal(scale=3, size=(30, 12))[group] + rng.normal(size=(240, 12))
    labels = rng.choice(["x", "y"], 30)[group].tolist()
    apart = probe(vectors_embedding(points), labels)
    together = probe(vectors_embedding(points), labels, groups=group.tolist())
    assert apart.neighbors.value > 0.95
    assert together.neighbors.value < 0.8
    assert together.groups == 30
    assert "30 groups" in together.notes[0]
    assert together.confusion.sum() == 240


def test_rare_classes_and_missing_labels_are_left_out_and_said(three):
    embedding, labels = three
    some = [*labels[:110], *["rare"] * 3, *[None, float("nan"), ""], *labels[116:]]
    found = probe(embedding, some)
    assert found.classes == ("big", "middle", "small")
    assert len(found.positions) == 114
    assert "3 of 120 items have no label" in found.notes[0]
    assert "1 class has fewer than 5 items" in found.notes[1]
    assert "3 of 117 items" in found.notes[1]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["a"] * 120, "leave one class"),
        ([None] * 120, "leave no class"),
        ([f"name {i}" for i in range(120)], "leave no class"),
        (["a", "b"] * 4 + [None] * 112, "leave no class"),
        (["a", "b"], "2 labels for 120 items"),
    ],
)
def test_what_cannot_be_probed_is_a_sentence(three, labels, said):
    with pytest.raises(InputError, match=said):
        probe(three[0], labels)


def test_few_items_and_equal_numbers_are_sentences(three, vectors_embedding):
    few = vectors_embedding(np.eye(6))
    with pytest.raises(InputError, match="10 or more are needed"):
        probe(few, [1.0, 2, 3, 4, 5, 6], task="number")
    with pytest.raises(InputError, match="the same number"):
        probe(three[0], [4.0] * 120, task="number")
    with pytest.raises(InputError, match="leave"):
        probe(vectors_embedding(np.ones((50, 3))), ["a", "b"] * 25)
    for wrong in ({"k": 0}, {"folds": 1}, {"folds": 50}):
        with pytest.raises(InputError, match="got"):
            probe(three[0], three[1], **wrong)
    with pytest.raises(InputError, match="it takes auto"):
        probe(three[0], three[1], task="other")


def test_many_items_are_sampled_and_many_classes_refused(three, monkeypatch):
    embedding, labels = three
    monkeypatch.setattr(probing, "MAX_ITEMS", 90)
    found = probe(embedding, labels)
    assert len(found.positions) == 90
    assert "90 of 120 items" in found.notes[-1]
    monkeypatch.setattr(probing, "MAX_CLASSES", 2)
    with pytest.raises(InputError, match="3 classes"):
        probe(embedding, labels)


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_the_neighbour_probe_is_scikit_learns(three, metric):
    embedding, labels = three
    found = probe(embedding, labels, metric=metric, k=1)
    codes = np.array([found.classes.index(label) for label in labels])
    right = 0
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(codes, codes):
        model = KNeighborsClassifier(1, metric=metric).fit(embedding.vectors[train], codes[train])
        right += (model.predict(embedding.vectors[test]) == codes[test]).sum()
    assert found.neighbors.value == right / 120


@pytest.mark.parametrize("metric", ["cosine", "dot", "euclidean", "manhattan"])
def test_the_same_seed_gives_the_same_figures_by_every_metric(three, metric):
    first, second = (probe(*three, metric=metric, seed=4) for _ in range(2))
    assert first.neighbors == second.neighbors
    assert first.linear == second.linear


def test_work_says_how_far_it_is_and_stops(three):
    told = []
    probe(*three, progress=lambda *step: told.append(step))
    assert (15, 15, "probes fitted") in told
    with pytest.raises(Cancelled):
        probe(*three, cancel=lambda: True)
