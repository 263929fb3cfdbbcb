"""A text as walks of whole numbers, read again and again, frequent words passed over at random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import Cancelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.corpus import Corpus
    from embedding_core.models import Cancel

THINNED = 1e-3
"""A word whose share of the text is larger is passed over now and then (word2vec's ``sample``)."""
_BLOCKS = 200


class SentenceWalks:
    """Sentences as walks over the places of their words in a vocabulary.

    Parameters
    ----------
    corpus : Corpus
    words : sequence of str
        The vocabulary; words that are not in it are left out.
    seed : int
    epochs : int
        How often the text will be read: it comes in some two hundred blocks in all, whoever
        watches.
    """

    def __init__(self, corpus: Corpus, words: Sequence[str], *, seed: int, epochs: int) -> None:
        places = {word: at for at, word in enumerate(words)}
        read = [[places[w] for w in line if w in places] for line in corpus.sentences]
        lengths = np.array([len(line) for line in read], dtype=np.int64)
        self._starts = np.concatenate([[0], np.cumsum(lengths)])
        self._flat = np.fromiter((w for line in read for w in line), np.int32, int(lengths.sum()))
        self.counts = np.bincount(self._flat, minlength=len(words)).astype(np.int64)
        share = self.counts / max(1, len(self._flat)) / THINNED
        self._kept = np.minimum(1.0, (np.sqrt(share) + 1) / np.maximum(share, 1e-12))
        self._generator = np.random.default_rng((seed, 1))
        self._at_once = max(1, -(-len(read) * epochs // _BLOCKS))

    @property
    def per_epoch(self) -> int:
        """About how many words a reading does not pass over."""
        return round(float(self.counts @ self._kept))

    def blocks(self, cancel: Cancel | None = None) -> Iterator[NDArray[np.int32]]:
        """Read the text once.

        Yields
        ------
        ndarray of shape (m, length), int32
            Sentences; -1 behind the end of each that is shorter than the longest.
        """
        n = len(self._starts) - 1
        for at in range(0, n, self._at_once):
            if cancel is not None and cancel():
                raise Cancelled
            yield self._block(at, min(n, at + self._at_once))

    def _block(self, first: int, last: int) -> NDArray[np.int32]:
        starts = self._starts[first : last + 1]
        words = self._flat[starts[0] : starts[-1]]
        kept = self._generator.random(len(words)) < self._kept[words]
        rows = np.repeat(np.arange(last - first), np.diff(starts))[kept]
        lengths = np.bincount(rows, minlength=last - first)
        columns = np.arange(len(rows)) - (np.cumsum(lengths) - lengths)[rows]
        block = np.full((last - first, int(lengths.max(initial=0))), -1, dtype=np.int32)
        block[rows, columns] = words[kept]
        return block
