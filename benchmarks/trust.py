"""quality(): how far a map can be trusted, against scikit-learn's trustworthiness."""

from __future__ import annotations

import time

import numpy as np
from _timing import Row, seconds, show, show_machine

import embedding_core as ec
from embedding_core.collection import Collection, VectorRows


def main() -> None:
    from sklearn.manifold import trustworthiness

    show_machine("numpy", "scikit-learn", "faiss-cpu")
    model = ec.load("glove-6b-50d")
    rows = []
    for n in (10_000, 20_000):
        vectors = VectorRows(np.array(model.matrix[:n]))
        embedding = ec.embed(Collection.of(model.words[:n], vectors, modality="vectors"))
        projection = ec.project(embedding, "pca")
        ec.neighbor_graph(embedding, 15)  # The map before has found the neighbours already.
        times = [seconds(ec.quality, embedding, projection) for _ in range(3)]
        found = ec.quality(embedding, projection)
        how = "sampled" if found.sampled else "exact"
        rows.append(Row(f"quality() of {n:,} items, {how}", f"{sorted(times)[1]:.1f} s"))
        rows.append(Row("  trustworthiness", f"{found.trustworthiness:.4f}"))
        if n == 10_000:
            start = time.perf_counter()
            theirs = trustworthiness(
                embedding.vectors, projection.coords, n_neighbors=15, metric="cosine"
            )
            took = time.perf_counter() - start
            rows.append(Row("  scikit-learn, trustworthiness alone", f"{took:.1f} s: {theirs:.4f}"))
    show(rows)


if __name__ == "__main__":
    main()
