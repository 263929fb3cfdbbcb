"""Random walks over a graph, biased as node2vec biases them: compiled, in threads, block by block.

A step from `current`, with the walk before it at `previous`, goes to each neighbour x with a chance
that is the edge's weight times 1/p where x is `previous`, 1 where `previous` has an edge to x, and
1/q elsewhere (Grover and Leskovec, 2016). Chances are met by rejection: a neighbour is drawn by
weight alone and kept with its bias over the largest one, so that no table over pairs of edges is
ever made. Where going back is the likeliest by far it would be drawn too seldom, so what stands out
of its bias is drawn apart (KnightKing: Yang et al., 2019).

Imports numba: import this module inside functions.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.compiling import compiled
from embedding_core.errors import Cancelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.graph import Graph
    from embedding_core.models import Cancel

    _Array = NDArray[Any]

NOWHERE = -1
"""Stands behind the end of a walk that came to a node without a way on."""

_THREADS = max(1, min(4, os.cpu_count() or 1))
_BLOCK_WALKS = 1 << 14
_SHORT = 32
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


class Walker:
    """Walks on one graph.

    Parameters
    ----------
    graph : Graph
        Weights are taken as they are; an undirected graph has every edge in both directions.
    p : float
        Return parameter: large walks seldom go back at once.
    q : float
        In-out parameter: small walks go outward, large ones stay near where they were.
    seed : int
    """

    def __init__(self, graph: Graph, *, p: float = 1.0, q: float = 1.0, seed: int = 0) -> None:
        self.graph = graph
        self._bias = (1.0 / p, 1.0 / q)
        self._seed = seed
        self._sums = _running_sums(graph)

    def walk(
        self, starts: NDArray[np.integer], length: int, numbers: NDArray[np.int64] | None = None
    ) -> NDArray[np.int32]:
        """Return a walk from each start.

        Parameters
        ----------
        starts : ndarray of shape (m,), int
            Nodes.
        length : int
            Nodes of a walk, the start included.
        numbers : ndarray of shape (m,), int, optional
            Which of all walks each one is; a number and the seed decide about a walk, whatever
            other walks are asked for with it. 0, 1, 2 ... where left out.

        Returns
        -------
        ndarray of shape (m, length), int32
            Nodes; `NOWHERE` behind the end of a walk that could not go on.
        """
        starts = np.asarray(starts, dtype=np.int32)
        order = np.arange(len(starts)) if numbers is None else numbers
        order = np.asarray(order, dtype=np.int64)
        walks = np.full((len(starts), length), NOWHERE, dtype=np.int32)
        parts = np.array_split(np.arange(len(starts)), _THREADS)

        def work(part: NDArray[np.intp]) -> None:
            if len(part):
                few = slice(part[0], part[-1] + 1)
                self._walk(starts[few], order[few], walks[few])

        if len(starts) < _BLOCK_WALKS // 16:
            self._walk(starts, order, walks)
        else:
            with ThreadPoolExecutor(_THREADS, thread_name_prefix="walks") as pool:
                list(pool.map(work, parts))
        return walks

    def blocks(
        self, length: int, per_node: int, cancel: Cancel | None = None
    ) -> Iterator[NDArray[np.int32]]:
        """Yield `per_node` walks from every node, some thousands at a time.

        Every round starts once from each node, in an order of its own.

        Yields
        ------
        ndarray of shape (at most 16,384, length), int32
        """
        n = self.graph.n_nodes
        for turn in range(per_node):
            order = np.random.default_rng((self._seed, turn)).permutation(n)
            for at in range(0, n, _BLOCK_WALKS):
                if cancel is not None and cancel():
                    raise Cancelled
                starts = order[at : at + _BLOCK_WALKS]
                yield self.walk(starts, length, turn * n + starts)

    def _walk(self, starts: _Array, numbers: _Array, out: _Array) -> None:
        graph = self.graph
        _walk(
            graph.offsets,
            graph.targets,
            graph.weights,
            self._sums,
            graph.directed,
            starts,
            numbers,
            *self._bias,
            np.uint64(self._seed),
            out,
        )


@dataclass(frozen=True, eq=False)
class Step:
    """Where a walk can go next.

    Attributes
    ----------
    targets : ndarray of shape (m,), int32
        The neighbours of the node it is at.
    chances : ndarray of shape (m,), float64
        How likely each is; they sum to 1.
    kinds : tuple of str
        Why: ``"back"`` to where it was, ``"near"`` where that has an edge too, ``"out"`` elsewhere;
        ``"first"`` for a walk that was nowhere yet.
    """

    targets: NDArray[np.int32]
    chances: NDArray[np.float64]
    kinds: tuple[str, ...]


def next_step(graph: Graph, current: int, previous: int | None, *, p: float, q: float) -> Step:
    """Return the chances of a walk's next step, by the formula itself.

    Parameters
    ----------
    graph : Graph
    current, previous : int
        Where the walk is, and where it was before; None at its start.
    p, q : float
        As of a Walker.
    """
    row = slice(int(graph.offsets[current]), int(graph.offsets[current + 1]))
    targets = graph.targets[row]
    chances = graph.weights[row].astype(np.float64)
    kinds = np.full(len(targets), "first")
    if previous is not None:
        around = graph.targets[int(graph.offsets[previous]) : int(graph.offsets[previous + 1])]
        kinds = np.where(np.isin(targets, around), "near", "out")
        kinds[targets == previous] = "back"
        bias = {"back": 1 / p, "near": 1.0, "out": 1 / q}
        chances *= [bias[kind] for kind in kinds.tolist()]
    total = chances.sum()
    return Step(targets, chances / total if total else chances, tuple(kinds.tolist()))


def visits(walks: NDArray[np.int32], n_nodes: int) -> NDArray[np.int64]:
    """Return how often each node stands in walks, (n_nodes,)."""
    return np.bincount(walks[walks >= 0], minlength=n_nodes)


def warm_up() -> None:
    """Compile the loops, or read them from the disk."""
    from embedding_core.graph import Graph

    Walker(Graph.of(2, np.zeros(1, np.int64), np.ones(1, np.int64))).walk(np.zeros(1, np.int32), 3)


def _running_sums(graph: Graph) -> NDArray[np.float64]:
    """Return the sums of weights up to each edge within its row; empty where all are equal."""
    weights = graph.weights
    if not len(weights) or (weights == weights[0]).all():
        return np.zeros(0)
    sums = np.cumsum(weights, dtype=np.float64)
    before = np.concatenate([[0.0], sums])[graph.offsets[:-1]]
    rows: NDArray[np.float64] = sums - np.repeat(before, np.diff(graph.offsets))
    return rows


@compiled
def _mixed(state: Any) -> Any:
    """Turn a counter into 64 bits that look random (SplitMix64: Steele, Lea and Flood, 2014)."""
    z = (state ^ (state >> np.uint64(30))) * _FIRST
    z = (z ^ (z >> np.uint64(27))) * _SECOND
    return z ^ (z >> np.uint64(31))


@compiled
def _draw(state: _Array) -> Any:
    """Draw a number from [0, 1)."""
    state[0] += _GOLDEN
    return np.float64(_mixed(state[0]) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def _is_linked(offsets: _Array, targets: _Array, node: Any, other: Any) -> Any:
    """Tell whether a node links to another: looks through a short row, halves a long one."""
    left, right = offsets[node], offsets[node + 1]
    while right - left > _SHORT:
        middle = (left + right) >> 1
        if targets[middle] <= other:
            left = middle
        else:
            right = middle
    # To the end without a jump, so that the processor looks at several at once.
    found = False
    for at in range(left, right):
        found |= targets[at] == other
    return found


@compiled
def _weight(targets: _Array, weights: _Array, left: Any, right: Any, other: Any) -> Any:
    """Return the weight of the edge in a row that goes to another node, 0 where there is none."""
    at = left + np.searchsorted(targets[left:right], other)
    return weights[at] if at < right and targets[at] == other else np.float32(0)


@compiled
def _drawn_edge(sums: _Array, left: int, right: int, state: _Array) -> Any:
    """Draw an edge of a row by its weight, and a height from [0, 1) with it."""
    if not len(sums):
        # Both from one number: 32 bits are far more than a row's edges need.
        state[0] += _GOLDEN
        drawn = _mixed(state[0])
        edge = ((drawn >> np.uint64(32)) * np.uint64(right - left)) >> np.uint64(32)
        return left + np.int64(edge), np.float64(drawn & np.uint64(0xFFFFFFFF)) / 4294967296.0
    wanted, last = _draw(state) * sums[right - 1], right - 1
    while left < last:
        middle = (left + last) >> 1
        if sums[middle] <= wanted:
            left = middle + 1
        else:
            last = middle
    return left, _draw(state)


@compiled
def _stepped(
    offsets: _Array,
    targets: _Array,
    sums: _Array,
    current: Any,
    previous: Any,
    way_back: float,
    back: float,
    outward: float,
    state: _Array,
) -> Any:
    """Draw the edge of a walk's next step; -1 for the way back, whose weight is given."""
    left, right = offsets[current], offsets[current + 1]
    bound, least = max(1.0, outward), min(1.0, outward, back)
    beyond = max(0.0, back - bound) * way_back
    total = sums[right - 1] if len(sums) else float(right - left)
    share = beyond / (beyond + bound * total)
    while True:
        # What stands out of the way back's bias is drawn apart, anew at every trial.
        if share > 0.0 and _draw(state) < share:
            return -1
        edge, height = _drawn_edge(sums, left, right, state)
        height *= bound
        if height < least:
            return edge
        found = targets[edge]
        if found == previous:
            bias = back
        elif _is_linked(offsets, targets, previous, found):
            bias = 1.0
        else:
            bias = outward
        if height < bias:
            return edge


@compiled
def _walk(
    offsets: _Array,
    targets: _Array,
    weights: _Array,
    sums: _Array,
    directed: bool,
    starts: _Array,
    numbers: _Array,
    back: float,
    outward: float,
    seed: Any,
    out: _Array,
) -> None:
    """Walk from every start; each walk draws from a generator of its own."""
    state = np.zeros(1, np.uint64)
    for at in range(len(starts)):
        state[0] = _mixed(_mixed(seed + _GOLDEN) + np.uint64(numbers[at]) * _GOLDEN)
        previous, current = np.int64(-1), np.int64(starts[at])
        way_back = 0.0
        out[at, 0] = current
        for step in range(1, out.shape[1]):
            left, right = offsets[current], offsets[current + 1]
            if left == right:
                break
            if previous < 0:
                edge, _ = _drawn_edge(sums, left, right, state)
            else:
                edge = _stepped(
                    offsets, targets, sums, current, previous, way_back, back, outward, state
                )
            following = previous if edge < 0 else np.int64(targets[edge])
            out[at, step] = following
            if not len(sums):
                way_back = 1.0
            elif edge >= 0:
                way_back = np.float64(weights[edge])
            if directed:
                # Not every edge has one back.
                left, right = offsets[following], offsets[following + 1]
                way_back = np.float64(_weight(targets, weights, left, right, current))
                if not len(sums):
                    way_back = 1.0 if way_back > 0.0 else 0.0
            previous, current = current, following
