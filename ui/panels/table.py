"""The items as a table: their own columns, and how far the map can be trusted at each."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from ui.map import Pictures
from ui.media import addresses
from ui.panels.base import Panel, Shown
from ui.plain import count
from ui.state import picked_rows

# A table holds each picture as text: of more rows that would weigh more than the map.
_PICTURED = 1_000


def show(shown: Shown) -> None:
    """Draw the selected items, or all of them; rows that are ticked are selected."""
    quality, selection = shown.quality, shown.selection
    collection, ids = shown.view.collection, shown.projection.ids
    chosen = selection.positions if len(selection.ids) > 1 else np.arange(len(ids))
    rows = [collection.positions[ids[i]] for i in chosen]
    table = collection.table.iloc[rows].reset_index(drop=True)
    table.insert(0, "item", [ids[i] for i in chosen], allow_duplicates=True)
    is_measured = quality is not None and not quality.sampled
    if quality is not None and is_measured:
        share = quality.point_recall[chosen]
        table.insert(1, "neighbours kept", share, allow_duplicates=True)
    pictured = shown.pictures is not None and len(rows) <= _PICTURED
    if shown.pictures is not None and pictured:
        fingerprint = collection.fingerprint
        column = _addresses(fingerprint, tuple(rows), shown.pictures)
        table.insert(0, "picture", column, allow_duplicates=True)
    table.columns = _unique(list(map(str, table.columns)))
    key = f"{shown.page}-table-{len(rows)}"

    def ticked() -> None:
        picked = picked_rows(key)
        selection.select(tuple(ids[chosen[row]] for row in picked))

    kept = st.column_config.ProgressColumn(
        "Neighbours kept",
        format="percent",
        min_value=0.0,
        max_value=1.0,
        help="Share of its true neighbours that are near it on this map.",
    )
    config: dict[str, Any] = {}
    # A column of the person's own may have such a name too.
    if is_measured:
        config["neighbours kept"] = kept
    if pictured:
        config["picture"] = st.column_config.ImageColumn("Picture", width="small")
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=500,
        row_height=44 if pictured else None,
        on_select=ticked,
        selection_mode="multi-row",
        column_config=config or None,
    )
    what = "selected" if len(rows) < len(ids) else "all"
    st.caption(f"{count(len(rows), 'item')} ({what}); tick rows to select them on the map.")
    if shown.pictures is not None and not pictured:
        st.caption(f"Of more than {_PICTURED:,} rows the pictures are left out; select fewer.")


@st.cache_resource(max_entries=16, show_spinner=False)
def _addresses(fingerprint: str, rows: tuple[int, ...], _pictures: Pictures) -> list[str]:
    """Return the pictures of some rows of the collection of that fingerprint."""
    return addresses(_pictures, rows)


def _unique(names: list[str]) -> list[str]:
    """Number the second and later of equal names: a table shows each column once."""
    taken, result = set(names), list[str]()
    for name in names:
        number, unique = 2, name
        while unique in result or (unique != name and unique in taken):
            unique, number = f"{name} ({number})", number + 1
        result.append(unique)
    return result


PANEL = Panel("table", "Table", show)
