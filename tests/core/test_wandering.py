"""How far walks get, whom they meet, what their vectors say: against direct counts."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np
import pytest
from scipy.stats import spearmanr

import embedding_core as ec
from embedding_core.graph import Graph
from embedding_core.neighbors import NeighborGraph
from embedding_core.walks import Walker
from embedding_core.wandering import characterize, count_meetings, mean_steps, steps_from


def graph_of(drawn, directed=False):
    edges = np.array(drawn.edges())
    return Graph.of(drawn.number_of_nodes(), *edges.T, directed=directed)


@pytest.mark.parametrize("directed", [False, True])
def test_steps_are_shortest_paths(directed):
    drawn = nx.gnp_random_graph(60, 0.03, seed=3, directed=directed)
    found = steps_from(graph_of(drawn, directed), 5)
    expected = nx.single_source_shortest_path_length(drawn, 5)
    assert (found < 0).any(), "The test wants a node that no walk reaches."
    assert {at: int(step) for at, step in enumerate(found) if step >= 0} == dict(expected)


def test_a_lone_node_is_no_step_from_itself():
    lone = Graph.of(3, np.array([1]), np.array([2]))
    assert steps_from(lone, 0).tolist() == [0, -1, -1]


def test_mean_steps_over_walks_that_end_early():
    steps = np.array([0, 1, 2, 3])
    walks = np.array([[0, 1, 2, -1], [0, 1, 0, -1], [0, 1, -1, -1]], dtype=np.int32)
    assert mean_steps(walks, steps).tolist() == [0, 1, 1]


def test_small_q_walks_get_further_on_a_lattice():
    graph = graph_of(nx.convert_node_labels_to_integers(nx.grid_2d_graph(15, 15)))
    start = 15 * 7 + 7
    far = [
        mean_steps(
            Walker(graph, p=p, q=q).walk(np.full(400, start, np.int32), 20),
            steps_from(graph, start),
        )[-1]
        for p, q in ((0.25, 4), (1, 1), (4, 0.25))
    ]
    assert far[0] < far[1] < far[2]


def meetings_by_hand(walks, window):
    met, learned = Counter(), Counter()
    for row in walks.tolist():
        walk = [node for node in row if node >= 0]
        for i, center in enumerate(walk):
            for reach in range(1, window + 1):
                for j in range(max(0, i - reach), min(len(walk), i + reach + 1)):
                    if j != i:
                        pair = (min(center, walk[j]), max(center, walk[j]))
                        # Each reach is as likely as another.
                        learned[pair] += 1 / window
            for j in range(i + 1, min(len(walk), i + window + 1)):
                met[min(center, walk[j]), max(center, walk[j])] += 1
    return met, learned


@pytest.mark.parametrize("window", [1, 3, 30])
def test_meetings_are_those_of_a_direct_count(window):
    graph = graph_of(nx.gnp_random_graph(12, 0.3, seed=1, directed=True), directed=True)
    walks = Walker(graph, p=0.5, q=2, seed=4).walk(np.arange(12, dtype=np.int32), 9)
    met, learned = meetings_by_hand(walks, window)
    found = count_meetings([walks[:5], walks[5:]], window, 12, most=1_000)
    pairs = list(map(tuple, found.pairs.tolist()))
    assert dict(zip(pairs, found.met.tolist(), strict=True)) == dict(met)
    for pair, often in zip(pairs, found.learned, strict=True):
        assert often == pytest.approx(learned[pair])
    assert (np.diff(found.learned) <= 1e-9).all()
    assert (found.n_pairs, found.n_met, found.n_walks) == (len(met), sum(met.values()), 12)


def test_meetings_stop_at_enough():
    walks = np.tile(np.arange(10, dtype=np.int32), (1_000, 1))
    found = count_meetings([walks, walks], 2, 10, enough=500)
    assert 500 <= found.n_met < 5_000
    assert found.n_walks < 1_000
    assert len(count_meetings([], 2, 10).pairs) == 0


def test_character_against_direct_figures():
    drawn = nx.barabasi_albert_graph(40, 2, seed=2)
    graph = graph_of(drawn)
    rng = np.random.default_rng(0)
    near = np.stack([rng.permutation(np.delete(np.arange(40), i))[:5] for i in range(40)])
    neighbors = NeighborGraph(near.astype(np.int32), np.zeros((40, 5), np.float32), "cosine")
    codes = rng.integers(-1, 3, 40)
    found = characterize(graph, neighbors, codes)
    degrees = np.array([drawn.degree(i) for i in range(40)])
    linked = np.mean([[drawn.has_edge(i, j) for j in near[i]] for i in range(40)])
    assert found.linked == pytest.approx(linked)
    assert found.linked_by_chance == pytest.approx(2 * drawn.number_of_edges() / (40 * 39))
    assert found.roles == pytest.approx(spearmanr(degrees, degrees[near].mean(axis=1)).statistic)
    pairs = [(codes[i], codes[j]) for i in range(40) for j in near[i]]
    known = [(a, b) for a, b in pairs if a >= 0 and b >= 0]
    assert found.labels == pytest.approx(np.mean([a == b for a, b in known]))
    labelled = codes[codes >= 0]
    same = labelled[:, None] == labelled
    expected = (same.sum() - len(labelled)) / (len(labelled) * (len(labelled) - 1))
    assert found.labels_by_chance == pytest.approx(expected)


def test_character_where_there_is_little_to_say():
    pair = Graph.of(2, np.array([0]), np.array([1]))
    near = NeighborGraph(np.array([[1], [0]], np.int32), np.zeros((2, 1), np.float32), "cosine")
    assert characterize(pair, near) is None
    ring = graph_of(nx.cycle_graph(8))
    near = np.stack([(np.arange(8) + 1) % 8, (np.arange(8) - 1) % 8], axis=1).astype(np.int32)
    found = characterize(ring, NeighborGraph(near, np.zeros((8, 2), np.float32), "cosine"))
    assert found.linked == 1
    assert np.isnan(found.roles)
    assert found.labels is None


def test_communities_that_walks_find_are_told():
    collection = ec.SAMPLES["cliques"].read()
    embedding = ec.embed(collection, "node2vec", dim=16, epochs=5)
    codes = np.unique(collection.table["clique"], return_inverse=True)[1]
    found = characterize(collection.context, ec.neighbor_graph(embedding, 4), codes)
    assert found.labels > 0.9 > found.labels_by_chance
