"""The order of a heatmap's rows, 1,000 items: ours and SciPy's, in time and in what it finds."""

from __future__ import annotations

import statistics

import numpy as np
from _timing import Row, seconds, show, show_machine

import embedding_core as ec
from embedding_core.seriation import best_leaf_order

ITEMS = 1_000
TARGET = 1.0  # seconds


def clouds() -> dict[str, np.ndarray]:
    """Return vectors of several kinds: how long SciPy takes depends on the distances."""
    random = np.random.default_rng(0)
    model = ec.load("glove-6b-50d")
    words = np.array(model.matrix[random.choice(20_000, ITEMS, replace=False)])
    centers = 8 * random.normal(size=(10, 10))
    groups = centers[random.integers(0, 10, ITEMS)]
    return {
        "words of GloVe, cosine": words / np.linalg.norm(words, axis=1, keepdims=True),
        "ten groups": groups + random.normal(size=(ITEMS, 10)),
        "a line": np.arange(ITEMS)[:, None] + 0.1 * random.normal(size=(ITEMS, 1)),
        "a grid, many ties": random.integers(0, 4, (ITEMS, 3)).astype(float),
    }


def main() -> None:
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
    from scipy.spatial.distance import pdist, squareform

    show_machine("numpy", "scipy")
    rows = []
    for name, vectors in clouds().items():
        apart = pdist(vectors)
        tree, square = linkage(apart, "average"), squareform(apart)
        ours = statistics.median(seconds(best_leaf_order, tree, square) for _ in range(5))
        theirs = seconds(optimal_leaf_ordering, tree, apart)
        whole = statistics.median(
            seconds(ec.seriate, square.astype(np.float32), "euclidean") for _ in range(5)
        )
        orders = best_leaf_order(tree, square), leaves_list(optimal_leaf_ordering(tree, apart))
        a, b = (square[order[:-1], order[1:]].sum() for order in orders)
        rows.append(
            Row(f"seriate(), {name}", f"{whole:.2f} s", f"under {TARGET:.0f} s", whole < TARGET)
        )
        rows.append(Row("  order of the leaves alone", f"{ours:.2f} s (SciPy {theirs:.2f} s)"))
        rows.append(Row("  length of the way", f"{a:.6g} (SciPy {b:.6g})"))
    show(rows)


if __name__ == "__main__":
    main()
