"""What a map is made of: where the items are, how they look, how they came there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ui.components.map_parts import (
    pack_arrows,
    pack_cells,
    pack_edges,
    pack_frames,
    pack_halos,
    pack_hulls,
    pack_neighbors,
    pack_sizes,
)
from ui.components.payload import Payload, pack, text_fingerprint
from ui.components.pictures import Pictures

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
class Edges:
    """The edges of a graph of the items, or some of them.

    Keep one (``st.cache_resource``) for as long as the graph is the same: what it sends is packed
    once, on first use.

    Attributes
    ----------
    pairs
        (m, 2) indices of the items at both ends.
    levels
        (m,) how strong each is, from 0 to 4.
    directed
        Whether each leads from its first item to its second.
    """

    pairs: NDArray[Any]
    levels: NDArray[Any]
    directed: bool = False

    @cached_property
    def payload(self) -> Payload:
        """What is sent."""
        return pack_edges(self.pairs, self.levels, directed=self.directed)


@dataclass(frozen=True, eq=False)
class Arrows:
    """Arrows over a map with frames, for every frame.

    Attributes
    ----------
    starts, ends
        (f, m, 2) float32 in the map's own coordinates.
    looks
        CSS colour (None: that of text) and width of each.
    names
        Which arrows' feet carry a name, and which.
    """

    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    looks: Sequence[tuple[str | None, float]]
    names: Sequence[tuple[int, str]] = ()

    @cached_property
    def payload(self) -> Payload:
        """What is sent."""
        return pack_arrows(self.starts, self.ends, self.looks, self.names)


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
    bounds
        Left, right, bottom and top of what is shown at first; by default as much as there are
        points. In two dimensions.
    """

    coords: NDArray[np.float32]
    labels: Sequence[str]
    details: Details = ()
    version: str = ""
    bounds: tuple[float, float, float, float] | None = None

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
        meta: dict[str, Any] = {"n": len(self.coords), "items": self.items, "details": names}
        if self.bounds is not None:
            meta["bounds"] = list(self.bounds)
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
    line_titles
        What solid and dashed lines mean where it is something else; "" says nothing of them.
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
    pictures
        Small pictures of the items, shown under the pointer.
    cells
        (n,) which of the pictures each item has; where left out, item i has picture i.
    arrows
        One step of those on the map, frame by frame.
    are_marks
        Whether pictures stand for their points too, as many as find room; on a map in space only
        those of the selected and the emphasised.
    edges
        Edges of a graph, thin, below the points; those of the item under the pointer stand out.
    marked_edges
        (m, 2) edges that stand out, such as the selection's; also where `edges` are only some.
    """

    codes: NDArray[Any] | None = None
    categories: Sequence[tuple[str, str]] = ()
    values: NDArray[np.float32] | None = None
    scale: Sequence[tuple[float, str]] | None = None
    value_title: str = ""
    value_range: tuple[float, float] | None = None
    selected: NDArray[Any] | Sequence[int] = ()
    lines: Sequence[Line] = ()
    line_titles: tuple[str, str] | None = None
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
    pictures: Pictures | None = None
    cells: NDArray[Any] | None = None
    arrows: Arrows | None = None
    are_marks: bool = True
    edges: Edges | None = None
    marked_edges: NDArray[Any] | None = None

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
        if self.edges is not None:
            packed["edges"] = self.edges.payload
        if self.arrows is not None:
            packed["arrows"] = self.arrows.payload
        if self.pictures is not None:
            packed["pictures"] = self.pictures.payload
            if self.cells is not None:
                packed["cells"] = pack_cells(self.cells, len(self.pictures))
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
    run
        Names a work that is shown as it goes on: its frames play by themselves, and more frames of
        the same run go on where the former end. Empty: they wait to be played.
    """

    coords: NDArray[np.float32]
    steps: Sequence[str] = ()
    run: str = ""

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


def narrow_codes(codes: NDArray[Any], categories: int) -> NDArray[Any]:
    """Write category indices in as few bytes as they need, anything else as "no category"."""
    codes = np.asarray(codes)
    known = (codes >= 0) & (codes < categories)
    if categories < 255:
        return np.where(known, codes, 255).astype(np.uint8)
    return np.where(known, codes, 65_535).astype(np.uint16)


def check_style(style: Style, shape: tuple[int, ...]) -> None:
    """Check that a style fits a map of coordinates of that shape.

    Raises
    ------
    ValueError
        If it has another number of items, names items that are not there, or places of another
        number of dimensions.
    """
    count, dimensions = shape
    for name in ("codes", "values", "sizes", "halos", "neighbors", "cells"):
        column = getattr(style, name)
        if column is not None:
            _check_length(name, column, count)
    if style.pictures is not None and style.cells is None:
        _check_length("pictures", style.pictures, count)
    for name, indices in (("selected", style.selected), ("emphasised", style.emphasised)):
        _check_indices(name, np.asarray(indices), count)
    ends = np.asarray([end for line in style.lines for end in line[:2]])
    _check_indices("lines", ends, count)
    if style.edges is not None:
        _check_indices("edges", style.edges.pairs, count)
    if style.marked_edges is not None:
        _check_indices("marked_edges", style.marked_edges, count)
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
