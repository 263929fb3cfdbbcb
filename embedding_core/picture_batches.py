"""Pictures decoded by some threads while the network is at work on those before."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from embedding_core.errors import UnreadableItemError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Payload

T = TypeVar("T")
AT_ONCE = 16
"""Pictures in a batch: networks gain nothing on a processor by more."""
# Decoded batches that wait for the network, at most.
_AHEAD = 2


@dataclass
class Batch(Generic[T]):
    """Some pictures, decoded.

    Attributes
    ----------
    places : range
        Which of the payloads these are.
    read : list of int
        Where in `places` those that could be decoded stand.
    items : list
        What became of these.
    missing : dict of int to str
        Where in `places` the others stand, and why they could not be read.
    """

    places: range
    read: list[int] = field(default_factory=list)
    items: list[T] = field(default_factory=list)
    missing: dict[int, str] = field(default_factory=dict)

    def spread(
        self, rows: NDArray[np.float32] | None, shape: tuple[int, ...]
    ) -> NDArray[np.float32]:
        """Put a row for each of `items` in its place; zeros stand for those that are missing.

        Parameters
        ----------
        rows : ndarray of shape (n_items, *shape), float32, or None
            None where nothing could be read.
        shape : tuple of int
            Of one row.
        """
        if rows is not None and len(rows) == len(self.places):
            return rows
        spread = np.zeros((len(self.places), *shape), dtype=np.float32)
        if rows is not None:
            spread[self.read] = rows
        return spread


def decoded(
    payloads: Sequence[Payload], prepare: Callable[[Payload], T], at_once: int = AT_ONCE
) -> Iterator[Batch[T]]:
    """Yield all payloads in batches, each prepared in one of a few threads.

    Decoding stays a bounded number of batches ahead of who asks, so memory is bounded too. Who
    stops asking stops it.

    Parameters
    ----------
    payloads : sequence of Payload
    prepare : callable
        ``prepare(payload)`` decodes one; it may raise UnreadableItemError.
    at_once : int
        Payloads in a batch.
    """
    starts = range(0, len(payloads), at_once)
    waiting: deque[tuple[range, list[Future[T]]]] = deque()
    pool = ThreadPoolExecutor(_threads(), thread_name_prefix="decoding")
    try:
        for start in starts:
            places = range(start, min(start + at_once, len(payloads)))
            waiting.append((places, [pool.submit(prepare, payloads[at]) for at in places]))
            if len(waiting) > _AHEAD:
                yield _batch(*waiting.popleft())
        while waiting:
            yield _batch(*waiting.popleft())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _batch(places: range, futures: list[Future[T]]) -> Batch[T]:
    batch: Batch[T] = Batch(places)
    for at, future in enumerate(futures):
        try:
            item = future.result()
        except UnreadableItemError as problem:
            batch.missing[at] = problem.reason
            continue
        batch.read.append(at)
        batch.items.append(item)
    return batch


def _threads() -> int:
    return max(2, min(4, os.cpu_count() or 2))
