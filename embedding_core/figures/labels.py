"""Which labels fit on a map, on which side of their points, and how Plotly draws them."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.figures.colours import Categories
from embedding_core.figures.markup import escaped, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embedding_core.figures.colours import Numbers
    from embedding_core.projection import Projection

WIDTH, HEIGHT = 900, 640
"""The size of a drawing that labels are placed for, in pixels."""

_SIZE = 12
_LENGTH = 28
_LINE = 1.25
# Right first: where a reader looks. Plotly's name of each side, and its direction.
_SIDES = (
    ("middle right", 1, 0),
    ("middle left", -1, 0),
    ("top center", 0, -1),
    ("bottom center", 0, 1),
    ("top right", 1, -1),
    ("bottom right", 1, 1),
    ("top left", -1, -1),
    ("bottom left", -1, 1),
)


def label_traces(
    projection: Projection, colours: Categories | Numbers | None, point: float
) -> list[Any]:
    """Return the labels that fit, in one trace a category: hidden with its points."""
    import plotly.graph_objects as go

    texts = [shortened(id_, _LENGTH) for id_ in projection.ids]
    sides = place_labels(
        _pixels(projection.coords),
        texts,
        width=WIDTH,
        height=HEIGHT,
        size=_SIZE,
        reach=point / 2 + 2,
    )
    codes = colours.codes if isinstance(colours, Categories) else np.zeros(len(texts), np.int32)
    traces = []
    for code in range(int(codes.max()) + 1):
        rows = np.flatnonzero(codes == code).tolist()
        x, y = projection.coords[rows].T
        traces.append(
            go.Scatter(
                x=x,
                y=y,
                # The unseen markers keep the text at its distance from the points.
                mode="markers+text",
                marker={"size": point, "opacity": 0},
                text=[escaped(texts[i]) if sides[i] else "" for i in rows],
                textposition=[sides[i] or "middle right" for i in rows],
                # For a page to place them anew when it is zoomed: every text, and the order.
                customdata=[escaped(texts[i]) for i in rows],
                ids=rows,
                textfont={"size": _SIZE},
                hoverinfo="skip",
                showlegend=False,
                legendgroup=str(code),
            )
        )
    return traces


def _pixels(coords: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return where points lie on a drawing of the usual size whose axes have one scale."""
    points = coords.astype(np.float64)
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    span = np.ptp(points, axis=0)
    scale = 0.85 * min(WIDTH / max(span[0], 1e-9), HEIGHT / max(span[1], 1e-9))
    placed = (points - middle) * scale
    return np.column_stack([WIDTH / 2 + placed[:, 0], HEIGHT / 2 - placed[:, 1]])


def label_notes(projection: Projection, point: float) -> list[dict[str, Any]]:
    """Return labels in three dimensions, as annotations: text of points is drawn by other rules."""
    return [
        {
            "x": float(x),
            "y": float(y),
            "z": float(z),
            "text": escaped(shortened(id_, _LENGTH)),
            "showarrow": False,
            "xanchor": "left",
            "xshift": point / 2 + 1,
            "font": {"size": 11},
            # Not in the way of the points under it.
            "captureevents": False,
        }
        for id_, (x, y, z) in zip(projection.ids, projection.coords, strict=True)
    ]


def place_labels(
    points: NDArray[np.float64],
    texts: Sequence[str],
    *,
    width: float,
    height: float,
    size: float = 12,
    reach: float = 6,
) -> list[str]:
    """Return the side on which each point's label stands, or "" where it would hit another.

    Labels come in the order given, each on the first side that is free of labels and points; where
    points are everywhere, on the side that covers fewest.

    Parameters
    ----------
    points : ndarray of shape (n, 2)
        In pixels from the top left.
    texts : sequence of str
    width, height : float
        Of the drawing, in pixels; labels stay within.
    size : float
        Of the letters.
    reach : float
        From a point's middle to where its label begins.
    """
    taken = np.empty((0, 4))
    sides = []
    for at, text in enumerate(texts):
        boxes = _boxes(points[at], text_width(text, size), size * _LINE, reach)
        inside = (boxes[:, :2] >= 0).all(axis=1) & (boxes[:, 2] <= width) & (boxes[:, 3] <= height)
        free = inside & ~_overlaps(boxes, taken).any(axis=1)
        if not free.any():
            sides.append("")
            continue
        covered = np.where(free, _points_in(boxes, points), np.inf)
        best = int(covered.argmin())
        taken = np.vstack([taken, boxes[best]])
        sides.append(_SIDES[best][0])
    return sides


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in a sans-serif face, in the unit of `size`."""
    return sum(_sign_width(sign) for sign in text) * size


def _sign_width(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.05
    if sign in "iljtfrI.,:;|!'’ ":
        return 0.34
    return 0.9 if sign in "mwMW@%" else 0.72 if sign.isupper() else 0.59


def _boxes(
    point: NDArray[np.float64], width: float, height: float, reach: float
) -> NDArray[np.float64]:
    """Return the box of a label on each side: left, top, right, bottom."""
    boxes = []
    for _, right, down in _SIDES:
        x = point[0] + right * (reach + width / 2)
        y = point[1] + down * (reach + height / 2)
        boxes.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
    return np.array(boxes)


def _overlaps(boxes: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    a, b = boxes[:, None], others[None]
    found = (
        (a[..., 0] < b[..., 2])
        & (b[..., 0] < a[..., 2])
        & (a[..., 1] < b[..., 3])
        & (b[..., 1] < a[..., 3])
    )
    return np.asarray(found, dtype=np.bool_)


def _points_in(boxes: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.intp]:
    x, y = points[:, 0][None], points[:, 1][None]
    left, top, right, bottom = (boxes[:, side, None] for side in range(4))
    inside = (x > left) & (x < right) & (y > top) & (y < bottom)
    return np.asarray(inside.sum(axis=1), dtype=np.intp)
