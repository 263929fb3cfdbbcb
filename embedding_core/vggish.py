"""VGGish: the network of the AudioSet paper, a vector for every 0.96 seconds.

Hershey et al., 2017 (CNN Architectures for Large-Scale Audio Classification). Its ears are set to
the constants that were published with its weights; the layers bear the names of the PyTorch port
torchvggish, whose files these are.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import ModelLoadError
from embedding_core.listening import Clip, Heard, Reading
from embedding_core.mel import FrontEnd
from embedding_core.runtime import COMPUTING
from embedding_core.stretches import WindowEncoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

FRONT = FrontEnd(
    rate=16_000,
    window=400,
    hop=160,
    n_fft=512,
    n_mels=64,
    low=125.0,
    high=7_500.0,
    scale="htk",
    shape="mel",
    power=1,
    centered=False,
)
OFFSET = 0.01
"""Added before the logarithm."""
EXAMPLE = 96
"""Frames in an example."""
DIM = 128
OUTPUTS = ("embedding", "rectified", "pca")
LEAST = FRONT.window + (EXAMPLE - 1) * FRONT.hop
"""Samples of the shortest clip that fills an example."""
_CLIPPED = 2.0  # what is left of the whitened components, on either side of 0
_LAYERS = (64, "pool", 128, "pool", 256, 256, "pool", 512, 512, "pool")


def vggish_encoder(weights: Path, components: Path | None, output: str) -> WindowEncoder:
    """Return the encoder with the weights of a file.

    Parameters
    ----------
    weights : Path
        A state dict, as torchvggish has it.
    components : Path or None
        Its principal components; needed for the output ``"pca"``.
    output : {"embedding", "rectified", "pca"}
        The last layer as it is, as published; its positive part, as torchvggish gives it; or
        whitened and rounded to 8 bits, 0 to 255, as AudioSet and YouTube-8M were released.

    Raises
    ------
    ModelLoadError
        If a file is no such state dict.
    """
    import torch

    with torch.device("meta"):
        network = build()
    _fill(network, weights)
    finish: Any = torch.nn.Identity()
    if output == "rectified":
        finish = torch.nn.ReLU()
    elif output == "pca":
        if components is None:
            raise ModelLoadError("The principal components of VGGish are missing.")
        with torch.device("meta"):
            finish = _whitening()
        _fill(finish, components)

    def look(examples: Array) -> Array:
        with COMPUTING, torch.inference_mode():
            found = finish(network(torch.from_numpy(examples)))
        return np.asarray(found.numpy(), dtype=np.float32)

    seconds = EXAMPLE * FRONT.hop / FRONT.rate
    nbytes = sum(part.numel() * part.element_size() for part in network.parameters())
    return WindowEncoder(
        _read, look, dim=DIM, seconds=seconds, hop=seconds, at_once=16, nbytes=nbytes
    )


def examples(blocks: Iterator[Array]) -> Iterator[Array]:
    """Yield examples (k, 96, 64) of a clip at 16,000 Hz that comes in blocks.

    The rest at the end that fills no example is left out; a clip that fills none is followed by
    silence.
    """
    held = np.empty((0, FRONT.n_mels), np.float32)
    for bands in FRONT.stream(_long_enough(blocks)):
        held = np.concatenate([held, np.log(bands + np.float32(OFFSET))])
        n = len(held) // EXAMPLE
        if n:
            yield held[: n * EXAMPLE].reshape(n, EXAMPLE, -1)
            held = held[n * EXAMPLE :]


def _read(clip: Clip) -> Reading[Array]:
    heard = Heard(clip, FRONT.rate)
    yield from examples(iter(heard))
    return heard.note(LEAST)


def _long_enough(blocks: Iterator[Array]) -> Iterator[Array]:
    n = 0
    for block in blocks:
        n += len(block)
        yield block
    if n < LEAST:
        yield np.zeros(LEAST - n, np.float32)


def build() -> Any:
    """Return six convolutions and three linear layers, the last without a rectifier after it."""
    import torch
    from torch import nn

    class VGGish(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            layers: list[nn.Module] = []
            channels = 1
            for layer in _LAYERS:
                if isinstance(layer, str):
                    layers.append(nn.MaxPool2d(2, 2))
                else:
                    layers += [nn.Conv2d(channels, layer, 3, padding=1), nn.ReLU()]
                    channels = layer
            self.features = nn.Sequential(*layers)
            places = (EXAMPLE // 16) * (FRONT.n_mels // 16)
            self.embeddings = nn.Sequential(
                nn.Linear(channels * places, 4_096),
                nn.ReLU(),
                nn.Linear(4_096, 4_096),
                nn.ReLU(),
                nn.Linear(4_096, DIM),
            )

        def forward(self, examples: torch.Tensor) -> torch.Tensor:
            maps = self.features(examples.unsqueeze(1))
            # The original has its channels last.
            found: torch.Tensor = self.embeddings(maps.permute(0, 2, 3, 1).flatten(1))
            return found

    return VGGish().eval()


def _whitening() -> Any:
    """Return what projects on principal components, clips, and rounds to 8 bits."""
    import torch

    class Whitening(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pca_eigen_vectors = torch.nn.Parameter(torch.empty(DIM, DIM))
            self.pca_means = torch.nn.Parameter(torch.empty(DIM, 1))

        def forward(self, vectors: torch.Tensor) -> torch.Tensor:
            whitened = (vectors - self.pca_means.T) @ self.pca_eigen_vectors.T
            shares = (whitened.clamp(-_CLIPPED, _CLIPPED) + _CLIPPED) / (2 * _CLIPPED)
            return torch.round(255 * shares)

    return Whitening().eval()


def _fill(network: Any, path: Path) -> None:
    """Load a state dict of exactly these names and shapes; no code in the file is run."""
    import torch

    try:
        state = torch.load(path, weights_only=True, map_location="cpu")
        # Taken as they are, not copied over others made before.
        network.load_state_dict({name: part.float() for name, part in state.items()}, assign=True)
    except (OSError, RuntimeError, pickle.UnpicklingError, EOFError, TypeError, ValueError,
            AttributeError, KeyError) as problem:  # fmt: skip
        raise ModelLoadError(
            f"{path.name} cannot be loaded as weights of VGGish ({type(problem).__name__}); it is "
            "damaged or of another network: copy it again."
        ) from problem
    if not all(bool(torch.isfinite(part).all()) for part in network.parameters()):
        raise ModelLoadError(f"{path.name} holds numbers that are not finite; copy it again.")
