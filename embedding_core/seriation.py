"""The order of items that makes the blocks of their heatmap show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embedding_core.similarity import DISTANCES

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Above this, the best order of the leaves takes longer than anybody waits.
_BEST_ORDER_ITEMS = 500


def seriate(matrix: NDArray[np.float32], metric: str = "cosine") -> NDArray[np.intp]:
    """Order items so that similar ones stand next to each other and blocks show.

    Average linkage with optimal leaf ordering (Bar-Joseph et al., 2001); above 500 items in the
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
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    dissimilarity = matrix if metric in DISTANCES else matrix.max() - matrix
    dissimilarity = np.maximum(dissimilarity.astype(np.float64), 0)
    np.fill_diagonal(dissimilarity, 0)
    condensed = squareform(dissimilarity, checks=False)
    tree = linkage(condensed, method="average")
    if n <= _BEST_ORDER_ITEMS:
        tree = optimal_leaf_ordering(tree, condensed)
    return np.asarray(leaves_list(tree), dtype=np.intp)
