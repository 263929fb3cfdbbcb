"""Vectors in use that figures and pictures of lessons share: cells, hubs, versions, new data."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.samples import SAMPLES
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from embedding_core.compression import CompressionReport
    from embedding_core.embedding import Embedding
    from embedding_core.geometry import Hubness

K = 10
"""Neighbours that are asked about."""
CELLS = 54
"""Cells of the inverted file: about the root of the number of words, as is custom."""
RECIPES = ("float32", "float16", "int8", "pca25", "pq10", "pq5", "binary")
GRAPH = "les-miserables"
"""What two versions of a model are trained on."""

_ASKED, _CLOUD = 500, 1_000
_KNOWN_DIGITS, _QUANTILE = "01234", 0.05


@lru_cache(maxsize=1)
def words() -> Embedding:
    """Return the vectors of 3,000 frequent words."""
    from embedding_core.embedding import embed

    return embed(SAMPLES["frequent-words"].read())


@lru_cache(maxsize=1)
def _inverted_file() -> Any:
    import faiss

    vectors = unit(words().vectors)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    index = faiss.IndexIVFFlat(flat, vectors.shape[1], CELLS, faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = 1
    index.train(vectors)
    index.add(vectors)
    # The index points to the other without owning it.
    return index, flat


@lru_cache(maxsize=64)
def probed(cells: int) -> tuple[float, float]:
    """Return the share of vectors compared, and the recall of the ten nearest, over 500 words.

    An inverted file (Jégou, Douze and Schmid, 2011) that looks into so many cells.
    """
    import faiss

    from embedding_core.exact import exact_neighbors

    vectors = unit(words().vectors)
    asked = np.sort(np.random.default_rng(0).choice(len(vectors), _ASKED, replace=False))
    true, _ = exact_neighbors(vectors, K, "cosine", rows=asked)
    index, flat = _inverted_file()
    how: Any = faiss.SearchParametersIVF
    settings = how(nprobe=cells)
    _, found = index.search(vectors[asked], K + 1, params=settings)
    hits = [
        len((set(row) - {own}) & set(truth)) / K
        for row, own, truth in zip(found.tolist(), asked.tolist(), true.tolist(), strict=True)
    ]
    _, looked = flat.search(vectors[asked], cells)
    sizes = np.array([index.invlists.list_size(cell) for cell in range(CELLS)])
    # The centres are compared too.
    compared = sizes[looked].sum(axis=1) + CELLS
    return float(compared.mean() / len(vectors)), float(np.mean(hits))


@lru_cache(maxsize=1)
def compressed() -> CompressionReport:
    """Return what ways to make the words' vectors smaller keep of their neighbours."""
    from embedding_core.compression import measure_compression

    return measure_compression(words(), RECIPES, K, n_asked=_ASKED)


@lru_cache(maxsize=32)
def cloud_hubs(dimensions: int) -> Hubness:
    """Return the hubs of 1,000 points of a normal distribution, by Euclidean distance."""
    from embedding_core.embedding import Embedding
    from embedding_core.geometry import hubness

    points = np.random.default_rng(0).normal(size=(_CLOUD, dimensions)).astype(np.float32)
    ids = tuple(str(at + 1) for at in range(_CLOUD))
    return hubness(Embedding(ids, points, f"cloud:{dimensions}", "made-up"), "euclidean", K)


@lru_cache(maxsize=1)
def word_hubs() -> Hubness:
    """Return the hubs of the words."""
    from embedding_core.geometry import hubness

    return hubness(words(), "cosine", K)


@lru_cache(maxsize=8)
def versions(seed: int) -> Mapping[str, float]:
    """Return what two trainings of one model on one graph share, by node2vec with two seeds.

    Returns
    -------
    mapping
        ``"cosine"``: of each node's two vectors, mean; ``"mixed"``: share of nodes of the new
        version whose nearest among the old vectors is the same node; ``"turned"``: the same after
        the rotation that lays the one on the other best (Schönemann, 1966); ``"overlap"``: of the
        ten nearest within each version; ``"chance"``: of that overlap.
    """
    from scipy.linalg import orthogonal_procrustes

    from embedding_core.comparison import compare
    from embedding_core.teaching.graphs import walked

    old, new = walked(GRAPH), walked(GRAPH, seed=seed)
    a, b = (unit(each.vectors).astype(np.float64) for each in (old, new))
    turn, _ = orthogonal_procrustes(b, a)
    both = compare(old, new, k=K)

    def found(queries: NDArray[np.float64]) -> float:
        return float(((queries @ a.T).argmax(axis=1) == np.arange(len(a))).mean())

    return {
        "cosine": float((a * b).sum(axis=1).mean()),
        "mixed": found(b),
        "turned": found(b @ turn),
        "overlap": both.neighbor_overlap,
        "chance": both.chance_overlap,
    }


FAULTS = {
    "turned": "all turned alike",
    "noise": "a little noise",
    "halved": "half of the numbers lost",
    "moved": "names one place off",
}


@lru_cache(maxsize=8)
def fault(kind: str) -> Mapping[str, float]:
    """Return what monitors see of a fault in the words' vectors.

    Returns
    -------
    mapping
        ``"own"``: mean cosine of each word's vector before and after; ``"pairs"``: mean cosine of
        all pairs after; ``"overlap"``: share of the ten nearest that stay.
    """
    from embedding_core.comparison import churn_of
    from embedding_core.embedding import Embedding
    from embedding_core.exact import exact_neighbors
    from embedding_core.geometry import anisotropy
    from embedding_core.teaching.spaces import rotation

    before = unit(words().vectors)
    after = _with_fault(before, kind, rotation(before.shape[1], 0))
    rows = np.sort(np.random.default_rng(0).choice(len(before), _ASKED, replace=False))
    was, now = (exact_neighbors(each, K, "cosine", rows=rows)[0] for each in (before, after))
    changed = Embedding(words().ids, after, f"fault:{kind}", "changed")
    return {
        "own": float((before * unit(after)).sum(axis=1).mean()),
        "pairs": anisotropy(changed).mean_cosine,
        "overlap": 1 - churn_of(was, now, rows).overall,
    }


def _with_fault(
    vectors: NDArray[np.float32], kind: str, turn: NDArray[np.float64]
) -> NDArray[np.float32]:
    if kind == "turned":
        return np.ascontiguousarray(vectors @ turn, dtype=np.float32)
    if kind == "noise":
        # As long as a fifth of a vector.
        noise = np.random.default_rng(0).normal(size=vectors.shape) / np.sqrt(vectors.shape[1])
        return np.asarray(vectors + 0.2 * noise, dtype=np.float32)
    if kind == "halved":
        return np.ascontiguousarray(
            np.where(np.arange(vectors.shape[1]) % 2, 0, vectors), dtype=np.float32
        )
    if kind == "moved":
        return np.roll(vectors, 1, axis=0)
    return vectors


@lru_cache(maxsize=1)
def arrivals() -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the cosine to the nearest stored digit, of later digits 0 to 4 and of 5 to 9; the bar.

    Half of the digits 0 to 4 are stored. A quarter sets the bar, below which a twentieth of them
    lie; the last quarter is what comes later.
    """
    from embedding_core.embedding import embed

    collection = SAMPLES["digits"].read()
    every = embed(collection)
    label = collection.table[SAMPLES["digits"].color].astype(str).to_numpy()
    vectors = unit(every.vectors)
    is_known = np.isin(label, list(_KNOWN_DIGITS))
    known = np.random.default_rng(0).permutation(np.flatnonzero(is_known))
    half, rest = len(known) // 2, 3 * len(known) // 4
    store = vectors[known[:half]]

    def nearest(part: NDArray[np.int64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = (vectors[part] @ store.T).max(axis=1).astype(np.float64)
        return found

    bar = float(np.quantile(nearest(known[half:rest]), _QUANTILE))
    strangers = np.flatnonzero(~is_known)
    return nearest(known[rest:]), nearest(strangers), bar
