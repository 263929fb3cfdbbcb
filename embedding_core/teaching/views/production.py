"""Vectors in use: cells of a search, compression, hubs, versions, monitors, new data."""

from __future__ import annotations

import numpy as np

from embedding_core.params import Param, Params
from embedding_core.teaching.pictures import Bars, Curves, Drawn
from embedding_core.teaching.production import (
    CELLS,
    FAULTS,
    K,
    arrivals,
    cloud_hubs,
    compressed,
    fault,
    probed,
    versions,
    word_hubs,
    words,
)
from embedding_core.teaching.spaces import histogram
from embedding_core.teaching.views.base import ViewSpec

_STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 40, CELLS)
_MOST_BARS = 14


def _draw_cells(params: Params) -> Drawn:
    cells = int(params["cells"])
    shares, recalls = zip(*(probed(each) for each in sorted({*_STEPS, cells})), strict=True)
    share, recall = probed(cells)
    here = f"{cells} of {CELLS} cells"
    return Drawn(
        (
            Curves(
                {"recall": (shares, recalls)},
                "share of vectors compared",
                "share of the ten nearest found",
                x_marks={here: share},
                x_range=(0.0, 1.05),
                y_range=(0.0, 1.05),
            ),
        ),
        f"Looking into {here} compares {share:.0%} of {len(words()):,} vectors and finds "
        f"{recall:.0%} of the ten nearest.",
    )


def _draw_compressed(params: Params) -> Drawn:
    report = compressed()
    names = [f"{each.recipe.short}, {each.bytes_per_vector} bytes" for each in report.measured]
    last = report.measured[-1]
    return Drawn(
        (
            Bars(
                tuple(names),
                tuple(each.recall for each in report.measured),
                f"share of the {K} nearest found",
                form=".0%",
            ),
        ),
        f"{len(words()):,} words: {last.recipe.label} keeps {last.bytes_per_vector} of "
        f"{report.measured[0].bytes_per_vector} bytes and finds {last.recall:.0%}; by chance "
        f"{report.chance:.1%} would be right.",
    )


def _draw_hubs(params: Params) -> Drawn:
    if params["items"] == "words":
        found = word_hubs()
        order = np.argsort(-found.occurrences, kind="stable")[:_MOST_BARS].tolist()
        return Drawn(
            (
                Bars(
                    tuple(found.ids[at] for at in order),
                    tuple(float(found.occurrences[at]) for at in order),
                    f"words whose {K} nearest hold it",
                    form=".0f",
                ),
            ),
            f"{found.largest_hub[0]} is among the {K} nearest of {found.largest_hub[1]} words; the "
            f"mean is {K}. {found.antihub_share:.1%} of words are among nobody's.",
        )
    dimensions = int(params["dimensions"])
    found = cloud_hubs(dimensions)
    counts = np.sort(found.occurrences)[::-1]
    name = f"{dimensions} dimensions"
    places = np.arange(1, len(counts) + 1)
    return Drawn(
        (
            Curves(
                {name: (places.tolist(), counts.tolist())},
                "points, the largest hub first",
                f"how often among {K} nearest",
                logarithmic=True,
                y_range=(0.0, float(counts[0]) * 1.05),
            ),
        ),
        f"{len(counts):,} random points in {name}: the largest hub is among the {K} nearest of "
        f"{counts[0]} others, and {found.antihub_share:.1%} of points are among nobody's.",
    )


def _draw_versions(params: Params) -> Drawn:
    found = versions(int(params["seed"]))
    bars = {
        "old vectors asked with new ones": found["mixed"],
        "the same, turned to match first": found["turned"],
        "ten nearest, each version by itself": found["overlap"],
        "ten nearest, by chance": found["chance"],
    }
    return Drawn(
        (Bars(tuple(bars), tuple(bars.values()), "share that agrees", form=".0%"),),
        f"A node's old and new vector have a mean cosine of {found['cosine']:.2f}. Asked with new "
        f"vectors, {found['mixed']:.0%} of the old ones found are of the same node.".replace(
            "-", "−"
        ),
    )


def _draw_faults(params: Params) -> Drawn:
    names, values, groups = [], [], []
    for kind, label in FAULTS.items():
        found = fault(kind)
        for at, (what, name) in enumerate(
            (("pairs", "mean cosine of pairs"), ("overlap", "ten nearest that stay"))
        ):
            names.append("" if at else label)
            values.append(found[what])
            groups.append(name)
    before = fault("none")["pairs"]
    return Drawn(
        (Bars(tuple(names), tuple(values), "after the change", tuple(groups)),),
        f"Before any change the mean cosine of pairs is {before:.2f}, and all of the ten nearest "
        f"stay. With names one place off it is {fault('moved')['pairs']:.2f} and "
        f"{fault('moved')['overlap']:.1%} stay.",
    )


def _draw_arrivals(params: Params) -> Drawn:
    known, strangers, bar = arrivals()
    low = float(min(known.min(), strangers.min()))
    series = {"0 to 4, as stored": histogram(known, low, 1.0, 40)}
    if params["new"]:
        series["5 to 9, never stored"] = histogram(strangers, low, 1.0, 40)
    return Drawn(
        (
            Curves(series, "cosine to the nearest stored", "share", "area",
                   x_marks={"bar": bar}, x_range=(low, 1.0)),
        ),
        f"Below the bar of {bar:.3f} lie {(known < bar).mean():.0%} of later digits of the kinds "
        f"that are stored"
        + (f", and {(strangers < bar).mean():.0%} of the others." if params["new"] else "."),
    )  # fmt: skip


CELLS_VIEW = ViewSpec(
    "cells",
    "What an inverted file finds by looking into some of its cells.",
    (Param("cells", "Cells looked into", "number", 1, "Those whose centres are nearest.",
           minimum=1, maximum=CELLS, step=1),),
    _draw_cells,
)  # fmt: skip
COMPRESSED = ViewSpec("compressed", "What smaller vectors still find.", (), _draw_compressed)
HUBS = ViewSpec(
    "hubs",
    "Points that are among very many others' nearest.",
    (
        Param("items", "Of", "choice", "points", "What is looked at.", choices=("points", "words"),
              labels=("Random points", "Frequent words")),
        Param("dimensions", "Dimensions", "number", 2, "Of random points.",
              minimum=2, maximum=500, step=1),
    ),
    _draw_hubs,
)  # fmt: skip
VERSIONS = ViewSpec(
    "versions",
    "What two trainings of one model share.",
    (Param("seed", "Seed of the new one", "number", 1, "The old one has seed 0.",
           minimum=1, maximum=20, step=1),),
    _draw_versions,
)  # fmt: skip
FAULTS_VIEW = ViewSpec("faults", "What two monitors see of four changes.", (), _draw_faults)
ARRIVALS = ViewSpec(
    "arrivals",
    "How near later items are to what is stored.",
    (Param("new", "Show new kinds", "flag", True, "Digits that were never stored."),),
    _draw_arrivals,
)
