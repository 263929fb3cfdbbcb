"""The store: what it costs to keep and find vectors, and the nearest of many through its index.

The vectors of the large searches are made up: 1,000 groups of unequal size in 40 topics, each group
a flat piece of 24 directions of its own with some noise in all 384, scaled to length 1. That is how
sentence vectors lie (many groups, few directions within each), and unlike plain noise, which no
index can search. GloVe's 400,000 words are real.

``python benchmarks/store.py [ITEMS]``; 1,000,000 where left out: 4 GB of memory and disk, minutes.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from _timing import Row, seconds, show, show_machine

import embedding_core as ec
from embedding_core import search, store
from embedding_core.collection import digest_of
from embedding_core.embedding import Embedding

DIM = 384
QUERIES = 100
K = 10


def groups_of(n: int, dim: int = DIM, groups: int = 1_000, inner: int = 24) -> np.ndarray:
    """Return made-up vectors, (n, dim) float32 of length 1."""
    rng = np.random.default_rng(0)
    topics = rng.normal(size=(40, dim))
    centers = topics[rng.integers(0, 40, groups)] + 0.6 * rng.normal(size=(groups, dim))
    shares = 1 / np.arange(1, groups + 1) ** 0.6
    group = rng.choice(groups, n, p=shares / shares.sum())
    widths = np.linspace(1.5, 0.3, inner, dtype=np.float32)
    found = np.empty((n, dim), np.float32)
    for which in range(groups):
        at = np.flatnonzero(group == which)
        directions = rng.normal(size=(inner, dim)).astype(np.float32) / np.sqrt(inner)
        inside = rng.normal(size=(len(at), inner)).astype(np.float32) * widths
        noise = rng.normal(size=(len(at), dim)).astype(np.float32)
        found[at] = centers[which] + inside @ directions + 0.15 * noise
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def keeping() -> list[Row]:
    """Measure 5,000 vectors put on a shelf, and found there again."""
    digests = [digest_of(str(i)) for i in range(5_000)]
    vectors = np.random.default_rng(0).normal(size=(5_000, DIM)).astype(np.float32)
    first = seconds(store.shelf("warm").put, digests[:10], vectors[:10])
    put = statistics.median(seconds(store.shelf(str(i)).put, digests, vectors) for i in range(5))
    shelf = store.shelf("0")
    every = statistics.median(seconds(shelf.get, digests) for _ in range(5))
    ten = statistics.median(seconds(shelf.get, digests[:10]) for _ in range(9))
    return [
        Row("the first vectors kept in a process, with LanceDB's import", f"{first:.2f} s"),
        Row(f"5,000 x {DIM} kept", f"{put * 1e3:.0f} ms"),
        Row("all of them found again", f"{every * 1e3:.0f} ms"),
        Row("ten of them", f"{ten * 1e3:.0f} ms"),
    ]


def ask(index: search.Index, queries: np.ndarray) -> tuple[list[float], list[set[int]]]:
    """Return how long each query takes, and what it finds."""
    times, found = [], []
    for query in queries:
        found.append(set(index.places(query, K)[0][0].tolist()))
        times.append(seconds(index.places, query, K))
    return times, found


def words() -> list[Row]:
    """Measure `nearest` over GloVe's words as items, everything compared."""
    matrix = np.array(ec.load("glove-6b-50d").matrix)
    embedding = Embedding(tuple(map(str, range(len(matrix)))), matrix, "glove", "vectors")
    rows = []
    for metric in ("cosine", "euclidean"):
        first = seconds(ec.nearest, embedding, "17", K, metric)
        took = statistics.median(
            seconds(ec.nearest, embedding, str(i * 997), K, metric) for i in range(60)
        )
        rows += [
            Row(
                f"nearest of {len(matrix):,} x {matrix.shape[1]}, exact, {metric}",
                f"{took * 1e3:.1f} ms",
                "under 25 ms",
                took < 0.025,
            ),
            Row("the first, which measures all lengths", f"{first * 1e3:.0f} ms"),
        ]
    return rows


def many(n: int) -> list[Row]:
    """Measure the index of n made-up vectors against comparing everything."""
    vectors = groups_of(n)
    embedding = Embedding(tuple(map(str, range(n))), vectors, "groups", "vectors")
    rng = np.random.default_rng(1)
    near = vectors[rng.choice(n, QUERIES, replace=False)]
    # Beside items, not on them: as a new sentence lies.
    queries = near + rng.normal(scale=0.1 / np.sqrt(DIM), size=near.shape).astype(np.float32)
    before = store.usage().n_bytes
    search.EXACT_BYTES = 0
    built = seconds(ec.index, embedding)
    index = ec.index(embedding)
    exact_times, true = ask(search.Index(embedding, "cosine"), queries)
    times, found = ask(index, queries)
    recall = statistics.mean(len(a & b) for a, b in zip(true, found, strict=True)) / K
    median = statistics.median(times)
    disk, raw = (store.usage().n_bytes - before) / 1e6, vectors.nbytes / 1e6
    return [
        Row(
            f"nearest of {n:,} x {DIM} through the index",
            f"{median * 1e3:.1f} ms, recall {recall:.3f}",
            "under 50 ms at .95",
            not index.is_exact and median < 0.05 and recall >= 0.95,
        ),
        Row("95% of its answers", f"within {np.percentile(times, 95) * 1e3:.1f} ms"),
        Row("everything compared", f"{statistics.median(exact_times) * 1e3:.1f} ms"),
        Row("the index built, with the search for how far to look", f"{built:.0f} s"),
        Row("on disk, vectors and index", f"{disk:,.0f} MB (vectors alone {raw:,.0f} MB)"),
        Row("opened again", f"{seconds(search.known_index, embedding) * 1e3:.0f} ms"),
    ]


def main() -> None:
    """Measure everything in a folder that is gone afterwards."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    show_machine("numpy", "lancedb")
    rows = words()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        os.environ |= {"EMBEDDING_HOME": folder, "EMBEDDING_STORE_GB": "20"}
        rows += keeping()
        rows += many(n)
    show(rows)


if __name__ == "__main__":
    main()
