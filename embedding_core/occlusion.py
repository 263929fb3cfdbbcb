"""Why two texts are alike: each word is taken out in turn, and what that does is measured."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from embedding_core.collection import Payload, Text
from embedding_core.errors import Cancelled, InputError, UnknownNameError
from embedding_core.models import Cancel, Encoded, Progress, Stepwise
from embedding_core.scripts import UNSPACED
from embedding_core.similarity import pairwise

if TYPE_CHECKING:
    from numpy.typing import NDArray

WAYS = ("delete", "mask")
# Between the letters of scripts without spaces a word's end cannot be seen: each is taken alone.
_WORD = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")
_MOST_WORDS = 400
_SHOWN = 80


@runtime_checkable
class Masking(Protocol):
    """Capability: a piece that stands for a hidden word."""

    @property
    def mask(self) -> str | None:
        """The piece; None where the model has none."""


class _Embeds(Protocol):
    def embed(self, payloads: Sequence[Payload]) -> Encoded: ...


@dataclass(frozen=True)
class WordEffect:
    """What one word does to the likeness of two texts.

    Attributes
    ----------
    word : str
        As it stands in the text, punctuation and all.
    span : (int, int)
        Where it stands.
    effect : float
        How much the similarity falls without it: positive for a word that makes the two alike,
        negative for one that keeps them apart. NaN where nothing is left without it.
    """

    word: str
    span: tuple[int, int]
    effect: float


@dataclass(frozen=True)
class PairExplanation:
    """What every word of two texts does to their likeness.

    Attributes
    ----------
    similarity : float
        Of the two as they are.
    left, right : tuple of WordEffect
        The words of each text, in their order.
    way : {"delete", "mask"}
    metric : str
    notes : tuple of str
        Texts that the model did not read as they are, and how they were changed: words beyond its
        limit do nothing.
    """

    similarity: float
    left: tuple[WordEffect, ...]
    right: tuple[WordEffect, ...]
    way: str
    metric: str
    notes: tuple[str, ...] = ()


def explain_pair(
    model: object,
    left: str,
    right: str,
    *,
    way: str = "delete",
    metric: str = "cosine",
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> PairExplanation:
    """Take each word out of one of two texts in turn, and measure how their likeness changes.

    Occlusion (Zeiler and Fergus, 2014; for text Li, Monroe and Jurafsky, 2016). Deleting a word
    changes the length and the place of those after it; a mask keeps both, but is a word of its own
    to the model: where the two ways disagree, neither is the whole truth.

    Parameters
    ----------
    model : encoder
        Whose ``embed`` takes texts.
    left, right : str
    way : {"delete", "mask"}
        Leave the word out, or put the model's mask in its place.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
        Effects are differences of similarities; of negative distances for the last two.
    progress, cancel : callable, optional
        Told of and asked between batches of texts with a word taken out.

    Returns
    -------
    PairExplanation

    Raises
    ------
    InputError
        If a text has no vector or too many words, or the model has no mask.
    UnknownNameError
        If there is no such way or metric.
    Cancelled
        If `cancel` said so.
    """
    if way not in WAYS:
        raise UnknownNameError("way to take a word out", way, WAYS)
    mask = _mask(model) if way == "mask" else ""
    pair = (left, right)
    words = [_words(text) for text in pair]
    parts = [[_without(text, span, mask) for _, span in words[i]] for i, text in enumerate(pair)]
    encoded = _embedded(model, [*pair, *parts[0], *parts[1]], progress, cancel)
    for at, text in enumerate(pair):
        if at in encoded.missing:
            raise InputError(f"“{_short(text)}” has no vector: {encoded.missing[at]}")
    vectors, n_left = encoded.vectors, len(words[0])
    similarity = float(pairwise(vectors[:1], vectors[1:2], metric)[0, 0])
    sides = []
    for side, start in enumerate((2, 2 + n_left)):
        rows = range(start, start + len(words[side]))
        other = vectors[1 - side][None]
        without = pairwise(vectors[list(rows)], other, metric)[:, 0] if rows else ()
        sides.append(
            tuple(
                WordEffect(
                    word, span, np.nan if row in encoded.missing else similarity - float(value)
                )
                for (word, span), row, value in zip(words[side], rows, without, strict=True)
            )
        )
    notes = tuple(
        f"“{_short(text)}”: {encoded.notes[at]}."
        for at, text in enumerate(pair)
        if at in encoded.notes
    )
    return PairExplanation(similarity, sides[0], sides[1], way, metric, notes)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"


def _embedded(
    model: object, texts: list[str], progress: Progress | None, cancel: Cancel | None
) -> Encoded:
    """Embed all texts in the model's own steps, else at once."""
    if not hasattr(model, "embed"):
        raise InputError("These vectors came without their model; choose one that embeds texts.")
    embeds: _Embeds = model
    payloads = [Text(text) for text in texts]
    if not isinstance(model, Stepwise):
        return embeds.embed(payloads)
    rows: dict[int, NDArray[np.float32]] = {}
    missing: dict[int, str] = {}
    notes: dict[int, str] = {}
    for places, part in model.steps(payloads):
        if cancel is not None and cancel():
            raise Cancelled
        rows |= {place: part.vectors[at] for at, place in enumerate(places)}
        missing |= {places[at]: why for at, why in part.missing.items()}
        notes |= {places[at]: how for at, how in part.notes.items()}
        if progress is not None:
            progress(len(rows), len(texts), "texts read, each without one word")
    return Encoded(np.stack([rows[at] for at in range(len(texts))]), missing, notes)


def _mask(model: object) -> str:
    mask = model.mask if isinstance(model, Masking) else None
    if mask is None:
        raise InputError("This model has no mask to put in a word's place; delete words instead.")
    return mask


def _words(text: str) -> list[tuple[str, tuple[int, int]]]:
    found = [(match.group(), match.span()) for match in _WORD.finditer(text)]
    if len(found) > _MOST_WORDS:
        raise InputError(
            f"A text has {len(found):,} words and the limit is {_MOST_WORDS}; choose shorter ones."
        )
    return found


def _without(text: str, span: tuple[int, int], mask: str) -> str:
    start, end = span
    put = f" {mask} " if mask else ""
    return " ".join(f"{text[:start]}{put}{text[end:]}".split())
