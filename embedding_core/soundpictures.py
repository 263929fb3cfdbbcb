"""What a recording looks like: waveform, mel spectrogram, MFCC, and the steps between them.

Made by the very front end that the model ``mfcc`` hears with, at its settings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.cepstra import cepstra, decibels
from embedding_core.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.mel import FrontEnd
    from embedding_core.modalities.audio import Clip
    from embedding_core.params import Params

    Array = NDArray[np.float32]

MAX_SECONDS = 60.0
"""How much of a clip is shown at once."""
COLUMNS = 600
"""How many places a waveform is drawn at."""
_MODEL = "mfcc"


@dataclass(frozen=True, eq=False)
class Waveform:
    """How far a sound swings, place by place.

    Attributes
    ----------
    seconds : ndarray of shape (n,), float64
        Where each place begins.
    low, high : ndarray of shape (n,), float32
        The least and the largest sample there, in [-1, 1].
    """

    seconds: NDArray[np.float64] = field(repr=False)
    low: Array = field(repr=False)
    high: Array = field(repr=False)


@dataclass(frozen=True, eq=False)
class Spectrogram:
    """How loud each band is at each moment.

    Attributes
    ----------
    values : ndarray of shape (n_mels, n_frames), float32
        In dB; nothing is more than 80 below the loudest.
    seconds : ndarray of shape (n_frames,), float64
        The middle of each frame.
    hertz : ndarray of shape (n_mels,), float64
        The middle of each band.
    """

    values: Array = field(repr=False)
    seconds: NDArray[np.float64] = field(repr=False)
    hertz: NDArray[np.float64] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Cepstrogram:
    """The MFCC of each moment.

    Attributes
    ----------
    values : ndarray of shape (n_mfcc, n_frames), float32
        The first coefficient is the loudness, and far larger than the others.
    seconds : ndarray of shape (n_frames,), float64
        The middle of each frame.
    """

    values: Array = field(repr=False)
    seconds: NDArray[np.float64] = field(repr=False)


@dataclass(frozen=True, eq=False)
class SoundPictures:
    """A recording as three pictures of the same time.

    Attributes
    ----------
    waveform : Waveform
    mel : Spectrogram
    mfcc : Cepstrogram
    seconds : float
        How much of it is shown.
    start : float
        Where that begins.
    rate : int
        At which it was heard; half of it is the highest frequency there is.
    notes : tuple of str
        What is odd about it, each as the rest of a sentence that starts with its name.
    """

    waveform: Waveform
    mel: Spectrogram
    mfcc: Cepstrogram
    seconds: float
    start: float
    rate: int
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Step:
    """One step from samples to MFCC, for one moment.

    Attributes
    ----------
    name, label : str
        In code, and on screen.
    about : str
        What is done and why, in one or two sentences.
    x, y : ndarray of shape (n,), float64
        The curve.
    x_label, y_label : str
        With units.
    guides : ndarray of shape (m, n), float64
        Curves drawn thinly with it: the window's shape, the filters of the bands; else (0, n).
    guide_x : ndarray of shape (n,), float64
        Where those lie.
    """

    name: str
    label: str
    about: str
    x: NDArray[np.float64] = field(repr=False)
    y: NDArray[np.float64] = field(repr=False)
    x_label: str
    y_label: str
    guides: NDArray[np.float64] = field(repr=False)
    guide_x: NDArray[np.float64] = field(repr=False)


def sound_pictures(
    clip: Clip, *, start: float = 0.0, columns: int = COLUMNS, **params: object
) -> SoundPictures:
    """Return waveform, mel spectrogram and MFCC of a recording.

    Parameters
    ----------
    clip : Clip
    start : float
        Where to begin, in seconds; `MAX_SECONDS` are shown of a longer one.
    columns : int
        How many places the waveform is drawn at.
    **params
        Settings of the model ``mfcc``.

    Returns
    -------
    SoundPictures

    Raises
    ------
    InputError
        If `start` lies beyond the end, or a setting is out of range.
    UnreadableItemError
        If the clip cannot be decoded.
    """
    settings, front = _heard_with(params)
    samples, notes = _part(clip, front.rate, start)
    levels = _levels(front, samples)
    middles = np.asarray(start + np.arange(len(levels)) * (front.hop / front.rate), np.float64)
    return SoundPictures(
        waveform=_waveform(samples, front.rate, start, columns),
        mel=Spectrogram(levels.T, middles, _band_middles(front)),
        mfcc=Cepstrogram(cepstra(levels, int(settings["n_mfcc"])).T, middles),
        seconds=len(samples) / front.rate,
        start=start,
        rate=front.rate,
        notes=notes,
    )


def mfcc_steps(clip: Clip, at: float, *, start: float = 0.0, **params: object) -> tuple[Step, ...]:
    """Return the classic steps for the frame nearest to a moment.

    Frame, window, Fourier transform, mel bands, logarithm, cosine transform (Davis and Mermelstein,
    1980).

    Parameters
    ----------
    clip : Clip
    at : float
        The moment in seconds; the nearest frame is taken.
    start : float
        As for `sound_pictures`: the part whose loudest moment says what counts as silence.
    **params
        Settings of the model ``mfcc``.

    Returns
    -------
    tuple of Step

    Raises
    ------
    InputError, UnreadableItemError
        As for `sound_pictures`.
    """
    settings, front = _heard_with(params)
    samples, _ = _part(clip, front.rate, start)
    bands = front.bands([samples])[0]
    place = int(np.clip(round((at - start) * front.rate / front.hop), 0, len(bands) - 1))
    frame = _frame(samples, front, place)
    loudest = float(bands.max())
    shape = _hann(front.window)
    power = np.abs(np.fft.rfft(frame * shape, front.n_fft or front.window)) ** 2
    energy = bands[place].astype(np.float64)
    levels = decibels(bands[place : place + 1], loudest)
    n = int(settings["n_mfcc"])
    milliseconds = 1_000 * np.arange(front.window) / front.rate
    frequencies = np.linspace(0, front.rate / 2, len(power))
    middles = _band_middles(front)
    filters = front.filters().astype(np.float64)
    none = np.zeros((0, 0))
    return (
        Step(
            "frame",
            "Frame",
            f"{front.window:,} samples, {1_000 * front.seconds:.3g} ms: so short that the sound "
            f"hardly changes within. The next frame starts {front.hop:,} samples later.",
            milliseconds,
            frame,
            "Milliseconds",
            "Amplitude",
            none,
            milliseconds[:0],
        ),
        Step(
            "window",
            "Window",
            "The frame is faded in and out (Hann). Cut off hard, its ends would sound like clicks "
            "and add frequencies that are not there.",
            milliseconds,
            frame * shape,
            "Milliseconds",
            "Amplitude",
            (shape * np.abs(frame).max())[None],
            milliseconds,
        ),
        Step(
            "spectrum",
            "Fourier transform",
            "How much of each frequency is in the frame. Frames of this length tell frequencies "
            f"apart that are {front.rate / (front.n_fft or front.window):.3g} Hz from each other.",
            frequencies,
            power,
            "Hertz",
            "Power",
            none,
            frequencies[:0],
        ),
        Step(
            "mel",
            "Mel bands",
            f"Summed up in {front.n_mels} overlapping bands, narrow below and wide above, as the "
            "ear tells pitches apart.",
            middles,
            energy,
            "Hertz",
            "Energy in the band",
            filters / filters.max(axis=1, keepdims=True).max() * float(energy.max() or 1.0),
            frequencies,
        ),
        Step(
            "log",
            "Logarithm",
            "In decibels, as loudness is heard: ten times the energy is one step of 10 dB. What is "
            "more than 80 dB below the loudest moment counts as silence.",
            middles,
            levels[0].astype(np.float64),
            "Hertz",
            "dB",
            none,
            middles[:0],
        ),
        Step(
            "dct",
            "Cosine transform",
            f"The curve over the bands as {n} cosines, slow ones first: the first is its height, "
            "the loudness; the next how it is tilted and bent. Fine detail, the single harmonics "
            "of a pitch, is left out.",
            np.arange(n, dtype=np.float64),
            cepstra(levels, n)[0].astype(np.float64),
            "Coefficient",
            "Value",
            none,
            np.zeros(0),
        ),
    )


def _heard_with(params: dict[str, object]) -> tuple[Params, FrontEnd]:
    """Return all settings of the model, and its front end."""
    from embedding_core.embedders import EMBEDDERS
    from embedding_core.embedders.spectral import front_end
    from embedding_core.params import resolve

    settings = resolve(_MODEL, EMBEDDERS[_MODEL].params, params)
    return settings, front_end(settings)


def _part(clip: Clip, rate: int, start: float) -> tuple[Array, tuple[str, ...]]:
    """Return the samples shown, and what is odd about the clip."""
    if not 0 <= start < max(clip.seconds, 1e-9):
        raise InputError(
            f"{clip.name} lasts {clip.seconds:.3g} seconds; a picture cannot begin at {start:.3g}."
        )
    stream = clip.stream(rate)
    first, last = round(start * rate), round((start + MAX_SECONDS) * rate)
    kept: list[Array] = []
    seen = 0
    for block in stream:
        if seen < last and seen + len(block) > first:
            kept.append(block[max(0, first - seen) : last - seen])
        seen += len(block)
        if seen >= last:
            break
    return np.concatenate(kept), stream.notes


def _levels(front: FrontEnd, samples: Array) -> Array:
    return decibels(front.bands([samples])[0])


def _frame(samples: Array, front: FrontEnd, place: int) -> NDArray[np.float64]:
    """Return one frame's samples; at the ends of the clip, silence is part of it."""
    first = place * front.hop - (front.window // 2 if front.centered else 0)
    frame = np.zeros(front.window)
    inside = samples[max(0, first) : max(0, first + front.window)]
    frame[max(0, -first) : max(0, -first) + len(inside)] = inside
    return frame


def _hann(n: int) -> NDArray[np.float64]:
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)


def _band_middles(front: FrontEnd) -> NDArray[np.float64]:
    """Return where each band is most open: the peak of its triangle."""
    from embedding_core.mel import hertz_of, mel_of

    ends = mel_of(np.array([front.low, front.high or front.rate / 2]), front.scale)
    return hertz_of(np.linspace(ends[0], ends[1], front.n_mels + 2)[1:-1], front.scale)


def _waveform(samples: Array, rate: int, start: float, columns: int) -> Waveform:
    """Return the least and the largest sample at each place, so that no peak is lost."""
    n = max(1, min(columns, len(samples)))
    edges = np.arange(n) * len(samples) // n
    return Waveform(
        start + edges / rate,
        np.minimum.reduceat(samples, edges),
        np.maximum.reduceat(samples, edges),
    )
