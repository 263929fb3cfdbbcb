"""How each kind of a lesson's pictures is drawn: one file each, listed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from embedding_core.teaching.pictures import (
    Bars,
    Curves,
    Drawn,
    Heat,
    Images,
    Map,
    Picture,
    Sounds,
    Table,
)
from ui.lessons.kinds import bars, curves, heat, images, plane, sounds, table

_DRAWERS: dict[type, Callable[..., None]] = {
    Bars: bars.draw,
    Curves: curves.draw,
    Heat: heat.draw,
    Images: images.draw,
    Map: plane.draw,
    Sounds: sounds.draw,
    Table: table.draw,
}
# Of the height, what the first of several pictures takes.
_FIRST = 0.58


def draw_pictures(drawn: Drawn, *, key: str, height: int, large: bool = False) -> None:
    """Draw the pictures of a view, one below the other.

    Parameters
    ----------
    drawn
        What the view shows.
    key
        The same key and kind of picture in two steps lets a map travel from one to the other.
    height
        Pixels, of all together.
    large
        Whether they are presented, and read from the back row.
    """
    count = len(drawn.pictures)
    for at, picture in enumerate(drawn.pictures):
        share = 1.0 if count == 1 else _FIRST if not at else (1 - _FIRST) / (count - 1)
        _draw(picture, key=f"{key}-{type(picture).__name__}-{at}", height=int(share * height),
              summary=drawn.sentence, large=large)  # fmt: skip


def _draw(picture: Picture, **how: Any) -> None:
    _DRAWERS[type(picture)](picture, **how)
