"""Small pictures of items for drawings: where each lies in the one that holds all."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from embedding_core.errors import SpaceMismatchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.thumbnails import Shown, Sprite

PICTURED = 2_000
"""Pages of so many items carry their pictures; of more these would weigh more than all else."""

# A WebP without loss begins so.
_LOSSLESS = b"VP8L"


def is_crisp(sprite: Sprite) -> bool:
    """Tell whether pictures were kept without loss, so that their pixels stay squares."""
    return sprite.data[12:16] == _LOSSLESS


def filled(sprite: Sprite) -> NDArray[np.uint16]:
    """Return the part of each cell that a picture fills.

    Returns
    -------
    ndarray of shape (n, 4), uint16
        Left, top, right and bottom in pixels of the cell; all 0 where nothing is in it.
    """
    from PIL import Image

    edge, columns = sprite.edge, sprite.columns
    with Image.open(io.BytesIO(sprite.data)) as image:
        seen = np.asarray(image.convert("RGBA"))[:, :, 3] > 0
    rows = -(-sprite.n // columns)
    cells = np.zeros((rows * edge, columns * edge), dtype=np.bool_)
    height, width = min(seen.shape[0], cells.shape[0]), min(seen.shape[1], cells.shape[1])
    cells[:height, :width] = seen[:height, :width]
    parts = cells.reshape(rows, edge, columns, edge)
    across = np.any(parts, axis=1).reshape(rows * columns, edge)[: sprite.n]
    down = np.any(parts.transpose(0, 2, 1, 3), axis=3).reshape(rows * columns, edge)[: sprite.n]
    boxes = np.stack(
        [
            across.argmax(axis=1),
            down.argmax(axis=1),
            edge - across[:, ::-1].argmax(axis=1),
            edge - down[:, ::-1].argmax(axis=1),
        ],
        axis=1,
    )
    boxes[~across.any(axis=1)] = 0
    return boxes.astype(np.uint16)


def page_pictures(
    collection: Collection | None, ids: Sequence[str], sprite: Sprite | None
) -> dict[str, Any] | None:
    """Return the pictures of a page's items as its script takes them.

    Parameters
    ----------
    collection : Collection, optional
        The items.
    ids : sequence of str
        Those on the page, in its order.
    sprite : Sprite, optional
        Of the whole collection; made of the items on the page where left out.

    Returns
    -------
    dict or None
        None where the items are no pictures, or more than :data:`PICTURED`.

    Raises
    ------
    SpaceMismatchError
        If the sprite is that of other items.
    """
    if collection is None or collection.modality != "image" or len(ids) > PICTURED:
        return None
    if sprite is None:
        from embedding_core.thumbnails import sprite as made

        sprite = made(cast("Sequence[Shown]", collection.select(ids).payloads))
        cells = list(range(len(ids)))
    elif sprite.n != len(collection):
        raise SpaceMismatchError(f"{sprite.n} small pictures", f"{len(collection)} items")
    else:
        cells = [collection.positions[id_] for id_ in ids]
    text = base64.b64encode(sprite.data).decode("ascii")
    return {
        "address": f"data:image/webp;base64,{text}",
        "columns": sprite.columns,
        "edge": sprite.edge,
        "crisp": is_crisp(sprite),
        "cells": cells,
        "boxes": filled(sprite)[cells].tolist(),
    }
