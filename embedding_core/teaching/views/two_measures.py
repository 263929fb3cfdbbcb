"""Cosine against distance for all pairs of some words."""

from __future__ import annotations

import numpy as np

from embedding_core.errors import InputError
from embedding_core.params import Param, Params
from embedding_core.similarity import unit
from embedding_core.teaching.models import split, vocabulary
from embedding_core.teaching.pictures import Curves, Drawn
from embedding_core.teaching.views.base import WORDS_MODEL, ViewSpec
from embedding_core.wordvectors import vectors_of

_MOST = 40


def _draw(params: Params) -> Drawn:
    words = split(str(params["words"]))
    if not 3 <= len(words) <= _MOST:
        raise InputError(f"Got {len(words)} words; type from 3 to {_MOST}.")
    raw = vectors_of(vocabulary(str(params["model"])), words)
    directions = unit(raw).astype(np.float64)
    vectors = directions if params["scaled"] else raw.astype(np.float64)
    i, j = np.triu_indices(len(words), 1)
    cosines = (directions[i] * directions[j]).sum(axis=1)
    distances = np.linalg.norm(vectors[i] - vectors[j], axis=1)
    order = np.argsort(-cosines)
    disorder = int((np.diff(distances[order]) < -1e-6).sum())
    what = "scaled to length 1" if params["scaled"] else "as the model made them"
    agree = "both measures rank all pairs the same" if not disorder else (
        f"{disorder} of {len(order) - 1} neighbouring places in the ranking change order"
    )  # fmt: skip
    pair = [f"{words[a]} and {words[b]}" for a, b in zip(i.tolist(), j.tolist(), strict=True)]
    return Drawn(
        (
            Curves(
                {"pairs": (cosines.tolist(), distances.tolist())}, "cosine", "distance", "points",
                hover={"pairs": pair},
            ),
        ),
        f"{len(pair)} pairs, vectors {what}: {agree}.",
    )  # fmt: skip


VIEW = ViewSpec(
    "two-measures",
    "Cosine against distance for all pairs of some words, vectors scaled or not.",
    (
        Param(
            "words",
            "Words",
            "text",
            "king queen prince apple pear plum car truck bus happy sad angry",
            "Parted by spaces or commas.",
        ),
        Param("scaled", "Scale to length 1", "flag", False, "Every vector gets length 1 first."),
        WORDS_MODEL,
    ),
    _draw,
)
