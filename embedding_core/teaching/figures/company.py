"""Figures of the company of words: counts, what exceeds chance, and the pieces of words."""

from __future__ import annotations

import numpy as np

from embedding_core.neighbors import nearest_words
from embedding_core.similarity import unit
from embedding_core.teaching.company import (
    alike_words,
    company,
    model_words,
    sightings,
    small_fasttext,
    vectors_with,
    words_around,
)
from embedding_core.teaching.figures.base import Figure, figure
from embedding_core.teaching.models import GLOVE, vocabulary


def fits_gap(word: str, lines: int, among: list[str]) -> str:
    """Return which word's company fits best around the gaps that a word leaves in some sentences.

    By mean positive PMI; what stands in these very sentences is not counted for the word itself.
    """
    counted = company()
    around = words_around(sightings(word, lines), counted.window)
    known = {other: n for other, n in around.items() if other in counted.places}
    total = counted.totals.sum()

    def fit(candidate: str) -> float:
        bits = []
        for other, n in known.items():
            met = counted.count(candidate, other) - (n if candidate == word else 0)
            chance = counted.totals[counted.place(candidate)] * counted.totals[counted.place(other)]
            bits.append(n * max(0.0, float(np.log2(met * total / chance))) if met > 0 else 0.0)
        return float(sum(bits))

    return max(among, key=fit)


def met(a: str, b: str) -> int:
    """Return how often two words stand within four words of each other in the text."""
    return company().count(a, b)


def pmi(a: str, b: str) -> float:
    """Return the pointwise mutual information of two words in the text, in bits."""
    return company().pmi(a, b)


def times_chance(a: str, b: str) -> float:
    """Return how many times as often as by chance two words stand near each other."""
    return float(2 ** company().pmi(a, b))


def text_words() -> int:
    """Return how many different words of the text were counted."""
    return len(company().words)


def most_met(word: str, rank: int = 1) -> str:
    """Return the word that stands most often near another, or the next, by rank."""
    counted = company()
    row = counted.counts[counted.place(word)].toarray().ravel()
    row[counted.place(word)] = -1
    return counted.words[int(np.argsort(-row, kind="stable")[rank - 1])]


def alike_company(word: str, rank: int = 1) -> str:
    """Return the word whose company, by positive PMI, is most like another's."""
    return alike_words(word, rank)[rank - 1]


def company_cosine(a: str, b: str) -> float:
    """Return the cosine of two words' positive PMI."""
    return float(company().likeness(a)[company().place(b)])


def more_alike_company(word: str, among: list[str]) -> str:
    """Return which of some words has company most like another's."""
    row = company().likeness(word)
    return max(among, key=lambda each: row[company().place(each)])


def alike_never_met(word: str) -> str:
    """Return the word of most alike company that never stands near another."""
    counted = company()
    row = counted.likeness(word)
    row[counted.counts[counted.place(word)].indices] = -1
    row[counted.place(word)] = -1
    return counted.words[int(np.argmax(row))]


def shared_neighbors(word: str, k: int, model: str = GLOVE) -> int:
    """Return how many of a word's k nearest by company are among its k nearest by a model.

    The model is asked for words of the text alone.
    """
    return len(set(alike_words(word, k)) & set(model_words(word, k, model)))


def spread_with(negative: int) -> float:
    """Return the mean cosine of all pairs of words after training with so many negatives."""
    vectors = unit(vectors_with(negative)).astype(np.float64)
    cosines = vectors @ vectors.T
    return float(cosines[np.triu_indices(len(vectors), 1)].mean())


def known_words(sample: str, group: str, model: str = GLOVE) -> int:
    """Return how many words of a group of a built-in list a model knows."""
    return int((vocabulary(model).positions(_group(sample, group)) >= 0).sum())


def group_size(sample: str, group: str) -> int:
    """Return how many words a group of a built-in list has."""
    return len(_group(sample, group))


def small_nearest(word: str, rank: int = 1) -> str:
    """Return the word nearest to another by a FastText that learned a small made-up text."""
    return nearest_words(small_fasttext(), word, rank)[rank - 1].id


def small_knows(word: str) -> str:
    """Return "yes" where the small made-up text has a word, else "no"."""
    return "yes" if word in set(small_fasttext().words) else "no"


def shared_pieces(a: str, b: str) -> int:
    """Return how many pieces two words share, of three to six letters with marks at their ends."""
    model = small_fasttext()
    return len(set(model.pieces(a)) & set(model.pieces(b)))


def piece_count(word: str) -> int:
    """Return how many different pieces FastText makes of a word."""
    return len(set(small_fasttext().pieces(word)))


def _group(sample: str, group: str) -> list[str]:
    from embedding_core.samples import SAMPLES

    read = SAMPLES[sample].read()
    assert read.table is not None
    rows = zip(read.ids, read.table["group"], strict=True)
    return [str(word) for word, own in rows if own == group]


FIGURES: tuple[Figure, ...] = tuple(
    figure(function)
    for function in (
        fits_gap, met, pmi, times_chance, text_words, most_met, alike_company, company_cosine,
        more_alike_company, alike_never_met, shared_neighbors, spread_with, known_words,
        group_size, small_nearest, small_knows, shared_pieces, piece_count,
    )
)  # fmt: skip
