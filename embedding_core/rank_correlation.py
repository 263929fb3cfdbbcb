"""Do two spaces order distances alike: Spearman's rho over pairs of items, and its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from embedding_core.similarity import prepare

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAIRS = 20_000
"""How many pairs are looked at where there are more."""

_ROUNDS = 200
_BLOCK_FLOATS = 1 << 22


def rank_correlation(
    left: NDArray[np.float32],
    metric_left: str,
    right: NDArray[np.float32],
    metric_right: str,
    rng: np.random.Generator,
    resample: Literal["items", "pairs"] = "items",
) -> tuple[float, tuple[float, float]]:
    """Return Spearman's rho of the similarities of pairs, and its 95% bootstrap interval.

    All pairs of up to 200 items, and 20,000 of more, drawn at random. What the interval says
    depends on what is drawn anew:

    - *items*: where the figure would lie for other items of the same kind. Pairs that share an item
      are not independent of each other, so a pair counts as often as both of its items were drawn,
      one times the other (Snijders and Borgatti, 1999).
    - *pairs*: where the figure over all pairs of these very items lies. They were drawn from all
      pairs independently of each other, whichever items they share, so that drawing pairs anew is
      the bootstrap of that sample (Efron, 1979). Where all pairs were looked at nothing is
      uncertain, and both ends are the figure itself.

    Parameters
    ----------
    left, right : ndarray of shape (n, dim), float32
        The same items in the same order; the lengths may differ.
    metric_left, metric_right : {"cosine", "dot", "euclidean", "manhattan"}
    rng : numpy.random.Generator
    resample : {"items", "pairs"}

    Returns
    -------
    rho : float
        In [-1, 1]; 0 where all pairs are equally alike in one of the two.
    interval : (float, float)
    """
    n = len(left)
    first, second = _pairs(n, rng)
    one, other = (
        np.unique(_similarities(vectors, first, second, metric), return_inverse=True)[1]
        for vectors, metric in ((left, metric_left), (right, metric_right))
    )
    rho = _spearman(one, other, np.ones(len(first)))
    if resample == "pairs" and len(first) == n * (n - 1) // 2:
        return rho, (rho, rho)
    rounds = []
    for _ in range(_ROUNDS):
        weights = _drawn(n if resample == "items" else len(first), rng)
        if resample == "items":
            weights = weights[first] * weights[second]
        rounds.append(_spearman(one, other, weights))
    low, high = np.nanquantile(rounds, [0.025, 0.975])
    return rho, (float(low), float(high))


def _drawn(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return how often each of n comes where n are drawn with replacement."""
    return np.bincount(rng.integers(0, n, n), minlength=n).astype(np.float64)


def _pairs(n: int, rng: np.random.Generator) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the two items of all pairs, or of as many different ones as are looked at."""
    if n * (n - 1) // 2 <= PAIRS:
        return np.triu_indices(n, 1)
    first = rng.integers(0, n, 2 * PAIRS)
    second = (first + rng.integers(1, n, 2 * PAIRS)) % n
    codes = np.unique(np.minimum(first, second) * n + np.maximum(first, second))
    codes = rng.permutation(codes)[:PAIRS]
    return codes // n, codes % n


def _similarities(
    vectors: NDArray[np.float32], first: NDArray[np.intp], second: NDArray[np.intp], metric: str
) -> NDArray[np.float32]:
    """Return the similarity of the two items of each pair; larger is nearer."""
    vectors = prepare(vectors, metric)
    found = np.empty(len(first))
    step = max(1, _BLOCK_FLOATS // max(1, vectors.shape[1]))
    for start in range(0, len(first), step):
        part = slice(start, start + step)
        a = vectors[first[part]].astype(np.float64)
        b = vectors[second[part]].astype(np.float64)
        if metric == "euclidean":
            found[part] = -np.linalg.norm(a - b, axis=1)
        elif metric == "manhattan":
            found[part] = -np.abs(a - b).sum(axis=1)
        else:
            found[part] = np.einsum("ij,ij->i", a, b)
    # What differs in digits that float32 does not have is the same.
    return found.astype(np.float32)


def _mid_ranks(group: NDArray[np.intp], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks where each value counts as often as its weight says; equals share theirs."""
    sizes = np.bincount(group, weights=weights)
    return np.asarray((np.cumsum(sizes) - sizes / 2)[group])


def _spearman(
    one: NDArray[np.intp], other: NDArray[np.intp], weights: NDArray[np.float64]
) -> float:
    """Return the correlation of two orders, pairs weighted; 0 where one of them is flat.

    Each order as the group every pair belongs to, lowest value first: sorted once, it serves any
    weights.
    """
    total = weights.sum()
    if total <= 0:
        return float("nan")
    # Sums, not dot products: BLAS wakes its threads for these, which costs more than they save.
    a, b = _mid_ranks(one, weights), _mid_ranks(other, weights)
    a -= (weights * a).sum() / total
    b -= (weights * b).sum() / total
    scale = np.sqrt((weights * a * a).sum() * (weights * b * b).sum())
    return float(np.clip((weights * a * b).sum() / scale, -1, 1)) if scale > 0 else 0.0
