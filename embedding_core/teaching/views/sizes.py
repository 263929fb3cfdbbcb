"""How large the vectors of all words are, dense and one-hot."""

from __future__ import annotations

from embedding_core.params import Params
from embedding_core.teaching.models import vocabulary
from embedding_core.teaching.pictures import Bars, Drawn
from embedding_core.teaching.views.base import WORDS_MODEL, ViewSpec

_BYTES = 4


def _draw(params: Params) -> Drawn:
    model = vocabulary(str(params["model"]))
    n, dim = model.matrix.shape
    sparse, dense, index = n * n * _BYTES / 1e6, n * dim * _BYTES / 1e6, n * _BYTES / 1e6
    return Drawn(
        (
            Bars(
                ("one-hot, every zero written", f"dense, {dim} numbers", "one-hot, its place only"),
                (sparse, dense, index),
                "megabytes for all words, on a logarithmic scale",
                written=(f"{sparse:,.0f}", f"{dense:,.0f}", f"{index:,.1f}"),
                logarithmic=True,
            ),
        ),
        f"{n:,} words with 4 bytes for each number: {sparse:,.0f} MB one-hot, {dense:,.0f} MB "
        f"dense. Written as places alone, one-hot vectors take {index:,.1f} MB.",
    )


VIEW = ViewSpec(
    "sizes", "Megabytes of all words' vectors, one-hot and dense.", (WORDS_MODEL,), _draw
)
