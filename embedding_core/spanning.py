"""The minimum spanning tree of mutual reachability: what HDBSCAN reads its clusters from.

Compiled, and over single-precision rows that lie side by side: scikit-learn walks the same tree a
distance at a time in double precision, which takes minutes where this takes seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from embedding_core.errors import Cancelled
from embedding_core.exact import exact_neighbors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Progress

_STEPS = 64
_RUN = 1_024


def spanning_tree(
    points: NDArray[np.float32],
    min_samples: int,
    metric: str = "euclidean",
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the minimum spanning tree of points under mutual reachability.

    The mutual reachability of two points is the largest of their distance and of both core
    distances; a point's core distance is that to its `min_samples`-th nearest, itself counted
    (Campello et al., 2013). The tree grows from the first point (Prim, 1957) and is exact.

    Parameters
    ----------
    points : ndarray of shape (n, dim), float32
        Two or more.
    min_samples : int
        From 1 to n.
    metric : {"euclidean", "manhattan"}

    Returns
    -------
    edges : ndarray of shape (n - 1, 2), int64
    lengths : ndarray of shape (n - 1,), float64
        Mutual reachability of each edge, in the order in which the tree grew.

    Raises
    ------
    Cancelled
        If `cancel` said so.
    """
    n = len(points)
    is_manhattan = metric == "manhattan"
    core = np.zeros(n, dtype=np.float32)
    if min_samples > 1:
        _, distances = exact_neighbors(
            points, min_samples - 1, metric, progress=progress, cancel=cancel
        )
        core = distances[:, -1] if is_manhattan else distances[:, -1] ** 2
    # What is not in the tree yet stands in front and moves up as points leave.
    rest = np.array(points[1:].T, dtype=np.float32, order="C")
    rest_core = np.array(core[1:], dtype=np.float32)
    names = np.arange(1, n, dtype=np.int32)
    best = np.full(n - 1, np.inf, dtype=np.float32)
    joined = np.zeros(n - 1, dtype=np.int32)
    edges = np.empty((n - 1, 2), dtype=np.int64)
    lengths = np.empty(n - 1, dtype=np.float64)
    head, head_core, head_name = (
        np.array(points[0], dtype=np.float32),
        np.float32(core[0]),
        np.int32(0),
    )
    done = 0
    while done < n - 1:
        if cancel is not None and cancel():
            raise Cancelled
        # Few steps while many points are left: each looks at all of them.
        steps = min(n - 1 - done, max(_STEPS, _STEPS * 20_000 // (n - done)))
        head_name, head_core = _grow(
            rest, rest_core, names, best, joined, edges, lengths,
            head, head_core, head_name, done, steps, is_manhattan,
        )  # fmt: skip
        done += steps
        if progress is not None:
            # As far as the share of pairs that have been looked at.
            progress(n - 1 - (n - 1 - done) ** 2 // (n - 1), n - 1, "points joined")
    return edges, lengths if is_manhattan else np.sqrt(lengths)


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _grow(  # type: ignore[no-untyped-def]  # pragma: no cover
    rest, rest_core, names, best, joined, edges, lengths,
    head, head_core, head_name, done, steps, is_manhattan,
):  # fmt: skip
    """Let the tree take in `steps` more points; return the name and core of the last one.

    Plain loops over runs of points, a coordinate at a time: the compiler makes them wide.
    """
    dim = rest.shape[0]
    gaps = np.empty(_RUN, dtype=np.float32)
    for step in range(done, done + steps):
        left = names.shape[0] - step
        near, nearest = 0, np.float32(np.inf)
        for start in range(0, left, _RUN):
            count = min(_RUN, left - start)
            gaps[:] = 0
            for j in range(dim):
                at, row = head[j], rest[j, start : start + count]
                if is_manhattan:
                    for i in range(count):
                        gaps[i] += abs(row[i] - at)
                else:
                    for i in range(count):
                        gaps[i] += (row[i] - at) * (row[i] - at)
            for i in range(count):
                reach = max(gaps[i], rest_core[start + i], head_core)
                is_nearer = reach < best[start + i]
                best[start + i] = reach if is_nearer else best[start + i]
                joined[start + i] = head_name if is_nearer else joined[start + i]
            for i in range(start, start + count):
                if best[i] < nearest:
                    near, nearest = i, best[i]
        edges[step, 0], edges[step, 1] = joined[near], names[near]
        lengths[step] = nearest
        head_core, head_name = rest_core[near], names[near]
        last = left - 1
        for j in range(dim):
            head[j] = rest[j, near]
            rest[j, near] = rest[j, last]
        rest_core[near], names[near] = rest_core[last], names[last]
        best[near], joined[near] = best[last], joined[last]
    return head_name, head_core
