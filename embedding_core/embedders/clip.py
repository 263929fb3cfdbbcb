"""CLIP: pictures and texts in one space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embedding_core.cache import OnceCache
from embedding_core.embedders.on_hub import OnHub
from embedding_core.hub import fetch
from embedding_core.params import Param, Params

if TYPE_CHECKING:
    from embedding_core.clip import Clip, ClipPictures, ClipTexts

_LOADED: OnceCache[Clip] = OnceCache(2)


@dataclass(frozen=True)
class ClipSpec(OnHub):
    """A CLIP; its space is the same for pictures and texts."""

    def _clip(self, params: Params) -> Clip:
        """Return the loaded model, fetched first where it is not here and that is allowed."""
        from embedding_core.clip import Clip

        model = self.named(params)
        folder = fetch(model)
        name = self.label if self.model else model
        return _LOADED.get(self.space(params), lambda: Clip.open(folder, name))


@dataclass(frozen=True)
class ClipOfPictures(ClipSpec):
    """The half of CLIP that sees."""

    def load(self, params: Params) -> ClipPictures:
        """Load it."""
        from embedding_core.clip import ClipPictures

        return ClipPictures(self._clip(params))


@dataclass(frozen=True)
class ClipOfTexts(ClipSpec):
    """The half of CLIP that reads."""

    def load(self, params: Params) -> ClipTexts:
        """Load it."""
        from embedding_core.clip import ClipTexts

        return ClipTexts(self._clip(params))


_MODEL = Param(
    "model",
    "Id on the hub, or folder",
    "text",
    "",
    "An id is like laion/CLIP-ViT-B-32-laion2B-s34B-b79K; folders can be named where the app is "
    "your own (EMBEDDING_LOCAL=1).",
)
_SOURCE = "Radford et al., 2021; openai/clip-vit-base-patch32 on the Hugging Face hub"

SPECS = (
    ClipOfPictures(
        name="clip-vit-b32",
        label="CLIP, ViT-B/32",
        modality="image",
        unit="",
        about=(
            "Learned from 400 million pictures with captions to put a picture near its caption, so "
            "that pictures can be compared with anything written."
        ),
        source=_SOURCE,
        licence="MIT",
        size="605 MB",
        model="openai/clip-vit-base-patch32",
        relative="efficientnet-lite0",
        differs=(
            "EfficientNet-Lite0 learned 1,000 fixed classes and reads no text: pictures cannot be "
            "described to it."
        ),
    ),
    ClipOfTexts(
        name="clip-vit-b32-text",
        label="CLIP, ViT-B/32, its half for text",
        modality="text",
        unit="sentence",
        about=(
            "Puts a caption near the pictures that it fits: texts are near that could be said of "
            "like pictures. Reads English, 77 tokens at most."
        ),
        source=_SOURCE,
        licence="MIT",
        size="605 MB",
        model="openai/clip-vit-base-patch32",
        relative="minilm-l6",
        differs="MiniLM compares sentences with each other by meaning, and with no pictures.",
    ),
    ClipOfPictures(
        name="hf-clip",
        label="Another CLIP, by id or folder",
        modality="image",
        unit="",
        about="Any CLIP of the Hugging Face hub that needs no code of its own.",
        source="the model you name",
        licence="the model's own",
        params=(_MODEL,),
    ),
    ClipOfTexts(
        name="hf-clip-text",
        label="Another CLIP's half for text, by id or folder",
        modality="text",
        unit="sentence",
        about="Texts by any CLIP of the hub, in the space of its pictures.",
        source="the model you name",
        licence="the model's own",
        params=(_MODEL,),
    ),
)
