"""Lines, points or areas over an axis of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from embedding_core.palette import category_colours
from embedding_core.teaching.pictures import Curves
from ui.lessons.kinds.chart import ink, show_chart

_BESIDE, _BELOW = 64, 84
_GREY = "#8a8d9b"


def draw(picture: Curves, *, key: str, height: int, summary: str, large: bool) -> None:
    """Draw the curves and their marks."""
    chart = _chart(picture)
    if not picture.equal:
        show_chart(chart, key=key, height=height, large=large)
        return
    right, up = (ends[1] - ends[0] for ends in (picture.x_range, picture.y_range) if ends)
    # What is given is the size with axes and legend: the plane itself is what is left.
    wide = (height - _BELOW) * right / up + _BESIDE
    chart = chart.properties(width=wide, height=height)
    show_chart(chart, key=key, height=height, large=large, width="content")


def _chart(picture: Curves) -> Any:
    import altair as alt

    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "x": np.asarray(x, dtype=float),
                    "y": np.asarray(y, dtype=float),
                    "what": name,
                    "label": list((picture.labels or {}).get(name, [""] * len(x))),
                    "item": list(
                        {**(picture.labels or {}), **(picture.hover or {})}.get(name, [""] * len(x))
                    ),
                    "order": range(len(x)),
                }
            )
            for name, (x, y) in picture.series.items()
        ],
        ignore_index=True,
    )
    names = list(picture.series)
    color = alt.Color(
        "what:N",
        scale=alt.Scale(domain=names, range=category_colours(len(names))),
        legend=alt.Legend(orient="top", title=None, labelLimit=260) if len(names) > 1 else None,
    )
    x_scale = _scale(picture.x_range, from_zero=False, logarithmic=picture.logarithmic)
    y_scale = _scale(picture.y_range, from_zero=picture.kind == "area")
    tooltip = [
        *([alt.Tooltip("item:N")] if picture.labels or picture.hover else []),
        *([alt.Tooltip("what:N", title="series")] if len(names) > 1 else []),
        alt.Tooltip("x:Q", title=picture.x_title, format=".3~g"),
        alt.Tooltip("y:Q", title=picture.y_title, format=".3~g"),
    ]
    base = alt.Chart(rows).encode(
        x=alt.X("x:Q", title=picture.x_title, scale=x_scale, axis=alt.Axis(grid=False)),
        y=alt.Y("y:Q", scale=y_scale, stack=None, **_upright(picture)),
        color=color,
        tooltip=tooltip,
    )
    # A line goes from point to point as they come; an area along its axis.
    layers = [
        _marked(base if picture.kind == "area" else base.encode(order="order:Q"), picture.kind)
    ]
    if picture.labels:
        layers.append(base.mark_text(align="left", dx=7).encode(text="label:N"))
    if picture.x_marks:
        marks = pd.DataFrame({"x": picture.x_marks.values(), "name": picture.x_marks.keys()})
        upright = alt.Chart(marks).encode(x="x:Q", tooltip=[alt.Tooltip("name:N")])
        layers += [
            upright.mark_rule(color=_GREY, strokeWidth=2),
            _named(upright, marks, rows),
        ]
    return alt.layer(*layers)


def _upright(picture: Curves) -> dict[str, Any]:
    """Return the upright axis; without a title its numbers mean nothing, and there is none."""
    return {"title": picture.y_title} if picture.y_title else {"axis": None}


def _named(upright: Any, marks: pd.DataFrame, rows: pd.DataFrame) -> Any:
    """Write the names of marks beside them, on the side where there is more room."""
    is_right = marks["x"].mean() > (rows["x"].min() + rows["x"].max()) / 2
    side: dict[str, Any] = {"align": "right", "dx": -6} if is_right else {"align": "left", "dx": 6}
    return upright.mark_text(y=8, color=ink(), **side).encode(text="name:N")


def _marked(base: Any, kind: str) -> Any:
    if kind == "points":
        return base.mark_circle(size=70, opacity=0.75)
    if kind == "area":
        return base.mark_area(opacity=0.35, line=True, interpolate="step-after")
    return base.mark_line()


def _scale(ends: tuple[float, float] | None, *, from_zero: bool, logarithmic: bool = False) -> Any:
    import altair as alt

    kind: dict[str, Any] = {"type": "log"} if logarithmic else {"zero": from_zero}
    return alt.Scale(**kind) if ends is None else alt.Scale(**kind, domain=ends, nice=False)
