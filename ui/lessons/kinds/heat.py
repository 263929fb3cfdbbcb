"""A matrix of numbers as colours."""

from __future__ import annotations

from embedding_core.teaching.pictures import Heat
from ui.heatmap import draw_heatmap, scale_of

_VALUES_UP_TO = 14


def draw(picture: Heat, *, key: str, height: int, summary: str) -> None:
    """Draw it, with the numbers in the cells where they are few."""
    is_value = picture.metric == "value"
    scale = scale_of(picture.matrix, "dot" if is_value else picture.metric)
    draw_heatmap(
        picture.matrix,
        picture.rows,
        picture.columns,
        key=key,
        values_in_cells=max(picture.matrix.shape) <= _VALUES_UP_TO,
        height=height,
        summary=summary,
        file_name="lesson",
        **(scale | ({"title": picture.title} if picture.title else {})),
    )
