"""What the points are coloured and sized by: a column, their clusters, or how far to trust each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedding_core.collection import Collection
from embedding_core.figures.colours import (
    Categories,
    Numbers,
    can_colour,
    colours_of,
    default_color,
)
from embedding_core.palette import category_colours
from embedding_core.projection import FEWEST_ITEMS
from embedding_core.quality import EXACT_ITEMS, Quality

NOTHING = "-"
_FEWEST_FOR_CLUSTERS = 10
CLUSTERS = "?clusters"
"""Groups found among the vectors or on the map: ``ui/grouping.py`` has their colours."""
TRUST = "?trust"
# What they are called in a choice, beside a scale, and in a Quality.
TRUST_FIGURES = {
    TRUST: ("Neighbours kept", "true neighbours kept", "point_recall"),
    "?trustworthiness": ("Trustworthiness", "trustworthiness", "point_trustworthiness"),
    "?continuity": ("Continuity", "continuity", "point_continuity"),
}
# A column of such a name cannot be asked for.
_RESERVED = frozenset([NOTHING, CLUSTERS, *TRUST_FIGURES])


def options(collection: Collection, n: int) -> dict[str, str]:
    """Return what a map of `n` of these items can be coloured by, and its name on screen.

    Trust is among it before it has been measured, so that a choice of it survives another map.
    """
    found = {NOTHING: "One colour"}
    found |= {
        name: name
        for name in map(str, collection.table.columns)
        if name not in _RESERVED and can_colour(collection, name)
    }
    clusters = {CLUSTERS: "Clusters"} if n >= _FEWEST_FOR_CLUSTERS else {}
    return found | clusters | _trust_options(n)


def size_options(collection: Collection, n: int) -> dict[str, str]:
    """Return what the points of a map can be sized by, and its name on screen."""
    columns = map(str, collection.table.columns)
    numbers = {
        name: name
        for name in columns
        if name not in _RESERVED
        and can_colour(collection, name)
        and isinstance(_of_column(collection, name, collection.ids), Numbers)
    }
    return {NOTHING: "All alike"} | numbers | _trust_options(n)


def column_of(name: str, collection: Collection) -> str | None:
    """Return the column that a choice of colour names, None where it is something else."""
    if name in _RESERVED:
        return None
    return name if name in map(str, collection.table.columns) else None


def default_column(collection: Collection, preferred: str) -> str:
    """Return the column to colour by where nothing was chosen."""
    found = default_color(collection, preferred) or NOTHING
    return NOTHING if found in _RESERVED else found


def colour_by(
    name: str, collection: Collection, ids: tuple[str, ...], quality: Quality | None
) -> dict[str, Any]:
    """Return the colours of the items `ids`, as :class:`ui.map.Style` takes them."""
    found = _measured(name, collection, ids, quality)
    if isinstance(found, Categories):
        return {
            "codes": found.codes,
            "categories": tuple(zip(found.names, found.colours, strict=True)),
        }
    return {} if found is None else {"values": found.values, "value_title": title_of(name)}


def sizes_by(
    name: str, collection: Collection, ids: tuple[str, ...], quality: Quality | None
) -> dict[str, Any]:
    """Return the sizes of the items `ids`, as :class:`ui.map.Style` takes them."""
    found = _measured(name, collection, ids, quality)
    if not isinstance(found, Numbers):
        return {}
    known = found.values[np.isfinite(found.values)]
    return {
        "sizes": _from_0_to_1(found.values),
        "size_title": title_of(name),
        "size_range": (float(known.min()), float(known.max())) if known.size else None,
    }


def title_of(name: str) -> str:
    """Return what stands beside the scale of a choice."""
    if name == CLUSTERS:
        return "cluster"
    return TRUST_FIGURES[name][1] if name in TRUST_FIGURES else name


def _trust_options(n: int) -> dict[str, str]:
    if not FEWEST_ITEMS <= n <= EXACT_ITEMS:
        return {}
    return {name: label for name, (label, _, _) in TRUST_FIGURES.items()}


def _measured(
    name: str, collection: Collection, ids: tuple[str, ...], quality: Quality | None
) -> Categories | Numbers | None:
    if name in TRUST_FIGURES:
        if quality is None or quality.sampled:
            return None
        return Numbers(getattr(quality, TRUST_FIGURES[name][2]))
    if column_of(name, collection) is None:
        return None
    return _of_column(collection, name, ids)


def _from_0_to_1(values: NDArray[np.float32]) -> NDArray[np.float32]:
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    scaled = (values - low) / (high - low) if high > low else np.where(np.isfinite(values), 0.5, 0)
    return np.nan_to_num(scaled, nan=0.0).astype(np.float32)


def of_labels(labels: Sequence[str]) -> dict[str, Any]:
    """Return colours by a label of each item, as :class:`ui.map.Style` takes them."""
    names = sorted(set(labels))
    place = {name: code for code, name in enumerate(names)}
    return {
        "codes": np.array([place[label] for label in labels], dtype=np.int32),
        "categories": tuple(zip(names, category_colours(len(names)), strict=True)),
    }


@st.cache_resource(
    max_entries=64, show_spinner=False, hash_funcs={Collection: lambda c: c.fingerprint}
)
def _of_column(collection: Collection, name: str, ids: tuple[str, ...]) -> Categories | Numbers:
    return colours_of(collection, name, ids)
