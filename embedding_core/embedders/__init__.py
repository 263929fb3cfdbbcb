"""The models: one file a family, listed here."""

from embedding_core.embedders import (
    clip,
    efficientnet,
    fasttext,
    glove,
    image_baselines,
    sentence_baselines,
    spectral,
    torchvision_cnn,
    transformers,
    word2vec,
    wordfile,
)
from embedding_core.models import EncoderSpec, TrainerSpec
from embedding_core.registry import Registry

EMBEDDERS: Registry[EncoderSpec | TrainerSpec] = Registry(
    "model",
    (
        *glove.SPECS,
        *word2vec.SPECS,
        *fasttext.SPECS,
        *wordfile.SPECS,
        *transformers.SPECS,
        *sentence_baselines.SPECS,
        *efficientnet.SPECS,
        *torchvision_cnn.SPECS,
        *clip.SPECS,
        *image_baselines.SPECS,
        *spectral.SPECS,
    ),
)
