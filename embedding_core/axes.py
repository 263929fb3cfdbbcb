"""Semantic axes: where items stand between two poles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import InputError
from embedding_core.similarity import unit
from embedding_core.wordvectors import vectors_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Axis:
    """A line through two poles, each the mean direction of one or more words.

    Attributes
    ----------
    low, high : tuple of str
        The words of each pole.
    origin : ndarray of shape (dim,)
        Halfway between the poles.
    direction : ndarray of shape (dim,)
        From the middle to the high pole.
    """

    low: tuple[str, ...]
    high: tuple[str, ...]
    origin: NDArray[np.float32]
    direction: NDArray[np.float32]

    @property
    def title(self) -> str:
        """What the axis is called on a map."""
        return f"{', '.join(self.low)}  –  {', '.join(self.high)}"

    def positions(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return where vectors stand: -1 at the low pole, 0 halfway, 1 at the high one.

        Vectors are scaled to length 1 and projected onto the line (Grand et al., 2022).

        Parameters
        ----------
        vectors : ndarray of shape (n, dim), float32

        Returns
        -------
        ndarray of shape (n,), float32
            Beyond -1 and 1 for vectors that go further than the poles.
        """
        along = (unit(vectors) - self.origin) @ self.direction
        return np.asarray(along / (self.direction @ self.direction), dtype=np.float32)

    def relevance(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how near vectors are to the axis' middle: where it is low, positions say little.

        Parameters
        ----------
        vectors : ndarray of shape (n, dim), float32

        Returns
        -------
        ndarray of shape (n,), float32
            Cosine similarity to the point halfway between the poles, in [-1, 1].
        """
        middle = unit(np.asarray(self.origin, dtype=np.float32)[None])[0]
        return np.asarray(unit(vectors) @ middle, dtype=np.float32)


def semantic_axis(model: object, low: Sequence[str], high: Sequence[str]) -> Axis:
    """Span an axis between two words or two lists of words.

    Parameters
    ----------
    model : Vocabulary
    low, high : sequence of str
        The poles; a list stands for the mean of its words' directions, which is steadier than one
        word's.

    Raises
    ------
    InputError
        If a pole is empty, a word is unknown, or both poles are the same point.
    """
    if not low or not high:
        raise InputError("An axis needs two poles and one is empty; give at least one word each.")
    poles = [unit(vectors_of(model, list(words))).mean(axis=0) for words in (low, high)]
    direction = (poles[1] - poles[0]) / 2
    if float(np.linalg.norm(direction)) < 1e-6:
        raise InputError(
            f"The poles “{', '.join(low)}” and “{', '.join(high)}” are the same point, so there is "
            "no axis between them; choose words that differ."
        )
    return Axis(tuple(low), tuple(high), poles[0] + direction, direction)
