"""A voice as a point: the speaker encoder of GE2E (Wan et al., 2018) as Resemblyzer trained it.

The network, its ears, how a clip is cut and how loud it is made are those of the PyPI package
Resemblyzer 0.1.4 (Jemine, 2019), whose weights are read without importing it: it asks for a voice
detector that compiles. Pauses are found by their energy here and by that detector (WebRTC's)
there; without pauses cut, both give the same vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.listening import Clip, Heard, Reading
from embedding_core.mel import FrontEnd
from embedding_core.runtime import COMPUTING
from embedding_core.stretches import WindowEncoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

RATE = 16_000
FRONT = FrontEnd(rate=RATE, window=400, hop=160, n_mels=40)
DIM = 256
PARTIAL = 160
"""Frames that the network looks at: 1.6 s."""
STEP = round(RATE / 1.3 / FRONT.hop)
"""Frames from one look to the next: 1.3 of them a second."""
_SAMPLES = PARTIAL * FRONT.hop
_COVERAGE = 0.75  # share of the last look that must be sound
_LOUDNESS = -30.0  # dB of full scale to which quiet clips are raised

MOMENT = 480
"""Samples that are a pause or not: 30 ms."""
PAUSE = -30.0
"""Level of a pause below the loudest moment of the clip, in dB."""
_SMOOTHED, _WIDENED = 8, 7  # moments
_LEAST_EACH = 4  # windows, of which a core gains by looking at several together
# Clips up to so long are held whole; longer ones are gone through twice.
_SECONDS_HELD = 60


def voice_encoder(weights: Path, *, cut: bool) -> WindowEncoder:
    """Return the encoder with weights of a file that was checked.

    Parameters
    ----------
    weights : Path
        Resemblyzer's ``pretrained.pt``.
    cut : bool
        Whether long pauses are cut out before; over time they stay.
    """
    network = _network(weights)
    return WindowEncoder(
        partial(_read, cut=cut),
        partial(_look, network),
        dim=DIM,
        seconds=_SAMPLES / RATE,
        hop=STEP * FRONT.hop / RATE,
        finish=_to_length_one,
        read_over_time=partial(_read, cut=False),
        nbytes=sum(part.numel() * part.element_size() for part in network.parameters()),
    )


def _read(clip: Clip, *, cut: bool) -> Reading[Array]:
    heard = Heard(clip, RATE)
    yield from _looks_of(_prepared(clip, heard, cut=cut))
    return heard.note(_SAMPLES)


def looks_at(n_samples: int) -> NDArray[np.int64]:
    """Return at which frames the looks at a clip of so many samples start, (n_looks,).

    The last goes beyond the clip where three quarters of it are sound; there is always one.
    """
    n_frames = n_samples // FRONT.hop + 1
    starts = np.arange(0, max(1, n_frames - PARTIAL + STEP + 1), STEP)
    covered = (n_samples - starts[-1] * FRONT.hop) / _SAMPLES
    return starts[:-1] if covered < _COVERAGE and len(starts) > 1 else starts


def _looks_of(blocks: Iterator[Array]) -> Iterator[Array]:
    """Yield windows (k, 160, 40) of a clip that comes in blocks."""
    held = np.empty((0, FRONT.n_mels), np.float32)
    for bands in FRONT.stream(_filled_up(blocks)):
        held = np.concatenate([held, bands])
        n = max(0, 1 + (len(held) - PARTIAL) // STEP)
        if n:
            views = np.lib.stride_tricks.sliding_window_view(held, PARTIAL, axis=0)
            yield np.ascontiguousarray(views[::STEP][:n].transpose(0, 2, 1))
            held = held[n * STEP :]


def _filled_up(blocks: Iterator[Array]) -> Iterator[Array]:
    """Yield the blocks, and silence up to the end of the last look."""
    n = 0
    for block in blocks:
        n += len(block)
        yield block
    end = (int(looks_at(n)[-1]) + PARTIAL) * FRONT.hop
    yield np.zeros(max(0, end - n), np.float32)


# --- loudness and pauses ----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Treatment:
    """What is done to a clip before it is heard.

    Attributes
    ----------
    gain : float
        By which every sample is multiplied.
    kept : ndarray of shape (n_moments,), bool, or None
        Which moments are no pause; all samples are kept where None.
    """

    gain: float
    kept: NDArray[np.bool_] | None

    @classmethod
    def of(cls, blocks: Iterable[Array], *, cut: bool) -> Treatment:
        """Return what is to be done to a clip that comes in blocks."""
        squares, n = [], 0
        for block in in_moments(blocks):
            n += len(block)
            whole = block[: len(block) // MOMENT * MOMENT].reshape(-1, MOMENT)
            squares.append(np.square(whole, dtype=np.float64).sum(axis=1))
            rest = block[whole.size :]
            if len(rest):
                squares.append(np.square(rest, dtype=np.float64).sum(keepdims=True))
        energies = np.concatenate(squares) if squares else np.zeros(0)
        level = float(np.sqrt(energies.sum() / max(n, 1)))
        gain = max(1.0, 10 ** (_LOUDNESS / 20) / level) if level else 1.0
        return cls(gain, _spoken_moments(energies[: n // MOMENT]) if cut else None)

    def apply(self, blocks: Iterable[Array]) -> Iterator[Array]:
        """Yield the blocks as they are to be heard."""
        done = 0
        for block in in_moments(blocks):
            louder = block * np.float32(self.gain)
            if self.kept is None:
                yield louder
                continue
            kept = self.kept[done : done + len(block) // MOMENT]
            done += len(kept)
            yield louder[: len(kept) * MOMENT].reshape(-1, MOMENT)[kept].ravel()


def _spoken_moments(energies: NDArray[np.float64]) -> NDArray[np.bool_] | None:
    """Return which moments are no pause, (n_moments,); None where none would be left.

    A moment is loud or not; of eight around it most must be, and three on either side are kept
    with it: how Resemblyzer smooths what its detector finds.
    """
    from scipy.ndimage import binary_dilation

    if not len(energies) or not energies.max():
        return None
    loud = energies >= energies.max() * 10 ** (PAUSE / 10)
    n = len(loud)
    around = np.convolve(loud, np.ones(_SMOOTHED), "full")[_SMOOTHED // 2 :][:n]
    kept = binary_dilation(around > _SMOOTHED / 2, np.ones(_WIDENED, dtype=np.bool_))
    return kept if kept.any() else None


def in_moments(blocks: Iterable[Array]) -> Iterator[Array]:
    """Yield the same samples in blocks of whole moments, but for the last."""
    held = np.zeros(0, np.float32)
    for block in blocks:
        held = np.concatenate([held, block])
        whole = len(held) // MOMENT * MOMENT
        if whole:
            yield held[:whole]
            held = held[whole:]
    if len(held):
        yield held


def _prepared(clip: Clip, heard: Heard, *, cut: bool) -> Iterator[Array]:
    """Yield a clip as the network hears it; one that is long is gone through twice."""
    blocks = []
    for block in heard:
        blocks.append(block)
        if heard.n_samples > _SECONDS_HELD * RATE:
            break
    else:
        yield from Treatment.of(blocks, cut=cut).apply(blocks)
        return
    blocks.clear()
    treatment = Treatment.of(Heard(clip, RATE), cut=cut)
    heard.again()
    yield from treatment.apply(heard)


# --- the network ------------------------------------------------------------------------------


def _network(weights: Path) -> Any:
    """Return three LSTM layers and a rectified linear one, whose vectors have length 1."""
    import torch

    class GE2E(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = torch.nn.LSTM(FRONT.n_mels, DIM, 3, batch_first=True)
            self.linear = torch.nn.Linear(DIM, DIM)

        def forward(self, windows: torch.Tensor) -> torch.Tensor:
            _, (last, _) = self.lstm(windows)
            return torch.nn.functional.normalize(torch.relu(self.linear(last[-1])))

    state = torch.load(weights, weights_only=True, map_location="cpu")["model_state"]
    # What the loss learned is of no use here.
    own = {name: value for name, value in state.items() if not name.startswith("similarity_")}
    network = GE2E()
    network.load_state_dict(own)
    return network.eval()


def _look(network: Any, windows: Array) -> Array:
    """Return the vectors of windows, (k, 256).

    An LSTM goes from frame to frame: cores that share each step wait for each other more than they
    work. So each gets windows of its own.
    """
    import torch

    def some(part: Array) -> Array:
        torch.set_num_threads(1)
        with torch.inference_mode():
            return np.asarray(network(torch.from_numpy(part)).numpy())

    with COMPUTING:
        n_threads = torch.get_num_threads()
        n_parts = max(1, min(n_threads, len(windows) // _LEAST_EACH))
        parts = np.array_split(windows, n_parts)
        try:
            with ThreadPoolExecutor(len(parts)) as pool:
                return np.concatenate(list(pool.map(some, parts)))
        finally:
            torch.set_num_threads(n_threads)


def _to_length_one(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector
