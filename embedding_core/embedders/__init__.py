"""The models: one file a family, listed here."""

from embedding_core.embedders import (
    clip,
    contrastive,
    efficientnet,
    factorization,
    fasttext,
    gcn,
    glove,
    hf_audio,
    image_baselines,
    node2vec,
    sage,
    sentence_baselines,
    speaker,
    spectral,
    spectral_graph,
    torchvision_cnn,
    transformers,
    vggish,
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
        *contrastive.SPECS,
        *spectral.SPECS,
        *speaker.SPECS,
        *vggish.SPECS,
        *hf_audio.SPECS,
        *node2vec.SPECS,
        *gcn.SPECS,
        *sage.SPECS,
        *spectral_graph.SPECS,
        *factorization.SPECS,
    ),
)
