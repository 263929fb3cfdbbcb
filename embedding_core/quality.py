"""How far a map can be trusted, per point and overall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import Cancelled, InputError, SpaceMismatchError
from embedding_core.exact import exact_neighbors
from embedding_core.neighbors import known_graph, neighbor_graph
from embedding_core.rank_correlation import rank_correlation
from embedding_core.similarity import DISTANCES, pairwise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress
    from embedding_core.projection import Projection

EXACT_ITEMS = 20_000
_SAMPLED_ITEMS = 2_000
# Up to here NumPy is done before compiled loops are even loaded.
_NUMPY_ITEMS = 2_000
_BLOCK_FLOATS = 1 << 22
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
    rank_correlation : float
        Spearman's rho, in [-1, 1], between the distances of pairs of items among the vectors,
        under the map's metric, and on the map: 1 where far and near are in the same order, 0 for
        a map drawn at random. Over all pairs of up to 200 items and a sample of 20,000 of more.
    sampled : bool
        Whether a part of the items was looked at for the figures of neighbours.
    intervals : mapping of str to (float, float)
        95% bootstrap interval of each figure that is sampled: where it would lie if all were
        looked at. "rank_correlation" always is among them; items are drawn anew for the others,
        pairs for this one, because these are what its sample consists of.
    """

    k: int
    positions: NDArray[np.intp] = field(repr=False)
    point_trustworthiness: NDArray[np.float32] = field(repr=False)
    point_continuity: NDArray[np.float32] = field(repr=False)
    point_recall: NDArray[np.float32] = field(repr=False)
    rank_correlation: float
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

    The figures of neighbours are exact up to 20,000 items; beyond, 2,000 of them are compared with
    all the others. The rank correlation of distances is that of 20,000 pairs.

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
    true_neighbors = _true_neighbors(embedding, rows, k, projection.metric, cancel)
    map_neighbors, _ = exact_neighbors(low, k, "euclidean", rows=rows, cancel=cancel)
    # Largest possible sum of excess ranks of one point, so that the worst map scores 0.
    worst = np.float32(k * (2 * n - 3 * k - 1) / 2)
    first, second = (_half(progress, half) for half in (0, 1))
    strangers = _excess_ranks(rows, map_neighbors, high, projection.metric, first, cancel)
    torn = _excess_ranks(rows, true_neighbors, low, "euclidean", second, cancel)
    kept = (true_neighbors[:, :, None] == map_neighbors[:, None, :]).any(axis=2)
    points = {
        "trustworthiness": 1 - strangers / worst,
        "continuity": 1 - torn / worst,
        "neighbor_recall": kept.mean(axis=1, dtype=np.float32),
    }
    rho, rho_interval = rank_correlation(high, projection.metric, low, "euclidean", rng, "pairs")
    intervals = {name: bootstrap(values, rng) for name, values in points.items() if sampled}
    return Quality(
        k=k,
        positions=rows,
        point_trustworthiness=points["trustworthiness"],
        point_continuity=points["continuity"],
        point_recall=points["neighbor_recall"],
        rank_correlation=rho,
        sampled=sampled,
        intervals={**intervals, "rank_correlation": rho_interval},
    )


def chance_levels(n: int, k: int) -> dict[str, float]:
    """Return what a map drawn at random scores on average, by the names of the figures.

    Parameters
    ----------
    n : int
        How many items there are.
    k : int
        Neighbours per item, fewer than half of the items.
    """
    # A neighbour on such a map has any rank from 1 to n - 1; what is beyond k counts.
    trust = 1 - (n - k) * (n - 1 - k) / ((n - 1) * (2 * n - 3 * k - 1))
    return {
        "trustworthiness": trust,
        "continuity": trust,
        "neighbor_recall": k / (n - 1),
        "rank_correlation": 0.0,
    }


def recall_by_k(
    embedding: Embedding,
    projection: Projection,
    most: int = 100,
    *,
    seed: int = 0,
    cancel: Cancel | None = None,
) -> NDArray[np.float64]:
    """Return the share of true neighbours a map keeps, for every number of them that is asked for.

    Few show how it is close by, many how it is further off (Lee and Verleysen, 2009).

    Parameters
    ----------
    embedding : Embedding
    projection : Projection
        Of the same items in the same order.
    most : int
        The largest number of neighbours; fewer than half of the items in small collections.
    seed : int
        Of the sample: 2,000 items of more.

    Returns
    -------
    ndarray of shape (min(most, (n - 1) // 2),), float64
        The first for one neighbour; in [0, 1]. By chance it is k / (n - 1).
    """
    n = len(embedding)
    k = min(most, (n - 1) // 2)
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(n, min(n, _SAMPLED_ITEMS), replace=False)).astype(np.intp)
    true = _true_neighbors(embedding, rows, k, projection.metric, cancel)
    shown, _ = exact_neighbors(projection.coords, k, "euclidean", rows=rows, cancel=cancel)
    # The number of neighbours from which on a pair is among both: the later of its two places.
    found = np.zeros(k)
    for mine, theirs in zip(true, shown, strict=True):
        _, first, second = np.intersect1d(mine, theirs, assume_unique=True, return_indices=True)
        found += np.bincount(np.maximum(first, second), minlength=k)
    return np.asarray(np.cumsum(found) / (len(rows) * np.arange(1, k + 1)))


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
    true = _true_neighbors(embedding, rows, k, projection.metric)[0].tolist()
    shown = exact_neighbors(projection.coords, k, "euclidean", rows=rows)[0][0].tolist()
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


def _true_neighbors(
    embedding: Embedding,
    rows: NDArray[np.intp],
    k: int,
    metric: str,
    cancel: Cancel | None = None,
) -> NDArray[np.int32]:
    """Return the k nearest of some items among all vectors; of all items, for others to use too."""
    if len(rows) == len(embedding):
        return neighbor_graph(embedding, k, metric, cancel=cancel).indices
    known = known_graph(embedding, metric)
    if known is not None and known.k >= k:
        return known.indices[rows, :k]
    return exact_neighbors(embedding.vectors, k, metric, rows=rows, cancel=cancel)[0]


def _half(progress: Progress | None, half: int) -> Progress | None:
    """Return what tells of one of two rounds over the same points as half of the work."""
    if progress is None:
        return None
    tell = progress

    def told(done: int, total: int, what: str = "") -> None:
        tell(half * total + done, 2 * total, what)

    return told


def _excess_ranks(
    rows: NDArray[np.intp],
    others: NDArray[np.int32],
    points: NDArray[np.float32],
    metric: str,
    progress: Progress | None,
    cancel: Cancel | None,
) -> NDArray[np.float32]:
    """Sum, for each item, how far beyond rank k its k `others` stand among all points."""
    if len(points) <= _NUMPY_ITEMS:
        ranks = _ranks(rows, others, points, metric, progress, cancel)
    else:
        from embedding_core import ranks as compiled

        ranks = compiled.ranks(points, rows, others, metric, progress=progress, cancel=cancel)
    excess: NDArray[np.float32] = np.maximum(ranks - others.shape[1], 0).sum(
        axis=1, dtype=np.float32
    )
    return excess


def _ranks(
    rows: NDArray[np.intp],
    others: NDArray[np.int32],
    points: NDArray[np.float32],
    metric: str,
    progress: Progress | None,
    cancel: Cancel | None,
) -> NDArray[np.int32]:
    """Do for few points what :func:`embedding_core.ranks.ranks` does for many."""
    n = len(points)
    found = np.empty(others.shape, dtype=np.int32)
    if metric in DISTANCES:
        # Distances stay, and twins far from zero are no longer told apart by rounding.
        points = (points - points.mean(axis=0, dtype=np.float64)).astype(np.float32)
    step = max(1, _BLOCK_FLOATS // n)
    for start in range(0, len(rows), step):
        if cancel is not None and cancel():
            raise Cancelled
        part = slice(start, start + step)
        within = rows[part]
        scores = pairwise(points[within], points, metric)
        scores[np.arange(len(within)), within] = -np.inf
        asked = np.take_along_axis(scores, others[part], axis=1)
        scores.sort(axis=1)
        for at in range(len(within)):
            # Rank 1 is the nearest: one more than the number of points that are strictly nearer.
            found[start + at] = n - np.searchsorted(scores[at], asked[at], side="right") + 1
        if progress is not None:
            progress(min(start + step, len(rows)), len(rows), "points checked")
    return found
