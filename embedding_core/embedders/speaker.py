"""The voice encoder that comes inside the package Resemblyzer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from embedding_core.errors import ModelLoadError
from embedding_core.models import EncoderSpec
from embedding_core.params import Param, Params
from embedding_core.weights import (
    Availability,
    Available,
    Missing,
    check_sha256,
    packaged_file,
)

if TYPE_CHECKING:
    from embedding_core.stretches import WindowEncoder

_PACKAGE = "resemblyzer"
_INSTALL = "pip install --no-deps Resemblyzer==0.1.4"
_SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"


@dataclass(frozen=True)
class Speaker(EncoderSpec):
    """A network that tells voices apart."""

    def availability(self, params: Params) -> Availability:
        """Tell whether the package with the weights is installed."""
        if _weights() is None:
            return Missing("the package Resemblyzer==0.1.4 is not installed.", _INSTALL)
        return Available()

    def space(self, params: Params) -> str:
        """Return the space of these weights; clips with and without their pauses share it."""
        return f"speaker-ge2e@{_SHA256[:12]}"

    def dim(self, params: Params) -> int:
        """Return 256."""
        return 256

    def load(self, params: Params) -> WindowEncoder:
        """Check and load the weights."""
        from embedding_core.voice import voice_encoder

        weights = _weights()
        if weights is None:
            raise ModelLoadError(f"The voice encoder is missing; run `{_INSTALL}`.")
        check_sha256(weights, _SHA256)
        return voice_encoder(weights, cut=params["pauses"] == "cut")


def _weights() -> Path | None:
    return packaged_file(_PACKAGE, "pretrained.pt")


SPECS = (
    Speaker(
        name="speaker-ge2e",
        label="Voice encoder (GE2E)",
        modality="audio",
        unit="",
        about=(
            "Learned to put recordings of one speaker together and those of others apart, whatever "
            "is said; every 1.6 seconds give a vector, and a clip is their mean."
        ),
        source=(
            "Wan, Wang, Papir and Lopez Moreno, 2018; trained by Jemine, 2019; weights from the "
            "PyPI package Resemblyzer"
        ),
        licence="Apache 2.0",
        size="17 MB",
        params=(
            Param(
                "pauses",
                "Pauses",
                "choice",
                "cut",
                "Long pauses are cut out: stretches that stay 30 dB below the loudest moment. "
                "Kept, the vectors are those of the package Resemblyzer for the same samples; what "
                "it cuts itself, by a trained detector, differs.",
                choices=("cut", "keep"),
                labels=("Cut out", "Kept"),
            ),
        ),
    ),
)
