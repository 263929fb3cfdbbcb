"""Taking a view away: as a project, as data, as a page, as a picture, as a link, as code."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st

import embedding_core as ec
from embedding_core import project_file
from embedding_core.collection import Collection
from embedding_core.exports import FORMATS
from embedding_core.figures.pictures import PICTURED
from embedding_core.snippets import snippet
from ui import colouring
from ui.grouping import colours_of, grouping_of
from ui.media import are_pictures
from ui.panels.base import Panel, Shown
from ui.plain import count
from ui.projects import described
from ui.view import View


@dataclass(frozen=True)
class _Offer:
    """One file that can be taken away.

    Attributes
    ----------
    label, about
        On screen.
    name, mime
        Of the file.
    make
        Makes it when it is asked for.
    """

    label: str
    about: str
    name: str
    mime: str
    make: Callable[[], bytes]


def show(shown: Shown) -> None:
    """Draw the ways to take the view away; files are made when they are asked for."""
    view = shown.view
    _download(_project(shown), primary=True)
    st.caption(_project_note(shown))
    offers = _offers(shown)
    name = view.choices.select(
        "format",
        "Other formats",
        list(offers),
        "csv",
        labels={name: offer.label for name, offer in offers.items()},
        kind="format",
    )
    _download(offers[name])
    st.caption(offers[name].about)
    st.caption("PNG and SVG: above the map, as you see it now.")
    _link(view)
    _code(view, shown.color)


def _download(offer: _Offer, *, primary: bool = False) -> None:
    st.download_button(
        f"Download {offer.label}" if primary else "Download",
        offer.make,
        offer.name,
        offer.mime,
        icon=":material/download:",
        on_click="ignore",
        type="primary" if primary else "secondary",
    )


def _project(shown: Shown) -> _Offer:
    view = shown.view
    return _Offer(
        "project",
        "",
        f"{shown.page}-project.parquet",
        "application/vnd.apache.parquet",
        lambda: _project_bytes(shown, view),
    )


def _project_bytes(shown: Shown, view: View) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "project.parquet"
        project_file.write(
            path,
            view.collection,
            view.original,
            shown.projection if shown.is_final else None,
            view=described(view, shown.color),
        )
        return path.read_bytes()


def _project_note(shown: Shown) -> str:
    """Say what the project file holds, and what it is not."""
    what = "Items"
    if are_pictures(shown.view.collection):
        what = "The items' names and columns (not the pictures themselves)"
    kept = f"{what}, vectors, map, settings, seeds, versions and this view in one Parquet file. "
    opens = "Upload it on Vectors to go on where you are; any program that reads Parquet opens it."
    if not shown.is_final:
        opens += " The map is not ready yet: taken away now, it is drawn again when it is opened."
    return kept + opens + _isolated(shown.view)


def _isolated(view: View) -> str:
    if not view.isolated_from:
        return ""
    return f" Only the {count(len(view.embedding), 'item')} in view go into it."


def _offers(shown: Shown) -> dict[str, _Offer]:
    """Return the formats of other programs, by name."""
    view, projection = shown.view, shown.projection
    stem = f"{shown.page}-{projection.method}"
    more = _isolated(view)
    recipe = ec.PREPROCESSINGS[view.map.preprocessing]
    if recipe.name != "raw":
        more += f" Vectors as they are compared here: {recipe.label.lower()}."
    offers = {
        form.name: _Offer(
            form.label,
            form.about + more,
            f"{stem}{form.suffix}",
            form.mime,
            partial(form.make, view.collection, view.embedding, projection),
        )
        for form in FORMATS
    }
    page = _Offer(
        "Interactive page (HTML)",
        "The map as one page that opens anywhere, without a network."
        + _pictured(shown)
        + _isolated(view),
        f"{stem}.html",
        "text/html",
        lambda: _page(shown),
    )
    return {**offers, "html": page}


def _pictured(shown: Shown) -> str:
    """Say whether a page shows pictures."""
    if not are_pictures(shown.view.collection):
        return ""
    if len(shown.projection.ids) > PICTURED:
        return f" Of more than {PICTURED:,} items it shows points and no pictures."
    return " Its pictures are small copies that lie inside."


def _page(shown: Shown) -> bytes:
    view, projection = shown.view, shown.projection
    collection, color = _with_colour(shown)
    # Of some of the items they are made anew.
    small = shown.pictures if len(collection) == len(view.collection) else None
    return ec.figures.map_html(
        view.embedding,
        projection,
        collection=collection,
        color=color,
        quality=shown.quality,
        title=view.collection.name,
        pictures=small.sprite if small is not None else None,
    ).encode()


def _with_colour(shown: Shown) -> tuple[Collection, str | None]:
    """Return the items in view with what colours them as a column, and that column's name."""
    collection = shown.view.collection.select(shown.projection.ids)
    if colouring.column_of(shown.color, collection) is not None:
        return collection, shown.color
    found = colouring.colour_by(shown.color, collection, collection.ids, shown.quality)
    if shown.color == colouring.CLUSTERS:
        grouping, _ = grouping_of(shown.view, shown.projection)
        found = colours_of(grouping) if grouping else {}
    if "codes" in found:
        # The last name stands for those that belong to none.
        names = np.array([*(name for name, _ in found["categories"]), "(none)"], dtype=object)
        codes = np.asarray(found["codes"])
        cells = names[np.where((codes >= 0) & (codes < len(names)), codes, -1)]
    elif "values" in found:
        cells = found["values"]
    else:
        return collection, None
    title = colouring.title_of(shown.color)
    return collection.with_column(title, list(cells)), title


def _link(view: View) -> None:
    st.markdown("###### Link to this view")
    if not _fits_link(view):
        st.caption(
            "A link carries no files and no long texts: take the project away and open it on "
            "Vectors."
        )
        return
    st.code(view.choices.address(), language=None, wrap_lines=True)
    if {"sel", "only"} & view.choices.left_out:
        st.caption("Opens the same data, model, map and colours; so many selected do not fit in.")
    else:
        st.caption("Opens the same data, model, map, colours and selection.")


def _fits_link(view: View) -> bool:
    """Tell whether a link opens this very view: its data, its model and what that learned from."""
    if view.data.source.path or {"words", "sentences", "text"} & view.choices.left_out:
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
        color=colouring.column_of(color, view.collection) or "",
        preprocessing="" if drawn.preprocessing == "raw" else drawn.preprocessing,
        only=view.embedding.ids if view.isolated_from else (),
    )
    st.markdown("###### This view in Python")
    st.code(code, language="python", wrap_lines=True)


PANEL = Panel("save", "Take away", show)
