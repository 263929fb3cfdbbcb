"""What the points are coloured by: a column of the person's table, or how far to trust each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedding_core.collection import Collection
from embedding_core.palette import category_colours
from embedding_core.quality import Quality
from ui.map import MAX_CATEGORIES

NOTHING = "-"
TRUST = "?trust"
_MOSTLY = 0.95
_FEW_VALUES = 20


@dataclass(frozen=True)
class Colouring:
    """Colours of all items: categories or numbers, or neither."""

    codes: NDArray[Any] | None = None
    categories: tuple[tuple[str, str], ...] = ()
    values: NDArray[np.float32] | None = None
    title: str = ""

    def style(self) -> dict[str, Any]:
        """Return what :class:`ui.map.Style` takes of it."""
        if self.values is not None:
            return {"values": self.values, "value_title": self.title}
        return {"codes": self.codes, "categories": self.categories}


def options(collection: Collection, quality: Quality | None) -> dict[str, str]:
    """Return what a map of these items can be coloured by, and what that is called on screen."""
    found = {NOTHING: "One colour"}
    for name in map(str, collection.table.columns):
        if name not in found and _is_colourable(collection, name):
            found[name] = name
    if quality is not None and not quality.sampled:
        found[TRUST] = "Neighbours kept"
    return found


def default_column(collection: Collection, preferred: str) -> str:
    """Return the column to colour by where nothing was chosen: the first of few categories."""
    names = list(map(str, collection.table.columns))
    if preferred in names:
        return preferred
    for name in names:
        if 2 <= collection.table[name].nunique() <= min(40, len(collection) // 2):
            return name
    return NOTHING


def colour_by(
    name: str, collection: Collection, ids: tuple[str, ...], quality: Quality | None
) -> Colouring:
    """Return the colours of the items `ids`."""
    if name == TRUST and quality is not None:
        return Colouring(values=quality.point_recall, title="true neighbours kept")
    if name == NOTHING or name not in collection.table.columns:
        return Colouring()
    return _of_column(collection, name, ids)


@st.cache_resource(
    max_entries=64, show_spinner=False, hash_funcs={Collection: lambda c: c.fingerprint}
)
def _of_column(collection: Collection, name: str, ids: tuple[str, ...]) -> Colouring:
    import pandas as pd

    column = collection.table[name].iloc[[collection.positions[id_] for id_ in ids]]
    numbers = _numbers(column)
    if numbers is not None:
        return Colouring(values=numbers, title=name)
    codes, labels = pd.factorize(column.astype(str), sort=False)
    # By name, not by first sight: the same labels look the same in every list that has them.
    order = sorted(range(len(labels)), key=lambda i: str(labels[i]).casefold())
    place = np.empty(len(labels), np.int32)
    place[order] = np.arange(len(labels))
    names = [str(labels[i]) or "(empty)" for i in order]
    return Colouring(place[codes], tuple(zip(names, category_colours(len(names)), strict=True)))


def _numbers(column: Any) -> NDArray[np.float32] | None:
    """Return a column's numbers, NaN where a cell has none; None where it holds categories."""
    import pandas as pd

    filled = column[column.astype(str) != ""]
    values = pd.to_numeric(filled, errors="coerce")
    if not len(filled) or values.notna().mean() < _MOSTLY or values.nunique() <= _FEW_VALUES:
        return None
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(np.float32, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan).astype(np.float32)


def _is_colourable(collection: Collection, name: str) -> bool:
    column = collection.table[name]
    distinct = column.astype(str).nunique()
    return (
        distinct <= min(MAX_CATEGORIES, max(len(collection) - 1, 1)) or _numbers(column) is not None
    )
