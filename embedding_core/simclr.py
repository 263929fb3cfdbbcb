"""SimCLR, small: a network that learns pictures by telling one seen twice from all others.

Of every picture two changed versions are made; the network is to find which belong together (Chen,
Kornblith, Norouzi and Hinton, 2020). Pictures of 32 by 32 pixels, three convolutions, one thread.

Imports torch: import this module inside functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from embedding_core.framing import Framed, Framing, stacked
from embedding_core.models import Encoded, gathered
from embedding_core.picture_batches import decoded
from embedding_core.runtime import COMPUTING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Payload

FRAMING = Framing(edge=32, resize=32, mean=(127.5,) * 3, std=(127.5,) * 3, whole=True)
_CHANNELS, _GROUPS = (16, 32, 64), 8
_LOOKED_AT = 256  # pictures at once, where nothing is learned
_SMALLEST_CROP, _WIDEST_CROP = 0.25, 4 / 3
_JITTER, _JITTERED, _GREYED = 0.4, 0.8, 0.2


@dataclass(frozen=True)
class Rule:
    """How pictures are learned.

    Attributes
    ----------
    dim : int
        Length of each vector.
    epochs : int
        How often every picture is seen, twice each time.
    batch : int
        Pictures that are told apart at once: all others are a picture's negatives.
    rate, temperature : float
        How far each step goes; how much the most alike negatives count beside the others.
    pushes : bool
        Whether other pictures are pushed away. If not, nothing keeps vectors apart.
    mirrors : bool
        Whether a picture may be seen mirrored.
    """

    dim: int
    epochs: int
    batch: int
    rate: float
    temperature: float
    pushes: bool = True
    mirrors: bool = False


class SmallNetwork(nn.Module):
    """Three convolutions, a mean over places, a linear layer: the vector; behind it the projection.

    Groups of channels are normalised within each picture, so that a vector does not depend on what
    else is looked at.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 3
        for stride, channels in zip((2, 2, 1), _CHANNELS, strict=True):
            layers += [
                nn.Conv2d(before, channels, 3, stride, 1),
                nn.GroupNorm(_GROUPS, channels),
                nn.ReLU(),
            ]
            before = channels
        self.body = nn.Sequential(*layers)
        self.vector = nn.Linear(before, dim)
        self.projection = nn.Sequential(nn.ReLU(), nn.Linear(dim, dim))

    def forward(self, pictures: Tensor) -> Tensor:
        """Return vectors, (n, dim), of pictures (n, 3, 32, 32)."""
        found: Tensor = self.vector(self.body(pictures).mean(dim=(2, 3)))
        return found


class SmallEncoder:
    """A trained network as an encoder, with the capability Stepwise."""

    def __init__(self, network: SmallNetwork, dim: int) -> None:
        self._network = network
        self.dim = dim

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return sum(weights.nbytes for weights in self._network.parameters())

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return a vector for every picture; those that cannot be decoded are named as missing."""
        return gathered(self.steps(payloads), len(payloads), self.dim)

    def steps(self, payloads: Sequence[Payload]) -> Iterator[tuple[Sequence[int], Encoded]]:
        """Embed pictures batch by batch."""
        for batch in decoded(payloads, FRAMING.frame, _LOOKED_AT):
            rows = look(self._network, stacked(batch.items)) if batch.items else None
            yield list(batch.places), Encoded(batch.spread(rows, (self.dim,)), batch.missing)


def read(
    payloads: Sequence[Payload], told: Callable[[int], None]
) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Decode pictures small; return those that can be, (m, 32, 32, 3), and which they are."""
    found: list[Framed] = []
    places: list[int] = []
    for batch in decoded(payloads, FRAMING.frame, _LOOKED_AT):
        found += batch.items
        places += [batch.places[at] for at in batch.read]
        told(batch.places[-1] + 1)
    pixels = stacked(found) if found else np.zeros((0, 32, 32, 3), np.uint8)
    return pixels, np.array(places, dtype=np.intp)


def look(network: SmallNetwork, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return vectors, (n, dim), of pictures (n, 32, 32, 3)."""
    parts = [pixels[at : at + _LOOKED_AT] for at in range(0, len(pixels), _LOOKED_AT)]
    with _one_thread(), torch.inference_mode():
        rows = [network(FRAMING.normalized(part)).numpy() for part in parts]
    return np.concatenate(rows)


def learn(
    pixels: NDArray[np.uint8],
    rule: Rule,
    seed: int,
    told: Callable[[SmallNetwork, int, int, float | None], None],
) -> SmallNetwork:
    """Learn a network from pictures.

    Parameters
    ----------
    pixels : ndarray of shape (n, 32, 32, 3), uint8
        Two or more.
    rule : Rule
    seed : int
    told : callable
        ``told(network, step, steps, loss)`` before the first step, with no loss, and after each; it
        may raise to stop.
    """
    draw = torch.Generator().manual_seed(seed)
    network = _begun(rule.dim, draw)
    optimizer = torch.optim.Adam(network.parameters(), lr=rule.rate)
    n = len(pixels)
    # One picture alone would have no other to be told from.
    starts = [at for at in range(0, n, rule.batch) if min(n, at + rule.batch) - at > 1]
    steps, done = rule.epochs * len(starts), 0
    told(network, 0, steps, None)
    for _ in range(rule.epochs):
        order = torch.randperm(n, generator=draw).numpy()
        for at in starts:
            with _one_thread():
                pictures = FRAMING.normalized(pixels[order[at : at + rule.batch]])
                views = [altered(pictures, draw, mirrors=rule.mirrors) for _ in range(2)]
                optimizer.zero_grad()
                sides = network.projection(network(torch.cat(views)))
                loss = contrast(sides, rule.temperature, pushes=rule.pushes)
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
            done += 1
            told(network, done, steps, loss.item())
    return network


def contrast(sides: Tensor, temperature: float, *, pushes: bool = True) -> Tensor:
    """Return the NT-Xent loss of the two versions of each picture, (2 n, dim): first all firsts.

    Parameters
    ----------
    sides : Tensor of shape (2 n, dim)
    temperature : float
    pushes : bool
        Without, only how far the two versions of a picture are from each other counts.
    """
    unit = functional.normalize(sides, dim=1)
    n = len(unit) // 2
    if not pushes:
        return (1 - (unit[:n] * unit[n:]).sum(1)).mean() / temperature
    alike = unit @ unit.T / temperature
    alike = alike.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    partner = torch.arange(2 * n).roll(n)
    return functional.cross_entropy(alike, partner)


def altered(pictures: Tensor, draw: torch.Generator, *, mirrors: bool = False) -> Tensor:
    """Return pictures cropped, and their colours changed, each by chance.

    Parameters
    ----------
    pictures : Tensor of shape (n, 3, 32, 32)
        From -1 (black) to 1 (white).
    draw : torch.Generator
    mirrors : bool
    """
    return _recolored(_cropped(pictures, draw, mirrors=mirrors), draw)


def _cropped(pictures: Tensor, draw: torch.Generator, *, mirrors: bool) -> Tensor:
    """Cut a part of each and bring it to the whole's size."""
    n = len(pictures)
    area, ratio, left, top, turn = torch.rand(5, n, generator=draw)
    area = _SMALLEST_CROP + (1 - _SMALLEST_CROP) * area
    ratio = torch.exp((2 * ratio - 1) * math.log(_WIDEST_CROP))
    wide = (area * ratio).sqrt().clamp(max=1)
    high = (area / ratio).sqrt().clamp(max=1)
    where = torch.zeros(n, 2, 3)
    where[:, 0, 0] = wide * torch.where((turn < 0.5) & mirrors, -1.0, 1.0)
    where[:, 1, 1] = high
    where[:, 0, 2] = (2 * left - 1) * (1 - wide)
    where[:, 1, 2] = (2 * top - 1) * (1 - high)
    size = list(pictures.shape)
    grid = functional.affine_grid(where, size, align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def _recolored(pictures: Tensor, draw: torch.Generator) -> Tensor:
    """Change brightness, contrast and saturation of most, and take all colour from some."""
    n = len(pictures)
    chance = torch.rand(2, n, 1, 1, 1, generator=draw)
    factors = 1 + _JITTER * (2 * torch.rand(3, n, 1, 1, 1, generator=draw) - 1)
    changed = (pictures + 1) * factors[0] - 1
    mean = changed.mean(dim=(1, 2, 3), keepdim=True)
    changed = (changed - mean) * factors[1] + mean
    changed = (changed - _grey(changed)) * factors[2] + _grey(changed)
    found = torch.where(chance[0] < _JITTERED, changed.clamp(-1, 1), pictures)
    return torch.where(chance[1] < _GREYED, _grey(found).expand_as(found), found)


def _grey(pictures: Tensor) -> Tensor:
    weights = torch.tensor([0.299, 0.587, 0.114]).reshape(1, 3, 1, 1)
    return (pictures * weights).sum(dim=1, keepdim=True)


def _begun(dim: int, draw: torch.Generator) -> SmallNetwork:
    """Return a network with weights drawn from `draw` alone (He et al., 2015)."""
    network = SmallNetwork(dim)
    for weights in network.parameters():
        if weights.dim() > 1:
            nn.init.kaiming_normal_(weights, generator=draw)
    for layer in network.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)) and layer.bias is not None:
            nn.init.zeros_(layer.bias)
    return network


@contextmanager
def _one_thread() -> Iterator[Any]:
    """Compute on one thread: sums in one order, and other visitors keep the other cores."""
    with COMPUTING:
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(before)
