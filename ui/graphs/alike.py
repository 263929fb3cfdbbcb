"""Who is alike: the nearest nodes among the vectors, and what the graph itself says of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

import embedding_core as ec
from embedding_core.links import Evidence, gather_evidence
from embedding_core.neighbors import Neighbor
from embedding_core.params import Param
from embedding_core.similarity import DISTANCES, pairwise
from ui.edges import graph_of
from ui.errors import show_notes, told
from ui.graphs.picker import choose_node
from ui.isolation import in_view
from ui.neighbor_table import show_neighbors
from ui.network import draw_network, find_network, told_of
from ui.plain import count, score, shortened, word
from ui.questions.base import Question
from ui.selection import Selection
from ui.sidebar import METRIC_LABELS
from ui.view import View, all_notes

_HEIGHT = 540
_K = Param(
    "k", "Neighbours", "number", 10, "How many of the nearest nodes are shown.", minimum=1,
    maximum=50, step=1,
)  # fmt: skip
_NAMED = 3


def _ask(view: View) -> None:
    view = in_view(view)
    if len(view.embedding) < 2:
        show_notes(all_notes(view))
        st.info("There is one node only; bring a graph with two or more to ask who is alike.")
        return
    _screen(view)


@st.fragment
def _screen(view: View) -> None:
    selection = Selection(view)
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            id_ = choose_node(view, "node", "Node")
        with st.container(width=130):
            k = int(view.choices.number("k", _K))
    at, graph = view.embedding.position(id_), graph_of(view)
    degrees = graph.undirected().degrees
    if not degrees[at]:
        with sentence:
            st.markdown(f"##### {word(id_)} has no edge, so that nothing was learned of it")
            show_notes(all_notes(view))
        view.choices.publish()
        return
    with told(stop=False):
        neighbors = ec.nearest(view.embedding, id_, k, view.metric)
        places = [view.embedding.positions[neighbor.id] for neighbor in neighbors]
        evidence = gather_evidence(graph, at, places)
        with st.container(key="side-by-side"):
            left, right = st.columns([5, 6], gap="medium")
        with left:
            _network(view, selection, id_, places)
        with right:
            _table(view, selection, id_, neighbors, evidence)
            _beside_chance(view, id_, evidence, int(degrees[at]))
        with sentence:
            st.markdown(f"##### {_sentence(view, id_, neighbors, evidence)}")
            show_notes(all_notes(view))
    view.choices.publish()


def _network(view: View, selection: Selection, id_: str, places: Sequence[int]) -> None:
    """Draw the graph, coloured by how near each node is among the vectors."""
    at = view.embedding.position(id_)
    network = find_network(view, [at])
    if network is None:
        st.caption("The network is being laid out.")
        return
    vectors = view.embedding.vectors
    near = pairwise(vectors[at : at + 1], vectors, view.metric)[0].astype(np.float32)
    if view.metric in DISTANCES:
        near = -near
    near[at] = np.nan
    named = METRIC_LABELS[view.metric].lower()
    draw_network(
        network,
        key=f"{view.choices.page}-alike",
        selected=[at],
        look={"values": near, "value_title": named},
        height=_HEIGHT,
        link=f"{view.choices.page}-alike",
        on_select=selection.take,
        emphasised=network.places_of(sorted(places)),
    )
    st.caption(
        f"{told_of(network, is_selected=True)} Colours say how near each is to {word(id_)} among "
        "the vectors."
    )


def _table(
    view: View,
    selection: Selection,
    id_: str,
    neighbors: Sequence[Neighbor],
    evidence: Sequence[Evidence],
) -> None:
    """Draw the neighbours with what the graph says of each; a click moves to one."""
    ids = view.embedding.ids
    show_neighbors(
        neighbors,
        view.metric,
        key=f"{view.choices.page}-alike-table",
        title="Node",
        columns={
            "Steps": [str(len(one.path) - 1) if one.path else "none" for one in evidence],
            "In common": [str(len(one.common)) for one in evidence],
            "By way of": [_way(one, ids) for one in evidence],
        },
        on_pick=lambda found: selection.select((found,)),
        height=min(_HEIGHT - 60, 29 * (len(neighbors) + 1) + 10),
    )
    st.caption(
        f"A click on a row moves to that node. *Steps*: edges of the shortest path from "
        f"{word(id_)}; 1 is a link. *In common*: nodes that both are linked to. *By way of*: those "
        "in common, with the fewest links first, as sharing them says most; else the path."
    )


def _way(evidence: Evidence, ids: Sequence[str]) -> str:
    """Return whom two nodes share, by name; else the path between them."""
    if evidence.common:
        return _named(evidence.common, ids, ", ")
    if len(evidence.path) > 2:
        return " → ".join(shortened(ids[at], 24) for at in evidence.path[1:-1])
    return "directly" if evidence.path else "no path"


def _named(places: Sequence[int], ids: Sequence[str], mark: str) -> str:
    named = mark.join(shortened(ids[at], 24) for at in places[:_NAMED])
    more = len(places) - _NAMED
    return f"{named} and {more:,} more" if more > 0 else named


def _beside_chance(view: View, id_: str, evidence: Sequence[Evidence], degree: int) -> None:
    """Say how many of the nearest are linked, beside nodes drawn at random."""
    n, k = len(view.embedding), len(evidence)
    linked = sum(one.linked for one in evidence)
    expected = k * degree / (n - 1)
    alone = sum(not one.linked and not one.common for one in evidence)
    told = (
        f"**{linked}** of the {k} nearest are linked to {word(id_)}; of {k} nodes drawn at random "
        f"it would be {expected:.2g}, as {word(id_)} has {count(degree, 'link')} in a graph of "
        f"{n:,} nodes."
    )
    if alone:
        told += (
            f" {count(alone, 'of them shares', 'of them share')} neither a link nor a neighbour "
            "with it: there the model sees a likeness of another kind, or errs."
        )
    st.markdown(told)


def _sentence(
    view: View, id_: str, neighbors: Sequence[Neighbor], evidence: Sequence[Evidence]
) -> str:
    first, why = neighbors[0], evidence[0]
    ids = view.embedding.ids
    near = f"{word(first.id)} is nearest to {word(id_)} ({score(first.score, view.metric)})"
    if why.common:
        shared = word(ids[why.common[0]])
        more = len(why.common) - 1
        others = f" and {count(more, 'other')}" if more else ""
        links = "linked, and both are linked" if why.linked else "not linked, but both are linked"
        return f"{near}: {links} to {shared}{others}"
    if why.linked:
        return f"{near}: they are linked, and share no neighbour"
    if why.path:
        return f"{near}, though {count(len(why.path) - 1, 'step')} away"
    return f"{near}, though no path leads there"


QUESTION = Question("alike", "Who is alike?", _ask, has_metric=True)
