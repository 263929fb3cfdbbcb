"""Small pictures of many items, as drawings receive them: all in one, sent once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.figures.pictures import filled, is_crisp
from ui.components.payload import Payload, pack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.thumbnails import Sprite


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
            "crisp": is_crisp(sprite),
        }
        arrays: dict[str, NDArray[Any]] = {
            "data": np.frombuffer(sprite.data, np.uint8),
            "boxes": filled(sprite).ravel(),
        }
        return pack(facts, arrays)
