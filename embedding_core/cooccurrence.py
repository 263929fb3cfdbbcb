"""Which words stand near which in running text, counted, and how far that exceeds chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.corpus import Corpus

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Company:
    """How often words stand within a window of each other.

    Attributes
    ----------
    words : tuple of str
        The most frequent first.
    counts : scipy.sparse.csr_matrix of shape (n, n), float64
        Symmetric: how often each word stands within the window of each other.
    window : int
        Words to each side.
    """

    words: tuple[str, ...]
    counts: Any = field(repr=False)
    window: int

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each word stands in `words`."""
        return {word: at for at, word in enumerate(self.words)}

    @cached_property
    def totals(self) -> Array:
        """How many words stand around each word in all, (n,)."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.float64).ravel()

    def place(self, word: str) -> int:
        """Return where a word stands in `words`.

        Raises
        ------
        InputError
            If it is not counted.
        """
        found = self.places.get(word.strip().lower())
        if found is None:
            raise InputError(
                f"“{word}” is too rare in this text to be counted; try one of its "
                f"{len(self.words):,} more frequent words."
            )
        return found

    def count(self, a: str, b: str) -> int:
        """Return how often one word stands near another."""
        return int(self.counts[self.place(a), self.place(b)])

    def pmi(self, a: str, b: str) -> float:
        """Return the pointwise mutual information of two words, in bits.

        The logarithm of how often they meet, over how often they would by chance (Church and Hanks,
        1990); minus infinity where they never meet.
        """
        i, j = self.place(a), self.place(b)
        met = float(self.counts[i, j]) * self.totals.sum()
        return float(np.log2(met / (self.totals[i] * self.totals[j]))) if met else -np.inf

    def pmi_row(self, word: str) -> Array:
        """Return a word's pointwise mutual information with every word, (n,), in bits."""
        at = self.place(word)
        met = self.counts[at].toarray().ravel() * self.totals.sum()
        with np.errstate(divide="ignore"):
            return np.asarray(np.log2(met / (self.totals[at] * self.totals)))

    @cached_property
    def positive(self) -> Any:
        """Positive PMI, its rows scaled to length 1, (n, n) sparse float32.

        What is met less often than by chance counts as 0: a few texts say little of what is rare
        (Bullinaria and Levy, 2007).
        """
        from scipy.sparse import csr_matrix, diags

        found = self.counts.tocoo()
        total = self.totals.sum()
        bits = np.log2(found.data * total / (self.totals[found.row] * self.totals[found.col]))
        kept = bits > 0
        matrix = csr_matrix(
            (bits[kept].astype(np.float32), (found.row[kept], found.col[kept])),
            shape=self.counts.shape,
        )
        lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        return (diags(1 / np.maximum(lengths, 1e-12)) @ matrix).tocsr()

    def likeness(self, word: str) -> Array:
        """Return the cosine of a word's positive PMI to that of every word, (n,) in [0, 1]."""
        row = self.positive[self.place(word)]
        return np.asarray((self.positive @ row.T).toarray(), dtype=np.float64).ravel()


def count_company(corpus: Corpus, *, window: int = 4, min_count: int = 10) -> Company:
    """Count which words stand within a window of each other, sentence by sentence.

    Parameters
    ----------
    corpus : Corpus
    window : int
        How far to each side.
    min_count : int
        Words that occur less often are not counted; they keep their place in the sentence.

    Raises
    ------
    InputError
        If no word occurs often enough.
    """
    words = tuple(corpus.vocabulary(min_count))
    if not words:
        raise InputError(f"No word occurs {min_count} times or more; give more text.")
    return Company(words, count_pairs(corpus.sentences, words, window), window)


def count_pairs(sentences: Sequence[Sequence[str]], words: Sequence[str], window: int) -> Any:
    """Return how often words stand within a window of each other, a sparse (n, n) matrix."""
    from scipy.sparse import coo_matrix, csr_matrix

    places = {word: at for at, word in enumerate(words)}
    # Between sentences stand as many gaps as a window is wide, so that none reaches into another.
    gap = [-1] * window
    text: list[int] = []
    for sentence in sentences:
        text += [places.get(word, -1) for word in sentence]
        text += gap
    row = np.array(text, dtype=np.int32)
    n = len(words)
    counts = csr_matrix((n, n))
    for distance in range(1, window + 1):
        left, right = row[:-distance], row[distance:]
        both = (left >= 0) & (right >= 0)
        pairs = (left[both], right[both])
        counts = counts + coo_matrix((np.ones(len(pairs[0])), pairs), shape=(n, n)).tocsr()
    return (counts + counts.T).tocsr()
