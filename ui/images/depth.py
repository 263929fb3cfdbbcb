"""What the layers group by, as curves over depth, and the sentence that reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from embedding_core.columns import Column
from embedding_core.depth import DepthCurve, Likeness
from embedding_core.palette import CATEGORIES
from ui.plain import plain, score, share, word

_HEIGHT = 340
_GREY = "#8a8d9b"
_SAME, _CHANCE, _COLOUR = "nearest has the same label", "by chance", "alike as by colour"


def sentence_of(
    curve: DepthCurve, names: Mapping[str, str], layer: str, label: Column | None
) -> str:
    """Read the curves: what the layer in view groups by, and where that is most."""
    at = curve.layers.index(layer)
    here = word(names[layer])
    if label is None or not curve.same_label:
        rhos = _rhos(curve)
        most = int(np.argmax(rhos))
        told = f"At {here}, likeness follows colour with a rank correlation of {score(rhos[at])}"
        return f"{told}; most at {word(names[curve.layers[most]])} ({score(rhos[most])})"
    shares = [found.value for found in curve.same_label]
    most, chance = int(np.argmax(shares)), curve.same_label[at].chance
    told = (
        f"At {here}, the nearest picture has the same {word(label.name)} for {share(shares[at])} "
        f"(by chance {share(chance)})"
    )
    if shares[at] == shares[most]:
        return f"{told}: no layer has more"
    return f"{told}; most at {word(names[curve.layers[most]])}, {share(shares[most])}"


def show_depth(curve: DepthCurve, names: Mapping[str, str], layer: str, label: str) -> None:
    """Draw the curves over depth, the layer in view marked, and what they say of colour."""
    st.altair_chart(_chart(_lines(curve, names), [names[each] for each in curve.layers],
                           names[layer]), height=_HEIGHT)  # fmt: skip
    st.caption(f"{plain(_of_colour(curve, names))} {_explained(label)}")


def _of_colour(curve: DepthCurve, names: Mapping[str, str]) -> str:
    """Say whether likeness follows colour less with depth, or more, or neither."""
    if not curve.likeness:
        return ""
    every = _colour(curve)
    first, last = every[0], every[-1]
    told = (
        f"From {names[curve.layers[0]]} to {names[curve.layers[-1]]} the rank correlation with "
        f"likeness in colour goes from {score(first.rho)} to {score(last.rho)}: "
    )
    if last.interval[1] < first.interval[0]:
        return told + "here, early layers group by colour more than late ones do."
    if last.interval[0] > first.interval[1]:
        return told + "here, late layers group by colour more than early ones do."
    return told + "too little, by their intervals, to tell a change."


def _explained(label: str) -> str:
    same = f"“{_SAME}”: leave one out, labels by {word(label)}. " if label else ""
    return (
        f"{same}“{_COLOUR}”: Spearman's rank correlation, over pairs of pictures, of likeness in "
        "this layer with likeness of their colour histograms; shaded, its 95% interval."
    )


def _colour(curve: DepthCurve) -> tuple[Likeness, ...]:
    """Return the likeness to the one reference there is."""
    return next(iter(curve.likeness.values()))


def _rhos(curve: DepthCurve) -> list[float]:
    return [each.rho for each in _colour(curve)]


def _lines(curve: DepthCurve, names: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a layer and line: layer, value, low, high, what."""
    rows: list[tuple[str, float, float, float, str]] = []
    for at, layer in enumerate(curve.layers):
        if curve.same_label:
            same = curve.same_label[at]
            rows.append((names[layer], same.value, *same.interval, _SAME))
            rows.append((names[layer], same.chance, *same.chance_range, _CHANCE))
        likeness = _colour(curve)[at]
        rows.append((names[layer], likeness.rho, *likeness.interval, _COLOUR))
    return pd.DataFrame(rows, columns=["layer", "value", "low", "high", "what"])


def _chart(lines: pd.DataFrame, order: list[str], here: str) -> Any:
    """Return the curves with their intervals, and an upright line at the layer in view."""
    import altair as alt

    tints = {_SAME: CATEGORIES[0], _CHANCE: _GREY, _COLOUR: CATEGORIES[4]}
    shown = [name for name in tints if name in set(lines["what"])]
    x = alt.X("layer:N", sort=order, title=None, axis=alt.Axis(labelAngle=-40, labelOverlap=False))
    scale = alt.Scale(domain=shown, range=[tints[name] for name in shown])
    legend = alt.Legend(
        orient="top",
        title=None,
        labelLimit=300,
        columns=2,
        symbolOpacity=1,
        symbolType="stroke",
        symbolStrokeWidth=3,
    )
    base = alt.Chart(lines).encode(x=x, color=alt.Color("what:N", scale=scale, legend=legend))
    bands = base.mark_area(opacity=0.15).encode(y=alt.Y("low:Q"), y2="high:Q")
    curves = base.mark_line(point=alt.OverlayMarkDef(size=40)).encode(
        y=alt.Y("value:Q", title="share, or correlation"),
        strokeDash=alt.StrokeDash(
            "what:N",
            scale=alt.Scale(
                domain=shown, range=[[5, 4] if name == _CHANCE else [1, 0] for name in shown]
            ),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("what:N"),
            alt.Tooltip("layer:N"),
            alt.Tooltip("value:Q", format=".3f"),
            alt.Tooltip("low:Q", format=".3f"),
            alt.Tooltip("high:Q", format=".3f"),
        ],
    )
    marked = alt.Chart(pd.DataFrame({"layer": [here]}))
    rule = marked.mark_rule(color=_GREY, strokeWidth=1).encode(x=alt.X("layer:N", sort=order))
    return alt.layer(bands, rule, curves)
