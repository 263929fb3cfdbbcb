"""How good is this model? Tests of word models that people have agreed on, and their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedding_core.errors import InputError
from embedding_core.evaluation.analogies import SPECS as _ANALOGIES
from embedding_core.evaluation.analogies import AnalogyScore, AnalogyTest, Question, Section
from embedding_core.evaluation.base import Score, WordTest
from embedding_core.evaluation.pairs import SPECS as _PAIRS
from embedding_core.evaluation.pairs import PairScore, PairTest, RatedPair
from embedding_core.models import Vocabulary
from embedding_core.registry import Registry

if TYPE_CHECKING:
    from embedding_core.models import Cancel, Progress

__all__ = [
    "TESTS",
    "AnalogyScore",
    "AnalogyTest",
    "PairScore",
    "PairTest",
    "Question",
    "RatedPair",
    "Score",
    "Section",
    "WordTest",
    "evaluate",
]

TESTS: Registry[PairTest | AnalogyTest] = Registry("test of word models", (*_PAIRS, *_ANALOGIES))


def evaluate(
    model: object,
    name: str,
    *,
    restrict: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> PairScore | AnalogyScore:
    """Put a word model to a test.

    Parameters
    ----------
    model : Vocabulary
        A loaded or trained word model: ``ec.load("glove-6b-50d")``, or an embedding's ``model``.
    name : str
        A name in ``TESTS``.
    restrict : int, optional
        Take part with so many of the model's words, from its first, which are the most frequent;
        0 takes all. Where not given, the test's own number.
    seed : int
        Of the bootstrap.
    progress, cancel : callable, optional
        Told how far it is and asked whether to stop.

    Returns
    -------
    PairScore or AnalogyScore
        With the figure, its interval, how much of the test the model knows, and every item.

    Raises
    ------
    InputError
        If the model has no vocabulary, or `restrict` is negative.
    MissingDependencyError
        If the package that brings the test is missing.
    Cancelled
        If `cancel` said so.
    """
    test = TESTS[name]
    if not isinstance(model, Vocabulary):
        raise InputError(
            f"{test.label} asks for single words and this model has no vocabulary; choose a word "
            "model such as glove-6b-50d."
        )
    restrict = test.restrict if restrict is None else restrict
    if restrict < 0:
        raise InputError(f"restrict got {restrict}; give a number of words, or 0 for all of them.")
    return test.run(model, restrict=restrict, seed=seed, progress=progress, cancel=cancel)
