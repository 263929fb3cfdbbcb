"""Small models that learn while one waits: with and without negatives, and from pieces of words."""

from __future__ import annotations

import numpy as np

from embedding_core.neighbors import nearest_words
from embedding_core.params import Param, Params
from embedding_core.similarity import unit
from embedding_core.teaching.company import small_fasttext, vectors_with
from embedding_core.teaching.pictures import Bars, Curves, Drawn
from embedding_core.teaching.spaces import histogram
from embedding_core.teaching.views.base import ViewSpec


def _draw_negatives(params: Params) -> Drawn:
    most = int(params["negative"])
    series, told = {}, []
    for negative in dict.fromkeys((most, 0) if params["none"] else (most,)):
        vectors = unit(vectors_with(negative))
        cosines = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
        name = f"{negative} random words a pair" if negative else "no random words"
        series[name] = histogram(cosines, -1.0, 1.0)
        told.append(f"{name}: mean cosine {cosines.mean():.2f}")
    return Drawn(
        (Curves(series, "cosine of two words", "share of pairs", "area", x_range=(-1.0, 1.0)),),
        f"All pairs of {len(vectors)} words of a made-up text. {'; '.join(told)}.",
    )


def _draw_pieces(params: Params) -> Drawn:
    model, word = small_fasttext(), str(params["word"]).strip().lower()
    found = nearest_words(model, word, int(params["k"]))
    own = set(model.pieces(word))
    shared = [len(own & set(model.pieces(each.id))) for each in found]
    return Drawn(
        (
            Bars(
                tuple(each.id for each in found),
                tuple(each.score for each in found),
                f"cosine similarity to {word}",
                tuple("shares pieces with it" if n else "shares no piece" for n in shared),
            ),
        ),
        f"{word} has {len(own)} pieces, such as {', '.join(sorted(own)[:4])}; "
        f"{'it is in the text' if word in set(model.words) else 'it is not in the text'}. Nearest: "
        f"{found[0].id}, which shares {shared[0]} of them.",
    )


NEGATIVES = ViewSpec(
    "negatives",
    "How near to each other all words come to lie, with and without negatives.",
    (
        Param("negative", "Random words a pair", "number", 5,
              "Each pair that was met is told apart from so many random words.",
              minimum=0, maximum=15, step=1),
        Param("none", "Compare with none", "flag", False, "Show training without random words."),
    ),
    _draw_negatives,
)  # fmt: skip
PIECES = ViewSpec(
    "pieces",
    "The nearest of a word by a small FastText, whether it knows the word or not.",
    (
        Param("word", "Word", "text", "sailors", "Any word, known or not."),
        Param("k", "How many", "number", 8, "Neighbours shown.", minimum=1, maximum=20, step=1),
    ),
    _draw_pieces,
)
