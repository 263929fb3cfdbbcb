"""The map, how it came about, and beside it the truth and what was kept of it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitPageNotFoundError

import embedding_core as ec
from embedding_core.jobs import Job
from embedding_core.projection import Projection
from embedding_core.quality import Quality
from embedding_core.shapes import Shape
from embedding_core.teaching.glossary import more_on
from ui import cached, colouring
from ui.errors import show_notes
from ui.jobs import is_stopped, show_progress
from ui.map import Geometry, Style, draw_map
from ui.plain import count, plain, share
from ui.projecting.components import show_components
from ui.projecting.drawing import Drawing, draw, live
from ui.projecting.kept import show_against_truth, show_kept
from ui.projecting.subject import Subject
from ui.selection import Selection
from ui.sidebar import MapChoice
from ui.state import Choices
from ui.view import View, all_notes, map_badge, neighbors_at_hand, trust

_HEIGHT, _TRUTH_HEIGHT = 600, 310
_POLL_SECONDS = 0.5
_HOVERED = 10
_COMPARE = "pages/compare.py"


def show_stage(
    choices: Choices, subject: Subject, method: MapChoice, sentence: DeltaGenerator
) -> None:
    """Draw everything below the choices, and above them the sentence that reads it."""
    view = View(choices, subject.data, subject.embedding, method)
    drawing = draw(view.embedding, method)
    projection = drawing.projection
    quality, measuring = (None, None) if drawing.job else trust(view.embedding, projection)
    with sentence:
        st.markdown(f"##### {_sentence(view, subject, drawing, quality)}")
        show_notes(all_notes(view, projection))
    _stage(view, subject, drawing, quality, measuring)
    if drawing.job is None:
        show_components(projection)


def _stage(
    view: View,
    subject: Subject,
    drawing: Drawing,
    quality: Quality | None,
    measuring: Job | None,
) -> None:
    with st.container(key="side-by-side"):
        left, right = st.columns([5, 3], gap="medium")
    with right:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Colour by", width="content")
            color = _choose_color(view)
        if subject.shape is not None:
            _truth(view, color, subject.shape)
        if drawing.job is None:
            if subject.shape is not None:
                show_against_truth(subject.shape, drawing.projection)
            show_kept(drawing.projection, quality)
        _about(view)
        _offer_comparison()
    with left:
        _moving_map(view, color, drawing, quality)
        if drawing.job is not None:
            label = view.map.label
            show_progress(drawing.job, "Map", f"{label} was stopped; this is PCA.")
        elif measuring is not None:
            show_progress(measuring, "Trust")


def _choose_color(view: View) -> str:
    options = colouring.options(view.collection, len(view.embedding))
    # They are found beside the map of one's items, not here.
    options.pop(colouring.CLUSTERS, None)
    default = colouring.default_column(view.collection, view.data.color)
    return view.choices.select(
        "color",
        "Colour by",
        list(options),
        default if default in options else colouring.NOTHING,
        labels=options,
        kind="column",
        label_visibility="collapsed",
    )


def _about(view: View) -> None:
    spec = ec.PROJECTORS[view.map.name]
    st.caption(f"**{spec.label}** {plain(spec.about)}{more_on(spec.label)}  \n{plain(spec.source)}")


def _moving_map(view: View, color: str, drawing: Drawing, quality: Quality | None) -> None:
    """Draw the map; while it is being made, as it stands, again and again."""
    at_work = drawing.job is not None and not is_stopped(drawing.job)

    @st.fragment(run_every=_POLL_SECONDS if at_work else None)
    def moving() -> None:
        projection = live(drawing)
        selection = Selection(view)
        near = None if drawing.job else neighbors_at_hand(view)
        style = Style(
            selected=selection.positions,
            neighbors=near.indices[:, :_HOVERED] if near is not None else None,
            axis_titles=projection.axis_titles or None,
            badge=map_badge(quality, len(projection.ids)) if drawing.job is None else None,
            **colouring.colour_by(color, view.collection, projection.ids, quality),
        )
        draw_map(
            _geometry(view, projection, drawing),
            style,
            key="projections-map",
            frames=drawing.frames,
            height=_HEIGHT,
            link="projections",
            summary=f"{view.map.label} map of {count(len(projection.ids), 'item')}.",
            file_name=f"map-{projection.method}",
            on_select=selection.take,
        )

    moving()


def _geometry(view: View, projection: Projection, drawing: Drawing) -> Geometry:
    if projection is drawing.projection:
        return cached.geometry(projection, view.collection)
    # A picture of the moment is not worth keeping.
    return Geometry(projection.coords, projection.ids)


def _truth(view: View, color: str, shape: Shape) -> None:
    """Draw the shape itself, in space, in the colours of the map."""
    st.caption("The shape itself, in space:")
    selection = Selection(view)
    ids = shape.collection.ids
    draw_map(
        _true_geometry(shape),
        Style(
            selected=selection.positions,
            **colouring.colour_by(color, shape.collection, ids, None),
        ),
        key="projections-truth",
        height=_TRUTH_HEIGHT,
        link="projections",
        summary=f"{shape.collection.name} in three dimensions, as it is in truth.",
        file_name="truth",
        on_select=selection.take,
    )


@st.cache_resource(
    max_entries=32, show_spinner=False, hash_funcs={Shape: lambda s: s.collection.fingerprint}
)
def _true_geometry(shape: Shape) -> Geometry:
    return Geometry(shape.truth, shape.collection.ids)


def _sentence(view: View, subject: Subject, drawing: Drawing, quality: Quality | None) -> str:
    """Read the map: what it is of, and what it kept."""
    items = count(len(view.embedding), "item")
    of = f"{plain(subject.spec.label)}: " if subject.spec else ""
    method = ec.PROJECTORS[view.map.name].label
    if drawing.job is not None:
        if is_stopped(drawing.job):
            return f"{of}{method} of {items} was stopped; this is PCA"
        return f"{of}{method} is at work on {items}"
    if quality is None:
        return f"{of}{method} of {items}"
    kept = share(quality.neighbor_recall)
    return f"{of}{kept} of the true neighbours of {items} are kept by {method}"


def _offer_comparison() -> None:
    if not (Path(__file__).resolve().parents[2] / _COMPARE).is_file():
        return
    try:
        st.page_link(_COMPARE, label="Compare two methods side by side", icon=":material/compare:")
    except StreamlitPageNotFoundError:
        # A page started on its own has no others.
        return
