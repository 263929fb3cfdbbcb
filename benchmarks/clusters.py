"""Clusters, names and probes: time, and whether scikit-learn alone finds the same."""

from __future__ import annotations

import time

import numpy as np
from _timing import Row, seconds, show, show_machine

import embedding_core as ec
from embedding_core.clusters import smallest_cluster
from embedding_core.similarity import unit


def main() -> None:
    from sklearn.cluster import HDBSCAN
    from sklearn.metrics import adjusted_rand_score

    show_machine("numpy", "scikit-learn", "numba")
    model = ec.load("glove-6b-50d")
    vectors = np.array(model.matrix[:20_000])
    ec.cluster(vectors[:2_000])  # Compiled, or read from the disk, once a process.
    rows = []
    for n in (5_000, 20_000):
        times = [seconds(ec.cluster, vectors[:n]) for _ in range(3)]
        rows.append(Row(f"clusters of {n:,} x 50", f"{sorted(times)[1]:.1f} s"))
        if n == 5_000:
            found = ec.cluster(vectors[:n])
            theirs = HDBSCAN(smallest_cluster(n), min_samples=3, copy=True)
            start = time.perf_counter()
            theirs.fit(unit(vectors[:n]))
            took = time.perf_counter() - start
            same = adjusted_rand_score(theirs.labels_, found.codes)
            rows.append(Row("  scikit-learn alone", f"{took:.1f} s; adjusted Rand {same:.4f}"))
    flat = np.ascontiguousarray(vectors[:, :2])
    rows.append(Row("clusters of 20,000 x 2", f"{seconds(_on_map, flat):.1f} s"))
    rows.append(Row("probes of 1,797 x 64, ten classes", f"{_probe():.1f} s"))
    show(rows)


def _on_map(coords: np.ndarray) -> object:
    return ec.cluster(coords, metric="euclidean")


def _probe() -> float:
    collection = ec.SAMPLES["digits"].read()
    embedding = ec.embed(collection)
    labels = collection.table["digit"].tolist()
    times = [seconds(ec.probe, embedding, labels, seed=seed) for seed in range(3)]
    return sorted(times)[1]


if __name__ == "__main__":
    main()
