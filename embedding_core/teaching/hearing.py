"""The built-in recordings and tones of lessons, and how models hear them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import UnknownNameError
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.displacement import Displacement
    from embedding_core.embedding import Embedding
    from embedding_core.soundpictures import SoundPictures

MFCC, BANDS, VOICE = "mfcc", "log-mel", "speaker-ge2e"
HEARERS = {MFCC: "MFCC", BANDS: "mel bands", VOICE: "voice encoder"}
RATE = 22_050


@lru_cache(maxsize=2)
def sounds(sample: str) -> Any:
    """Return a built-in set of recordings."""
    from embedding_core.samples import SAMPLES

    return SAMPLES[sample].read()


def recording(name: str) -> Any:
    """Return one recording by its name.

    Raises
    ------
    UnknownNameError
        If there is none of this name.
    """
    name, read = name.strip().lower(), sounds("recordings")
    if name not in read.ids:
        raise UnknownNameError("recording", name, read.ids)
    return read.payloads[read.ids.index(name)]


def playable(clip: Any) -> bytes:
    """Return a recording as the bytes of a WAV file."""
    from embedding_core.modalities.audio import wav

    return wav(*clip.load())


def sound_of(name: str, window: int = 2_048) -> SoundPictures:
    """Return waveform, mel spectrogram and MFCC of a recording."""
    from embedding_core.soundpictures import sound_pictures

    return sound_pictures(recording(name), window=window, hop=window // 4)


def wave(hertz: float, delay: float, seconds: float = 0.5) -> NDArray[np.float64]:
    """Return the samples of a pure tone that begins late, by a share of its period."""
    at = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(np.sin(2 * np.pi * (hertz * at - delay)))


def wave_cosine(hertz: float, delay: float) -> float:
    """Return the cosine of a pure tone's samples to those of the same tone, delayed."""
    a, b = wave(hertz, 0.0), wave(hertz, delay)
    # Rounding alone would make it -1.0000000000000002, or -0.0 where it is zero.
    found = float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
    return round(min(max(found, -1.0), 1.0), 9) + 0.0


def heard_by(model: str, sample: str = "recordings") -> Embedding:
    """Return the vectors of all recordings of a set."""
    from embedding_core.embedding import embed

    return embed(sounds(sample), model)


@lru_cache(maxsize=8)
def tone_shares(model: str) -> dict[str, float]:
    """Return how often the nearest tone has the same pitch, and the same timbre.

    Of tones of another pitch or timbre: the same tone louder or quieter does not count.
    """
    table = sounds("tones").table
    tones = np.flatnonzero((table["kind"] == "tone").to_numpy())
    pitch = table["pitch"].to_numpy()[tones]
    timbre = table["timbre"].to_numpy()[tones]
    vectors = unit(heard_by(model, "tones").vectors[tones])
    cosines = vectors @ vectors.T
    same_pitch, same_timbre = pitch[:, None] == pitch, timbre[:, None] == timbre
    cosines[same_pitch & same_timbre] = -np.inf
    nearest = cosines.argmax(axis=1)
    rows = np.arange(len(tones))
    return {
        "pitch": float(same_pitch[rows, nearest].mean()),
        "timbre": float(same_timbre[rows, nearest].mean()),
    }


@lru_cache(maxsize=256)
def moved_by(name: str, alteration: str, amount: float, model: str) -> Displacement:
    """Return how far a recording moves among the others when something is done to it."""
    from embedding_core.alterations import alter
    from embedding_core.displacement import displacement
    from embedding_core.embedding import load

    altered = alter(recording(name), alteration, amount).clip
    vector = load(model).embed([altered]).vectors[0]
    return displacement(heard_by(model), name.strip().lower(), vector)
