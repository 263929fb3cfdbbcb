"""What figures and pictures of the lesson on analogies and bias share, each computed once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.association import Association, weat, word_set
from embedding_core.cache import OnceCache
from embedding_core.errors import InputError
from embedding_core.similarity import unit
from embedding_core.teaching.models import split, vocabulary
from embedding_core.wordvectors import vectors_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Vocabulary

ALL = "all"
# The test's own custom: the most frequent words take part. More would find the same and take long.
SEARCHED = 30_000
_BLOCK = 512
# Of each section's questions, evenly spread: the share moves by a few hundredths at most.
_EACH = 250

_TESTED: OnceCache[Association] = OnceCache(64)
_ACCURACIES: OnceCache[tuple[dict[str, tuple[float, float, float]], int]] = OnceCache(4)


class _Without:
    """A model from whose scaled vectors one direction was taken away."""

    def __init__(self, model: Vocabulary, direction: NDArray[np.float32]) -> None:
        self._model, self._direction = model, direction

    def embed_text(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a word, at right angles to the direction."""
        vector = unit(vectors_of(self._model, [text]))[0]
        return np.asarray(vector - (vector @ self._direction) * self._direction, dtype=np.float32)


def association_of(sets: str, without: str, model: str) -> Association:
    """Return what WEAT finds for published word sets.

    Parameters
    ----------
    sets : str
        ``"weat-1"`` and the like.
    without : str
        Two words; the direction from one to the other is taken from all vectors first.
    model : str
    """

    def compute() -> Association:
        words, found = vocabulary(model), word_set(sets)
        asked: object = words
        if without.strip():
            poles = split(without)
            if len(poles) != 2:
                raise InputError(f"A direction goes from one word to another; got {without!r}.")
            a, b = unit(vectors_of(words, poles))
            asked = _Without(words, unit((a - b)[None])[0])
        return weat(asked, found.targets, found.attributes)

    return _TESTED.get((sets, without, model), compute)


def accuracies(model: str) -> dict[str, tuple[float, float, float]]:
    """Return how analogy questions are answered, by section, and over all of them.

    Returns
    -------
    dict
        Section to the share answered right with the inputs left out, right with them let in, and
        answered by the question's third word with them let in.
    """
    return _answered(model)[0]


def count_questions(model: str) -> int:
    """Return how many questions that is about: those all of whose words take part."""
    return _answered(model)[1]


def _answered(model: str) -> tuple[dict[str, tuple[float, float, float]], int]:
    return _ACCURACIES.get(model, lambda: _answer(vocabulary(model)))


def _answer(words: Vocabulary) -> tuple[dict[str, tuple[float, float, float]], int]:
    """Answer each of Google's questions twice (Mikolov et al., 2013)."""
    from embedding_core.evaluation import TESTS
    from embedding_core.evaluation.analogies import read_questions

    asked = read_questions(TESTS["google-analogies"].path())
    places = np.stack(
        [words.positions([getattr(q, part).lower() for q in asked])
         for part in ("a", "b", "c", "expected")], axis=1,
    )  # fmt: skip
    usable = np.flatnonzero(((places >= 0) & (places < SEARCHED)).all(axis=1))
    known = _spread(usable, [asked[at].section for at in usable.tolist()])
    vectors = unit(np.array(words.matrix[:SEARCHED], dtype=np.float32))
    found: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    for start in range(0, len(known), _BLOCK):
        rows = known[start : start + _BLOCK]
        a, b, c, expected = places[rows].T
        scores = (vectors[b] - vectors[a] + vectors[c]) @ vectors.T
        free = scores.argmax(axis=1)
        for inputs in (a, b, c):
            scores[np.arange(len(rows)), inputs] = -np.inf
        custom = scores.argmax(axis=1)
        told = zip(custom == expected, free == expected, free == c, strict=True)
        for row, each in zip(rows.tolist(), told, strict=True):
            found[asked[row].section].append(each)
            found[ALL].append(each)
    shares = {name: tuple(np.mean(each, axis=0).tolist()) for name, each in found.items()}
    return shares, len(known)


def _spread(questions: NDArray[np.intp], sections: list[str]) -> NDArray[np.intp]:
    """Return some questions of each section, evenly spread over it."""
    kept = []
    for name in dict.fromkeys(sections):
        own = questions[[section == name for section in sections]]
        kept.append(own[np.unique(np.linspace(0, len(own) - 1, _EACH).astype(int))])
    return np.concatenate(kept)
