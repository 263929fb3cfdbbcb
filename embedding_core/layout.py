"""A graph drawn on a plane: as far apart as there are steps between; and the part around a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import TooLargeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.graph import Graph
    from embedding_core.models import Cancel, Progress

DRAWN_WHOLE = 2_000
"""How many nodes a graph may have to be drawn: it takes all pairs of them."""
_GAP = 1.0


def lay_out(
    graph: Graph,
    seed: int = 0,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> NDArray[np.float32]:
    """Find a place for every node, so that distances are the numbers of steps between nodes.

    Weights and directions are not looked at. Parts that no edge joins are drawn apart and laid
    beside each other, the largest first: between them, distances say nothing.

    Parameters
    ----------
    graph : Graph
        Of at most :data:`DRAWN_WHOLE` nodes.
    seed : int
        The same seed gives the same drawing, bit for bit.
    progress : callable, optional
        Told how far it is.
    cancel : callable, optional
        Asked whether to stop.

    Returns
    -------
    ndarray of shape (n_nodes, 2), float32
        A step along an edge is about 1 long.

    Raises
    ------
    TooLargeError
    Cancelled
    """
    from scipy.sparse.csgraph import connected_components

    if graph.n_nodes > DRAWN_WHOLE:
        raise TooLargeError(
            f"The graph has {graph.n_nodes:,} nodes and a drawing takes {DRAWN_WHOLE:,}; draw the "
            "part around a node."
        )
    both = graph.undirected()
    n_parts, part = connected_components(both.matrix(), directed=False)
    by_size = np.argsort(-np.bincount(part, minlength=n_parts), kind="stable")
    parts = [np.flatnonzero(part == number) for number in by_size]
    drawn = [_upright(_drawn(both.take(nodes), seed, progress, cancel)) for nodes in parts]
    places = np.zeros((graph.n_nodes, 2), dtype=np.float32)
    for nodes, inner, corner in zip(parts, drawn, _corners(drawn), strict=True):
        places[nodes] = inner + corner
    return places


def steps_apart(graph: Graph) -> NDArray[np.float64]:
    """Return how many edges the shortest way between any two nodes has, (n, n) float64.

    Infinite where there is none; weights and directions are not looked at.
    """
    from scipy.sparse.csgraph import shortest_path

    found: NDArray[np.float64] = shortest_path(
        graph.undirected().matrix(), method="D", directed=False, unweighted=True
    )
    return found


def surroundings(graph: Graph, nodes: NDArray[np.integer], most: int) -> NDArray[np.int64]:
    """Return the nodes around some, step by step, as long as no more than `most` come together.

    Of the ring that does not fit whole those are taken that have the most links to what is there
    already, the first of the graph where they have as many. Directions are not looked at.

    Parameters
    ----------
    graph : Graph
    nodes : ndarray of shape (m,), integer
        Where it begins; where they are more than `most`, the first of them.
    most : int

    Returns
    -------
    ndarray of shape (k,), int64
        Rising places in the graph.
    """
    both = graph.undirected()
    inside = np.zeros(graph.n_nodes, dtype=bool)
    inside[nodes[:most]] = True
    while inside.sum() < most:
        links = np.bincount(both.targets[inside[both.sources]], minlength=graph.n_nodes)
        ring = np.flatnonzero((links > 0) & ~inside)
        if not len(ring):
            break
        room = most - int(inside.sum())
        inside[ring[np.argsort(-links[ring], kind="stable")][:room]] = True
    return np.flatnonzero(inside)


def _drawn(
    graph: Graph, seed: int, progress: Progress | None, cancel: Cancel | None
) -> NDArray[np.float64]:
    """Draw a graph whose nodes all hang together."""
    from embedding_core.stress import settle

    if graph.n_nodes == 1:
        return np.zeros((1, 2))
    return settle(steps_apart(graph), seed, progress=progress, cancel=cancel)


def _upright(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn a drawing so that it is widest from left to right, its lower left corner at 0, 0."""
    centered = places - places.mean(axis=0)
    if len(places) > 1:
        _, axes = np.linalg.eigh(centered.T @ centered)
        # Which way an axis points is chance: the first node is at the left and low.
        turned = centered @ axes[:, ::-1]
        centered = turned * np.where(turned[0] > 0, -1.0, 1.0)
    corner: NDArray[np.float64] = centered - centered.min(axis=0)
    return corner


def _corners(drawings: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Lay drawings in rows, from the largest to the smallest; return the lower left of each."""
    sides = [drawing.max(axis=0) + _GAP for drawing in drawings]
    width = max(float(np.sqrt(sum(float(side.prod()) for side in sides)) * 1.3), float(sides[0][0]))
    corners, across, down, height = [], 0.0, 0.0, 0.0
    for side in sides:
        if across and across + side[0] > width + 1e-9:
            across, down, height = 0.0, down - height, 0.0
        height = max(height, float(side[1]))
        corners.append(np.array([across, down - float(side[1])]))
        across += float(side[0])
    return corners
