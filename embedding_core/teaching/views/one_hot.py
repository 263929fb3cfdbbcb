"""One-hot vectors of a few words, as a matrix of zeros and ones."""

from __future__ import annotations

from embedding_core.errors import InputError
from embedding_core.params import Param, Params
from embedding_core.similarity import pairwise
from embedding_core.teaching.models import split
from embedding_core.teaching.pictures import Drawn, Heat
from embedding_core.teaching.spaces import one_hot
from embedding_core.teaching.views.base import ViewSpec

_MOST = 20


def _draw(params: Params) -> Drawn:
    words = tuple(split(str(params["words"])))
    if not 2 <= len(words) <= _MOST:
        raise InputError(f"Got {len(words)} words; type from 2 to {_MOST}.")
    vectors = one_hot(len(words))
    if params["shown"] == "cosines":
        return Drawn(
            (Heat(pairwise(vectors, vectors, "cosine"), words, words),),
            "Every word is like itself and unlike all others, each by exactly as much.",
        )
    places = tuple(f"place {at}" for at in range(1, len(words) + 1))
    return Drawn(
        (Heat(vectors, words, places, "value", "value"),),
        f"{len(words)} words, {len(words)} numbers for each: a single 1, at the word's own place.",
    )


VIEW = ViewSpec(
    "one-hot",
    "One-hot vectors of some words, or the cosines between them.",
    (
        Param("words", "Words", "text", "cat dog car", "Parted by spaces or commas."),
        Param(
            "shown",
            "Show",
            "choice",
            "vectors",
            "The vectors themselves, or how alike they are.",
            choices=("vectors", "cosines"),
            labels=("Vectors", "Cosines"),
        ),
    ),
    _draw,
)
