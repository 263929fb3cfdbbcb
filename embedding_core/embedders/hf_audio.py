"""Any audio encoder of the Hugging Face hub, by id or folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embedding_core.hub import availability_of, fetch, weights_mark
from embedding_core.models import EncoderSpec
from embedding_core.params import Param, Params
from embedding_core.weights import Availability

if TYPE_CHECKING:
    from embedding_core.sound_transformer import SoundTransformer


@dataclass(frozen=True)
class HubAudio(EncoderSpec):
    """A transformer of sound whose files lie here, or can be fetched where that is allowed."""

    def availability(self, params: Params) -> Availability:
        """Tell whether its files are on this machine. Touches no network."""
        return availability_of(str(params["model"]), self.size, tokenizer=False)

    def space(self, params: Params) -> str:
        """Return the space of these very weights; another pooling is another space."""
        model = str(params["model"]).strip()
        return f"{model}@{weights_mark(model)}|{params['pooling']}"

    def dim(self, params: Params) -> int | None:
        """Return None: only loading can tell."""
        return None

    def load(self, params: Params) -> SoundTransformer:
        """Load it, fetched first where it is not here and that is allowed."""
        from embedding_core.sound_transformer import open_sound_model

        folder = fetch(str(params["model"]), tokenizer=False)
        name = str(params["model"]).strip().rsplit("/", 1)[-1]
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
