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
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ui.components.map_parts import (
    pack_frames,
    pack_halos,
    pack_hulls,
    pack_neighbors,
    pack_sizes,
)
from ui.components.mounting import mount_payload, mount_view
from ui.components.payload import Payload, encode_indices, pack, text_fingerprint
from ui.components.selection import (
    SelectionHandler,
    known_revision,
    read_selection,
    selection_callback,
    selection_message,
    take_once,
)

Details: TypeAlias = Sequence[tuple[str, Sequence[str]]]
Line: TypeAlias = tuple[int, int, bool]
Extra: TypeAlias = tuple[str, Sequence[float]]
Title: TypeAlias = tuple[str, Sequence[float]]

MAX_CATEGORIES = 1024


@dataclass(frozen=True, eq=False)
class Hull:
    """The outline of a group of items on a map in two dimensions.

    Attributes
    ----------
    outline
        (m, 2) corners in the map's own coordinates, in order; the last joins the first.
    colour
        CSS colour of its edge; its ground is a breath of it.
    """

    outline: NDArray[np.float32]
    colour: str


@dataclass(frozen=True, eq=False)
class Geometry:
    """Where the items are and what they are called.

    Keep one (``st.cache_resource``) for as long as the map is the same: what it sends is computed
    once, on first use.

    Attributes
    ----------
    coords
        (n, 2) or (n, 3) finite float32.
    labels
        n texts, shown as they are: markup in them is text too.
    details
        More rows for the tooltip: a column's name and its text for every item.
    version
        The caller's own fingerprint of these items in this place; computed when empty.
    """

    coords: NDArray[np.float32]
    labels: Sequence[str]
    details: Details = ()
    version: str = ""

    def __post_init__(self) -> None:
        coords = np.ascontiguousarray(self.coords, dtype=np.float32)
        if coords.ndim != 2 or coords.shape[1] not in (2, 3):
            raise ValueError(f"Coordinates are (n, 2) or (n, 3), not {coords.shape}.")
        if not np.isfinite(coords).all():
            raise ValueError("Coordinates are finite numbers; some are not.")
        _check_length("labels", self.labels, len(coords))
        for name, column in self.details:
            _check_length(f"details in {name!r}", column, len(coords))
        object.__setattr__(self, "coords", coords)
        object.__setattr__(self, "version", self.version or self.payload.id)

    @cached_property
    def items(self) -> str:
        """Fingerprint of the items alone: the same in two maps of the same items."""
        return text_fingerprint(self.labels)

    @cached_property
    def payload(self) -> Payload:
        """What is sent: coordinates, one axis after the other, and the text."""
        names = [name for name, _ in self.details]
        texts = {"labels": self.labels}
        texts |= {f"detail{i}": column for i, (_, column) in enumerate(self.details)}
        axes = {axis: self.coords[:, i] for i, axis in enumerate("xyz"[: self.coords.shape[1]])}
        meta = {"n": len(self.coords), "items": self.items, "details": names}
        return pack(meta, axes, texts)


@dataclass(frozen=True, eq=False)
class Style:
    """How the items look, and what is marked on the map.

    Attributes
    ----------
    codes
        (n,) index into ``categories`` for every item; an index beyond them is grey.
    categories
        Name and CSS colour of every category, in the legend's order.
    values
        (n,) numbers instead of categories; NaN is grey.
    scale
        Stops (0 to 1) and CSS colours for the values, or None for viridis.
    value_range
        The numbers at both ends of the scale; by default the values' own range.
    value_title
        What the numbers are.
    selected
        Indices that carry a ring; where they are many, all others fade instead.
    lines
        From, to, and whether it is a true neighbour: solid, else dashed.
    extra
        Points dropped on the map: their label and place. Hollow diamonds.
    emphasised
        Indices whose label shows wherever it finds a place, such as the selection's neighbours.
    axis_titles
        Titles of axes whose numbers mean something; None draws no axes.
    badge
        How far to trust the map, in few words, and the longer explanation behind them.
    sizes
        (n,) numbers from 0 to 1: the points' areas between the smallest and the largest; NaN is
        smallest. None makes all alike.
    size_title, size_range
        What the sizes are, and the numbers behind the smallest and the largest.
    by_density
        Whether points in crowded places are fainter, so that crowds stay readable.
    hulls
        Outlines around groups, below the points; on a map in space they are left out.
    titles
        Names written over places of the map, such as those of clusters, the most important first:
        one that finds no room is left out.
    halos
        (n,) radii around the points, in the map's own units; 0 and NaN draw none.
    neighbors
        (n, k) true neighbours of every item, nearest first: under the pointer the map then shows
        which of them it tore away and which strangers it brought near, the strangers being those
        among the k nearest on the map.
    """

    codes: NDArray[Any] | None = None
    categories: Sequence[tuple[str, str]] = ()
    values: NDArray[np.float32] | None = None
    scale: Sequence[tuple[float, str]] | None = None
    value_title: str = ""
    value_range: tuple[float, float] | None = None
    selected: NDArray[Any] | Sequence[int] = ()
    lines: Sequence[Line] = ()
    extra: Sequence[Extra] = ()
    emphasised: NDArray[Any] | Sequence[int] = ()
    axis_titles: tuple[str, ...] | None = None
    badge: tuple[str, str] | None = None
    sizes: NDArray[np.float32] | None = None
    size_title: str = ""
    size_range: tuple[float, float] | None = None
    by_density: bool = False
    hulls: Sequence[Hull] = ()
    titles: Sequence[Title] = ()
    halos: NDArray[np.float32] | None = None
    neighbors: NDArray[np.int32] | None = None

    def __post_init__(self) -> None:
        if self.codes is not None and self.values is not None:
            raise ValueError("A map is coloured by categories or by values, not by both.")
        if len(self.categories) > MAX_CATEGORIES:
            raise ValueError(
                f"A map shows at most {MAX_CATEGORIES} categories, not {len(self.categories)}."
            )

    @cached_property
    def payload(self) -> Payload:
        """The colours: their own message, as they change less often than a selection."""
        if self.values is not None:
            values = np.asarray(self.values, dtype=np.float32)
            return pack(self._value_facts(values), {"values": values})
        if self.codes is None:
            return pack({"colour": "none"}, {})
        facts = {"colour": "codes", "categories": [list(entry) for entry in self.categories]}
        return pack(facts, {"codes": narrow_codes(self.codes, len(self.categories))})

    @cached_property
    def parts(self) -> dict[str, Payload]:
        """What else lies on the map, by name: messages of their own, so that each changes alone."""
        packed = {}
        if self.hulls:
            outlines, colours = zip(
                *((hull.outline, hull.colour) for hull in self.hulls), strict=True
            )
            packed["hulls"] = pack_hulls(outlines, colours)
        if self.halos is not None:
            packed["halos"] = pack_halos(self.halos)
        if self.sizes is not None:
            packed["sizes"] = pack_sizes(self.sizes, self.size_title, self.size_range)
        if self.neighbors is not None:
            packed["neighbors"] = pack_neighbors(self.neighbors)
        return packed

    def _value_facts(self, values: NDArray[np.float32]) -> dict[str, Any]:
        finite = values[np.isfinite(values)]
        own_range = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        return {
            "colour": "values",
            "scale": [list(stop) for stop in self.scale or ()],
            "range": list(self.value_range or own_range),
            "title": self.value_title,
        }


@dataclass(frozen=True, eq=False)
class Frames:
    """How the items came to their places: shown by a bar under the map, to play and to scrub.

    Keep one, as with :class:`Geometry`: it is packed on first use.

    Attributes
    ----------
    coords
        (f, n, d) finite float32; the last frame is the map's own geometry.
    steps
        What each frame is called, such as "epoch 40"; without them they are numbered.
    """

    coords: NDArray[np.float32]
    steps: Sequence[str] = ()

    def __post_init__(self) -> None:
        coords = np.ascontiguousarray(self.coords, dtype=np.float32)
        if coords.ndim != 3 or not len(coords) or coords.shape[2] not in (2, 3):
            raise ValueError(f"Frames are (f, n, 2) or (f, n, 3), not {coords.shape}.")
        if not np.isfinite(coords).all():
            raise ValueError("Frames are finite numbers; some are not.")
        if self.steps and len(self.steps) != len(coords):
            raise ValueError(f"{len(coords)} frames, but {len(self.steps)} steps.")
        object.__setattr__(self, "coords", coords)

    @cached_property
    def payload(self) -> Payload:
        """What is sent."""
        numbered = [f"{i} of {len(self.coords)}" for i in range(1, len(self.coords) + 1)]
        return pack_frames(self.coords, self.steps or numbered)


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
    """
    count = len(geometry.coords)
    _check_style(style, geometry.coords.shape)
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
            | {"link": link, "summary": summary, "fileName": file_name},
            key=key,
            height=height,
            on_selection=selection_callback(key, geometry.items, count, on_select),
        )
        # After the view, whose place then never changes: it waits for what it needs.
        for name, payload in parts.items():
            mount_payload(payload, key=f"{key}-{name}")
    found = read_selection(state, items=geometry.items, count=count)
    if found is None:
        return MapEvents(None, known_revision(key), geometry.version)
    revision, selected, _ = found
    is_new = take_once(key, revision)
    return MapEvents(selected if is_new else None, revision, geometry.version)


def narrow_codes(codes: NDArray[Any], categories: int) -> NDArray[Any]:
    """Write category indices in as few bytes as they need, anything else as "no category"."""
    codes = np.asarray(codes)
    known = (codes >= 0) & (codes < categories)
    if categories < 255:
        return np.where(known, codes, 255).astype(np.uint8)
    return np.where(known, codes, 65_535).astype(np.uint16)


def _message(geometry: Geometry, style: Style) -> dict[str, Any]:
    """Return the small message: what to draw, and the marks on it."""
    return {
        "geometry": geometry.payload.id,
        "colours": style.payload.id,
        "emphasised": encode_indices(style.emphasised),
        "lines": [[int(a), int(b), bool(true)] for a, b, true in style.lines],
        "extra": [[str(label), [float(c) for c in place]] for label, place in style.extra],
        "axisTitles": None if style.axis_titles is None else list(style.axis_titles),
        "badge": None if style.badge is None else list(style.badge),
        "titles": [[str(text), [float(c) for c in place]] for text, place in style.titles],
        "byDensity": bool(style.by_density),
    }


def _check_style(style: Style, shape: tuple[int, ...]) -> None:
    count, dimensions = shape
    for name in ("codes", "values", "sizes", "halos", "neighbors"):
        column = getattr(style, name)
        if column is not None:
            _check_length(name, column, count)
    for name, indices in (("selected", style.selected), ("emphasised", style.emphasised)):
        _check_indices(name, np.asarray(indices), count)
    ends = np.asarray([end for line in style.lines for end in line[:2]])
    _check_indices("lines", ends, count)
    for text, place in (*style.titles, *style.extra):
        if len(place) != dimensions:
            raise ValueError(f"{dimensions} axes, but {str(text)!r} lies at {len(place)} numbers.")
    if style.axis_titles is not None and len(style.axis_titles) != dimensions:
        raise ValueError(f"{dimensions} axes, but {len(style.axis_titles)} axis titles.")


def _check_length(name: str, column: Any, count: int) -> None:
    if len(column) != count:
        raise ValueError(f"{count} items, but {len(column)} {name}.")


def _check_indices(name: str, indices: NDArray[Any], count: int) -> None:
    if indices.size and (indices.min() < 0 or indices.max() >= count):
        raise ValueError(f"{name} names items outside 0 to {count - 1}.")
