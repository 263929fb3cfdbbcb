"""The order of a heatmap: blocks together, and no better order of the tree's leaves."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.cluster.hierarchy import linkage, optimal_leaf_ordering
from scipy.spatial.distance import pdist, squareform

import embedding_core as ec
from embedding_core.seriation import best_leaf_order
from embedding_core.similarity import METRICS

rng = np.random.default_rng(0)


def way(order, apart):
    order = np.asarray(order)
    return apart[order[:-1], order[1:]].sum()


def turned(tree, flips):
    """Return the leaves of a tree, some of whose branches are turned."""
    n = len(tree) + 1
    leaves = {leaf: [leaf] for leaf in range(n)}
    for at, (one, other) in enumerate(tree[:, :2].astype(int)):
        pair = (leaves[one], leaves[other])
        leaves[n + at] = pair[1] + pair[0] if flips[at] else pair[0] + pair[1]
    return leaves[2 * n - 2]


def keeps_branches_together(order, tree):
    place = np.argsort(order)
    n = len(order)
    spans = {leaf: (place[leaf], place[leaf], 1) for leaf in range(n)}
    for at, (one, other) in enumerate(tree[:, :2].astype(int)):
        a, b = spans[one], spans[other]
        low, high, size = min(a[0], b[0]), max(a[1], b[1]), a[2] + b[2]
        if high - low + 1 != size:
            return False
        spans[n + at] = (low, high, size)
    return True


@pytest.mark.parametrize("method", ["average", "single", "complete"])
@pytest.mark.parametrize("n", [2, 3, 4, 5, 8, 10])
def test_no_turn_of_the_branches_is_better(n, method):
    for _ in range(3):
        points = rng.normal(size=(n, 3))
        tree, apart = linkage(pdist(points), method), squareform(pdist(points))
        best = min(way(turned(tree, flips), apart) for flips in product((0, 1), repeat=n - 1))
        order = best_leaf_order(tree, apart)
        assert way(order, apart) == pytest.approx(best)
        assert keeps_branches_together(order, tree)


@pytest.mark.parametrize("shape", ["cloud", "line", "chain", "steps", "equal"])
def test_of_many_leaves_the_way_is_never_longer_than_scipys(shape):
    n = 120
    points = {
        "cloud": rng.normal(size=(n, 4)),
        "line": np.arange(n)[:, None] + 0.1 * rng.normal(size=(n, 1)),
        "chain": np.exp(np.arange(n) / 20)[:, None],
        "steps": rng.integers(0, 4, size=(n, 2)).astype(float),
        "equal": np.ones((n, 2)),
    }[shape]
    apart = squareform(pdist(points))
    tree = linkage(pdist(points), "average")
    order = best_leaf_order(tree, apart)
    assert sorted(order) == list(range(n))
    assert keeps_branches_together(order, tree)
    theirs = way(_leaves(optimal_leaf_ordering(tree, pdist(points))), apart)
    assert way(order, apart) <= theirs + 1e-9


def _leaves(tree):
    return turned(tree, [0] * len(tree))


def test_a_line_is_put_back_in_order(vectors_embedding):
    places = rng.permutation(400)
    embedding = vectors_embedding(places[:, None])
    order = ec.seriate(ec.similarity(embedding, "euclidean"), "euclidean")
    assert set(np.diff(places[order])) in ({1}, {-1})


@pytest.mark.parametrize("metric", METRICS)
def test_seriation_puts_blocks_together(metric, vectors_embedding):
    group = np.tile(np.arange(4), 15)
    corners = 5 * np.eye(4, 8)[group]
    embedding = vectors_embedding(corners + rng.normal(scale=0.3, size=(60, 8)))
    order = ec.seriate(ec.similarity(embedding, metric), metric)
    assert sorted(order) == list(range(60))
    assert np.count_nonzero(np.diff(group[order])) == 3


@pytest.mark.parametrize("n", [0, 1, 2, 3, 501, 2_001])
def test_seriation_of_few_many_and_equal_items(n):
    assert sorted(ec.seriate(np.ones((n, n), np.float32))) == list(range(n))
