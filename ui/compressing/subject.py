"""What is made smaller: items of any kind, their vectors, and how neighbours are counted."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from embedding_core.compression.codes import METRICS
from embedding_core.embedding import Embedding
from embedding_core.params import Param
from ui.audio_sources import choose_audio
from ui.image_sources import choose_images
from ui.missing import stop_where_missing
from ui.sentence_sources import choose_sentences
from ui.sidebar import METRIC_LABELS, ModelChoice, choose_model
from ui.sources import Data, choose_vectors, choose_words
from ui.state import Choices
from ui.view import embedded, ready_made

_KINDS = {
    "images": "Images",
    "words": "Words",
    "sentences": "Sentences",
    "audio": "Audio",
    "vectors": "Vectors",
}
_K = Param(
    "k", "Neighbours asked for", "number", 10, "How many nearest are looked for of each item.",
    minimum=1, maximum=100, step=1,
)  # fmt: skip
_SEED = Param(
    "seed", "Seed", "number", 0, "Chance starts here: the same seed, the same result.",
    minimum=0, maximum=2**31 - 1, step=1,
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is chosen beside the page.

    Attributes
    ----------
    data, model
        The items, and what embeds them; None for ready-made vectors.
    metric, k, seed
        How neighbours are counted.
    """

    data: Data
    model: ModelChoice | None
    metric: str
    k: int
    seed: int


@dataclass(frozen=True)
class Subject(Asked):
    """The same, with the vectors.

    Attributes
    ----------
    embedding
        The vectors of the items.
    """

    embedding: Embedding


def choose_items(choices: Choices) -> Asked:
    """Draw the choice of items and model, and of how neighbours are counted."""
    kind = choices.select("of", "Items", list(_KINDS), "images", labels=_KINDS, kind="items")
    data, model = _data_and_model(choices, kind)
    with st.popover("Neighbours: settings", type="tertiary", icon=":material/tune:"):
        metric = choices.select(
            "metric", "What near means", METRICS, "cosine", labels=METRIC_LABELS, kind="metric"
        )
        k, seed = int(choices.number("k", _K)), int(choices.number("seed", _SEED))
    return Asked(data, model, metric, k, seed)


def embedded_items(choices: Choices, asked: Asked) -> Subject:
    """Return the items with their vectors; the page ends with progress where they take a while."""
    data, model = asked.data, asked.model
    if model is None:
        embedding = ready_made(data.collection)
    else:
        stop_where_missing(choices, model)
        embedding = embedded(choices, data.collection, model)
    return Subject(data, model, asked.metric, asked.k, asked.seed, embedding)


def _data_and_model(choices: Choices, kind: str) -> tuple[Data, ModelChoice | None]:
    if kind == "words":
        data = choose_words(choices, default="animals")
        return data, choose_model(choices, "text", "word", "glove-6b-50d")
    if kind == "sentences":
        data = choose_sentences(choices, default="topics")
        return data, choose_model(choices, "text", "sentence", "minilm-l6")
    if kind == "images":
        data = choose_images(choices, default="emoji")
        return data, choose_model(choices, "image", "", "efficientnet-lite0")
    if kind == "audio":
        data = choose_audio(choices, default="recordings")
        return data, choose_model(choices, "audio", "", "log-mel")
    return choose_vectors(choices, default="digits"), None
