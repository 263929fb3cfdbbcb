"""How items are shown: small pictures of all of them, and one of them large, read or played."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.collection import Collection, Payload
from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from ui import jobs
from ui.components.pictures import Pictures
from ui.plain import plain, shortened
from ui.sound import draw_sound

if TYPE_CHECKING:
    from embedding_core.modalities.audio import Clip
    from embedding_core.thumbnails import Shown

_SHARP, _SHARP_UP_TO = 128, 400
_LARGE, _LEAST = 240, 160
_IN_TABLE = 40
_WHOLE = 400
_SOUND = 330


def are_sounds(collection: Collection) -> bool:
    """Tell whether items are recordings, so that each is played and neighbours can be heard."""
    return collection.modality == "audio"


def are_pictures(collection: Collection) -> bool:
    """Tell whether items are pictures, so that small ones can stand for them."""
    return collection.modality == "image"


def pictures_of(collection: Collection) -> tuple[Pictures | None, Job | None]:
    """Return small pictures of all items, or the job that makes them.

    Both None where items are no pictures, or where no small ones could be made of them.
    """
    if not are_pictures(collection):
        return None, None
    payloads = cast("Sequence[Shown]", collection.payloads)

    def work(job: Job[Pictures]) -> Pictures:
        from embedding_core.thumbnails import sprite

        edge = _edge(payloads)
        made = Pictures(sprite(payloads, edge, progress=job.progress, cancel=job.cancelled))
        _ = made.payload  # packed here, and not while a page waits
        return made

    job = jobs.start(("pictures", collection.fingerprint), work, patience=0.3)
    if jobs.is_stopped(job) or not job.ended:
        return None, job
    return (None if isinstance(job.error, ExplorerError) else job.result()), None


def _edge(payloads: Sequence[Shown]) -> int | None:
    """Return a larger size for few pictures, which are looked at one by one; None for the usual."""
    if len(payloads) > _SHARP_UP_TO:
        return None
    longest = max(max(payload.width, payload.height) for payload in payloads)
    return _SHARP if longest > _SHARP else None


def cells_of(collection: Collection, ids: Sequence[str]) -> NDArray[np.intp] | None:
    """Return which picture of a collection each of some items has; None where item i has i."""
    if tuple(ids) == collection.ids:
        return None
    return np.array([collection.positions[id_] for id_ in ids], dtype=np.intp)


def facts_of(collection: Collection, id_: str) -> list[str]:
    """Return what is known of an item's file before any model; of a text nothing."""
    payload = collection.payloads[collection.positions[id_]]
    facts = []
    name = getattr(payload, "name", "")
    if name and name != id_:
        facts.append(name)
    if are_pictures(collection):
        picture = cast("Shown", payload)
        facts.append(f"{picture.width:,} × {picture.height:,} pixels")
    if are_sounds(collection):
        clip = cast("Clip", payload)
        facts.append(f"{clip.rate:,} samples a second")
        facts.append("mono" if clip.channels == 1 else f"{clip.channels} channels")
    return facts


def show_item(collection: Collection, id_: str) -> None:
    """Draw one item as large as the column: a picture to see, a sound to play, a text to read."""
    payload = collection.payloads[collection.positions[id_]]
    try:
        if are_sounds(collection):
            key = f"sound-{collection.fingerprint[:8]}"
            draw_sound(payload, key=key, height=_SOUND, name=id_, plays=True)
            return
        content = _preview(payload.digest(), collection.modality, payload)
    except ExplorerError as error:
        st.caption(plain(error))
        return
    if isinstance(content, str):
        st.markdown(f"**{plain(shortened(content, _WHOLE))}**")
    else:
        st.image(content, width=_width(payload))


def _width(payload: Payload) -> int | Literal["content"]:
    """Return how wide a picture is shown: whole within a square, small ones hardly enlarged."""
    size = getattr(payload, "width", 0), getattr(payload, "height", 0)
    longer = max(size)
    if not longer:
        return "content"
    return max(1, round(size[0] / longer * min(_LARGE, max(longer, _LEAST))))


@st.cache_resource(max_entries=64, show_spinner=False)
def _preview(digest: bytes, modality: str, _payload: Payload) -> str | bytes:
    """Return an item as text, or as a picture of moderate size."""
    if modality == "image":
        from embedding_core.thumbnails import thumbnail

        # Twice as many pixels as it fills: screens show more than they count.
        return thumbnail(cast("Shown", _payload), 2 * _LARGE)
    return ec.MODALITIES[modality].preview(_payload)


def addresses(pictures: Pictures, cells: Sequence[int]) -> list[str]:
    """Return some of the small pictures as addresses that hold them, for the cells of a table.

    "" where an item has none.
    """
    from PIL import Image

    sprite = pictures.sprite
    blank = set(sprite.blank)
    with Image.open(io.BytesIO(sprite.data)) as image:
        sheet = image.convert("RGBA")
    found = []
    for cell in cells:
        row, column = divmod(int(cell), sprite.columns)
        left, top = column * sprite.edge, row * sprite.edge
        part = sheet.crop((left, top, left + sprite.edge, top + sprite.edge))
        part.thumbnail((_IN_TABLE, _IN_TABLE))
        file = io.BytesIO()
        part.save(file, "WEBP", quality=80, method=0)
        text = base64.b64encode(file.getvalue()).decode("ascii")
        found.append("" if cell in blank else f"data:image/webp;base64,{text}")
    return found
