"""A graph's edges as a map shows them: of very many some, those of the selection always."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedding_core.collection import Collection
from embedding_core.embedding import Embedding
from embedding_core.graph import Graph
from ui.components.map_parts import EDGE_LEVELS
from ui.map import Edges
from ui.plain import count
from ui.view import View

MOST_EDGES = 20_000
"""How many edges are drawn: more would be slow to move, and one grey."""
_MOST_MARKED = 2_000
BY_FINGERPRINT: dict[Any, Any] = {
    kind: lambda thing: thing.fingerprint for kind in (Collection, Embedding)
}


def has_edges(collection: Collection) -> bool:
    """Tell whether items are the nodes of a graph."""
    return isinstance(collection.context, Graph)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=BY_FINGERPRINT)
def graph_among(collection: Collection, embedding: Embedding) -> Graph:
    """Return the graph among the items that have a vector, in their order."""
    graph: Graph = collection.context
    places = np.array(
        [collection.payloads[collection.positions[id_]].load() for id_ in embedding.ids],
        dtype=np.int64,
    )
    is_whole = len(places) == graph.n_nodes and bool((places == np.arange(len(places))).all())
    return graph if is_whole else graph.take(places)


def graph_of(view: View) -> Graph:
    """Return the graph among the items in view, in their order."""
    return graph_among(view.collection, view.embedding)


def edges_of(view: View) -> Edges:
    """Return the edges among the items in view: the strongest of them where they are many."""
    return _thinned(view.collection, view.embedding)


def edges_at(graph: Graph, nodes: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the edges that some nodes have, (m, 2), at most some thousands, the strongest first.

    Of a graph with directions those that lead to the nodes too.
    """
    wanted = np.zeros(graph.n_nodes, dtype=bool)
    wanted[nodes] = True
    at = wanted[graph.sources] | wanted[graph.targets]
    if not graph.directed:
        at &= graph.sources < graph.targets
    found = np.flatnonzero(at)
    if len(found) > _MOST_MARKED:
        strongest = np.argsort(-graph.weights[found], kind="stable")
        found = found[strongest[:_MOST_MARKED]]
    return np.stack([graph.sources[found], graph.targets[found].astype(np.int64)], axis=1)


def told_of_edges(graph: Graph) -> str:
    """Return how many of a graph's edges are drawn, in words."""
    if graph.n_edges <= MOST_EDGES:
        return f"{count(graph.n_edges, 'edge')} drawn."
    weights = graph.edge_weights()
    which = "the strongest" if weights.min() < weights.max() else "drawn at random"
    return (
        f"{MOST_EDGES:,} of {graph.n_edges:,} edges are drawn, {which}; those of the selected "
        "nodes always."
    )


def strongest_edges(graph: Graph, most: int = MOST_EDGES) -> Edges:
    """Return at most so many edges of a graph; of equal ones, some at random."""
    edges, weights = graph.edges(), graph.edge_weights()
    if len(edges) > most:
        chance = np.random.default_rng(0).random(len(edges))
        kept = np.sort(np.lexsort((chance, -weights))[:most])
        edges, weights = edges[kept], weights[kept]
    return Edges(edges, _levels(weights), directed=graph.directed)


def _levels(weights: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return how strong edges look: weights from the weakest to the strongest, in few levels."""
    low, high = (float(weights.min()), float(weights.max())) if len(weights) else (0.0, 0.0)
    if high <= low:
        return np.ones(len(weights), dtype=np.int64)
    # By the root: a few very strong edges would leave all others as thin as can be.
    share = np.sqrt((weights - low) / (high - low))
    return np.minimum((share * EDGE_LEVELS).astype(np.int64), EDGE_LEVELS - 1)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=BY_FINGERPRINT)
def _thinned(collection: Collection, embedding: Embedding) -> Edges:
    return strongest_edges(graph_among(collection, embedding))
