"""Figures of associations: WEAT, what letting inputs in does to analogies, words on an axis."""

from __future__ import annotations

from embedding_core.axes import semantic_axis
from embedding_core.teaching.associations import (
    ALL,
    accuracies,
    association_of,
    count_questions,
)
from embedding_core.teaching.figures.base import Figure, figure
from embedding_core.teaching.models import GLOVE, split, vocabulary
from embedding_core.wordvectors import vectors_of

# Cohen's words for sizes of an effect (1988), as they are commonly used.
_SIZES = ((0.2, "hardly any"), (0.5, "a small one"), (0.8, "a medium one"))


def weat_effect(sets: str, without: str = "", model: str = GLOVE) -> float:
    """Return WEAT's effect size d; the direction between two words may be taken away first."""
    return association_of(sets, without, model).effect


def weat_p(sets: str, without: str = "", model: str = GLOVE) -> float:
    """Return WEAT's one-sided permutation p-value."""
    return association_of(sets, without, model).p_value


def weat_divisions(sets: str, model: str = GLOVE) -> int:
    """Return how many divisions of the targets the p-value was taken over."""
    return len(association_of(sets, "", model).null)


def weat_size(sets: str, without: str = "", model: str = GLOVE) -> str:
    """Return the size of WEAT's effect in Cohen's words; "a large one" from .8 on."""
    effect = abs(association_of(sets, without, model).effect)
    return next((word for bound, word in _SIZES if effect < bound), "a large one")


def weat_overlap(sets: str, model: str = GLOVE) -> int:
    """Return how many of the second targets lean further than the lowest of the first."""
    found = association_of(sets, "", model)
    first, second = found.leanings[: found.n_first], found.leanings[found.n_first :]
    return int((second > first.min()).sum())


def weat_highest(sets: str, group: int = 1, model: str = GLOVE) -> str:
    """Return the target of a group that leans furthest to the first attributes."""
    found = association_of(sets, "", model)
    places = range(found.n_first) if group == 1 else range(found.n_first, len(found.words))
    return found.words[max(places, key=lambda at: float(found.leanings[at]))]


def weat_lowest(sets: str, group: int = 1, model: str = GLOVE) -> str:
    """Return the target of a group that leans least to the first attributes."""
    found = association_of(sets, "", model)
    places = range(found.n_first) if group == 1 else range(found.n_first, len(found.words))
    return found.words[min(places, key=lambda at: float(found.leanings[at]))]


def analogy_accuracy(inputs: bool = False, section: str = ALL, model: str = GLOVE) -> float:
    """Return the share of Google's analogy questions answered right, inputs let in or left out."""
    return accuracies(model)[section][int(inputs)]


def analogy_third(section: str = ALL, model: str = GLOVE) -> float:
    """Return the share of questions whose answer is their third word, when inputs are let in."""
    return accuracies(model)[section][2]


def analogy_questions(model: str = GLOVE) -> int:
    """Return how many of Google's analogy questions the accuracies are about."""
    return count_questions(model)


def on_axis(word: str, low: str, high: str, model: str = GLOVE) -> float:
    """Return where a word stands on an axis from -1 to 1; poles are lists of words."""
    words = vocabulary(model)
    axis = semantic_axis(words, split(low), split(high))
    return float(axis.positions(vectors_of(words, [word]))[0])


FIGURES: tuple[Figure, ...] = tuple(
    figure(function)
    for function in (
        weat_effect, weat_p, weat_divisions, weat_size, weat_overlap, weat_highest, weat_lowest,
        analogy_accuracy, analogy_third, analogy_questions, on_axis,
    )
)  # fmt: skip
