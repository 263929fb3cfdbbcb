"""Users and items as vectors whose products are ratings: by alternating least squares.

Explicit ratings (Koren, Bell and Volinsky, 2009): r ≈ μ + b_u + b_i + p_u · q_i, least squares with
a penalty on the squares of all numbers for each rating they take part in (Zhou et al., 2008). What
was only used or liked (Hu, Koren and Volinsky, 2008): 1 for what was, 0 for all else, and a
confidence of 1 + α times the value in the former.

One half of the numbers is solved for exactly while the other is held, in turns. All users of about
as many ratings are solved at once, so that nothing is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.threads import one_blas_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.ratings import Ratings

    _Array = NDArray[np.float64]

_BLOCK_FLOATS = 1 << 22
_START = 0.1


@dataclass(frozen=True)
class Rule:
    """How ratings are taken.

    Attributes
    ----------
    implicit : bool
        Whether a rating says only that something was used or liked.
    penalty : float
        λ, above 0: large keeps vectors short, so that few ratings say little.
    confidence : float
        α; only for implicit ratings.
    """

    implicit: bool
    penalty: float
    confidence: float = 1.0


@dataclass(frozen=True, eq=False)
class Factors:
    """What was learned of ratings.

    Attributes
    ----------
    users : ndarray of shape (n_users, dim), float64
    items : ndarray of shape (n_items, dim), float64
    user_bias : ndarray of shape (n_users,), float64
        How far above the mean each user rates; 0 where ratings are implicit.
    item_bias : ndarray of shape (n_items,), float64
    mean : float
        Of all ratings; 0 where they are implicit.
    rule : Rule
    """

    users: _Array
    items: _Array
    user_bias: _Array
    item_bias: _Array
    mean: float
    rule: Rule

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        held = (self.users, self.items, self.user_bias, self.item_bias)
        return sum(int(array.nbytes) for array in held)

    def scores(self, vector: _Array, bias: float) -> _Array:
        """Return what a user is expected to think of every item, (n_items,)."""
        expected: _Array = self.mean + bias + self.item_bias + self.items @ vector
        return expected


@dataclass(frozen=True, eq=False)
class Side:
    """Ratings seen from one side: rows are users, or items.

    Attributes
    ----------
    offsets : ndarray of shape (n + 1,), int64
    others : ndarray of shape (m,), int64
        Who each rating of a row is about.
    values : ndarray of shape (m,), float64
    """

    offsets: NDArray[np.int64]
    others: NDArray[np.int64]
    values: _Array

    @classmethod
    def of(
        cls, n: int, rows: NDArray[np.int32], others: NDArray[np.int32], values: NDArray[np.float32]
    ) -> Side:
        """Sort ratings by row."""
        order = np.argsort(rows, kind="stable")
        counts = np.bincount(rows, minlength=n)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(offsets, others[order].astype(np.int64), values[order].astype(np.float64))


def factorize(
    ratings: Ratings,
    rule: Rule,
    *,
    dim: int,
    rounds: int,
    seed: int = 0,
    told: Callable[[int, Factors], None] | None = None,
) -> Factors:
    """Learn vectors and biases of all users and items.

    Parameters
    ----------
    ratings : Ratings
    rule : Rule
    dim : int
    rounds : int
        Each solves for all users, then for all items.
    seed : int
        Of the items' first vectors.
    told : callable, optional
        Given the number of rounds done and what is known by then.

    Returns
    -------
    Factors
        Users are the best for the items as they are at last. Users and items without a rating have
        zero vectors.
    """
    mean = 0.0 if rule.implicit or not len(ratings) else float(ratings.values.mean(dtype=float))
    n, m = ratings.n_users, ratings.n_items
    of_users = Side.of(n, ratings.users, ratings.items, ratings.values)
    of_items = Side.of(m, ratings.items, ratings.users, ratings.values)
    start = np.random.default_rng(seed).normal(scale=_START, size=(m, dim))
    factors = Factors(np.zeros((n, dim)), start, np.zeros(n), np.zeros(m), mean, rule)
    for done in range(1, rounds + 1):
        vectors, bias = solve(of_users, factors.items, factors.item_bias, mean, rule)
        factors = replace(factors, users=vectors, user_bias=bias)
        vectors, bias = solve(of_items, factors.users, factors.user_bias, mean, rule)
        factors = replace(factors, items=vectors, item_bias=bias)
        if told is not None:
            told(done, factors)
    # Users once more: what is said of one who was there and of one who comes later is then alike.
    vectors, bias = solve(of_users, factors.items, factors.item_bias, mean, rule)
    return replace(factors, users=vectors, user_bias=bias)


def objective(ratings: Ratings, factors: Factors) -> float:
    """Return what the rounds bring down, by the number of ratings.

    Explicit: squared errors, and the penalty on the squares of all numbers for each rating they
    take part in. Implicit: squared errors over all pairs of a user and an item, each as sure as it
    is, and the penalty once for each vector.
    """
    rule, users, items = factors.rule, ratings.users, ratings.items
    guessed = np.einsum("md,md->m", factors.users[users], factors.items[items])
    squares = [np.einsum("nd,nd->n", side, side) for side in (factors.users, factors.items)]
    if rule.implicit:
        sure = 1 + rule.confidence * ratings.values.astype(np.float64)
        # Over all pairs at once, then right where there is a rating.
        grams = (factors.users.T @ factors.users) * (factors.items.T @ factors.items)
        errors = grams.sum() + (sure * (1 - guessed) ** 2 - guessed**2).sum()
        whole = errors + rule.penalty * sum(float(side.sum()) for side in squares)
    else:
        biases = factors.user_bias, factors.item_bias
        left = ratings.values - factors.mean - biases[0][users] - biases[1][items] - guessed
        held = (squares[0] + biases[0] ** 2)[users] + (squares[1] + biases[1] ** 2)[items]
        whole = (left**2).sum() + rule.penalty * held.sum()
    return float(whole / max(1, len(users)))


def solve(
    side: Side, others: _Array, other_bias: _Array, mean: float, rule: Rule
) -> tuple[_Array, _Array]:
    """Return the best vectors and biases of one side while the other is held.

    Parameters
    ----------
    side : Side
    others : ndarray of shape (m, dim)
        Vectors of the other side.
    other_bias : ndarray of shape (m,)
    mean : float
    rule : Rule

    Returns
    -------
    vectors : ndarray of shape (n, dim), float64
    bias : ndarray of shape (n,), float64
    """
    n, dim = len(side.offsets) - 1, others.shape[1]
    solved = np.zeros((n, dim + 1))
    width = dim if rule.implicit else dim + 1
    with one_blas_thread():
        whole = others.T @ others if rule.implicit else np.zeros((width, width))
        for rows, places, there in _blocks(side, width):
            known = others[side.others[places]] * there[..., None]
            values = side.values[places] * there
            if rule.implicit:
                extra = rule.confidence * values
                gram = whole + known.transpose(0, 2, 1) @ (known * extra[..., None])
                wanted = np.einsum("rkd,rk->rd", known, there + extra)
                penalty = np.full(len(rows), rule.penalty)
            else:
                known = np.concatenate([known, there[..., None]], axis=2)
                left = (side.values[places] - mean - other_bias[side.others[places]]) * there
                gram = known.transpose(0, 2, 1) @ known
                wanted = np.einsum("rkd,rk->rd", known, left)
                penalty = rule.penalty * there.sum(axis=1)
            gram = gram + penalty[:, None, None] * np.eye(width)
            solved[rows, :width] = np.linalg.solve(gram, wanted[..., None])[..., 0]
    return solved[:, :dim], solved[:, dim]


def _blocks(side: Side, width: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.int64], _Array]]:
    """Yield rows of about as many ratings, the places of these, and 1 where there is one."""
    counts = np.diff(side.offsets)
    order = np.argsort(counts, kind="stable")
    order = order[counts[order] > 0]
    end = len(order)
    while end:
        longest = int(counts[order[end - 1]])
        many = max(1, _BLOCK_FLOATS // (max(longest, width) * width))
        rows = order[max(0, end - many) : end]
        steps = np.arange(longest)
        there = steps < counts[rows][:, None]
        places = np.where(there, side.offsets[rows][:, None] + steps, 0)
        yield rows, places, there.astype(np.float64)
        end -= len(rows)
