"""The text that lessons count words in, and the small models they train."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from embedding_core.cache import OnceCache
from embedding_core.errors import InputError
from embedding_core.neighbors import nearest_words
from embedding_core.samples import corpus_text, sample_corpus
from embedding_core.teaching.models import GLOVE, vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.cooccurrence import Company
    from embedding_core.wordvectors import SubwordVectors

TEXT = "wordnet-glosses"
# Of the words a model knows, the text has some.
_WIDE = 40
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_COUNTED: OnceCache[Company] = OnceCache(1)
_TRAINED: OnceCache[Any] = OnceCache(8)
_SMALL = {"vector_size": 32, "window": 4, "min_count": 1, "rate": 0.05}
_EPOCHS = 20


class Sighting(NamedTuple):
    """A word as it stands in a text: what is before it, itself, what is after it."""

    before: str
    word: str
    after: str


@lru_cache(maxsize=1)
def text() -> str:
    """Return the text, one sentence a line."""
    return corpus_text(TEXT)


def company() -> Company:
    """Return which words of the text stand within four words of each other."""
    from embedding_core.cooccurrence import count_company

    return _COUNTED.get(TEXT, lambda: count_company(sample_corpus(TEXT)))


def alike_words(word: str, k: int) -> list[str]:
    """Return the k words whose company, by positive PMI, is most like a word's."""
    counted = company()
    likeness = counted.likeness(word)
    likeness[counted.place(word)] = -1
    return [counted.words[at] for at in np.argsort(-likeness, kind="stable")[:k].tolist()]


def model_words(word: str, k: int, model: str = GLOVE) -> list[str]:
    """Return the k words of the text that are nearest to a word by a model."""
    known = company().places
    near = nearest_words(vocabulary(model), word, _WIDE * k)
    return [each.id for each in near if each.id in known][:k]


def sightings(word: str, most: int) -> list[Sighting]:
    """Return sentences with a word, from all over the text.

    Raises
    ------
    InputError
        If it is nowhere.
    """
    word = " ".join(word.split())
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    lines: dict[int, Sighting] = {}
    for match in pattern.finditer(text()) if word else ():
        start = text().rfind("\n", 0, match.start()) + 1
        end = text().find("\n", match.end())
        if start not in lines:
            lines[start] = Sighting(
                text()[start : match.start()], match[0], text()[match.end() : end].rstrip()
            )
    if not lines:
        raise InputError(f"“{word}” is not in this text; try another word.")
    # Neighbours in the text are often about the same thing.
    found = list(lines.values())
    return [found[at] for at in np.linspace(0, len(found) - 1, min(most, len(found))).astype(int)]


def words_around(sightings: Sequence[Sighting], window: int) -> Counter[str]:
    """Return how often each word stands within a window of the word that was looked for."""
    around: Counter[str] = Counter()
    for before, _, after in sightings:
        around.update(_WORD.findall(before.lower())[-window:])
        around.update(_WORD.findall(after.lower())[:window])
    return around


def vectors_with(negative: int, seed: int = 1) -> NDArray[np.float32]:
    """Return vectors of a small made-up text by skip-gram, the very loop the app trains with.

    With no negatives nothing pushes vectors apart.
    """

    def train() -> NDArray[np.float32]:
        from embedding_core import skipgram
        from embedding_core.sentence_walks import SentenceWalks

        corpus = _small_corpus()
        words = corpus.vocabulary(1)
        walks = SentenceWalks(corpus, words, seed=seed, epochs=_EPOCHS)
        found = skipgram.learn(
            lambda: walks.blocks(None), walks.counts, dim=32, window=4, negative=negative,
            epochs=_EPOCHS, seed=seed, rate=0.05, shares=False, per_epoch=walks.per_epoch,
        )  # fmt: skip
        return found.vectors

    found: NDArray[np.float32] = _TRAINED.get(("skipgram", negative, seed), train)
    return found


def small_fasttext() -> SubwordVectors:
    """Return a FastText of a small made-up text: it learns in a moment, and few words."""

    def train() -> SubwordVectors:
        from embedding_core.collection import Collection, Text
        from embedding_core.embedders import EMBEDDERS
        from embedding_core.models import TrainerSpec
        from embedding_core.params import resolve

        spec = EMBEDDERS["fasttext"]
        assert isinstance(spec, TrainerSpec)
        params = resolve(spec.name, spec.params, {**_SMALL, "epochs": _EPOCHS, "bucket": 20_000})
        asked = Collection.of(["cat"], [Text("cat")], modality="text", unit="word")
        model: SubwordVectors = spec.fit(asked, params, corpus=_small_corpus(), seed=1).model  # type: ignore[assignment]
        return model

    found: SubwordVectors = _TRAINED.get("fasttext", train)
    return found


def _small_corpus() -> Any:
    from embedding_core.corpus import Corpus
    from embedding_core.small_world import small_world

    return Corpus(small_world(1_200).text, "a made-up text")
