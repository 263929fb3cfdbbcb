"""Figures of words: how alike two are, what is nearest, what an analogy answers."""

from __future__ import annotations

import numpy as np

from embedding_core.neighbors import analogy as answers_of
from embedding_core.neighbors import nearest_words
from embedding_core.similarity import pairwise
from embedding_core.teaching.figures.base import Figure, figure
from embedding_core.teaching.models import GLOVE, directions, vocabulary
from embedding_core.wordvectors import vectors_of


def cosine(a: str, b: str, model: str = GLOVE) -> float:
    """Return the cosine similarity of two words."""
    left, right = directions([a, b], model).astype(np.float64)
    return float(left @ right)


def dot(a: str, b: str, model: str = GLOVE) -> float:
    """Return the dot product of two words' vectors."""
    left, right = vectors_of(vocabulary(model), [a, b]).astype(np.float64)
    return float(left @ right)


def distance(a: str, b: str, model: str = GLOVE, metric: str = "euclidean") -> float:
    """Return the distance between two words' vectors: euclidean or manhattan."""
    left, right = vectors_of(vocabulary(model), [a, b])
    return -float(pairwise(left[None], right[None], metric)[0, 0])


def length(word: str, model: str = GLOVE) -> float:
    """Return the length of a word's vector."""
    return float(np.linalg.norm(vectors_of(vocabulary(model), [word])[0].astype(np.float64)))


def nearest(word: str, rank: int = 1, model: str = GLOVE, metric: str = "cosine") -> str:
    """Return the word that is nearest to another, itself left out; or the next, by rank."""
    return nearest_words(vocabulary(model), word, rank, metric)[rank - 1].id


def nearest_score(word: str, rank: int = 1, model: str = GLOVE, metric: str = "cosine") -> float:
    """Return the similarity of a word to its nearest; or to the next, by rank."""
    return nearest_words(vocabulary(model), word, rank, metric)[rank - 1].score


def nearest_of(word: str, among: list[str], model: str = GLOVE) -> str:
    """Return which of some words is nearest to a word, by cosine."""
    asked, *others = directions([word, *among], model)
    return among[int(np.argmax(np.stack(others) @ asked))]


def analogy(a: str, b: str, c: str, rank: int = 1, inputs: bool = False, model: str = GLOVE) -> str:
    """Return what c is to as a is to b; with the inputs let in or left out, as is custom."""
    return answers_of(vocabulary(model), a, b, c, rank, include_inputs=inputs)[rank - 1].id


def analogy_score(
    a: str, b: str, c: str, rank: int = 1, inputs: bool = False, model: str = GLOVE
) -> float:
    """Return the similarity of an analogy's answer to the point that was asked for."""
    return answers_of(vocabulary(model), a, b, c, rank, include_inputs=inputs)[rank - 1].score


def vocabulary_size(model: str = GLOVE) -> int:
    """Return how many words a model knows."""
    return len(vocabulary(model).words)


def dimensions(model: str = GLOVE) -> int:
    """Return how many numbers a model gives each word."""
    return int(vocabulary(model).matrix.shape[1])


def table_megabytes(model: str = GLOVE, one_hot: bool = False) -> float:
    """Return the size of all words' vectors as float32, in megabytes; or of one-hot vectors."""
    count = vocabulary_size(model)
    return count * (count if one_hot else dimensions(model)) * 4 / 1e6


def rank_of(word: str, model: str = GLOVE) -> int:
    """Return a word's place in the model's list; GloVe lists the most frequent first."""
    return int(vocabulary(model).positions([word])[0]) + 1


FIGURES: tuple[Figure, ...] = tuple(
    figure(function)
    for function in (
        cosine, dot, distance, length, nearest, nearest_score, nearest_of, analogy, analogy_score,
        vocabulary_size, dimensions, table_megabytes, rank_of,
    )
)  # fmt: skip
