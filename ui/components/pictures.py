"""Small pictures of many items, as drawings receive them: all in one, sent once."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ui.components.payload import Payload, pack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.thumbnails import Sprite

_LOSSLESS = b"VP8L"


@dataclass(frozen=True, eq=False)
class Pictures:
    """The pictures of a collection.

    Keep one (``st.cache_resource``) for as long as the items are the same: what it sends is
    computed once, on first use. Map, heatmap and galleries that are given the same one name it by
    its id, and the browser decodes it once for all of them.

    Attributes
    ----------
    sprite
        One picture in which item i is cell i, row by row.
    """

    sprite: Sprite

    def __len__(self) -> int:
        return self.sprite.n

    @cached_property
    def payload(self) -> Payload:
        """What is sent: the picture as it is encoded, and the part of its cell that each fills."""
        sprite = self.sprite
        facts = {
            "columns": sprite.columns,
            "edge": sprite.edge,
            "n": sprite.n,
            # Kept without loss so that its pixels are seen: they stay squares however large.
            "crisp": sprite.data[12:16] == _LOSSLESS,
        }
        arrays: dict[str, NDArray[Any]] = {
            "data": np.frombuffer(sprite.data, np.uint8),
            "boxes": filled(sprite).ravel(),
        }
        return pack(facts, arrays)


def filled(sprite: Sprite) -> NDArray[np.uint16]:
    """Return the part of each cell that is not transparent.

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
