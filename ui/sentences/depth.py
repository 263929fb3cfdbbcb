"""How far the senses of a word part with depth, beside what unrelated words are like."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from embedding_core.contexts import Contexts, SenseCurve
from embedding_core.palette import CATEGORIES

_HEIGHT = 400
_WITHIN, _BETWEEN, _OTHERS, _ALL = "same sense", "different senses", "other words", "this word"
_GREY = "#8a8d9b"


def show_depth(contexts: Contexts, curve: SenseCurve | None, layer: int) -> None:
    """Draw the mean cosine of occurrences, layer by layer, and the layer in view."""
    lines = _lines(contexts, curve)
    st.altair_chart(_chart(lines, layer), height=_HEIGHT)
    parted = (
        f"Where “{_WITHIN}” and “{_BETWEEN}” part, the model has told the senses apart. "
        if curve is not None
        else ""
    )
    st.caption(
        f"{parted}“{_OTHERS[0].upper()}{_OTHERS[1:]}” are all pairs from different sentences: what "
        "unrelated is like. In deep layers all vectors lean the same way, so that a cosine of .3 "
        "says nothing there (Ethayarajh, 2019)."
    )


def _lines(contexts: Contexts, curve: SenseCurve | None) -> pd.DataFrame:
    """Return one row a layer and line: layer, cosine, what."""
    columns = {_OTHERS: contexts.others}
    if curve is None:
        n = len(contexts.sentences)
        sums = [contexts.similarities(at).sum() for at in range(len(contexts.vectors))]
        columns[_ALL] = ((np.array(sums) - n) / (n * (n - 1) or 1)).astype(np.float32)
    else:
        columns |= {_WITHIN: curve.within, _BETWEEN: curve.between}
    parts = [
        pd.DataFrame({"layer": np.arange(len(values)), "cosine": values, "what": what})
        for what, values in columns.items()
        if np.isfinite(values).any()
    ]
    return pd.concat(parts, ignore_index=True)


def _chart(lines: pd.DataFrame, layer: int) -> Any:
    """Return the curves, a dot at every layer, and an upright line at the one in view."""
    import altair as alt

    names = [name for name in (_ALL, _WITHIN, _BETWEEN, _OTHERS) if name in set(lines["what"])]
    colours = {_ALL: CATEGORIES[0], _WITHIN: CATEGORIES[0], _BETWEEN: CATEGORIES[4], _OTHERS: _GREY}
    curves = (
        alt.Chart(lines)
        .mark_line(point=alt.OverlayMarkDef(size=45))
        .encode(
            x=alt.X("layer:Q", axis=alt.Axis(format="d", tickMinStep=1), title="layer"),
            y=alt.Y("cosine:Q", title="mean cosine"),
            color=alt.Color(
                "what:N",
                scale=alt.Scale(domain=names, range=[colours[name] for name in names]),
                legend=alt.Legend(orient="top", title=None),
            ),
            strokeDash=alt.StrokeDash(
                "what:N",
                scale=alt.Scale(
                    domain=names, range=[[5, 4] if name == _OTHERS else [1, 0] for name in names]
                ),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("what:N"),
                alt.Tooltip("layer:Q"),
                alt.Tooltip("cosine:Q", format=".3f"),
            ],
        )
    )
    here = alt.Chart(pd.DataFrame({"layer": [layer]})).mark_rule(color=_GREY, strokeWidth=1)
    return alt.layer(here.encode(x="layer:Q"), curves)
