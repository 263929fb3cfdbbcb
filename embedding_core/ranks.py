"""Who is nearest among many points, and how many are nearer: all pairs, compiled, in threads.

No block of all similarities is ever held: some points at a time are compared with a tile of all
others that stays in the processor's cache. Differences are taken before they are squared, so that
float32 loses nothing that tells near neighbours apart, and every pair is added up in the same order
wherever it stands, so that twins are exactly as far away as each other.

Imports numba: import this module inside functions.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.compiling import compiled
from embedding_core.errors import Cancelled
from embedding_core.similarity import DISTANCES, check_metric, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Progress

    _Array = NDArray[Any]

DIRECT_DIMS = 128
"""Up to here comparing pairs directly is no slower than a product of matrices."""

_EUCLIDEAN, _MANHATTAN, _DOT = range(3)
_KINDS = {"euclidean": _EUCLIDEAN, "manhattan": _MANHATTAN, "cosine": _DOT, "dot": _DOT}
_THREADS = max(1, min(4, os.cpu_count() or 1))
_TILE_FLOATS = 1 << 15
# Multiplications between two looks at whether the work is still wanted.
_BLOCK_WORK = 1 << 29
_PRODUCT_FLOATS = 1 << 22


def nearest(
    vectors: NDArray[np.float32],
    rows: NDArray[np.intp],
    k: int,
    metric: str,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the `k` nearest of some points among all, themselves left out.

    Parameters
    ----------
    vectors : ndarray of shape (n, dim), float32
    rows : ndarray of shape (m,)
        Whose neighbours are looked for.
    k : int
        At most n - 1.
    metric : {"cosine", "dot", "euclidean", "manhattan"}

    Returns
    -------
    indices : ndarray of shape (m, k), int32
        Nearest first; equally near ones in the order of their positions.
    scores : ndarray of shape (m, k), float32
        As of :func:`embedding_core.similarity.pairwise`: larger is nearer.
    """
    points, rows = _Points.of(vectors, metric), _own(rows, np.int64)
    found = np.empty((len(rows), k), dtype=np.int32)
    gaps = np.full((len(rows), k), np.inf, dtype=np.float32)

    def work(part: slice) -> None:
        _keep_nearest(
            points.values, points.columns, rows[part], points.width, points.kind,
            found[part], gaps[part],
        )  # fmt: skip

    if k:
        _in_blocks(work, len(rows), points.step, "neighbours found", progress, cancel)
    return found, points.scores(gaps)


def ranks(
    vectors: NDArray[np.float32],
    rows: NDArray[np.intp],
    others: NDArray[np.int32],
    metric: str,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> NDArray[np.int32]:
    """Return which place some others take among all points, seen from each of some points.

    Parameters
    ----------
    vectors : ndarray of shape (n, dim), float32
    rows : ndarray of shape (m,)
        From where it is seen.
    others : ndarray of shape (m, k), int32
        Whose places are asked for; never the point itself.
    metric : {"cosine", "dot", "euclidean", "manhattan"}

    Returns
    -------
    ndarray of shape (m, k), int32
        1 for the nearest: one more than the number of points that are strictly nearer, so that
        equally near ones share the better place.
    """
    points = _Points.of(vectors, metric)
    rows, others = _own(rows, np.int64), _own(others, np.int32)
    nearer = np.zeros(others.shape, dtype=np.int32)
    if points.kind == _DOT and vectors.shape[1] > DIRECT_DIMS:
        _count_by_products(points, rows, others, nearer, progress, cancel)
        return nearer + 1

    def work(part: slice) -> None:
        _count_nearer(
            points.values, points.columns, rows[part], others[part], points.width, points.kind,
            nearer[part],
        )  # fmt: skip

    _in_blocks(work, len(rows), points.step, "points checked", progress, cancel)
    return nearer + 1


def warm_up() -> None:
    """Compile what the first large map would otherwise wait for: seconds, once a machine."""
    points = np.eye(4, dtype=np.float32)
    rows = np.arange(4)
    found, _ = nearest(points, rows, 1, "euclidean")
    ranks(points, rows, found, "euclidean")
    ranks(np.eye(4, DIRECT_DIMS + 1, dtype=np.float32), rows, found, "dot")


@dataclass(frozen=True, eq=False)
class _Points:
    """All points as the compiled loops want them.

    Attributes
    ----------
    values : ndarray of shape (n, even number of dimensions), float32
        Of length 1 under cosine, centred under distances; and scaled by a power of two, which
        changes no digit and keeps squares within the range of float32.
    columns : ndarray of shape (dimensions, n), float32
        The same, turned.
    kind : int
    metric : str
    scale : float
        What the values were divided by.
    """

    values: NDArray[np.float32]
    columns: NDArray[np.float32]
    kind: int
    metric: str
    scale: float

    @classmethod
    def of(cls, vectors: NDArray[np.float32], metric: str) -> _Points:
        check_metric(metric)
        if metric in DISTANCES and len(vectors):
            # Distances stay, and float32 has more digits left for them.
            vectors = (vectors - vectors.mean(axis=0, dtype=np.float64)).astype(np.float32)
        elif metric == "cosine":
            vectors = unit(vectors)
        _, exponent = np.frexp(float(np.abs(vectors).max(initial=0)))
        n, dim = vectors.shape
        values = np.zeros((n, dim + dim % 2), dtype=np.float32)
        np.ldexp(vectors, -int(exponent), out=values[:, :dim])
        return cls(
            values,
            np.ascontiguousarray(values.T),
            _KINDS[metric],
            metric,
            float(np.ldexp(1.0, int(exponent))),
        )

    @property
    def width(self) -> int:
        """How many points a tile holds."""
        return int(max(64, min(1024, _TILE_FLOATS // max(1, self.values.shape[1]))))

    @property
    def step(self) -> int:
        """How many points are looked at before anybody is told."""
        return max(16, min(512, _BLOCK_WORK // max(1, self.values.size)))

    def scores(self, gaps: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what `pairwise` would say, from what the loops compare."""
        if self.kind == _EUCLIDEAN:
            return np.asarray(-np.sqrt(gaps) * np.float32(self.scale), dtype=np.float32)
        if self.kind == _MANHATTAN:
            return np.asarray(-gaps * np.float32(self.scale), dtype=np.float32)
        products = -gaps.astype(np.float64) * self.scale**2
        if self.metric == "cosine":
            products = products.clip(-1, 1)
        return products.astype(np.float32)


def _own(array: NDArray[np.integer], kind: type) -> NDArray[Any]:
    """Return an array as the loops were compiled for: writable and in one piece."""
    return np.array(array, dtype=kind, order="C")


def _in_blocks(
    work: Callable[[slice], None],
    count: int,
    step: int,
    what: str,
    progress: Progress | None,
    cancel: Cancel | None,
) -> None:
    """Do some rows at a time, in as many threads as there are processors."""

    def unless_cancelled(start: int) -> int:
        if cancel is not None and cancel():
            raise Cancelled
        work(slice(start, min(start + step, count)))
        return start

    with ThreadPoolExecutor(_THREADS, thread_name_prefix="ranks") as pool:
        try:
            for start in pool.map(unless_cancelled, range(0, count, step)):
                if progress is not None:
                    progress(min(start + step, count), count, what)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _count_by_products(
    points: _Points,
    rows: NDArray[np.intp],
    others: NDArray[np.int32],
    nearer: NDArray[np.int32],
    progress: Progress | None,
    cancel: Cancel | None,
) -> None:
    """Count in products of matrices, which are quicker in many dimensions."""
    step = max(1, _PRODUCT_FLOATS // len(points.values))
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        products = points.values[rows[part]] @ points.columns
        within, asked, found = rows[part], others[part], nearer[part]

        def work(
            few: slice,
            products: NDArray[np.float32] = products,
            within: NDArray[np.intp] = within,
            asked: NDArray[np.int32] = asked,
            found: NDArray[np.int32] = found,
        ) -> None:
            _count_larger(products[few], within[few], asked[few], found[few])

        _in_blocks(work, len(within), max(1, -(-len(within) // _THREADS)), "", None, cancel)
        if progress is not None:
            progress(min(start + step, len(rows)), len(rows), "points checked")


@compiled
def _gap(a: _Array, b: _Array, kind: int) -> Any:
    """How far apart two points are, added up as `_gaps` does: smaller is nearer."""
    total = np.float32(0)
    for d in range(len(a)):
        if kind == 0:
            apart = a[d] - b[d]
            total += apart * apart
        elif kind == 1:
            total += abs(a[d] - b[d])
        else:
            total -= a[d] * b[d]
    return total


@compiled
def _gaps(point: _Array, tile: _Array, kind: int, out: _Array) -> None:
    """How far a point is from each of a tile (dimensions, width), two dimensions at a time."""
    width = tile.shape[1]
    for c in range(width):
        out[c] = np.float32(0)
    for d in range(0, tile.shape[0], 2):
        x, y = point[d], point[d + 1]
        first, second = tile[d], tile[d + 1]
        if kind == 0:
            for c in range(width):
                u = x - first[c]
                v = y - second[c]
                out[c] = (out[c] + u * u) + v * v
        elif kind == 1:
            for c in range(width):
                out[c] = (out[c] + abs(x - first[c])) + abs(y - second[c])
        else:
            for c in range(width):
                out[c] = (out[c] - x * first[c]) - y * second[c]


@compiled
def _fill_tile(columns: _Array, left: int, size: int, tile: _Array) -> None:
    # Copied, so that it lies together; behind the last point something stands that nobody reads.
    for d in range(columns.shape[0]):
        for c in range(size):
            tile[d, c] = columns[d, left + c]


@compiled
def _keep_nearest(
    points: _Array,
    columns: _Array,
    rows: _Array,
    width: int,
    kind: int,
    found: _Array,
    gaps: _Array,
) -> None:
    """Compare some points with all and keep the nearest in `found` and `gaps`, in order."""
    n, k = len(points), found.shape[1]
    tile = np.zeros((columns.shape[0], width), np.float32)
    apart = np.empty(width, np.float32)
    for left in range(0, n, width):
        size = min(width, n - left)
        _fill_tile(columns, left, size, tile)
        for at in range(len(rows)):
            own = rows[at] - left
            _gaps(points[rows[at]], tile, kind, apart)
            worst = gaps[at, k - 1]
            for c in range(size):
                if apart[c] < worst and c != own:
                    place = k - 1
                    while place > 0 and gaps[at, place - 1] > apart[c]:
                        gaps[at, place] = gaps[at, place - 1]
                        found[at, place] = found[at, place - 1]
                        place -= 1
                    gaps[at, place] = apart[c]
                    found[at, place] = left + c
                    worst = gaps[at, k - 1]


@compiled
def _count_nearer(
    points: _Array,
    columns: _Array,
    rows: _Array,
    others: _Array,
    width: int,
    kind: int,
    nearer: _Array,
) -> None:
    """Count the points that are strictly nearer than each of some others, itself left out."""
    n, k = len(points), others.shape[1]
    tile = np.zeros((columns.shape[0], width), np.float32)
    apart = np.empty(width, np.float32)
    bars = np.empty(others.shape, np.float32)
    for at in range(len(rows)):
        point = points[rows[at]]
        own = _gap(point, point, kind)
        for t in range(k):
            bars[at, t] = _gap(point, points[others[at, t]], kind)
            nearer[at, t] = -1 if own < bars[at, t] else 0
    for left in range(0, n, width):
        size = min(width, n - left)
        _fill_tile(columns, left, size, tile)
        for at in range(len(rows)):
            _gaps(points[rows[at]], tile, kind, apart)
            for t in range(k):
                bar, count = bars[at, t], np.int32(0)
                for c in range(size):
                    count = np.int32(count + (apart[c] < bar))
                nearer[at, t] += count


@compiled
def _count_larger(products: _Array, rows: _Array, others: _Array, nearer: _Array) -> None:
    """Count the products of each row that are larger than those of some others."""
    for at in range(len(rows)):
        row = products[at]
        own = row[rows[at]]
        for t in range(others.shape[1]):
            bar = row[others[at, t]]
            count = np.int32(-1 if own > bar else 0)
            for c in range(len(row)):
                count = np.int32(count + (row[c] > bar))
            nearer[at, t] = count
