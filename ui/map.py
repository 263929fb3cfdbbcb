"""The map: the one way a map is drawn in this app.

>>> geometry = Geometry(coords, labels)  # doctest: +SKIP
>>> style = Style(codes=groups, categories=[("royal", "#0072b2")])  # doctest: +SKIP
>>> events = draw_map(geometry, style, key="words")  # doctest: +SKIP

Coordinates and labels cross to the browser once, colours once per colouring; what changes often
(the selection, lines, the badge) is a small message of its own. Everything a hand or an eye does
on the map is answered in the browser; only a selection comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ui.components.map_model import (
    MAX_CATEGORIES,
    Arrows,
    Details,
    Edges,
    Extra,
    Frames,
    Geometry,
    Hull,
    Line,
    Style,
    Title,
    check_style,
)
from ui.components.mounting import mount_payload, mount_view
from ui.components.payload import encode_indices
from ui.components.pictures import Pictures
from ui.components.selection import (
    SelectionHandler,
    known_revision,
    read_selection,
    selection_callback,
    selection_message,
    take_once,
)

__all__ = [
    "MAX_CATEGORIES",
    "Arrows",
    "Details",
    "Edges",
    "Extra",
    "Frames",
    "Geometry",
    "Hull",
    "Line",
    "MapEvents",
    "Pictures",
    "Style",
    "Title",
    "draw_map",
]


@dataclass(frozen=True)
class MapEvents:
    """What happened in the browser since the last run.

    Attributes
    ----------
    selected
        Indices a person selected, in one run only; None when nothing was selected since. Empty
        when the selection was cleared.
    revision
        Grows with every selection.
    version
        The geometry's version.
    """

    selected: NDArray[np.int32] | None
    revision: int
    version: str = field(default="")


def draw_map(
    geometry: Geometry,
    style: Style,
    *,
    key: str,
    frames: Frames | None = None,
    height: int = 560,
    link: str | None = None,
    summary: str = "",
    file_name: str = "map",
    on_select: SelectionHandler | None = None,
    are_sent: bool = False,
    places: NDArray[Any] | Sequence[int] | None = None,
) -> MapEvents:
    """Draw a map and return what was selected on it.

    Parameters
    ----------
    geometry, style
        What to draw. ``style.selected`` reaches the browser when it differs from what the app
        last asked for; until then the browser keeps the person's own selection.
    key
        Unique on the page; view and selection are kept under it.
    frames
        How the items came to their places, to play under the map; needs room of its own within
        ``height``.
    height
        Pixels, of everything: legend, tools and map.
    link
        Drawings with the same name mark each other's item under the pointer, and show at once what
        is selected in one of them; the app then sends the selection to each.
    summary
        One sentence about the map for those who do not see it.
    file_name
        Name of exported pictures, without suffix.
    on_select
        Called with the indices before the rerun, so that what stands above the map is right in
        the very first run after a selection.
    are_sent
        Whether another map that stands on the page in every run has the same pictures: they are
        then not sent a second time.
    places
        Where the map shows some of the items that drawings of this link look at: which of all each
        of its own is.
    """
    count = len(geometry.coords)
    check_style(style, geometry.coords.shape)
    if frames is not None and frames.coords.shape[1:] != geometry.coords.shape:
        raise ValueError(
            f"A map of {geometry.coords.shape}, but frames of {frames.coords.shape[1:]}."
        )
    parts = style.parts | ({} if frames is None else {"frames": frames.payload})
    with st.container(gap=None):
        mount_payload(geometry.payload, key=f"{key}-geometry")
        mount_payload(style.payload, key=f"{key}-colours")
        state = mount_view(
            "map",
            _message(geometry, style)
            | {name: payload.id for name, payload in parts.items()}
            | selection_message(key, geometry.items, count, style.selected)
            | ({"run": frames.run} if frames is not None and frames.run else {})
            | {"link": link, "summary": summary, "fileName": file_name}
            | {"places": None if places is None else encode_indices(places)},
            key=key,
            height=height,
            on_selection=selection_callback(key, geometry.items, count, on_select),
        )
        # After the view, whose place then never changes: it waits for what it needs.
        for name, payload in parts.items():
            if name == "pictures" and are_sent:
                continue
            mount_payload(payload, key=f"{key}-{name}")
    found = read_selection(state, items=geometry.items, count=count)
    if found is None:
        return MapEvents(None, known_revision(key), geometry.version)
    revision, selected, _ = found
    is_new = take_once(key, revision)
    return MapEvents(selected if is_new else None, revision, geometry.version)


def _message(geometry: Geometry, style: Style) -> dict[str, Any]:
    """Return the small message: what to draw, and the marks on it."""
    return {
        "geometry": geometry.payload.id,
        "colours": style.payload.id,
        "emphasised": encode_indices(style.emphasised),
        "lines": [[int(a), int(b), bool(true)] for a, b, true in style.lines],
        "lineTitles": None if style.line_titles is None else list(style.line_titles),
        "extra": [[str(label), [float(c) for c in place]] for label, place in style.extra],
        "axisTitles": None if style.axis_titles is None else list(style.axis_titles),
        "badge": None if style.badge is None else list(style.badge),
        "titles": [[str(text), [float(c) for c in place]] for text, place in style.titles],
        "byDensity": bool(style.by_density),
        "areMarks": bool(style.are_marks),
        "marked": _flat(style.marked_edges),
        "directed": style.edges is not None and style.edges.directed,
    }


def _flat(edges: NDArray[Any] | None) -> str | None:
    return None if edges is None or not len(edges) else encode_indices(np.asarray(edges).ravel())
