"""Which cosines are usual: of random directions, and of random words."""

from __future__ import annotations

from embedding_core.params import Param, Params
from embedding_core.teaching.models import vocabulary
from embedding_core.teaching.pictures import Curves, Drawn
from embedding_core.teaching.spaces import histogram, pair_cosines, random_cosines
from embedding_core.teaching.views.base import WORDS_MODEL, ViewSpec


def _draw_random(params: Params) -> Drawn:
    dimensions = int(params["dimensions"])
    found = random_cosines(dimensions)
    series = {f"{dimensions} dimensions": histogram(found, -1.0, 1.0)}
    return Drawn(
        (Curves(series, "cosine", "share of pairs", "area", x_range=(-1.0, 1.0)),),
        f"{len(found):,} pairs of random directions in {dimensions} dimensions: standard deviation "
        f"{found.std():.3f}, and one over the root of the dimensions is {dimensions**-0.5:.3f}.",
    )


def _draw_words(params: Params) -> Drawn:
    model = str(params["model"])
    most = min(int(params["most"]), len(vocabulary(model).words))
    raw, centred = (pair_cosines(model, most, centred=each) for each in (False, True))
    series = {"as they are": histogram(raw, -1.0, 1.0)}
    told = f"mean cosine {raw.mean():.3f}"
    if params["centred"]:
        series["after taking away the mean"] = histogram(centred, -1.0, 1.0)
        told += f", after taking away the mean {abs(round(float(centred.mean()), 3)):.3f}"
    return Drawn(
        (Curves(series, "cosine", "share of pairs", "area", x_range=(-1.0, 1.0)),),
        f"{len(raw):,} random pairs among the {most:,} most frequent words: {told}.",
    )


RANDOM = ViewSpec(
    "random-cosines",
    "How the cosines of random directions are spread.",
    (
        Param("dimensions", "Dimensions", "number", 50, "How many numbers a vector has.",
              minimum=2, maximum=1_000, step=1),
    ),
    _draw_random,
)  # fmt: skip
WORDS = ViewSpec(
    "word-cosines",
    "How the cosines of random pairs of words are spread.",
    (
        Param("most", "Most frequent words", "number", 10_000, "Of how many words pairs are drawn.",
              minimum=100, maximum=400_000, step=100),
        Param("centred", "Take away the mean", "flag", False, "The mean of these words' vectors."),
        WORDS_MODEL,
    ),
    _draw_words,
)  # fmt: skip
