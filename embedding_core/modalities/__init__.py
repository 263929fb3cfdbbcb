"""What can be brought: one file a modality, listed here."""

from embedding_core.modalities import audio, graph, image, ratings, text, vectors
from embedding_core.modalities.base import ModalitySpec
from embedding_core.registry import Registry

MODALITIES: Registry[ModalitySpec] = Registry(
    "modality", (text.SPEC, image.SPEC, audio.SPEC, vectors.SPEC, graph.SPEC, ratings.SPEC)
)
