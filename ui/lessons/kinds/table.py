"""A few columns of text and numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from embedding_core.teaching.pictures import Table

_ROW = 29


def draw(picture: Table, *, key: str, height: int, summary: str, large: bool) -> None:
    """Draw the table; it scrolls where it is longer than the room it has."""
    table = pd.DataFrame(dict(picture.columns))
    fits = (len(table) + 1) * _ROW + 12 <= height
    st.dataframe(
        table, key=key, hide_index=True, row_height=_ROW, height="content" if fits else height
    )
