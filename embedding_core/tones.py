"""Made-up sounds of known pitch, timbre and loudness, to see which of them a model hears."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import Collection

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float64]

RATE = 22_050
SECONDS = 0.8
PITCHES = (110, 165, 220, 330, 440, 660, 880, 1_320)
"""In Hz: octaves and fifths above an A."""
LOUDNESS = (-42, -30, -18)
"""Root mean square of a clip in dB of full scale."""
_SWEEPS = ((110, 880), (220, 3_520), (880, 7_040))
_TAKES = 2
_FADE = 0.01
# The partials of a church bell, tuned by its strike note (Fletcher and Rossing, 1998).
_BELL = (
    (0.5, 0.5, 1.0),
    (1.0, 1.0, 2.0),
    (1.2, 0.8, 2.5),
    (1.5, 0.5, 3.0),
    (2.0, 1.0, 4.0),
    (2.5, 0.4, 5.0),
    (3.0, 0.3, 6.0),
    (4.0, 0.25, 8.0),
)


@dataclass(frozen=True)
class Timbre:
    """What a tone is made of.

    Attributes
    ----------
    name : str
    partials : tuple of (float, float, float)
        Each one's frequency as a multiple of the pitch, its amplitude, and how many times a second
        it falls to 1/e (0: it stays).
    """

    name: str
    partials: tuple[tuple[float, float, float], ...]


def _harmonics(amplitude: str, n: int = 60) -> tuple[tuple[float, float, float], ...]:
    """Return the partials of a wave: those that exist, as loud as its Fourier series says."""
    found = []
    for k in range(1, n + 1):
        odd = k % 2 == 1
        level = {
            "saw": 1 / k,
            "square": 1 / k if odd else 0.0,
            "triangle": (-1) ** (k // 2) / k**2 if odd else 0.0,
        }[amplitude]
        if level:
            found.append((float(k), level, 0.0))
    return tuple(found)


TIMBRES = (
    Timbre("sine", ((1.0, 1.0, 0.0),)),
    Timbre("triangle", _harmonics("triangle")),
    Timbre("square", _harmonics("square")),
    Timbre("saw", _harmonics("saw")),
    # As a string: the higher a partial, the sooner it is gone.
    Timbre("pluck", tuple((float(k), 1 / k, 1.5 + k) for k in range(1, 40))),
    Timbre("bell", _BELL),
)
NOISES = (("white noise", 0.0), ("pink noise", 0.5), ("brown noise", 1.0))
"""Names, and how the amplitude falls with frequency: as its power of so much."""


def tones(seed: int = 0) -> Collection:
    """Return the set: every pitch in every timbre at every loudness, sweeps and noises.

    Parameters
    ----------
    seed : int
        Of the noises; the same seed gives the same sounds, byte for byte.

    Returns
    -------
    Collection
        With the columns ``kind`` (tone, sweep, noise), ``timbre``, ``pitch`` in Hz (empty for
        sweeps and noises, which have none), ``loudness`` in dB of full scale, ``seconds``.
    """
    import pandas as pd

    from embedding_core.modalities.audio import Clip, wav

    rows, clips, ids = [], [], []
    for kind, timbre, pitch, name, samples in _sounds(np.random.default_rng(seed)):
        for loudness in LOUDNESS:
            id_ = f"{name} {loudness} dB"
            file = wav(_at_loudness(samples, loudness).astype(np.float32), RATE)
            clips.append(Clip.of_file(file, f"{id_}.wav"))
            ids.append(id_)
            rows.append((kind, timbre, pitch, loudness, SECONDS))
    table = pd.DataFrame(rows, columns=["kind", "timbre", "pitch", "loudness", "seconds"])
    return Collection.of(ids, clips, table, modality="audio", name="tones")


def _sounds(
    rng: np.random.Generator,
) -> Iterator[tuple[str, str, float | None, str, Samples]]:
    """Yield kind, timbre, pitch, name and samples of each."""
    for timbre in TIMBRES:
        for pitch in PITCHES:
            yield "tone", timbre.name, pitch, f"{timbre.name} {pitch} Hz", tone(timbre, pitch)
    for low, high in _SWEEPS:
        for name, ends in (("sweep up", (low, high)), ("sweep down", (high, low))):
            yield "sweep", name, None, f"{name} {low} to {high} Hz", sweep(*ends)
    for name, fall in NOISES:
        for take in range(1, _TAKES + 1):
            yield "noise", name, None, f"{name} {take}", noise(fall, rng)


def _times() -> Samples:
    return np.arange(round(SECONDS * RATE)) / RATE


def tone(timbre: Timbre, pitch: float) -> Samples:
    """Return a tone, (n,), without partials beyond what the rate can carry."""
    times = _times()
    total = np.zeros_like(times)
    for multiple, level, decay in timbre.partials:
        if multiple * pitch < 0.45 * RATE:
            wave = np.sin((2 * np.pi * multiple * pitch) * times)
            total += level * (wave * np.exp(-decay * times) if decay else wave)
    return total


def sweep(start: float, end: float) -> Samples:
    """Return a sine that goes from one pitch to another by as many octaves each moment, (n,)."""
    times = _times()
    octaves = np.log(end / start) / SECONDS
    return np.asarray(np.sin(2 * np.pi * start * np.expm1(octaves * times) / octaves))


def noise(fall: float, rng: np.random.Generator) -> Samples:
    """Return noise whose amplitude falls with frequency, (n,): 0 white, 0.5 pink, 1 brown."""
    n = round(SECONDS * RATE)
    spectrum = np.fft.rfft(rng.standard_normal(n))
    # Below 20 Hz nothing is heard, and all of a brown noise would lie there.
    hertz = np.maximum(np.fft.rfftfreq(n, 1 / RATE), 20.0)
    return np.asarray(np.fft.irfft(spectrum * hertz**-fall, n))


def _at_loudness(samples: Samples, decibels: float) -> Samples:
    """Fade a sound in and out and bring it to a root mean square in dB of full scale."""
    ramp = np.minimum(1.0, _times() / _FADE)
    faded = samples * ramp * ramp[::-1]
    return np.asarray(faded * (10 ** (decibels / 20) / np.sqrt(np.mean(faded**2))))
