"""Vectors made smaller, and searched as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import InputError
from embedding_core.params import check_seed
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.compression.recipes import Recipe

METRICS = ("cosine", "euclidean", "dot")
"""What can be searched for among vectors made smaller."""

_LARGEST_HALF = float(np.finfo(np.float16).max)
_FULL_BITS, _FEW_BITS = 8, 4
# faiss wants 39 examples for each of the entries of a code book, or says so on the terminal.
_EXAMPLES = 39
# More of either takes longer and finds no more.
_ROUNDS, _MOST_EXAMPLES = 10, 64


@dataclass(frozen=True, eq=False)
class Compressed:
    """Vectors made smaller.

    Attributes
    ----------
    recipe : Recipe
    metric : {"cosine", "euclidean", "dot"}
    bytes_per_vector : int
        That each vector takes.
    overhead : int
        Bytes that all of them share: directions, ranges, code books.
    """

    recipe: Recipe
    metric: str
    bytes_per_vector: int
    overhead: int
    _index: Any = field(repr=False)
    _middle: NDArray[np.float32] | None = field(repr=False)
    _turn: NDArray[np.float32] | None = field(repr=False)
    _bar: NDArray[np.float32] | None = field(repr=False)

    def search(self, vectors: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """Return the positions of the `k` nearest to each of some original vectors, (m, k).

        The query is not made smaller but for what its length needs: only what is kept is.
        """
        ready = self._ready(vectors)
        _, found = self._index.search(ready, k)
        return np.asarray(found, dtype=np.int64)

    def _ready(self, vectors: NDArray[np.float32]) -> NDArray[Any]:
        prepared = _reduced(vectors, self.metric, self._middle, self._turn)
        if self._bar is not None:
            return _bits(prepared, self._bar)
        return _padded(prepared, self._index.d)


def compress(
    vectors: NDArray[np.float32], recipe: Recipe, metric: str = "cosine", seed: int = 0
) -> Compressed:
    """Make vectors smaller.

    Parameters
    ----------
    vectors : ndarray of shape (n, dim), float32
    recipe : Recipe
    metric : {"cosine", "euclidean", "dot"}
        What near means; for cosine vectors are scaled to length 1 first.
    seed : int
        Of random projections and of the examples of product quantisation.

    Returns
    -------
    Compressed

    Raises
    ------
    InputError
        If the recipe does not fit these vectors.
    """
    check_compressible(metric)
    seed = check_seed(seed)
    middle, turn = _reduction(vectors, recipe, metric, seed)
    prepared = _reduced(vectors, metric, middle, turn)
    bar = None
    if recipe.store == "binary":
        bar = prepared.mean(axis=0, dtype=np.float64).astype(np.float32)
        index, shared = _binary_index(prepared, bar)
    elif recipe.store == "pq":
        index, shared = _pieced_index(prepared, recipe, metric, seed)
    else:
        index, shared = _number_index(prepared, recipe, metric)
    steps = [part for part in (middle, turn, bar) if part is not None]
    overhead = shared + sum(part.nbytes for part in steps)
    return Compressed(recipe, metric, int(index.code_size), overhead, index, middle, turn, bar)


def check_compressible(metric: str) -> None:
    """Raise InputError where vectors made smaller cannot be compared by a metric."""
    if metric not in METRICS:
        raise InputError(
            f"Vectors made smaller are compared by {', '.join(METRICS[:-1])} or {METRICS[-1]}, not "
            f"by {metric}; choose one of these."
        )


# --- fewer numbers --------------------------------------------------------------------------------


def _reduction(
    vectors: NDArray[np.float32], recipe: Recipe, metric: str, seed: int
) -> tuple[NDArray[np.float32] | None, NDArray[np.float32] | None]:
    """Return what is taken off every vector and what it is multiplied with; None for nothing."""
    n, dim = vectors.shape
    if not recipe.reduction:
        return None, None
    if recipe.dim > dim:
        raise InputError(f"Vectors of {dim} numbers cannot be cut to {recipe.dim}; choose fewer.")
    if recipe.reduction == "random":
        # Squared lengths are right on average (Johnson and Lindenstrauss, 1984).
        drawn = np.random.default_rng(seed).standard_normal((dim, recipe.dim))
        return None, (drawn / np.sqrt(recipe.dim)).astype(np.float32)
    if recipe.dim > n:
        raise InputError(
            f"{n} vectors have no {recipe.dim} directions of spread; choose at most {n}."
        )
    ready = unit(vectors) if metric == "cosine" else vectors
    middle = None
    if metric == "euclidean":
        # Distances stay when all move alike; products would not.
        middle = ready.mean(axis=0, dtype=np.float64).astype(np.float32)
        ready = ready - middle
    gram = np.zeros((dim, dim))
    for start in range(0, n, 1 << 14):
        part = ready[start : start + (1 << 14)].astype(np.float64)
        gram += part.T @ part
    _, directions = np.linalg.eigh(gram)
    return middle, np.ascontiguousarray(directions[:, : -recipe.dim - 1 : -1], dtype=np.float32)


def _reduced(
    vectors: NDArray[np.float32],
    metric: str,
    middle: NDArray[np.float32] | None,
    turn: NDArray[np.float32] | None,
) -> NDArray[np.float32]:
    ready = np.asarray(vectors, dtype=np.float32)
    ready = unit(ready) if metric == "cosine" else ready
    if middle is not None:
        ready = ready - middle
    if turn is not None:
        ready = ready @ turn
        ready = unit(ready) if metric == "cosine" else ready
    return np.ascontiguousarray(ready, dtype=np.float32)


# --- less of each ---------------------------------------------------------------------------------


def _number_index(prepared: NDArray[np.float32], recipe: Recipe, metric: str) -> tuple[Any, int]:
    """Return an index that keeps every number by itself, and the bytes of the ranges it shares."""
    import faiss

    dim, kind = prepared.shape[1], _kind(metric)
    index: Any
    if recipe.store == "float32":
        index, shared = faiss.IndexFlat(dim, kind), 0
    elif recipe.store == "float16":
        largest = float(np.abs(prepared).max(initial=0))
        if largest > _LARGEST_HALF:
            raise InputError(
                f"Numbers up to {largest:.3g} do not fit into float16, which ends at "
                f"{_LARGEST_HALF:,.0f}; choose another, or scale the vectors."
            )
        index, shared = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, kind), 0
    else:
        index = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_8bit, kind)
        shared = 2 * 4 * dim
    index.train(prepared)
    index.add(prepared)
    return index, shared


def _pieced_index(
    prepared: NDArray[np.float32], recipe: Recipe, metric: str, seed: int
) -> tuple[Any, int]:
    """Return an index of pieces, each the nearest of examples, and the bytes of these examples."""
    import faiss

    n, dim = prepared.shape
    if recipe.pieces > dim:
        raise InputError(
            f"Vectors of {dim} numbers cannot be cut into {recipe.pieces} pieces; choose at most "
            f"{dim}."
        )
    bits = _FULL_BITS if n >= 1 << _FULL_BITS else _FEW_BITS
    if n < 1 << bits:
        raise InputError(
            f"{n} vectors are too few to find {1 << bits} examples for each piece; choose another "
            "way to make them smaller."
        )
    wide = -(-dim // recipe.pieces) * recipe.pieces
    index = faiss.IndexPQ(wide, recipe.pieces, bits, _kind(metric))
    index.pq.cp.seed = seed + 1  # 0 is what faiss takes for "none".
    index.pq.cp.niter, index.pq.cp.max_points_per_centroid = _ROUNDS, _MOST_EXAMPLES
    index.pq.cp.min_points_per_centroid = min(_EXAMPLES, n >> bits)
    ready = _padded(prepared, wide)
    index.train(ready)
    index.add(ready)
    return index, 4 * wide * (1 << bits)


def _binary_index(prepared: NDArray[np.float32], bar: NDArray[np.float32]) -> tuple[Any, int]:
    import faiss

    bits = _bits(prepared, bar)
    index = faiss.IndexBinaryFlat(8 * bits.shape[1])
    index.add(bits)
    return index, 0


def _bits(prepared: NDArray[np.float32], bar: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return for every number whether it is above a bar, eight a byte."""
    return np.packbits(prepared > bar, axis=1)


def _padded(prepared: NDArray[np.float32], wide: int) -> NDArray[np.float32]:
    """Return vectors with zeros behind them: neither products nor distances change."""
    return np.pad(prepared, ((0, 0), (0, wide - prepared.shape[1])))


def _kind(metric: str) -> int:
    import faiss

    kind: int = faiss.METRIC_L2 if metric == "euclidean" else faiss.METRIC_INNER_PRODUCT
    return kind
