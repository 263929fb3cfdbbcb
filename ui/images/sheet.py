"""Contact sheets: many pictures in rows or in one strip, with boxes on them, one of them chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import streamlit as st

from embedding_core.collection import Collection
from embedding_core.regions import Box
from ui.components.choosing import mount_chooser, whole_number
from ui.components.mounting import mount_payload
from ui.components.payload import Payload, pack
from ui.components.pictures import Pictures

if TYPE_CHECKING:
    from embedding_core.thumbnails import Shown

_STRIP = 64  # Pixels of a picture in a strip.
_BAR = 20  # Of what is around it, with the bar to scroll.


@dataclass(frozen=True)
class Tile:
    """One picture of a sheet.

    Attributes
    ----------
    cell
        Which of the small pictures.
    title, note
        What stands under it, a line each; shown as it is.
    boxes
        Outlined on it: left, top, right, bottom as fractions of the picture.
    """

    cell: int
    title: str = ""
    note: str = ""
    boxes: tuple[Box, ...] = ()


def draw_sheet(
    tiles: Sequence[Tile],
    pictures: Pictures,
    *,
    key: str,
    height: int,
    size: int = 132,
    lines: int = 2,
    chosen: int = -1,
    summary: str,
    on_choose: Callable[[int], None],
) -> None:
    """Draw pictures in rows, to be scrolled.

    Parameters
    ----------
    tiles
        In their order.
    pictures
        The small pictures.
    key
        Unique on the page.
    height
        Pixels, of everything.
    size
        Pixels of a picture's longer side.
    lines
        How many lines stand under each.
    chosen
        Which of them is marked; -1 for none.
    summary
        What they are, for those who do not see them.
    on_choose
        Called before the rerun with which one was clicked.
    """
    _draw(
        _packed(tiles),
        pictures,
        {"strip": False, "size": size, "lines": lines, "chosen": chosen, "summary": summary},
        key=key,
        height=height,
        n=len(tiles),
        on_choose=on_choose,
    )


def draw_strip(
    collection: Collection,
    pictures: Pictures,
    *,
    key: str,
    chosen: int,
    summary: str,
    on_choose: Callable[[int], None],
) -> None:
    """Draw all pictures of a collection in one strip; as :func:`draw_sheet`."""
    _draw(
        _strip(collection),
        pictures,
        {"strip": True, "size": _STRIP, "lines": 0, "chosen": chosen, "summary": summary},
        key=key,
        height=_STRIP + _BAR,
        n=len(collection),
        on_choose=on_choose,
    )


def shots(collection: Collection, rows: Sequence[int], edge: int) -> Pictures:
    """Return some pictures of a collection, `edge` pixels each, in that order."""
    return _shots(collection, tuple(rows), edge)


@st.cache_resource(
    max_entries=32, show_spinner=False, hash_funcs={Collection: lambda c: c.fingerprint}
)
def _shots(collection: Collection, rows: tuple[int, ...], edge: int) -> Pictures:
    from embedding_core.thumbnails import sprite

    payloads = [cast("Shown", collection.payloads[row]) for row in rows]
    return Pictures(sprite(payloads, edge))


@st.cache_resource(
    max_entries=8, show_spinner=False, hash_funcs={Collection: lambda c: c.fingerprint}
)
def _strip(collection: Collection) -> Payload:
    return _packed([Tile(at, id_) for at, id_ in enumerate(collection.ids)])


def _packed(tiles: Sequence[Tile]) -> Payload:
    boxes = [box for tile in tiles for box in tile.boxes]
    return pack(
        {},
        {
            "cells": np.array([tile.cell for tile in tiles], dtype=np.uint32),
            "counts": np.array([len(tile.boxes) for tile in tiles], dtype=np.uint32),
            "boxes": np.array(boxes, dtype=np.float32).ravel(),
        },
        {"titles": [tile.title for tile in tiles], "notes": [tile.note for tile in tiles]},
    )


def _draw(
    tiles: Payload,
    pictures: Pictures,
    look: Mapping[str, Any],
    *,
    key: str,
    height: int,
    n: int,
    on_choose: Callable[[int], None],
) -> None:
    def changed(message: Mapping[str, Any]) -> None:
        at = whole_number(message, "chosen", n)
        if at is not None:
            on_choose(at)

    with st.container(gap=None):
        mount_payload(pictures.payload, key=f"{key}-pictures")
        mount_payload(tiles, key=f"{key}-tiles")
        mount_chooser(
            "sheet",
            {**look, "pictures": pictures.payload.id, "tiles": tiles.id},
            key=key,
            items=tiles.id,
            height=height,
            on_choose=changed,
        )
