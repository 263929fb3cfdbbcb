"""Two arrows in the plane, and what three measures say of them."""

from __future__ import annotations

from embedding_core.params import Param, Params
from embedding_core.similarity import pairwise
from embedding_core.teaching.pictures import Bars, Curves, Drawn
from embedding_core.teaching.spaces import plane_vector
from embedding_core.teaching.views.base import ViewSpec

_MEASURES = {"cosine": "cosine", "dot product": "dot", "distance": "euclidean"}


def _draw(params: Params) -> Drawn:
    angle, a, b = (float(params[name]) for name in ("angle", "a", "b"))
    first, second = plane_vector(0.0, a), plane_vector(angle, b)
    measures = {
        name: abs(value) if metric == "euclidean" else value
        for name, metric in _MEASURES.items()
        for value in [float(pairwise(first, second, metric)[0, 0])]
    }
    told = ", ".join(f"{name} {value:.2f}" for name, value in measures.items())
    return Drawn(
        (
            _arrows(first[0].tolist(), second[0].tolist(), max(a, b)),
            Bars(tuple(measures), tuple(measures.values()), "value"),
        ),
        f"Lengths {a:g} and {b:g} at {angle:g} degrees: {told}.".replace("-", "−"),
    )


def _arrows(a: list[float], b: list[float], reach: float) -> Curves:
    lines = {
        "a": ([0.0, a[0]], [0.0, a[1]]),
        "b": ([0.0, b[0]], [0.0, b[1]]),
        "from a to b": ([a[0], b[0]], [a[1], b[1]]),
    }
    return Curves(
        lines,
        "first number",
        "second number",
        equal=True,
        x_range=(-1.1 * reach, 1.1 * reach),
        y_range=(-0.1 * reach, 1.1 * reach),
    )


VIEW = ViewSpec(
    "arrows",
    "Two arrows in the plane with their cosine, dot product and distance.",
    (
        Param("angle", "Angle, degrees", "number", 40, "Between the two.",
              minimum=0, maximum=180, step=5),
        Param("a", "Length of a", "number", 1.0, "", minimum=0.1, maximum=5.0, step=0.1),
        Param("b", "Length of b", "number", 1.0, "", minimum=0.1, maximum=5.0, step=0.1),
    ),
    _draw,
)  # fmt: skip
