"""What the points are coloured by: a column of the person's table, or how far to trust each."""

from __future__ import annotations

from typing import Any

import streamlit as st

from embedding_core.collection import Collection
from embedding_core.figures.colours import (
    Categories,
    Numbers,
    can_colour,
    colours_of,
    default_color,
)
from embedding_core.projection import FEWEST_ITEMS
from embedding_core.quality import EXACT_ITEMS, Quality

NOTHING = "-"
TRUST = "?trust"


def options(collection: Collection, n: int) -> dict[str, str]:
    """Return what a map of `n` of these items can be coloured by, and its name on screen.

    Trust is among it before it has been measured, so that a choice of it survives another map.
    """
    found = {NOTHING: "One colour"}
    found |= {
        name: name
        for name in map(str, collection.table.columns)
        if name not in found and can_colour(collection, name)
    }
    if FEWEST_ITEMS <= n <= EXACT_ITEMS:
        found[TRUST] = "Neighbours kept"
    return found


def default_column(collection: Collection, preferred: str) -> str:
    """Return the column to colour by where nothing was chosen."""
    return default_color(collection, preferred) or NOTHING


def colour_by(
    name: str, collection: Collection, ids: tuple[str, ...], quality: Quality | None
) -> dict[str, Any]:
    """Return the colours of the items `ids`, as :class:`ui.map.Style` takes them."""
    if name == TRUST and quality is not None:
        return {"values": quality.point_recall, "value_title": "true neighbours kept"}
    if name == NOTHING or name not in collection.table.columns:
        return {}
    found = _of_column(collection, name, ids)
    if isinstance(found, Numbers):
        return {"values": found.values, "value_title": name}
    return {
        "codes": found.codes,
        "categories": tuple(zip(found.names, found.colours, strict=True)),
    }


@st.cache_resource(
    max_entries=64, show_spinner=False, hash_funcs={Collection: lambda c: c.fingerprint}
)
def _of_column(collection: Collection, name: str, ids: tuple[str, ...]) -> Categories | Numbers:
    return colours_of(collection, name, ids)
