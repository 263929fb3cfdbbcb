"""The nearest pictures of the selected one in every layer, a row each."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

import embedding_core as ec
from embedding_core.embedding import Embedding
from ui.map import Pictures
from ui.media import addresses, pictures_of
from ui.plain import word
from ui.selection import Selection
from ui.state import picked_cell
from ui.view import View

_NEAREST, _ROW = 5, 46


def show_layer_neighbors(
    view: View,
    layers: Mapping[str, Embedding],
    names: Mapping[str, str],
    layer: str,
    selection: Selection,
) -> None:
    """Draw the nearest pictures, layer by layer; a click selects one."""
    if len(selection.ids) != 1:
        st.caption("Select one picture on the map to see its nearest in every layer.")
        return
    asked = selection.ids[0]
    near = {
        name: [
            neighbor.id
            for neighbor in ec.nearest(
                embedding, asked, min(_NEAREST, len(embedding) - 1), view.metric
            )
        ]
        for name, embedding in layers.items()
    }
    pictures, _ = pictures_of(view.collection)
    columns = _columns(view, list(near.values()), pictures)
    shown = st.column_config.TextColumn if pictures is None else st.column_config.ImageColumn
    table = pd.DataFrame({"Layer": [names[name] for name in near], **columns})
    key = f"{view.choices.page}-layer-near"

    def clicked() -> None:
        cell = picked_cell(key)
        if cell is not None and cell[1] in columns:
            selection.select((list(near.values())[cell[0]][list(columns).index(cell[1])],))

    st.caption(f"Nearest to {word(asked)}, layer by layer; in view is {word(names[layer])}.")
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        row_height=_ROW,
        height="content",
        on_select=clicked,
        selection_mode="single-cell",
        column_config={
            "Layer": st.column_config.TextColumn(width=75),
            **{name: shown(width=60) for name in columns},
        },
    )


def _columns(view: View, near: list[list[str]], pictures: Pictures | None) -> dict[str, list[str]]:
    """Return the cells of the table, column by column: small pictures, or names until then."""
    if pictures is not None:
        cells = [[view.collection.positions[id_] for id_ in row] for row in near]
        every = sorted({cell for row in cells for cell in row})
        drawn = dict(zip(every, addresses(pictures, every), strict=True))
        near = [[drawn[cell] for cell in row] for row in cells]
    return {f"{at + 1}.": list(column) for at, column in enumerate(zip(*near, strict=True))}
