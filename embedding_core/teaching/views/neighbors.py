"""The words nearest to a word, of all that a model knows, as bars."""

from __future__ import annotations

from embedding_core.neighbors import nearest_words
from embedding_core.params import Param, Params
from embedding_core.teaching.models import vocabulary
from embedding_core.teaching.pictures import Bars, Drawn
from embedding_core.teaching.views.base import WORDS_MODEL, ViewSpec


def _draw(params: Params) -> Drawn:
    model, word = vocabulary(str(params["model"])), str(params["word"]).strip()
    found = nearest_words(model, word, int(params["k"]))
    return Drawn(
        (
            Bars(
                tuple(each.id for each in found),
                tuple(each.score for each in found),
                f"cosine similarity to {word}",
            ),
        ),
        f"Of {len(model.words):,} words the nearest to {word} is {found[0].id}, with a cosine of "
        f"{found[0].score:.3f}.",
    )


VIEW = ViewSpec(
    "neighbors",
    "The words nearest to a word, of a model's whole vocabulary.",
    (
        Param("word", "Word", "text", "cat", "Any word the model knows."),
        Param("k", "How many", "number", 10, "Neighbours shown.", minimum=1, maximum=30, step=1),
        WORDS_MODEL,
    ),
    _draw,
)
