"""What vectors made smaller still find: who of the true neighbours, how fast, in how many bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.compression.codes import Compressed, check_compressible, compress
from embedding_core.compression.recipes import ORIGINAL, Recipe, ladder
from embedding_core.errors import Cancelled, InputError
from embedding_core.exact import exact_neighbors
from embedding_core.params import check_seed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress

_TIMED = 50
_FEWEST_ITEMS = 3
# Differences of a similarity that rounding may have made.
_SLACK = 1e-6
_NORMAL_95 = 1.959963984540054
_CHECKED_FLOATS = 1 << 22


@dataclass(frozen=True, eq=False)
class Measured:
    """What one recipe keeps.

    Attributes
    ----------
    recipe : Recipe
    bytes_per_vector, overhead : int
        Bytes of each vector, and those that all share.
    recall : float
        Share of the true neighbours that it finds, mean over those who were asked, in [0, 1].
    interval : (float, float)
        Its 95% interval over other items of this kind.
    seconds : float
        Median time of one search among all, on one thread.
    recalls : ndarray of shape (m,), float64
        Of every item asked.
    found : ndarray of shape (m, k), int64
        Whom it finds, as places in the embedding, the nearest first.
    """

    recipe: Recipe
    bytes_per_vector: int
    overhead: int
    recall: float
    interval: tuple[float, float]
    seconds: float
    recalls: NDArray[np.float64] = field(repr=False)
    found: NDArray[np.int64] = field(repr=False)

    def total_bytes(self, n_items: int) -> int:
        """Return the bytes that so many vectors take, with what they share."""
        return self.overhead + n_items * self.bytes_per_vector


@dataclass(frozen=True, eq=False)
class CompressionReport:
    """What several recipes keep of the same vectors.

    Attributes
    ----------
    metric : {"cosine", "euclidean", "dot"}
    k : int
        How many neighbours were asked for.
    asked : ndarray of shape (m,), int64
        Whose neighbours were looked for, as places in the embedding.
    true : ndarray of shape (m, k), int64
        Their neighbours among the vectors as they are, the nearest first.
    chance : float
        The share that `k` items taken at random would be right in.
    measured : tuple of Measured
        In the order of the recipes.
    left_out : tuple of (Recipe, str)
        What does not fit these vectors, and why.
    """

    metric: str
    k: int
    asked: NDArray[np.int64] = field(repr=False)
    true: NDArray[np.int64] = field(repr=False)
    chance: float
    measured: tuple[Measured, ...]
    left_out: tuple[tuple[Recipe, str], ...] = ()


def measure_compression(
    embedding: Embedding,
    recipes: Sequence[Recipe | str] | None = None,
    k: int = 10,
    metric: str = "cosine",
    *,
    n_asked: int = 1_000,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> CompressionReport:
    """Make vectors smaller in several ways, and count which neighbours each still finds.

    Parameters
    ----------
    embedding : Embedding
    recipes : sequence of Recipe or str, optional
        Those of :func:`ladder` where left out.
    k : int
        How many neighbours; at most as many as there are others.
    metric : {"cosine", "euclidean", "dot"}
    n_asked : int
        How many items are asked for their neighbours, at most, drawn at random.
    seed : int
    progress, cancel : callable, optional

    Returns
    -------
    CompressionReport
        An item found counts as right where it is as near as the k-th true neighbour: of copies it
        is no matter which. The items themselves are left out of their neighbours.

    Raises
    ------
    InputError
        If there are fewer than three items, or a recipe is none.
    Cancelled
    """
    check_compressible(metric)
    seed, n = check_seed(seed), len(embedding)
    if n < _FEWEST_ITEMS:
        raise InputError(
            f"Neighbours that are lost can be counted from {_FEWEST_ITEMS} items on, and there "
            f"{'is' if n == 1 else 'are'} {n}; bring more."
        )
    vectors = np.ascontiguousarray(embedding.vectors, dtype=np.float32)
    wanted = _read(recipes, embedding)
    k = max(1, min(k, n - 1))
    asked = np.arange(n)
    if n > n_asked:
        asked = np.sort(np.random.default_rng(seed).choice(n, n_asked, replace=False))
    true, _ = exact_neighbors(vectors, k, metric, rows=asked, cancel=cancel)
    bars = _nearness(vectors, asked, true, metric).min(axis=1) - _SLACK
    measured, left_out = [], []
    for done, recipe in enumerate(wanted):
        if cancel is not None and cancel():
            raise Cancelled
        if progress is not None:
            progress(done, len(wanted), recipe.label)
        try:
            kept = compress(vectors, recipe, metric, seed)
        except InputError as error:
            left_out.append((recipe, str(error)))
            continue
        measured.append(_measured(kept, vectors, asked, bars, k))
    return CompressionReport(
        metric,
        k,
        asked.astype(np.int64),
        true.astype(np.int64),
        k / (n - 1),
        tuple(measured),
        tuple(left_out),
    )


def _read(recipes: Sequence[Recipe | str] | None, embedding: Embedding) -> tuple[Recipe, ...]:
    if recipes is None:
        return ladder(embedding.dim, len(embedding))
    read = [Recipe.of(each) if isinstance(each, str) else each for each in recipes]
    return tuple(dict.fromkeys(read)) or (ORIGINAL,)


def _measured(
    kept: Compressed,
    vectors: NDArray[np.float32],
    asked: NDArray[np.int64],
    bars: NDArray[np.float64],
    k: int,
) -> Measured:
    seconds = _timed(kept, vectors, asked[:: max(1, len(asked) // _TIMED)][:_TIMED], k)
    found = _others(kept.search(vectors[asked], k + 1), asked)
    right = _nearness(vectors, asked, found, kept.metric) >= bars[:, None]
    recalls = right.mean(axis=1)
    recall = float(recalls.mean())
    error = float(recalls.std(ddof=1) / np.sqrt(len(recalls))) if len(recalls) > 1 else 0.0
    reach = _NORMAL_95 * error
    return Measured(
        kept.recipe,
        kept.bytes_per_vector,
        kept.overhead,
        recall,
        (max(0.0, recall - reach), min(1.0, recall + reach)),
        seconds,
        recalls,
        found,
    )


def _timed(
    kept: Compressed, vectors: NDArray[np.float32], queries: NDArray[np.int64], k: int
) -> float:
    """Return the median seconds of one search; on one thread, for others have to be woken."""
    import faiss

    seconds = []
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        for query in queries:
            start = perf_counter()
            kept.search(vectors[query : query + 1], k + 1)
            seconds.append(perf_counter() - start)
    finally:
        faiss.omp_set_num_threads(threads)
    return median(seconds)


def _others(found: NDArray[np.int64], asked: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave each item out of its own k + 1 nearest; the last goes where it is not among them."""
    own = found == asked[:, None]
    own[~own.any(axis=1), -1] = True
    others: NDArray[np.int64] = found[~own].reshape(len(found), found.shape[1] - 1)
    return others


def _nearness(
    vectors: NDArray[np.float32],
    asked: NDArray[np.int64],
    others: NDArray[np.integer],
    metric: str,
) -> NDArray[np.float64]:
    """Return how near items are to those asked, as the vectors are, larger is nearer: (m, k)."""
    near = np.empty(others.shape)
    step = max(1, _CHECKED_FLOATS // max(1, others.shape[1] * vectors.shape[1]))
    for start in range(0, len(asked), step):
        part = slice(start, start + step)
        own = vectors[asked[part], None].astype(np.float64)
        theirs = vectors[others[part]].astype(np.float64)
        if metric == "euclidean":
            near[part] = -np.linalg.norm(theirs - own, axis=2)
            continue
        if metric == "cosine":
            own, theirs = _unit_rows(own), _unit_rows(theirs)
        near[part] = (own * theirs).sum(axis=2)
    return near


def _unit_rows(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    rows: NDArray[np.float64] = vectors / np.where(lengths > 0, lengths, 1)
    return rows
