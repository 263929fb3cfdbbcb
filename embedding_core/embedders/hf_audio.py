"""Any audio encoder of the Hugging Face hub, by id or folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from embedding_core.embedders.on_hub import OnHub
from embedding_core.hub import fetch
from embedding_core.params import Param, Params

if TYPE_CHECKING:
    from embedding_core.sound_transformer import SoundTransformer


@dataclass(frozen=True)
class HubAudio(OnHub):
    """A transformer of sound."""

    has_tokenizer: ClassVar[bool] = False

    def load(self, params: Params) -> SoundTransformer:
        """Load it, fetched first where it is not here and that is allowed."""
        from embedding_core.sound_transformer import open_sound_model

        folder = fetch(self.named(params), tokenizer=False)
        name = self.named(params).rsplit("/", 1)[-1]
        return open_sound_model(folder, name, str(params["pooling"]))


SPECS = (
    HubAudio(
        name="hf-audio",
        label="Another audio encoder, by id or folder",
        modality="audio",
        unit="",
        about=(
            "Any audio encoder of the Hugging Face hub that needs no code of its own: wav2vec 2.0, "
            "HuBERT, WavLM, Whisper's encoder, AST, or CLAP, which puts texts beside sounds."
        ),
        source="the model you name",
        licence="the model's own",
        params=(
            Param(
                "model",
                "Id on the hub, or folder",
                "text",
                "",
                "An id is like laion/clap-htsat-unfused or facebook/wav2vec2-base; folders can be "
                "named where the app is your own (EMBEDDING_LOCAL=1).",
            ),
            Param(
                "pooling",
                "Pooling",
                "choice",
                "mean",
                "How the frames' vectors become one. CLAP has one of its own for every ten "
                "seconds, and a clip is their mean.",
                choices=("mean", "max", "cls"),
                labels=("Mean of the frames", "Largest of the frames", "First token [CLS]"),
            ),
        ),
    ),
)
