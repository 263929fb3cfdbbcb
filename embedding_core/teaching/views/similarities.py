"""How alike words are, each with each, as a heatmap."""

from __future__ import annotations

from embedding_core.errors import InputError
from embedding_core.params import Param, Params
from embedding_core.similarity import pairwise
from embedding_core.teaching.models import split, vocabulary
from embedding_core.teaching.pictures import Drawn, Heat
from embedding_core.teaching.views.base import WORDS_MODEL, ViewSpec
from embedding_core.wordvectors import vectors_of

_MOST = 30


def _draw(params: Params) -> Drawn:
    words = split(str(params["words"]))
    if not 2 <= len(words) <= _MOST:
        raise InputError(f"Got {len(words)} words; type from 2 to {_MOST}.")
    vectors = vectors_of(vocabulary(str(params["model"])), words)
    metric = str(params["metric"])
    matrix = pairwise(vectors, vectors, metric)
    pairs = [(float(matrix[i, j]), i, j) for i in range(len(words)) for j in range(i)]
    _, i, j = max(pairs)
    _, k, m = min(pairs)
    return Drawn(
        (Heat(matrix, tuple(words), tuple(words), metric),),
        f"Most alike here: {words[j]} and {words[i]}. Least alike: {words[m]} and {words[k]}.",
    )


VIEW = ViewSpec(
    "similarities",
    "A heatmap of words: each with each.",
    (
        Param("words", "Words", "text", "king queen apple", "Parted by spaces or commas."),
        WORDS_MODEL,
        Param(
            "metric",
            "Compared by",
            "choice",
            "cosine",
            "Cosine looks at directions alone; the others at lengths too.",
            choices=("cosine", "dot", "euclidean"),
            labels=("Cosine", "Dot product", "Distance"),
        ),
    ),
    _draw,
)
