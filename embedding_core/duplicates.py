"""Copies: items that are the same, or so near that chance does not explain it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from embedding_core.errors import Cancelled, InputError
from embedding_core.neighbors import NeighborGraph, neighbor_graph
from embedding_core.similarity import DISTANCES, check_metric, pairwise, prepare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress

FEWEST_ITEMS = 12
"""Below this many items nothing tells what is near: by itself only the same is found."""
CHANCE = 0.05
"""How many pairs may be expected within the threshold where there are no copies."""

_NEIGHBORS = 15
_OUTER, _INNER = 10, 5
_DENSEST = 0.1
_SHARE = 0.5
# What is left between equal directions after scaling to length 1 in float32.
_ROUNDING = 1e-6
# How far a graph's distances may be off: pairs that could be within are measured again.
_SLACK = 2e-3
_PAIRS_AT_ONCE = 1 << 14
_BLOCK_FLOATS = 1 << 22
Kind = Literal["exact", "same vector", "near"]


@dataclass(frozen=True, eq=False)
class CopyGroup:
    """Items that hang together by pairs within the threshold.

    Attributes
    ----------
    positions : ndarray of shape (m,), intp
        In the embedding, ascending.
    kind : {"exact", "same vector", "near"}
        All have the same content, byte for byte; or all have the same vector; or neither.
    exact : tuple of ndarray
        Positions of those among them that have the same content, as far as there are any.
    nearest, farthest : float
        Score of the most and the least alike two of them: cosine similarity, or a distance. In a
        chain of items that each resemble the next, the farthest may lie beyond the threshold.
    """

    positions: NDArray[np.intp]
    kind: Kind
    exact: tuple[NDArray[np.intp], ...]
    nearest: float
    farthest: float

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Copies among the items of an embedding.

    Attributes
    ----------
    groups : tuple of CopyGroup
        Exact ones first, then the nearest first.
    threshold : float
        A cosine similarity, at least which is near; or a distance, at most which is.
    reason : str
        Where the threshold comes from, as a sentence.
    metric : {"cosine", "euclidean", "manhattan"}
    pairs : ndarray of shape (p, 2), intp
        Two positions each, within one group and among each other's nearest; the nearest first.
    scores : ndarray of shape (p,), float32
        Of the pairs: similarity or distance.
    closest : tuple of (int, int, float) or None
        The nearest two of all and their score, near or not; None of fewer than two items.
    """

    groups: tuple[CopyGroup, ...]
    threshold: float
    reason: str
    metric: str
    pairs: NDArray[np.intp] = field(repr=False)
    scores: NDArray[np.float32] = field(repr=False)
    closest: tuple[int, int, float] | None = None

    def __len__(self) -> int:
        return len(self.groups)

    @property
    def extra(self) -> int:
        """How many items would go if one of each group were kept."""
        return sum(len(group) - 1 for group in self.groups)


@dataclass(frozen=True)
class Nearness:
    """What counts as near, in distances: Euclidean between unit vectors under cosine.

    Attributes
    ----------
    distance : float
        At most which two items are near.
    reason : str
        Why, as a sentence.
    """

    distance: float
    reason: str


def duplicates(
    embedding: Embedding,
    threshold: float | None = None,
    metric: str = "cosine",
    *,
    collection: Collection | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Duplicates:
    """Find groups of items that are the same or nearly the same.

    Parameters
    ----------
    embedding : Embedding
    threshold : float, optional
        Cosine similarity from which two items are near, or the distance up to which they are.
        Chosen from the data where left out, see :func:`nearness`.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
        Under "dot", cosine is used: a dot product grows with length, and not with likeness.
    collection : Collection, optional
        What was embedded; items of the same content are then told apart from those that are only
        near, and found whatever the threshold.
    progress, cancel : callable, optional

    Returns
    -------
    Duplicates
        Items are in one group where a chain of pairs within the threshold leads from one to the
        other, none of them left out.

    Raises
    ------
    InputError
        If the threshold is no similarity or distance.
    Cancelled
        If `cancel` said so.
    """
    check_metric(metric)
    metric = "cosine" if metric == "dot" else metric
    graph = neighbor_graph(embedding, _NEIGHBORS, metric, progress=progress, cancel=cancel)
    near = nearness(graph) if threshold is None else _as_told(threshold, metric)
    content = _same_content(embedding, collection)
    pairs, distances = _near_pairs(embedding, graph, near.distance)
    crowded = _crowded(embedding, graph, pairs, near.distance, cancel)
    codes = _joined(_joined(content, pairs), crowded)
    members = [rows for rows in _split(np.arange(len(codes)), codes) if len(rows) > 1]
    groups = [_described(embedding, rows, content, metric) for rows in members]
    groups.sort(key=lambda group: (group.kind != "exact", _far(group.nearest, metric)))
    return Duplicates(
        groups=tuple(groups),
        threshold=_score(near.distance, metric) if threshold is None else threshold,
        reason=near.reason,
        metric=metric,
        pairs=pairs,
        scores=_scores(distances, metric),
        closest=_closest(graph),
    )


def nearness(graph: NeighborGraph) -> Nearness:
    """Choose from the data what is so near that it is a copy.

    Two bounds, and the tighter counts. By chance: around each item its 10 nearest tell how densely
    items lie there, and their distances how density grows with the radius, which gives the local
    dimension (the ratio of two neighbours' distances, as Facco et al., 2017, and Denti et al.,
    2022, use it). Items spread evenly at that density would have fewer than 0.05 pairs in all that
    are nearer than the bound. By size: half the distance that an item's nearest has in the middle
    of such a spread. Both rest on neighbours from the fifth on, which a few copies do not move; the
    densest tenth of the places does not count as background, so that a burst of many copies is not
    taken for it. The price: where density itself differs by orders of magnitude, as with vectors of
    very different lengths under Euclidean distance, the densest places can pass for copies.

    Parameters
    ----------
    graph : NeighborGraph
        By cosine, Euclidean or Manhattan distance; ten neighbours an item.

    Returns
    -------
    Nearness
        Of fewer than twelve items, or where most are the same: only the same is near.
    """
    if len(graph.indices) < FEWEST_ITEMS:
        return Nearness(
            _ROUNDING,
            f"Of fewer than {FEWEST_ITEMS} items nothing tells what is near, so only the same "
            "vectors count.",
        )
    radii = _lengths(graph)
    inner, outer = radii[:, _INNER - 1], radii[:, _OUTER - 1]
    apart = (inner > 0) & (outer > inner)
    if 2 * apart.sum() < len(radii):
        return Nearness(
            _ROUNDING,
            "Most items lie in heaps of the same vectors, so nothing else counts as near.",
        )
    growth = np.log(_OUTER / _INNER) / np.median(np.log(outer[apart] / inner[apart]))
    outer = np.maximum(outer[apart], np.quantile(outer[apart], _DENSEST))
    # In logarithms: a radius to the power of a large dimension leaves the range of numbers.
    crowd = -growth * np.log(outer)
    expected = np.log(_OUTER) + crowd.max() + np.log(np.exp(crowd - crowd.max()).sum())
    by_chance = math.exp((math.log(2 * CHANCE) - expected) / growth)
    usual = float(np.median(outer)) * (math.log(2) / _OUTER) ** (1 / growth)
    if by_chance < _SHARE * usual:
        return Nearness(
            by_chance,
            f"Were items spread evenly, as densely as around each of them now, fewer than {CHANCE} "
            "pairs would be so near.",
        )
    return Nearness(
        _SHARE * usual,
        "This is half the distance to the nearest item that would be usual, were items spread "
        "evenly, as densely as around each of them now.",
    )


def _as_told(threshold: float, metric: str) -> Nearness:
    if metric == "cosine":
        if not -1 <= threshold <= 1:
            raise InputError(
                f"The threshold got {threshold}; a cosine similarity lies between -1 and 1."
            )
        distance = math.sqrt(max(0.0, 2 - 2 * threshold))
    else:
        if not 0 <= threshold < math.inf:
            raise InputError(f"The threshold got {threshold}; a distance is 0 or more.")
        distance = threshold
    # Equal vectors are near whatever was set, though rounding may part them.
    return Nearness(max(distance, _ROUNDING), "As it was set.")


def _lengths(graph: NeighborGraph) -> NDArray[np.float64]:
    """Return a graph's distances as lengths: Euclidean between unit vectors under cosine."""
    distances = graph.distances.astype(np.float64)
    return np.sqrt(2 * distances) if graph.metric == "cosine" else distances


def _score(length: float, metric: str) -> float:
    return max(-1.0, 1 - length**2 / 2) if metric == "cosine" else length


def _scores(lengths: NDArray[np.float64], metric: str) -> NDArray[np.float32]:
    found = 1 - lengths**2 / 2 if metric == "cosine" else lengths
    return found.astype(np.float32)


def _far(score: float, metric: str) -> float:
    return score if metric in DISTANCES else -score


def _measured(embedding: Embedding, pairs: NDArray[np.intp], metric: str) -> NDArray[np.float64]:
    """Return the length between two items each, from their difference: small ones exactly."""
    found = np.empty(len(pairs))
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        left, right = (
            prepare(embedding.vectors[side], metric).astype(np.float64) for side in pairs[part].T
        )
        found[part] = np.linalg.norm(left - right, 1 if metric == "manhattan" else 2, axis=1)
    return found


def _reach(graph: NeighborGraph, distance: float) -> float:
    """Return up to which of a graph's distances two items can be within `distance`."""
    lengths = _lengths(graph)
    scale = 1.0 if graph.metric == "cosine" else float(np.median(lengths[:, -1:]))
    return distance + _SLACK * scale


def _near_pairs(
    embedding: Embedding, graph: NeighborGraph, distance: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return pairs of neighbours within a distance, each once and the nearest first."""
    if not graph.k:
        return np.empty((0, 2), dtype=np.intp), np.empty(0)
    left, at = np.nonzero(_lengths(graph) <= _reach(graph, distance))
    right = graph.indices[left, at].astype(np.intp)
    pairs = np.unique(np.sort(np.stack([left, right], axis=1), axis=1), axis=0)
    lengths = _measured(embedding, pairs, graph.metric)
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] <= distance]
    return pairs[order], lengths[order]


def _same_content(embedding: Embedding, collection: Collection | None) -> NDArray[np.intp]:
    """Return a number an item, equal where the content is; all different where it is unknown."""
    if collection is None:
        return np.arange(len(embedding))
    payloads = collection.payloads
    digests = [payloads[collection.positions[id_]].digest() for id_ in embedding.ids]
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(digest, len(numbers)) for digest in digests], dtype=np.intp)


def _joined(codes: NDArray[np.intp], pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the groups' numbers after both items of each pair came into one group."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(pairs):
        return codes
    n = int(codes.max()) + 1
    left, right = codes[pairs[:, 0]], codes[pairs[:, 1]]
    ties = coo_array((np.ones(len(pairs), dtype=np.int8), (left, right)), shape=(n, n))
    _, merged = connected_components(ties, directed=False)
    return merged[codes].astype(np.intp)


def _crowded(
    embedding: Embedding,
    graph: NeighborGraph,
    pairs: NDArray[np.intp],
    distance: float,
    cancel: Cancel | None,
) -> NDArray[np.intp]:
    """Return pairs that the graph has no room for: of items with more within reach than it keeps.

    Only between groups that the known `pairs` leave apart, and one pair for each two of them, so
    that a heap of a thousand copies does not become half a million pairs.
    """
    n = len(embedding)
    found = [np.empty((0, 2), dtype=np.intp)]
    if graph.k >= n - 1:
        return found[0]
    reach = _reach(graph, distance)
    least = 1 - reach**2 / 2 if graph.metric == "cosine" else -reach
    full = np.flatnonzero(_lengths(graph)[:, -1] <= reach)
    codes = _joined(np.arange(n), pairs)
    step = max(1, _BLOCK_FLOATS // n)
    for start in range(0, len(full), step):
        if cancel is not None and cancel():
            raise Cancelled
        rows = full[start : start + step]
        near = pairwise(embedding.vectors[rows], embedding.vectors, graph.metric) >= least
        near &= codes[rows][:, None] != codes[None, :]
        left, right = np.nonzero(near)
        beyond = np.stack([rows[left], right], axis=1)
        beyond = beyond[_measured(embedding, beyond, graph.metric) <= distance]
        _, first = np.unique(codes[beyond], axis=0, return_index=True)
        found.append(beyond[first])
    return np.concatenate(found)


def _described(
    embedding: Embedding, rows: NDArray[np.intp], content: NDArray[np.intp], metric: str
) -> CopyGroup:
    """Measure a group's nearest and farthest two, and tell whether all are the same."""
    vectors = embedding.vectors[rows]
    best, worst = -np.inf, np.inf
    step = max(1, _BLOCK_FLOATS // len(rows))
    for start in range(0, len(rows), step):
        scores = pairwise(vectors[start : start + step], vectors, metric)
        worst = min(worst, float(scores.min()))
        within = np.arange(len(scores))
        scores[within, start + within] = -np.inf
        best = max(best, float(scores.max()))
    exact = tuple(same for same in _split(rows, content[rows]) if len(same) > 1)
    kind: Kind = "near"
    if exact and len(exact[0]) == len(rows):
        kind = "exact"
    elif (vectors == vectors[0]).all():
        kind = "same vector"
    if metric in DISTANCES:
        best, worst = abs(best), abs(worst)
    return CopyGroup(rows, kind, exact, best, worst)


def _split(rows: NDArray[np.intp], codes: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Return the rows of each code, in their order."""
    order = np.argsort(codes, kind="stable")
    return np.split(rows[order], np.flatnonzero(np.diff(codes[order])) + 1)


def _closest(graph: NeighborGraph) -> tuple[int, int, float] | None:
    if not graph.k:
        return None
    lengths = _lengths(graph)[:, 0]
    at = int(lengths.argmin())
    return at, int(graph.indices[at, 0]), _score(float(lengths[at]), graph.metric)
