"""Figures of vectors as such: one-hot, turned, made longer, in many dimensions."""

from __future__ import annotations

import numpy as np

from embedding_core.similarity import pairwise
from embedding_core.teaching.figures.base import Figure, figure
from embedding_core.teaching.models import GLOVE, directions, vocabulary
from embedding_core.teaching.spaces import (
    one_hot,
    pair_cosines,
    plane_vector,
    random_cosines,
    rotation,
)
from embedding_core.wordvectors import vectors_of


def one_hot_nearest(word: str, among: list[str], tie: str) -> str:
    """Return which one-hot vector is nearest to a word's; `tie` where all are equally far."""
    vectors = one_hot(1 + len(among))
    far = -pairwise(vectors[:1], vectors[1:], "euclidean")[0]
    return tie if np.ptp(far) < 1e-6 else among[int(np.argmin(far))]


def one_hot_cosine(words: list[str]) -> float:
    """Return the largest cosine between the one-hot vectors of different words."""
    matrix = pairwise(one_hot(len(words)), one_hot(len(words)), "cosine")
    return float(matrix[~np.eye(len(words), dtype=bool)].max())


def share_of_zeros(model: str = GLOVE, one_hot: bool = False) -> float:
    """Return the share of zeros among the numbers of all words' vectors."""
    words = vocabulary(model)
    if one_hot:
        return 1 - 1 / len(words.words)
    return float((np.asarray(words.matrix) == 0).mean())


def turned_by(word: str, seed: int, model: str = GLOVE) -> float:
    """Return how much of a word's vector is another after a random rotation: the cosine of both."""
    vector = directions([word], model)[0]
    return float(vector @ (vector @ rotation(len(vector), seed)))


def change_by_turning(words: list[str], seed: int, model: str = GLOVE) -> float:
    """Return the largest change of any cosine among words when all vectors are turned together."""
    vectors = vectors_of(vocabulary(model), words).astype(np.float64)
    turned = vectors @ rotation(vectors.shape[1], seed)
    before, after = (each / np.linalg.norm(each, axis=1, keepdims=True)
                     for each in (vectors, turned))  # fmt: skip
    return float(np.abs(before @ before.T - after @ after.T).max())


def changes_by_turning(words: list[str], seed: int, model: str = GLOVE) -> str:
    """Return how many cosines among words change when all vectors are turned together."""
    vectors = vectors_of(vocabulary(model), words).astype(np.float64)
    turned = vectors @ rotation(vectors.shape[1], seed)
    before, after = (pairwise(each.astype(np.float32), each.astype(np.float32), "cosine")
                     for each in (vectors, turned))  # fmt: skip
    pairs = np.triu_indices(len(words), 1)
    share = float((np.abs(before - after)[pairs] > 1e-5).mean())
    return "none of them" if not share else "all of them" if share == 1 else "some of them"


def changed_by_stretching(angle: float, length: float, times: float) -> str:
    """Return which of cosine, dot product and distance change when one of two arrows grows."""
    a = plane_vector(0.0, 1.0)
    before, after = (plane_vector(angle, length * by) for by in (1.0, times))
    changed = [
        name
        for name, metric in (
            ("cosine", "cosine"),
            ("dot product", "dot"),
            ("distance", "euclidean"),
        )
        if abs(float(pairwise(a, before, metric)[0, 0] - pairwise(a, after, metric)[0, 0])) > 1e-5
    ]
    return " and ".join(changed) or "none of them"


def plane_measure(angle: float, a: float, b: float, metric: str = "cosine") -> float:
    """Return cosine, dot or euclidean of two arrows of lengths a and b at an angle in degrees."""
    found = float(pairwise(plane_vector(0.0, a), plane_vector(angle, b), metric)[0, 0])
    return -found if metric == "euclidean" else found


def length_and_rank(model: str = GLOVE) -> float:
    """Return Spearman's correlation of a vector's length with its word's place by frequency."""
    import pandas as pd

    norms = np.linalg.norm(np.asarray(vocabulary(model).matrix), axis=1)
    return float(np.corrcoef(pd.Series(norms).rank(), np.arange(len(norms)))[0, 1])


def longest_of(words: list[str], model: str = GLOVE) -> str:
    """Return which of some words has the longest vector."""
    lengths = np.linalg.norm(vectors_of(vocabulary(model), words), axis=1)
    return words[int(np.argmax(lengths))]


def law_of_cosines(words: list[str], model: str = GLOVE) -> float:
    """Return the largest gap, among words, between squared distance and 2 - 2 cosine."""
    vectors = directions(words, model).astype(np.float64)
    squared = ((vectors[:, None] - vectors[None]) ** 2).sum(axis=2)
    return float(np.abs(squared - (2 - 2 * vectors @ vectors.T)).max())


def detour(a: str, via: str, b: str, model: str = GLOVE) -> float:
    """Return how much longer the way from a to b is than by way of a third, by 1 - cosine.

    Positive where the detour is shorter: then 1 - cosine is no distance.
    """
    x, y, z = directions([a, via, b], model).astype(np.float64)
    return float((1 - x @ z) - (1 - x @ y) - (1 - y @ z))


def detour_verdict(a: str, via: str, b: str, model: str = GLOVE) -> str:
    """Return which way is shorter by 1 - cosine: straight, the detour, or neither."""
    gain = detour(a, via, b, model)
    if abs(gain) < 1e-6:
        return "both are equally long"
    return "the detour" if gain > 0 else "straight"


def one_minus_cosine(a: str, b: str, model: str = GLOVE) -> float:
    """Return 1 - cosine of two words."""
    left, right = directions([a, b], model).astype(np.float64)
    return float(1 - left @ right)


def random_spread(dimensions: int, pairs: int = 20_000) -> float:
    """Return the standard deviation of the cosine of random directions."""
    return float(random_cosines(dimensions, pairs).std())


def random_pairs(words: int, centred: bool = False, model: str = GLOVE) -> float:
    """Return the mean cosine of random pairs of a model's most frequent words."""
    return float(pair_cosines(model, words, centred=centred).mean())


FIGURES: tuple[Figure, ...] = tuple(
    figure(function)
    for function in (
        one_hot_nearest, one_hot_cosine, share_of_zeros, turned_by, change_by_turning,
        changes_by_turning, changed_by_stretching, plane_measure, length_and_rank, longest_of,
        law_of_cosines, detour, detour_verdict, one_minus_cosine, random_spread, random_pairs,
    )
)  # fmt: skip
