"""Which part of a picture a network looks at, and how it is brought to the network's size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import ContractError

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray
    from PIL import Image

    from embedding_core.collection import Payload

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Framed:
    """A picture as a network gets it.

    Attributes
    ----------
    pixels : ndarray of shape (edge, edge, 3), uint8
    box : tuple of float
        Left, top, right, bottom of the part it shows, as fractions of the upright picture.
    """

    pixels: NDArray[np.uint8]
    box: Box


@dataclass(frozen=True)
class Framing:
    """What is done to every picture before the network.

    The shorter side is brought to `resize` pixels and a square of `edge` pixels is cut from the
    middle, as torchvision's and timm's own transforms do it; then `mean` is taken off and the rest
    divided by `std`.

    Attributes
    ----------
    edge, resize : int
        In pixels; `resize` is not less than `edge`.
    mean, std : tuple of three floats
        Of red, green and blue, in units of 0 to 255.
    bicubic : bool
        Smooth by cubic weights; else by linear ones. Both take in all pixels that become one.
    whole : bool
        Squeeze the whole picture into the square in place of cutting.
    """

    edge: int
    resize: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    bicubic: bool = False
    whole: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.edge <= self.resize:
            raise ContractError(f"a framing cuts {self.edge} of {self.resize} pixels")

    def at(self, edge: int | None, *, whole: bool = False) -> Framing:
        """Return the same part of the picture, or all of it, in a square of `edge` pixels."""
        edge = edge or self.edge
        resize = round(self.resize * edge / self.edge)
        return replace(self, edge=edge, resize=resize, whole=whole)

    def frame(self, payload: Payload) -> Framed:
        """Decode and cut a picture. Raises UnreadableItemError where it cannot be decoded."""
        picture = payload.load(self.edge if self.whole else self.resize)  # type: ignore[call-arg]
        return self.cut(picture)

    def cut(self, picture: Image.Image) -> Framed:
        """Cut an upright RGB picture."""
        from PIL import Image

        width, height = picture.size
        filter_ = Image.Resampling.BICUBIC if self.bicubic else Image.Resampling.BILINEAR
        box = (0.0, 0.0, 1.0, 1.0) if self.whole else self._middle(width, height)
        left, top, right, bottom = box
        # Only the part that is kept is resized: of a strip of 1 x 5,000 pixels the rest would be
        # larger than memory.
        part = (left * width, top * height, right * width, bottom * height)
        small = picture.resize((self.edge, self.edge), filter_, box=part)
        return Framed(np.asarray(small, dtype=np.uint8), box)

    def normalized(self, pixels: NDArray[np.uint8]) -> torch.Tensor:
        """Return framed pictures (n, edge, edge, 3) as a network takes them.

        Returns
        -------
        torch.Tensor of shape (n, 3, edge, edge), float32
            The channels of a pixel still lie side by side, as is quicker on a processor.
        """
        import torch

        entering = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
        mean, std = (torch.tensor(each).reshape(1, 3, 1, 1) for each in (self.mean, self.std))
        return entering.sub_(mean).div_(std)

    def _middle(self, width: int, height: int) -> Box:
        shorter, longer = sorted((width, height))
        stretched = self.resize * longer // shorter
        edges = [_span(self.resize, self.edge), _span(stretched, self.edge)]
        if width > height:
            edges.reverse()
        (left, right), (top, bottom) = edges
        return left, top, right, bottom


def stacked(framed: Sequence[Framed]) -> NDArray[np.uint8]:
    """Return pictures as one array (n, edge, edge, 3)."""
    return np.stack([each.pixels for each in framed])


def _span(side: int, edge: int) -> tuple[float, float]:
    """Return where a cut of `edge` pixels from the middle of `side` begins and ends, as shares."""
    start = round((side - edge) / 2)
    return start / side, (start + edge) / side
