"""The order of items that makes the blocks of their heatmap show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embedding_core.similarity import DISTANCES

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Above this, the best order of the leaves takes longer than anybody waits.
_BEST_ORDER_ITEMS = 2_000
# Small enough to stay in the processor's cache.
_SUMS_AT_ONCE = 1 << 18


def seriate(matrix: NDArray[np.float32], metric: str = "cosine") -> NDArray[np.intp]:
    """Order items so that similar ones stand next to each other and blocks show.

    Average linkage with optimal leaf ordering (Bar-Joseph et al., 2001); above 2,000 items in the
    order in which they were joined.

    Parameters
    ----------
    matrix : ndarray of shape (n, n)
        What :func:`similarity` returns for `metric`.
    metric : {"cosine", "dot", "euclidean", "manhattan"}

    Returns
    -------
    ndarray of shape (n,)
        Positions in their new order.
    """
    n = len(matrix)
    if n < 3:
        return np.arange(n, dtype=np.intp)
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    far = matrix if metric in DISTANCES else matrix.max() - matrix
    dissimilarity = np.maximum(far, 0, dtype=np.float64)
    np.fill_diagonal(dissimilarity, 0)
    tree = linkage(squareform(dissimilarity, checks=False), method="average")
    if n > _BEST_ORDER_ITEMS:
        return np.asarray(leaves_list(tree), dtype=np.intp)
    return best_leaf_order(tree, dissimilarity)


def best_leaf_order(tree: NDArray[np.float64], apart: NDArray[np.float64]) -> NDArray[np.intp]:
    """Turn the branches of a tree so that neighbouring leaves are as near as they can be.

    Of all orders that the tree allows, the one with the shortest way from its first leaf to its
    last (Bar-Joseph, Gifford and Jaakkola, 2001). The shortest way through a branch from one leaf
    to another is found from those through its two halves, in two steps: through the one half and
    over to a leaf of the other, then through that. Either step is a product of matrices with sums
    for products and minima for sums, which makes it n ** 3 / 6 additions at most, whatever the
    distances are.

    SciPy's ``optimal_leaf_ordering`` is not used: its time depends on the distances (7 s of
    1,000 items), and in version 1.17 it often misses the best order, of five items already.

    Parameters
    ----------
    tree : ndarray of shape (n - 1, 4)
        As ``scipy.cluster.hierarchy.linkage`` returns it.
    apart : ndarray of shape (n, n)
        Distances between the leaves, symmetric.

    Returns
    -------
    ndarray of shape (n,)
        The leaves in their new order.
    """
    from scipy.cluster.hierarchy import leaves_list

    leaves = np.asarray(leaves_list(tree), dtype=np.intp)
    # In this order the leaves of every branch stand in one piece.
    apart = np.ascontiguousarray(apart[np.ix_(leaves, leaves)], dtype=np.float64)
    branches = _branches(tree, leaves)
    return leaves[_walk(branches, apart, _shortest_ways(branches, apart))]


def _branches(tree: NDArray[np.float64], leaves: NDArray[np.intp]) -> list[list[int]]:
    """Return the pieces of each branch, the smaller branches first.

    Five places each: the first half goes from the first to the third and is itself halved at the
    second, the other from the third to the fifth, halved at the fourth. A half of one leaf is
    halved where it begins.
    """
    n = len(leaves)
    # Where each leaf, and each branch after them, begins, is halved and ends.
    pieces = [[0, 0, 0]] * n
    for place, leaf in enumerate(leaves.tolist()):
        pieces[leaf] = [place, place, place + 1]
    branches = []
    for one, other in tree[:, :2].astype(np.intp).tolist():
        first, second = pieces[one], pieces[other]
        branches.append([*first, *second[1:]])
        pieces.append([first[0], first[2], second[2]])
    return branches


def _shortest_ways(branches: list[list[int]], apart: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how short a way from every leaf to every other can be.

    It goes through all leaves of the smallest branch they share, (n, n).
    """
    ways = np.zeros(apart.shape)
    for start, half, middle, other_half, stop in branches:
        mine, theirs = slice(start, middle), slice(middle, stop)
        # From each leaf of the first half, through that half, to each leaf of the other.
        reach = apart[mine, theirs]
        if middle - start > 1:
            one, two = slice(start, half), slice(half, middle)
            reach = np.vstack(
                [
                    _least_sums(ways[one, two], apart[two, theirs]),
                    _least_sums(ways[two, one], apart[one, theirs]),
                ]
            )
        # And through the other half, to where it ends.
        found = reach
        if stop - middle > 1:
            one, two = slice(middle, other_half), slice(other_half, stop)
            cut = other_half - middle
            found = np.hstack(
                [
                    _least_sums(reach[:, cut:], ways[two, one]),
                    _least_sums(reach[:, :cut], ways[one, two]),
                ]
            )
        ways[mine, theirs] = found
        ways[theirs, mine] = found.T
    return ways


def _least_sums(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the product of two matrices with sums for products and minima for sums."""
    found = np.empty((len(a), b.shape[1]))
    step = max(1, _SUMS_AT_ONCE // b.size)
    for start in range(0, len(a), step):
        part = slice(start, start + step)
        (a[part, :, None] + b).min(axis=1, out=found[part])
    return found


def _walk(
    branches: list[list[int]], apart: NDArray[np.float64], ways: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return the leaves along the shortest way through the whole tree."""
    by_extent = {(branch[0], branch[-1]): branch for branch in branches}
    start, _, middle, _, stop = branches[-1]
    first, last = _smallest(ways[start:middle, middle:stop])
    order: list[int] = []
    ahead = [(start, stop, start + first, middle + last)]
    while ahead:
        start, stop, first, last = ahead.pop()
        if stop - start == 1:
            order.append(first)
            continue
        start, half, middle, other_half, stop = by_extent[start, stop]
        halves = [(start, half, middle), (middle, other_half, stop)]
        if first >= middle:
            halves.reverse()
        out, into = _other_ends(halves[0], first), _other_ends(halves[1], last)
        over = ways[first, out][:, None] + apart[out, into] + ways[into, last]
        leave, enter = _smallest(over)
        ahead.append((halves[1][0], halves[1][2], into.start + enter, last))
        ahead.append((halves[0][0], halves[0][2], first, out.start + leave))
    return np.array(order, dtype=np.intp)


def _other_ends(branch: tuple[int, int, int], end: int) -> slice:
    """Return the leaves at which a way through a branch can end that begins at `end`."""
    start, middle, stop = branch
    if stop - start == 1:
        return slice(start, stop)
    return slice(middle, stop) if end < middle else slice(start, middle)


def _smallest(matrix: NDArray[np.float64]) -> tuple[int, int]:
    row, column = np.unravel_index(int(matrix.argmin()), matrix.shape)
    return int(row), int(column)
