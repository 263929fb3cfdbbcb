"""Two maps of the same items laid on each other: who kept its place, neighbours and cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embedding_core.placement import align

if TYPE_CHECKING:
    from numpy.typing import NDArray


def lay_on(coords: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn, mirror, scale and move a map so that it lies as close as it can to another.

    Full Procrustes superimposition (Gower, 1975): least sum of squared distances.

    Parameters
    ----------
    coords, target : ndarray of shape (n, 2 or 3), float32

    Returns
    -------
    ndarray of shape (n, 2 or 3), float32
    """
    turned = align(coords, target).astype(np.float64)
    middle = target.mean(axis=0, dtype=np.float64)
    own = float((turned**2).sum())
    scale = float((turned * (target - middle)).sum()) / own if own else 1.0
    return np.asarray(turned * scale + middle, np.float32)


def map_neighbors(coords: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Return the `k` nearest points of each on a map, itself left out, (n, k)."""
    from scipy.spatial import KDTree

    n = len(coords)
    found = np.asarray(KDTree(coords).query(coords, k + 1)[1])
    own = found == np.arange(n)[:, None]
    # Among many points on one spot a point may not find itself: then the last one goes.
    own[~own.any(axis=1), -1] = True
    return np.asarray(found[~own].reshape(n, k), dtype=np.intp)


def kept_neighbors(left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return which share of each row of `left` is in the same row of `right`, (n,)."""
    n, k = left.shape
    own = np.arange(n)[:, None] * n
    both = np.isin((left + own).ravel(), (right + own).ravel()).reshape(n, k)
    return np.asarray(both.mean(axis=1), np.float32)


def best_overlaps(codes: NDArray[np.integer], others: NDArray[np.integer]) -> NDArray[np.float32]:
    """Return each cluster's largest Jaccard overlap with one of another clustering.

    Parameters
    ----------
    codes, others : ndarray of shape (n,), int
        Clusters of the same items, from 0; -1 for none, which is no cluster.

    Returns
    -------
    ndarray of shape (clusters of `codes`,), float32
        In [0, 1]; 0 where none of its items is in any cluster.
    """
    rows, columns = int(codes.max(initial=-1)) + 1, int(others.max(initial=-1)) + 1
    if not rows or not columns:
        return np.zeros(rows, dtype=np.float32)
    # One more row and column for "none", dropped after the sizes are counted.
    table = np.zeros((rows + 1, columns + 1), dtype=np.int64)
    np.add.at(table, (codes, others), 1)
    common = table[:rows, :columns]
    sizes, other_sizes = table.sum(axis=1)[:rows, None], table.sum(axis=0)[None, :columns]
    return np.asarray((common / (sizes + other_sizes - common)).max(axis=1), np.float32)
