"""Sentences as lessons compare them: their likeness by a model, their labels, words within them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import InputError
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embedding_core.contexts import Contexts

TRANSFORMER, MEAN, COUNTS = "minilm-l6", "glove-mean", "tfidf-lsa"
MODELS = {COUNTS: "words counted (TF-IDF)", MEAN: "mean of GloVe's words", TRANSFORMER: "MiniLM"}
POOLINGS = {"mean": "mean of all pieces", "cls": "the first piece, [CLS]", "max": "largest values"}
_MOST = 16


def parted(text: str) -> list[str]:
    """Return the sentences of a line, parted by upright strokes.

    Raises
    ------
    InputError
        If there is none, or more than can be shown.
    """
    found = [part.strip() for part in text.split("|") if part.strip()]
    if not 1 <= len(found) <= _MOST:
        raise InputError(
            f"Got {len(found)} sentences; type from 1 to {_MOST}, with an upright stroke ( | ) "
            "between them."
        )
    return found


def sentence_vectors(texts: Sequence[str], model: str, pooling: str = "") -> NDArray[np.float32]:
    """Return the vectors of sentences, each scaled to length 1, (n, dim) float32."""
    from embedding_core.embedding import load
    from embedding_core.models import TextQuery

    settings: dict[str, Any] = {"pooling": pooling} if pooling else {}
    encoder = load(model, **settings)
    if not isinstance(encoder, TextQuery):
        raise InputError(f"{model} takes no typed sentences; choose {TRANSFORMER} or {MEAN}.")
    return unit(np.stack([encoder.embed_text(text) for text in texts]))


def likeness(text: str, others: Sequence[str], model: str, pooling: str = "") -> list[float]:
    """Return the cosine of a sentence to each of others."""
    vectors = sentence_vectors([text, *others], model, pooling).astype(np.float64)
    found: list[float] = (vectors[1:] @ vectors[0]).tolist()
    return found


@lru_cache(maxsize=64)
def label_share(sample: str, model: str, pooling: str = "") -> float:
    """Return how often the nearest sentence of a built-in set has the same label, in [0, 1]."""
    from embedding_core.embedding import embed
    from embedding_core.same_label import same_label

    settings: dict[str, Any] = {"pooling": pooling} if pooling else {}
    return same_label(embed(_set(sample), model, **settings), labels(sample)).value


def labels(sample: str) -> list[str]:
    """Return the label of every sentence of a built-in set."""
    from embedding_core.samples import SAMPLES

    table = _set(sample).table
    assert table is not None
    return [str(label) for label in table[SAMPLES[sample].color]]


def chance(sample: str) -> float:
    """Return how often another sentence drawn at random has the same label."""
    sizes = np.unique(labels(sample), return_counts=True)[1].astype(float)
    n = sizes.sum()
    return float((sizes * (sizes - 1)).sum() / (n * (n - 1)))


def sense_words() -> tuple[str, ...]:
    """Return the words of which the built-in set has several senses."""
    return tuple(dict.fromkeys(labels("senses")))


@lru_cache(maxsize=16)
def in_contexts(word: str) -> tuple[Contexts, tuple[str, ...]]:
    """Return a word's vectors in the sentences of the built-in set, and the sense of each."""
    from embedding_core.contexts import word_in_contexts
    from embedding_core.embedding import load

    read = _set("senses")
    assert read.table is not None
    rows = [
        (str(payload.load()), str(sense))
        for payload, own, sense in zip(
            read.payloads, read.table["word"], read.table["sense"], strict=True
        )
        if own == word
    ]
    if not rows:
        raise InputError(f"“{word}” is not among {', '.join(sense_words())}; choose one of them.")
    found = word_in_contexts(load(TRANSFORMER), word, [text for text, _ in rows])
    return found, tuple(rows[at][1] for at in found.rows)


def senses_kept(layer: int) -> float:
    """Return how often a word's nearest occurrence has the same sense, over all words."""
    right = []
    for word in sense_words():
        contexts, senses = in_contexts(word)
        cosines = contexts.similarities(layer).copy()
        np.fill_diagonal(cosines, -np.inf)
        right += [senses[at] == senses[near] for at, near in enumerate(cosines.argmax(axis=1))]
    return float(np.mean(right))


def last_layer() -> int:
    """Return the number of the transformer's last layer; layer 0 comes before the first."""
    return len(in_contexts(sense_words()[0])[0].vectors) - 1


@lru_cache(maxsize=16)
def _set(sample: str) -> Any:
    from embedding_core.samples import SAMPLES

    return SAMPLES[sample].read()
