"""A clip over time: a network's vectors of its windows, and the clip's vector as their mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from embedding_core.listening import Ended, read_ahead
from embedding_core.models import Encoded, gathered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Payload
    from embedding_core.listening import Reading


@dataclass(frozen=True, eq=False)
class Stretches:
    """A clip over time: a vector for each stretch of it, in the space of whole clips.

    Attributes
    ----------
    starts : ndarray of shape (n,), float32
        Where each begins, in seconds.
    seconds : float
        How long each is; the last may go beyond the clip, which is then followed by silence.
    vectors : ndarray of shape (n, dim), float32
    """

    starts: NDArray[np.float32]
    seconds: float
    vectors: NDArray[np.float32] = field(repr=False)


@runtime_checkable
class Timed(Protocol):
    """Capability: a vector for every stretch of a clip, not for the whole alone."""

    def stretches(self, payload: Payload) -> Stretches:
        """Return the vectors of one clip over time. Raises UnreadableItemError."""


class WindowEncoder:
    """A network that looks at windows of a clip; the clip's vector is made of theirs.

    Windows of all clips are looked at together, and a long clip is never held whole.

    An encoder, with the capabilities Stepwise and Timed.

    Parameters
    ----------
    read : callable
        ``read(payload)`` yields windows (k, ...) float32 and returns what is odd about the clip.
    look : callable
        The network: windows (k, ...) to vectors (k, dim).
    dim : int
    seconds, hop : float
        How long a window is, and how long from one to the next.
    at_once : int
        Windows that are looked at together.
    finish : callable
        What is done to the mean of the windows' vectors, (dim,).
    read_over_time : callable, optional
        As `read`, where that leaves parts of a clip out: so that windows are where they seem.
    nbytes : int
        How much memory its weights take.
    """

    def __init__(
        self,
        read: Callable[[Any], Reading[NDArray[np.float32]]],
        look: Callable[[NDArray[np.float32]], NDArray[np.float32]],
        *,
        dim: int,
        seconds: float,
        hop: float,
        at_once: int = 64,
        finish: Callable[[NDArray[np.float64]], NDArray[np.float64]] = lambda mean: mean,
        read_over_time: Callable[[Any], Reading[NDArray[np.float32]]] | None = None,
        nbytes: int = 0,
    ) -> None:
        self.dim, self.nbytes = dim, nbytes
        self._read, self._look, self._finish = read, look, finish
        self._read_over_time = read_over_time or read
        self._seconds, self._hop, self._at_once = seconds, hop, at_once

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return a vector for every clip; those that cannot be read are missing."""
        return gathered(self.steps(payloads), len(payloads), self.dim)

    def steps(self, payloads: Sequence[Payload]) -> Iterator[tuple[list[int], Encoded]]:
        """Yield clips as they are done, while others are read; none where one takes long."""
        sums = _Sums(self.dim)
        waiting: list[tuple[int, NDArray[np.float32]]] = []
        for at, part in read_ahead(payloads, self._read):
            if isinstance(part, Ended):
                sums.end(at, part)
            elif len(part):
                waiting.append((at, part))
                sums.expect(at, len(part))
            while sum(len(windows) for _, windows in waiting) >= self._at_once:
                waiting = self._looked_at(waiting, sums)
                # Of a long clip nothing is done yet: who asks can stop all the same.
                yield self._finished(sums)
            if sums.done:
                yield self._finished(sums)
        while waiting:
            waiting = self._looked_at(waiting, sums)
            yield self._finished(sums)
        if sums.done:
            yield self._finished(sums)

    def stretches(self, payload: Any) -> Stretches:
        """Return the vectors of one clip's windows. Raises UnreadableItemError."""
        rows = [self._each(part) for part in self._read_over_time(payload)]
        vectors = np.concatenate(rows) if rows else np.zeros((0, self.dim), np.float32)
        starts = np.arange(len(vectors), dtype=np.float32) * np.float32(self._hop)
        return Stretches(starts, self._seconds, vectors)

    def _each(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return windows' vectors, each as that of a clip which is this window."""
        found = [
            self._look(windows[start : start + self._at_once])
            for start in range(0, len(windows), self._at_once)
        ]
        each = np.concatenate(found).astype(np.float64)
        return np.stack([self._finish(row) for row in each]).astype(np.float32)

    def _looked_at(
        self, waiting: list[tuple[int, NDArray[np.float32]]], sums: _Sums
    ) -> list[tuple[int, NDArray[np.float32]]]:
        """Look at the first of the windows that wait, and return the others."""
        taken: list[tuple[int, NDArray[np.float32]]] = []
        room = self._at_once
        while waiting and room:
            at, windows = waiting.pop(0)
            taken.append((at, windows[:room]))
            if len(windows) > room:
                waiting.insert(0, (at, windows[room:]))
            room -= len(taken[-1][1])
        vectors = self._look(np.concatenate([windows for _, windows in taken]))
        ends = np.cumsum([len(windows) for _, windows in taken])
        for (at, _), part in zip(taken, np.split(vectors, ends[:-1]), strict=True):
            sums.add(at, part)
        return waiting

    def _finished(self, sums: _Sums) -> tuple[list[int], Encoded]:
        places, ends, totals = sums.take()
        vectors = np.zeros((len(places), self.dim), dtype=np.float32)
        missing: dict[int, str] = {}
        for row, (end, total) in enumerate(zip(ends, totals, strict=True)):
            if total is None:
                missing[row] = end.reason or "there is no sound in it."
            else:
                vectors[row] = self._finish(total)
        notes = {row: end.note for row, end in enumerate(ends) if end.note and row not in missing}
        return places, Encoded(vectors, missing, notes)


class _Sums:
    """Sums of windows' vectors by clip, and which clips are done."""

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self._totals: dict[int, NDArray[np.float64]] = {}
        self._seen: dict[int, int] = {}
        self._expected: dict[int, int] = {}
        self._ends: dict[int, Ended] = {}

    def expect(self, at: int, n: int) -> None:
        self._expected[at] = self._expected.get(at, 0) + n

    def add(self, at: int, vectors: NDArray[np.float32]) -> None:
        total = vectors.sum(axis=0, dtype=np.float64)
        self._totals[at] = self._totals[at] + total if at in self._totals else total
        self._seen[at] = self._seen.get(at, 0) + len(vectors)

    def end(self, at: int, end: Ended) -> None:
        self._ends[at] = end

    @property
    def done(self) -> list[int]:
        """The clips that ended and of which every window was looked at."""
        return [at for at in self._ends if self._seen.get(at, 0) == self._expected.get(at, 0)]

    def take(self) -> tuple[list[int], list[Ended], list[NDArray[np.float64] | None]]:
        """Return the clips that are done, how they ended and their means, and forget them."""
        places = self.done
        ends = [self._ends.pop(at) for at in places]
        means: list[NDArray[np.float64] | None] = []
        for at, end in zip(places, ends, strict=True):
            total, n = self._totals.pop(at, None), self._seen.pop(at, 0)
            self._expected.pop(at, None)
            means.append(None if total is None or end.reason else total / n)
        return places, ends, means
