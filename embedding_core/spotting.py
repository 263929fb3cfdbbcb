"""Find this: what was marked in one picture is looked for in all, by the vectors of their regions.

What detection starts from, and no more: there are no classes, no learned boxes, only windows whose
mean vector points where that of the marked part does.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.cache import ByteLRU
from embedding_core.errors import (
    Cancelled,
    EmptyCollectionError,
    InputError,
    TooLargeError,
)
from embedding_core.models import SpatialMaps
from embedding_core.regions import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Payload
    from embedding_core.models import Cancel, Progress

_BLOCK_FLOATS = 1 << 24
_EVERY_LENGTH = 8  # Of grids up to this side, windows of every length are tried.
_LENGTH_STEP = 1.4  # Beyond, each length is so many times the one before.
_MOST_ASPECT = 4.0  # Windows are at most so many times as long as wide.
_OVERLAP = 0.3
_SIZES = 4.0  # A thing is looked for up to so many times larger and smaller.
_TINY = 1e-12
_TOLD_EVERY = 64
_LARGEST = 65_504.0  # in float16
_ROUNDING = 4 * 2.0**-11  # of float16, relative
_LIMIT_MB = 1_024


@dataclass(frozen=True, eq=False)
class PictureRegions:
    """The regions of many pictures, ready to be searched.

    Attributes
    ----------
    vectors : ndarray of shape (n, rows, columns, dim), float16
        The mean vector of all regions is taken off, as it says nothing of any of them; each
        picture's are scaled so that the largest number is 1, which changes no direction.
    boxes : ndarray of shape (n, 4), float32
        What the grid covers of each picture.
    spans : tuple of two ndarray of shape (m, 2), intp
        From and to of all windows, in rows and in columns; a window is one of each.
    lengths : ndarray of shape (n, m rows, m columns), float32
        Length of the sum of each window's vectors; 0 where a window is too long for its width.
    missing : mapping of int to str
        Pictures without regions, and why.
    """

    vectors: NDArray[np.float16]
    boxes: NDArray[np.float32]
    spans: tuple[NDArray[np.intp], NDArray[np.intp]]
    lengths: NDArray[np.float32]
    missing: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self.vectors.nbytes + self.lengths.nbytes + self.boxes.nbytes

    @cached_property
    def _inside(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Which rows, and which columns, each span holds: (m, rows) and (m, columns)."""
        rows, columns = self.vectors.shape[1:3]
        return _indicators(self.spans[0], rows), _indicators(self.spans[1], columns)

    def scores(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosine of every window's mean to a vector, (n, m rows, m columns).

        Parameters
        ----------
        query : ndarray of shape (dim,), float32
            As :meth:`inside` gives it.

        Returns
        -------
        ndarray, float32
            From -1 to 1; NaN where there is no window, or a picture without regions.
        """
        n, rows, columns, dim = self.vectors.shape
        length = float(np.linalg.norm(query))
        direction = query / length if length > 0 else query
        alike = np.empty((n, rows, columns), dtype=np.float32)
        step = max(1, _BLOCK_FLOATS // (rows * columns * dim))
        for start in range(0, n, step):
            part = self.vectors[start : start + step].astype(np.float32)
            alike[start : start + step] = part @ direction
        of_rows, of_columns = self._inside
        sums = of_rows @ alike @ of_columns.T
        found = np.full(self.lengths.shape, np.nan, dtype=np.float32)
        np.divide(sums, self.lengths, out=found, where=self.lengths > 0)
        return np.clip(found, -1, 1, out=found)

    def inside(self, row: int, box: Box) -> NDArray[np.float32]:
        """Return the mean vector of what lies in a box of one picture, (dim,) float32.

        Each region counts by how much of it the box covers.

        Raises
        ------
        InputError
            If the picture has no regions, or the box lies outside what they cover.
        """
        if row in self.missing:
            raise InputError(f"The picture has no regions: {self.missing[row]}")
        weights = self._covered(row, box)
        cells = self.vectors[row].astype(np.float32)
        mean: NDArray[np.float32] = np.tensordot(weights / weights.sum(), cells, axes=2)
        return mean

    def unlike_in_size(self, row: int, box: Box) -> NDArray[np.bool_]:
        """Tell which windows are much smaller or larger than a box, (m rows, m columns)."""
        own = max(1.0, float(self._covered(row, box).sum()))
        high, wide = (np.diff(span, axis=1)[:, 0] for span in self.spans)
        sizes = np.multiply.outer(high, wide)
        return np.asarray((sizes * _SIZES < own) | (sizes > own * _SIZES))

    def place(self, row: int, window: tuple[int, int]) -> Box:
        """Return a window as a box of its picture; `window` is a span of rows, one of columns."""
        left, top, right, bottom = (float(part) for part in self.boxes[row])
        rows, columns = self.vectors.shape[1:3]
        (first, last), (start, end) = self.spans[0][window[0]], self.spans[1][window[1]]
        width, height = (right - left) / columns, (bottom - top) / rows
        return (
            left + start * width,
            top + first * height,
            left + end * width,
            top + last * height,
        )

    def _covered(self, row: int, box: Box) -> NDArray[np.float32]:
        """Return which share of every region a box covers, (rows, columns)."""
        left, top, right, bottom = (float(part) for part in self.boxes[row])
        rows, columns = self.vectors.shape[1:3]
        across = _shares(box[0], box[2], left, right, columns)
        down = _shares(box[1], box[3], top, bottom, rows)
        covered = np.outer(down, across).astype(np.float32)
        if not covered.sum() > 0:
            raise InputError(
                "The box is empty, or lies where the model does not look: it covers "
                f"{left:.0%} to {right:.0%} of the width and {top:.0%} to {bottom:.0%} of the "
                "height; draw the box there."
            )
        return covered


@dataclass(frozen=True)
class Sighting:
    """A place that looks like what was marked.

    Attributes
    ----------
    row : int
        Which picture.
    box : tuple of 4 floats
        Where, as fractions of the upright picture: left, top, right, bottom.
    score : float
        Cosine, from -1 to 1.
    """

    row: int
    box: Box
    score: float


def picture_regions(
    model: object,
    payloads: Sequence[Payload],
    *,
    edge: int | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> PictureRegions:
    """Look at every region of many pictures, once for any number of searches.

    The whole of each picture is looked at, squeezed into the square that the model takes, and not
    only the part from its middle that its vector is made of.

    Parameters
    ----------
    model : SpatialMaps
    payloads : sequence of Payload
        Pictures.
    edge : int, optional
        Pixels to which pictures are brought, for finer regions; the model's own where left out.
    progress, cancel : callable, optional
        Told of and asked after each batch.

    Raises
    ------
    InputError
        If the model has no regions.
    EmptyCollectionError
        If no picture can be read.
    TooLargeError
        If the regions would take more memory than ``EMBEDDING_MAX_REGIONS_MB`` (1,024).
    Cancelled
        If `cancel` said so.
    """
    if not isinstance(model, SpatialMaps):
        raise InputError(
            "This model gives a picture one vector and its regions none; choose a convolutional "
            "network."
        )
    raw, boxes, missing = _all_grids(model, payloads, edge, progress, cancel)
    seen = [row for row in range(len(payloads)) if row not in missing]
    if not seen:
        raise EmptyCollectionError(
            f"None of the {len(payloads):,} pictures has regions; the first: {missing[0]}"
        )
    _, rows, columns, dim = raw.shape
    spans = _spans(rows), _spans(columns)
    pairs = _pairs(spans[0], rows), _pairs(spans[1], columns)
    slim = _too_slim(spans)
    lengths = np.zeros((len(payloads), *slim.shape), dtype=np.float32)
    mean = np.zeros(dim)
    for row in seen:
        mean += raw[row].mean(axis=(0, 1), dtype=np.float64)
    mean /= len(seen)
    for at, row in enumerate(seen):
        moved = (raw[row] - mean).astype(np.float32)
        largest, rounding = np.abs(moved).max(), _ROUNDING * np.abs(raw[row]).max()
        # Of a picture that is like the mean all over, nothing is left but rounding.
        raw[row] = moved / largest if largest > rounding else 0
        # Of what is kept, so that rounding tells in numerator and denominator alike.
        lengths[row] = np.where(slim, 0, _lengths(raw[row].astype(np.float32), pairs))
        if at % _TOLD_EVERY == 0:
            if cancel is not None and cancel():
                raise Cancelled
            if progress is not None:
                progress(len(seen), len(seen), "windows measured")
    return PictureRegions(raw, boxes, spans, lengths, missing)


def sightings(
    regions: PictureRegions,
    row: int,
    box: Box,
    *,
    limit: int = 60,
    per_picture: int = 3,
    within: float = 0.8,
) -> tuple[Sighting, ...]:
    """Look in all pictures for what lies in a box of one.

    Windows of many sizes and shapes are compared by the cosine of their mean vector to that of the
    box. Of windows that overlap, the best is kept (non-maximum suppression): two are the same place
    where they share more than 0.3 of the smaller one, so that no part of a thing counts beside the
    whole. Windows are from a quarter as large as the box to four times, in regions.

    Parameters
    ----------
    regions : PictureRegions
    row : int
        The picture in which the box is.
    box : tuple of 4 floats
        Left, top, right, bottom, as fractions of the upright picture.
    limit : int
        How many places are returned.
    per_picture : int
        At most so many in one picture.
    within : float
        A picture's further places count where they score at least this share of its best.

    Returns
    -------
    tuple of Sighting
        The best first; one of the picture itself, where the box was drawn, is among them.

    Raises
    ------
    InputError
        If the box is empty, lies outside what the model sees of the picture, or holds nothing that
        tells it from the mean.
    """
    wanted = regions.inside(row, box)
    if not wanted.any():
        raise InputError(
            "To the model, what is marked looks like the mean of all pictures; mark something else."
        )
    scores = regions.scores(wanted)
    scores[:, regions.unlike_in_size(row, box)] = np.nan
    n = len(scores)
    rows = np.arange(n)
    found: list[Sighting] = []
    flat = np.nan_to_num(scores, nan=-np.inf).reshape(n, -1)
    least = np.full(n, -np.inf, dtype=np.float32)
    for turn in range(per_picture):
        best = flat.argmax(axis=1)
        values = flat[rows, best]
        first, second = np.unravel_index(best, scores.shape[1:])
        found += [
            Sighting(at, regions.place(at, (int(first[at]), int(second[at]))), float(values[at]))
            for at in np.flatnonzero(np.isfinite(values) & (values >= least)).tolist()
        ]
        if turn == 0:
            # Where even the best points away, there is nothing further to show.
            least = np.where(values > 0, within * values, np.inf)
        flat[_overlaps(regions.spans, first, second).reshape(n, -1) > _OVERLAP] = -np.inf
    found.sort(key=lambda sighting: -sighting.score)
    return tuple(found[:limit])


# --- kept -----------------------------------------------------------------------------------------


def _limit_mb() -> int:
    return int(os.environ.get("EMBEDDING_MAX_REGIONS_MB", _LIMIT_MB))


# One collection always fits, with the lengths of its windows.
_KEPT: ByteLRU[PictureRegions] = ByteLRU(2 * _limit_mb() << 20)


def known_regions(key: tuple[object, ...]) -> PictureRegions | None:
    """Return regions that were kept under a key, None where they are not (any more)."""
    return _KEPT.get(key)


def keep_regions(key: tuple[object, ...], regions: PictureRegions) -> None:
    """Keep regions in memory; those not used longest go where there is no room."""
    _KEPT.put(key, regions, regions.nbytes)


# --- inside ---------------------------------------------------------------------------------------


def _all_grids(
    model: SpatialMaps,
    payloads: Sequence[Payload],
    edge: int | None,
    progress: Progress | None,
    cancel: Cancel | None,
) -> tuple[NDArray[np.float16], NDArray[np.float32], dict[int, str]]:
    """Return all grids, scaled alike into the range of float16, which changes no direction."""
    n, scale = len(payloads), 1.0
    raw: NDArray[np.float16] | None = None
    boxes = np.zeros((n, 4), dtype=np.float32)
    missing: dict[int, str] = {}
    done, steps = 0, model.grid_steps(payloads, edge, whole=True)
    while done < n:
        if cancel is not None and cancel():
            raise Cancelled
        positions, grids = next(steps)
        at = np.asarray(positions, dtype=np.intp)
        if raw is None:
            raw = _room(n, grids.vectors.shape[1:])
            scale = 1 / (float(np.abs(grids.vectors).max()) or 1.0)
        raw[at] = np.clip(grids.vectors * scale, -_LARGEST, _LARGEST)
        boxes[at] = grids.boxes
        missing |= {int(at[i]): why for i, why in grids.missing.items()}
        done += len(at)
        if progress is not None:
            progress(done, n, "pictures looked at")
    if raw is None:
        raise EmptyCollectionError("No picture was given; bring at least one.")
    return raw, boxes, missing


def _room(n: int, shape: tuple[int, ...]) -> NDArray[np.float16]:
    limit = _limit_mb()
    needed = n * int(np.prod(shape)) * 2 / (1 << 20)
    if needed > limit:
        raise TooLargeError(
            f"The regions of {n:,} pictures take {needed:,.0f} MB and the limit is {limit:,}; "
            "choose coarser regions or fewer pictures, or set EMBEDDING_MAX_REGIONS_MB higher "
            "before starting."
        )
    return np.zeros((n, *shape), dtype=np.float16)


def _spans(side: int) -> NDArray[np.intp]:
    """Return from and to of all windows along one side: of every length, of long sides of some."""
    lengths = list(range(1, min(side, _EVERY_LENGTH) + 1))
    while lengths[-1] < side:
        lengths.append(min(side, round(lengths[-1] * _LENGTH_STEP)))
    return np.array(
        [(start, start + length) for length in lengths for start in range(side - length + 1)],
        dtype=np.intp,
    )


def _indicators(spans: NDArray[np.intp], side: int) -> NDArray[np.float32]:
    cells = np.arange(side)
    return ((cells >= spans[:, :1]) & (cells < spans[:, 1:])).astype(np.float32)


def _lengths(
    grid: NDArray[np.float32], pairs: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return the length of the sum over every window of one picture, (m rows, m columns).

    The square of a sum is the sum over pairs of regions, which two matrix products take for all
    windows at once: a pair of rows in the span of rows, a pair of columns in that of columns.
    """
    rows, columns, dim = grid.shape
    flat = grid.reshape(-1, dim)
    products = (flat @ flat.T).astype(np.float64).reshape(rows, columns, rows, columns)
    by_pairs = products.transpose(0, 2, 1, 3).reshape(rows * rows, columns * columns)
    squared = pairs[0] @ by_pairs @ pairs[1].T
    return np.sqrt(np.maximum(squared, 0))


def _too_slim(spans: tuple[NDArray[np.intp], NDArray[np.intp]]) -> NDArray[np.bool_]:
    high, wide = (np.diff(span, axis=1)[:, 0] for span in spans)
    slim: NDArray[np.bool_] = np.maximum.outer(high, wide) > _MOST_ASPECT * np.minimum.outer(
        high, wide
    )
    return slim


def _pairs(spans: NDArray[np.intp], side: int) -> NDArray[np.float64]:
    inside = _indicators(spans, side).astype(np.float64)
    return (inside[:, :, None] * inside[:, None, :]).reshape(len(spans), side * side)


def _overlaps(
    spans: tuple[NDArray[np.intp], NDArray[np.intp]],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
) -> NDArray[np.float32]:
    """Return which share one window a picture and each of all have of the smaller of the two.

    (n, m rows, m columns).
    """
    shared = []
    for span, chosen in zip(spans, (first, second), strict=True):
        low = np.maximum(span[chosen, None, 0], span[None, :, 0])
        high = np.minimum(span[chosen, None, 1], span[None, :, 1])
        shared.append(np.maximum(high - low, 0).astype(np.float32))
    both = shared[0][:, :, None] * shared[1][:, None, :]
    high, wide = (np.diff(span, axis=1)[:, 0].astype(np.float32) for span in spans)
    own = high[first] * wide[second]
    smaller = np.minimum(own[:, None, None], np.multiply.outer(high, wide)[None])
    found: NDArray[np.float32] = both / smaller
    return found


def _shares(low: float, high: float, start: float, end: float, cells: int) -> NDArray[np.float64]:
    """Return which share of each of the `cells` between `start` and `end` lies in low to high."""
    edges = np.linspace(start, end, cells + 1)
    covered = np.minimum(edges[1:], high) - np.maximum(edges[:-1], low)
    width = max((end - start) / cells, _TINY)
    return np.clip(covered / width, 0, 1)
