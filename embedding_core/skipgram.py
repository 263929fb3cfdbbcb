"""Skip-gram with negative sampling over walks of numbers: compiled, the same in every run.

The method of word2vec (Mikolov et al., 2013) as node2vec uses it: a node is to be told apart from
random ones by those it is met with on walks. Written anew because walks are whole numbers, and an
engine for words wants each as a text.

All pairs of a node with those around it on a walk share their random nodes, which then count as
often as there are pairs (Ji et al., 2016, share them too): the expected step is the same, and most
of the work is spared.

Imports numba: import this module inside functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Frame, Progress

    _Array = NDArray[Any]

_FIRST_RATE, _LAST_RATE = 0.025, 0.0001
# Negatives are drawn from a table in which a node stands as often as is likely, as in word2vec.
_LEAST_TABLE, _PLACES_A_NODE = 1 << 20, 16
_FLATTENED = 0.75
_FASTMATH = {"reassoc", "contract", "nsz", "arcp"}
_FRAMES = 40


@dataclass(frozen=True, eq=False)
class Skipgram:
    """What was learned.

    Attributes
    ----------
    vectors : ndarray of shape (n, dim), float32
        Of the nodes.
    contexts : ndarray of shape (n, dim), float32
        Of the nodes as neighbours on a walk: ``vectors[a] @ contexts[b]`` is high where b is met
        near a.
    """

    vectors: NDArray[np.float32]
    contexts: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return int(self.vectors.nbytes + self.contexts.nbytes)


def learn(
    walks: Callable[[], Iterator[NDArray[np.int32]]],
    counts: NDArray[np.int64],
    *,
    dim: int,
    window: int,
    negative: int,
    epochs: int,
    seed: int = 0,
    on_frame: Frame | None = None,
    progress: Progress | None = None,
) -> Skipgram:
    """Learn vectors of nodes from walks.

    Parameters
    ----------
    walks : callable
        Returns the walks from the beginning, in blocks of shape (m, length); negative numbers end a
        walk.
    counts : ndarray of shape (n,)
        How often each node stands in them.
    dim, window, negative, epochs : int
        Length of the vectors; how far to each side two nodes of a walk meet, at most; random nodes
        that every place of a walk is told apart from; how often the walks are gone through.
    seed : int
    on_frame : callable, optional
        Given a copy of the vectors some forty times in all.
    progress : callable, optional

    Returns
    -------
    Skipgram
        Nodes that no walk meets with another have zero vectors.
    """
    generator = np.random.default_rng(seed)
    vectors = ((generator.random((len(counts), dim), np.float32) - 0.5) / dim).astype(np.float32)
    contexts = np.zeros_like(vectors)
    table = _table(counts)
    state = generator.integers(1, 2**63, dtype=np.uint64)
    total, done, shown = int(counts.sum()) * epochs, 0, 0
    met = np.zeros(len(counts), dtype=np.bool_)
    for epoch in range(epochs):
        for block in walks():
            share = done / max(1, total)
            rate = max(_LAST_RATE, _FIRST_RATE * (1 - share))
            found = _learn_block(
                block, vectors, contexts, table, window, negative, rate, state, met
            )
            state = np.uint64(found)
            done += int((block >= 0).sum())
            if progress is not None:
                progress(done, total, f"round {epoch + 1} of {epochs}")
            if on_frame is not None and done * _FRAMES >= shown * total:
                on_frame(vectors.copy())
                shown = done * _FRAMES // max(1, total) + 1
    vectors[~met] = 0
    return Skipgram(vectors, contexts)


def _table(counts: NDArray[np.int64]) -> NDArray[np.int32]:
    likely = np.cumsum(counts.astype(np.float64) ** _FLATTENED)
    size = max(_LEAST_TABLE, _PLACES_A_NODE * len(counts))
    places = (np.arange(size) + 0.5) * (likely[-1] / size)
    found: NDArray[np.int32] = np.searchsorted(likely, places, side="right").astype(np.int32)
    return found


@compiled
def _drawn(state: Any) -> Any:
    """Return the next of 64-bit numbers that look random (xorshift: Marsaglia, 2003)."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    return state ^ (state << np.uint64(17))


def _pull(vector: _Array, context: _Array, wanted: Any, pace: Any, change: _Array) -> None:
    """Move a context towards or away from a vector; add to the vector's own change."""
    score = np.float32(0)
    for d in range(len(vector)):
        score += vector[d] * context[d]
    step = (wanted - np.float32(1) / (np.float32(1) + np.exp(-score))) * pace
    for d in range(len(vector)):
        change[d] += step * context[d]
        context[d] += step * vector[d]


_pulled = compiled(_pull, fastmath=_FASTMATH)


@compiled
def _learn_block(
    walks: _Array,
    vectors: _Array,
    contexts: _Array,
    table: _Array,
    window: int,
    negative: int,
    rate: float,
    state: Any,
    met: _Array,
) -> Any:
    """Go through some walks once, changing vectors and contexts in place; return the new state."""
    change = np.zeros(vectors.shape[1], np.float32)
    size, pace = np.uint64(len(table)), np.float32(rate)
    for w in range(len(walks)):
        walk = walks[w]
        for i in range(len(walk)):
            node = walk[i]
            if node < 0:
                break
            # Near ones are met more often than far ones: the window is cut at random.
            state = _drawn(state)
            reach = window - int((state >> np.uint64(20)) % np.uint64(window))
            vector = vectors[node]
            change[:] = np.float32(0)
            pairs = 0
            for j in range(max(0, i - reach), min(len(walk), i + reach + 1)):
                other = walk[j]
                if other >= 0 and j != i:
                    _pulled(vector, contexts[other], np.float32(1), pace, change)
                    pairs += 1
            if not pairs:
                continue
            for _ in range(negative):
                state = _drawn(state)
                drawn = table[int((state >> np.uint64(20)) % size)]
                _pulled(vector, contexts[drawn], np.float32(0), pace * np.float32(pairs), change)
            for d in range(len(change)):
                vector[d] += change[d]
            met[node] = True
    return state


def warm_up() -> None:
    """Compile the loops, or read them from the disk."""
    two, walks = np.ones((2, 2), np.float32), np.array([[0, 1]], np.int32)
    table, met = np.zeros(4, np.int32), np.zeros(2, np.bool_)
    _learn_block(walks, two, two.copy(), table, 1, 1, 0.1, np.uint64(1), met)
