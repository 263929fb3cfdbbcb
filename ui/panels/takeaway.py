"""Taking a view away: as data, as a page, as a picture, as a link, as code."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

import embedding_core as ec
from embedding_core.exports import csv_file
from embedding_core.projection import Projection
from embedding_core.snippets import snippet
from ui.colouring import NOTHING, TRUST
from ui.panels.base import Panel, Shown
from ui.view import View


def show(shown: Shown) -> None:
    """Draw the ways to take the view away; files are made when they are asked for."""
    view, projection, color = shown.view, shown.projection, shown.color
    name = f"{view.choices.page}-{projection.method}"
    _file(
        "CSV",
        "One row an item: its columns, place on the map and vector.",
        f"{name}.csv",
        "text/csv",
        lambda: csv_file(view.collection, view.embedding, projection),
    )
    _file(
        "Parquet",
        "The same with model, settings and versions inside; opens again here and in the shell.",
        f"{name}.parquet",
        "application/vnd.apache.parquet",
        lambda: _parquet(view, projection),
    )
    _file(
        "HTML",
        "The map as one page that opens anywhere, without a network.",
        f"{name}.html",
        "text/html",
        lambda: ec.figures.map_html(
            view.embedding,
            projection,
            collection=view.collection,
            color=None if color in (NOTHING, TRUST) else color,
            quality=shown.quality,
            title=view.collection.name,
        ).encode(),
    )
    st.caption("PNG and SVG: above the map, as you see it now.")
    _link(view)
    _code(view, color)


def _file(label: str, about: str, name: str, mime: str, make: Callable[[], bytes]) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.download_button(
            label, make, name, mime, icon=":material/download:", on_click="ignore", width=130
        )
        st.caption(about, width="stretch")


def _link(view: View) -> None:
    st.markdown("###### Link to this view")
    if not _fits_link(view):
        st.caption(
            "A link carries no files and no long texts: save the view as Parquet and open it on "
            "Vectors."
        )
        return
    st.code(view.choices.address(), language=None, wrap_lines=True)
    if "sel" in view.choices.left_out:
        st.caption("Opens the same data, model, map and colours; so many selected do not fit in.")
    else:
        st.caption("Opens the same data, model, map, colours and selection.")


def _fits_link(view: View) -> bool:
    """Tell whether a link opens this very view: its data, its model and what that learned from."""
    if view.data.source.path or {"words", "text"} & view.choices.left_out:
        return False
    model = view.model
    if model is None:
        return True
    from_file = any(param.kind == "path" for param in model.spec.params)
    uploaded = model.corpus is not None and view.choices.value("corpus", "") == "upload"
    return not (from_file or uploaded)


def _code(view: View, color: str) -> None:
    """Draw the program that makes this view again."""
    model, drawn = view.model, view.map
    code = snippet(
        view.data.source,
        model=model.spec.name if model else "",
        params=model.params if model else None,
        corpus=model.corpus_name if model else "",
        model_seed=model.seed if model else 0,
        projector=drawn.name,
        projector_params=dict(drawn.params),
        n_components=drawn.n_components,
        metric=drawn.metric,
        seed=drawn.seed,
        color="" if color in (NOTHING, TRUST) else color,
    )
    st.markdown("###### This view in Python")
    st.code(code, language="python", wrap_lines=True)


def _parquet(view: View, projection: Projection) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "view.parquet"
        ec.write(path, view.collection, view.embedding, projection)
        return path.read_bytes()


PANEL = Panel("save", "Take away", show)
