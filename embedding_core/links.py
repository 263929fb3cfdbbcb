"""What links say: evidence for two nodes being near, what a map kept of them, which are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import InputError
from embedding_core.graph import Graph

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

    from embedding_core.collection import Collection

    Pairs = NDArray[np.int64]

COMMON, ADAMIC = "common neighbours", "Adamic-Adar"
_BLOCK = 512
_PAIRS = 8_192
_LOOKED_AT = 2_000


@dataclass(frozen=True)
class Evidence:
    """What a graph says of two nodes; directions are not looked at.

    Attributes
    ----------
    linked : bool
        Whether there is an edge between them.
    common : tuple of int
        The nodes both are linked to, those with the fewest links first: sharing them tells most.
    path : tuple of int
        A shortest way from the one to the other, both included; empty where there is none.
    """

    linked: bool
    common: tuple[int, ...]
    path: tuple[int, ...]


def find_evidence(graph: Graph, node: int, other: int) -> Evidence:
    """Return what links two nodes of a graph.

    Parameters
    ----------
    graph : Graph
    node, other : int
        Places in the graph.
    """
    return gather_evidence(graph, node, [other])[0]


def gather_evidence(graph: Graph, node: int, others: Sequence[int]) -> list[Evidence]:
    """Return what links a node to each of some others.

    Parameters
    ----------
    graph : Graph
    node : int
    others : sequence of int
        Places in the graph.
    """
    from scipy.sparse.csgraph import breadth_first_order

    both = graph.undirected()
    _, before = breadth_first_order(both.matrix(), node, directed=True)
    around = both.neighbors(node)
    return [
        Evidence(
            linked=bool(np.isin(other, around)),
            common=_common(both, around, other),
            path=_path(before, node, other),
        )
        for other in others
    ]


def _common(both: Graph, around: NDArray[np.int32], other: int) -> tuple[int, ...]:
    """Return the nodes around one that are linked to another too, those with few links first."""
    common = np.intersect1d(around, both.neighbors(other), assume_unique=True)
    return tuple(common[np.argsort(both.degrees[common], kind="stable")].tolist())


def _path(before: NDArray[np.integer], node: int, other: int) -> tuple[int, ...]:
    """Return the way from a node to another, by the node before each on a shortest way."""
    path = [other]
    while path[-1] != node and before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return tuple(reversed(path)) if path[-1] == node else ()


@dataclass(frozen=True, eq=False)
class EdgesKept:
    """How many of a graph's edges a map shows as nearness.

    Attributes
    ----------
    share : float
        Of the links of all nodes looked at, those that lead to one of the node's nearest points,
        as many of them as it has links; 0 to 1.
    by_chance : float
        What a map with its points dealt out at random would be expected to have.
    of_node : ndarray of shape (n,), float64
        The same for each node; NaN where it has no link or was not looked at.
    """

    share: float
    by_chance: float
    of_node: NDArray[np.float64]


def edges_kept(
    graph: Graph, coords: NDArray[np.floating], *, most: int = _LOOKED_AT, seed: int = 0
) -> EdgesKept:
    """Tell how many links of a graph lead to a near point of a map.

    A node with d links asks: how many of them are among my d nearest points? It is the R-precision
    of graph reconstruction (Goyal and Ferrara, "Graph embedding techniques", 2018), asked of the
    picture. At equal distances links are taken to come first.

    Parameters
    ----------
    graph : Graph
    coords : ndarray of shape (n_nodes, dim)
        Places of the nodes on the map, in the graph's order.
    most : int
        How many nodes to look at; where there are more, that many drawn at random.
    seed : int

    Raises
    ------
    InputError
        If there is no point for each node, or no edge.
    """
    both = graph.undirected()
    if len(coords) != both.n_nodes:
        raise InputError(
            f"The map has {len(coords):,} points and the graph {both.n_nodes:,} nodes; draw all."
        )
    degrees = both.degrees
    nodes = np.flatnonzero(degrees)
    if not len(nodes):
        raise InputError("The graph has no edge, so that there is nothing a map could keep.")
    if len(nodes) > most:
        nodes = np.sort(np.random.default_rng(seed).choice(nodes, most, replace=False))
    points = np.ascontiguousarray(coords, dtype=np.float64)
    found = np.full(both.n_nodes, np.nan)
    squares = np.einsum("ij,ij->i", points, points)
    for at in range(0, len(nodes), _BLOCK):
        block = nodes[at : at + _BLOCK]
        distances = squares[block, None] + squares - 2 * points[block] @ points.T
        distances[np.arange(len(block)), block] = np.inf
        for node, row in zip(block.tolist(), distances, strict=True):
            links = both.neighbors(node)
            nearest = np.partition(row, len(links) - 1)[len(links) - 1]
            found[node] = (row[links] <= nearest).mean()
    weights = degrees[nodes]
    chance = weights / (both.n_nodes - 1)
    return EdgesKept(
        share=float(np.average(found[nodes], weights=weights)),
        by_chance=float(np.average(chance, weights=weights)),
        of_node=found,
    )


@dataclass(frozen=True, eq=False)
class Hidden:
    """A graph with some edges hidden, to see whether a model finds them.

    Attributes
    ----------
    graph : Graph
        What is left to learn from.
    edges : ndarray of shape (m, 2), int64
        The edges that were hidden.
    others : ndarray of shape (m, 2), int64
        As many pairs of nodes that no edge joins in the whole graph.
    share : float
        Of all edges, those hidden.
    """

    graph: Graph
    edges: Pairs
    others: Pairs
    share: float


def hide_edges(graph: Graph, share: float = 0.1, seed: int = 0) -> Hidden:
    """Hide some edges at random, so that no part of the graph falls apart.

    A random spanning forest stays, as with Grover and Leskovec (node2vec, 2016): a node that lost
    its last edge would have nothing to be found by. Fewer than `share` are hidden where the forest
    leaves fewer.

    Parameters
    ----------
    graph : Graph
    share : float
        Of all edges, above 0 and below 1.
    seed : int

    Raises
    ------
    InputError
        If `share` is out of range, or no edge can be hidden: the graph is a forest, or all nodes
        are linked to each other.
    """
    if not 0 < share < 1:
        raise InputError(f"The share of edges to hide got {share}; it is above 0 and below 1.")
    rng = np.random.default_rng(seed)
    edges, weights = graph.edges(), graph.edge_weights()
    free = np.flatnonzero(~_in_forest(edges, graph.n_nodes, rng))
    n = min(max(1, round(share * len(edges))), len(free))
    others = _unlinked(graph, n, rng)
    if not n or not len(others):
        raise InputError(
            "No edge of this graph can be hidden: without any of them a part would fall off, or "
            "all nodes are linked to each other; bring a graph with more than a tree of edges."
        )
    hidden = np.zeros(len(edges), dtype=bool)
    hidden[rng.choice(free, n, replace=False)] = True
    begin, end = edges[~hidden].T
    kept = Graph.of(graph.n_nodes, begin, end, weights[~hidden], directed=graph.directed)
    return Hidden(kept, edges[hidden], others, n / len(edges))


def _in_forest(edges: Pairs, n_nodes: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Tell which edges are in a spanning forest drawn at random; directions are not looked at."""
    import scipy.sparse as sp
    from scipy.sparse.csgraph import minimum_spanning_tree

    low, high = edges.min(axis=1), edges.max(axis=1)
    keys, first, place = np.unique(low * n_nodes + high, return_index=True, return_inverse=True)
    costs = rng.permutation(len(keys)).astype(np.float64) + 1
    shape = (n_nodes, n_nodes)
    tree = minimum_spanning_tree(sp.csr_array((costs, (low[first], high[first])), shape=shape))
    chosen = np.zeros(len(keys), dtype=bool)
    chosen[np.flatnonzero(np.isin(costs, tree.data))] = True
    # Of two edges there and back the first alone is needed.
    there = np.zeros(len(edges), dtype=bool)
    there[first] = True
    return chosen[place] & there


def _unlinked(graph: Graph, n: int, rng: np.random.Generator) -> Pairs:
    """Return up to `n` different pairs of nodes without an edge, drawn evenly from all of them."""
    nodes = graph.n_nodes
    linked = graph.sources * nodes + graph.targets
    possible = nodes * (nodes - 1) // (1 if graph.directed else 2) - graph.n_edges
    n = min(n, possible)
    if possible < 4 * n or nodes <= _LOOKED_AT:
        keys = np.setdiff1d(np.arange(nodes * nodes), linked, assume_unique=True)
        begin, end = keys // nodes, keys % nodes
        keys = keys[begin != end] if graph.directed else keys[begin < end]
        keys = rng.choice(keys, n, replace=False)
    else:
        keys = np.empty(0, dtype=np.int64)
        while len(keys) < n:
            begin, end = rng.integers(0, nodes, (2, 2 * n))
            if not graph.directed:
                begin, end = np.minimum(begin, end), np.maximum(begin, end)
            drawn = (begin * nodes + end)[begin != end]
            _, first = np.unique(drawn, return_index=True)
            drawn = drawn[np.sort(first)]
            fresh = ~np.isin(drawn, keys) & ~np.isin(drawn, linked)
            keys = np.concatenate([keys, drawn[fresh]])[:n]
    return np.stack([keys // nodes, keys % nodes], axis=1)


def with_hidden(collection: Collection, hidden: Hidden) -> Collection:
    """Return the nodes of a graph with some of its edges hidden, to be embedded.

    Columns that were counted from the edges are left out: they would tell of the hidden ones.
    """
    from embedding_core.modalities.graphfiles.assembly import COUNTED

    told = [column for column in COUNTED if column in collection.table]
    table = collection.table.drop(columns=told)
    return replace(collection, context=hidden.graph, table=table)


def common_neighbors(graph: Graph, pairs: Pairs) -> NDArray[np.float64]:
    """Return how many nodes both of each pair are linked to, (m,) float64."""
    matrix = _links(graph)
    return _shared(matrix, matrix, pairs)


def adamic_adar(graph: Graph, pairs: Pairs) -> NDArray[np.float64]:
    """Return the shared neighbours of each pair, each counted 1 / log of its links, (m,) float64.

    Adamic and Adar, "Friends and neighbors on the Web", 2003.
    """
    import scipy.sparse as sp

    matrix = _links(graph)
    # Who shares a neighbour of two nodes gives it two links or more, so that no log is 0.
    degrees = np.maximum(graph.undirected().degrees, 2)
    return _shared(matrix, sp.csr_array(matrix @ sp.diags_array(1 / np.log(degrees))), pairs)


def _links(graph: Graph) -> sp.csr_array:
    """Return 1 where two nodes are linked, whatever the weight and the direction."""
    import scipy.sparse as sp

    both = graph.undirected()
    ones = np.ones(len(both.targets))
    return sp.csr_array((ones, both.targets, both.offsets), shape=(both.n_nodes, both.n_nodes))


def _shared(one: sp.csr_array, other: sp.csr_array, pairs: Pairs) -> NDArray[np.float64]:
    found = np.zeros(len(pairs))
    for at in range(0, len(pairs), _PAIRS):
        begin, end = pairs[at : at + _PAIRS].T
        found[at : at + _PAIRS] = np.asarray((one[begin] * other[end]).sum(axis=1)).ravel()
    return found


@dataclass(frozen=True)
class LinkScore:
    """How well something tells hidden edges from pairs without one.

    Attributes
    ----------
    auc : float
        How often a hidden edge gets a higher score than a pair without one, ties counted half:
        the area under the ROC curve, 0.5 by chance.
    average_precision : float
        The mean share of hidden edges among the pairs scored highest, over all cuts; by chance the
        share of hidden edges among all pairs.
    """

    auc: float
    average_precision: float


def measure(edges: NDArray[np.floating], others: NDArray[np.floating]) -> LinkScore:
    """Return how well scores tell edges from other pairs; larger is likelier.

    Parameters
    ----------
    edges, others : ndarray of shape (m,) and (k,)
    """
    from sklearn.metrics import average_precision_score, roc_auc_score

    truth = np.r_[np.ones(len(edges)), np.zeros(len(others))]
    scores = np.r_[edges, others]
    return LinkScore(
        float(roc_auc_score(truth, scores)), float(average_precision_score(truth, scores))
    )


def find_missing(
    hidden: Hidden, vectors: NDArray[np.float32], metric: str = "cosine"
) -> Mapping[str, LinkScore]:
    """Compare vectors learned without the hidden edges with counting neighbours.

    Parameters
    ----------
    hidden : Hidden
    vectors : ndarray of shape (n_nodes, dim), float32
        Learned from ``hidden.graph`` alone, in its order.
    metric : {"cosine", "dot"}
        What the model's vectors are compared by.

    Returns
    -------
    mapping of str to LinkScore
        ``"model"``, ``"common neighbours"`` and ``"Adamic-Adar"``.
    """
    if metric not in ("cosine", "dot"):
        raise InputError(f"metric got {metric!r}; links are scored by cosine or dot.")
    rows = vectors.astype(np.float64)
    if metric == "cosine":
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        rows = rows / np.where(norms > 0, norms, 1)

    def of_vectors(pairs: Pairs) -> NDArray[np.float64]:
        products: NDArray[np.float64] = np.einsum("ij,ij->i", rows[pairs[:, 0]], rows[pairs[:, 1]])
        return products

    return {
        "model": measure(of_vectors(hidden.edges), of_vectors(hidden.others)),
        COMMON: measure(
            common_neighbors(hidden.graph, hidden.edges),
            common_neighbors(hidden.graph, hidden.others),
        ),
        ADAMIC: measure(
            adamic_adar(hidden.graph, hidden.edges), adamic_adar(hidden.graph, hidden.others)
        ),
    }
