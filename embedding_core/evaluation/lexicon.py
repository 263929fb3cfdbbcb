"""Which words of a test a model knows, and where they stand in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import Cancelled, InputError
from embedding_core.models import Subwords, TextQuery

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Vocabulary

_BLOCK = 1 << 16


class Lexicon:
    """The words of a test as a model knows them, whatever the case of their letters.

    Upper-cased forms are compared, as in gensim: the tests write "Athens", GloVe "athens".

    Parameters
    ----------
    model : Vocabulary
    wanted : iterable of str
        The test's words.
    restrict : int
        How many of the model's words take part, from the first; 0 for all.
    cancel : callable, optional
        Asked between blocks of words whether to stop.

    Attributes
    ----------
    searched : int
        How many words take part.
    unknown : tuple of str
        The wanted words that have no vector, in alphabetical order.
    """

    def __init__(
        self,
        model: Vocabulary,
        wanted: Iterable[str],
        restrict: int = 0,
        cancel: Cancel | None = None,
    ) -> None:
        self._model = model
        total = len(model.words)
        self.searched = min(restrict or total, total)
        forms = {word.upper(): word for word in sorted(set(wanted))}
        self._places, cased = self._look_up(forms, cancel)
        lacking = [word for form, word in forms.items() if form not in self._places]
        self._built = self._build(lacking, cased)
        self.unknown = tuple(word for word in lacking if word.upper() not in self._built)

    def _look_up(
        self, forms: Iterable[str], cancel: Cancel | None
    ) -> tuple[dict[str, list[int]], bool]:
        """Return all places of each form, and whether the model tells cases apart."""
        found: dict[str, list[int]] = {}
        asked, cased = set(forms), False
        for start in range(0, self.searched, _BLOCK):
            if cancel is not None and cancel():
                raise Cancelled
            block = self._model.words[start : min(start + _BLOCK, self.searched)]
            for place, word in enumerate(block, start):
                form = word.upper()
                if form in asked:
                    found.setdefault(form, []).append(place)
                    cased = cased or word != word.lower()
        return found, cased

    def _build(self, words: Sequence[str], cased: bool) -> dict[str, NDArray[np.float32]]:
        """Return vectors made of the parts of words that are nowhere in the vocabulary.

        In lower case for a model that has only seen lower case: it never met the part "<Ath".
        """
        model = self._model
        if not (isinstance(model, Subwords) and isinstance(model, TextQuery)):
            return {}
        spelled = [word if cased else word.lower() for word in words]
        built = {}
        places = model.positions(spelled).tolist()
        for word, spelling, place in zip(words, spelled, places, strict=True):
            # A word farther down the vocabulary than was asked for stays out, as for all models.
            if place < 0:
                try:
                    built[word.upper()] = model.embed_text(spelling)
                except InputError:
                    continue  # Too short to have parts; it is named among the unknown.
        return built

    def places(self, word: str) -> list[int]:
        """Return where a word stands, in all its cases, the most frequent first; else nothing."""
        return self._places.get(word.upper(), [])

    def was_built(self, word: str) -> bool:
        """Tell whether a word's vector was built from its parts."""
        return word.upper() in self._built

    def knows(self, word: str) -> bool:
        """Tell whether a word has a vector."""
        return word.upper() in self._places or self.was_built(word)

    def vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of words it knows, (n, dim) float32."""
        matrix = self._model.matrix
        rows = np.array([self.places(word)[0] if self.places(word) else 0 for word in words])
        vectors = np.array(matrix[rows.astype(np.intp)], dtype=np.float32)
        for at, word in enumerate(words):
            if self.was_built(word):
                vectors[at] = self._built[word.upper()]
        return vectors
