"""The similarity heatmap beside the map: seriated, and linked with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedding_core.embedding import Embedding
from embedding_core.figures.matrix import scale_of as matrix_scale
from embedding_core.neighbors import nearest
from ui import cached
from ui.heatmap import draw_heatmap
from ui.panels.base import HEIGHT, Panel, Shown
from ui.plain import word
from ui.view import View

_ALL_UP_TO = 300
_AROUND_ONE = 60
_SAMPLE = 200
_VALUES_UP_TO = 24


def scale_of(matrix: NDArray[np.float32], metric: str) -> dict[str, Any]:
    """Return the colours of a matrix, as :func:`ui.heatmap.draw_heatmap` takes them."""
    scale = matrix_scale(matrix, metric)
    return {"zmin": scale.low, "zmax": scale.high, "scale": scale.stops, "title": scale.title}


def show(shown: Shown) -> None:
    """Draw the heatmap of all items, or where they are many, of those looked at."""
    view, selection = shown.view, shown.selection
    positions, told = _shown(view)
    part = (
        view.embedding.take(positions) if len(positions) < len(view.embedding) else view.embedding
    )
    order = cached.seriation(part, view.metric)
    matrix = cached.similarity(part, view.metric)[np.ix_(order, order)]
    labels = [part.ids[i] for i in order]
    items = positions[order]

    def chosen(indices: NDArray[np.int32]) -> None:
        selection.mark(tuple(view.embedding.ids[i] for i in indices))

    if told:
        st.caption(told)
    draw_heatmap(
        matrix,
        labels,
        labels,
        key=f"{view.choices.page}-heat",
        row_items=items,
        col_items=items,
        selected=np.intersect1d(selection.positions, positions),
        values_in_cells=len(labels) <= _VALUES_UP_TO,
        height=HEIGHT - (30 if told else 0),
        link=view.choices.page,
        file_name="similarities",
        on_select=chosen,
        **scale_of(matrix, view.metric),
    )


def _shown(view: View) -> tuple[NDArray[np.intp], str]:
    """Return which items the heatmap shows, and how they were picked where these are not all."""
    embedding = view.embedding
    n = len(embedding)
    if n <= _ALL_UP_TO:
        return np.arange(n, dtype=np.intp), ""
    known = embedding.positions
    looked_at: tuple[str, ...] = view.choices.value("focus", ())
    focus = [known[id_] for id_ in looked_at if id_ in known]
    if len(focus) > 2:
        kept = np.array(focus[:_ALL_UP_TO], dtype=np.intp)
        return kept, f"The {len(kept):,} selected of {n:,} items."
    if focus:
        return _around(embedding, focus[0], view.metric)
    spread = np.linspace(0, n - 1, _SAMPLE).astype(np.intp)
    return spread, f"{_SAMPLE} of {n:,} items, evenly spaced; select some to see theirs."


def _around(embedding: Embedding, at: int, metric: str) -> tuple[NDArray[np.intp], str]:
    near = nearest(embedding, embedding.ids[at], _AROUND_ONE, metric)
    found = [at, *(embedding.positions[neighbor.id] for neighbor in near)]
    name = word(embedding.ids[at])
    return np.array(found, dtype=np.intp), f"{name} and the {len(near)} items nearest to it."


PANEL = Panel("heatmap", "Heatmap", show, is_wide=True)
