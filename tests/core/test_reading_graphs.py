"""Graphs from files: every format says the same, and bad input is named and never fatal."""

from __future__ import annotations

import io
import json

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import embedding_core as ec
from embedding_core.errors import EmptyCollectionError, InputError, TooLargeError
from embedding_core.reading import guess_modality

KARATE = nx.karate_club_graph()
EXPECTED = nx.to_numpy_array(KARATE)
BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">]>
<graphml><graph edgedefault="undirected"><node id="&lol2;"/></graph></graphml>"""


def read(text, name="links.csv", **options):
    return ec.read(text.encode() if isinstance(text, str) else text, "graph", name=name, **options)


def edges_of(collection):
    """Return the edges by ids, with their weights."""
    graph = collection.context
    return {
        (collection.ids[i], collection.ids[j]): float(weight)
        for (i, j), weight in zip(graph.edges().tolist(), graph.edge_weights(), strict=True)
    }


def written(write, graph=KARATE):
    file = io.BytesIO()
    write(graph, file)
    return file.getvalue()


def dense(graph=KARATE):
    file = io.BytesIO()
    np.savez(file, adjacency=nx.to_numpy_array(graph), names=[str(node) for node in graph])
    return file.getvalue()


def sparse(graph=KARATE):
    file = io.BytesIO()
    sp.save_npz(file, sp.csr_array(nx.to_numpy_array(graph)))
    return file.getvalue()


def table_of(graph=KARATE, **options):
    return nx.to_pandas_adjacency(graph).to_csv(**options).encode()


def edge_table(separator):
    edges = nx.to_pandas_edgelist(KARATE)
    return edges.to_csv(index=False, sep=separator).encode()


FORMATS = {
    "k.graphml": written(nx.write_graphml),
    "k.gexf": written(nx.write_gexf),
    "k.gml": written(nx.write_gml),
    "k.edgelist": written(nx.write_edgelist),
    "k.edges": b"\n".join(line for line in nx.generate_edgelist(KARATE, data=["weight"]) for line in
                          [line.encode()]),
    "k.json": json.dumps(nx.node_link_data(KARATE)).encode(),
    "old.json": json.dumps(nx.node_link_data(KARATE, edges="links")).encode(),
    "cytoscape.json": json.dumps(nx.cytoscape_data(KARATE)).encode(),
    "sparse.npz": sparse(),
    "dense.npz": dense(),
    "matrix.csv": table_of(),
    "headed.csv": table_of(index=False),
    "bare.tsv": table_of(index=False, header=False, sep="\t"),
    "edges.csv": edge_table(","),
    "edges.tsv": edge_table("\t"),
    "semicolons.csv": edge_table(";"),
    "edges.txt": edge_table(" "),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_graph(name):
    found = read(FORMATS[name], name)
    assert len(found) == 34
    assert not found.notes
    assert not found.context.directed
    matrix = found.context.matrix().toarray()
    order = np.argsort([int(id_) for id_ in found.ids])
    np.testing.assert_allclose(matrix[np.ix_(order, order)], EXPECTED)
    np.testing.assert_array_equal(found.table["degree"], (matrix > 0).sum(axis=1))
    assert found.payloads[5].load() == 5


@pytest.mark.parametrize("name", ["k.graphml", "k.gexf", "k.gml", "k.json"])
def test_columns_of_nodes_come_along(name):
    found = read(FORMATS[name], name)
    clubs = {str(node): club for node, club in KARATE.nodes(data="club")}
    assert dict(zip(found.ids, found.table["club"], strict=True)) == clubs


@pytest.mark.parametrize(
    ("name", "writer"),
    [("d.graphml", nx.write_graphml), ("d.gexf", nx.write_gexf), ("d.gml", nx.write_gml)],
)
def test_directed_several_and_loops_in_exchange_formats(name, writer):
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "b", weight=1.0)
    graph.add_edge("a", "b", weight=2.0)
    graph.add_edge("b", "a", weight=4.0)
    graph.add_edge("c", "c", weight=1.0)
    found = read(written(writer, graph), name)
    assert found.context.directed
    assert edges_of(found) == {("a", "b"): 3, ("b", "a"): 4}
    assert any("added up" in note for note in found.notes)
    assert any("to itself" in note and "c" in note for note in found.notes)
    assert found.table["links out"].tolist() == [1, 1, 0]
    assert found.table["degree"].tolist() == [1, 1, 0]


def test_gml_with_an_edge_twice_that_does_not_say_so():
    text = (
        'graph [ node [ id 1 label "A" ] node [ id 2 label "B" ] '
        "edge [ source 1 target 2 ] edge [ source 1 target 2 ] ]"
    )
    assert edges_of(read(text, "x.gml")) == {("A", "B"): 2}


def test_self_loops_are_left_out_and_named():
    found = read("a,b\nb,c\nd,d\n")
    assert edges_of(found) == {("a", "b"): 1, ("b", "c"): 1}
    assert found.ids == ("a", "b", "c", "d")
    assert "1 edge of a node to itself was left out: d." in found.notes


def test_edges_between_the_same_nodes_add_up():
    found = read("source,target,weight\na,b,1\nb,a,2.5\na,c,1\n")
    assert edges_of(found) == {("a", "b"): 3.5, ("a", "c"): 1}
    assert "1 edge was listed again between the same nodes, and added up." in found.notes


def test_a_list_of_both_directions_counts_each_edge_once():
    lines = [f"{u} {v}" for u, v in KARATE.edges] + [f"{v} {u}" for u, v in KARATE.edges]
    found = read("\n".join(lines), "both.txt")
    assert set(edges_of(found).values()) == {1}
    assert len(edges_of(found)) == 78
    assert "counted once" in found.notes[0]


def test_nodes_without_edges_are_kept_and_named():
    found = read("source,target\na,b\nlonely,\n,alone\n")
    assert found.ids == ("a", "b", "lonely", "alone")
    assert "2 nodes have no edge: lonely, alone." in found.notes
    assert found.table["degree"].tolist() == [1, 1, 0, 0]


def test_separate_parts_are_told_the_largest_first():
    found = read("x,y\na,b\nb,c\n")
    assert "falls into 2 parts that no edge joins; the largest has 3 of 5 nodes" in found.notes[0]
    assert found.table["part"].tolist() == [2, 2, 1, 1, 1]


def test_direction_is_what_is_asked_else_what_the_file_says():
    text = "Source,Target,Type\na,b,Directed\nb,c,Directed\n"
    assert read(text).context.directed
    assert not read(text, directed="no").context.directed
    assert not read("a,b\nb,c\n").context.directed
    assert edges_of(read("b,a\na,c\n", directed="yes")) == {("b", "a"): 1, ("a", "c"): 1}
    with pytest.raises(InputError, match="it takes auto, yes, no"):
        read("a,b\n", directed="maybe")


def test_a_matrix_that_is_not_symmetric_has_directions():
    found = read(",a,b,c\na,0,1,0\nb,0,0,2\nc,3,0,0\n")
    assert found.context.directed
    assert edges_of(found) == {("a", "b"): 1, ("b", "c"): 2, ("c", "a"): 3}


def test_weights_that_are_none_are_left_out_and_counted():
    text = "source,target,weight\na,b,1\nb,c,-2\nc,d,0\nd,a,NaN\na,e,\nb,e,inf\nc,e,2\n"
    found = read(text)
    assert edges_of(found) == {("a", "b"): 1, ("c", "e"): 2}
    assert "3 edges were left out, with no number as a weight." in found.notes
    assert any(note.startswith("2 edges were left out, with a weight of 0") for note in found.notes)


def test_ids_may_be_numbers_emoji_and_markup():
    found = read("😀,007\n007,1.0\n1.0,<b>x</b>\n")
    assert found.ids == ("😀", "007", "1.0", "<b>x</b>")


@pytest.mark.parametrize("text", ["weight,source,target\n0.5,a,b\n2,b,c\n", "0.5,a,b\n2.0,b,c\n"])
def test_a_weight_in_front_is_found(text):
    assert edges_of(read(text)) == {("a", "b"): 0.5, ("b", "c"): 2}


def test_swapped_columns_are_refused_in_a_sentence_and_can_be_named():
    text = "source,target,weight\n0.5,a,b\n2,b,c\n"
    with pytest.raises(InputError, match="are the columns swapped"):
        read(text)
    assert edges_of(read(text, column="target,weight,source")) == {("a", "b"): 0.5, ("b", "c"): 2}
    with pytest.raises(LookupError, match="nothing"):
        read(text, column="target,nothing")


def test_columns_of_ends_say_what_nodes_are():
    found = read(
        "source,target,source_team,target_team,target_age\n"
        "a,b,red,blue,7\nb,c,blue,red,\nc,a,red,green,9\n"
    )
    assert found.table["team"].tolist() == ["red", "blue", "red"]
    assert found.table["age"].tolist()[:2] == [9, 7]
    assert np.isnan(found.table["age"].tolist()[2])
    assert any("more than one “team”" in note for note in found.notes)


def test_times_are_no_weights():
    assert set(edges_of(read("1 2 1082008561\n2 3 1082008562\n", "t.txt")).values()) == {1}


def test_remarks_on_top_are_left_out():
    text = "# A graph\n# FromNodeId\tToNodeId\n30\t1412\n30\t3352\n3352\t1412\n"
    assert edges_of(read(text, "snap.txt")).keys() == {
        ("30", "1412"), ("30", "3352"), ("1412", "3352")
    }  # fmt: skip


def test_decimal_commas():
    assert edges_of(read("von;to;w\na;b;0,5\nb;c;1,5\n", column="von,to,w")) == {
        ("a", "b"): 0.5, ("b", "c"): 1.5
    }  # fmt: skip


def test_nodes_may_lie_beside():
    edges = b"Source,Target\n1,2\n2,3\n5,1\n"
    nodes = b"Id,Label,team\n1,Ann,red\n2,Bob,red\n3,Cy,blue\n9,Zoe,\n"
    found = ec.read({"town/edges.csv": edges, "town/nodes.csv": nodes})
    assert found.modality == "graph"
    # Not every node has a label: the edges' own ids stay.
    assert found.ids == ("1", "2", "3", "5", "9")
    assert found.table["team"].tolist() == ["red", "red", "blue", "", ""]
    assert "1 node is not in town/nodes.csv." in found.notes
    whole = ec.read({"edges.csv": b"Source,Target\n1,2\n2,3\n", "nodes.csv": nodes})
    assert whole.ids == ("Ann", "Bob", "Cy", "Zoe")
    assert whole.table["id"].tolist() == ["1", "2", "3", "9"]


def test_a_table_that_names_no_node_is_refused(tmp_path):
    (tmp_path / "links.csv").write_text("a,b\nb,c\n", "utf-8")
    (tmp_path / "people.csv").write_text("id,team\nx,red\n", "utf-8")
    with pytest.raises(InputError, match="names no node of the graph"):
        ec.read(tmp_path / "links.csv", "graph", metadata=str(tmp_path / "people.csv"))


def test_d3_links_by_place():
    found = read(
        json.dumps(
            {
                "nodes": [{"name": "A", "group": 1}, {"name": "B", "group": 2}, {"name": "C"}],
                "links": [{"source": 0, "target": 1, "value": 3}, {"source": 1, "target": 7}],
            }
        ),
        "d3.json",
    )
    assert edges_of(found) == {("A", "B"): 3}
    assert any("links without two nodes" in note for note in found.notes)


@pytest.mark.parametrize("name", ["bomb.graphml", "bomb.gexf"])
def test_entity_bombs_are_refused(name):
    with pytest.raises(InputError, match="not safe to open"):
        read(BOMB, name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<graphml>", "x.graphml"),
        (b"<html/>", "x.graphml"),
        (b"<html/>", "x.gexf"),
        (b"graph [", "x.gml"),
        (b"hello", "x.gml"),
        (b"[1, 2]", "x.json"),
        (b'{"nodes": [], "links": [{"a": 1}]}', "x.json"),
        (b"[" * 100_000, "x.json"),
        (b"PK\x03\x04nothing", "x.npz"),
        (b"one\ntwo\nthree\n", "x.csv"),
        (b"\x89PNG\r\n", "x.csv"),
        (b"", "x.csv"),
        (b"source,target\n", "x.csv"),
        (b"a,a\n", "x.csv"),
    ],
)
def test_what_is_no_graph_is_refused_in_a_sentence(data, name):
    with pytest.raises(InputError) as problem:
        read(data, name)
    assert str(problem.value).endswith(".")


def test_indices_outside_of_a_sparse_matrix_are_refused():
    file = io.BytesIO()
    np.savez(file, format=b"csr", shape=(2, 2), data=np.ones(1), indices=np.array([9]),
             indptr=np.array([0, 1, 1]))  # fmt: skip
    with pytest.raises(InputError):
        read(file.getvalue(), "x.npz")
    np.savez(file := io.BytesIO(), a=np.ones((2, 3)))
    with pytest.raises(InputError, match="no square matrix"):
        read(file.getvalue(), "x.npz")


@pytest.mark.parametrize("name", ["e.csv", "k.graphml", "k.gexf", "k.gml", "k.json", "sparse.npz"])
def test_too_many_edges_are_refused_with_the_limit_and_the_other_way(name, monkeypatch):
    monkeypatch.setenv("EMBEDDING_MAX_EDGES", "50")
    data = FORMATS.get(name) or edge_table(",")
    with pytest.raises(TooLargeError, match="50") as problem:
        read(data, name)
    assert "python -m embedding_core" in str(problem.value)
    assert "EMBEDDING_MAX_EDGES" in str(problem.value)


def test_a_file_of_this_machine_may_have_more_edges_than_an_upload(tmp_path, monkeypatch):
    from embedding_core.modalities.graphfiles.base import most_edges

    monkeypatch.delenv("EMBEDDING_MAX_EDGES", raising=False)
    assert most_edges(from_disk=False) < 5_000_000 < most_edges(from_disk=True)
    seen = []
    monkeypatch.setattr(
        "embedding_core.modalities.graph.most_edges", lambda from_disk: seen.append(from_disk) or 9
    )
    path = tmp_path / "links.csv"
    path.write_text("a,b\nb,c\n", "utf-8")
    ec.read(path, "graph")
    ec.read(path.read_bytes(), "graph", name="links.csv")
    assert seen == [True, False]


def test_a_graph_without_an_edge_says_so():
    with pytest.raises(EmptyCollectionError, match="no edge between two of them"):
        read("source,target,weight\na,b,0\n")


def test_the_fingerprint_knows_the_links():
    prints = {
        read(text).fingerprint
        for text in ("a,b\nb,c\nc,a\n", "a,b\nb,c\n", "a,b,2.5\nb,c,1.0\nc,a,1.0\n")
    }
    assert len(prints) == 3


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"source,target\na,b\nb,c\n", "x.csv", "graph"),
        (b"from_id\tto_id\tweight\na\tb\t1\nb\tc\t2\n", "x.tsv", "graph"),
        (b"# SNAP\n1\t2\n2\t3\n3\t1\n", "x.txt", "graph"),
        (FORMATS["k.json"], "x.json", "graph"),
        (FORMATS["sparse.npz"], "x.npz", "graph"),
        (b"<a/>", "x.graphml", "graph"),
        (b"userId,movieId,rating\n1,10,4\n2,10,5\n", "ratings.csv", "ratings"),
        (b"source,target\nThe cat sat on the mat in the hall.,Die Katze lag heute im Flur.\n",
         "pairs.csv", "text"),
        (b"text,label\nA dog.,dog\nA cat.,cat\n", "x.csv", "text"),
        (b"user,product,stars,review\nAnn,Lamp,5,I liked this one so much that I bought two "
         b"of them and gave one of the two to my neighbour, who likes it as much as I do.\n",
         "x.csv", "text"),
        (b"1\n2\n3\n", "x.txt", "text"),
    ],
)  # fmt: skip
def test_what_a_file_holds_is_guessed(data, name, kind):
    assert guess_modality(data, name) == kind


def test_pandas_writes_what_is_read(tmp_path):
    frame = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "weight": [1, 2]})
    frame.to_csv(tmp_path / "x.csv")
    assert edges_of(ec.read(tmp_path / "x.csv", "graph")) == {("a", "b"): 1, ("b", "c"): 2}
