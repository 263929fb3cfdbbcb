"""MFCC and log-mel: clips described by formula, without anything learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embedding_core.errors import InputError
from embedding_core.models import EncoderSpec
from embedding_core.params import Param, Params

if TYPE_CHECKING:
    from embedding_core.mel import FrontEnd
    from embedding_core.spectral import SpectralEncoder

_RATES = ("8000", "16000", "22050", "44100")

_FRONT = (
    Param(
        "rate",
        "Samples a second",
        "choice",
        "22050",
        "Clips are brought to it first; half of it is the highest frequency that is heard.",
        choices=_RATES,
        labels=("8,000 Hz", "16,000 Hz", "22,050 Hz", "44,100 Hz"),
    ),
    Param(
        "window",
        "Frame",
        "number",
        2_048,
        "Samples looked at together: longer ones tell pitches apart better, and moments worse.",
        minimum=128,
        maximum=16_384,
        step=128,
    ),
    Param(
        "hop",
        "Hop",
        "number",
        512,
        "Samples from one frame's start to the next one's; no more than the frame.",
        minimum=32,
        maximum=16_384,
        step=32,
    ),
    Param(
        "n_mels",
        "Mel bands",
        "number",
        128,
        "Bands of frequency, as wide as the ear tells apart: narrow below, wide above.",
        minimum=40,
        maximum=256,
        step=1,
    ),
)


def front_end(params: Params) -> FrontEnd:
    """Return the front end that settings ask for.

    Raises
    ------
    InputError
        If frames would leave gaps, or a band would be so narrow that nothing falls into it.
    """
    from embedding_core.mel import FrontEnd

    rate, window, hop = (int(params[name]) for name in ("rate", "window", "hop"))
    n_mels = int(params["n_mels"])
    if hop > window:
        raise InputError(
            f"A hop of {hop:,} samples leaves gaps between frames of {window:,}; take a smaller "
            "hop or longer frames."
        )
    found = FrontEnd(rate=rate, window=window, hop=hop, n_mels=n_mels)
    empty = int((found.filters().max(axis=1) == 0).sum())
    if empty:
        raise InputError(
            f"{empty} of {n_mels} bands are narrower than what frames of {window:,} samples tell "
            "apart; take fewer bands or longer frames."
        )
    return found


def _front_mark(params: Params) -> str:
    return "|".join(str(params[name]) for name in ("rate", "window", "hop", "n_mels"))


@dataclass(frozen=True)
class Mfcc(EncoderSpec):
    """Mel-frequency cepstral coefficients."""

    def space(self, params: Params) -> str:
        """Return the space of these settings."""
        return f"mfcc|{_front_mark(params)}|{params['n_mfcc']}|{params['deltas']}"

    def dim(self, params: Params) -> int:
        """Return twice the coefficients, once for each level of change."""
        return 2 * int(params["n_mfcc"]) * (1 + int(params["deltas"]))

    def load(self, params: Params) -> SpectralEncoder:
        """Set the front end up; nothing is loaded."""
        from embedding_core.spectral import SpectralEncoder, as_cepstra

        frames = as_cepstra(int(params["n_mfcc"]), int(params["deltas"]))
        return SpectralEncoder(front_end(params), frames, self.dim(params))


@dataclass(frozen=True)
class LogMel(EncoderSpec):
    """Levels of mel bands."""

    def space(self, params: Params) -> str:
        """Return the space of these settings."""
        return f"log-mel|{_front_mark(params)}"

    def dim(self, params: Params) -> int:
        """Return twice the bands."""
        return 2 * int(params["n_mels"])

    def load(self, params: Params) -> SpectralEncoder:
        """Set the front end up; nothing is loaded."""
        from embedding_core.spectral import SpectralEncoder, as_levels

        return SpectralEncoder(front_end(params), as_levels, self.dim(params))


SPECS = (
    Mfcc(
        name="mfcc",
        label="MFCC, mean and spread",
        modality="audio",
        unit="",
        about=(
            "The classic of speech recognition: the shape of the spectrum in each short frame as "
            "some cosine coefficients; a clip is their mean and standard deviation over time. The "
            "first coefficient is the loudness and far larger than the others: centre the vectors, "
            "or all of them point the same way."
        ),
        source="Davis and Mermelstein, 1980; values as librosa gives them (McFee et al., 2015)",
        licence="a formula",
        params=(
            Param(
                "n_mfcc",
                "Coefficients",
                "number",
                20,
                "The first few say how the spectrum is tilted and bent; later ones add detail.",
                minimum=13,
                maximum=40,
                step=1,
            ),
            Param(
                "deltas",
                "Change over time",
                "choice",
                "1",
                "Deltas are how fast each coefficient changes, measured over nine frames.",
                choices=("0", "1", "2"),
                labels=("Left out", "Deltas", "Deltas, and deltas of deltas"),
            ),
            *_FRONT,
        ),
    ),
    LogMel(
        name="log-mel",
        label="Log-mel bands, mean and spread",
        modality="audio",
        unit="",
        about=(
            "How loud each band of frequency is in dB, as mean and standard deviation over time: "
            "the spectrogram of a clip with its time taken out."
        ),
        source="Stevens, Volkmann and Newman, 1937; mel scale of Slaney, 1998",
        licence="a formula",
        params=_FRONT,
    ),
)
