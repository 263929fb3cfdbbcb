"""How the points look: their colour, size and opacity, and outlines around groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ui import colouring
from ui.edges import graph_of, has_edges, told_of_edges
from ui.map import Hull
from ui.media import are_pictures
from ui.view import View

_OUTLINES = 60
_FEWEST_IN_GROUP = 3


@dataclass(frozen=True)
class Look:
    """What a person chose.

    Attributes
    ----------
    color, size
        As :mod:`ui.colouring` names them.
    by_density
        Fainter where it is crowded.
    outlined
        Outlines around the groups that the colours show.
    pictured
        Pictures in place of points, where the items are pictures.
    linked
        The graph's edges below the points, where the items are nodes of one.
    """

    color: str
    size: str
    by_density: bool
    outlined: bool
    pictured: bool
    linked: bool = False


def choose_look(view: View) -> Look:
    """Draw the choices."""
    choices, n = view.choices, len(view.embedding)
    colours = colouring.options(view.collection, n)
    default = colouring.default_column(view.collection, view.data.color)
    st.caption("Colour by", width="content")
    color = choices.select(
        "color",
        "Colour by",
        list(colours),
        default if default in colours else colouring.NOTHING,
        labels=colours,
        width=170,
        kind="column",
        label_visibility="collapsed",
    )
    linked = has_edges(view.collection) and choices.flag(
        "edges",
        "Edges",
        help=f"The graph's edges over the map, the stronger the thicker. {_drawn(view)}",
    )
    with st.popover("Points", icon=":material/tune:"):
        sizes = colouring.size_options(view.collection, n)
        size = choices.select(
            "size",
            "Size by",
            list(sizes),
            colouring.NOTHING,
            labels=sizes,
            kind="column of numbers",
            help="Areas follow the numbers, from the smallest to the largest of them.",
        )
        by_density = choices.flag(
            "crowds", "Fainter where it is crowded", help="So that dense places stay readable."
        )
        outlined = choices.flag(
            "outlines",
            "Outline groups",
            help="Around the groups that the colours show, on a flat map; each outline leaves out "
            "the tenth of its group that lies farthest off.",
        )
        pictured = are_pictures(view.collection) and choices.flag(
            "pictures",
            "Pictures in place of points",
            default=True,
            help="As many as find room, with an edge in the point's colour; the others stay points "
            "until you come closer.",
        )
    return Look(color, size, by_density, outlined, pictured, linked)


def _drawn(view: View) -> str:
    """Return how many edges are drawn, in words."""
    return told_of_edges(graph_of(view))


def outlines(coords: NDArray[np.float32], colours: Mapping[str, Any]) -> list[Hull]:
    """Return an outline around each group that the colours show, the largest groups first.

    Parameters
    ----------
    coords
        (n, 2) places on the map; a map in space has no outlines.
    colours
        As :func:`ui.colouring.colour_by` returns them.
    """
    from embedding_core.clusters import hull

    codes = colours.get("codes")
    if codes is None or coords.shape[1] != 2:
        return []
    categories = colours["categories"]
    sizes = np.bincount(codes[(codes >= 0) & (codes < len(categories))], minlength=len(categories))
    large = [code for code in np.argsort(-sizes, kind="stable") if sizes[code] >= _FEWEST_IN_GROUP]
    return [Hull(hull(coords[codes == code]), categories[code][1]) for code in large[:_OUTLINES]]
