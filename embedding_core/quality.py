"""How far a map can be trusted, per point and overall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import Cancelled, InputError, SpaceMismatchError
from embedding_core.exact import exact_neighbors, top
from embedding_core.neighbors import neighbor_graph
from embedding_core.similarity import pairwise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress
    from embedding_core.projection import Projection

EXACT_ITEMS = 10_000
_SAMPLED_ITEMS = 2_000
_BLOCK_FLOATS = 1 << 23
_DRAWN_AT_ONCE = 1 << 21

Statistic = Callable[["NDArray[np.floating]"], "NDArray[np.floating]"]


@dataclass(frozen=True, eq=False)
class Quality:
    """What a map kept of its items' neighbourhoods.

    Attributes
    ----------
    k : int
        Neighbours per item that were asked about.
    positions : ndarray of shape (m,)
        The items looked at: all of them, or a sample of large maps.
    point_trustworthiness : ndarray of shape (m,), float32
        In [0, 1]: 1 where none of the item's neighbours on the map is a stranger to it.
    point_continuity : ndarray of shape (m,), float32
        In [0, 1]: 1 where none of its true neighbours was torn away.
    point_recall : ndarray of shape (m,), float32
        Share of its `k` true neighbours that are among its `k` nearest on the map.
    sampled : bool
    intervals : mapping of str to (float, float)
        95% bootstrap interval of each overall figure, where they are sampled.
    """

    k: int
    positions: NDArray[np.intp] = field(repr=False)
    point_trustworthiness: NDArray[np.float32] = field(repr=False)
    point_continuity: NDArray[np.float32] = field(repr=False)
    point_recall: NDArray[np.float32] = field(repr=False)
    sampled: bool
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def trustworthiness(self) -> float:
        """Mean over the points (Venna and Kaski, 2001); 1 is best, .5 is chance."""
        return float(self.point_trustworthiness.mean())

    @property
    def continuity(self) -> float:
        """Mean over the points (Venna and Kaski, 2001); 1 is best."""
        return float(self.point_continuity.mean())

    @property
    def neighbor_recall(self) -> float:
        """Mean share of the `k` true neighbours kept; 1 is best, k / (n - 1) is chance."""
        return float(self.point_recall.mean())


def quality(
    embedding: Embedding,
    projection: Projection,
    k: int = 15,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Quality | None:
    """Measure what a map kept of the neighbourhoods in its vectors.

    Exact up to 10,000 items; beyond, 2,000 of them are compared with all the others.

    Parameters
    ----------
    embedding : Embedding
    projection : Projection
        Of the same items in the same order; its metric decides who the true neighbours are.
    k : int
        Neighbours per item. Small collections use fewer: fewer than half of the items, as the
        formula of trustworthiness requires.
    seed : int
        Of the sample.

    Returns
    -------
    Quality or None
        None for fewer than four items, where there is nothing to lose.
    """
    if embedding.ids != projection.ids:
        raise SpaceMismatchError(
            f"vectors of {len(embedding.ids)} items", f"a map of {len(projection.ids)}"
        )
    if k < 1:
        raise InputError(f"k got {k}; ask for at least 1 neighbour.")
    n = len(embedding)
    k = min(k, (n - 1) // 2)
    if n < 4 or k < 1:
        return None
    sampled = n > EXACT_ITEMS
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(n, _SAMPLED_ITEMS, replace=False)) if sampled else np.arange(n)
    rows = rows.astype(np.intp)
    high, low = embedding.vectors, projection.coords
    if sampled:
        true_neighbors = _nearest_of(rows, high, k, projection.metric)
        map_neighbors = _nearest_of(rows, low, k, "euclidean")
    else:
        true_neighbors = neighbor_graph(embedding, k, projection.metric, cancel=cancel).indices
        map_neighbors, _ = exact_neighbors(low, k, "euclidean", cancel=cancel)
    kept = (true_neighbors[:, :, None] == map_neighbors[:, None, :]).any(axis=2)
    # Largest possible sum of excess ranks of one point, so that the worst map scores 0.
    worst = k * (2 * n - 3 * k - 1) / 2
    strangers = np.empty(len(rows), np.float32)
    torn = np.empty(len(rows), np.float32)
    step = max(1, _BLOCK_FLOATS // n)
    for start in range(0, len(rows), step):
        if cancel is not None and cancel():
            raise Cancelled
        part = slice(start, start + step)
        strangers[part] = _excess_ranks(rows[part], map_neighbors[part], high, projection.metric, k)
        torn[part] = _excess_ranks(rows[part], true_neighbors[part], low, "euclidean", k)
        if progress is not None:
            progress(min(start + step, len(rows)), len(rows), "points checked")
    points = {
        "trustworthiness": 1 - strangers / np.float32(worst),
        "continuity": 1 - torn / np.float32(worst),
        "neighbor_recall": kept.mean(axis=1, dtype=np.float32),
    }
    return Quality(
        k=k,
        positions=rows,
        point_trustworthiness=points["trustworthiness"],
        point_continuity=points["continuity"],
        point_recall=points["neighbor_recall"],
        sampled=sampled,
        intervals={name: bootstrap(values, rng) for name, values in points.items()}
        if sampled
        else {},
    )


def false_and_true_neighbors(
    embedding: Embedding, projection: Projection, position: int, k: int = 15
) -> tuple[list[int], list[int]]:
    """Return an item's true neighbours, and its neighbours on the map that are none.

    Both nearest first.
    """
    rows = np.array([position], dtype=np.intp)
    k = min(k, len(embedding) - 1)
    if k < 1:
        return [], []
    true = _nearest_of(rows, embedding.vectors, k, projection.metric)[0].tolist()
    shown = _nearest_of(rows, projection.coords, k, "euclidean")[0].tolist()
    return true, [other for other in shown if other not in set(true)]


def bootstrap(
    values: NDArray[np.floating],
    rng: np.random.Generator,
    rounds: int = 1_000,
    statistic: Statistic | None = None,
) -> tuple[float, float]:
    """Return the 95% percentile bootstrap interval of a mean, or of another figure (Efron, 1979).

    Parameters
    ----------
    values : ndarray of shape (n, ...)
        One row an item; items are drawn anew, with replacement.
    rng : numpy.random.Generator
    rounds : int
        How often they are drawn.
    statistic : callable, optional
        Makes (some rounds, n, ...) into one figure a round, NaN where a draw has none; such draws
        are left out. The mean where not given.
    """
    n = len(values)
    # Some rounds at a time: all of many items at once would take hundreds of megabytes.
    step = max(1, _DRAWN_AT_ONCE // n)
    figures = []
    for start in range(0, rounds, step):
        picks = rng.integers(0, n, size=(min(step, rounds - start), n))
        drawn = values[picks]
        figures.append(drawn.mean(axis=1) if statistic is None else statistic(drawn))
    low, high = np.nanpercentile(np.concatenate(figures), [2.5, 97.5])
    return float(low), float(high)


def _nearest_of(
    rows: NDArray[np.intp], points: NDArray[np.float32], k: int, metric: str
) -> NDArray[np.int32]:
    """Return the k nearest of some items among all, themselves left out."""
    found = np.empty((len(rows), k), dtype=np.int32)
    step = max(1, _BLOCK_FLOATS // len(points))
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        scores = pairwise(points[part], points, metric)
        scores[np.arange(len(part)), part] = -np.inf
        found[start : start + step] = top(scores, k)[0]
    return found


def _excess_ranks(
    rows: NDArray[np.intp],
    others: NDArray[np.int32],
    points: NDArray[np.float32],
    metric: str,
    k: int,
) -> NDArray[np.float32]:
    """Sum, for each item, how far beyond rank k its `others` stand among all points."""
    scores = pairwise(points[rows], points, metric)
    scores[np.arange(len(rows)), rows] = -np.inf
    asked = np.take_along_axis(scores, others, axis=1)
    ordered = np.sort(scores, axis=1)
    n = scores.shape[1]
    excess = np.zeros(len(rows), np.float32)
    for at in range(len(rows)):
        # Rank 1 is the nearest: one more than the number of points that are strictly nearer.
        ranks = n - np.searchsorted(ordered[at], asked[at], side="right") + 1
        excess[at] = np.maximum(ranks - k, 0).sum()
    return excess
