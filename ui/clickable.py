"""A table whose rows stand for items: a click on one selects them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from ui.panels.base import Shown
from ui.state import picked_rows

_ROW, _ROWS = 29, 8


def show_clickable(
    shown: Shown,
    name: str,
    table: pd.DataFrame,
    items: Callable[[int], NDArray[Any]],
    config: Mapping[str, Any],
    rows: int = _ROWS,
) -> None:
    """Draw a table; a click on a row selects the items that it stands for, where there are some.

    Parameters
    ----------
    shown
        What is on screen.
    name
        Unique among such tables on the page.
    table
        What is drawn.
    items
        Gives the items of a row, as places in the embedding.
    config
        Of columns, as ``st.dataframe`` takes it.
    rows
        Longer tables scroll; with their heading they are this high.
    """
    key = f"{shown.page}-{name}"
    ids, selection = shown.view.embedding.ids, shown.selection

    def clicked() -> None:
        picked = picked_rows(key)
        chosen = tuple(ids[at] for at in items(picked[0])) if picked else ()
        if chosen:
            selection.select(chosen)

    st.dataframe(
        table,
        key=key,
        hide_index=True,
        row_height=_ROW,
        height=(rows + 1) * _ROW - 19 if len(table) >= rows else "content",
        on_select=clicked,
        selection_mode="single-cell",
        column_config=dict(config),
    )
