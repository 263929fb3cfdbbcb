"""Clips read ahead in threads while a model is at work."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from embedding_core.errors import TooLargeError, UnreadableItemError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.sound import Stream

T = TypeVar("T")
# Parts that wait for the model, at most: each is some megabytes.
_AHEAD = 8
_ASKED_EVERY = 0.2  # seconds

Reading = Generator[T, None, str]
"""Yields a clip's parts as the model takes them; returns what is odd about the clip, or nothing."""


class Clip(Protocol):
    """What a model of sound asks of a payload."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""

    def stream(self, rate: int | None = None) -> Stream:
        """Return its samples in blocks, mono, at a rate; and then what is odd about it."""


class Heard:
    """A clip's samples in blocks; afterwards, how many there were and what is odd about them.

    Parameters
    ----------
    clip : Clip
    rate : int
        Samples a second.

    Attributes
    ----------
    n_samples : int
        How many came so far.
    """

    def __init__(self, clip: Clip, rate: int) -> None:
        self._clip, self._rate = clip, rate
        self.again()

    def again(self) -> None:
        """Go back to the clip's start."""
        self.n_samples = 0
        self._stream = self._clip.stream(self._rate)

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        for block in self._stream:
            self.n_samples += len(block)
            yield block

    def note(self, least: int, how: str = "filled up with silence") -> str:
        """Return what is odd about the clip as the rest of one sentence; empty where nothing is.

        Parameters
        ----------
        least : int
            How many samples the model needs.
        how : str
            What was done about a clip with fewer.
        """
        notes = [note.strip().rstrip(".") for note in self._stream.notes]
        if self.n_samples < least:
            # Without its own length, so that many short clips are told in one sentence.
            needs = _spoken(least / self._stream.rate)
            notes.append(f"is shorter than the {needs} that the model needs: {how}")
        return "; ".join(notes)


@dataclass(frozen=True)
class Ended:
    """A clip came to its end.

    Attributes
    ----------
    note : str
        What is odd about it; empty where nothing is.
    reason : str
        Why it could not be read; empty where it could.
    """

    note: str = ""
    reason: str = ""


def read_ahead(
    payloads: Sequence[Any], read: Callable[[Any], Reading[T]]
) -> Iterator[tuple[int, T | Ended]]:
    """Read clips in a few threads and yield their parts, each with its clip's position.

    The parts of one clip come in order and are followed by `Ended`; those of several clips are
    mixed. No more than a few parts wait for who asks, so that memory is bounded. Who stops asking
    stops the threads.

    Parameters
    ----------
    payloads : sequence
        Of payloads, or of groups of them.
    read : callable
        ``read(payload)`` yields the parts of one; it may raise UnreadableItemError.
    """
    found: queue.Queue[tuple[int, T | Ended | BaseException]] = queue.Queue(_AHEAD)
    stop, places, lock = threading.Event(), iter(range(len(payloads))), threading.Lock()

    def hand_over(at: int, part: T | Ended | BaseException) -> None:
        while not stop.is_set():
            try:
                found.put((at, part), timeout=_ASKED_EVERY)
                return
            except queue.Full:
                pass

    def work() -> None:
        while not stop.is_set():
            with lock:
                at = next(places, None)
            if at is None:
                return
            try:
                with closing(_to_its_end(read, payloads[at])) as parts:
                    for part in parts:
                        hand_over(at, part)
                        if stop.is_set():
                            return
            except BaseException as problem:  # Raised where it is asked for, not lost in a thread.
                hand_over(at, problem)
                return

    threads = [
        threading.Thread(target=work, name=f"listening-{n}", daemon=True)
        for n in range(min(_threads(), len(payloads)))
    ]
    for thread in threads:
        thread.start()
    try:
        ended = 0
        while ended < len(payloads):
            at, part = found.get()
            if isinstance(part, BaseException):
                raise part
            ended += isinstance(part, Ended)
            yield at, part
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _to_its_end(
    read: Callable[[Any], Reading[T]], payload: Any
) -> Generator[T | Ended, None, None]:
    """Yield a clip's parts, and then how it ended."""
    try:
        note = yield from read(payload)
    except (UnreadableItemError, TooLargeError) as problem:
        yield Ended(reason=reason_of(problem))
    else:
        yield Ended(note or "")


def _threads() -> int:
    return max(1, min(4, os.cpu_count() or 1))


def reason_of(problem: UnreadableItemError | TooLargeError) -> str:
    """Return why a clip could not be read, as a sentence beside its name."""
    return problem.reason if isinstance(problem, UnreadableItemError) else str(problem)


def _spoken(seconds: float) -> str:
    return f"{1000 * seconds:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"
