"""Pictures from files: their header at once, their pixels upright and in RGB when asked for."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

from embedding_core.errors import UnreadableItemError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image as Pil
    from PIL.ImageFile import ImageFile

# Those that no other program runs for (EPS starts Ghostscript) and that a picture is kept in.
FORMATS = (
    "PNG", "JPEG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "AVIF", "JPEG2000", "PPM", "ICO",
)  # fmt: skip
_HEIF = "HEIF"
_ORIENTATION = 0x0112
_ON_ITS_SIDE = (5, 6, 7, 8)
"""EXIF orientations in which width and height change places."""
_RANGES = (255, 65_535, 4_294_967_295)
"""What white can be in a picture of whole numbers."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture's file says of it before it is decoded.

    Attributes
    ----------
    width, height : int
        Pixels as it is shown, turned as the camera was held.
    format : str
        Such as ``"JPEG"``.
    """

    width: int
    height: int
    format: str


def max_megapixels() -> float:
    """Return how many megapixels a picture may have, from ``EMBEDDING_MAX_MEGAPIXELS``."""
    return float(os.environ.get("EMBEDDING_MAX_MEGAPIXELS", "120"))


def max_picture_mb() -> int:
    """Return how many MB the file of a picture may have, from ``EMBEDDING_MAX_PICTURE_MB``."""
    return int(os.environ.get("EMBEDDING_MAX_PICTURE_MB", "512"))


def check_bytes(nbytes: int, name: str) -> None:
    """Raise UnreadableItemError where a picture's file is empty or too large to be looked at."""
    if not nbytes:
        raise UnreadableItemError(name, "it is empty (0 bytes); copy it again.")
    if nbytes > max_picture_mb() << 20:
        raise UnreadableItemError(
            name,
            f"its file has {nbytes >> 20:,} MB and the limit is {max_picture_mb():,} MB; make it "
            "smaller, or set EMBEDDING_MAX_PICTURE_MB to a higher number before starting.",
        )


def read_header(data: bytes, name: str) -> Header:
    """Tell what a picture is, without decoding it.

    Raises
    ------
    UnreadableItemError
        If it is no picture, or over a limit.
    """
    check_bytes(len(data), name)
    image = _opened(data, name)
    width, height = image.size
    turned = False
    # A TIFF gives its size as it is shown. PNG looks for EXIF behind the pixels too, and decodes
    # them for it.
    if image.format not in ("TIFF", "PNG") or "exif" in image.info or b"eXIf" in data:
        with suppress(Exception):
            turned = image.getexif().get(_ORIENTATION) in _ON_ITS_SIDE
    if turned:
        width, height = height, width
    return Header(width, height, image.format or "")


def decode(data: bytes, name: str, edge: int | None = None) -> Pil.Image:
    """Decode a picture: upright, in RGB, of an animation the first frame.

    Transparency lies on white. Grey values of 16 and 32 bits are scaled to 8, by what white is in
    their type; floating point by 0 to 1, 0 to 255 or else its own range. Colour profiles are not
    applied, as the preprocessing of the usual networks does not.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        What it is called, for messages.
    edge : int, optional
        The shorter side that is needed. A JPEG is then decoded at an eighth, a quarter or half of
        its size where that is still enough, which costs a fraction of the time and memory.

    Returns
    -------
    PIL.Image.Image
        Its shorter side at least `edge`, or all there is.

    Raises
    ------
    UnreadableItemError
        If it cannot be decoded, or is over a limit.
    """
    from PIL import ImageOps

    image = _opened(data, name)
    try:
        if edge is not None:
            image.draft("RGB", (edge, edge))
        image.load()
        # Damaged EXIF: the picture is shown as it lies.
        with suppress(Exception):
            ImageOps.exif_transpose(image, in_place=True)
        return _in_rgb(image)
    except MemoryError as problem:
        raise UnreadableItemError(
            name, f"its {_size(image)} do not fit in memory; make it smaller."
        ) from problem
    except Exception as problem:  # A decoder may stumble in any way over a damaged file.
        raise UnreadableItemError(
            name, f"it is damaged or cut short ({_in_short(problem)}); copy or save it again."
        ) from problem


def _opened(data: bytes, name: str) -> ImageFile:
    """Open a picture as far as its header, and refuse one that is too large to decode."""
    from PIL import Image

    formats = _prepared()
    try:
        image = Image.open(BytesIO(data), formats=formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        found = re.search(r"(\d+) pixels", str(problem))
        raise _too_large(int(found[1]) if found else 0, "", name) from problem
    except Exception as problem:  # Headers are damaged in more ways than there are errors for.
        raise UnreadableItemError(name, _why_not(data, _HEIF in formats)) from problem
    pixels = image.width * image.height
    if pixels > max_megapixels() * 1e6:
        raise _too_large(pixels, f"{_size(image)}, ", name)
    if not pixels:
        raise UnreadableItemError(name, f"it has {_size(image)}; save it again.")
    return image


def _prepared() -> tuple[str, ...]:
    """Return the formats that can be opened here, with Pillow's own limit out of our way."""
    from PIL import Image

    # Beyond that number Pillow warns, and beyond twice as many it stops, without a way out. Ours
    # is the one that a person can set.
    known, ours = Image.MAX_IMAGE_PIXELS, int(max_megapixels() * 1e6)
    if known is not None and known < ours:
        Image.MAX_IMAGE_PIXELS = ours
    return (*FORMATS, _HEIF) if _opens_heif() else FORMATS


@cache
def _opens_heif() -> bool:
    """Tell whether the package that reads iPhones' HEIC is installed, and let it do so."""
    if find_spec("pillow_heif") is None:
        return False
    import_module("pillow_heif").register_heif_opener()
    return True


def _too_large(pixels: int, size: str, name: str) -> UnreadableItemError:
    return UnreadableItemError(
        name,
        f"it has {size}{pixels / 1e6:,.0f} megapixels, and the limit is {max_megapixels():,.0f}; "
        "make it smaller, or set EMBEDDING_MAX_MEGAPIXELS to a higher number before starting.",
    )


def _size(image: Pil.Image) -> str:
    return f"{image.width:,} x {image.height:,} pixels"


def _in_short(problem: Exception) -> str:
    return " ".join(str(problem).split())[:80] or type(problem).__name__


def _why_not(data: bytes, heif: bool) -> str:
    """Tell why something is no picture, by how it begins."""
    head = data[:64]
    if head[4:8] == b"ftyp" and not heif:
        return (
            "it is a HEIC picture, which needs one package more; run `pip install pillow-heif`, or "
            "save it as JPEG."
        )
    if head.lstrip().startswith((b"<svg", b"<?xml")):
        return "it is a drawing (SVG), not a picture of pixels; save it as PNG."
    if head.startswith(b"%PDF"):
        return "it is a PDF; save its pages as pictures."
    if all(byte >= 32 or byte in b"\t\n\r\f" for byte in head):
        return "it is text, whatever its name ends in; bring a picture."
    return "it is no picture of a known kind, or its beginning is damaged; save it as PNG or JPEG."


def _in_rgb(image: Pil.Image) -> Pil.Image:
    """Return a decoded picture in RGB."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        return Image.fromarray(_to_bytes(image)).convert("RGB")
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    clear = image.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    white.alpha_composite(clear)
    return white.convert("RGB")


def _to_bytes(image: Pil.Image) -> NDArray[np.uint8]:
    """Return grey values of more than 8 bits as 0 to 255, (height, width) uint8."""
    import numpy as np

    values = np.asarray(image)
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:
        return np.round(values / np.float32(257)).astype(np.uint8)
    values = np.nan_to_num(values.astype(np.float64), nan=0, posinf=0, neginf=0)
    low, high = float(values.min()), float(values.max())
    whites = (1, 255) if image.mode == "F" else _RANGES
    white: float | None = next((white for white in whites if high <= white), None)
    if low < 0 or white is None:
        # Of no known scale: its own darkest is black and its own lightest white.
        values, white = values - low, max(high - low, 1e-30)
    return np.round(values * (255 / white)).astype(np.uint8)
