"""The Graphs page: where graphs come from, the drawn network, edges, links kept, bad input."""

from __future__ import annotations

import io
import json
import re

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp

import embedding_core as ec
from embedding_core.graph_training import Newcomer
from ui import network as drawn_network
from ui.edges import MOST_EDGES, edges_at, strongest_edges, told_of_edges

GRAPHS = "pages/graphs.py"
QUICK = {"map": "pca", "model": "adjacency-svd"}
BOMB = b"""<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
<graphml><graph><node id="&b;"/></graph></graphml>"""


def uploaded(page, files, **link):
    """Open the page, bring files, and return it as it then is."""
    shown = page(GRAPHS, data="uploaded", **QUICK, **link)
    shown.file_uploader[0].set_value([(name, data, "") for name, data in files.items()])
    return shown.run()


def choice(page, label):
    return next(each for each in page.selectbox if each.label == label)


def written(write, graph):
    file = io.BytesIO()
    write(graph, file)
    return file.getvalue()


def matrix(graph):
    file = io.BytesIO()
    sp.save_npz(file, sp.csr_matrix(nx.to_scipy_sparse_array(graph)))
    return file.getvalue()


def ring(n=12):
    graph = nx.cycle_graph(n)
    graph.add_edges_from([(0, n // 2), (1, n // 2 + 1)])
    return graph


# --- what is drawn -------------------------------------------------------------------------------


def test_the_network_stands_beside_the_map(page):
    shown = page(GRAPHS, data="karate", **QUICK)
    assert "Of 34 items" in shown.headline
    assert "34 nodes, 78 edges, drawn by the number of steps" in shown.text
    assert re.search(r"The map keeps \d+% of the links near, by chance", shown.text)


def test_other_collections_are_offered_no_network(page):
    shown = page("pages/vectors.py", map="pca")
    offered = next(each for each in shown.button_group if each.label == "Beside the map").options
    assert not set(offered) & {"Network", "Links"}


def test_one_selection_in_the_link_and_in_both_drawings(page):
    shown = page(GRAPHS, data="karate", sel="34", edges="1", **QUICK)
    assert shown.headline.startswith("34 is nearest to")
    assert shown.link["sel"] == "34"
    assert shown.link["edges"] == "1"


def test_what_the_map_kept_of_the_links_is_beside_chance(page):
    shown = page(GRAPHS, data="karate", side="links", **QUICK)
    collection = ec.SAMPLES["karate"].read()
    embedding = ec.embed(collection, "adjacency-svd")
    kept = ec.edges_kept(collection.context, ec.project(embedding, "pca").coords)
    assert f"{kept.share:.0%} of the links lead to a near point" in shown.text
    assert f"by chance it would be {kept.by_chance:.0%}" in shown.text
    table = next(each.value for each in shown.dataframe if "Links kept" in each.value.columns)
    assert table["Links kept"].tolist()[1:] == pytest.approx(
        [100 * kept.share, 100 * kept.by_chance]
    )


def test_made_up_graphs_follow_their_sliders_and_the_program_makes_the_same(page):
    shown = page(GRAPHS, data="cliques", side="save", **QUICK,
                 **{"cliques.cliques": "5", "cliques.size": "4"})  # fmt: skip
    assert "Of 20 items" in shown.headline
    assert 'ec.SAMPLES["cliques"].read(cliques=5, size=4)' in "\n".join(
        code.value for code in shown.code
    )


def test_gcn_learns_a_column_that_the_table_has(page):
    shown = page(GRAPHS, data="blocks", map="pca", model="gcn",
                 **{"gcn.label": "community", "gcn.epochs": "2"})  # fmt: skip
    assert choice(shown, "Labels to learn").options == ["None", "community", "degree"]
    assert not shown.errors
    assert shown.link["gcn.label"] == "community"
    model = ec.embed(
        ec.SAMPLES["blocks"].read(), "gcn", label="community", epochs=2
    ).model  # fmt: skip
    assert f"guessed {model.accuracy:.0%} of the {len(model.hidden)} labels kept" in shown.text


def test_nodes_without_an_edge_are_drawn_and_named(page):
    sparse = {"blocks.within": "0.05", "blocks.between": "0", "blocks.size": "10"}
    shown = page(GRAPHS, data="blocks", **QUICK, **sparse)
    table = ec.SAMPLES["blocks"].read(within=0.05, between=0.0, size=10).table
    alone = int((table["degree"] == 0).sum())
    assert alone > 5
    assert f"and {alone - 5} more have no edge, so nothing was learned" in shown.text
    assert "40 nodes," in shown.text


def test_a_new_node_is_placed_by_the_model_that_can_and_others_say_that_they_cannot(page):
    shown = page(GRAPHS, data="karate", side="newcomer", **QUICK)
    assert "Adjacency SVD has no vector for a new node." in shown.text
    button = next(each for each in shown.button if each.label == "Learn with GraphSAGE")
    button.click()
    shown.run()
    assert shown.link["model"] == "graphsage"
    assert "Select the nodes that a new one is linked to." in shown.text
    shown = page(GRAPHS, data="karate", side="newcomer", model="graphsage", map="pca", sel="34")
    assert "A new node linked to 1 selected node: of its 10 nearest" in shown.text
    collection = ec.SAMPLES["karate"].read()
    embedding = ec.embed(collection, "graphsage")
    made = embedding.model.embed([Newcomer("x", (33,))]).vectors[0]
    table = next(each.value for each in shown.dataframe if "Nearest" in each.value.columns)
    assert table["Nearest"].tolist() == [one.id for one in ec.nearest(embedding, made, 10)]


# --- large graphs --------------------------------------------------------------------------------


def edge_list(graph):
    return "source,target\n" + "".join(f"{a},{b}\n" for a, b in graph.edges())


def test_of_a_large_graph_the_part_around_a_node_is_drawn(page, monkeypatch):
    """A line of 120 nodes, and 20 more that node 7 has to itself."""
    monkeypatch.setattr(drawn_network, "DRAWN_WHOLE", 100)
    monkeypatch.setattr(drawn_network, "AROUND", 30)
    star = nx.path_graph(120)
    star.add_edges_from((7, f"leaf {number}") for number in range(20))
    shown = uploaded(page, {"star.csv": edge_list(star).encode()}, sel="119")
    assert "30 nodes, 29 edges, the ones around those selected, of 140 nodes" in shown.text
    shown = uploaded(page, {"star.csv": edge_list(star).encode()})
    assert "the ones around the one with the most links" in shown.text


def test_of_very_many_edges_the_strongest_are_drawn_and_the_selected_nodes_own():
    n = 400
    begin, end = np.triu_indices(n, 1)
    weights = 1.0 + np.arange(len(begin))
    graph = ec.Graph.of(n, begin, end, weights)
    kept = strongest_edges(graph)
    assert len(kept.pairs) == MOST_EDGES
    drawn = np.isin(begin * n + end, kept.pairs[:, 0] * n + kept.pairs[:, 1])
    assert weights[drawn].min() == len(begin) - MOST_EDGES + 1
    assert "20,000 of 79,800 edges are drawn, the strongest; those of the selected" in (
        told_of_edges(graph)
    )
    assert sorted(map(tuple, edges_at(graph, np.array([5])).tolist())) == sorted(
        (min(5, other), max(5, other)) for other in range(n) if other != 5
    )


def test_edges_of_a_directed_graph_are_marked_both_ways():
    graph = ec.Graph.of(3, np.array([0, 1]), np.array([1, 2]), directed=True)
    assert edges_at(graph, np.array([1])).tolist() == [[0, 1], [1, 2]]


def test_a_part_of_a_network_keeps_the_colours_of_the_whole():
    values = np.array([0, 5, 10, 20], dtype=np.float32)
    part = drawn_network.Network(
        np.array([1, 2]), ec.Graph.of(2, np.array([0]), np.array([1])), None, None, n_items=4
    )
    look = drawn_network.look_of(part, {"values": values, "value_title": "age"})
    assert look["values"].tolist() == [5, 10]
    assert look["value_range"] == (0, 20)
    assert part.places_of([0, 2, 3]).tolist() == [1]


# --- files ---------------------------------------------------------------------------------------

FILES = {
    "ring.csv": edge_list(ring()).encode(),
    "ring.graphml": written(nx.write_graphml, ring()),
    "ring.json": json.dumps(nx.node_link_data(ring(), edges="links")).encode(),
    "ring.npz": matrix(ring()),
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_opens(page, name):
    shown = uploaded(page, {name: FILES[name]})
    assert "Of 12 items" in shown.headline
    assert "12 nodes, 14 edges, drawn" in shown.text


def test_edges_and_nodes_come_together(page):
    nodes = "id,team\n" + "".join(f"{i},{'red' if i < 6 else 'blue'}\n" for i in range(12))
    files = {"edges.csv": FILES["ring.csv"], "nodes.csv": nodes.encode()}
    shown = uploaded(page, files, color="team")
    assert "Of 12 items" in shown.headline
    assert choice(shown, "Colour by").value == "team"


def test_columns_can_be_chosen(page):
    """Nothing tells that the second column is no node but how well two know each other."""
    lines = "name,known,friend\n" + "".join(f"p{a},{a + 1},p{b}\n" for a, b in ring().edges())
    shown = uploaded(page, {"odd.csv": lines.encode()}, **{"own-columns": "1"})
    assert choice(shown, "Edges end at").value == "known"
    choice(shown, "Edges end at").set_value("friend")
    shown.run()
    choice(shown, "Weight").set_value("known")
    shown.run()
    assert "Of 12 items" in shown.headline
    assert "12 nodes, 14 edges, drawn" in shown.text
    assert shown.link["weight"] == "known"


def test_directions_can_be_asked_for(page):
    shown = uploaded(page, {"ring.csv": FILES["ring.csv"]}, directed="yes", side="table")
    table = next(each.value for each in shown.dataframe if "degree" in each.value.columns)
    assert {"links in", "links out"} <= set(table.columns)


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("bomb.graphml", BOMB, "defines XML entities"),
        ("one.csv", b"name\nanna\nben\n", "needs two"),
        ("loops.csv", b"source,target\na,a\nb,b\n", "no edge between two of them"),
        ("swapped.csv", b"weight,source,target\nanna,1,2\nben,3,4\n", "columns swapped"),
    ],
)
def test_what_cannot_be_opened_is_told_in_a_sentence(page, name, data, told):
    shown = uploaded(page, {name: data})
    assert len(shown.errors) == 1
    assert told in shown.errors[0]
    assert name in shown.errors[0]


def test_odd_edges_are_left_out_and_said(page):
    lines = "source,target,weight\na,a,1\na,b,1\na,b,2\nb,c,-1\nc,d,1\n1,2,1\n🙂,a,1\n"
    shown = uploaded(page, {"odd.csv": lines.encode()})
    assert "1 edge of a node to itself was left out: a." in shown.text
    assert "1 edge was listed again between the same nodes, and added up." in shown.text
    assert "1 edge was left out, with a weight of 0 or less" in shown.text
    assert "The graph falls into 3 parts" in shown.text
    assert "7 nodes, 4 edges, drawn" in shown.text


def test_too_many_edges_are_refused_with_the_way_around(page, monkeypatch):
    monkeypatch.setenv("EMBEDDING_MAX_EDGES", "10")
    shown = uploaded(page, {"larger.csv": FILES["ring.csv"]})
    assert "14 edges and the limit for an upload is 10" in shown.errors[0]
    assert "python -m embedding_core" in shown.errors[0]


@pytest.mark.parametrize("side", ["network", "links"])
def test_the_smallest_graph(page, side):
    shown = uploaded(page, {"pair.csv": edge_list(nx.path_graph(2)).encode()}, side=side)
    assert not shown.errors
    assert "nearest" in shown.headline
