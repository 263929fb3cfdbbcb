"""A matrix of numbers as colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from embedding_core.palette import DIVERGING
from embedding_core.teaching.pictures import Heat
from ui.heatmap import draw_heatmap, scale_of
from ui.lessons.kinds.chart import named_axis, show_chart

_VALUES_UP_TO = 14
# So much wider than high, square cells would leave most of the room empty.
_WIDE = 2.5
_ROW, _AXES = 60, 110


def draw(picture: Heat, *, key: str, height: int, summary: str, large: bool) -> None:
    """Draw it, with the numbers in the cells where they are few."""
    rows, columns = picture.matrix.shape
    if columns > _WIDE * rows:
        show_chart(_wide(picture), key=key, height=min(height, _ROW * rows + _AXES), large=large)
        return
    is_value = picture.metric == "value"
    scale = scale_of(picture.matrix, "dot" if is_value else picture.metric)
    draw_heatmap(
        picture.matrix,
        picture.rows,
        picture.columns,
        key=key,
        values_in_cells=max(rows, columns) <= _VALUES_UP_TO,
        height=height,
        summary=summary,
        file_name="lesson",
        **(scale | ({"title": picture.title} if picture.title else {})),
    )


def _wide(picture: Heat) -> Any:
    """Return a chart whose cells are higher than wide, coloured about zero."""
    import altair as alt

    rows, columns = picture.matrix.shape
    places = np.indices((rows, columns)).reshape(2, -1)
    table = pd.DataFrame(
        {
            "row": places[0],
            "column": places[1],
            "value": picture.matrix.ravel().astype(float),
            "item": [picture.rows[at] for at in places[0]],
            "number": [picture.columns[at] for at in places[1]],
        }
    )
    most = float(np.abs(picture.matrix).max()) or 1.0
    stops, colours = zip(*DIVERGING, strict=True)
    scale = alt.Scale(domain=[most * (2 * stop - 1) for stop in stops], range=list(colours))
    legend = alt.Legend(
        orient="top", title=picture.title or None, format=".2~f", gradientLength=160
    )
    return (
        alt.Chart(table)
        .mark_rect()
        .encode(
            x=alt.X("column:O", axis=named_axis(picture.columns, may_skip=True)),
            y=alt.Y("row:O", axis=named_axis(picture.rows)),
            color=alt.Color("value:Q", scale=scale, legend=legend),
            tooltip=[
                alt.Tooltip("item:N"),
                alt.Tooltip("number:N"),
                alt.Tooltip("value:Q", format=".3f"),
            ],
        )
    )
