"""Digits and made-up heaps that figures and pictures of lessons on maps share, each drawn once."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.samples import SAMPLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.clusters import Clusters
    from embedding_core.embedding import Embedding
    from embedding_core.projection import Projection
    from embedding_core.quality import Quality

METHODS = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}
TWINS = {"": "the digits", "shuffled": "columns shuffled", "gaussian": "same covariance"}
K = 10
"""Neighbours that are asked about."""

_ITEMS = 300
_HEAP, _WIDE = 60, 20
# How far apart the first two heaps lie, and heaps of different size: none touches another.
_APART, _FAR_APART = 20.0, 60.0


@lru_cache(maxsize=8)
def digits(twin: str = "") -> Embedding:
    """Return 300 pictures of handwritten digits as vectors, or their null twin."""
    from embedding_core.embedding import embed
    from embedding_core.null import null_twin

    if twin:
        return null_twin(digits(), twin)
    every = embed(SAMPLES["digits"].read())
    drawn = np.random.default_rng(0).choice(len(every), _ITEMS, replace=False)
    return every.take(np.sort(drawn).tolist())


@lru_cache(maxsize=1)
def digit_names() -> tuple[str, ...]:
    """Return which digit each of them is."""
    collection = SAMPLES["digits"].read()
    rows = [collection.positions[id_] for id_ in digits().ids]
    return tuple(collection.table[SAMPLES["digits"].color].iloc[rows].astype(str))


@lru_cache(maxsize=128)
def drawn(
    method: str, twin: str = "", seed: int = 0, neighbors: int = 15, min_dist: float = 0.1
) -> Projection:
    """Return a map of the digits or of their twin; `neighbors` is t-SNE's perplexity too."""
    from embedding_core.projection import project

    knobs: dict[str, Any] = {
        "umap": {"n_neighbors": neighbors, "min_dist": min_dist},
        "tsne": {"perplexity": float(neighbors)},
    }.get(method, {})
    return project(digits(twin), method, seed=seed, **knobs)


@lru_cache(maxsize=128)
def kept(
    method: str, twin: str = "", seed: int = 0, neighbors: int = 15, min_dist: float = 0.1
) -> Quality:
    """Return what such a map keeps."""
    from embedding_core.quality import quality

    found = quality(digits(twin), drawn(method, twin, seed, neighbors, min_dist), K)
    assert found is not None  # There are more than three digits.
    return found


@lru_cache(maxsize=128)
def groups_on_map(
    method: str, twin: str = "", seed: int = 0, neighbors: int = 15, min_dist: float = 0.1
) -> Clusters:
    """Return the dense groups of such a map's points (HDBSCAN)."""
    from embedding_core.clusters import cluster

    coords = drawn(method, twin, seed, neighbors, min_dist).coords
    return cluster(coords, metric="euclidean")


@lru_cache(maxsize=8)
def groups_in_vectors(twin: str) -> Clusters:
    """Return the dense groups of the vectors themselves."""
    from embedding_core.clusters import cluster

    return cluster(digits(twin).vectors)


@lru_cache(maxsize=64)
def heaps(kind: str, times: float) -> tuple[Embedding, NDArray[np.int64]]:
    """Return made-up heaps in 20 dimensions, and which heap each point is of.

    Parameters
    ----------
    kind : {"sizes", "gaps"}
        Two heaps, the first so many times as wide as the second; or three in a row, the second gap
        so many times as wide as the first.
    times : float
    """
    from embedding_core.embedding import Embedding

    rng = np.random.default_rng(0)
    along = np.eye(_WIDE)[0]
    widths: tuple[float, ...]
    places: tuple[float, ...]
    if kind == "sizes":
        widths, places = (1.0, 1.0 / times), (0.0, _FAR_APART)
    else:
        widths, places = (1.0, 1.0, 1.0), (0.0, _APART, _APART * (1 + times))
    points = [
        rng.normal(size=(_HEAP, _WIDE)) * width + along * place
        for width, place in zip(widths, places, strict=True)
    ]
    vectors = np.vstack(points).astype(np.float32)
    ids = tuple(f"{'ABC'[at // _HEAP]}{at % _HEAP + 1}" for at in range(len(vectors)))
    made = Embedding(ids, vectors, f"heaps:{kind}:{times}", "made-up heaps")
    return made, np.repeat(np.arange(len(places)), _HEAP)


@lru_cache(maxsize=64)
def heaps_drawn(kind: str, times: float, method: str, seed: int = 0) -> Projection:
    """Return a map of made-up heaps."""
    from embedding_core.projection import project

    return project(heaps(kind, times)[0], method, metric="euclidean", seed=seed)


def heap_ratio(points: NDArray[np.floating], heap: NDArray[np.int64]) -> float:
    """Return how many times as wide the first of two heaps is, or the second gap of three heaps."""
    middles = [points[heap == at].mean(axis=0) for at in range(heap.max() + 1)]
    if len(middles) == 3:
        first, second = (np.linalg.norm(b - a) for a, b in pairwise(middles))
        return float(second / first)
    wide, narrow = (
        np.sqrt(((points[heap == at] - middle) ** 2).sum(axis=1).mean())
        for at, middle in enumerate(middles)
    )
    return float(wide / narrow)
