"""What charts of lessons share: the colour of their text, and axes of names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import streamlit as st

_LARGE = 16


def ink() -> str:
    """Return the colour of text in a chart, by the theme of the browser."""
    return "#e7e9f1" if st.context.theme.type == "dark" else "#1c1e2b"


def show_chart(
    chart: Any,
    *,
    key: str,
    height: int,
    large: bool,
    width: Literal["stretch", "content"] = "stretch",
) -> None:
    """Draw a chart; its letters large enough for the back row where it is presented.

    Parameters
    ----------
    chart
        Of Altair.
    key
        Unique on the page.
    height
        Pixels.
    large
        Whether it is presented.
    width
        As wide as there is room, or as the chart says.
    """
    if large:
        chart = (
            chart.configure_axis(labelFontSize=_LARGE, titleFontSize=_LARGE)
            .configure_legend(labelFontSize=_LARGE, titleFontSize=_LARGE)
            .configure_text(fontSize=_LARGE)
        )
    st.altair_chart(chart, height=height, key=key, width=width)


def named_axis(names: Sequence[str], *, may_skip: bool = False) -> Any:
    """Return an axis that names places, 0 and on: two of them may be called the same.

    Parameters
    ----------
    names
        In the order of their places.
    may_skip
        Whether names that find no room are left out.
    """
    import altair as alt

    return alt.Axis(
        title=None,
        # JSON is also how the chart's own language writes lists of texts.
        labelExpr=f"{json.dumps([str(name) for name in names])}[datum.value]",
        labelLimit=260,
        labelOverlap=may_skip,
        labelAngle=0,
        ticks=False,
        domain=False,
    )
