"""The nearest word to each of thousands of vectors, in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import Cancelled
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Progress

# A block of similarities takes 64 MB. Much smaller products are slow beside other work: the BLAS
# library's threads wait for each other after each, and on a busy machine that takes milliseconds.
_WORDS = 16_384
_TARGETS = 1_024


def best_words(
    matrix: NDArray[np.float32],
    targets: NDArray[np.float32],
    left_out: Sequence[Sequence[int]],
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> NDArray[np.int64]:
    """Return the row of the matrix that is nearest to each target by cosine.

    Words go by outside, targets inside, and only the best so far is kept: neither the unit vectors
    of a large vocabulary nor all similarities are ever in memory.

    Parameters
    ----------
    matrix : ndarray of shape (n_words, dim), float32
        May be memory-mapped.
    targets : ndarray of shape (n, dim), float32
    left_out : sequence of n sequences of int
        Rows that are no answer to a target.
    progress, cancel : callable, optional
        Told of and asked after each block.

    Returns
    -------
    ndarray of shape (n,), int64
        Of equally near rows the first; -1 where every row is left out.
    """
    n = len(targets)
    best = np.full(n, -np.inf, dtype=np.float32)
    found = np.full(n, -1, dtype=np.int64)
    owners = np.repeat(np.arange(n), [len(rows) for rows in left_out])
    barred = np.array([row for rows in left_out for row in rows], dtype=np.int64)
    # One block's memory for all: asked for anew each time, clearing it takes longer than the work.
    block = np.empty((_TARGETS, _WORDS), dtype=np.float32)
    total, done = n * -(-len(matrix) // _WORDS), 0
    for low in range(0, len(matrix) if n else 0, _WORDS):
        words = unit(np.asarray(matrix[low : low + _WORDS]))
        here = (barred >= low) & (barred < low + _WORDS)
        rows, columns = owners[here], barred[here] - low
        for start in range(0, n, _TARGETS):
            if cancel is not None and cancel():
                raise Cancelled
            stop = min(start + _TARGETS, n)
            scores = block[: stop - start, : len(words)]
            np.matmul(targets[start:stop], words.T, out=scores)
            first, last = np.searchsorted(rows, [start, stop])
            scores[rows[first:last] - start, columns[first:last]] = -np.inf
            place = scores.argmax(axis=1)
            value = scores[np.arange(stop - start), place]
            better = value > best[start:stop]
            best[start:stop][better] = value[better]
            found[start:stop][better] = place[better] + low
            done += stop - start
            if progress is not None:
                progress(done, total, "analogies answered")
    return found
