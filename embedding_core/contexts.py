"""One word in several sentences: its token vectors in every layer, and how far its senses part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from embedding_core.errors import Cancelled, InputError
from embedding_core.models import Cancel, Progress
from embedding_core.scripts import UNSPACED
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.transformer import Tokens

# A letter, digit or underscore of a script that puts spaces between words.
_LETTER = rf"[^\W{UNSPACED}]"


@runtime_checkable
class Segments(Protocol):
    """Capability: a vector for every piece of a text, in every layer."""

    @property
    def n_layers(self) -> int:
        """Layers above the embedding table."""

    def tokenize(self, text: str) -> Tokens:
        """Return the pieces of a text, without their vectors."""

    def layers(self, texts: Sequence[str]) -> Iterator[Tokens]:
        """Yield the pieces of every text with their vectors, in the order given."""


@dataclass(frozen=True, eq=False)
class Contexts:
    """A word as it stands in several sentences.

    Attributes
    ----------
    word : str
    sentences : tuple of str
        Those that have it, once for every time it occurs.
    rows : tuple of int
        Which of the sentences given each one is.
    spans : tuple of (int, int)
        Where in the sentence it stands.
    vectors : ndarray of shape (n_layers + 1, n, dim), float32
        The mean of its pieces' vectors; layer 0 is the embedding table with positions.
    others : ndarray of shape (n_layers + 1,), float32
        Mean cosine of all pairs of other tokens, each pair from two sentences: what "unrelated" is
        in each layer, as vectors of deeper layers crowd into a cone (Ethayarajh, 2019). NaN where
        there is no such pair.
    left_out : tuple of (str, str)
        Sentences without the word, or in which the model's limit cut it off.
    """

    word: str
    sentences: tuple[str, ...]
    rows: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    vectors: NDArray[np.float32] = field(repr=False)
    others: NDArray[np.float32] = field(repr=False)
    left_out: tuple[tuple[str, str], ...] = ()

    def similarities(self, layer: int) -> NDArray[np.float32]:
        """Return the cosine of every occurrence to every other in a layer, (n, n)."""
        directions = unit(self.vectors[layer])
        found: NDArray[np.float32] = np.clip(directions @ directions.T, -1, 1)
        return found


def word_in_contexts(
    model: object,
    word: str,
    sentences: Sequence[str],
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Contexts:
    """Look a word up in sentences and take its vectors out of them.

    Parameters
    ----------
    model : Segments
        A transformer, as ``load("minilm-l6")`` gives it.
    word : str
        A word or a phrase; found whole, in upper and lower case alike.
    sentences : sequence of str
    progress, cancel : callable, optional
        Told of and asked at every sentence that has the word.

    Raises
    ------
    InputError
        If no sentence has it, or the model keeps no vectors of its layers.
    Cancelled
        If `cancel` said so.
    """
    if not isinstance(model, Segments):
        raise InputError(
            "This model gives a text one vector and its pieces none; choose a transformer."
        )
    word = " ".join(word.split())
    if not word:
        raise InputError("No word was given; type the one to look for.")
    pattern = _whole(word)
    places = [[match.span() for match in pattern.finditer(sentence)] for sentence in sentences]
    having = [row for row, spans in enumerate(places) if spans]
    kept: list[tuple[int, tuple[int, int], NDArray[np.float32]]] = []
    samples: list[NDArray[np.float32]] = []
    left_out = [(row, f"“{word}” is not in it.") for row, spans in enumerate(places) if not spans]
    read = model.layers([sentences[row] for row in having])
    for done, row in enumerate(having):
        if cancel is not None and cancel():
            raise Cancelled
        tokens = next(read)
        found = [pieces_of(tokens, span) for span in places[row]]
        samples.append(_others(tokens, {at for pieces in found for at in pieces}))
        for span, pieces in zip(places[row], found, strict=True):
            if pieces:
                kept.append((row, span, tokens.layers[:, pieces].mean(axis=1)))
            else:
                left_out.append((row, "the model's limit cut the word off."))
        if progress is not None:
            progress(done + 1, len(having), "sentences read")
    if not kept and samples:
        raise InputError(
            f"“{word}” stands beyond the model's limit in every sentence that has it; bring "
            "shorter ones."
        )
    if not kept:
        raise InputError(
            f"“{word}” is in none of the {len(sentences):,} sentences; type a word that some of "
            "them share."
        )
    return Contexts(
        word=word,
        sentences=tuple(sentences[row] for row, _, _ in kept),
        rows=tuple(row for row, _, _ in kept),
        spans=tuple(span for _, span, _ in kept),
        vectors=np.stack([vectors for _, _, vectors in kept], axis=1),
        others=_unrelated(samples),
        left_out=tuple((sentences[row], why) for row, why in sorted(left_out)),
    )


def _whole(word: str) -> re.Pattern[str]:
    """Return what finds a word or phrase, and no part of a longer word.

    Where a word ends shows by what is no letter; not where it ends in a mark ("?") itself, and not
    in scripts that put no space between words.
    """
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, word) else ""
    after = rf"(?!{_LETTER})" if re.match(_LETTER, word[-1]) else ""
    inside = r"\s+".join(map(re.escape, word.split()))
    return re.compile(f"{before}{inside}{after}", re.IGNORECASE)


def pieces_of(tokens: Tokens, span: tuple[int, int]) -> list[int]:
    """Return which pieces of a text lie in a part of it; those the model added never do."""
    start, end = span
    return [
        at
        for at, ((low, high), added) in enumerate(zip(tokens.spans, tokens.is_added, strict=True))
        if not added and low < end and high > start
    ]


@dataclass(frozen=True, eq=False)
class SenseCurve:
    """How alike the occurrences of a word are, layer by layer.

    Attributes
    ----------
    within : ndarray of shape (n_layers + 1,), float32
        Mean cosine of two occurrences of the same sense; NaN where no sense has two.
    between : ndarray of shape (n_layers + 1,), float32
        Of two of different senses; NaN where there is one sense only.
    """

    within: NDArray[np.float32]
    between: NDArray[np.float32]

    @property
    def gap(self) -> NDArray[np.float32]:
        """How much more alike the same sense is."""
        found: NDArray[np.float32] = self.within - self.between
        return found


def sense_curve(contexts: Contexts, senses: Sequence[str]) -> SenseCurve:
    """Compare occurrences of the same and of different senses in every layer.

    Parameters
    ----------
    contexts : Contexts
    senses : sequence of str
        The sense of each of ``contexts.sentences``.

    Raises
    ------
    InputError
        If there are not as many senses as occurrences.
    """
    labels = np.asarray(senses)
    if len(labels) != len(contexts.sentences):
        raise InputError(
            f"{len(labels)} senses were given for {len(contexts.sentences)} occurrences; give one "
            "for each."
        )
    above = np.triu(np.ones((len(labels), len(labels)), dtype=bool), 1)
    same = (labels[:, None] == labels[None, :]) & above
    other = ~(labels[:, None] == labels[None, :]) & above
    matrices = [contexts.similarities(layer) for layer in range(len(contexts.vectors))]

    def mean(where: NDArray[np.bool_]) -> NDArray[np.float32]:
        values = [matrix[where].mean() if where.any() else np.nan for matrix in matrices]
        return np.array(values, dtype=np.float32)

    return SenseCurve(mean(same), mean(other))


def _others(tokens: Tokens, word: set[int]) -> NDArray[np.float32]:
    """Return the vectors of a text's own pieces but those of the word, (n_layers + 1, m, dim)."""
    kept = [at for at, added in enumerate(tokens.is_added) if not added and at not in word]
    return tokens.layers[:, kept]


def _unrelated(samples: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the mean cosine between tokens of different sentences, layer by layer, exactly.

    The cosine of all pairs is the product of sums of unit vectors: pairs within a sentence are
    taken off again.
    """
    found = []
    for layer in range(len(samples[0])):
        directions = [unit(sample[layer]).astype(np.float64) for sample in samples]
        sums = np.stack([part.sum(axis=0) for part in directions])
        counts = np.array([len(part) for part in directions], dtype=np.float64)
        pairs = counts.sum() ** 2 - (counts**2).sum()
        total = (sums.sum(axis=0) ** 2).sum() - (sums**2).sum()
        found.append(total / pairs if pairs else np.nan)
    return np.array(found, dtype=np.float32)
