"""The similarity heatmap beside the map: seriated, and linked with it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedding_core.embedding import Embedding
from embedding_core.neighbors import nearest
from ui import cached
from ui.disagreeing import pairs_apart
from ui.heatmap import MAX_SIDE, Mark, draw_heatmap, scale_of
from ui.panels.base import HEIGHT, Panel, Shown
from ui.plain import word
from ui.view import View

_ALL_UP_TO = MAX_SIDE
_AROUND_ONE = 60
_SAMPLE = 200
_VALUES_UP_TO = 24
_MARKED = 20


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

    marked = _choose_marked(shown, items)
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
        marked=marked,
        values_in_cells=len(labels) <= _VALUES_UP_TO,
        height=HEIGHT - (75 if told else 45),
        link=view.choices.page,
        file_name="similarities",
        on_select=chosen,
        pictures=shown.pictures,
        row_cells=shown.cells[items],
        col_cells=shown.cells[items],
        are_sent=True,
        **scale_of(matrix, view.metric),
    )


def _choose_marked(shown: Shown, items: NDArray[np.intp]) -> list[Mark]:
    """Draw the switch, and return the cells of the pairs that the map places most wrongly."""
    is_on = shown.view.choices.flag(
        "disagree",
        "Mark where the map disagrees",
        help="Outlines the pairs whose distance on the map differs most from what the vectors say: "
        "alike and torn apart on the map, or unlike and pushed together there.",
    )
    if not is_on:
        return []
    embedding = shown.view.embedding
    found = pairs_apart(embedding, shown.projection, items, _MARKED)
    if not found:
        st.caption("No pair stands far otherwise on the map than by its vectors.")
    row_of = {int(item): row for row, item in enumerate(items)}
    marked: list[Mark] = []
    for pair in found:
        a, b = (row_of[embedding.positions[id_]] for id_ in (pair.a, pair.b))
        kind: Literal["torn", "pushed"] = "torn" if pair.kind == "torn" else "pushed"
        marked += [(a, b, kind), (b, a, kind)]
    return marked


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
