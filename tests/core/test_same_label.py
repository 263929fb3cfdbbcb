"""How often the nearest has the same label: by brute force, by chance, with copies and gaps."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import binomtest

import embedding_core as ec
from embedding_core.errors import Cancelled, InputError
from embedding_core.same_label import same_label


@pytest.fixture(scope="module")
def three(vectors_embedding):
    """Three overlapping groups of 60, 40 and 20 in eight dimensions, and their names."""
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], [60, 40, 20])
    points = rng.normal(scale=1.2, size=(3, 8))[truth] + rng.normal(size=(120, 8))
    return vectors_embedding(points), [("big", "middle", "small")[i] for i in truth]


@pytest.mark.parametrize("metric", ["cosine", "dot", "euclidean", "manhattan"])
def test_it_is_the_share_of_brute_force(three, metric):
    embedding, labels = three
    found = same_label(embedding, labels, metric=metric)
    nearness = ec.similarity(embedding, metric).astype(np.float64)
    if metric in ("euclidean", "manhattan"):
        nearness = -nearness
    np.fill_diagonal(nearness, -np.inf)
    names = np.array(labels)
    right = names[nearness.argmax(axis=1)] == names
    assert found.value == right.mean()
    assert found.classes == ("big", "middle", "small")
    assert found.shares == pytest.approx([right[names == name].mean() for name in found.classes])
    assert found.chances == pytest.approx([59 / 119, 39 / 119, 19 / 119])
    assert found.chance == pytest.approx((60 * 59 + 40 * 39 + 20 * 19) / (120 * 119))
    wilson = binomtest(int(right.sum()), 120).proportion_ci(method="wilson")
    assert found.interval == pytest.approx((wilson.low, wilson.high))
    assert found.is_beyond_chance
    assert found.chance_range[0] < found.chance < found.chance_range[1]


def test_confused_labels_name_their_items(three):
    embedding, labels = three
    found = same_label(embedding, labels)
    pairs = found.confused()
    sizes = [len(items) for _, _, items in pairs]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == (~found.agrees).sum() == 120 - np.trace(found.confusion)
    for own, other, items in pairs:
        assert own != other
        for item in items:
            assert labels[item] == own
            assert labels[found.positions[found.nearest[item]]] == other


def test_chance_is_that_of_every_way_to_deal_out_the_labels(vectors_embedding):
    points = np.random.default_rng(3).normal(size=(7, 3))
    labels = list("aaabbbc")
    found = same_label(vectors_embedding(points), labels, metric="euclidean")
    shares = [
        np.mean([way[i] == way[j] for i, j in enumerate(found.nearest)])
        for way in permutations(labels)
    ]
    assert found.chance == pytest.approx(np.mean(shares))
    assert found.p_value == pytest.approx(np.mean(np.array(shares) >= found.value), abs=0.05)


def test_labels_that_mean_nothing_are_within_chance_about_as_often_as_they_should(
    vectors_embedding,
):
    rng = np.random.default_rng(1)
    embedding = vectors_embedding(rng.normal(size=(80, 6)))
    found = [
        same_label(embedding, rng.integers(0, 3, 80).tolist()).is_beyond_chance for _ in range(40)
    ]
    assert sum(found) <= 6


def test_items_without_a_label_neither_ask_nor_answer(three):
    embedding, labels = three
    gaps = [None if at % 3 == 0 else label for at, label in enumerate(labels)]
    gaps[1], gaps[2] = "", float("nan")
    kept = [at for at, label in enumerate(gaps) if label and label == label]
    found = same_label(embedding, gaps)
    alone = same_label(embedding.take(kept), [labels[at] for at in kept])
    assert found.positions.tolist() == kept
    assert found.value == alone.value
    assert found.p_value == alone.p_value


def test_copies_are_counted_and_told_apart(vectors_embedding):
    rng = np.random.default_rng(2)
    points = rng.normal(size=(20, 4))
    doubled = np.concatenate((points, points[:5]))
    labels = [str(at) for at in range(20)] + [str(at) for at in range(5)]
    found = same_label(vectors_embedding(doubled), labels, metric="euclidean")
    assert found.copies == 10
    assert found.value == 10 / 25
    assert found.value_beyond_copies == 0


def test_what_cannot_be_compared_is_said(vectors_embedding):
    embedding = vectors_embedding(np.eye(4))
    for labels, said in (
        (["a"] * 4, "of 1 different"),
        (["a", "b", None, None], "Got 2 items"),
        (["a"], "Got 1 labels for 4"),
        ([None] * 4, "Got 0 items"),
    ):
        with pytest.raises(InputError, match=said):
            same_label(embedding, labels)
    with pytest.raises(Cancelled):
        same_label(embedding, list("aabb"), cancel=lambda: True)


def test_equal_input_and_seed_give_equal_figures(three):
    embedding, labels = three
    one, other = (same_label(embedding, labels, seed=7) for _ in range(2))
    assert (one.p_value, one.chance_range) == (other.p_value, other.chance_range)
    assert one.rounds == 999
