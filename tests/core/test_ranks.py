"""Compiled nearest and ranks against brute force in float64."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import pairwise_distances

from embedding_core import ranks
from embedding_core.errors import Cancelled
from embedding_core.similarity import METRICS

rng = np.random.default_rng(3)


def apart(vectors, metric):
    """Return how far all are from all; smaller is nearer."""
    exact = vectors.astype(np.float64)
    return -exact @ exact.T if metric == "dot" else pairwise_distances(exact, metric=metric)


@pytest.mark.parametrize("dim", [1, 2, 3, 64, 140])
@pytest.mark.parametrize("metric", METRICS)
def test_nearest_and_ranks_are_those_of_brute_force(metric, dim):
    # More than one tile, and not a whole number of them.
    vectors = rng.normal(size=(1_301, dim)).astype(np.float32)
    if metric == "cosine" and dim == 1:
        vectors[:, 0] = 1
    rows = rng.permutation(1_301)[:200].astype(np.intp)
    gaps = apart(vectors, metric)[rows]
    gaps[np.arange(200), rows] = np.inf
    found, scores = ranks.nearest(vectors, rows, 12, metric)
    assert (found != rows[:, None]).all()
    assert all(len(set(row)) == 12 for row in found.tolist())
    best = np.sort(gaps, axis=1)[:, :12]
    np.testing.assert_allclose(np.take_along_axis(gaps, found, 1), best, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        (1 if metric == "cosine" else 0) - scores, best, rtol=1e-5, atol=1e-5
    )
    others = (rows[:, None] + rng.integers(1, 1_301, size=(200, 7))).astype(np.int32) % 1_301
    bars = np.take_along_axis(gaps, others, 1)[:, :, None]
    found = ranks.ranks(vectors, rows, others, metric)
    unsure = 2e-6 * float(np.abs(bars).max())
    # Between counting none and all of those that float32 cannot tell from the one asked for.
    assert (found >= 1 + (gaps[:, None] < bars - unsure).sum(axis=2)).all()
    assert (found <= 1 + (gaps[:, None] < bars + unsure).sum(axis=2)).all()
    if dim > 1:
        assert (found == 1 + (gaps[:, None] < bars).sum(axis=2)).mean() > 0.97


def test_twins_share_the_better_rank_wherever_they_stand():
    vectors = rng.normal(size=(1_500, 9)).astype(np.float32) + 100
    vectors[[3, 700, 1_499]] = vectors[40]
    others = np.array([[3, 700, 1_499]], dtype=np.int32)
    for metric in METRICS:
        if metric != "dot":
            assert ranks.ranks(vectors, np.array([40]), others, metric).tolist() == [[1, 1, 1]]
        assert len(set(ranks.ranks(vectors, np.array([8]), others, metric)[0])) == 1


@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "cosine"])
@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_the_scale_of_the_numbers_changes_nothing(metric, size):
    vectors = rng.normal(size=(300, 6)).astype(np.float32)
    rows = np.arange(300)
    plain, _ = ranks.nearest(vectors, rows, 5, metric)
    found, scores = ranks.nearest((vectors * size).astype(np.float32), rows, 5, metric)
    assert (found == plain).mean() > 0.99
    assert np.isfinite(scores).all()


def test_near_ones_far_from_zero_are_told_apart():
    line = 10_000 + np.arange(200, dtype=np.float32)[:, None] / 64
    found = ranks.ranks(line, np.array([0]), np.array([[1, 2, 50]], np.int32), "euclidean")
    assert found.tolist() == [[1, 2, 50]]


def test_cancel_is_heard_between_blocks():
    vectors = rng.normal(size=(3_000, 4)).astype(np.float32)
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        ranks.nearest(vectors, np.arange(3_000), 3, "euclidean", cancel=lambda: next(asked, True))


def test_warming_up_leaves_nothing_to_compile():
    ranks.warm_up()
    for function in (ranks._keep_nearest, ranks._count_nearer, ranks._count_larger):
        assert len(function.signatures) == 1
    rows = np.arange(5)
    vectors = rng.normal(size=(5, 200)).astype(np.float32)
    for metric in METRICS:
        found, _ = ranks.nearest(vectors, rows, 4, metric)
        found.setflags(write=False)
        ranks.ranks(vectors, rows.astype(np.int32), found[:, :2], metric)
    for function in (ranks._keep_nearest, ranks._count_nearer, ranks._count_larger):
        assert len(function.signatures) == 1
