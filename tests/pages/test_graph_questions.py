"""The questions of the Graphs page: walks, what p and q change, who is alike, missing links."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

import embedding_core as ec
from embedding_core.flavors import FLAVORS, teach_flavors
from embedding_core.graph import Graph
from embedding_core.link_trial import predict_links, summarize, try_links
from embedding_core.links import ADAMIC, COMMON
from embedding_core.params import resolve
from embedding_core.walks import Walker, next_step
from embedding_core.wandering import characterize, count_meetings
from ui.components.map_model import Edges, Geometry
from ui.graphs.walk_settings import WalkSettings
from ui.graphs.walking import NOWHERE, Walked, packed
from ui.network import Network

GRAPHS = "pages/graphs.py"
QUICK = {"data": "karate", "model": "adjacency-svd", "map": "pca"}
FEW = {"node2vec.walks": "3", "node2vec.length": "10", "node2vec.dim": "8"}
FEW_PARAMS = {"walks": 3, "length": 10, "dim": 8}


def karate():
    return ec.SAMPLES["karate"].read()


def table_with(page, column):
    return next(each.value for each in page.dataframe if column in each.value.columns)


def uploaded(page, edges, **link):
    shown = page(GRAPHS, **(QUICK | {"data": "uploaded"} | link))
    shown.file_uploader[0].set_value([("edges.csv", edges.encode(), "text/csv")])
    return shown.run()


# --- who is alike --------------------------------------------------------------------------------


def test_the_nearest_are_told_with_what_the_graph_says_of_them(page):
    shown = page(GRAPHS, ask="alike", node="33", k="6", **QUICK)
    collection = karate()
    nearest = ec.nearest(ec.embed(collection, "adjacency-svd"), "33", 6)
    drawn = nx.Graph(collection.context.edges().tolist())
    place = {id_: at for at, id_ in enumerate(collection.ids)}
    table = table_with(shown, "By way of")
    assert table["Node"].tolist() == [one.id for one in nearest]
    for _, row in table.iterrows():
        ends = place["33"], place[row["Node"]]
        assert int(row["Steps"]) == nx.shortest_path_length(drawn, *ends)
        common = {collection.ids[at] for at in nx.common_neighbors(drawn, *ends)}
        assert int(row["In common"]) == len(common)
        if 0 < len(common) <= 3:
            assert set(row["By way of"].split(", ")) == common
    linked = sum(drawn.has_edge(place["33"], place[one.id]) for one in nearest)
    expected = 6 * drawn.degree(place["33"]) / 33
    assert f"{linked} of the 6 nearest are linked to 33" in shown.text
    assert f"it would be {expected:.2g}" in shown.text
    assert shown.headline.startswith(f"{nearest[0].id} is nearest to 33")


def test_a_path_is_named_where_nothing_is_shared(page):
    shown = uploaded(page, "source,target\na,b\nb,c\nc,d\nd,e\n", ask="alike", node="a", k="4")
    table = table_with(shown, "By way of").set_index("Node")
    assert table.loc["e", "By way of"] == "b → c → d"
    assert table.loc["b", "By way of"] == "directly"
    assert table.loc["c", "By way of"] == "b"


def test_the_selected_node_is_asked_about(page):
    assert " is nearest to 17 " in page(GRAPHS, ask="alike", sel="17", **QUICK).headline


def test_a_node_without_an_edge_says_so_itself(page):
    table = "a b\nb c\nd d\n"
    shown = uploaded(page, table, ask="alike", node="d")
    assert "d has no edge, so that nothing was learned of it" in shown.headline
    for question in ("walks", "flavors"):
        assert not uploaded(page, table, ask=question, start="d").errors


@pytest.mark.parametrize("ask", ["walks", "flavors", "alike", "missing"])
def test_two_nodes_are_enough_or_the_page_says_why_not(page, ask):
    shown = uploaded(page, "source,target\na,b\n", ask=ask)
    told = [*shown.errors, *(info.value for info in shown.info), shown.headline]
    assert any(told)


# --- missing links -------------------------------------------------------------------------------


def test_figures_are_those_of_the_trials(page):
    shown = page(GRAPHS, ask="missing", hide="20", repeats="2", scored="dot", **QUICK)
    trials = try_links(karate(), "adjacency-svd", {}, share=0.2, repeats=2, metric="dot")
    mean = summarize(trials, "model")[0]
    counted = max(summarize(trials, who)[0].auc for who in (COMMON, ADAMIC))
    assert f"in {mean.auc:.0%} of cases" in shown.headline
    assert shown.headline.endswith(f"which only counts, in {counted:.0%}")
    found = predict_links(trials[0].hidden, trials[0].vectors, "dot")
    table = table_with(shown, "Missing link")
    assert table["Dot product"].tolist() == pytest.approx(found.scores.tolist())
    assert (table["Was hidden"] == "found").tolist() == found.hidden.tolist()
    hits = int(found.hidden[: found.n_hidden].sum())
    assert f"{hits} of the {found.n_hidden} strongest pairs are hidden edges" in shown.text
    assert "a number from which little follows" in shown.text
    assert shown.link["hide"] == "20"


def test_a_tree_has_no_edge_to_hide(page):
    shown = uploaded(page, "source,target\na,b\nb,c\nb,d\n", ask="missing")
    assert "No edge of this graph can be hidden" in shown.errors[0]


# --- how walks see it ----------------------------------------------------------------------------


def test_walks_begin_with_the_settings_of_the_model_and_can_become_its_own(page):
    shown = page(GRAPHS, ask="walks", data="karate", map="pca", model="node2vec",
                 **{"node2vec.p": "4.0"}, **FEW)  # fmt: skip
    assert next(each.value for each in shown.number_input if each.label == "Return (p)") == 4.0
    assert not any(button.label == "Learn the map from such walks" for button in shown.button)
    next(each for each in shown.number_input if each.label == "In-out (q)").set_value(0.5)
    shown.run()
    next(b for b in shown.button if b.label == "Learn the map from such walks").click()
    shown.run()
    assert shown.link["node2vec.q"] == "0.5"
    assert shown.link["node2vec.p"] == "4.0"
    assert "ask" not in shown.link


def test_training_pairs_are_those_of_all_walks(page):
    shown = page(GRAPHS, ask="walks", start="1", **QUICK, **{"walk.p": "0.5", "walk.q": "2.0"})
    collection = karate()
    defaults = resolve("node2vec", ec.EMBEDDERS["node2vec"].params, {})
    length, walks, window = (int(defaults[name]) for name in ("length", "walks", "window"))
    walker = Walker(collection.context, p=0.5, q=2.0)
    found = count_meetings(walker.blocks(length, walks), window, 34)
    assert f"{found.n_pairs:,} different pairs were met on all {34 * walks} walks" in shown.text
    table = table_with(shown, "Training pair")
    assert table["Met"].tolist() == found.met[: len(table)].tolist()
    from_one = np.concatenate([
        block[block[:, 0] == 0] for block in walker.blocks(length, walks)
    ])  # fmt: skip
    assert f"{walks} walks from 1 come to {len(np.unique(from_one))} of the 34" in shown.headline


def drawing(graph, nodes):
    """A drawn network of some nodes of a graph, wherever they lie."""
    part = graph.take(nodes)
    coords = np.random.default_rng(0).normal(size=(len(nodes), 2)).astype(np.float32)
    edges = Edges(part.edges(), np.zeros(part.n_edges, dtype=np.int64))
    geometry = Geometry(coords, [str(node) for node in nodes])
    return Network(nodes, part, geometry, edges, graph.n_nodes)


def unpacked(payload):
    """Read a payload back as the browser does."""
    import json

    size = int.from_bytes(payload.data[:4], "little")
    facts = json.loads(payload.data[4 : 4 + size].decode().split("\n")[1])
    body = payload.data[4 + size :]
    kinds = {"float32": "<f4", "uint8": "u1", "uint16": "<u2", "uint32": "<u4"}
    read = dict(facts["meta"])
    for buffer in facts["buffers"]:
        part = body[buffer["at"] : buffer["at"] + buffer["bytes"]]
        kind = kinds.get(buffer["type"])
        read[buffer["name"]] = np.frombuffer(part, kind) if kind else json.loads(part)
    return read


@pytest.mark.parametrize("drawn", [range(34), [0, 1, 2, 3, 7, 13]])
def test_what_the_browser_plays_is_the_walk_of_training(drawn):
    graph, nodes = karate().context, np.array(list(drawn))
    settings = WalkSettings(p=0.25, q=4.0, length=12, window=3, walks=2, seed=3)
    walker = Walker(graph, p=0.25, q=4.0, seed=3)
    training = np.concatenate([b[b[:, 0] == 0] for b in walker.blocks(12, 2)])
    walks = walker.walk(np.zeros(5, np.int32), 12, np.arange(5, dtype=np.int64) * 34)
    assert np.array_equal(walks[:2], training)
    sent = unpacked(packed(graph, drawing(graph, nodes), Walked(0, walks[0], walks, settings)))
    place = {int(node): at for at, node in enumerate(nodes)}
    assert sent["path"].tolist() == [place.get(int(node), NOWHERE) for node in walks[0]]
    for at in range(12):
        before = int(walks[0][at - 1]) if at else None
        step = next_step(graph, int(walks[0][at]), before, p=0.25, q=4.0)
        part = slice(int(sent["begins"][at]), int(sent["begins"][at + 1]))
        chances = sent["chances"][part]
        assert (np.diff(chances) <= 0).all()
        assert chances.sum() == pytest.approx(1, abs=1e-5)
        told = {
            int(node): float(chance)
            for node, chance in zip(sent["nodes"][part], chances, strict=True)
            if node != NOWHERE
        }
        expected = {
            place[int(node)]: float(chance)
            for node, chance in zip(step.targets, step.chances, strict=True)
            if int(node) in place
        }
        assert told == pytest.approx(expected, abs=1e-6)
        sums = sent["kindChances"].reshape(-1, 4)[at]
        for code, kind in enumerate(("first", "back", "near", "out")):
            of_kind = [c for c, k in zip(step.chances, step.kinds, strict=True) if k == kind]
            assert sums[code] == pytest.approx(sum(of_kind), abs=1e-6)
            assert sent["kindCounts"].reshape(-1, 4)[at][code] == len(of_kind)


def test_of_a_hub_the_likeliest_ways_and_the_one_taken_are_sent():
    star = Graph.of(500, np.zeros(499, np.int64), np.arange(1, 500), np.arange(499, 0, -1.0))
    settings = WalkSettings(p=1, q=1, length=3, window=1, walks=1, seed=0)
    path = np.array([0, 499, 0], dtype=np.int32)
    sent = unpacked(
        packed(star, drawing(star, np.arange(500)), Walked(0, path, path[None], settings))
    )
    assert sent["begins"].tolist() == [0, 61, 62, 122]
    assert sent["nodes"][:61].tolist() == [*range(1, 61), 499]
    assert sent["kindCounts"].reshape(-1, 4)[0].tolist() == [499, 0, 0, 0]
    assert sent["kindChances"].reshape(-1, 4)[0][0] == pytest.approx(1)


# --- what p and q change -------------------------------------------------------------------------


def test_what_p_and_q_change_is_measured_on_the_data(page):
    shown = page(GRAPHS, ask="flavors", data="karate", map="pca", color="club", **FEW)
    collection = karate()
    settings = resolve("node2vec", ec.EMBEDDERS["node2vec"].params, FEW_PARAMS)
    taught = teach_flavors(collection, settings, k=10, repeats=5)
    codes = np.unique(collection.table["club"].astype(str), return_inverse=True)[1]
    characters = [
        [characterize(collection.context, near, codes) for near in one.neighbors] for one in taught
    ]
    table = table_with(shown, "Like many links")
    assert table["Walks"].tolist() == [*(flavor.label for flavor in FLAVORS), "Chance"]
    labels = [np.mean([one.labels for one in each]) for each in characters]
    assert table["Same label"].tolist()[:3] == [f"{value:.0%}" for value in labels]
    assert table["Linked"].tolist()[3] == f"{characters[0][0].linked_by_chance:.0%}"
    near, out = ([one.labels for one in each] for each in (characters[0], characters[-1]))
    expected = (
        "holds here" if min(out) > max(near)
        else "does not hold here" if max(out) < min(near)
        else "is not borne out here"
    )  # fmt: skip
    assert f"outward walks find communities (same label) {expected}" in shown.text
