"""Lines, points or areas over an axis of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from embedding_core.palette import category_colours
from embedding_core.teaching.pictures import Curves

_AXES = 90
_GREY = "#8a8d9b"


def draw(picture: Curves, *, key: str, height: int, summary: str) -> None:
    """Draw the curves and their marks."""
    chart = _chart(picture)
    if not picture.equal:
        st.altair_chart(chart, height=height, key=key)
        return
    right, up = (ends[1] - ends[0] for ends in (picture.x_range, picture.y_range) if ends)
    room = height - _AXES
    st.altair_chart(
        chart.properties(width=room * right / up, height=room), key=key, width="content"
    )


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
        y=alt.Y("y:Q", title=picture.y_title, scale=y_scale, stack=None),
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
            upright.mark_text(align="left", dx=5, y=8, color=_GREY).encode(text="name:N"),
        ]
    return alt.layer(*layers)


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
