"""quality(): how far a map can be trusted, against scikit-learn's trustworthiness."""

from __future__ import annotations

import statistics
import time

import numpy as np
from _timing import Row, seconds, show, show_machine

import embedding_core as ec
from embedding_core import ranks
from embedding_core.collection import Collection, VectorRows

RUNS = 3
TARGET = 3.0  # seconds, 20,000 items of 50 dimensions


def fresh(words: list[str], vectors: np.ndarray) -> tuple[ec.Embedding, ec.Projection]:
    """Return items that no cache knows, and their PCA."""
    # A number apart from all others: another fingerprint, the same neighbours.
    vectors = vectors * np.float32(1 + fresh.count * 1e-6)
    fresh.count += 1
    rows = VectorRows(np.ascontiguousarray(vectors, dtype=np.float32))
    embedding = ec.embed(Collection.of(words, rows, modality="vectors"))
    return embedding, ec.project(embedding, "pca")


fresh.count = 0


def main() -> None:
    from sklearn.manifold import trustworthiness

    show_machine("numpy", "scikit-learn", "numba")
    model = ec.load("glove-6b-50d")
    ranks.warm_up()
    rows = []
    for n in (2_000, 10_000, 20_000, 40_000):
        words, vectors = model.words[:n], np.array(model.matrix[:n])
        first, again = [], []
        for _ in range(RUNS):
            pair = fresh(words, vectors)
            first.append(seconds(ec.quality, *pair))
            again.append(seconds(ec.quality, *pair))
        found = ec.quality(*pair)
        how = "sampled" if found.sampled else "exact"
        took = statistics.median(first)
        target = f"under {TARGET:.0f} s" if n == 20_000 else ""
        met = took < TARGET if target else None
        rows.append(Row(f"quality() of {n:,} items, {how}", f"{took:.2f} s", target, met))
        rows.append(Row("  neighbours known already", f"{statistics.median(again):.2f} s"))
        rows.append(Row("  trustworthiness", f"{found.trustworthiness:.5f}"))
        if n == 10_000:
            start = time.perf_counter()
            embedding, projection = pair
            theirs = trustworthiness(
                embedding.vectors, projection.coords, n_neighbors=15, metric="cosine"
            )
            took = time.perf_counter() - start
            rows.append(Row("  scikit-learn, trustworthiness alone", f"{took:.1f} s: {theirs:.5f}"))
    show(rows)


if __name__ == "__main__":
    main()
