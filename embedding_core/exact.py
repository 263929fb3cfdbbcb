"""Exact nearest neighbours: every vector is compared with every other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import Cancelled
from embedding_core.similarity import DISTANCES, pairwise, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Progress

    _Search = Callable[
        [NDArray[np.float32], NDArray[np.intp], int, str],
        tuple[NDArray[np.int32], NDArray[np.float32]],
    ]

_NUMPY_ITEMS = 4_096
_MAP_DIMS, _COMPARED_DIMS = 3, 128
_BLOCK = 2_048
# Candidates beyond those asked for, among which float32 may have mixed up the order.
_SPARE = 8
# Values whose largest stands for them all.
_CONTEST = 512
# Minkowski exponents of the distances.
_NORMS = {"euclidean": 2, "manhattan": 1}


def exact_neighbors(
    vectors: NDArray[np.float32],
    k: int,
    metric: str,
    *,
    rows: NDArray[np.intp] | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Compare every vector with every other, block by block, and keep the `k` nearest.

    Parameters
    ----------
    vectors : ndarray of shape (n, dim), float32
    k : int
        At most n - 1.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
    rows : ndarray of shape (m,), optional
        Whose neighbours, among all vectors, are looked for; everybody's where left out.

    Returns
    -------
    indices : ndarray of shape (m, k), int32
    distances : ndarray of shape (m, k), float32
    """
    rows = np.arange(len(vectors)) if rows is None else rows
    n, wanted = len(vectors), len(rows)
    if n > _NUMPY_ITEMS and _MAP_DIMS < vectors.shape[1] <= _COMPARED_DIMS:
        # Compiled, in threads of its own: there it takes less than half of faiss's time.
        from embedding_core import ranks

        found, near = ranks.nearest(vectors, rows, k, metric, progress=progress, cancel=cancel)
        return found, _as_distances(near, metric)
    indices = np.empty((wanted, k), dtype=np.int32)
    scores = np.empty((wanted, k), dtype=np.float32)
    if metric in DISTANCES:
        # Distances stay, and float32 has more digits left for them.
        vectors = (vectors - vectors.mean(axis=0, dtype=np.float64)).astype(np.float32)
    points = np.ascontiguousarray(unit(vectors) if metric == "cosine" else vectors)
    search: _Search = _search_by_numpy if n <= _NUMPY_ITEMS else _search_by_faiss
    if metric in DISTANCES and vectors.shape[1] <= _MAP_DIMS and n > _NUMPY_ITEMS:
        search = _search_by_tree(points)
    for start in range(0, wanted if k else 0, _BLOCK):
        if cancel is not None and cancel():
            raise Cancelled
        stop = min(start + _BLOCK, wanted)
        indices[start:stop], scores[start:stop] = search(points, rows[start:stop], k, metric)
        if progress is not None:
            progress(stop, wanted, "neighbours found")
    return indices, _as_distances(scores, metric)


def _search_by_numpy(
    points: NDArray[np.float32], rows: NDArray[np.intp], k: int, metric: str
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the k best of each point in rows, the point itself left out."""
    inner = metric if metric in DISTANCES else "dot"
    block = pairwise(points[rows], points, inner)
    block[np.arange(len(rows)), rows] = -np.inf
    return top(block, k)


def _search_by_faiss(
    points: NDArray[np.float32], rows: NDArray[np.intp], k: int, metric: str
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """As _search_by_numpy, without holding a block of all similarities: for many points."""
    import faiss

    if metric not in DISTANCES:
        scores, indices = faiss.knn(points[rows], points, k + 1, metric=faiss.METRIC_INNER_PRODUCT)
        return _without_self(indices, scores, rows)
    wanted = min(k + 1 + _SPARE, len(points))
    kind = faiss.METRIC_L2 if metric == "euclidean" else faiss.METRIC_L1
    _, found = faiss.knn(points[rows], points, wanted, metric=kind)
    # faiss takes the difference of large squares; what it found is measured again, directly.
    order_of_norm = _NORMS[metric]
    measured = np.empty(found.shape, dtype=np.float32)
    for at, others in enumerate(found):
        measured[at] = -np.linalg.norm(points[others] - points[rows[at]], order_of_norm, 1)
    order = np.argsort(-measured, axis=1, kind="stable")[:, : k + 1]
    return _without_self(
        np.take_along_axis(found, order, axis=1),
        np.take_along_axis(measured, order, axis=1),
        rows,
    )


def _search_by_tree(points: NDArray[np.float32]) -> _Search:
    """Return a search for many points of two or three dimensions, such as a map's."""
    from scipy.spatial import KDTree

    tree = KDTree(points)

    def search(
        points: NDArray[np.float32], rows: NDArray[np.intp], k: int, metric: str
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        distances, indices = tree.query(points[rows], range(1, k + 2), p=_NORMS[metric])
        scores = -np.asarray(distances, dtype=np.float32)
        return _without_self(np.asarray(indices), scores, rows)

    return search


def _without_self(
    indices: NDArray[np.integer], scores: NDArray[np.float32], rows: NDArray[np.intp]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Leave each point out of its own k + 1 nearest.

    It is usually first, but twins of it may have taken its place; where it is not among them at
    all, the last one goes.
    """
    own = indices == rows[:, None]
    own[~own.any(axis=1), -1] = True
    shape = (len(rows), indices.shape[1] - 1)
    return indices[~own].reshape(shape).astype(np.int32), scores[~own].reshape(shape)


def _as_distances(scores: NDArray[np.float32], metric: str) -> NDArray[np.float32]:
    if metric == "cosine":
        return np.maximum(1 - scores, 0)
    if metric in DISTANCES:
        return -scores
    return scores[:, :1] - scores


def top(scores: NDArray[np.float32], k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the positions and values of the `k` largest of each row, largest first.

    Equal values come in the order of their positions.
    """
    n = scores.shape[1]
    if k < 1:
        return np.empty((len(scores), 0), np.int32), np.empty((len(scores), 0), np.float32)
    if k < n:
        picked = np.argpartition(scores, n - k, axis=1)[:, n - k :]
        picked.sort(axis=1)
    else:
        picked = np.broadcast_to(np.arange(n), scores.shape)
    values = np.take_along_axis(scores, picked, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    picked = np.take_along_axis(picked, order, axis=1)
    return picked.astype(np.int32), np.take_along_axis(values, order, axis=1)


def contenders(scores: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Return the positions of all values that can be among the `k` largest, ascending.

    The k-th largest of the maxima of blocks is reached by at least k values, so nothing below it
    counts: one pass over many values leaves some dozens for :func:`top` to order.

    Parameters
    ----------
    scores : ndarray of shape (n,)
    k : int
    """
    blocks = len(scores) // _CONTEST
    if not 0 < k <= blocks:
        return np.arange(len(scores))
    peaks = scores[: blocks * _CONTEST].reshape(blocks, _CONTEST).max(axis=1)
    bar = np.partition(peaks, blocks - k)[blocks - k]
    return np.flatnonzero(scores >= bar)
