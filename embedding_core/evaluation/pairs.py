"""Pairs of words that people rated, and whether the model finds near what people find near."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.evaluation.base import FEWEST_FOR_INTERVAL, Score, WordTest
from embedding_core.evaluation.lexicon import Lexicon
from embedding_core.quality import bootstrap
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Progress, Vocabulary

_FEWEST_PAIRS = 3
Rated = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class RatedPair:
    """One pair of a test.

    Attributes
    ----------
    left, right : str
    human : float
        The mean of people's ratings; larger is nearer.
    cosine : float or None
        The model's similarity; None where it does not know one of the words.
    human_rank, model_rank : float or None
        The pair's place among the known pairs by either, 1 for the nearest; equal pairs share the
        middle of their places.
    """

    left: str
    right: str
    human: float
    cosine: float | None = None
    human_rank: float | None = None
    model_rank: float | None = None

    @property
    def disagreement(self) -> float:
        """How many places people and model are apart; 0 where the pair is not known."""
        if self.human_rank is None or self.model_rank is None:
            return 0.0
        return abs(self.human_rank - self.model_rank)


@dataclass(frozen=True, kw_only=True)
class PairScore(Score):
    """What a model reached on rated pairs.

    Attributes
    ----------
    pairs : tuple of RatedPair
        All of them, in the test's order.
    """

    pairs: tuple[RatedPair, ...] = field(repr=False)

    def disagreements(self, k: int = 10) -> list[RatedPair]:
        """Return the known pairs that people and model order most differently, worst first."""
        known = [pair for pair in self.pairs if pair.cosine is not None]
        return sorted(known, key=lambda pair: -pair.disagreement)[:k]


@dataclass(frozen=True)
class PairTest(WordTest):
    """Pairs of words with people's ratings."""

    def run(
        self,
        model: Vocabulary,
        *,
        restrict: int,
        seed: int,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> PairScore:
        """Compare the model's cosines with the ratings."""
        rated = read_pairs(self.path())
        words = [word for left, right, _ in rated for word in (left, right)]
        lexicon = Lexicon(model, words, restrict, cancel)
        known = [at for at, pair in enumerate(rated) if all(map(lexicon.knows, pair[:2]))]
        left = unit(lexicon.vectors([rated[at][0] for at in known]))
        right = unit(lexicon.vectors([rated[at][1] for at in known]))
        cosines = np.clip(np.einsum("ij,ij->i", left, right), -1, 1).astype(np.float64)
        both = np.column_stack([np.array([rated[at][2] for at in known], np.float64), cosines])
        figure, reason = self._figure(both, len(rated))
        interval = None
        if figure is not None and len(known) >= FEWEST_FOR_INTERVAL:
            interval = bootstrap(both, np.random.default_rng(seed), statistic=spearman)
        if progress is not None:
            progress(len(rated), len(rated), "pairs compared")
        return PairScore(
            test=self.name,
            measure="Spearman correlation of the model's cosines with people's ratings",
            figure=figure,
            reason=reason,
            interval=interval,
            n=len(rated),
            known=len(known),
            built=sum(any(map(lexicon.was_built, rated[at][:2])) for at in known),
            searched=lexicon.searched,
            vocabulary=len(model.words),
            unknown_words=lexicon.unknown,
            pairs=_ranked(rated, known, both),
        )

    def _figure(self, both: NDArray[np.float64], n: int) -> tuple[float | None, str]:
        """Return the correlation; or None, and why there is none."""
        if len(both) < _FEWEST_PAIRS:
            return None, (
                f"The model knows both words of {len(both)} of the {n:,} pairs, and a correlation "
                f"needs {_FEWEST_PAIRS}; choose a model with more of English in its vocabulary."
            )
        figure = float(spearman(both[None])[0])
        if np.isnan(figure):
            return None, (
                f"All {len(both):,} known pairs have the same cosine or the same rating, so there "
                "is no order to compare."
            )
        return figure, ""


def spearman(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return Spearman's rank correlation of each sample, (rounds, n, 2) to (rounds,).

    Equal values share the middle of their ranks. NaN where one side is all equal.
    """
    from scipy.stats import rankdata

    ranks = rankdata(values, axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    left, right = ranks[..., 0], ranks[..., 1]
    together = (left * right).sum(axis=1)
    size = np.sqrt((left * left).sum(axis=1) * (right * right).sum(axis=1))
    figures = np.full(len(size), np.nan)
    np.divide(together, size, out=figures, where=size > 0)
    return figures


def _ranked(
    rated: tuple[Rated, ...], known: list[int], both: NDArray[np.float64]
) -> tuple[RatedPair, ...]:
    from scipy.stats import rankdata

    pairs = [RatedPair(*pair) for pair in rated]
    ranks = rankdata(-both, axis=0)
    for row, at in enumerate(known):
        pairs[at] = RatedPair(
            *rated[at], float(both[row, 1]), float(ranks[row, 0]), float(ranks[row, 1])
        )
    return tuple(pairs)


@cache
def read_pairs(path: Path) -> tuple[Rated, ...]:
    """Read lines of two words and a rating, apart by tabs; # starts a comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple((left.strip(), right.strip(), float(rating)) for left, right, rating in cells)


SPECS = (
    PairTest(
        name="wordsim-353",
        label="WordSim-353",
        about=(
            "353 pairs rated by 13 to 16 people for how related they are. Its ratings mix two "
            "things: coffee and cup are related without being similar, and such pairs score high "
            "here. That is why SimLex-999 was made (Hill et al., 2015). Few pairs: look at the "
            "interval."
        ),
        source="Finkelstein, Gabrilovich, Matias, Rivlin, Solan, Wolfman and Ruppin, 2002",
        file="test/test_data/wordsim353.tsv",
    ),
    PairTest(
        name="simlex-999",
        label="SimLex-999",
        about=(
            "999 pairs of nouns, verbs and adjectives rated for similarity alone: coffee and cup "
            "score low, and so do opposites, which models that learn from neighbouring words find "
            "near. Expect a lower figure than on WordSim-353; people agree with the others' mean "
            "to about .78."
        ),
        source="Hill, Reichart and Korhonen, 2015",
        file="test/test_data/simlex999.txt",
    ),
)
