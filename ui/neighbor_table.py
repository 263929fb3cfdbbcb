"""A list of neighbours with bars: the same wherever neighbours are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st

from embedding_core.neighbors import Neighbor
from ui.state import picked_rows

# Pixels: of the table beside a map on a screen of 1,400, of a number, of another column.
_ROOM, _NUMBER, _MORE = 350, 70, 85
_LEAST = 150
_LONG = 24
_TITLES = {
    "cosine": "Cosine",
    "dot": "Dot product",
    "euclidean": "Distance",
    "manhattan": "Distance",
}


def show_neighbors(
    neighbors: Sequence[Neighbor],
    metric: str,
    *,
    key: str,
    title: str = "Item",
    columns: Mapping[str, Sequence[str]] | None = None,
    on_pick: Callable[[str], None] | None = None,
    height: int | Literal["content"] = "content",
) -> None:
    """Draw neighbours, nearest first; beside short names with a bar for the score.

    Parameters
    ----------
    neighbors
        Nearest first.
    metric
        What their scores are.
    key
        Unique on the page.
    title
        The heading of the names.
    columns
        More columns, by heading.
    on_pick
        Called with the id of a row that is clicked.
    height
        Pixels, or as high as its content.
    """
    score = _TITLES[metric]
    table = pd.DataFrame(
        {
            title: [neighbor.id for neighbor in neighbors],
            score: [neighbor.score for neighbor in neighbors],
            **(columns or {}),
        }
    )
    largest = float(table[score].abs().max()) if len(table) else 1.0
    lowest = float(table[score].min()) if len(table) else 0.0
    top = 1.0 if metric == "cosine" else largest or 1.0

    def picked() -> None:
        rows = picked_rows(key)
        if rows and on_pick is not None:
            on_pick(neighbors[rows[0]].id)

    # Beside long names, such as sentences, there is room for a number and none for its bar.
    is_long = max((len(neighbor.id) for neighbor in neighbors), default=0) > _LONG
    shown: Any = (
        st.column_config.NumberColumn(score, format="%.3f", width=_NUMBER)
        if is_long
        else st.column_config.ProgressColumn(
            score, format="%.3f", min_value=min(0.0, lowest), max_value=top
        )
    )
    # A table that answers clicks has cells to click; another has nothing to select.
    clicks: dict[str, Any] = {"on_select": picked, "selection_mode": "single-cell"}
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=height,
        row_height=29,
        **(clicks if on_pick is not None else {}),
        column_config={score: shown, **(_narrowed(title, columns or {}) if is_long else {})},
    )


def _narrowed(title: str, columns: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return widths that keep every column in view beside long names."""
    rest = {name: st.column_config.TextColumn(width=_MORE) for name in columns}
    width = max(_LEAST, _ROOM - _NUMBER - _MORE * len(rest))
    return {title: st.column_config.TextColumn(width=width), **rest}
