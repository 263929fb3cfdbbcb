"""The similarity heatmap as a Plotly figure, in the order that makes blocks show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.figures.markup import escaped, score, shortened
from embedding_core.figures.theme import base_layout, named
from embedding_core.palette import DIVERGING, VIRIDIS
from embedding_core.seriation import seriate
from embedding_core.similarity import DISTANCES, similarity

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding

TITLES = {
    "cosine": "cosine similarity",
    "dot": "dot product",
    "euclidean": "Euclidean distance",
    "manhattan": "Manhattan distance",
}
_VALUES_UP_TO = 25
_NAMES_UP_TO = 80
_SIDE = 520
"""Of the square, in pixels, about."""


def heatmap(
    embedding: Embedding,
    metric: str = "cosine",
    *,
    seriated: bool = True,
    title: str = "",
    theme: str = "light",
) -> go.Figure:
    """Draw the similarity of every item to every other.

    Parameters
    ----------
    embedding : Embedding
        At most 5,000 items.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
        Similarities are coloured about zero; distances from near to far.
    seriated : bool
        Put similar items next to each other; else the items stay in their order.
    title : str
    theme : {"light", "dark"}

    Returns
    -------
    plotly.graph_objects.Figure
        Up to 25 items with the values in the cells.
    """
    import plotly.graph_objects as go

    matrix = similarity(embedding, metric)
    order = seriate(matrix, metric) if seriated else np.arange(len(matrix))
    matrix = matrix[np.ix_(order, order)]
    names = _names([embedding.ids[i] for i in order])
    layout = base_layout(named(theme), ("xaxis", "yaxis"), escaped(title))
    axis = {"type": "category", "showgrid": False, "ticks": "", "title": {"text": ""}}
    axis["tickfont"] = {**layout["xaxis"]["tickfont"], "size": _letters(len(names))}
    axis["showticklabels"] = len(names) <= _NAMES_UP_TO
    axis["tickmode"], axis["dtick"] = "linear", 1
    layout["xaxis"].update(axis, side="bottom", constrain="domain", tickangle=-45)
    layout["yaxis"].update(axis, autorange="reversed", scaleanchor="x", constrain="domain")
    layout.update(width=_SIDE + 240, height=_SIDE + 120)
    values = len(names) <= _VALUES_UP_TO
    trace = go.Heatmap(
        z=matrix,
        x=names,
        y=names,
        **_scale(matrix, metric),
        text=[[score(float(value), 2) for value in row] for row in matrix] if values else None,
        texttemplate="%{text}" if values else None,
        textfont={"size": _letters(len(names)) * 0.8},
        hovertemplate=f"%{{y}} – %{{x}}<br>{TITLES[metric]} %{{z:.3f}}<extra></extra>",
    )
    return go.Figure(trace, layout)


def _letters(n: int) -> float:
    """Return a size of letters that fits into `n` rows."""
    return max(5.0, min(13.0, _SIDE / max(n, 1) * 0.9))


def _names(ids: list[str]) -> list[str]:
    """Return names for the axes: short where that leaves them apart."""
    short = [shortened(id_, 24) for id_ in ids]
    chosen = short if len(set(short)) == len(short) else ids
    safe = [escaped(name) for name in chosen]
    # White space alone may tell ids apart, and Plotly joins rows of one name.
    return safe if len(set(safe)) == len(safe) else [f"{i + 1}. {n}" for i, n in enumerate(safe)]


@dataclass(frozen=True)
class Scale:
    """How a matrix of similarities is coloured.

    Attributes
    ----------
    low, high : float
        The numbers at both ends.
    stops : tuple of (float, str)
        Places from 0 to 1 and their colours.
    title : str
        What the numbers are.
    """

    low: float
    high: float
    stops: tuple[tuple[float, str], ...]
    title: str


def scale_of(matrix: NDArray[np.float32], metric: str) -> Scale:
    """Return the colours of a matrix: about zero, or for distances from near to far."""
    largest = float(np.abs(matrix).max(initial=0)) or 1.0
    if metric in DISTANCES:
        turned = zip(VIRIDIS, VIRIDIS[::-1], strict=True)
        stops = tuple((place, colour) for (place, _), (_, colour) in turned)
        return Scale(0.0, largest, stops, TITLES[metric])
    high = 1.0 if metric == "cosine" else largest
    return Scale(-high, high, DIVERGING, TITLES[metric])


def _scale(matrix: NDArray[np.float32], metric: str) -> dict[str, Any]:
    """Return the scale as Plotly takes it."""
    scale = scale_of(matrix, metric)
    return {
        "zmin": scale.low,
        "zmax": scale.high,
        "colorscale": [list(stop) for stop in scale.stops],
        "colorbar": {
            "title": {"text": scale.title, "side": "right", "font": {"size": 13}},
            "thickness": 12,
            "outlinewidth": 0,
            "len": 0.7,
        },
    }
