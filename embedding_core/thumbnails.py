"""Pictures made small: one at a time, or all of a collection in one file."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Protocol

from embedding_core.errors import (
    Cancelled,
    EmptyCollectionError,
    TooLargeError,
    UnreadableItemError,
)

if TYPE_CHECKING:
    from PIL import Image as Pil

    from embedding_core.models import Cancel, Progress

# The more pictures, the smaller each: up to so many of so many pixels.
_EDGES = ((400, 96), (1_000, 64), (4_000, 48), (16_000, 32), (30_000, 24), (120_000, 16))
_SMALLEST = 8
MAX_SIDE = 16_383
"""What WebP can hold."""
_THREADS = 4
_QUALITY = 82
# Of WebP's 0 to 6: little larger than at its best, in a third of the time.
_EFFORT = 2


class Shown(Protocol):
    """What a thumbnail is made of: a payload that is a picture."""

    @property
    def width(self) -> int:
        """Pixels as shown."""

    @property
    def height(self) -> int:
        """Pixels as shown."""

    def load(self, edge: int | None = None) -> Pil.Image:
        """Decode it, its shorter side at least `edge`."""


@dataclass(frozen=True, eq=False)
class Sprite:
    """All pictures of a collection in one file, each in a square cell of its own.

    Attributes
    ----------
    data : bytes
        A WebP. Item i is in column ``i % columns`` and row ``i // columns``, in the middle of its
        cell, its longer side at most `edge`; around it is nothing.
    columns : int
    edge : int
        Pixels of a cell's side.
    n : int
        Items.
    blank : tuple of int
        Items that could not be decoded; their cells are empty.
    """

    data: bytes = field(repr=False)
    columns: int
    edge: int
    n: int
    blank: tuple[int, ...] = ()


def edge_for(payloads: Sequence[Shown]) -> int:
    """Return how large the thumbnails of a collection should be, in pixels.

    Where all pictures are tiny it is a whole multiple of the largest, so that they can be enlarged
    evenly.
    """
    n = len(payloads)
    edge = next((edge for most, edge in _EDGES if n <= most), _SMALLEST)
    largest = max((max(payload.width, payload.height) for payload in payloads), default=edge)
    return largest * (edge // largest) if largest <= edge else edge


def sprite(
    payloads: Sequence[Shown],
    edge: int | None = None,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Sprite:
    """Put all pictures into one.

    Parameters
    ----------
    payloads : sequence
        Pictures, each decoded when its turn comes and let go of again.
    edge : int, optional
        Pixels of a cell's side; chosen by how many pictures there are where left out.
    progress, cancel : callable, optional
        Told of pictures done, and asked between them.

    Raises
    ------
    EmptyCollectionError
        If there is no picture.
    TooLargeError
        If so many do not fit into one file.
    Cancelled
        If `cancel` said so.
    """
    from PIL import Image

    n = len(payloads)
    if not n:
        raise EmptyCollectionError("There are no pictures to make small; bring at least one.")
    edge = edge_for(payloads) if edge is None else edge
    columns = math.ceil(math.sqrt(n))
    if columns * edge > MAX_SIDE:
        raise TooLargeError(
            f"{n:,} pictures of {edge} pixels do not fit into one of {MAX_SIDE:,} by "
            f"{MAX_SIDE:,}; take a part of them, or make them smaller."
        )
    sheet = Image.new("RGBA", (columns * edge, math.ceil(n / columns) * edge))
    blank = []
    for at, small in enumerate(_small_ones(payloads, edge)):
        if cancel is not None and cancel():
            raise Cancelled
        if small is None:
            blank.append(at)
        else:
            row, column = divmod(at, columns)
            left, top = (edge - small.width) // 2, (edge - small.height) // 2
            sheet.paste(small, (column * edge + left, row * edge + top))
        if progress is not None:
            progress(at + 1, n, "pictures made small")
    crisp = all(_enlargement(payload, edge) > 1 for payload in payloads)
    return Sprite(_encoded(sheet, "WEBP", crisp), columns, edge, n, tuple(blank))


def thumbnail(payload: Shown, edge: int, kind: str = "WEBP") -> bytes:
    """Return one picture made small.

    Parameters
    ----------
    payload : Picture
    edge : int
        Pixels of its longer side, at most; a tiny picture is enlarged by a whole factor.
    kind : {"WEBP", "PNG"}
        The format.

    Raises
    ------
    UnreadableItemError
        If it cannot be decoded.
    """
    return _encoded(made_small(payload, edge), kind, _enlargement(payload, edge) > 1)


def made_small(payload: Shown, edge: int) -> Pil.Image:
    """Return a picture with its longer side at most `edge`, tiny ones enlarged without blur.

    Raises
    ------
    UnreadableItemError
        If it cannot be decoded.
    """
    from PIL.Image import Resampling

    longer, shorter = max(payload.width, payload.height), min(payload.width, payload.height)
    image = payload.load(max(1, math.ceil(edge * shorter / max(1, longer))))
    if (factor := _enlargement(payload, edge)) > 1:
        size = (image.width * factor, image.height * factor)
        return image.resize(size, Resampling.NEAREST)
    image.thumbnail((edge, edge), Resampling.LANCZOS, reducing_gap=3)
    return image


def _enlargement(payload: Shown, edge: int) -> int:
    """Return how many times larger a tiny picture can be shown; at least 1."""
    return max(1, edge // max(1, payload.width, payload.height))


def _small_ones(payloads: Sequence[Shown], edge: int) -> Iterator[Pil.Image | None]:
    """Yield each picture made small, None for what cannot be decoded; a few at work at once."""

    def one(payload: Shown) -> Pil.Image | None:
        try:
            return made_small(payload, edge)
        except UnreadableItemError:
            return None

    workers = min(_THREADS, os.cpu_count() or 1)
    ahead: deque[Future[Pil.Image | None]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for payload in payloads:
                ahead.append(pool.submit(one, payload))
                if len(ahead) > 2 * workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()


def _encoded(image: Pil.Image, kind: str, crisp: bool) -> bytes:
    """Return a picture's file; where its pixels are to be seen, without loss."""
    file = BytesIO()
    if kind == "PNG":
        image.save(file, "PNG")
    else:
        image.save(file, "WEBP", quality=_QUALITY, lossless=crisp, method=_EFFORT)
    return file.getvalue()
