"""Neighbours against brute force and scikit-learn, in every way they are searched."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

import embedding_core as ec
from embedding_core import exact, neighbors
from embedding_core.errors import Cancelled, InputError, UnknownNameError
from embedding_core.exact import contenders, exact_neighbors, top
from embedding_core.similarity import DISTANCES, METRICS, pairwise

rng = np.random.default_rng(11)


def by_hand(vectors, k, metric):
    """The k nearest of each, by the plain definition in float64."""
    v = vectors.astype(np.float64)
    if metric == "cosine":
        v = v / np.linalg.norm(v, axis=1, keepdims=True)
    scores = v @ v.T
    if metric == "euclidean":
        scores = -np.sqrt(((v[:, None] - v[None]) ** 2).sum(axis=2))
    elif metric == "manhattan":
        scores = -np.abs(v[:, None] - v[None]).sum(axis=2)
    np.fill_diagonal(scores, -np.inf)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(scores, order, axis=1)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("way", ["numpy", "faiss"])
@pytest.mark.parametrize("dim", [2, 3, 20])
def test_neighbors_are_those_of_brute_force(metric, way, dim, monkeypatch):
    if way == "faiss":
        monkeypatch.setattr(exact, "_NUMPY_ITEMS", 0)
    monkeypatch.setattr(exact, "_BLOCK", 64)
    vectors = rng.normal(loc=3, size=(300, dim)).astype(np.float32)
    indices, distances = exact_neighbors(vectors, 12, metric)
    expected, scores = by_hand(vectors, 12, metric)
    # Where two are equally near in float32, their order may differ.
    assert (indices == expected).mean() > 0.99
    if metric == "cosine":
        np.testing.assert_allclose(distances, 1 - scores, atol=1e-6)
    elif metric in DISTANCES:
        np.testing.assert_allclose(distances, -scores, atol=1e-5)
    assert (distances >= 0).all()
    assert (np.diff(distances, axis=1) >= -1e-6).all()
    assert (indices != np.arange(300)[:, None]).all()


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("items", [0, 10_000])
def test_some_rows_are_those_of_everybody(metric, items, monkeypatch):
    monkeypatch.setattr(exact, "_NUMPY_ITEMS", items)
    vectors = rng.normal(size=(200, 6)).astype(np.float32)
    rows = np.array([150, 3, 77])
    indices, distances = exact_neighbors(vectors, 8, metric, rows=rows)
    everybody, apart = exact_neighbors(vectors, 8, metric)
    np.testing.assert_array_equal(indices, everybody[rows])
    np.testing.assert_allclose(distances, apart[rows], atol=1e-6)


@pytest.mark.parametrize("dim", [2, 8])
def test_many_points_far_from_the_origin_keep_their_neighbors(dim):
    points = (1_000 + rng.normal(scale=0.5, size=(5_000, dim))).astype(np.float32)
    indices, distances = exact_neighbors(points, 10, "euclidean")
    wanted = points.astype(np.float64)
    expected = NearestNeighbors(n_neighbors=11, algorithm="kd_tree").fit(wanted)
    apart, near = expected.kneighbors(wanted)
    assert (indices == near[:, 1:]).mean() > 0.99
    np.testing.assert_allclose(distances, apart[:, 1:], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("items", [0, 10_000])
def test_twins_find_each_other_and_not_themselves(items, monkeypatch):
    monkeypatch.setattr(exact, "_NUMPY_ITEMS", items)
    twins = np.repeat(rng.normal(size=(5, 6)), 10, axis=0).astype(np.float32)
    indices, distances = exact_neighbors(twins, 9, "euclidean")
    assert (indices // 10 == np.arange(50)[:, None] // 10).all()
    assert (indices != np.arange(50)[:, None]).all()
    assert [len(set(row)) for row in indices.tolist()] == [9] * 50
    np.testing.assert_allclose(distances, 0, atol=1e-6)


def test_top_is_the_start_of_a_full_sort():
    scores = rng.integers(0, 5, size=(20, 30)).astype(np.float32)
    for k in (0, 1, 7, 30):
        places, values = top(scores, k)
        assert places.shape == (20, k)
        full = -np.sort(-scores, axis=1)[:, :k]
        np.testing.assert_array_equal(values, full)
        np.testing.assert_array_equal(np.take_along_axis(scores, places, axis=1), full)


def test_a_graph_is_computed_once_and_cut_to_size(vectors_embedding, monkeypatch):
    calls = []
    real = neighbors.exact_neighbors
    monkeypatch.setattr(
        neighbors, "exact_neighbors", lambda *a, **k: calls.append(a[1]) or real(*a, **k)
    )
    embedding = vectors_embedding(rng.normal(size=(40, 4)))
    large = ec.neighbor_graph(embedding, 10)
    small = ec.neighbor_graph(embedding, 4)
    assert calls == [10]
    np.testing.assert_array_equal(small.indices, large.indices[:, :4])
    ec.neighbor_graph(embedding, 10, "euclidean")
    ec.neighbor_graph(embedding, 99)
    assert calls == [10, 10, 39]
    with pytest.raises(ValueError, match="read-only"):
        small.indices[0] = 1


def test_threads_that_want_the_same_graph_share_the_work(vectors_embedding, monkeypatch):
    calls = []
    inside = threading.Event()
    release = threading.Event()
    real = neighbors.exact_neighbors

    def slow(*args, **options):
        calls.append(args[1])
        inside.set()
        assert release.wait(30)
        return real(*args, **options)

    monkeypatch.setattr(neighbors, "exact_neighbors", slow)
    embedding = vectors_embedding(rng.normal(size=(40, 5)))
    first = threading.Thread(target=ec.neighbor_graph, args=(embedding, 5))
    first.start()
    assert inside.wait(30)
    # Who waits can still be stopped.
    with pytest.raises(Cancelled):
        ec.neighbor_graph(embedding, 5, cancel=lambda: True)
    others = [threading.Thread(target=ec.neighbor_graph, args=(embedding, 5)) for _ in range(3)]
    for thread in others:
        thread.start()
    release.set()
    for thread in (first, *others):
        thread.join(30)
    assert calls == [5]


def test_progress_is_told_and_cancel_heard(monkeypatch):
    monkeypatch.setattr(exact, "_BLOCK", 10)
    steps = []
    vectors = rng.normal(size=(25, 3)).astype(np.float32)
    exact_neighbors(vectors, 3, "cosine", progress=lambda done, total, what: steps.append(done))
    assert steps == [10, 20, 25]
    with pytest.raises(Cancelled):
        exact_neighbors(vectors, 3, "cosine", cancel=lambda: True)


@pytest.mark.parametrize("metric", METRICS)
def test_nearest_leaves_the_item_out_and_sorts(metric, vectors_embedding):
    vectors = rng.normal(size=(30, 4)).astype(np.float32)
    embedding = vectors_embedding(vectors)
    found = ec.nearest(embedding, "i5", 29, metric)
    places, scores = by_hand(vectors, 29, metric)
    assert [answer.id for answer in found] == [f"i{n}" for n in places[5]]
    sign = -1 if metric in DISTANCES else 1
    np.testing.assert_allclose([a.score for a in found], sign * scores[5], atol=1e-5)
    # A vector leaves nothing out.
    assert len(ec.nearest(embedding, vectors[5], 99, metric)) == 30


def test_one_item_has_no_neighbors(vectors_embedding):
    one = vectors_embedding(np.ones((1, 3)))
    assert ec.nearest(one, "i0") == []
    assert ec.neighbor_graph(one, 5).k == 0


def test_what_cannot_be_asked_is_answered_in_a_sentence(vectors_embedding):
    embedding = vectors_embedding(rng.normal(size=(5, 4)))
    with pytest.raises(InputError, match="'x' is not among the 5 items"):
        ec.nearest(embedding, "x")
    with pytest.raises(InputError, match="at least 1"):
        ec.nearest(embedding, "i0", 0)
    with pytest.raises(InputError, match="length 3 cannot be compared"):
        ec.nearest(embedding, np.zeros(3, np.float32))
    with pytest.raises(InputError, match="no vocabulary to search"):
        ec.nearest(embedding, "king", within="vocabulary")
    with pytest.raises(UnknownNameError, match="items, vocabulary"):
        ec.nearest(embedding, "i0", within="world")


def test_the_odd_one_out_has_the_lowest_mean_similarity(vectors_embedding):
    vectors = np.array([[1, 0], [1, 0.1], [0.9, 0.1], [0, 1]], dtype=np.float32)
    found = ec.odd_one_out(vectors_embedding(vectors, ids=["a", "b", "c", "odd"]))
    assert found[0].id == "odd"
    matrix = pairwise(vectors, vectors, "cosine")
    expected = (matrix.sum(axis=1) - 1) / 3
    for answer in found:
        at = ["a", "b", "c", "odd"].index(answer.id)
        assert answer.score == pytest.approx(expected[at], abs=1e-6)
    with pytest.raises(InputError, match="at least three"):
        ec.odd_one_out(vectors_embedding(vectors[:2]))


@pytest.mark.parametrize("k", [0, 1, 10, 60, 5_000, 40_001])
def test_contenders_hold_the_largest_and_all_their_equals(k):
    rng = np.random.default_rng(k)
    scores = np.round(rng.normal(size=40_001), 2).astype(np.float32)
    scores[rng.integers(0, len(scores), 500)] = -np.inf
    found = contenders(scores, k)
    assert (np.diff(found) > 0).all()
    kept = np.argsort(-scores, kind="stable")[:k]
    assert set(kept.tolist()) <= set(found.tolist())
    best, _ = top(scores[found][None], k)
    assert scores[found[best[0]]].tolist() == scores[kept].tolist()
    assert len(found) == len(scores) or len(found) < 60 * k
