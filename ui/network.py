"""A graph as it is drawn: all of it where it is small enough, else the part around some nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedding_core.collection import Collection
from embedding_core.embedding import Embedding
from embedding_core.graph import Graph
from embedding_core.jobs import Job
from embedding_core.layout import DRAWN_WHOLE, lay_out, surroundings
from ui import cached, jobs
from ui.components.map_model import Edges, Geometry
from ui.components.selection import SelectionHandler
from ui.edges import BY_FINGERPRINT, edges_at, graph_among, strongest_edges
from ui.jobs import show_progress
from ui.map import Style, draw_map
from ui.plain import count
from ui.view import View

AROUND = 300
"""How many nodes are drawn of a graph that is too large to be drawn whole."""
_INLINE = 300
_BADGE = (
    "a drawing of the graph, not the embedding",
    "Nodes are placed so that distances follow the number of steps along edges: stress "
    "majorization, by stochastic gradient descent (Zheng, Pawar and Goodman, 2018). It knows "
    "nothing of the model's vectors. Which way is up, and left and right, mean nothing; parts "
    "that no edge joins are laid beside each other.",
)


@dataclass(frozen=True, eq=False)
class Network:
    """A drawn graph.

    Attributes
    ----------
    nodes
        (k,) which of the items in view each drawn node is, rising.
    graph
        The edges among them, in that order.
    geometry, edges
        What :func:`ui.map.draw_map` takes.
    n_items
        How many nodes the graph in view has in all.
    """

    nodes: NDArray[np.int64]
    graph: Graph
    geometry: Geometry
    edges: Edges
    n_items: int

    @property
    def is_whole(self) -> bool:
        """Whether all nodes in view are drawn."""
        return len(self.nodes) == self.n_items

    def places_of(self, items: Sequence[int] | NDArray[Any]) -> NDArray[np.int64]:
        """Return where among the drawn nodes some items are; those not drawn are left out."""
        items = np.asarray(items, dtype=np.int64)
        return np.searchsorted(self.nodes, items[np.isin(items, self.nodes)])


def find_network(view: View, around: Sequence[int] | NDArray[Any] = ()) -> Network | None:
    """Return the drawn graph in view; None while it is laid out, with its progress on screen.

    Parameters
    ----------
    view
        Its collection is one of a graph's nodes.
    around
        Items of the view around which it is drawn where the graph is too large; without any, the
        one with the most links.
    """
    collection, embedding = view.collection, view.embedding
    start = np.asarray(around, dtype=np.int64)
    nodes = _drawn_nodes(collection, embedding, start.tobytes())
    part = _part(collection, embedding, nodes.tobytes())
    places = _laid_out(part)
    if places is None:
        return None
    return _network(collection, embedding, nodes.tobytes(), _part=part, _places=places)


def _laid_out(graph: Graph) -> NDArray[np.float32] | None:
    """Return where nodes are drawn; None while that takes a while, or was stopped."""
    if graph.n_nodes <= _INLINE:
        return _laid_out_at_once(graph)

    def work(job: Job[NDArray[np.float32]]) -> NDArray[np.float32]:
        return lay_out(graph, progress=job.progress, cancel=job.cancelled)

    job = jobs.start(("network", graph.digest()), work, patience=0.35)
    if jobs.is_stopped(job) or not job.ended:
        show_progress(job, "Network")
        return None
    return job.result()


def draw_network(
    network: Network,
    *,
    key: str,
    selected: Sequence[int] | NDArray[Any] = (),
    look: Mapping[str, Any] | None = None,
    height: int = 560,
    link: str | None = None,
    on_select: SelectionHandler | None = None,
    **marks: Any,
) -> None:
    """Draw it, as a map whose places are those of the drawing.

    Parameters
    ----------
    network
        As :func:`find_network` returns it.
    key
        Unique on the page.
    selected
        Items of the view that are selected; those not drawn are left out.
    look
        Colours and sizes of all items in view, as :class:`ui.map.Style` takes them.
    height
        Pixels.
    link
        Drawings with the same name mark each other's items.
    on_select
        Called with items of the view.
    **marks
        More of :class:`ui.map.Style`, in terms of the drawn nodes.
    """
    places = network.places_of(selected)
    style = Style(
        selected=places,
        edges=network.edges,
        marked_edges=edges_at(network.graph, places) if len(places) else None,
        badge=_BADGE,
        **({} if look is None else look_of(network, look)),
        **marks,
    )

    def chosen(positions: NDArray[np.int32]) -> None:
        if on_select is not None:
            on_select(network.nodes[positions].astype(np.int32))

    draw_map(
        network.geometry,
        style,
        key=key,
        height=height,
        link=link,
        summary=f"Drawn network: {_said(network)}.",
        file_name="network",
        on_select=chosen if on_select is not None else None,
        places=None if network.is_whole else network.nodes,
    )


def look_of(network: Network, look: Mapping[str, Any]) -> dict[str, Any]:
    """Return the colours and sizes of the drawn nodes, from those of all items in view."""
    if network.is_whole:
        return dict(look)
    of_each = ("codes", "values", "sizes")
    part = {name: look[name][network.nodes] for name in of_each if look.get(name) is not None}
    if "values" in part and "value_range" not in look:
        # The scale stays that of all, so that a colour means the same in both drawings.
        known = look["values"][np.isfinite(look["values"])]
        part["value_range"] = (float(known.min()), float(known.max())) if len(known) else None
    return {**look, **part}


def told_of(network: Network, *, is_selected: bool) -> str:
    """Return what is drawn, in words; `is_selected`: whether the drawing is around a selection."""
    if network.is_whole:
        return f"{_said(network)}, drawn by the number of steps between nodes."
    around = "those selected" if is_selected else "the one with the most links"
    return (
        f"{_said(network)}, the ones around {around}, of {network.n_items:,} nodes: a graph is "
        f"drawn whole up to {DRAWN_WHOLE:,}. Select a node to move there."
    )


def _said(network: Network) -> str:
    return f"{count(len(network.nodes), 'node')}, {count(network.graph.n_edges, 'edge')}"


@st.cache_resource(
    max_entries=64, show_spinner=False, hash_funcs={Graph: lambda graph: graph.digest()}
)
def _laid_out_at_once(graph: Graph) -> NDArray[np.float32]:
    return lay_out(graph)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=BY_FINGERPRINT)
def _drawn_nodes(collection: Collection, embedding: Embedding, start: bytes) -> NDArray[np.int64]:
    """Return which nodes are drawn: all, or of a large graph those around some."""
    graph = graph_among(collection, embedding)
    if graph.n_nodes <= DRAWN_WHOLE:
        return np.arange(graph.n_nodes)
    around = np.frombuffer(start, dtype=np.int64)
    if not len(around):
        around = np.array([graph.undirected().degrees.argmax()])
    return surroundings(graph, around, AROUND)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=BY_FINGERPRINT)
def _part(collection: Collection, embedding: Embedding, nodes: bytes) -> Graph:
    graph, drawn = graph_among(collection, embedding), np.frombuffer(nodes, dtype=np.int64)
    return graph if len(drawn) == graph.n_nodes else graph.take(drawn)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=BY_FINGERPRINT)
def _network(
    collection: Collection,
    embedding: Embedding,
    nodes: bytes,
    _part: Graph,
    _places: NDArray[np.float32],
) -> Network:
    drawn = np.frombuffer(nodes, dtype=np.int64)
    ids = [embedding.ids[at] for at in drawn]
    geometry = Geometry(_places, ids, cached.details(collection, ids))
    return Network(drawn, _part, geometry, strongest_edges(_part), len(embedding))
