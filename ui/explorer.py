"""The shared panel: a map that says how far it can be trusted, and beside it one of four answers.

Every page of items is this panel plus its own questions. What is selected in one part is selected
in all; only this part of the page runs again.
"""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.jobs import Job
from embedding_core.projection import Projection
from embedding_core.quality import Quality, false_and_true_neighbors
from ui import cached, colouring
from ui.errors import show_notes
from ui.jobs import show_progress
from ui.map import Style, draw_map
from ui.panels import PANELS
from ui.panels.base import HEIGHT, Overlay, Shown
from ui.plain import count, score, word
from ui.selection import Selection
from ui.view import View, all_notes, map_badge, neighbors_at_hand, projected, trust

_LINES = 10


def explore(view: View) -> None:
    """Draw the panel."""
    projection, drawing = projected(view.embedding, view.map)
    quality, measuring = trust(view.embedding, projection)
    _panel(view, projection, quality, drawing, measuring)


@st.fragment
def _panel(
    view: View,
    projection: Projection,
    quality: Quality | None,
    drawing: Job | None,
    measuring: Job | None,
) -> None:
    choices = view.choices
    selection = Selection(view)
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", key="map-tools"):
        colours = _choose_colours(view)
        selection.find()
        st.space("stretch")
        side = choices.select(
            "side",
            "Beside the map",
            list(PANELS),
            "selected",
            labels={name: panel.label for name, panel in PANELS.items()},
            segmented=True,
            kind="panel",
            label_visibility="collapsed",
        )
    panel = PANELS[side]
    shown = Shown(view, projection, quality, selection, colours, is_final=drawing is None)
    overlay = panel.overlay(shown) if panel.overlay else Overlay()
    with st.container(key="side-by-side"):
        left, right = st.columns([1, 1] if panel.is_wide else [5, 3], gap="medium")
    with left:
        _draw(shown, overlay)
        waiting = drawing or measuring
        # Even where it has ended meanwhile: only another run of the page shows what came of it.
        if waiting is not None:
            what = "Until then PCA" if drawing else "Trust"
            stopped = f"{view.map.label} was stopped; this is PCA." if drawing else ""
            show_progress(waiting, what, stopped)
    with right, st.container(height=HEIGHT + 20, border=False, key="side"):
        panel.show(shown)
    with sentence:
        st.markdown(_sentence(view, selection), help=None)
        show_notes(all_notes(view, projection))
    choices.publish()


def _choose_colours(view: View) -> str:
    known = colouring.options(view.collection, len(view.embedding))
    default = colouring.default_column(view.collection, view.data.color)
    return view.choices.select(
        "color",
        "Colour by",
        list(known),
        default if default in known else colouring.NOTHING,
        labels=known,
        width=190,
        kind="column",
    )


def _draw(shown: Shown, overlay: Overlay) -> None:
    view, projection, quality = shown.view, shown.projection, shown.quality
    selection = shown.selection
    colours = overlay.colours or colouring.colour_by(
        shown.color, view.collection, projection.ids, quality
    )
    lines, near = _neighbour_lines(view, projection, selection.positions)
    style = Style(
        selected=selection.positions,
        lines=[*lines, *overlay.lines],
        hulls=overlay.hulls,
        titles=overlay.titles,
        halos=overlay.halos,
        emphasised=near,
        axis_titles=projection.axis_titles or None,
        badge=map_badge(quality, len(projection.ids)),
        **colours,
    )
    draw_map(
        cached.geometry(projection, view.collection),
        style,
        key=f"{view.choices.page}-map",
        height=HEIGHT,
        link=view.choices.page,
        summary=_summary(view, projection, quality),
        file_name=f"map-{projection.method}",
        on_select=selection.take,
    )


def _neighbour_lines(
    view: View, projection: Projection, selected: NDArray[np.intp]
) -> tuple[list[tuple[int, int, bool]], list[int]]:
    """Return lines from one selected item: solid to its true neighbours, dashed to false ones."""
    if len(selected) != 1 or len(projection.ids) < 3:
        return [], []
    at = int(selected[0])
    k = min(_LINES, max(1, (len(projection.ids) - 1) // 2))
    true, false = false_and_true_neighbors(view.embedding, projection, at, k)
    lines = [(at, other, True) for other in true] + [(at, other, False) for other in false]
    return lines, [*true, *false]


def _summary(view: View, projection: Projection, quality: Quality | None) -> str:
    label = ec.PROJECTORS[projection.method].label
    text = f"{label} map of {count(len(projection.ids), 'item')}."
    return text if quality is None else f"{text} It {map_badge(quality, len(projection.ids))[0]}."


def _sentence(view: View, selection: Selection) -> str:
    """Read the data in view: the selection's nearest, or the nearest pair of all."""
    ids, embedding = selection.ids, view.embedding
    if len(embedding) < 2:
        return f"##### {word(embedding.ids[0])} is alone here; bring more items to compare."
    if len(ids) == 2:
        value = float(ec.similarity(embedding.take(selection.positions), view.metric)[0, 1])
        named = "cosine " if view.metric == "cosine" else ""
        return f"##### {word(ids[0])} and {word(ids[1])}: {named}{score(value, view.metric)}"
    if len(ids) == 1:
        first = ec.nearest(embedding, ids[0], 1, view.metric)[0]
        measured = score(first.score, view.metric)
        return f"##### {word(ids[0])} is nearest to {word(first.id)} ({measured})"
    if len(ids) > 2:
        return f"##### {len(ids):,} of {count(len(embedding), 'item')} selected"
    graph = neighbors_at_hand(view)
    if graph is None or not graph.k:
        return f"##### {count(len(embedding), 'item')}"
    at = int(np.argmin(graph.distances[:, 0]))
    a, b = embedding.ids[at], embedding.ids[int(graph.indices[at, 0])]
    nearest = ec.nearest(embedding, a, 1, view.metric)[0]
    return (
        f"##### Of {count(len(embedding), 'item')}, {word(a)} and {word(b)} are nearest to each "
        f"other ({score(nearest.score, view.metric)})"
    )
