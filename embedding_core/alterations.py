"""A recording changed in one thing: pitch, speed, noise, loudness; all else stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import InputError
from embedding_core.params import Param, check_seed
from embedding_core.registry import Registry
from embedding_core.sound import SILENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.modalities.audio import Clip, Sound

    Samples = NDArray[np.float32]

MAX_SECONDS = 60.0
"""How much of a clip is altered: pitch and speed take all of it at once."""
# Frames of the phase vocoder: long ones keep low tones, short ones the attacks. In seconds.
_FRAME = 0.046


@dataclass(frozen=True)
class Alteration:
    """One thing that can be done to a recording.

    Attributes
    ----------
    name, label : str
        In code and links, and on screen.
    about : str
        What changes, and what stays.
    amount : Param
        How much, in its unit; at its `neutral` value nothing changes.
    unit : str
        Of the amount.
    neutral : float or None
        None where every amount changes something.
    change : callable
        ``change(samples, rate, amount, rng) -> samples``.
    """

    name: str
    label: str
    about: str
    amount: Param
    unit: str
    neutral: float | None
    change: Callable[[Samples, int, float, np.random.Generator], Samples]


@dataclass(frozen=True)
class Altered:
    """A changed recording.

    Attributes
    ----------
    clip : Clip
        To be embedded and played like any other.
    notes : tuple of str
        What else had to be done to it, each as the rest of a sentence that starts with its name.
    """

    clip: Clip
    notes: tuple[str, ...]


def alter(clip: Clip, name: str, amount: float, *, seed: int = 0) -> Altered:
    """Change one thing of a recording.

    Parameters
    ----------
    clip : Clip
        Of a long one, the first `MAX_SECONDS` are taken.
    name : str
        A name in ``ALTERATIONS``.
    amount : float
        Semitones, times as fast, dB of signal above noise, or dB of gain.
    seed : int
        Of the noise; the same seed gives the same samples.

    Returns
    -------
    Altered
        Mono, at the clip's rate. At the neutral amount, its samples are the clip's own.

    Raises
    ------
    InputError
        If the amount is out of range, or the clip is silent and noise is to be added in proportion.
    UnreadableItemError
        If the clip cannot be decoded.
    """
    from embedding_core.modalities.audio import Clip as Recording

    alteration = ALTERATIONS[name]
    amount = float(alteration.amount.check(amount))
    original, notes = _beginning(clip)
    changed = original.samples
    if amount != alteration.neutral:
        rng = np.random.default_rng(check_seed(seed))
        if name == "noise" and _peak(changed) < SILENT:
            raise InputError(
                f"{clip.name} is silent, so noise cannot be so many dB below it; choose another."
            )
        changed = alteration.change(changed, original.rate, amount, rng)
    changed, more = _within_full_scale(changed, cut=name == "gain")
    title = f"{clip.name}, {alteration.label.lower()} {amount:g} {alteration.unit}".strip()
    return Altered(Recording.of_samples(changed, original.rate, title), (*notes, *more))


def _beginning(clip: Clip) -> tuple[Sound, tuple[str, ...]]:
    """Return a clip's samples, those of the first minute where it is longer."""
    from embedding_core.modalities.audio import Sound

    if clip.seconds <= MAX_SECONDS:
        return clip.listen(), ()
    samples = next(clip.windows(clip.rate, MAX_SECONDS, MAX_SECONDS))
    return Sound(samples, clip.rate, ()), (f"was cut after {MAX_SECONDS:.0f} seconds",)


def _peak(samples: Samples) -> float:
    return float(np.abs(samples).max(initial=0.0))


def _within_full_scale(samples: Samples, *, cut: bool) -> tuple[Samples, tuple[str, ...]]:
    """Bring samples that leave full scale back: cut them off as a recorder does, or all down."""
    peak = _peak(samples)
    if peak <= 1:
        return samples, ()
    if cut:
        share = float(np.mean(np.abs(samples) > 1))
        return np.clip(samples, -1, 1), (f"is clipped: {share:.2g} of its samples",)
    lower = 20 * np.log10(peak)
    return samples / np.float32(peak), (f"was made {lower:.2g} dB quieter to stay in full scale",)


def _shift_pitch(
    samples: Samples, rate: int, semitones: float, rng: np.random.Generator
) -> Samples:
    from librosa.effects import pitch_shift

    frame, padded = _padded(samples, rate)
    found = pitch_shift(padded, sr=rate, n_steps=semitones, n_fft=frame, res_type="soxr_hq")
    return np.asarray(found[: len(samples)], dtype=np.float32)


def _stretch_time(samples: Samples, rate: int, speed: float, rng: np.random.Generator) -> Samples:
    from librosa.effects import time_stretch

    frame, padded = _padded(samples, rate)
    found = time_stretch(padded, rate=speed, n_fft=frame)
    return np.asarray(found[: max(1, round(len(samples) / speed))], dtype=np.float32)


def _padded(samples: Samples, rate: int) -> tuple[int, Samples]:
    """Return the phase vocoder's frame, and samples filled up to it with silence."""
    frame = 2 ** round(np.log2(_FRAME * rate))
    return frame, np.pad(samples, (0, max(0, frame - len(samples))))


def warm_up() -> None:
    """Import and compile what pitch and speed need, which takes long the first time."""
    rng = np.random.default_rng(0)
    _shift_pitch(rng.standard_normal(4_096).astype(np.float32), 8_000, 1.0, rng)


def _add_noise(samples: Samples, rate: int, ratio: float, rng: np.random.Generator) -> Samples:
    """Add white noise that is `ratio` dB below the clip, in energy over its whole length."""
    noise = rng.standard_normal(len(samples))
    signal = np.sqrt(np.mean(np.square(samples, dtype=np.float64)))
    noise *= signal / np.sqrt(np.mean(noise**2)) / 10 ** (ratio / 20)
    return (samples + noise).astype(np.float32)


def _gain(samples: Samples, rate: int, decibels: float, rng: np.random.Generator) -> Samples:
    return samples * np.float32(10 ** (decibels / 20))


ALTERATIONS: Registry[Alteration] = Registry(
    "alteration",
    (
        Alteration(
            "pitch",
            "Pitch",
            "All tones go up or down alike; how long it lasts stays (phase vocoder, resampled).",
            Param(
                "amount", "Semitones", "number", 4.0, "12 are an octave; below 0 is down.",
                -24.0, 24.0, 0.5,
            ),
            "semitones",
            0.0,
            _shift_pitch,
        ),
        Alteration(
            "speed",
            "Speed",
            "It goes by faster or slower; all tones stay (phase vocoder).",
            Param(
                "amount", "Times as fast", "number", 1.5, "Below 1 it is slower.", 0.25, 4.0, 0.05
            ),
            "times",
            1.0,
            _stretch_time,
        ),
        Alteration(
            "noise",
            "Noise",
            "White noise is added, as loud throughout as is said below the clip's mean loudness.",
            Param(
                "amount", "Signal above noise, dB", "number", 10.0,
                "At 0 both are as loud; below 0 the noise is louder.", -20.0, 60.0, 1.0,
            ),
            "dB",
            None,
            _add_noise,
        ),
        Alteration(
            "gain",
            "Gain",
            "It becomes louder or quieter; what would leave full scale is cut off.",
            Param(
                "amount", "Gain, dB", "number", -12.0, "-6 is half the amplitude.",
                -60.0, 40.0, 1.0,
            ),
            "dB",
            0.0,
            _gain,
        ),
    ),
)  # fmt: skip
"""What can be done to a recording, by name."""
