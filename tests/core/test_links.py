"""Links: evidence, edges kept and hidden edges, against networkx, scikit-learn and counting."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

import embedding_core as ec
from embedding_core import links
from embedding_core.errors import InputError
from embedding_core.graph import Graph
from embedding_core.networks import block_model, ring_of_cliques


def graph_of(theirs, directed=False):
    edges = np.array(list(theirs.edges)).reshape(-1, 2)
    return Graph.of(len(theirs), edges[:, 0], edges[:, 1], directed=directed)


KARATE = nx.karate_club_graph()
PAIRS = np.array([(i, j) for i in range(34) for j in range(i)])


def test_counts_and_adamic_adar_are_those_of_networkx():
    graph = graph_of(KARATE)
    common = [len(list(nx.common_neighbors(KARATE, i, j))) for i, j in PAIRS]
    np.testing.assert_array_equal(links.common_neighbors(graph, PAIRS), common)
    expected = [
        score for *_, score in nx.adamic_adar_index(KARATE, [tuple(pair) for pair in PAIRS])
    ]
    np.testing.assert_allclose(links.adamic_adar(graph, PAIRS), expected)


def test_weights_and_directions_change_no_count():
    edges = np.array(list(KARATE.edges))
    heavy = Graph.of(34, edges[:, 0], edges[:, 1], np.linspace(1, 9, 78), directed=True)
    for count in (links.common_neighbors, links.adamic_adar):
        np.testing.assert_allclose(count(heavy, PAIRS), count(graph_of(KARATE), PAIRS))


@pytest.mark.parametrize("directed", [False, True])
def test_evidence_is_what_networkx_finds(directed):
    graph = graph_of(KARATE, directed)
    for node, other in [(0, 33), (16, 26), (0, 1), (14, 15)]:
        found = links.find_evidence(graph, node, other)
        assert found.linked == KARATE.has_edge(node, other)
        assert set(found.common) == set(nx.common_neighbors(KARATE, node, other))
        degrees = [KARATE.degree(one) for one in found.common]
        assert degrees == sorted(degrees)
        assert (found.path[0], found.path[-1]) == (node, other)
        assert len(found.path) == nx.shortest_path_length(KARATE, node, other) + 1
        assert nx.is_path(KARATE, list(found.path))


def test_no_way_between_parts_and_none_to_oneself():
    graph = Graph.of(4, np.array([0, 2]), np.array([1, 3]))
    assert links.find_evidence(graph, 0, 3) == links.Evidence(False, (), ())
    assert links.find_evidence(graph, 0, 0).path == (0,)


def test_edges_kept_is_what_counting_gives():
    rng = np.random.default_rng(1)
    graph, coords = graph_of(KARATE), rng.normal(size=(34, 2)) + 100
    kept, total = 0, 0
    for node in range(34):
        near = np.linalg.norm(coords - coords[node], axis=1)
        near[node] = np.inf
        nearest = set(np.argsort(near)[: KARATE.degree(node)])
        kept += len(nearest & set(KARATE[node]))
        total += KARATE.degree(node)
    found = links.edges_kept(graph, coords)
    assert found.share == pytest.approx(kept / total)


def test_a_map_of_its_own_graph_keeps_all_and_chance_is_chance():
    angle = np.arange(40) * 2 * np.pi / 40
    circle = graph_of(nx.cycle_graph(40))
    coords = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    assert links.edges_kept(circle, coords).share == 1
    rng = np.random.default_rng(0)
    dealt = [links.edges_kept(circle, rng.permutation(coords)) for _ in range(200)]
    expected = dealt[0].by_chance
    assert expected == pytest.approx(2 / 39)
    assert np.mean([one.share for one in dealt]) == pytest.approx(expected, abs=0.012)


def test_nodes_without_links_are_not_asked_and_large_maps_by_some():
    graph = Graph.of(3, np.array([0]), np.array([1]))
    found = links.edges_kept(graph, np.array([[0.0, 0], [1, 0], [9, 9]]))
    assert found.share == 1
    assert np.isnan(found.of_node[2])
    some = links.edges_kept(graph_of(KARATE), np.random.default_rng(0).normal(size=(34, 2)), most=9)
    assert np.isfinite(some.of_node).sum() == 9
    with pytest.raises(InputError, match="draw all"):
        links.edges_kept(graph, np.zeros((2, 2)))


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("share", [0.1, 0.3])
def test_hiding_keeps_the_parts_together_and_draws_pairs_without_an_edge(directed, share):
    graph = graph_of(KARATE, directed)
    hidden = links.hide_edges(graph, share, seed=3)
    n = round(share * 78)
    assert len(hidden.edges) == len(hidden.others) == n
    assert hidden.share == n / 78
    assert hidden.graph.n_edges == 78 - n
    whole = set(map(tuple, graph.edges().tolist()))
    left = set(map(tuple, hidden.graph.edges().tolist()))
    taken = set(map(tuple, hidden.edges.tolist()))
    assert left | taken == whole
    assert not left & taken
    others = set(map(tuple, hidden.others.tolist()))
    assert len(others) == n
    assert not others & whole
    assert all(i != j for i, j in others)
    assert directed or all(i < j for i, j in others)
    assert nx.is_connected(nx.Graph(list(left)))
    assert len(hidden.graph.neighbors(0)) > 0


def test_hiding_is_the_same_by_seed_and_reaches_every_edge_that_can_be_spared():
    graph = graph_of(KARATE)
    one, same, other = (links.hide_edges(graph, 0.2, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.edges, same.edges)
    np.testing.assert_array_equal(one.others, same.others)
    assert one.edges.tolist() != other.edges.tolist()
    seen = {tuple(e) for seed in range(60) for e in links.hide_edges(graph, 0.2, seed).edges}
    bridges = {tuple(sorted(edge)) for edge in nx.bridges(KARATE)}
    assert seen == {tuple(sorted(edge)) for edge in KARATE.edges} - bridges


def test_no_more_than_a_forest_leaves_is_hidden():
    graph = graph_of(nx.cycle_graph(10))
    assert len(links.hide_edges(graph, 0.5).edges) == 1
    with pytest.raises(InputError, match="No edge of this graph can be hidden"):
        links.hide_edges(graph_of(nx.balanced_tree(2, 3)))
    with pytest.raises(InputError, match="all nodes are linked"):
        links.hide_edges(graph_of(nx.complete_graph(6)))
    with pytest.raises(InputError, match="above 0 and below 1"):
        links.hide_edges(graph, 1.0)


def test_large_graphs_draw_pairs_without_listing_all(monkeypatch):
    theirs = nx.gnm_random_graph(500, 1500, seed=0)
    monkeypatch.setattr(links, "_LOOKED_AT", 10)
    hidden = links.hide_edges(graph_of(theirs), 0.2, 0)
    others = [tuple(pair) for pair in hidden.others.tolist()]
    assert len(set(others)) == len(hidden.edges)
    assert not any(theirs.has_edge(*pair) for pair in others)


def test_scores_are_what_ranking_by_hand_gives():
    edges, others = np.array([0.9, 0.5, 0.2]), np.array([0.6, 0.5, 0.1])
    wins = sum((e > o) + (e == o) / 2 for e in edges for o in others)
    found = links.measure(edges, others)
    assert found.auc == pytest.approx(wins / 9)
    # Cuts at 0.9, 0.6, 0.5 (two at once), 0.2: precision where an edge is found.
    assert found.average_precision == pytest.approx((1 / 1 + 2 / 4 + 3 / 5) / 3)


def test_vectors_that_know_the_truth_find_what_is_hidden_and_noise_does_not():
    collection = block_model(communities=4, size=40, within=0.3, between=0.005)
    hidden = links.hide_edges(collection.context, 0.2, seed=0)
    truth = np.eye(4, dtype=np.float32)[np.repeat(np.arange(4), 40)]
    found = links.find_missing(hidden, truth)
    assert list(found) == ["model", "common neighbours", "Adamic-Adar"]
    assert found["model"].auc > 0.85
    assert found["Adamic-Adar"].auc > 0.75
    noise = np.random.default_rng(0).normal(size=(160, 16)).astype(np.float32)
    assert abs(links.find_missing(hidden, noise)["model"].auc - 0.5) < 0.12
    nothing = links.find_missing(hidden, np.zeros((160, 3), np.float32))["model"]
    assert nothing.auc == nothing.average_precision == 0.5
    with pytest.raises(InputError, match="cosine or dot"):
        links.find_missing(hidden, noise, "euclidean")


def test_counted_columns_do_not_tell_of_hidden_edges():
    collection = ec.SAMPLES["karate"].read()
    hidden = links.hide_edges(collection.context, 0.2)
    learned = links.with_hidden(collection, hidden)
    assert learned.context is hidden.graph
    assert list(learned.table.columns) == ["club"]
    assert learned.ids == collection.ids
    assert learned.fingerprint != collection.fingerprint


def test_a_ring_of_cliques_needs_its_bridges_least():
    # Every clique stays whole enough: what is hidden is found by shared neighbours.
    hidden = links.hide_edges(ring_of_cliques(cliques=10, size=8).context, 0.15)
    scores = links.find_missing(hidden, np.ones((80, 2), np.float32))
    assert scores["common neighbours"].auc > 0.95
