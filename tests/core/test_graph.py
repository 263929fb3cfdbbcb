"""The graph of a collection: compressed rows against networkx and NumPy."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from embedding_core.errors import ContractError
from embedding_core.graph import Graph


def drawn(n=30, m=90, directed=False, seed=0):
    rng = np.random.default_rng(seed)
    return n, rng.integers(0, n, m), rng.integers(0, n, m), rng.uniform(0.1, 3, m), directed


@pytest.mark.parametrize("directed", [False, True])
def test_it_holds_what_networkx_sums(directed):
    n, begin, end, weights, _ = drawn(directed=directed)
    expected = np.zeros((n, n))
    for i, j, weight in zip(begin, end, weights, strict=True):
        if i != j:
            expected[i, j] += weight
            if not directed:
                expected[j, i] += weight
    graph = Graph.of(n, begin, end, weights, directed=directed)
    np.testing.assert_allclose(graph.matrix().toarray(), expected, rtol=1e-6)
    assert graph.n_nodes == n
    n_links = np.count_nonzero(expected)
    assert graph.n_edges == (n_links if directed else n_links // 2) == len(graph.edges())
    np.testing.assert_array_equal(graph.degrees, np.count_nonzero(expected, axis=1))
    pairs = graph.edges()
    np.testing.assert_allclose(graph.edge_weights(), expected[pairs[:, 0], pairs[:, 1]], rtol=1e-6)
    for node in range(n):
        np.testing.assert_array_equal(graph.neighbors(node), np.flatnonzero(expected[node]))


def test_a_part_of_it_is_the_induced_graph_in_that_order():
    n, begin, end, weights, _ = drawn()
    graph = Graph.of(n, begin, end, weights)
    order = np.array([7, 3, 20, 11, 0, 29])
    np.testing.assert_array_equal(
        graph.take(order).matrix().toarray(), graph.matrix().toarray()[np.ix_(order, order)]
    )


def test_without_directions_both_ways_are_summed():
    graph = Graph.of(3, np.array([0, 1, 1]), np.array([1, 0, 2]), np.array([1.0, 2, 5]),
                     directed=True)  # fmt: skip
    assert graph.undirected().edges().tolist() == [[0, 1], [1, 2]]
    assert graph.undirected().edge_weights().tolist() == [3, 5]
    whole = graph.undirected()
    assert whole.undirected() is whole


def test_its_digest_knows_links_weights_direction_and_nodes():
    ends = np.array([0, 1]), np.array([1, 2])
    graphs = [
        Graph.of(3, *ends),
        Graph.of(4, *ends),
        Graph.of(3, *ends, np.array([1.0, 2.0])),
        Graph.of(3, *ends, directed=True),
        Graph.of(3, np.array([0, 0]), np.array([1, 2])),
    ]
    assert len({graph.digest() for graph in graphs}) == len(graphs)
    assert Graph.of(3, ends[1][::-1], ends[0][::-1]).digest() == graphs[0].digest()


@pytest.mark.parametrize(
    ("offsets", "targets", "weights"),
    [
        ([0, 1, 2], [1, 2], [1, 1]),
        ([0, 1, 2], [0, 0], [1, 1]),
        ([0, 2, 2, 2], [2, 1], [1, 1]),
        ([0, 2, 2, 2], [1, 1], [1, 1]),
        ([0, 1, 2], [1, 0], [1, 0]),
        ([0, 1, 2], [1, 0], [1, np.nan]),
        ([0, 1, 3], [1, 0], [1, 1]),
        ([0, 2, 1], [1], [1]),
    ],
    ids=["outside", "to itself", "unsorted", "twice", "no weight", "NaN", "too long", "falling"],
)
def test_what_is_no_graph_is_refused(offsets, targets, weights):
    with pytest.raises(ContractError):
        Graph(np.array(offsets), np.array(targets, np.int32), np.array(weights, np.float32))


def test_its_arrays_cannot_be_written_to():
    graph = Graph.of(2, np.array([0]), np.array([1]))
    for array in (graph.offsets, graph.targets, graph.weights):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_graph_of_networkx_is_the_same_matrix():
    karate = nx.karate_club_graph()
    begin, end, weights = np.array([(u, v, w) for u, v, w in karate.edges(data="weight")]).T
    graph = Graph.of(34, begin.astype(int), end.astype(int), weights)
    np.testing.assert_array_equal(graph.matrix().toarray(), nx.to_numpy_array(karate))
