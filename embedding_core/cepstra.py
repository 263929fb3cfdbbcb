"""MFCC: how the loudness of bands goes up and down over the bands, and how that changes in time.

Davis and Mermelstein, 1980; the settings are librosa's (McFee et al., 2015), and so are the values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

FLOOR = 1e-10
"""Energy below which nothing is told apart: -100 dB."""
RANGE = 80.0
"""What lies so many dB below the loudest band of a clip is cut off there."""
_SPAN = 9
"""Frames over which change is measured."""
_HALF = _SPAN // 2


def decibels(bands: Array, loudest: float | None = None) -> Array:
    """Return energies in dB, none more than `RANGE` below the loudest.

    Parameters
    ----------
    bands : ndarray, float32
    loudest : float or None
        The largest energy of the whole clip; that of these bands where None.
    """
    found = np.maximum(bands, np.float32(FLOOR))
    top = float(found.max(initial=FLOOR)) if loudest is None else max(loudest, FLOOR)
    np.log10(found, out=found)
    found *= 10
    return np.maximum(found, np.float32(10 * np.log10(top) - RANGE), out=found)


def cepstra(levels: Array, n: int) -> Array:
    """Return the first cosine coefficients (DCT-II, orthonormal) of levels in dB.

    Parameters
    ----------
    levels : ndarray of shape (n_frames, n_mels), float32
    n : int
        How many coefficients.

    Returns
    -------
    ndarray of shape (n_frames, n), float32
    """
    # In float64, so that rounding does not depend on how many frames come together.
    return (levels.astype(np.float64) @ _cosines(levels.shape[1], n)).astype(np.float32)


@lru_cache(maxsize=64)
def _cosines(n_mels: int, n: int) -> NDArray[np.float64]:
    middles = (np.arange(n_mels) + 0.5) / n_mels
    waves = np.cos(np.pi * np.outer(middles, np.arange(n))) * np.sqrt(2 / n_mels)
    waves[:, 0] *= np.sqrt(0.5)
    return np.asarray(waves)


def with_changes(blocks: Iterable[Array], order: int) -> Iterator[Array]:
    """Yield frames with their rate of change (deltas), and the rate of change of that.

    A change is the slope of the line, or the curvature of the parabola, that fits nine frames best
    (Savitzky and Golay, 1964); at the ends, those of the first and the last nine.

    Parameters
    ----------
    blocks : iterable of ndarray of shape (n_frames, n), float32
        One clip's, in order.
    order : {0, 1, 2}

    Yields
    ------
    ndarray of shape (m, n * (1 + order)), float32
        Together as many frames as came.
    """
    if not order:
        yield from blocks
        return
    held: Array | None = None
    last: Array | None = None
    for block in blocks:
        held = block if held is None else np.concatenate([held, block])
        if len(held) < _SPAN:
            continue
        if last is None:
            yield _ends(held[:_SPAN], order)[:_HALF]
        yield _middle(held, order)
        last, held = held[-_SPAN:], held[-(_SPAN - 1) :]
    if last is not None:
        yield _ends(last, order)[-_HALF:]
    elif held is not None and len(held):
        # Too short to see a change in: the last frame goes on.
        n = len(held)
        yield _ends(np.concatenate([held, np.repeat(held[-1:], _SPAN - n, axis=0)]), order)[:n]


def _middle(frames: Array, order: int) -> Array:
    """Return all frames that have four on either side, with their changes."""
    spans = np.lib.stride_tricks.sliding_window_view(frames, _SPAN, axis=0)
    changes = [spans @ _weights(degree, _HALF) for degree in range(1, order + 1)]
    return np.concatenate([frames[_HALF:-_HALF], *changes], axis=1)


def _ends(frames: Array, order: int) -> Array:
    """Return the frames of one span, with the changes that its line and parabola have there."""
    changes = []
    for degree in range(1, order + 1):
        each = np.stack([_weights(degree, place) for place in range(_SPAN)])
        changes.append(each @ frames)
    return np.concatenate([frames, *changes], axis=1)


@lru_cache(maxsize=64)
def _weights(degree: int, place: int) -> Array:
    """Return what each frame of a span adds to a derivative of their fit at one of them."""
    times = np.arange(_SPAN) - float(place)
    powers = np.vander(times, degree + 1, increasing=True)
    factorial = float(np.prod(np.arange(1, degree + 1)))
    return np.asarray(factorial * np.linalg.pinv(powers)[degree], dtype=np.float32)


class Spread:
    """Mean and standard deviation of frames that come in blocks (Chan, Golub and LeVeque, 1979)."""

    def __init__(self) -> None:
        self.n = 0
        self._mean: NDArray[np.float64] | None = None
        self._squares: NDArray[np.float64] | None = None

    def add(self, frames: Array) -> None:
        """Take frames in, (n_frames, n)."""
        n = len(frames)
        if not n:
            return
        block = frames.astype(np.float64)
        mean = block.mean(axis=0)
        squares = np.square(block - mean).sum(axis=0)
        if self._mean is None or self._squares is None:
            self.n, self._mean, self._squares = n, mean, squares
            return
        apart, total = mean - self._mean, self.n + n
        self._mean = self._mean + apart * (n / total)
        self._squares = self._squares + squares + np.square(apart) * (self.n * n / total)
        self.n = total

    def vector(self) -> Array:
        """Return all means, then all standard deviations, (2 n,)."""
        assert self._mean is not None
        assert self._squares is not None
        deviations = np.sqrt(self._squares / self.n)
        return np.concatenate([self._mean, deviations]).astype(np.float32)
