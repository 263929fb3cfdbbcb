"""The nearest of many items to a vector: exact while that is quick, by a kept index beyond."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core import store
from embedding_core.cache import ByteLRU
from embedding_core.errors import Cancelled, InputError
from embedding_core.exact import contenders, top
from embedding_core.similarity import check_metric, pairwise, unit

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.table import Table
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress

EXACT_BYTES = 700 << 20
"""Up to this many bytes of vectors, comparing with all of them answers within 50 ms."""

# Below this, what an exact search prepares would save nothing.
_PREPARED_FLOATS = 4 << 20
_PREPARED: ByteLRU[_Prepared] = ByteLRU(128 << 20)
_OPENED: ByteLRU[_Kept] = ByteLRU(128 << 20)

_ASKED: Counter[tuple[str, str]] = Counter()
_ASKED_LOCK = threading.Lock()
_BUILT_AT_QUESTION = 2

_VERSION = "1"
_BATCH = 50_000
_WANTED_RECALL = 0.97
_TRIED_ITEMS = 40
_TRIED_K = 10
_FEWEST_PROBES = 16
# Candidates for each neighbour asked for: the index orders by rounded numbers, and what it finds is
# measured again.
_CANDIDATES = 4
_FEWEST_CANDIDATES = 64
_PROBES = b"probes"


@dataclass(frozen=True, eq=False)
class Index:
    """Finds the nearest of an embedding's items.

    Attributes
    ----------
    embedding : Embedding
    metric : {"cosine", "dot", "euclidean", "manhattan"}
    is_exact : bool
        Whether every item is compared.
    recall : float
        Share of the ten nearest that it found for a sample of items when it was built; 1 where it
        is exact.
    """

    embedding: Embedding
    metric: str
    is_exact: bool = True
    recall: float = 1.0
    _kept: _Kept | None = None

    def search(
        self, vectors: NDArray[np.float32], k: int = 10
    ) -> tuple[list[list[str]], NDArray[np.float32]]:
        """Return the ids of the `k` items nearest to each vector, and their scores.

        Parameters
        ----------
        vectors : ndarray of shape (m, dim) or (dim,), float32
        k : int
            At most as many as there are items; more is cut.

        Returns
        -------
        ids : list of m lists of k str
            The nearest first.
        scores : ndarray of shape (m, k), float32
            Cosine or dot product; distances, where the metric is one, are negative, so that larger
            is nearer.
        """
        places, scores = self.places(vectors, k)
        ids = self.embedding.ids
        return [[ids[place] for place in row] for row in places.tolist()], scores

    def places(
        self, vectors: NDArray[np.float32], k: int = 10
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the positions of the `k` items nearest to each vector, and their scores."""
        queries = np.atleast_2d(np.asarray(vectors, dtype=np.float32))
        if queries.shape[1] != self.embedding.dim:
            raise InputError(
                f"A vector of length {queries.shape[1]} cannot be compared with vectors of length "
                f"{self.embedding.dim}; embed both with the same model and settings."
            )
        k = max(0, min(k, len(self.embedding)))
        found = [self._nearest(query, k) for query in queries]
        places = np.stack([place for place, _ in found]) if found else np.empty((0, k), np.int64)
        scores = np.stack([score for _, score in found]) if found else np.empty((0, k), np.float32)
        return places, scores

    def _nearest(
        self, query: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        every = self.embedding.vectors
        candidates = None if self._kept is None else self._kept.candidates(query, k, self.metric)
        if candidates is None or len(candidates) < k:
            candidates = _exact_candidates(self.embedding, query, k, self.metric)
        if candidates is None:
            measured = pairwise(query[None], every, self.metric)[0]
            candidates = contenders(measured, k)
            measured = measured[candidates]
        else:
            measured = pairwise(query[None], every[candidates], self.metric)[0]
        best, scores = top(measured[None], k)
        return candidates[best[0]].astype(np.int64), scores[0]


def index(
    embedding: Embedding,
    metric: str = "cosine",
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Index:
    """Return what finds the nearest of an embedding's items, built where it has to be.

    Up to 700 MB of vectors everything is compared. Beyond, LanceDB's inverted file over cells of
    k-means, with a byte a number (IVF_SQ), picks candidates, which are then measured exactly. It is
    kept on disk, so that it is built once: minutes for a million items. How many cells it looks
    into is set by trying: as many as find 97% of the ten nearest of a sample of items. Where that
    cannot be reached, or nothing can be kept here, everything is compared.

    Parameters
    ----------
    embedding : Embedding
    metric : {"cosine", "dot", "euclidean", "manhattan"}
    progress, cancel : callable, optional
        Told of and asked between steps.
    """
    check_metric(metric)
    known = known_index(embedding, metric)
    if known is not None:
        return known
    exact = Index(embedding, metric)
    name = _name(embedding, metric)
    if name is None:
        return exact
    schema, batches = _rows(embedding, metric, progress, cancel)
    table = store.keep_table(name, schema, batches, embedding.vectors.nbytes * 5 // 4)
    if table is None:
        return exact
    if progress is not None:
        progress(0, 0, "building the index")
    try:
        _build(table, len(embedding), metric)
        _tune(table, exact, cancel)
    except (OSError, RuntimeError, ValueError) as problem:  # A full disk, or dropped meanwhile.
        store.give_up_table(name, problem)
        return exact
    return known_index(embedding, metric) or exact


def known_index(embedding: Embedding, metric: str = "cosine") -> Index | None:
    """Return what finds the nearest, if it takes no building; None where :func:`index` would."""
    if embedding.vectors.nbytes <= EXACT_BYTES or metric == "manhattan":
        return Index(embedding, metric)
    name = _name(embedding, metric)
    kept = None if name is None else _opened(name)
    if kept is None:
        return None
    if not kept.probes:
        # It was tried and does not find enough: everything is compared.
        return Index(embedding, metric)
    return Index(embedding, metric, is_exact=False, recall=kept.recall, _kept=kept)


def at_hand(embedding: Embedding, metric: str = "cosine") -> Index:
    """Return what finds the nearest now: the index where it is built, else an exact search.

    Beyond what is quick exactly, the second question in a process has the index built in the
    background, for those to come.
    """
    known = known_index(embedding, metric)
    if known is not None:
        return known
    key = (embedding.fingerprint, metric)
    with _ASKED_LOCK:
        _ASKED[key] += 1
        second = _ASKED[key] == _BUILT_AT_QUESTION
    if second:
        threading.Thread(target=index, args=(embedding, metric), daemon=True, name="index").start()
    return Index(embedding, metric)


@dataclass(frozen=True, eq=False)
class _Kept:
    """An index on disk."""

    table: Table
    row_ids: NDArray[np.uint64]
    probes: int
    recall: float

    @classmethod
    def opened(cls, table: Table) -> _Kept | None:
        """Return the index of a table; None where its building was broken off."""
        said = (table.schema.field("vector").metadata or {}).get(_PROBES)
        if said is None:
            return None
        probes, recall = said.decode().split()
        return cls(table, _row_ids(table), int(probes), float(recall))

    def candidates(
        self, query: NDArray[np.float32], k: int, metric: str
    ) -> NDArray[np.int64] | None:
        """Return positions of items that may be the nearest; None where the disk fails."""
        asked = _as_indexed(query[None], metric)[0]
        wanted = max(_FEWEST_CANDIDATES, _CANDIDATES * k)
        try:
            search: Any = self.table.search(asked, vector_column_name="vector")
            found = (
                search.distance_type("dot" if metric == "dot" else "l2")
                .nprobes(self.probes)
                .limit(wanted)
                .with_row_id(True)
                .select(["_distance"])
                .to_arrow()
            )
        except Exception:  # Dropped or damaged meanwhile: everything is compared.
            _OPENED.clear()
            return None
        places = np.searchsorted(self.row_ids, found["_rowid"].to_numpy())
        return np.sort(places).astype(np.int64)


def _opened(name: str) -> _Kept | None:
    """Return an index on disk, opened once a process."""
    kept = _OPENED.get(name)
    if kept is not None:
        store.mark_used(name)
        return kept
    kept = store.read_table(name, _Kept.opened)
    if kept is not None:
        _OPENED.put(name, kept, kept.row_ids.nbytes)
    return kept


@dataclass(frozen=True, eq=False)
class _Prepared:
    """What an exact search over many vectors computes once.

    Attributes
    ----------
    sizes : ndarray of shape (n,), float32
        Lengths for cosine; squared distances from the middle for Euclidean.
    middle : ndarray of shape (dim,), float32
    longest : float
        Length of the longest vector.
    """

    sizes: NDArray[np.float32]
    middle: NDArray[np.float32]
    longest: float


def _exact_candidates(
    embedding: Embedding, query: NDArray[np.float32], k: int, metric: str
) -> NDArray[np.intp] | None:
    """Return all items that can be among the `k` nearest; None where nothing is prepared.

    By one product of float32 over all vectors. What its rounding may have mixed up is among them.
    """
    vectors = embedding.vectors
    if vectors.size < _PREPARED_FLOATS or metric == "manhattan" or not k:
        return None
    known = _prepared(embedding, metric)
    if metric == "euclidean":
        towards = query - known.middle
        rough = 2 * (vectors @ towards) - known.sizes
        rounding = known.longest * float(np.linalg.norm(towards))
    else:
        towards = unit(query[None])[0]
        rough = vectors @ towards
        rounding = known.longest
        if metric == "cosine":
            rough /= known.sizes
            rounding = 1.0
    if not np.isfinite(rough).all():
        return None
    best = contenders(rough, k)
    least = np.partition(rough[best], len(best) - k)[len(best) - k]
    # Twice the error a sum of dim products can have in float32, as it usually adds up.
    slack = 4 * np.sqrt(embedding.dim) * float(np.finfo(np.float32).eps) * rounding
    return np.flatnonzero(rough >= least - slack)


def _prepared(embedding: Embedding, metric: str) -> _Prepared:
    key = (embedding.fingerprint, metric)
    known = _PREPARED.get(key)
    if known is not None:
        return known
    vectors = embedding.vectors
    middle = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    sizes = np.empty(len(vectors), np.float32)
    longest = 0.0
    for start in range(0, len(vectors), _BATCH):
        part = vectors[start : start + _BATCH].astype(np.float64)
        squares = np.einsum("ij,ij->i", part, part)
        longest = max(longest, float(np.sqrt(squares.max())))
        if metric == "euclidean":
            part -= middle
            squares = np.einsum("ij,ij->i", part, part)
            sizes[start : start + _BATCH] = squares
        else:
            sizes[start : start + _BATCH] = np.sqrt(squares)
    if metric == "cosine":
        sizes[sizes == 0] = np.inf  # What has no direction is near to nothing.
    known = _Prepared(sizes, middle, longest)
    _PREPARED.put(key, known, sizes.nbytes)
    return known


def _name(embedding: Embedding, metric: str) -> str | None:
    return store.table_name("index", _VERSION, embedding.fingerprint, metric)


def _rows(
    embedding: Embedding, metric: str, progress: Progress | None, cancel: Cancel | None
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the vectors as the index takes them, some at a time."""
    import pyarrow as pa

    n = len(embedding)
    width = _as_indexed(embedding.vectors[:1], metric).shape[1]
    schema = pa.schema([pa.field("vector", pa.list_(pa.float32(), width))])

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, n, _BATCH):
            if cancel is not None and cancel():
                raise Cancelled
            part = _as_indexed(embedding.vectors[start : start + _BATCH], metric)
            column = pa.FixedSizeListArray.from_arrays(pa.array(part.reshape(-1)), width)
            yield pa.RecordBatch.from_arrays([column], schema=schema)
            if progress is not None:
                progress(min(start + _BATCH, n), n, "vectors handed to the index")

    return schema, batches()


def _as_indexed(vectors: NDArray[np.float32], metric: str) -> NDArray[np.float32]:
    """Return vectors as the index takes them: of length 1 for cosine, as wide as a multiple of 8.

    The zeros added change neither distances nor products.
    """
    found = unit(vectors) if metric == "cosine" else vectors
    spare = -found.shape[1] % 8
    return np.pad(found, ((0, 0), (0, spare))) if spare else found


def _build(table: Table, n: int, metric: str) -> None:
    from lancedb.index import IvfSq

    config = IvfSq(
        distance_type="dot" if metric == "dot" else "l2",
        num_partitions=_cells(n),
        max_iterations=15,
        sample_rate=64,
    )
    table.create_index("vector", config=config)


def _cells(n: int) -> int:
    return max(1, int(np.sqrt(n) / 2))


def _tune(table: Table, exact: Index, cancel: Cancel | None) -> None:
    """Find how many cells must be looked into, and write it beside the index."""
    embedding, metric = exact.embedding, exact.metric
    n = len(embedding)
    cells = _cells(n)
    sample = np.random.default_rng(0).choice(n, min(_TRIED_ITEMS, n), replace=False)
    queries = embedding.vectors[sample]
    true, _ = exact.places(queries, _TRIED_K)
    row_ids = _row_ids(table)
    probes, recall = min(_FEWEST_PROBES, cells), 0.0
    while True:
        if cancel is not None and cancel():
            raise Cancelled
        tried = Index(embedding, metric, False, 0.0, _Kept(table, row_ids, probes, 0.0))
        found, _ = tried.places(queries, _TRIED_K)
        shared = [len(set(a) & set(b)) for a, b in zip(true.tolist(), found.tolist(), strict=True)]
        recall = float(np.mean(shared)) / true.shape[1]
        if recall >= _WANTED_RECALL or probes == cells:
            break
        probes = min(2 * probes, cells)
    said = f"{probes if recall >= _WANTED_RECALL else 0} {recall:.4f}"
    table.update_field_metadata({"path": "vector", "metadata": {_PROBES.decode(): said}})


def _row_ids(table: Table) -> NDArray[np.uint64]:
    """Return Lance's number of each row, in the order they were written."""
    ids = table.search().select(["_rowid"]).with_row_id(True).limit(None).to_arrow()["_rowid"]
    found = np.asarray(ids.to_numpy(), dtype=np.uint64)
    found.sort()
    return found
