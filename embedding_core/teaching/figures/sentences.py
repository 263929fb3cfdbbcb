"""Figures of sentences: how alike two are, what a transformer adds, and what it does not."""

from __future__ import annotations

import numpy as np

from embedding_core.teaching.figures.base import Figure, figure
from embedding_core.teaching.sentences import (
    POOLINGS,
    TRANSFORMER,
    chance,
    in_contexts,
    label_share,
    labels,
    last_layer,
    likeness,
    senses_kept,
)


def sentence_cosine(a: str, b: str, model: str = TRANSFORMER) -> float:
    """Return the cosine of two sentences."""
    return likeness(a, [b], model)[0]


def more_alike_sentence(sentence: str, among: list[str], model: str = TRANSFORMER) -> str:
    """Return which of some sentences is most like another."""
    return among[int(np.argmax(likeness(sentence, among, model)))]


def same_label_share(sample: str, model: str = TRANSFORMER, pooling: str = "") -> float:
    """Return how often the nearest sentence of a built-in set has the same label."""
    return label_share(sample, model, pooling)


def label_chance(sample: str) -> float:
    """Return how often a sentence drawn at random has the same label as another."""
    return chance(sample)


def sentence_count(sample: str) -> int:
    """Return how many sentences a built-in set has."""
    return len(labels(sample))


def best_pooling(sample: str, model: str = TRANSFORMER) -> str:
    """Return the pooling by which the nearest sentence has the same label most often."""
    return max(POOLINGS, key=lambda pooling: label_share(sample, model, pooling))


def sense_share(layer: int = -1) -> float:
    """Return how often a word's nearest occurrence has the same sense, in a layer; -1: the last."""
    return senses_kept(last_layer() if layer < 0 else layer)


def layer_count() -> int:
    """Return how many layers the transformer has."""
    return last_layer()


def sense_cosine(word: str, same: bool, layer: int = -1) -> float:
    """Return the mean cosine of two occurrences of a word, of the same or of different senses."""
    from embedding_core.contexts import sense_curve

    curve = sense_curve(*in_contexts(word))
    return float((curve.within if same else curve.between)[layer])


def unrelated_cosine(word: str, layer: int = -1) -> float:
    """Return the mean cosine of pairs of other pieces, each pair from two sentences."""
    return float(in_contexts(word)[0].others[layer])


def widest_layer(word: str) -> int:
    """Return the layer in which a word's senses lie furthest apart, by difference of cosines."""
    from embedding_core.contexts import sense_curve

    return int(np.argmax(sense_curve(*in_contexts(word)).gap))


def negations_nearer(sentences: list[str], negated: list[str], reworded: list[str]) -> int:
    """Return of how many sentences the negation is more alike than the same in other words."""
    found = [
        likeness(text, [no, same], TRANSFORMER)
        for text, no, same in zip(sentences, negated, reworded, strict=True)
    ]
    return sum(no > same for no, same in found)


def how_many(items: list[str]) -> int:
    """Return how many there are."""
    return len(items)


def transformer_pieces(text: str) -> int:
    """Return into how many pieces a text is cut, without those the model adds."""
    from embedding_core.contexts import Segments
    from embedding_core.embedding import load

    model = load(TRANSFORMER)
    assert isinstance(model, Segments)
    return sum(not added for added in model.tokenize(text).is_added)


FIGURES: tuple[Figure, ...] = tuple(
    figure(function)
    for function in (
        sentence_cosine, more_alike_sentence, same_label_share, label_chance, sentence_count,
        best_pooling, sense_share, layer_count, sense_cosine, unrelated_cosine, widest_layer,
        negations_nearer, how_many, transformer_pieces,
    )
)  # fmt: skip
