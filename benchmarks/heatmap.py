"""A heatmap of 200 words, redrawn on the server: similarities, order, bytes for the browser."""

from __future__ import annotations

import statistics
import time

import numpy as np
from _timing import Row, show, show_machine

import embedding_core as ec
from ui.components.payload import pack

ITEMS = 200


def redraw(embedding: ec.Embedding) -> dict[str, float]:
    """Do what the server does, from vectors to bytes; return the seconds of each step."""
    marks = [time.perf_counter()]
    matrix = ec.similarity(embedding)
    marks.append(time.perf_counter())
    order = ec.seriate(matrix)
    marks.append(time.perf_counter())
    labels = [embedding.ids[i] for i in order]
    items = order.astype(np.uint32)
    payload = pack(
        {"rows": ITEMS, "cols": ITEMS},
        {"matrix": matrix[np.ix_(order, order)], "rowItems": items, "colItems": items},
        {"rowLabels": labels, "colLabels": labels},
    )
    marks.append(time.perf_counter())
    assert len(payload.data) > ITEMS * ITEMS * 4
    steps = dict(zip(("similarity", "order", "packing"), np.diff(marks), strict=True))
    return {**steps, "all": marks[-1] - marks[0]}


def main() -> None:
    show_machine("numpy", "scipy")
    model = ec.load("glove-6b-50d")
    random = np.random.default_rng(0)
    runs = []
    for _ in range(21):
        picked = [model.words[i] for i in random.choice(20_000, ITEMS, replace=False)]
        runs.append(redraw(ec.embed(ec.words("\n".join(picked)), "glove-6b-50d")))
    first, later = runs[0], runs[1:]
    middle = {name: 1e3 * statistics.median(run[name] for run in later) for name in first}
    steps = ", ".join(f"{name} {middle[name]:.1f}" for name in ("similarity", "order", "packing"))
    show(
        [
            Row(
                f"heatmap of {ITEMS} words",
                f"{middle['all']:.0f} ms ({steps})",
                "under 300 ms",
                middle["all"] < 300,
            ),
            Row("  the first of a process, SciPy's import in it", f"{first['all'] * 1e3:.0f} ms"),
        ]
    )


if __name__ == "__main__":
    main()
