"""A is to B as C is to ...? The step on a map, and the words nearest to where it leads."""

from __future__ import annotations

import numpy as np

from embedding_core.neighbors import analogy, analogy_vector
from embedding_core.params import Param, Params
from embedding_core.teaching.models import directions, vocabulary
from embedding_core.teaching.pictures import Bars, Drawn, Map
from embedding_core.teaching.views.base import WORDS_MODEL, ViewSpec

_K = 6


def _draw(params: Params) -> Drawn:
    name = str(params["model"])
    model = vocabulary(name)
    a, b, c = (str(params[part]).strip() for part in "abc")
    inputs = bool(params["inputs"])
    found = analogy(model, a, b, c, _K, include_inputs=inputs)
    given = {word.lower() for word in (a, b, c)}
    kind = tuple("an input" if each.id.lower() in given else "another word" for each in found)
    bars = Bars(
        tuple(each.id for each in found),
        tuple(each.score for each in found),
        f"cosine similarity to {c} − {a} + {b}",
        kind if inputs else (),
    )
    return Drawn(
        (_map(name, a, b, c, found[0].id, analogy_vector(model, a, b, c)), bars),
        f"Nearest to {c} − {a} + {b}"
        + (", the three themselves let in" if inputs else ", the three themselves left out")
        + f": {found[0].id}, with a cosine of {found[0].score:.3f}.",
    )


def _map(name: str, a: str, b: str, c: str, answer: str, target: np.ndarray) -> Map:
    """Return the words and the target in the plane that shows most of them (PCA)."""
    words = list(dict.fromkeys((a, b, c, answer)))
    points = np.vstack([directions(words, name), target]).astype(np.float64)
    middle = points.mean(axis=0)
    _, _, axes = np.linalg.svd(points - middle, full_matrices=False)
    flat = ((points - middle) @ axes[:2].T).astype(np.float32)
    at = {word: i for i, word in enumerate(words)}
    x, y = flat[-1].tolist()
    return Map(
        tuple(words),
        flat[:-1],
        lines=((at[a], at[b], True), (at[c], at[answer], False)),
        extra=((f"{c} − {a} + {b}", (x, y)),),
    )


VIEW = ViewSpec(
    "analogy",
    "An analogy: the step on a map, and the words nearest to where it leads.",
    (
        Param("a", "A", "text", "man", "A is to B ..."),
        Param("b", "B", "text", "woman", "A is to B ..."),
        Param("c", "C", "text", "king", "... as C is to what?"),
        Param(
            "inputs",
            "Let A, B and C be answers too",
            "flag",
            False,
            "They are left out by custom.",
        ),
        WORDS_MODEL,
    ),
    _draw,
)
