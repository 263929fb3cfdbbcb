"""Pictures of items side by side: neighbours, copies, what was selected.

>>> tiles = [Tile((cell_of[id_],), ".912", id_) for id_ in nearest]  # doctest: +SKIP
>>> draw_gallery(tiles, pictures, key="near", on_pick=lambda i: select(i))  # doctest: +SKIP
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from numpy import int32
from numpy.typing import NDArray

from ui.components.mounting import mount_payload, mount_view
from ui.components.payload import fingerprint
from ui.components.pictures import Pictures
from ui.components.selection import selection_callback, selection_message

LARGE, SMALL = 72, 48
"""Pixels of a picture's longer side: of few, and of many or in pairs."""


@dataclass(frozen=True)
class Tile:
    """One entry of a gallery.

    Attributes
    ----------
    cells
        Which of the pictures it shows: one, or two of a pair.
    text, more
        What stands under it in one line each, such as a similarity; shown as it is.
    title
        What it is called, for the pointer and for those who do not see it.
    dashed
        Whether its edge is dashed, as the lines to false neighbours are.
    """

    cells: tuple[int, ...]
    text: str = ""
    more: str = ""
    title: str = ""
    dashed: bool = False


def draw_gallery(
    tiles: Sequence[Tile],
    pictures: Pictures,
    *,
    key: str,
    on_pick: Callable[[int], None] | None = None,
    size: int = LARGE,
    describes: str = "Pictures",
    are_sent: bool = False,
) -> None:
    """Draw a gallery.

    Parameters
    ----------
    tiles
        In their order.
    pictures
        The small pictures of the collection.
    key
        Unique on the page.
    on_pick
        Called before the rerun with which tile was clicked.
    size
        Pixels of a picture's longer side.
    describes
        What these pictures are, for those who do not see them.
    are_sent
        Whether a map that stands on the page in every run has the same pictures: they are then
        not sent a second time.

    Raises
    ------
    ValueError
        If a tile names a picture that is not there.
    """
    for tile in tiles:
        if not all(0 <= cell < len(pictures) for cell in tile.cells):
            raise ValueError(f"{tile.title!r} names a picture outside 0 to {len(pictures) - 1}.")
    drawn = [
        {
            "cells": [int(cell) for cell in tile.cells],
            "text": tile.text,
            "more": tile.more,
            "title": tile.title,
            "dashed": tile.dashed,
        }
        for tile in tiles
    ]
    items = fingerprint(pictures.payload.id.encode(), json.dumps(drawn).encode())

    def picked(indices: NDArray[int32]) -> None:
        if on_pick is not None and len(indices):
            on_pick(int(indices[0]))

    mount_view(
        "gallery",
        {
            "pictures": pictures.payload.id,
            "tiles": drawn,
            "size": size,
            "describes": describes,
            "isClickable": on_pick is not None,
            "items": items,
            **selection_message(key, items, len(tiles), ()),
        },
        key=key,
        height="content",
        on_selection=selection_callback(key, items, len(tiles), picked),
    )
    if not are_sent:
        mount_payload(pictures.payload, key=f"{key}-pictures")
