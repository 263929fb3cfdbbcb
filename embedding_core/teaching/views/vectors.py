"""The numbers of some words' vectors, as they are or turned."""

from __future__ import annotations

import numpy as np

from embedding_core.errors import InputError
from embedding_core.params import Param, Params
from embedding_core.teaching.models import split, vocabulary
from embedding_core.teaching.pictures import Drawn, Heat
from embedding_core.teaching.spaces import rotation
from embedding_core.teaching.views.base import WORDS_MODEL, ViewSpec
from embedding_core.wordvectors import vectors_of

_MOST = 20


def _draw(params: Params) -> Drawn:
    words = split(str(params["words"]))
    if not 1 <= len(words) <= _MOST:
        raise InputError(f"Got {len(words)} words; type from 1 to {_MOST}.")
    vectors = vectors_of(vocabulary(str(params["model"])), words)
    seed = int(params["turned"])
    sentence = f"{vectors.shape[1]} numbers for each word, from {vectors.min():.2f} to "
    if seed:
        vectors = (vectors @ rotation(vectors.shape[1], seed)).astype(np.float32)
        sentence = "The same vectors after a random turn of the whole space: other numbers, from "
        sentence += f"{vectors.min():.2f} to "
    numbers = tuple(str(at) for at in range(1, vectors.shape[1] + 1))
    return Drawn(
        (Heat(vectors, tuple(words), numbers, "value", "value"),),
        (sentence + f"{vectors.max():.2f}.").replace("-", "−"),
    )


VIEW = ViewSpec(
    "vectors",
    "The numbers of some words' vectors, one row a word.",
    (
        Param("words", "Words", "text", "cat dog car truck", "Parted by spaces or commas."),
        Param(
            "turned",
            "Turn the space",
            "number",
            0,
            "0 leaves it as the model made it; every other number is another random turn.",
            minimum=0,
            maximum=99,
            step=1,
        ),
        WORDS_MODEL,
    ),
    _draw,
)
