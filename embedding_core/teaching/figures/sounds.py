"""Figures of sounds: samples, frames, the mel scale, and what models hear."""

from __future__ import annotations

import numpy as np

from embedding_core.teaching.figures.base import Figure, figure
from embedding_core.teaching.hearing import (
    HEARERS,
    MFCC,
    RATE,
    VOICE,
    heard_by,
    moved_by,
    recording,
    sounds,
    tone_shares,
)
from embedding_core.teaching.hearing import wave_cosine as _wave_cosine


def sample_count(item: str) -> int:
    """Return how many samples a recording has."""
    return len(recording(item).load()[0])


def sample_rate(item: str) -> int:
    """Return how many samples a second a recording has."""
    return int(recording(item).rate)


def wave_cosine(hertz: float, delay: float) -> float:
    """Return the cosine of a pure tone's samples to the same, late by a share of a period."""
    return _wave_cosine(hertz, delay)


def frame_hertz(window: int) -> float:
    """Return which difference of frequencies frames of so many samples can tell."""
    return RATE / window


def frame_milliseconds(window: int) -> float:
    """Return how long a frame of so many samples lasts."""
    return 1_000 * window / RATE


def mel_step(low: float, high: float) -> float:
    """Return how far two frequencies in hertz lie apart in mel, by HTK's formula."""
    from embedding_core.mel import mel_of

    below, above = mel_of(np.array([low, high]), "htk")
    return float(above - below)


def wider_in_mel(steps: list[str]) -> str:
    """Return which step, written "200 to 400 Hz", is the widest in mel."""

    def width(step: str) -> float:
        low, _, high, _ = step.split()
        return mel_step(float(low), float(high))

    return max(steps, key=width)


def recording_count() -> int:
    """Return how many built-in recordings there are."""
    return len(sounds("recordings"))


def sound_dimensions(model: str = MFCC) -> int:
    """Return how many numbers a model gives each recording."""
    return heard_by(model).dim


def tone_share(of_what: str, model: str = MFCC) -> float:
    """Return how often the nearest tone, of another pitch or timbre, shares one of both."""
    return tone_shares(model)[of_what]


def heard_first(model: str = MFCC) -> str:
    """Return what the nearest tone shares more often: pitch or timbre."""
    shares = tone_shares(model)
    return max(shares, key=lambda name: shares[name])


def passed_by(item: str, amount: float, model: str = VOICE, change: str = "pitch") -> int:
    """Return how many others lie nearer to a changed recording than it does itself, unchanged."""
    return moved_by(item, change, amount, model).passed


def least_moved(item: str, amount: float, change: str = "pitch") -> str:
    """Return for which model the fewest others come between a recording and its changed self."""
    return HEARERS[min(HEARERS, key=lambda model: passed_by(item, amount, model, change))]


FIGURES: tuple[Figure, ...] = tuple(
    figure(function)
    for function in (
        sample_count, sample_rate, wave_cosine, frame_hertz, frame_milliseconds, mel_step,
        wider_in_mel, recording_count, sound_dimensions, tone_share, heard_first, passed_by,
        least_moved,
    )
)  # fmt: skip
