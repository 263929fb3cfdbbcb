"""One word in many sentences: alike occurrences, and how senses part from layer to layer."""

from __future__ import annotations

import numpy as np

from embedding_core.contexts import sense_curve
from embedding_core.params import Param, Params
from embedding_core.teaching.pictures import Curves, Drawn, Heat, Table
from embedding_core.teaching.sentences import in_contexts
from embedding_core.teaching.views.base import ViewSpec

# Those of the built-in set; a test holds them to it.
_WORDS = ("bank", "spring", "bat", "mouse", "crane", "light", "plant", "sentence")
_WORD = Param("word", "Word", "choice", "bank", "Words with several senses.", choices=_WORDS)
_LAYERS = 6


def _draw_heat(params: Params) -> Drawn:
    word = str(params["word"])
    contexts, senses = in_contexts(word)
    layer = min(int(params["layer"]), len(contexts.vectors) - 1)
    order = sorted(range(len(senses)), key=lambda at: senses[at])
    matrix = contexts.similarities(layer)[np.ix_(order, order)]
    numbers = [1 + sum(senses[i] == senses[at] for i in order[:n]) for n, at in enumerate(order)]
    columns = tuple(f"{senses[at]} {n}" for at, n in zip(order, numbers, strict=True))
    curve = sense_curve(contexts, senses)
    return Drawn(
        (
            Heat(matrix.astype(np.float32), columns, columns),
            Table({"": columns, "sentence": [contexts.sentences[at] for at in order]}),
        ),
        f"{word} in layer {layer}: mean cosine {curve.within[layer]:.2f} within a sense and "
        f"{curve.between[layer]:.2f} between senses.",
    )


def _draw_layers(params: Params) -> Drawn:
    word = str(params["word"])
    contexts, senses = in_contexts(word)
    curve = sense_curve(contexts, senses)
    layers = [float(layer) for layer in range(len(contexts.vectors))]
    series = {
        "same sense": curve.within,
        "different senses": curve.between,
        "other words": contexts.others,
    }
    best = int(np.argmax(curve.gap))
    return Drawn(
        (
            Curves(
                {name: (layers, values.tolist()) for name, values in series.items()},
                "layer (0: before the first)",
                "mean cosine",
                y_range=(0.0, 1.0),
            ),
        ),
        f"{word}: its senses lie furthest apart in layer {best}, with {curve.within[best]:.2f} "
        f"against {curve.between[best]:.2f}.",
    )


HEAT = ViewSpec(
    "senses",
    "A word in several sentences, each occurrence with each, in a layer.",
    (
        _WORD,
        Param("layer", "Layer", "number", _LAYERS, "0 is before the first layer.",
              minimum=0, maximum=_LAYERS, step=1),
    ),
    _draw_heat,
)  # fmt: skip
LAYERS = ViewSpec("sense-layers", "How alike same and different senses are, layer by layer.",
                  (_WORD,), _draw_layers)  # fmt: skip
