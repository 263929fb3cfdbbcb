"""Named numbers as bars, with the numbers beside them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from embedding_core.palette import CATEGORIES, category_colours
from embedding_core.teaching.pictures import Bars
from ui.lessons.kinds.chart import ink, named_axis, show_chart

_TALLEST, _AXIS = 56, 110


def draw(picture: Bars, *, key: str, height: int, summary: str, large: bool) -> None:
    """Draw the bars, from the first down."""
    # A few bars in much room would be blocks.
    most = _TALLEST * len(picture.names) + _AXIS
    show_chart(_chart(picture), key=key, height=min(height, most), large=large)


def _chart(picture: Bars) -> Any:
    import altair as alt

    rows = pd.DataFrame(
        {
            "name": picture.names,
            "value": picture.values,
            "written": picture.written
            or [format(value, picture.form).replace("-", "−") for value in picture.values],
            "group": picture.groups or [""] * len(picture.names),
            "place": range(len(picture.names)),
        }
    )
    # By place and not by name: two bars may be called the same, and the order is the view's.
    y = alt.Y("place:O", axis=named_axis(picture.names))
    low, high = min((0.0, *picture.values)), max((0.0, *picture.values))
    room = 0.12 * (high - low or 1.0)
    scale = (
        alt.Scale(type="log", domain=[min(picture.values) / 2, high * 8])
        if picture.logarithmic
        else alt.Scale(domain=[low - (room if low < 0 else 0), high + room], nice=False)
    )
    x = alt.X("value:Q", title=picture.title, scale=scale, axis=alt.Axis(grid=False, tickCount=5))
    base = alt.Chart(rows).encode(
        y=y, x=x, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("written:N", title=picture.title)]
    )
    # Bars of logarithms begin where the axis does: they have no zero.
    start = {"x2": alt.datum(min(picture.values) / 2)} if picture.logarithmic else {}
    bars = base.mark_bar(cornerRadius=2, height=alt.RelativeBandSize(0.72)).encode(
        color=_color(picture), **start
    )
    after = base.transform_filter("datum.value >= 0").mark_text(align="left", dx=5, color=ink())
    before = base.transform_filter("datum.value < 0").mark_text(align="right", dx=-5, color=ink())
    layers = [bars, *(text.encode(text="written:N") for text in (after, before))]
    if low < 0:
        zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(opacity=0.5)
        layers.append(zero.encode(x="value:Q"))
    return alt.layer(*layers)


def _color(picture: Bars) -> Any:
    import altair as alt

    groups = list(dict.fromkeys(picture.groups))
    if not groups:
        return alt.value(CATEGORIES[0])
    return alt.Color(
        "group:N",
        scale=alt.Scale(domain=groups, range=category_colours(len(groups))),
        legend=alt.Legend(orient="top", title=None, labelLimit=260),
    )
