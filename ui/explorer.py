"""The shared panel: a map that says how far it can be trusted, and beside it one of some answers.

Every page of items is this panel plus its own questions. What is selected in one part is selected
in all; only this part of the page runs again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.jobs import Job
from embedding_core.projection import Projection
from embedding_core.quality import Quality, false_and_true_neighbors
from embedding_core.similarity import DISTANCES
from ui import cached, colouring
from ui.edges import edges_at, edges_of, graph_of
from ui.errors import show_notes
from ui.finding import Query, choose_find
from ui.grouping import colours_of, grouping_of
from ui.isolation import in_view, offer_isolation
from ui.jobs import show_progress
from ui.look import Look, choose_look, outlines
from ui.map import Style, draw_map
from ui.media import pictures_of
from ui.panels import PANELS
from ui.panels.base import HEIGHT, Overlay, Panel, Shown
from ui.plain import count, plain, score, shortened, word
from ui.projects import kept_map
from ui.selection import Selection
from ui.view import View, all_notes, map_badge, neighbors_at_hand, projected, trust

_LINES = 10
_HOVERED_UP_TO = 20_000


def explore(view: View) -> None:
    """Draw the panel."""
    view = in_view(view)
    kept = kept_map(view)
    projection, drawing = (kept, None) if kept else projected(view.embedding, view.map)
    quality, measuring = trust(view.embedding, projection)
    _explorer(view, projection, quality, drawing, measuring)


@st.fragment
def _explorer(
    view: View,
    projection: Projection,
    quality: Quality | None,
    drawing: Job | None,
    measuring: Job | None,
) -> None:
    selection = Selection(view)
    sentence = st.container()
    panel = _choose_panel(view)
    with st.container(horizontal=True, vertical_alignment="center", key="map-tools"):
        look = choose_look(view)
        query, problem = choose_find(view, selection)
        offer_isolation(view, selection)
    pictures, shrinking = pictures_of(view.collection)
    shown = Shown(
        view,
        projection,
        quality,
        selection,
        look.color,
        is_final=drawing is None,
        query=query,
        pictures=pictures,
        are_marks=look.pictured,
    )
    colours, grouping = _colours(shown, look, query)
    with st.container(key="side-by-side"):
        left, right = st.columns([1, 1] if panel.is_wide else [5, 3], gap="medium")
    with left:
        overlay = panel.overlay(shown) if panel.overlay else Overlay()
        shown = replace(shown, looks=_looks(shown, look, overlay.colours or colours))
        _draw(shown, look, query, overlay)
        if drawing is not None:
            show_progress(drawing, "Until then PCA", f"{view.map.label} was stopped; this is PCA.")
        # Even where it has ended meanwhile: only another run of the page shows what came of it.
        elif measuring is not None:
            show_progress(measuring, "Trust")
        elif grouping is not None:
            show_progress(grouping, "Clusters")
        if shrinking is not None:
            show_progress(shrinking, "Pictures", "The map shows points; no pictures were made.")
    with right, st.container(height=HEIGHT + 20, border=False, key="side"):
        panel.show(shown)
    with sentence:
        st.markdown(f"##### {(problem and plain(problem)) or _sentence(view, selection, query)}")
        show_notes(all_notes(view, projection))
    view.choices.publish()


def _choose_panel(view: View) -> Panel:
    offered = {
        name: panel.label
        for name, panel in PANELS.items()
        if panel.suits is None or panel.suits(view)
    }
    name = view.choices.select(
        "side",
        "Beside the map",
        list(offered),
        next(iter(offered)),
        labels=offered,
        segmented=True,
        kind="panel",
        label_visibility="collapsed",
    )
    return PANELS[name]


def _looks(shown: Shown, look: Look, colours: Mapping[str, Any]) -> dict[str, Any]:
    """Return the points' colours and sizes."""
    ids, collection = shown.projection.ids, shown.view.collection
    return {**colours, **colouring.sizes_by(look.size, collection, ids, shown.quality)}


def _draw(shown: Shown, look: Look, query: Query | None, overlay: Overlay) -> None:
    view, projection, quality = shown.view, shown.projection, shown.quality
    selection = shown.selection
    lines, near = _neighbour_lines(view, projection, selection.positions)
    drawn = outlines(projection.coords, shown.looks) if look.outlined else []
    style = Style(
        selected=selection.positions,
        lines=[*lines, *overlay.lines],
        hulls=overlay.hulls or drawn,
        titles=overlay.titles,
        halos=overlay.halos,
        neighbors=_hovered(view),
        emphasised=near,
        extra=[*_dropped(projection, query), *overlay.extra],
        axis_titles=projection.axis_titles or None,
        badge=map_badge(quality, len(projection.ids)),
        by_density=look.by_density,
        **shown.pictured(projection.ids),
        **shown.looks,
        **(_edges(shown) if look.linked else {}),
    )
    draw_map(
        cached.geometry(projection, view.collection),
        style,
        key=f"{shown.page}-map",
        height=HEIGHT,
        link=shown.page,
        summary=_summary(view, projection, quality),
        file_name=f"map-{projection.method}",
        on_select=selection.take,
    )


def _colours(shown: Shown, look: Look, query: Query | None) -> tuple[dict[str, Any], Job | None]:
    """Return the colours of the points, and the job to wait for where they take a while.

    Likeness to what is asked for, else what was chosen.
    """
    if query is not None:
        return {"values": query.likeness, "value_title": f"likeness to {query.text}"}, None
    if look.color == colouring.CLUSTERS:
        grouping, finding = grouping_of(shown.view, shown.projection)
        return (colours_of(grouping) if grouping else {}), finding
    ids = shown.projection.ids
    return colouring.colour_by(look.color, shown.view.collection, ids, shown.quality), None


def _dropped(projection: Projection, query: Query | None) -> list[tuple[str, list[float]]]:
    """Return the place of what is asked for by meaning, where the map can take it in."""
    if query is None or projection.placement is None:
        return []
    place = projection.transform(query.vector[None])[0]
    return [(shortened(query.text), [float(part) for part in place])]


def _edges(shown: Shown) -> dict[str, Any]:
    """Return the edges of a graph, and those of the selected nodes."""
    at = shown.selection.positions
    marked = edges_at(graph_of(shown.view), at) if len(at) else None
    return {"edges": edges_of(shown.view), "marked_edges": marked}


def _hovered(view: View) -> NDArray[np.int32] | None:
    """Return everybody's true neighbours for the pointer, where they are known and few enough."""
    graph = neighbors_at_hand(view)
    if graph is None or len(graph.indices) > _HOVERED_UP_TO:
        return None
    return graph.indices[:, : _few(len(graph.indices))]


def _few(n: int) -> int:
    """Return how many neighbours are drawn: at most ten, and fewer than half of the items."""
    return min(_LINES, max(1, (n - 1) // 2))


def _neighbour_lines(
    view: View, projection: Projection, selected: NDArray[np.intp]
) -> tuple[list[tuple[int, int, bool]], list[int]]:
    """Return lines from one selected item: solid to its true neighbours, dashed to false ones."""
    if len(selected) != 1 or len(projection.ids) < 3:
        return [], []
    at, k = int(selected[0]), _few(len(projection.ids))
    true, false = false_and_true_neighbors(view.embedding, projection, at, k)
    lines = [(at, other, True) for other in true] + [(at, other, False) for other in false]
    return lines, [*true, *false]


def _summary(view: View, projection: Projection, quality: Quality | None) -> str:
    label = ec.PROJECTORS[projection.method].label
    text = f"{label} map of {count(len(projection.ids), 'item')}."
    return text if quality is None else f"{text} It {map_badge(quality, len(projection.ids))[0]}."


def _sentence(view: View, selection: Selection, query: Query | None) -> str:
    """Read the data in view: what is like the query, the selection's nearest, the nearest pair."""
    ids, embedding = selection.ids, view.embedding
    if query is not None:
        best = int(query.likeness.argmax())
        value = float(query.likeness[best])
        value = -value if view.metric in DISTANCES else value
        return (
            f"Of {count(len(embedding), 'item')}, {word(embedding.ids[best])} is most like "
            f"{word(query.text)} ({score(value, view.metric)})"
        )
    if len(embedding) < 2:
        return f"{word(embedding.ids[0])} is alone here; bring more items to compare."
    if len(ids) == 2:
        value = float(ec.similarity(embedding.take(selection.positions), view.metric)[0, 1])
        named = "cosine " if view.metric == "cosine" else ""
        return f"{word(ids[0])} and {word(ids[1])}: {named}{score(value, view.metric)}"
    if len(ids) == 1:
        first = ec.nearest(embedding, ids[0], 1, view.metric)[0]
        return f"{word(ids[0])} is nearest to {word(first.id)} ({score(first.score, view.metric)})"
    if len(ids) > 2:
        return f"{len(ids):,} of {count(len(embedding), 'item')} selected"
    return _nearest_pair(view)


def _nearest_pair(view: View) -> str:
    embedding, graph = view.embedding, neighbors_at_hand(view)
    if graph is None or not graph.k:
        return count(len(embedding), "item")
    at = int(np.argmin(graph.distances[:, 0]))
    a, b = embedding.ids[at], embedding.ids[int(graph.indices[at, 0])]
    nearest = ec.nearest(embedding, a, 1, view.metric)[0]
    return (
        f"Of {count(len(embedding), 'item')}, {word(a)} and {word(b)} are nearest to each other "
        f"({score(nearest.score, view.metric)})"
    )
