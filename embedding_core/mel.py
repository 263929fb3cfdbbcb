"""Sound as energy in bands: frames, window, Fourier transform and mel filters, many clips at once.

Two mel scales are in use: Slaney's (Auditory Toolbox, 1998), linear below 1,000 Hz, which librosa
takes; and that of the HTK book (Young et al., 2006), which AudioSet's networks take.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from embedding_core.errors import ContractError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

Scale = Literal["slaney", "htk"]
# Frames that are transformed at once: those of more would not fit the processor's cache.
_FRAMES_AT_ONCE = 64
_BREAK_HZ, _HZ_PER_MEL = 1_000.0, 200.0 / 3
_LOG_STEP = np.log(6.4) / 27


def mel_of(hertz: NDArray[np.float64], scale: Scale = "slaney") -> NDArray[np.float64]:
    """Return frequencies in Hz as mel, of the same shape."""
    hertz = np.asarray(hertz, dtype=np.float64)
    if scale == "htk":
        return np.asarray(1127.0 * np.log1p(hertz / 700.0))
    above = np.log(np.maximum(hertz, _BREAK_HZ) / _BREAK_HZ) / _LOG_STEP
    return np.asarray(np.minimum(hertz, _BREAK_HZ) / _HZ_PER_MEL + above)


def hertz_of(mel: NDArray[np.float64], scale: Scale = "slaney") -> NDArray[np.float64]:
    """Return mel as frequencies in Hz, of the same shape."""
    mel = np.asarray(mel, dtype=np.float64)
    if scale == "htk":
        return np.asarray(700.0 * np.expm1(mel / 1127.0))
    bend = _BREAK_HZ / _HZ_PER_MEL
    above = np.exp(_LOG_STEP * np.maximum(mel - bend, 0))
    return np.asarray(np.minimum(mel, bend) * _HZ_PER_MEL * above)


@dataclass(frozen=True)
class FrontEnd:
    """From samples to bands: what a model's ears are set to.

    Attributes
    ----------
    rate : int
        Samples a second.
    window, hop : int
        Samples in a frame, and from one frame's start to the next one's; no more than the frame.
    n_mels : int
        Bands.
    n_fft : int
        Samples that are transformed: the frame, filled up with zeros; `window` where 0.
    low, high : float
        Range of the bands in Hz; up to half the rate where `high` is 0.
    scale : {"slaney", "htk"}
    shape : {"area", "peak", "mel"}
        Filters that are triangles over Hz of equal area, triangles over Hz of height 1, or
        triangles over mel of height 1.
    power : {2, 1}
        Bands of the squared spectrum, or of the spectrum.
    centered : bool
        The first frame's middle is the first sample, with silence before it; else the first
        frame's start is, and only whole frames count.
    """

    rate: int
    window: int
    hop: int
    n_mels: int
    n_fft: int = 0
    low: float = 0.0
    high: float = 0.0
    scale: Scale = "slaney"
    shape: Literal["area", "peak", "mel"] = "area"
    power: Literal[1, 2] = 2
    centered: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.hop <= self.window <= (self.n_fft or self.window):
            raise ContractError(f"frames of {self.window} every {self.hop}, FFT of {self.n_fft}")

    @property
    def seconds(self) -> float:
        """How long a frame lasts."""
        return self.window / self.rate

    def n_frames(self, n_samples: int) -> int:
        """Return how many frames so many samples have."""
        padded = n_samples + (2 * (self.window // 2) if self.centered else 0)
        return max(0, 1 + (padded - self.window) // self.hop)

    def bands(self, clips: Sequence[Array]) -> list[Array]:
        """Return the bands of several clips, which are transformed together.

        Parameters
        ----------
        clips : sequence of ndarray of shape (n_samples,), float32

        Returns
        -------
        list of ndarray of shape (n_frames, n_mels), float32
        """
        if not clips:
            return []
        edge = self.window // 2 if self.centered else 0
        framed = [self._framed(np.pad(clip, edge)) for clip in clips]
        ends = np.cumsum([len(frames) for frames in framed])
        return list(np.split(self._bands(framed), ends[:-1]))

    def stream(self, blocks: Iterable[Array]) -> Iterator[Array]:
        """Yield the bands of one clip that comes in blocks: the same as of the whole.

        Parameters
        ----------
        blocks : iterable of ndarray of shape (n_samples,), float32

        Yields
        ------
        ndarray of shape (n_frames, n_mels), float32
        """
        edge = np.zeros(self.window // 2 if self.centered else 0, np.float32)
        held = edge
        for block in blocks:
            held = np.concatenate([held, block])
            framed = self._framed(held)
            if len(framed):
                yield self._bands([framed])
                held = held[len(framed) * self.hop :]
        framed = self._framed(np.concatenate([held, edge]))
        if len(framed):
            yield self._bands([framed])

    def filters(self) -> Array:
        """Return what each band takes of each frequency, (n_mels, 1 + n_fft // 2)."""
        return _filters(self)

    def _framed(self, samples: Array) -> Array:
        """Return all whole frames as a view, (n_frames, window)."""
        if len(samples) < self.window:
            return np.empty((0, self.window), np.float32)
        return np.lib.stride_tricks.sliding_window_view(samples, self.window)[:: self.hop]

    def _bands(self, framed: list[Array]) -> Array:
        """Return the bands of frames from several clips, one below the other."""
        from scipy.fft import rfft

        filters, shape = _sparse_filters(self), _hann(self.window)
        found = np.empty((sum(map(len, framed)), self.n_mels), np.float32)
        for at, some in _in_chunks(framed, shape):
            spectrum = rfft(some, n=self.n_fft or self.window, axis=1)
            parts = spectrum.view(np.float64)
            np.square(parts, out=parts)
            energy = parts[:, 0::2] + parts[:, 1::2]
            if self.power == 1:
                np.sqrt(energy, out=energy)
            # A frequency lies in two bands at most. And each frame is summed up alone, so that what
            # comes of it is the same whatever frames stand beside it.
            found[at : at + len(some)] = (filters @ energy.T.astype(np.float32, order="C")).T
        return found


def _in_chunks(
    framed: list[Array], shape: NDArray[np.float64]
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield frames under the window's shape, some clips' together, and how many came before."""
    total = sum(map(len, framed))
    # In float32 the transform itself rounds as loud as the quiet bands of a pure tone are.
    room = np.empty((min(total, _FRAMES_AT_ONCE), len(shape)), np.float64)
    done = filled = 0
    for frames in framed:
        start = 0
        while start < len(frames):
            n = min(len(frames) - start, len(room) - filled)
            np.multiply(frames[start : start + n], shape, out=room[filled : filled + n])
            start, filled = start + n, filled + n
            if filled == len(room):
                yield done, room
                done, filled = done + filled, 0
    if filled:
        yield done, room[:filled]


@lru_cache(maxsize=64)
def _hann(n: int) -> NDArray[np.float64]:
    """Return the periodic Hann window, (n,)."""
    found = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    found.setflags(write=False)
    return found


@lru_cache(maxsize=64)
def _sparse_filters(front: FrontEnd) -> Any:
    from scipy.sparse import csr_array

    return csr_array(_filters(front))


@lru_cache(maxsize=64)
def _filters(front: FrontEnd) -> Array:
    n_fft = front.n_fft or front.window
    bins = np.arange(1 + n_fft // 2, dtype=np.float64) * (front.rate / n_fft)
    low, high = mel_of(np.array([front.low, front.high or front.rate / 2]), front.scale)
    edges = np.linspace(low, high, front.n_mels + 2, dtype=np.float64)
    if front.shape == "mel":
        bins = mel_of(bins, front.scale)
    else:
        edges = hertz_of(edges, front.scale)
    steps = np.diff(edges)[:, None]
    rising = (bins - edges[:-2, None]) / steps[:-1]
    falling = (edges[2:, None] - bins) / steps[1:]
    weights = np.maximum(0, np.minimum(rising, falling))
    if front.shape == "area":
        weights *= 2 / (edges[2:] - edges[:-2])[:, None]
    found = np.ascontiguousarray(weights, dtype=np.float32)
    found.setflags(write=False)
    return found
