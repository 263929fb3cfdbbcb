"""What walks do: how far from home they get, whom they meet, and what that makes of a map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.graph import Graph
    from embedding_core.neighbors import NeighborGraph

    Walks = NDArray[np.int32]

_FEWEST_NODES = 3


def steps_from(graph: Graph, start: int) -> NDArray[np.int64]:
    """Return how many steps each node is away from one, along edges as walks may take them.

    Parameters
    ----------
    graph : Graph
    start : int

    Returns
    -------
    ndarray of shape (n_nodes,), int64
        -1 where no walk from `start` ever comes.
    """
    steps = np.full(graph.n_nodes, -1, dtype=np.int64)
    ring, distance = np.array([start], dtype=np.int64), 0
    while len(ring):
        steps[ring] = distance
        distance += 1
        # All links of the ring at once: where each row begins, and how far along it each link is.
        begin, many = graph.offsets[ring], graph.offsets[ring + 1] - graph.offsets[ring]
        along = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        met = np.unique(graph.targets[np.repeat(begin, many) + along])
        ring = met[steps[met] < 0].astype(np.int64)
    return steps


def mean_steps(walks: Walks, steps: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far from home walks are on average, place by place.

    Parameters
    ----------
    walks : ndarray of shape (m, length), int32
        As a Walker returns them, all from one node.
    steps : ndarray of shape (n_nodes,)
        How far each node is from it, as :func:`steps_from` returns.

    Returns
    -------
    ndarray of shape (at most length,), float64
        Over the walks that came so far; no longer than the longest of them.
    """
    is_there = walks >= 0
    many = is_there.sum(axis=0)
    far = np.where(is_there, steps[walks], 0).sum(axis=0)
    reached = many > 0
    means: NDArray[np.float64] = far[reached] / many[reached]
    return means


@dataclass(frozen=True, eq=False)
class Meetings:
    """Which nodes walks bring together: the pairs that training learns from.

    Attributes
    ----------
    pairs : ndarray of shape (m, 2), int64
        The pairs met most often, the lower node first; the same node twice where walks come back
        to it within the window.
    met : ndarray of shape (m,), int64
        How often both stand within the window of each other.
    learned : ndarray of shape (m,), float64
        How often one round of training is expected to learn them, from both sides together: it cuts
        each window at random, so that near ones count more (Mikolov et al., 2013).
    n_pairs : int
        How many different pairs were met in all.
    n_met : int
        How often any pair was met.
    n_walks : int
        In how many walks.
    """

    pairs: NDArray[np.int64]
    met: NDArray[np.int64]
    learned: NDArray[np.float64]
    n_pairs: int
    n_met: int
    n_walks: int


def count_meetings(
    blocks: Iterable[Walks], window: int, n_nodes: int, *, most: int = 100, enough: int = 1_000_000
) -> Meetings:
    """Count which nodes stand near each other on walks.

    Parameters
    ----------
    blocks : iterable of ndarray of shape (m, length), int32
        Walks; what is behind an end is negative.
    window : int
        How far apart two places of a walk may be.
    n_nodes : int
    most : int
        How many pairs to return, those first that training learns most often.
    enough : int
        No further walks are looked at once so many meetings were counted.
    """
    keys: list[NDArray[np.int64]] = []
    apart: list[NDArray[np.int64]] = []
    n_walks = n_met = 0
    for block in blocks:
        # So many walks of this length as there is room for.
        a_walk = max(1, min(window, block.shape[1]) * block.shape[1])
        for walks in np.array_split(block, max(1, len(block) * a_walk // enough + 1)):
            n_walks += len(walks)
            for distance in range(1, min(window, walks.shape[1] - 1) + 1):
                one, other = walks[:, :-distance].ravel(), walks[:, distance:].ravel()
                both = other >= 0
                low, high = np.minimum(one, other)[both], np.maximum(one, other)[both]
                keys.append(low.astype(np.int64) * n_nodes + high)
                apart.append(np.full(len(low), distance))
                n_met += len(low)
            if n_met >= enough:
                break
        if n_met >= enough:
            break
    return _counted(keys, apart, window, n_nodes, most, n_walks)


def _counted(
    keys: Sequence[NDArray[np.int64]],
    apart: Sequence[NDArray[np.int64]],
    window: int,
    n_nodes: int,
    most: int,
    n_walks: int,
) -> Meetings:
    all_keys = np.concatenate(keys) if keys else np.zeros(0, np.int64)
    distances = np.concatenate(apart) if apart else np.zeros(0, np.int64)
    different, place = np.unique(all_keys, return_inverse=True)
    # Seen from either end, a pair d apart is within a window of 1 to `window` in so many of them.
    chances = 2 * (window + 1 - distances) / window
    met = np.bincount(place, minlength=len(different))
    learned = np.bincount(place, weights=chances, minlength=len(different)).astype(np.float64)
    first = np.lexsort((different, -met, -learned))[:most]
    pairs = np.stack([different[first] // max(n_nodes, 1), different[first] % max(n_nodes, 1)], 1)
    return Meetings(pairs, met[first], learned[first], len(different), len(all_keys), n_walks)


@dataclass(frozen=True)
class Character:
    """What the neighbours of nodes among their vectors have in common.

    Attributes
    ----------
    linked : float
        Of the nearest neighbours, the share that is linked to the node.
    linked_by_chance : float
        What neighbours drawn at random would have.
    roles : float
        Spearman correlation of the links a node has with the mean number its neighbours have: 1
        where nodes lie among those with as many links, near 0 where that plays no part; NaN where
        all nodes have as many.
    labels : float or None
        Of the neighbours that have a label, the share with the node's own; None without labels.
    labels_by_chance : float or None
        What neighbours drawn at random would have.
    """

    linked: float
    linked_by_chance: float
    roles: float
    labels: float | None
    labels_by_chance: float | None


def characterize(
    graph: Graph,
    neighbors: NeighborGraph,
    codes: NDArray[np.integer] | None = None,
) -> Character | None:
    """Tell what brings nodes near: links, a like number of links (role), labels (community).

    Nodes without an edge are left out: nothing was learned of them.

    Parameters
    ----------
    graph : Graph
        Directions are not looked at.
    neighbors : NeighborGraph
        The nearest of each node among its vectors, in the graph's order.
    codes : ndarray of shape (n_nodes,), int, optional
        Labels as numbers; negative where there is none.

    Returns
    -------
    Character or None
        None where fewer than three nodes have an edge.
    """
    from scipy.stats import rankdata

    both = graph.undirected()
    degrees = both.degrees
    nodes = np.flatnonzero(degrees)
    n = len(nodes)
    if n < _FEWEST_NODES:
        return None
    near = neighbors.indices[nodes]
    keys = both.sources * both.n_nodes + both.targets
    linked = np.isin(nodes[:, None] * both.n_nodes + near, keys)
    around = degrees[near].mean(axis=1)
    own = degrees[nodes]
    varied = np.ptp(own) > 0 and np.ptp(around) > 0
    roles = np.corrcoef(rankdata(own), rankdata(around))[0, 1] if varied else np.nan
    labels, chance = _label_agreement(nodes, near, codes)
    return Character(
        float(linked.mean()), float(own.mean() / (n - 1)), float(roles), labels, chance
    )


def _label_agreement(
    nodes: NDArray[np.intp], near: NDArray[np.integer], codes: NDArray[np.integer] | None
) -> tuple[float | None, float | None]:
    if codes is None:
        return None, None
    own, theirs = codes[nodes][:, None], codes[near]
    known = (own >= 0) & (theirs >= 0)
    sizes = np.bincount(codes[nodes][codes[nodes] >= 0])
    total = int(sizes.sum())
    if not known.any() or (sizes > 0).sum() < 2:
        return None, None
    chance = float((sizes * (sizes - 1)).sum() / (total * (total - 1)))
    return float((own == theirs)[known].mean()), chance
