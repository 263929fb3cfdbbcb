"""Skip-gram with negative sampling over walks of numbers: compiled, the same in every run.

The method of word2vec (Mikolov et al., 2013) as node2vec uses it: a node is to be told apart from
random ones by those it is met with on walks. Written anew because walks are whole numbers, and an
engine for words wants each as a text.

On walks, all pairs of a node with those around it share their random nodes, which then count as
often as there are pairs (Ji et al., 2016, share them too): the expected step is the same, and most
of the work is spared. In texts each pair has its own, as in word2vec: analogies come out better.

Imports numba: import this module inside functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.compiling import compiled
from embedding_core.watching import Watcher, show, wanted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Frame, Progress

    _Array = NDArray[Any]

RATE, _LAST_RATE = 0.025, 0.0001
"""How far the first steps go, as in word2vec; the last go next to nowhere."""
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
    rate: float = RATE,
    shares: bool = True,
    per_epoch: int | None = None,
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
        With no random nodes nothing keeps vectors apart.
    seed : int
    rate : float
        How far a first step goes; later ones go less and less far.
    shares : bool
        Whether all pairs of a place share their random nodes; else each pair is a step of its own
        with its own.
    per_epoch : int, optional
        Places of all walks, where these leave some out; the sum of `counts` where not said.
    on_frame : callable, optional
        Given a copy of the vectors some forty times in all, the start and the end among them; a
        `Watcher` as often as it wants, with the loss of each pair with its share of the random
        nodes.
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
    total = (int(counts.sum()) if per_epoch is None else per_epoch) * epochs
    frames = _Frames(on_frame, vectors, contexts)
    heard = np.zeros(2 if isinstance(on_frame, Watcher) else 0)
    done, met = 0, np.zeros(len(counts), dtype=np.bool_)
    frames.show(0.0, heard, "the start")
    for epoch in range(epochs):
        for block in walks():
            now = pace(rate, done / max(1, total))
            found = _learn_block(
                block, vectors, contexts, table, window, negative, now, state, met, heard, shares
            )
            state = np.uint64(found)
            done += int((block >= 0).sum())
            if progress is not None:
                progress(min(done, total), total, f"round {epoch + 1} of {epochs}")
            share = min(1.0, done / max(1, total))
            frames.show(share, heard, f"epoch {share * epochs:.1f}")
    vectors[~met] = 0
    frames.show(1.0, heard, f"epoch {epochs:.1f}", is_last=True)
    return Skipgram(vectors, contexts)


def pace(rate: float, share: float) -> float:
    """Return the learning rate when a share of the training is done, 0 to 1."""
    return max(rate * _LAST_RATE / RATE, rate * (1 - share))


def random_ones(counts: NDArray[np.int64], many: int, seed: int) -> NDArray[np.intp]:
    """Draw places as training draws its random ones: often where `counts` is high."""
    likely = counts.astype(np.float64) ** _FLATTENED
    generator = np.random.default_rng(seed)
    return generator.choice(len(counts), size=many, p=likely / likely.sum())


class _Frames:
    """Shows vectors some times in all, evenly over the work."""

    def __init__(
        self,
        on_frame: Frame | None,
        vectors: NDArray[np.float32],
        contexts: NDArray[np.float32],
    ) -> None:
        self._on_frame = on_frame
        self._sides = vectors, contexts
        self._many = max(2, wanted(on_frame, _FRAMES)) - 1
        self._next = 0.0

    def show(
        self, share: float, heard: NDArray[np.float64], step: str, *, is_last: bool = False
    ) -> None:
        """Show the vectors where it is time to; `heard` is the sum of losses and their number."""
        if self._on_frame is None:
            return
        if not is_last and (share * self._many < self._next or share >= 1):
            return
        self._next = float(int(share * self._many) + 1)
        loss = float(heard[0] / heard[1]) if len(heard) and heard[1] else None
        heard[:] = 0
        vectors, contexts = self._sides
        show(self._on_frame, vectors, loss, contexts, step)


@dataclass(frozen=True, eq=False)
class Pull:
    """What one pair and its random ones change.

    Attributes
    ----------
    vector : ndarray of shape (1 + k, dim), float32
        What the context and each random one add to the vector; its change is their sum.
    contexts : ndarray of shape (1 + k, dim), float32
        How the context and the random ones change.
    """

    vector: NDArray[np.float32]
    contexts: NDArray[np.float32]


def pull(vector: NDArray[np.float32], contexts: NDArray[np.float32], rate: float) -> Pull:
    """Return the one step that training takes for a pair, by its own loop.

    Parameters
    ----------
    vector : ndarray of shape (dim,), float32
        Of the word or node in the middle.
    contexts : ndarray of shape (1 + k, dim), float32
        Of the one met near it, then of k random ones.
    rate : float
    """
    parts = np.zeros(contexts.shape, np.float32)
    moved = np.array(contexts, dtype=np.float32)
    for at in range(len(contexts)):
        wanted_score = np.float32(at == 0)
        _pulled(vector, moved[at], wanted_score, np.float32(rate), parts[at], False)
    return Pull(parts, moved - contexts)


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


def _pull(
    vector: _Array, context: _Array, wanted: Any, pace: Any, change: _Array, listens: bool
) -> Any:
    """Move a context towards or away from a vector; add to the vector's own change.

    Returns the loss before the step where somebody listens: the logarithm costs as much as a pull.
    """
    score = np.float32(0)
    for d in range(len(vector)):
        score += vector[d] * context[d]
    step = (wanted - np.float32(1) / (np.float32(1) + np.exp(-score))) * pace
    for d in range(len(vector)):
        change[d] += step * context[d]
        context[d] += step * vector[d]
    if not listens:
        return np.float32(0)
    # log(1 + exp(x)) without overflow.
    wrong = -score if wanted > np.float32(0.5) else score
    return max(wrong, np.float32(0)) + np.log1p(np.exp(-abs(wrong)))


_pulled = compiled(_pull, fastmath=_FASTMATH)


@compiled
def _pushed(
    vector: _Array,
    contexts: _Array,
    table: _Array,
    negative: int,
    but: Any,
    pace: Any,
    change: _Array,
    state: Any,
    listens: bool,
) -> Any:
    """Push a vector and random contexts apart, all `but` one; return the new state and the loss."""
    loss = np.float32(0)
    for _ in range(negative):
        state = _drawn(state)
        drawn = table[int((state >> np.uint64(20)) % np.uint64(len(table)))]
        if drawn != but:
            loss += _pulled(vector, contexts[drawn], np.float32(0), pace, change, listens)
    return state, loss


@compiled
def _moved(vector: _Array, change: _Array) -> None:
    """Add a change to a vector, and begin a new one."""
    for d in range(len(change)):
        vector[d] += change[d]
        change[d] = np.float32(0)


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
    heard: _Array,
    shares: bool,
) -> Any:
    """Go through some walks once, changing vectors and contexts in place; return the new state."""
    change = np.zeros(vectors.shape[1], np.float32)
    pace, listens = np.float32(rate), len(heard) > 0
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
            pairs, loss = 0, 0.0
            for j in range(max(0, i - reach), min(len(walk), i + reach + 1)):
                other = walk[j]
                if other < 0 or j == i:
                    continue
                loss += _pulled(vector, contexts[other], np.float32(1), pace, change, listens)
                pairs += 1
                if not shares:
                    state, more = _pushed(
                        vector, contexts, table, negative, other, pace, change, state, listens
                    )
                    loss += more
                    _moved(vector, change)
            if not pairs:
                continue
            if shares:
                much = pace * np.float32(pairs)
                state, more = _pushed(
                    vector, contexts, table, negative, -1, much, change, state, listens
                )
                loss += pairs * more
                _moved(vector, change)
            met[node] = True
            if listens:
                heard[0] += loss
                heard[1] += pairs
    return state


def warm_up() -> None:
    """Compile the loops, or read them from the disk."""
    two, walks = np.ones((2, 2), np.float32), np.array([[0, 1]], np.int32)
    table, met = np.zeros(4, np.int32), np.zeros(2, np.bool_)
    for heard in (np.zeros(0), np.zeros(2)):
        _learn_block(walks, two, two.copy(), table, 1, 1, 0.1, np.uint64(1), met, heard, True)
