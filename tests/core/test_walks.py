"""Walks go where the formula says, as often as it says, and the same in every run."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from embedding_core.errors import Cancelled
from embedding_core.graph import Graph
from embedding_core.walks import NOWHERE, Walker, next_step, visits


def tangle(directed, weighted, n=12, m=40):
    rng = np.random.default_rng(5)
    weights = rng.random(m) * 3 + 0.1
    graph = Graph.of(n, rng.integers(0, n, m), rng.integers(0, n, m), weights, directed=directed)
    if weighted:
        return graph
    return Graph(graph.offsets, graph.targets, np.ones_like(graph.weights), directed)


def expected(graph, previous, current, p, q):
    """Return the chances of every node, by the definition, from a full matrix."""
    matrix = graph.matrix().toarray().astype(float)
    chances = np.zeros(len(matrix))
    for x in range(len(matrix)):
        bias = 1 / p if x == previous else 1.0 if matrix[previous, x] else 1 / q
        chances[x] = matrix[current, x] * bias
    return chances / chances.sum()


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("directed", [False, True], ids=["undirected", "directed"])
@pytest.mark.parametrize(
    ("p", "q"), [(1.0, 1.0), (0.25, 4.0), (4.0, 0.25), (0.05, 1.0), (0.05, 0.3), (9.0, 7.0)]
)
def test_second_steps_are_as_likely_as_the_formula_says(p, q, directed, weighted):
    graph = tangle(directed, weighted)
    starts = np.tile(np.arange(graph.n_nodes), 4_000)
    walks = Walker(graph, p=p, q=q, seed=11).walk(starts, 3)
    statistic, freedom = 0.0, 0
    for previous in range(graph.n_nodes):
        for current in graph.neighbors(previous).tolist():
            theirs = walks[(walks[:, 0] == previous) & (walks[:, 1] == current), 2]
            if not graph.degrees[current]:
                assert (theirs == NOWHERE).all()
                continue
            chances = expected(graph, previous, current, p, q)
            there = chances > 0
            step = next_step(graph, current, previous, p=p, q=q)
            np.testing.assert_allclose(step.chances, chances[there], atol=1e-9)
            counts = np.bincount(theirs, minlength=graph.n_nodes)
            assert not counts[~there].any()
            mean = chances[there] * len(theirs)
            statistic += ((counts[there] - mean) ** 2 / mean).sum()
            freedom += int(there.sum()) - 1
    assert 1e-5 < chi2.sf(statistic, freedom) < 1 - 1e-5


def test_first_steps_are_as_likely_as_edges_are_strong():
    graph = Graph.of(4, np.zeros(3, int), np.array([1, 2, 3]), np.array([1.0, 2.0, 5.0]))
    walks = Walker(graph, p=0.2, q=3.0).walk(np.zeros(40_000, np.int32), 2)
    shares = np.bincount(walks[:, 1], minlength=4) / len(walks)
    np.testing.assert_allclose(shares, [0, 1 / 8, 2 / 8, 5 / 8], atol=0.01)
    step = next_step(graph, 0, None, p=0.2, q=3.0)
    assert step.kinds == ("first",) * 3
    np.testing.assert_allclose(step.chances, [1 / 8, 2 / 8, 5 / 8])


def test_a_step_says_why():
    # 0 and 1 are linked, both to 2; 3 hangs on 1.
    graph = Graph.of(4, np.array([0, 0, 1, 1]), np.array([1, 2, 2, 3]))
    step = next_step(graph, 1, 0, p=4.0, q=0.5)
    assert dict(zip(step.targets.tolist(), step.kinds, strict=True)) == {
        0: "back",
        2: "near",
        3: "out",
    }
    np.testing.assert_allclose(step.chances, np.array([0.25, 1, 2]) / 3.25)


def test_walks_follow_edges_and_end_where_there_is_no_way_on():
    graph = Graph.of(4, np.array([0, 1]), np.array([1, 2]), directed=True)
    walks = Walker(graph).walk(np.array([0, 2, 3]), 5)
    assert walks.tolist() == [[0, 1, 2, -1, -1], [2, -1, -1, -1, -1], [3, -1, -1, -1, -1]]
    assert visits(walks, 4).tolist() == [1, 1, 2, 1]


def test_a_walk_is_the_same_whatever_others_are_asked_for():
    graph = tangle(False, True)
    walker = Walker(graph, p=0.5, q=2.0, seed=3)
    starts = np.arange(6_000) % graph.n_nodes
    many = walker.walk(starts, 9)
    some = np.array([5_000, 3, 777])
    np.testing.assert_array_equal(walker.walk(starts[some], 9, some), many[some])
    other = Walker(graph, p=0.5, q=2.0, seed=4).walk(starts, 9)
    assert (other != many).any(axis=1).mean() > 0.9


def test_every_round_starts_once_from_each_node():
    graph = tangle(False, False)
    blocks = list(Walker(graph, seed=2).blocks(4, 3))
    assert len(blocks) == 3
    orders = [block[:, 0].tolist() for block in blocks]
    assert all(sorted(order) == list(range(graph.n_nodes)) for order in orders)
    assert orders[0] != orders[1]
    assert not np.array_equal(blocks[0], blocks[1])
    with pytest.raises(Cancelled):
        next(Walker(graph).blocks(4, 3, lambda: True))


def test_long_rows_are_searched_as_short_ones_are():
    """A hub of 200 neighbours: near where two of them are linked, out where not."""
    n = 201
    ring = np.arange(1, n)
    begin = np.concatenate([np.zeros(n - 1, int), ring])
    end = np.concatenate([ring, np.roll(ring, -1)])
    graph = Graph.of(n, begin, end)
    walks = Walker(graph, p=1.0, q=20.0, seed=1).walk(np.full(30_000, 1, np.int32), 3)
    theirs = walks[walks[:, 1] == 0, 2]
    chances = expected(graph, 1, 0, 1.0, 20.0)
    counts = np.bincount(theirs, minlength=n)
    near = [2, n - 1]
    assert counts[near].sum() / len(theirs) == pytest.approx(chances[near].sum(), abs=0.02)
