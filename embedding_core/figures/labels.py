"""Which labels fit on a map, and on which side of their points."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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
