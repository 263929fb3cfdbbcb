"""Trust figures against scikit-learn and the plain definitions."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr
from sklearn.manifold import trustworthiness
from sklearn.metrics import pairwise_distances

import embedding_core as ec
from embedding_core.errors import Cancelled, InputError, SpaceMismatchError
from embedding_core.projection import Projection
from embedding_core.quality import (
    bootstrap,
    chance_levels,
    false_and_true_neighbors,
    recall_by_k,
)
from embedding_core.similarity import DISTANCES, METRICS, prepare

# The package's name `quality` is the function.
quality_module = import_module("embedding_core.quality")
rng = np.random.default_rng(5)


def a_map(embedding, coords, metric="cosine"):
    return Projection(embedding.ids, np.ascontiguousarray(coords, np.float32), "hand", {}, metric)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("k", [1, 5, 15])
def test_trustworthiness_and_continuity_are_those_of_scikit_learn(blobs, metric, k):
    projection = replace(ec.project(blobs, "pca", metric=metric), metric=metric)
    found = ec.quality(blobs, projection, k)
    high = prepare(blobs.vectors, metric)
    expected = trustworthiness(high, projection.coords, n_neighbors=k)
    assert found.trustworthiness == pytest.approx(expected, abs=1e-4)
    # Continuity is trustworthiness with the two spaces exchanged.
    expected = trustworthiness(projection.coords, high, n_neighbors=k)
    assert found.continuity == pytest.approx(expected, abs=1e-4)


def test_recall_is_the_share_of_true_neighbors(blobs):
    projection = ec.project(blobs, "pca", metric="euclidean")
    found = ec.quality(blobs, projection, 10)
    sets = []
    for points in (blobs.vectors, projection.coords):
        apart = pairwise_distances(points.astype(float))
        np.fill_diagonal(apart, np.inf)
        sets.append(np.argsort(apart, axis=1)[:, :10])
    expected = [len(set(a) & set(b)) / 10 for a, b in zip(*sets, strict=True)]
    np.testing.assert_allclose(found.point_recall, expected, atol=1e-6)
    assert found.neighbor_recall == pytest.approx(np.mean(expected), abs=1e-6)


def test_the_thing_itself_keeps_everything_and_a_shuffled_map_nothing(vectors_embedding):
    points = rng.normal(size=(400, 2))
    embedding = vectors_embedding(points)
    same = ec.quality(embedding, a_map(embedding, points, "euclidean"))
    assert (same.trustworthiness, same.continuity, same.neighbor_recall) == (1, 1, 1)
    mixed = ec.quality(embedding, a_map(embedding, rng.permutation(points), "euclidean"))
    assert mixed.trustworthiness == pytest.approx(0.5, abs=0.05)
    assert mixed.neighbor_recall == pytest.approx(15 / 399, abs=0.02)


def test_a_sample_agrees_with_the_whole_within_its_interval(blobs, monkeypatch):
    projection = ec.project(blobs, "pca")
    whole = ec.quality(blobs, projection, 5)
    assert not whole.sampled
    # All of its pairs were looked at: nothing about it is uncertain.
    assert whole.intervals == {"rank_correlation": (whole.rank_correlation,) * 2}
    monkeypatch.setattr(quality_module, "EXACT_ITEMS", 50)
    monkeypatch.setattr(quality_module, "_SAMPLED_ITEMS", 60)
    part = ec.quality(blobs, projection, 5)
    assert part.sampled
    assert len(part.positions) == 60
    for name in ("trustworthiness", "continuity", "neighbor_recall"):
        low, high = part.intervals[name]
        assert low < getattr(part, name) < high
        assert low <= getattr(whole, name) <= high
    # Each point of the sample has the figure it has in the whole.
    np.testing.assert_allclose(
        part.point_trustworthiness, whole.point_trustworthiness[part.positions], atol=1e-5
    )
    np.testing.assert_allclose(part.point_recall, whole.point_recall[part.positions], atol=1e-6)
    again = ec.quality(blobs, projection, 5)
    np.testing.assert_array_equal(part.positions, again.positions)


def test_the_interval_covers_the_mean_about_as_often_as_it_says():
    hits = 0
    for _ in range(200):
        low, high = bootstrap(rng.exponential(size=200), rng, rounds=300)
        hits += low <= 1 <= high
    assert 0.88 <= hits / 200 <= 0.99


@pytest.mark.parametrize("metric", METRICS)
def test_rank_correlation_is_that_of_scipy(metric, blobs):
    projection = replace(ec.project(blobs, "pca", metric=metric), metric=metric)
    upper = np.triu_indices(len(blobs), 1)
    true = ec.similarity(blobs, metric)[upper]
    shown = pairwise_distances(projection.coords.astype(float))[upper]
    expected = spearmanr(true if metric in DISTANCES else -true, shown).statistic
    assert ec.quality(blobs, projection).rank_correlation == pytest.approx(expected, abs=1e-4)


def test_of_many_pairs_a_sample_is_looked_at(vectors_embedding):
    embedding = vectors_embedding(rng.normal(size=(400, 4)))
    projection = ec.project(embedding, "pca", metric="euclidean")
    found = ec.quality(embedding, projection)
    low, high = found.intervals["rank_correlation"]
    expected = spearmanr(pdist(embedding.vectors), pdist(projection.coords)).statistic
    assert low < found.rank_correlation < high < low + 0.05
    assert found.rank_correlation == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("dim", [7, 150])
@pytest.mark.parametrize("metric", METRICS)
def test_the_compiled_figures_are_those_of_numpy(metric, dim, vectors_embedding, monkeypatch):
    vectors = rng.normal(size=(190, dim)) + 3
    vectors[10:20] = vectors[10]  # Twins share their ranks.
    embedding = vectors_embedding(vectors)
    projection = replace(ec.project(embedding, "pca", metric=metric), metric=metric)
    plain = ec.quality(embedding, projection)
    monkeypatch.setattr(quality_module, "_NUMPY_ITEMS", 0)
    found = ec.quality(embedding, projection)
    for name in ("trustworthiness", "continuity", "recall"):
        ours, theirs = (getattr(each, f"point_{name}") for each in (found, plain))
        np.testing.assert_allclose(ours, theirs, atol=2e-4)
    assert found.trustworthiness == pytest.approx(plain.trustworthiness, abs=1e-5)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("limit", [0, 2_000])
def test_of_twins_only_every_figure_is_defined(metric, limit, vectors_embedding, monkeypatch):
    monkeypatch.setattr(quality_module, "_NUMPY_ITEMS", limit)
    embedding = vectors_embedding(np.full((60, 5), 0.1))
    found = ec.quality(embedding, replace(ec.project(embedding, "pca"), metric=metric))
    assert found.rank_correlation == 0
    if metric in DISTANCES:
        # All are equally near: none is a stranger to another.
        assert (found.trustworthiness, found.continuity) == (1, 1)
    for name in ("trustworthiness", "continuity", "neighbor_recall"):
        assert 0 <= getattr(found, name) <= 1


def test_a_random_map_scores_what_chance_is_said_to_score(vectors_embedding):
    embedding = vectors_embedding(rng.normal(size=(190, 5)))
    found = [
        ec.quality(embedding, a_map(embedding, rng.normal(size=(190, 2)), "euclidean"), 25)
        for _ in range(20)
    ]
    for name, level in chance_levels(190, 25).items():
        scores = [getattr(each, name) for each in found]
        assert np.mean(scores) == pytest.approx(level, abs=4 * np.std(scores) / np.sqrt(20))
    assert chance_levels(190, 25)["trustworthiness"] != pytest.approx(0.5, abs=0.01)


def test_recall_by_k_is_recall_at_every_k(blobs):
    projection = ec.project(blobs, "pca")
    found = recall_by_k(blobs, projection, 30)
    assert len(found) == 30
    for k in (1, 2, 9, 30):
        assert found[k - 1] == pytest.approx(ec.quality(blobs, projection, k).neighbor_recall)
    assert len(recall_by_k(blobs, projection)) == 59


def test_progress_reaches_its_end_once(blobs, monkeypatch):
    monkeypatch.setattr(quality_module, "_NUMPY_ITEMS", 0)
    told = []
    ec.quality(blobs, ec.project(blobs, "pca"), 5, progress=lambda *step: told.append(step[:2]))
    done = [at / total for at, total in told]
    assert done == sorted(done)
    assert done[-1] == 1
    assert done.count(1) == 1


@pytest.mark.parametrize("n", [1, 2, 3])
def test_there_is_nothing_to_lose_among_three(n, vectors_embedding):
    embedding = vectors_embedding(rng.normal(size=(n, 5)))
    assert ec.quality(embedding, a_map(embedding, np.zeros((n, 2)))) is None


def test_small_maps_use_fewer_neighbors(vectors_embedding):
    embedding = vectors_embedding(rng.normal(size=(10, 5)))
    found = ec.quality(embedding, ec.project(embedding, "pca"))
    assert found.k == 4
    assert 0 <= found.trustworthiness <= 1


def test_false_and_true_neighbors_are_told_apart(vectors_embedding):
    line = np.arange(8.0)[:, None]
    embedding = vectors_embedding(line)
    coords = np.hstack([line, np.zeros((8, 1))])
    coords[7] = [0.1, 0]
    true, false = false_and_true_neighbors(embedding, a_map(embedding, coords, "euclidean"), 0, 2)
    assert true == [1, 2]
    assert false == [7]


def test_a_map_of_other_items_is_refused(blobs, vectors_embedding):
    other = vectors_embedding(blobs.vectors, ids=[f"o{i}" for i in range(120)])
    with pytest.raises(SpaceMismatchError):
        ec.quality(other, ec.project(blobs, "pca"))
    with pytest.raises(InputError, match="at least 1"):
        ec.quality(blobs, ec.project(blobs, "pca"), 0)


@pytest.mark.parametrize("limit", [0, 2_000])
def test_cancel_is_heard(limit, blobs, monkeypatch):
    monkeypatch.setattr(quality_module, "_NUMPY_ITEMS", limit)
    ec.neighbor_graph(blobs)
    with pytest.raises(Cancelled):
        ec.quality(blobs, ec.project(blobs, "pca"), 5, cancel=lambda: True)
