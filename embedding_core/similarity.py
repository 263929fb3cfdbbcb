"""Metrics and similarity matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from embedding_core.errors import InputError, TooLargeError, UnknownNameError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding

Metric = Literal["cosine", "dot", "euclidean", "manhattan"]
METRICS: tuple[str, ...] = get_args(Metric)
DISTANCES = ("euclidean", "manhattan")
"""Metrics that measure how far apart two vectors are; the others, how alike."""
MAX_MATRIX_ITEMS = 5_000
_BLOCK_FLOATS = 1 << 22
_MAP_DIMS = 3


def check_metric(metric: str) -> None:
    """Raise UnknownNameError where there is no such metric."""
    if metric not in METRICS:
        raise UnknownNameError("metric", metric, METRICS)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the vectors scaled to length 1, (n, dim) float32; zero vectors stay zero."""
    # Summed in float64: squares of very large or small numbers leave the range of float32.
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))[:, None]
    scaled: NDArray[np.float32] = np.zeros(vectors.shape, dtype=np.float32)
    np.divide(vectors, norms, out=scaled, where=norms > 0, casting="same_kind")
    return scaled


def prepare(vectors: NDArray[np.float32], metric: str) -> NDArray[np.float32]:
    """Return the vectors whose geometry a map should keep under `metric`.

    Unit vectors under cosine, the vectors themselves under the others.
    """
    check_metric(metric)
    return unit(vectors) if metric == "cosine" else vectors


def pairwise(
    left: NDArray[np.float32], right: NDArray[np.float32], metric: str
) -> NDArray[np.float32]:
    """Return the similarity of every left to every right vector; larger is nearer.

    Parameters
    ----------
    left : ndarray of shape (n, dim), float32
    right : ndarray of shape (m, dim), float32
    metric : {"cosine", "dot", "euclidean", "manhattan"}
        Cosine lies in [-1, 1]; Euclidean and Manhattan are *negative* distances, so that larger is
        nearer.

    Returns
    -------
    ndarray of shape (n, m), float32
    """
    check_metric(metric)
    if left.shape[1] != right.shape[1]:
        raise InputError(
            f"Vectors of length {left.shape[1]} cannot be compared with vectors of length "
            f"{right.shape[1]}; embed both with the same model and settings."
        )
    if metric == "euclidean":
        return _minus_euclidean(left, right)
    if metric == "manhattan":
        return _minus_manhattan(left, right)
    if metric == "cosine":
        left, right = unit(left), unit(right)
    product: NDArray[np.float32] = left @ right.T
    return product.clip(-1, 1, out=product) if metric == "cosine" else product


def _minus_euclidean(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return negative Euclidean distances, a block of `right` at a time.

    In float64: the difference of two large squares loses what tells near neighbours apart. In the
    few dimensions of a map differences are taken first, which is quicker there, and exact.
    """
    found = np.empty((len(left), len(right)), dtype=np.float32)
    a = left.astype(np.float64)
    squares = np.einsum("ij,ij->i", a, a)[:, None]
    step = max(256, _BLOCK_FLOATS // max(len(left), left.shape[1]))
    for start in range(0, len(right), step):
        b = right[start : start + step].astype(np.float64)
        if a.shape[1] <= _MAP_DIMS:
            squared = sum((np.subtract.outer(x, y) ** 2 for x, y in zip(a.T, b.T, strict=True)), 0)
        else:
            squared = squares + np.einsum("ij,ij->i", b, b) - 2 * (a @ b.T)
        found[:, start : start + step] = -np.sqrt(np.maximum(squared, 0))
    return found


def _minus_manhattan(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return negative sums of absolute differences, a block of `right` at a time."""
    from scipy.spatial.distance import cdist

    found = np.empty((len(left), len(right)), dtype=np.float32)
    a = left.astype(np.float64)
    step = max(256, _BLOCK_FLOATS // max(len(left), left.shape[1]))
    for start in range(0, len(right), step):
        b = right[start : start + step].astype(np.float64)
        found[:, start : start + step] = -cdist(a, b, "cityblock")
    return found


def similarity(embedding: Embedding, metric: str = "cosine") -> NDArray[np.float32]:
    """Return the similarity of every item to every other.

    Parameters
    ----------
    embedding : Embedding
    metric : {"cosine", "dot", "euclidean", "manhattan"}
        For Euclidean and Manhattan, distances: 0 on the diagonal, larger is *farther*.

    Returns
    -------
    ndarray of shape (n, n), float32
        Symmetric, in the order of ``embedding.ids``.

    Raises
    ------
    TooLargeError
        Above 5,000 items.
    """
    n = len(embedding)
    if n > MAX_MATRIX_ITEMS:
        raise TooLargeError(
            f"A matrix of {n:,} by {n:,} was asked for and the limit is {MAX_MATRIX_ITEMS:,} "
            "items; take a part of them."
        )
    matrix = pairwise(embedding.vectors, embedding.vectors, metric)
    if metric in DISTANCES:
        matrix = np.abs(matrix)
        np.fill_diagonal(matrix, 0)
    return np.ascontiguousarray((matrix + matrix.T) / 2)
