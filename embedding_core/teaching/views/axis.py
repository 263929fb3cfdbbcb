"""Where words stand between two poles, as bars."""

from __future__ import annotations

import numpy as np

from embedding_core.axes import semantic_axis
from embedding_core.errors import InputError
from embedding_core.params import Param, Params
from embedding_core.teaching.models import split, vocabulary
from embedding_core.teaching.pictures import Bars, Drawn
from embedding_core.teaching.views.base import WORDS_MODEL, ViewSpec
from embedding_core.wordvectors import vectors_of

_MOST = 24


def _draw(params: Params) -> Drawn:
    model, words = vocabulary(str(params["model"])), split(str(params["words"]))
    if not 1 <= len(words) <= _MOST:
        raise InputError(f"Got {len(words)} words; type from 1 to {_MOST}.")
    low, high = split(str(params["low"])), split(str(params["high"]))
    axis = semantic_axis(model, low, high)
    places = axis.positions(vectors_of(model, words))
    order = np.argsort(places).tolist()
    first, last = words[order[0]], words[order[-1]]
    return Drawn(
        (
            Bars(
                tuple(words[at] for at in order),
                tuple(float(places[at]) for at in order),
                f"from {', '.join(low)} (−1) to {', '.join(high)} (1)",
            ),
        ),
        f"Nearest to {', '.join(low)}: {first}. Nearest to {', '.join(high)}: {last}.",
    )


VIEW = ViewSpec(
    "axis",
    "Where words stand between two poles.",
    (
        Param(
            "words", "Words", "text",
            "nurse librarian teacher doctor engineer carpenter soldier homemaker",
            "Parted by spaces or commas.",
        ),
        Param("low", "From", "text", "she her woman", "One pole; of several words, their mean."),
        Param("high", "To", "text", "he his man", "The other pole."),
        WORDS_MODEL,
    ),
    _draw,
)  # fmt: skip
