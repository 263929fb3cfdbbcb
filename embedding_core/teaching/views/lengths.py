"""How long the vectors of words are, beside how frequent the words are."""

from __future__ import annotations

import numpy as np

from embedding_core.params import Param, Params
from embedding_core.teaching.models import split, vocabulary
from embedding_core.teaching.pictures import Curves, Drawn
from embedding_core.teaching.views.base import WORDS_MODEL, ViewSpec
from embedding_core.wordvectors import vectors_of

_BANDS, _FREQUENT = 24, 1_000


def _draw(params: Params) -> Drawn:
    model = vocabulary(str(params["model"]))
    norms = np.linalg.norm(np.asarray(model.matrix), axis=1)
    edges = np.unique(np.geomspace(1, len(norms), _BANDS + 1).astype(int))
    bands = [(float(np.sqrt(low * high)), norms[low - 1 : high]) for low, high in
             zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)]  # fmt: skip
    x = [place for place, _ in bands]
    series = {"median of words as frequent": (x, [float(np.median(each)) for _, each in bands])}
    words = split(str(params["words"]))
    vectors = vectors_of(model, words)
    ranks = [int(place) + 1 for place in model.positions(words).tolist()]
    own = np.linalg.norm(vectors, axis=1)
    shown = [at for at, rank in enumerate(ranks) if rank > 0]
    series["words you name"] = (
        [float(ranks[at]) for at in shown], [float(own[at]) for at in shown],
    )  # fmt: skip
    labels = {"words you name": [words[at] for at in shown]}
    half = len(norms) // 2
    most, rest = min(_FREQUENT, half), norms[half:]
    return Drawn(
        (
            Curves(
                series, "place by frequency", "length", "points", labels=labels, logarithmic=True
            ),
        ),
        f"Median length of the {most:,} most frequent words {np.median(norms[:most]):.2f}, of the "
        f"{len(rest):,} least frequent {np.median(rest):.2f}.",
    )


VIEW = ViewSpec(
    "lengths",
    "Lengths of word vectors by how frequent the words are.",
    (
        Param("words", "Words", "text", "the king cat zinnia", "Words to mark."),
        WORDS_MODEL,
    ),
    _draw,
)
