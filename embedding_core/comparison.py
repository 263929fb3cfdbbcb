"""How far two embeddings, two metrics or two maps of the same items agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.embedding import Embedding
from embedding_core.errors import Cancelled, InputError, SpaceMismatchError
from embedding_core.exact import exact_neighbors
from embedding_core.neighbors import neighbor_graph
from embedding_core.quality import bootstrap
from embedding_core.rank_correlation import rank_correlation
from embedding_core.similarity import check_metric, prepare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Progress
    from embedding_core.projection import Projection

EXACT_ITEMS = 20_000
FEWEST_ITEMS = 4
_SAMPLED_ITEMS = 2_000


@dataclass(frozen=True, eq=False)
class Churn:
    """Which neighbours change from one way of comparing items to another.

    Attributes
    ----------
    k : int
        Neighbours per item.
    positions : ndarray of shape (m,), intp
        The items looked at: all of them, or a sample.
    changed : ndarray of shape (m,), float32
        Share of each one's neighbours that are no longer among them, in [0, 1].
    """

    k: int
    positions: NDArray[np.intp] = field(repr=False)
    changed: NDArray[np.float32] = field(repr=False)

    @property
    def overall(self) -> float:
        """Mean share of changed neighbours, in [0, 1]."""
        return float(self.changed.mean())

    def most(self, many: int) -> NDArray[np.intp]:
        """Return the positions of the items whose neighbours change most, at most `many`."""
        order = np.argsort(-self.changed, kind="stable")[:many]
        return self.positions[order]


@dataclass(frozen=True, eq=False)
class Comparison:
    """How far two embeddings of the same items agree.

    Attributes
    ----------
    ids : tuple of str
        The items both have, in the order of the first.
    only_left, only_right : tuple of str
        The items that one of the two alone has; they are left out.
    k : int
        Neighbours per item.
    positions : ndarray of shape (m,), intp
        The items whose neighbours were compared: all of `ids`, or a sample of many.
    overlap : ndarray of shape (m,), float32
        Share of each one's neighbours that are the same in both, in [0, 1].
    overlap_interval : (float, float) or None
        95% bootstrap interval of its mean, where it is sampled.
    chance_overlap : float
        The mean overlap of unrelated embeddings: k / (n - 1).
    cka : float
        Linear CKA in [0, 1] (Kornblith et al., 2019) of the vectors as their metric sees them:
        scaled to length 1 under cosine. 1 where one is the other, turned and scaled.
    chance_cka : float
        What it is on average where the items of one are mixed up; high for few items.
    rank_correlation : float
        Spearman's rho in [-1, 1] of the similarities of pairs of items; 0 by chance.
    rank_interval : (float, float)
        Its 95% bootstrap interval over items: pairs that share an item are no independent ones.
    """

    ids: tuple[str, ...] = field(repr=False)
    only_left: tuple[str, ...] = field(repr=False)
    only_right: tuple[str, ...] = field(repr=False)
    k: int
    positions: NDArray[np.intp] = field(repr=False)
    overlap: NDArray[np.float32] = field(repr=False)
    overlap_interval: tuple[float, float] | None
    chance_overlap: float
    cka: float
    chance_cka: float
    rank_correlation: float
    rank_interval: tuple[float, float]

    @property
    def neighbor_overlap(self) -> float:
        """Mean share of neighbours that are the same in both, in [0, 1]."""
        return float(self.overlap.mean())

    @property
    def is_sampled(self) -> bool:
        """Whether the neighbours of a part of the items were compared."""
        return len(self.positions) < len(self.ids)

    def most_different(self, many: int) -> list[str]:
        """Return the items whose neighbours differ most, at most `many`, the worst first."""
        order = np.argsort(self.overlap, kind="stable")[:many]
        return [self.ids[i] for i in self.positions[order]]


def compare(
    left: Embedding,
    right: Embedding,
    *,
    metric_left: str = "cosine",
    metric_right: str = "",
    k: int = 15,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Comparison:
    """Tell how far two embeddings of the same items agree.

    Parameters
    ----------
    left, right : Embedding
        Compared over the ids both have; the others are named in the result.
    metric_left, metric_right : {"cosine", "dot", "euclidean", "manhattan"}
        What near means in each; the same in both where only one is given.
    k : int
        Neighbours per item; fewer than half of the items in small collections.
    seed : int
        Of samples: pairs for the rank correlation, and above 20,000 items those whose neighbours
        are compared, with all.
    progress, cancel : callable, optional

    Raises
    ------
    InputError
        If the two have fewer than four items in common, or k is less than 1.
    """
    metric_right = metric_right or metric_left
    check_metric(metric_left)
    check_metric(metric_right)
    ids = tuple(id_ for id_ in left.ids if id_ in right.positions)
    if len(ids) < FEWEST_ITEMS:
        raise InputError(
            f"The two have {len(ids)} of {len(left):,} and {len(right):,} items in common; bring "
            f"at least {FEWEST_ITEMS} that both know."
        )
    a, b = common(left, ids), common(right, ids)
    rng = np.random.default_rng(seed)
    many = len(ids) > EXACT_ITEMS
    rows = np.sort(rng.choice(len(ids), _SAMPLED_ITEMS, replace=False)) if many else None
    found = churn(a, metric_left, b, metric_right, k, rows=rows, progress=progress, cancel=cancel)
    overlap = 1 - found.changed
    cka, chance = linear_cka(prepare(a.vectors, metric_left), prepare(b.vectors, metric_right))
    if cancel is not None and cancel():
        raise Cancelled
    rho, interval = rank_correlation(a.vectors, metric_left, b.vectors, metric_right, rng)
    return Comparison(
        ids=ids,
        only_left=tuple(id_ for id_ in left.ids if id_ not in a.positions),
        only_right=tuple(id_ for id_ in right.ids if id_ not in a.positions),
        k=found.k,
        positions=found.positions,
        overlap=overlap,
        overlap_interval=bootstrap(overlap, rng) if many else None,
        chance_overlap=found.k / (len(ids) - 1),
        cka=cka,
        chance_cka=chance,
        rank_correlation=rho,
        rank_interval=interval,
    )


def as_vectors(projection: Projection) -> Embedding:
    """Return a map's coordinates as an embedding, to be compared by Euclidean distance."""
    space = f"map:{projection.fingerprint[:12]}"
    return Embedding(projection.ids, projection.coords, space, projection.method)


def compare_maps(
    left: Projection, right: Projection, *, k: int = 15, seed: int = 0, cancel: Cancel | None = None
) -> Comparison:
    """Tell how far two maps of the same items agree, as :func:`compare` does for embeddings."""
    pictures = as_vectors(left), as_vectors(right)
    return compare(*pictures, metric_left="euclidean", k=k, seed=seed, cancel=cancel)


def common(embedding: Embedding, ids: Sequence[str]) -> Embedding:
    """Return the items `ids` of an embedding, in that order."""
    if embedding.ids == tuple(ids):
        return embedding
    return embedding.take([embedding.positions[id_] for id_ in ids])


def churn(
    before: Embedding,
    metric_before: str,
    after: Embedding,
    metric_after: str,
    k: int = 15,
    *,
    rows: NDArray[np.intp] | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Churn:
    """Tell which share of each item's neighbours changes.

    Parameters
    ----------
    before, after : Embedding
        Of the same items in the same order.
    metric_before, metric_after : {"cosine", "dot", "euclidean", "manhattan"}
    k : int
        Neighbours per item; fewer than half of the items in small collections.
    rows : ndarray of shape (m,), optional
        The items to look at, each compared with all; everybody where left out.

    Raises
    ------
    SpaceMismatchError
        If the items are not the same.
    InputError
        If k is less than 1, or there are fewer than three items.
    """
    if before.ids != after.ids:
        raise SpaceMismatchError(f"{len(before):,} items", f"{len(after):,} others")
    n = len(before)
    if k < 1:
        raise InputError(f"k got {k}; ask for at least 1 neighbour.")
    if n < 3:
        raise InputError(f"Got {n} items; bring three or more, so that neighbours can change.")
    k = min(k, (n - 1) // 2)
    ways = ((before, metric_before), (after, metric_after))
    one, other = (
        neighbor_rows(each, k, metric, rows, progress=progress, cancel=cancel)
        for each, metric in ways
    )
    return churn_of(one, other, np.arange(n) if rows is None else rows)


def churn_of(
    before: NDArray[np.int32], after: NDArray[np.int32], positions: NDArray[np.intp]
) -> Churn:
    """Return what changes between two lists of neighbours, (m, k) each, of the same items."""
    k = before.shape[1]
    both = np.sort(np.hstack([before, after]), axis=1)
    kept = (both[:, 1:] == both[:, :-1]).sum(axis=1)
    return Churn(k, positions, (1 - kept / k).astype(np.float32))


def neighbor_rows(
    embedding: Embedding,
    k: int,
    metric: str,
    rows: NDArray[np.intp] | None = None,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> NDArray[np.int32]:
    """Return the `k` nearest of some items among all, (m, k); of everybody without `rows`."""
    if rows is None:
        return neighbor_graph(embedding, k, metric, progress=progress, cancel=cancel).indices
    return exact_neighbors(
        embedding.vectors, k, metric, rows=rows, progress=progress, cancel=cancel
    )[0]


def linear_cka(left: NDArray[np.float32], right: NDArray[np.float32]) -> tuple[float, float]:
    """Return the linear CKA of two matrices of vectors, and what it would be by chance.

    Centred kernel alignment with linear kernels (Kornblith et al., 2019). Chance is its mean over
    all ways to mix up the items of one matrix, which is known without mixing: the kernels' traces
    decide it.

    Parameters
    ----------
    left, right : ndarray of shape (n, dim), float32
        Of the same items in the same order; the lengths may differ.

    Returns
    -------
    cka, chance : float
        In [0, 1]; 0 where all vectors of one are equal.
    """
    a, b = _centered(left), _centered(right)
    n = len(a)
    if max(a.shape[1], b.shape[1]) <= n:
        # In the space of the features, so that many items cost no matrix of all pairs.
        cross, own = _squares(a, b), _squares(a, a) * _squares(b, b)
        traces = float((a * a).sum()) * float((b * b).sum())
    else:
        first, second = a @ a.T, b @ b.T
        cross = float((first * second).sum())
        own = float((first * first).sum()) * float((second * second).sum())
        traces = float(np.trace(first)) * float(np.trace(second))
    if own <= 0 or n < 2:
        return 0.0, 0.0
    scale = float(np.sqrt(own))
    return min(1.0, cross / scale), min(1.0, traces / ((n - 1) * scale))


def _centered(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Centre vectors, in a scale in which no product leaves the range of numbers."""
    moved = vectors - vectors.mean(axis=0, dtype=np.float64)
    largest = float(np.abs(moved).max(initial=0))
    return np.asarray(moved / largest) if largest > 0 else moved


def _squares(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the sum of the squares of a.T @ b."""
    product = a.T @ b
    return float((product * product).sum())
