"""One picture, large: heat over its regions, boxes on it, and a box that a person draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedding_core.collection import Payload as Item
from embedding_core.regions import Box, Heat
from ui.components.choosing import mount_chooser
from ui.components.mounting import mount_payload
from ui.components.payload import Payload, pack

if TYPE_CHECKING:
    from embedding_core.thumbnails import Shown

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
_EDGE = 900


@dataclass(frozen=True, eq=False)
class Painted:
    """Heat over a picture, and how it is told.

    Attributes
    ----------
    heat
        What each region adds.
    largest
        The number at the strong ends of the scale, which is centred on zero; of two pictures side
        by side the same.
    title
        What the numbers are.
    for_, against
        What is said of a region above and below zero.
    """

    heat: Heat
    largest: float
    title: str
    for_: str
    against: str


@dataclass(frozen=True, eq=False)
class Matched:
    """How like each other the regions of two pictures are.

    Attributes
    ----------
    values
        (regions of the left, regions of the right) cosines.
    link
        A name that both pictures give.
    is_left
        Which of the two this one is.
    """

    values: NDArray[np.float32]
    link: str
    is_left: bool


def draw_picture(
    item: Item,
    *,
    key: str,
    height: int,
    summary: str,
    painted: Painted | None = None,
    matched: Matched | None = None,
    boxes: Sequence[Box] = (),
    drawn: Box | None = None,
    on_draw: Callable[[Box], None] | None = None,
) -> None:
    """Draw a picture.

    Parameters
    ----------
    item
        A payload of a picture.
    key
        Unique on the page.
    height
        Pixels, of everything.
    summary
        One sentence for those who do not see it.
    painted
        Heat over it.
    matched
        What a linked picture shows while a region of this one is pointed at.
    boxes
        Outlined on it.
    drawn
        The box that the person drew.
    on_draw
        Called before the rerun with a box that was drawn; None where none can be.

    Raises
    ------
    UnreadableItemError
        If the picture cannot be decoded.
    """
    picture = _sent(item.digest(), item)
    heat = None if painted is None else _heat(painted.heat)
    matches = None if matched is None else _matrix(matched.values)
    largest = 0.0 if matched is None else float(np.abs(matched.values).max())
    message: dict[str, Any] = {
        "picture": picture.id,
        "heat": heat and heat.id,
        "matches": matches and matches.id,
        "matchRange": [-largest, largest],
        "matchTitle": "cosine to the region pointed at",
        "seen": list(WHOLE if painted is None else painted.heat.box),
        "boxes": [list(box) for box in boxes],
        "drawn": drawn and list(drawn),
        "draws": on_draw is not None,
        "link": matched and matched.link,
        "isLeft": matched is not None and matched.is_left,
        "summary": summary,
    }
    if painted is not None:
        message |= {
            "range": [-painted.largest, painted.largest],
            "title": painted.title,
            "for": painted.for_,
            "against": painted.against,
        }

    def changed(sent: Mapping[str, Any]) -> None:
        box = _box(sent.get("box"))
        if box is not None and on_draw is not None:
            on_draw(box)

    with st.container(gap=None):
        for name, payload in (("picture", picture), ("heat", heat), ("matches", matches)):
            if payload is not None:
                mount_payload(payload, key=f"{key}-{name}")
        mount_chooser(
            "overlay", message, key=key, items=picture.id, height=height, on_choose=changed
        )


@st.cache_resource(max_entries=64, show_spinner=False)
def _sent(digest: bytes, _item: Item) -> Payload:
    from embedding_core.thumbnails import thumbnail

    data = thumbnail(cast("Shown", _item), _EDGE)
    return pack({}, {"data": np.frombuffer(data, np.uint8)})


def _heat(heat: Heat) -> Payload:
    rows, columns = heat.values.shape
    return pack({"rows": rows, "columns": columns}, {"values": heat.values.ravel()})


def _matrix(values: NDArray[np.float32]) -> Payload:
    return pack({"columns": values.shape[1]}, {"values": values.ravel()})


def _box(raw: object) -> Box | None:
    """Read a box that came from a browser and may be anything."""
    if not isinstance(raw, list) or len(raw) != 4:
        return None
    if not all(isinstance(side, int | float) and 0 <= side <= 1 for side in raw):
        return None
    left, top, right, bottom = map(float, raw)
    return (left, top, right, bottom) if left < right and top < bottom else None
