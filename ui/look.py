"""How the points look: their colour, size and opacity, and outlines around groups."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ui import colouring
from ui.view import View


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
    """

    color: str
    size: str
    by_density: bool
    outlined: bool


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
            "outlines", "Outline groups", help="Around the groups that the colours show."
        )
    return Look(color, size, by_density, outlined)
