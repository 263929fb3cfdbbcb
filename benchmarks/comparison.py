"""compare() and the metric lab: time by items, on GloVe against a half of its dimensions."""

from __future__ import annotations

import numpy as np
from _timing import Row, seconds, show, show_machine

import embedding_core as ec
from embedding_core import neighbors
from embedding_core.collection import Collection, VectorRows


def embedding_of(model: object, n: int, dims: slice) -> ec.Embedding:
    """Return the first words with some of their dimensions: half a model is another model."""
    rows = VectorRows(np.ascontiguousarray(model.matrix[:n, dims]))  # type: ignore[attr-defined]
    words = model.words[:n]  # type: ignore[attr-defined]
    return ec.embed(Collection.of(words, rows, modality="vectors"))


def main() -> None:
    """Measure both, with nothing in the cache of neighbours."""
    show_machine("numpy", "faiss-cpu", "scipy")
    model = ec.load("glove-6b-50d")
    rows = []
    for n in (1_000, 10_000, 100_000):
        left, right = (embedding_of(model, n, part) for part in (slice(None), slice(0, 25)))

        def compare(left: ec.Embedding = left, right: ec.Embedding = right) -> None:
            neighbors._GRAPHS.clear()
            ec.compare(left, right)

        def lab(left: ec.Embedding = left) -> None:
            neighbors._GRAPHS.clear()
            ec.metric_lab(left)

        for name, work in (("compare()", compare), ("metric_lab()", lab)):
            times = sorted(seconds(work) for _ in range(3))
            rows.append(Row(f"{name} of {n:,} items", f"{times[1]:.2f} s"))
        found = ec.compare(left, right)
        rows.append(
            Row(
                "  shared neighbours, CKA, order of pairs",
                f"{found.neighbor_overlap:.3f}, {found.cka:.3f}, {found.rank_correlation:.3f}",
            )
        )
    show(rows)


if __name__ == "__main__":
    main()
