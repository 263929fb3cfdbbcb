"""Bytes against neighbours kept: one dot for each way to make vectors smaller."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from embedding_core.compression import CompressionReport
from embedding_core.palette import CATEGORIES

_HEIGHT = 400
_GREY = "#8a8d9b"
_FAMILIES = (
    "float32", "float16", "int8", "binary", "PCA", "random projection", "both",
    "product quantisation",
)  # fmt: skip


def draw_chart(report: CompressionReport, chosen: str, n_items: int) -> None:
    """Draw the dots, with what a random guess would keep and a ring around the chosen one.

    What all vectors share, such as code books, is spread over `n_items` of them.
    """
    st.altair_chart(_chart(_rows(report, n_items), chosen, report.chance), height=_HEIGHT)


def _rows(report: CompressionReport, n_items: int) -> pd.DataFrame:
    rows = [
        (
            each.recipe.name, each.recipe.label, each.recipe.family,
            each.total_bytes(n_items) / n_items, each.recall, *each.interval,
        )
        for each in report.measured
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["name", "kept as", "what", "bytes", "recall", "low", "high"])


def _chart(rows: pd.DataFrame, chosen: str, chance: float) -> Any:
    import altair as alt

    shown = [name for name in _FAMILIES if name in set(rows["what"])]
    tints = dict(zip(_FAMILIES, CATEGORIES, strict=False))
    x = alt.X(
        "bytes:Q",
        scale=alt.Scale(type="log", nice=False, padding=24),
        title="bytes a vector",
        axis=alt.Axis(format="~s", grid=False),
    )
    y = alt.Y(
        "recall:Q",
        scale=alt.Scale(domain=[0, 1]),
        title="true neighbours kept",
        axis=alt.Axis(format="%"),
    )
    color = alt.Color(
        "what:N",
        scale=alt.Scale(domain=shown, range=[tints[name] for name in shown]),
        legend=alt.Legend(orient="top", title=None, columns=3, labelLimit=200),
    )
    base = alt.Chart(rows).encode(x=x)
    spans = base.mark_rule(strokeWidth=1.5, opacity=0.6).encode(
        y=alt.Y("low:Q"), y2="high:Q", color=color
    )
    dots = base.mark_circle(size=110, opacity=1).encode(
        y=y,
        color=color,
        tooltip=[
            alt.Tooltip("kept as:N"),
            alt.Tooltip("bytes:Q", format=",.4~g"),
            alt.Tooltip("recall:Q", title="neighbours kept", format=".1%"),
            alt.Tooltip("low:Q", title="95% interval from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
        ],
    )
    ring = (
        alt.Chart(rows[rows["name"] == chosen])
        .mark_point(size=330, strokeWidth=2, color=_GREY)
        .encode(x=x, y=y)
    )
    guess = (
        alt.Chart(pd.DataFrame({"recall": [chance]}))
        .mark_rule(color=_GREY, strokeDash=[5, 4])
        .encode(y=y, tooltip=[alt.Tooltip("recall:Q", title="by chance", format=".2%")])
    )
    return alt.layer(guess, spans, ring, dots)
