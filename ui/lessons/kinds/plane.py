"""Items in the plane, by the map that all pages draw with."""

from __future__ import annotations

from embedding_core.teaching.pictures import Map
from ui.colouring import of_labels
from ui.map import Geometry, Style, draw_map


def draw(picture: Map, *, key: str, height: int, summary: str, large: bool) -> None:
    """Draw the map."""
    style = Style(
        lines=picture.lines,
        line_titles=picture.line_titles,
        extra=picture.extra,
        emphasised=picture.emphasised,
        axis_titles=picture.axis_titles,
        badge=picture.badge,
        **(of_labels(picture.groups) if picture.groups else {}),
    )
    draw_map(
        Geometry(picture.coords, picture.ids),
        style,
        key=key,
        height=height,
        summary=summary,
        file_name="lesson",
    )
