"""Missing links put to the test: edges are hidden, and a model that learned without them looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import Cancelled, InputError
from embedding_core.graph import Graph
from embedding_core.links import (
    Hidden,
    LinkScore,
    common_neighbors,
    find_missing,
    hide_edges,
    with_hidden,
)
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress

ALL_PAIRS = 20_000
"""Of graphs with no more nodes than that all pairs without an edge are looked at."""
_LOOKED_AT = 2_000
_BLOCK_FLOATS = 1 << 23


@dataclass(frozen=True, eq=False)
class Trial:
    """One time edges were hidden and looked for.

    Attributes
    ----------
    hidden : Hidden
        What was hidden, and what was left to learn from.
    vectors : ndarray of shape (n_nodes, dim), float32
        Learned from what was left, in the graph's order.
    scores : mapping of str to LinkScore
        As of :func:`embedding_core.links.find_missing`.
    seed : int
    """

    hidden: Hidden
    vectors: NDArray[np.float32]
    scores: Mapping[str, LinkScore]
    seed: int


def try_links(
    collection: Collection,
    model: str,
    params: Mapping[str, Any],
    *,
    share: float = 0.1,
    repeats: int = 1,
    seed: int = 0,
    metric: str = "cosine",
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> tuple[Trial, ...]:
    """Hide some edges, learn from the rest, and tell the hidden ones from pairs without an edge.

    Parameters
    ----------
    collection : Collection
        All nodes of a graph.
    model, params
        Name and settings, as :func:`embedding_core.embed` takes them.
    share : float
        Of all edges, above 0 and below 1.
    repeats : int
        How often, each time with other edges hidden and another training.
    seed : int
        Of the first; each further one has the next.
    metric : {"cosine", "dot"}
        What the model's vectors are compared by.
    progress, cancel : callable, optional

    Raises
    ------
    InputError
        If the collection is no whole graph, or no edge can be hidden.
    Cancelled
    """
    from embedding_core.embedding import embed

    graph = _whole_graph(collection)
    trials = []
    for turn in range(repeats):
        hidden = hide_edges(graph, share, seed + turn)
        embedding = embed(
            with_hidden(collection, hidden),
            model,
            seed=seed + turn,
            progress=_of_turn(progress, turn, repeats),
            cancel=cancel,
            **params,
        )
        vectors = _in_order(embedding, collection, graph.n_nodes)
        trials.append(Trial(hidden, vectors, find_missing(hidden, vectors, metric), seed + turn))
        if cancel is not None and cancel():
            raise Cancelled
    return tuple(trials)


def _whole_graph(collection: Collection) -> Graph:
    graph = collection.context
    if not isinstance(graph, Graph):
        raise InputError("Hiding edges needs a graph, and these items have none; bring edges.")
    if len(collection) != graph.n_nodes:
        raise InputError(
            f"Hiding edges needs the whole graph: {len(collection):,} of its {graph.n_nodes:,} "
            "nodes are here; bring all of them."
        )
    return graph


def _of_turn(progress: Progress | None, turn: int, repeats: int) -> Progress | None:
    if progress is None:
        return None
    told = progress

    def of_turn(done: int, total: int, what: str = "") -> None:
        told(turn * total + done, repeats * total, f"{turn + 1} of {repeats}, {what}")

    return of_turn if repeats > 1 else told


def _in_order(embedding: Embedding, collection: Collection, n_nodes: int) -> NDArray[np.float32]:
    """Return vectors in the graph's order; zeros for a node that has none."""
    vectors = np.zeros((n_nodes, embedding.vectors.shape[1]), dtype=np.float32)
    at = [collection.payloads[collection.positions[id_]].load() for id_ in embedding.ids]
    vectors[at] = embedding.vectors
    return vectors


@dataclass(frozen=True, eq=False)
class Predicted:
    """The pairs without an edge that a model holds nearest.

    Attributes
    ----------
    pairs : ndarray of shape (m, 2), int64
        The lower node first; the likeliest pair first.
    scores : ndarray of shape (m,), float64
        Cosine or dot product.
    hidden : ndarray of shape (m,), bool
        Which of them are edges that were hidden.
    common : ndarray of shape (m,), int64
        How many nodes both are linked to by the edges that were left.
    n_pairs : int
        How many pairs were looked at.
    n_hidden : int
        How many of those were hidden edges.
    n_nodes : int
        From how many nodes pairs were looked at; of large graphs only some, drawn at random.
    """

    pairs: NDArray[np.int64]
    scores: NDArray[np.float64]
    hidden: NDArray[np.bool_]
    common: NDArray[np.int64]
    n_pairs: int
    n_hidden: int
    n_nodes: int


def predict_links(
    hidden: Hidden,
    vectors: NDArray[np.float32],
    metric: str = "cosine",
    *,
    most: int = 100,
    seed: int = 0,
    cancel: Cancel | None = None,
) -> Predicted:
    """Return the pairs without an edge that lie nearest, and which of them were hidden.

    Directions are not looked at: nearness has none.

    Parameters
    ----------
    hidden : Hidden
    vectors : ndarray of shape (n_nodes, dim), float32
        Learned from ``hidden.graph``, in its order; nodes with a zero vector are left out, as
        nothing was learned of them.
    metric : {"cosine", "dot"}
    most : int
        How many pairs.
    seed : int
        Of the draw, where only some nodes' pairs are looked at.
    cancel : callable, optional
    """
    graph = hidden.graph.undirected()
    rows = vectors.astype(np.float32)
    if metric == "cosine":
        rows = unit(rows)
    known = np.asarray(rows.any(axis=1))
    nodes = np.flatnonzero(known)
    if graph.n_nodes > ALL_PAIRS and len(nodes) > _LOOKED_AT:
        nodes = np.sort(np.random.default_rng(seed).choice(nodes, _LOOKED_AT, replace=False))
    looked = np.zeros(graph.n_nodes, dtype=bool)
    looked[nodes] = True
    best_keys, best_scores = np.zeros(0, np.int64), np.zeros(0, np.float32)
    n_pairs = 0
    for block in np.array_split(nodes, max(1, len(nodes) * graph.n_nodes // _BLOCK_FLOATS + 1)):
        if cancel is not None and cancel():
            raise Cancelled
        scores = _free_scores(graph, rows, block, looked, known)
        n_pairs += int(np.isfinite(scores).sum())
        # What is below those found so far is not looked at again.
        least = best_scores[-1] if len(best_scores) == most else _least_of(scores, most)
        at, other = np.nonzero(scores >= least)
        keys = _keys_of(np.stack([block[at], other], axis=1), graph.n_nodes)
        keys, found = np.r_[best_keys, keys], np.r_[best_scores, scores[at, other]]
        order = np.lexsort((keys, -found))[:most]
        best_keys, best_scores = keys[order], found[order]
    pairs = np.stack([best_keys // max(1, graph.n_nodes), best_keys % max(1, graph.n_nodes)], 1)
    secret = _keys_of(hidden.edges, graph.n_nodes)
    reachable = looked[hidden.edges].any(axis=1) & known[hidden.edges].all(axis=1)
    # Of an edge there and one back, one may be left: then the pair is linked.
    free = secret[reachable & ~np.isin(secret, _keys_of(graph.edges(), graph.n_nodes))]
    return Predicted(
        pairs,
        best_scores.astype(np.float64),
        np.isin(best_keys, secret),
        common_neighbors(graph, pairs).astype(np.int64),
        n_pairs,
        len(np.unique(free)),
        len(nodes),
    )


def _free_scores(
    graph: Graph,
    rows: NDArray[np.float32],
    block: NDArray[np.intp],
    looked: NDArray[np.bool_],
    known: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """Return the scores of some nodes with all others; -inf for pairs that are not looked at.

    Those are pairs that an edge joins, a node with itself, and all but one of the two ways round.
    """
    scores: NDArray[np.float32] = rows[block] @ rows.T
    others = np.arange(graph.n_nodes)
    # A pair of two nodes that are both looked at comes from the lower one.
    scores[~(known & (~looked | (others > block[:, None])))] = -np.inf
    many = graph.offsets[block + 1] - graph.offsets[block]
    links = np.concatenate([graph.neighbors(node) for node in block]) if len(block) else block
    scores[np.repeat(np.arange(len(block)), many), links] = -np.inf
    return scores


def _least_of(scores: NDArray[np.float32], most: int) -> np.float32:
    """Return the least of the largest scores, so many of them; above -inf in any case."""
    flat = scores.ravel()
    lowest = np.finfo(np.float32).min
    if len(flat) <= most:
        return lowest
    return max(lowest, np.partition(flat, len(flat) - most)[len(flat) - most])


def _keys_of(pairs: NDArray[np.integer], n_nodes: int) -> NDArray[np.int64]:
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    keys: NDArray[np.int64] = low.astype(np.int64) * n_nodes + high
    return keys


def summarize(trials: Sequence[Trial], who: str) -> tuple[LinkScore, LinkScore, LinkScore]:
    """Return the mean of one method's scores over all trials, the lowest and the highest of each.

    Parameters
    ----------
    trials : sequence of Trial
    who : str
        ``"model"``, ``"common neighbours"`` or ``"Adamic-Adar"``.
    """
    table = np.array(
        [[trial.scores[who].auc, trial.scores[who].average_precision] for trial in trials]
    )
    mean, low, high = (
        LinkScore(*map(float, of(table, axis=0))) for of in (np.mean, np.min, np.max)
    )
    return mean, low, high
