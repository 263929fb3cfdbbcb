"""Words with vectors: what GloVe, Word2Vec, FastText and word-vector files become."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, overload

import numpy as np

from embedding_core.collection import writable
from embedding_core.errors import ContractError, InputError
from embedding_core.models import Encoded, TextQuery
from embedding_core.similarity import pairwise

if TYPE_CHECKING:
    import pyarrow as pa
    from gensim.models.fasttext import FastTextKeyedVectors
    from numpy.typing import NDArray

    from embedding_core.collection import Payload


class ArrowWords(Sequence[str]):
    """Words in one Arrow array: 400,000 of them take 5 MB instead of 30."""

    def __init__(self, array: pa.StringArray) -> None:
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return list(self._array[index].to_pylist())
        return str(self._array[int(index)].as_py())


class WordIndex:
    """Where each word stands, by its sorted 64-bit hash: an array instead of a dictionary.

    Parameters
    ----------
    hashes : ndarray of shape (n,), uint64
        Hashes of all words, ascending.
    order : ndarray of shape (n,), integer
        The place of each hash's word among the words.
    """

    def __init__(self, hashes: NDArray[np.uint64], order: NDArray[np.int32]) -> None:
        self.hashes = hashes
        self.order = order

    @classmethod
    def build(cls, words: Sequence[str]) -> WordIndex:
        """Hash and sort `words`."""
        hashes = _hash(words[:])
        order = np.argsort(hashes, kind="stable").astype(np.int32)
        return cls(hashes[order], order)

    def positions(self, wanted: Sequence[str], words: Sequence[str]) -> NDArray[np.int64]:
        """Return the place of each wanted word in `words`, -1 where it is not there."""
        found = np.full(len(wanted), -1, dtype=np.int64)
        if not len(wanted):
            return found
        hashes = _hash(wanted)
        starts = np.searchsorted(self.hashes, hashes)
        ends = np.searchsorted(self.hashes, hashes, side="right")
        for at, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            # Two words may share a hash, so the words themselves decide.
            for place in self.order[start:end].tolist():
                if words[place] == wanted[at]:
                    found[at] = place
                    break
        return found


def _hash(words: Sequence[str]) -> NDArray[np.uint64]:
    import pandas as pd

    # Lone surrogates cannot be encoded; no vocabulary holds them either.
    clean = [word.encode("utf-8", "replace").decode() for word in words]
    return np.asarray(pd.util.hash_array(np.array(clean, dtype=object)), dtype=np.uint64)


class WordVectors:
    """Words with vectors. An encoder, with the capabilities Vocabulary and TextQuery.

    Parameters
    ----------
    name : str
        What to call the model in messages.
    words : sequence of str
        All words, the most frequent first where that is known.
    matrix : ndarray of shape (n_words, dim), float32
        C order; may be memory-mapped.
    index : WordIndex, optional
        Built where not given.
    norms : ndarray of shape (n_words,), float32, optional
        Lengths of the vectors; computed where not given.
    remedy : str
        What a person can do about a word that is not there, as a sentence.
    unusable : set of str
        Words that were there with a vector that has NaN or infinity.
    """

    def __init__(
        self,
        name: str,
        words: Sequence[str],
        matrix: NDArray[np.float32],
        *,
        index: WordIndex | None = None,
        norms: NDArray[np.float32] | None = None,
        remedy: str = "Check the spelling, or use FastText, which builds words from their parts.",
        unusable: AbstractSet[str] = frozenset(),
    ) -> None:
        if len(words) != len(matrix):
            raise ContractError(f"{name} has {len(words)} words and {len(matrix)} vectors")
        self.name = name
        self.words = words
        self.matrix = matrix
        self.index = index or WordIndex.build(words)
        self.norms = lengths(matrix) if norms is None else norms
        self.remedy = remedy
        self.unusable = unusable

    def positions(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the place of each word; as written, else composed, else in lower case, else -1.

        Composed: é as one letter, where it was written as e with an accent (Unicode NFC).
        """
        places = self.index.positions(words, self.words)
        for written in (_composed, _lowered):
            unknown = np.flatnonzero(places < 0)
            again = [written(words[i]) for i in unknown.tolist()]
            places[unknown] = self.index.positions(again, self.words)
        return places

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return the vectors of words; unknown ones are named as missing."""
        words = [writable(str(payload.load())).strip() for payload in payloads]
        places = self.positions(words)
        vectors = np.asarray(self.matrix[np.maximum(places, 0)], dtype=np.float32)
        missing: dict[int, str] = {}
        notes: dict[int, str] = {}
        for at, (word, place) in enumerate(zip(words, places.tolist(), strict=True)):
            if place >= 0:
                if self.words[place] != word:
                    notes[at] = f"looked up as “{self.words[place]}”"
                continue
            vector = self._unseen(word)
            vectors[at] = 0 if vector is None else vector
            if vector is None:
                missing[at] = self._why_missing(word)
        return Encoded(vectors, missing, notes)

    def embed_text(self, text: str) -> NDArray[np.float32]:
        """Return the vector of one word. Raises InputError where the model does not know it."""
        word = writable(text).strip()
        place = int(self.positions([word])[0])
        if place >= 0:
            return np.array(self.matrix[place], dtype=np.float32)
        vector = self._unseen(word)
        if vector is None:
            raise InputError(f"“{word}” is {self._why_missing(word)}")
        return vector

    def scores(self, query: NDArray[np.float32], metric: str) -> NDArray[np.float32]:
        """Return the similarity of every word to `query`, (n_words,); larger is nearer."""
        dots: NDArray[np.float32] = np.asarray(self.matrix @ query, dtype=np.float32)
        length = float(np.linalg.norm(query.astype(np.float64)))
        if metric == "dot":
            return dots
        if metric == "manhattan":
            return np.asarray(pairwise(query[None], self.matrix, metric)[0])
        if metric == "euclidean":
            squared = np.maximum(self.norms**2 - 2 * dots + length**2, 0)
            return np.asarray(-np.sqrt(squared), dtype=np.float32)
        both = np.array(self.norms) * np.float32(length)
        # A vector of no length is near to nothing. Dividing by infinity instead of leaving its
        # division out: with `where` NumPy goes one by one and takes ten times as long.
        both[both == 0] = np.inf
        dots /= both
        return dots

    @property
    def nbytes(self) -> int:
        """How much memory its vectors and index take, or map."""
        return self.matrix.nbytes + self.norms.nbytes + 12 * len(self.matrix)

    def _unseen(self, word: str) -> NDArray[np.float32] | None:
        """Return a vector for a word that is not in the table, where the model can make one."""
        return None

    def _why_missing(self, word: str) -> str:
        if not word:
            return "no word; type one."
        if word in self.unusable:
            return f"in {self.name} with NaN or infinity in its vector; export the file again."
        if len(word.split()) > 1:
            return (
                f"more than one word, and {self.name} knows single words; give its words one by "
                "one."
            )
        return f"not among the {len(self.words):,} words of {self.name}. {self.remedy}"


class SubwordVectors(WordVectors):
    """FastText vectors: a word that was never seen is the mean of its character n-grams.

    Parameters
    ----------
    keyed : gensim.models.fasttext.FastTextKeyedVectors
        What gensim trained or loaded (Bojanowski et al., 2017).
    """

    def __init__(self, name: str, keyed: FastTextKeyedVectors) -> None:
        super().__init__(name, keyed.index_to_key, np.ascontiguousarray(keyed.vectors, np.float32))
        self._keyed = keyed

    def pieces(self, word: str) -> list[str]:
        """Return the character n-grams of a word, with < and > at its ends."""
        from gensim.models.fasttext_inner import compute_ngrams

        return list(compute_ngrams(word, self._keyed.min_n, self._keyed.max_n))

    @property
    def parts(self) -> NDArray[np.float32]:
        """The vectors of all parts, (buckets, dim) float32."""
        found: NDArray[np.float32] = self._keyed.vectors_ngrams
        return found

    @property
    def nbytes(self) -> int:
        """How much memory its vectors take, those of the parts too."""
        keyed = self._keyed
        return super().nbytes + int(keyed.vectors_vocab.nbytes) + int(keyed.vectors_ngrams.nbytes)

    def _unseen(self, word: str) -> NDArray[np.float32] | None:
        if not word or not self.pieces(word):
            return None
        return np.asarray(self._keyed.get_vector(word), dtype=np.float32)

    def _why_missing(self, word: str) -> str:
        if not word:
            return "no word; type one."
        return f"too short to have parts of {self._keyed.min_n} or more letters; write it out."


def lengths(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the Euclidean length of each row, without a second copy of the matrix."""
    squares = np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64)
    return np.asarray(np.sqrt(squares), dtype=np.float32)


def _composed(word: str) -> str:
    return unicodedata.normalize("NFC", word)


def _lowered(word: str) -> str:
    return _composed(word).lower()


def vectors_of(model: object, words: Sequence[str]) -> NDArray[np.float32]:
    """Return the vectors of typed words, (n, dim) float32.

    Raises
    ------
    InputError
        Naming every word the model does not know, or where it takes no typed words.
    """
    if not isinstance(model, TextQuery):
        raise InputError(
            "This model takes no typed words; choose one that does, such as glove-6b-50d."
        )
    vectors, unknown = [], {}
    for word in words:
        try:
            vectors.append(model.embed_text(word))
        except InputError as problem:
            unknown[word] = problem
    if len(unknown) == 1:
        raise next(iter(unknown.values()))
    if unknown:
        named = ", ".join(f"“{word}”" for word in unknown)
        raise InputError(f"{named} have no vector here. {next(iter(unknown.values()))}")
    return np.stack(vectors)
