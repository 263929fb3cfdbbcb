"""Baselines for pictures: what is had without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.models import Encoded, EncoderSpec, gathered
from embedding_core.params import Param, Params
from embedding_core.picture_batches import decoded

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image as PictureImage

    from embedding_core.collection import Payload

_AT_ONCE = 64
# Colours are counted on a picture of so many pixels a side, at most: more changes no share.
_COUNTED = 128
# Red against green, blue against yellow, white against black, as in the paper.
_BINS = (16, 16, 8)


class PlainPictures:
    """Pictures by a function of their pixels. An encoder, with the capability Stepwise.

    Parameters
    ----------
    describe : callable
        ``describe(payload)`` returns one picture's vector, (dim,) float32.
    dim : int
    """

    def __init__(self, describe: Callable[[Payload], NDArray[np.float32]], dim: int) -> None:
        self._describe = describe
        self.dim = dim

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return a vector for every picture; those that cannot be decoded are named as missing."""
        return gathered(self.steps(payloads), len(payloads), self.dim)

    def steps(self, payloads: Sequence[Payload]) -> Iterator[tuple[Sequence[int], Encoded]]:
        """Embed pictures batch by batch."""
        for batch in decoded(payloads, self._describe, _AT_ONCE):
            rows = np.stack(batch.items) if batch.items else None
            yield list(batch.places), Encoded(batch.spread(rows, (self.dim,)), batch.missing)


@dataclass(frozen=True)
class RawPixels(EncoderSpec):
    """The pixels themselves, of a picture made small."""

    def space(self, params: Params) -> str:
        """Return the space; another size is another one."""
        return f"raw-pixels|{params['side']}"

    def dim(self, params: Params) -> int:
        """Return three for every pixel."""
        return 3 * int(params["side"]) ** 2

    def load(self, params: Params) -> PlainPictures:
        """Load nothing."""
        return PlainPictures(partial(_pixels, int(params["side"])), self.dim(params))


@dataclass(frozen=True)
class ColorHistogram(EncoderSpec):
    """How much of a picture has each colour."""

    def space(self, params: Params) -> str:
        """Return the one space there is."""
        return "color-histogram|" + "x".join(map(str, _BINS))

    def dim(self, params: Params) -> int:
        """Return the number of colours that are told apart."""
        return int(np.prod(_BINS))

    def load(self, params: Params) -> PlainPictures:
        """Load nothing."""
        return PlainPictures(_colors, self.dim(params))


def _pixels(side: int, payload: Payload) -> NDArray[np.float32]:
    """Return a picture squeezed into a square, from black (0) to white (1)."""
    from PIL import Image

    picture = payload.load(side)  # type: ignore[call-arg]
    small = picture.resize((side, side), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32).ravel() / np.float32(255)


def _colors(payload: Payload) -> NDArray[np.float32]:
    """Return the square root of each colour's share.

    The colours are the cells of Swain and Ballard's (1991) three opponent axes. The root makes the
    scalar product of two pictures the Bhattacharyya coefficient of their shares, so that a large
    plain background does not outweigh everything else.
    """
    picture = payload.load(_COUNTED)  # type: ignore[call-arg]
    pixels = np.asarray(_at_most(picture, _COUNTED), dtype=np.float32).reshape(-1, 3)
    red, green, blue = pixels.T
    axes = (
        (red - green + 255) / 510,
        (2 * blue - red - green + 510) / 1020,
        (red + green + blue) / 765,
    )
    places = [
        np.minimum((axis * bins).astype(np.intp), bins - 1)
        for axis, bins in zip(axes, _BINS, strict=True)
    ]
    counts = np.bincount(np.ravel_multi_index(places, _BINS), minlength=int(np.prod(_BINS)))
    return np.sqrt(counts / len(pixels)).astype(np.float32)


def _at_most(picture: PictureImage, side: int) -> PictureImage:
    """Return a picture no larger than a square of `side` pixels; its own pixels where they fit."""
    from PIL import Image

    if max(picture.size) <= side:
        return picture
    width, height = picture.size
    # No new colours: pixels are picked, not mixed.
    return picture.resize((min(width, side), min(height, side)), Image.Resampling.NEAREST)


SPECS = (
    RawPixels(
        name="raw-pixels",
        label="Raw pixels",
        modality="image",
        unit="",
        about=(
            "The colours of a picture made small, pixel by pixel: what is left when a model knows "
            "no shapes. A thing moved aside is another picture."
        ),
        source="a baseline of this project",
        licence="MIT",
        params=(
            Param(
                "side",
                "Pixels a side",
                "number",
                32,
                "The whole picture is squeezed into a square of this side.",
                minimum=4,
                maximum=64,
                step=4,
            ),
        ),
    ),
    ColorHistogram(
        name="color-histogram",
        label="Colour histogram",
        modality="image",
        unit="",
        about=(
            "How much of a picture has each of 2,048 colours, wherever they are: near means of "
            "like colours, whatever is shown."
        ),
        source=(
            "Swain and Ballard, 1991 (opponent axes); square roots as in Arandjelović and "
            "Zisserman, 2012"
        ),
        licence="MIT",
    ),
)
