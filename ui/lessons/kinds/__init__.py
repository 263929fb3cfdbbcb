"""How each kind of a lesson's pictures is drawn: one file each, listed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
# Pixels of a bar, and of axis and legend; of the height, what all but the first may take.
_BAR, _AXES, _LEGEND, _PLAYER = 19, 92, 26, 90
_MOST_BELOW = 0.6
# What a map needs to be read, with its tools; all together may become higher for it.
_LEAST_MAP = 330


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
    heights = _heights(drawn.pictures, height)
    for at, (picture, own) in enumerate(zip(drawn.pictures, heights, strict=True)):
        _draw(
            picture,
            key=f"{key}-{type(picture).__name__}-{at}",
            height=own,
            summary=drawn.sentence,
            large=large,
        )


def _heights(pictures: Sequence[Picture], height: int) -> list[int]:
    """Return the pixels of each: those below the first have what they need, it has the rest.

    A map has as many as it takes to be read, even where all together become higher.
    """
    below = [_needed(picture, height) for picture in pictures[1:]]
    shrunk = min(1.0, _MOST_BELOW * height / (sum(below) or 1))
    below = [int(each * shrunk) for each in below]
    first = height - sum(below)
    if isinstance(pictures[0], Map):
        first = max(first, min(height, _LEAST_MAP))
    return [first, *below]


def _needed(picture: Picture, height: int) -> int:
    if isinstance(picture, Bars):
        return _BAR * len(picture.names) + _AXES + (_LEGEND if picture.groups else 0)
    return _PLAYER if isinstance(picture, Sounds) else int(0.4 * height)


def _draw(picture: Picture, **how: Any) -> None:
    _DRAWERS[type(picture)](picture, **how)
