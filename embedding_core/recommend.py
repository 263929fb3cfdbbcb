"""What to recommend to whom and why, and a new user placed among the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import InputError
from embedding_core.ratings import ratings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding
    from embedding_core.factors import Factors
    from embedding_core.ratings import Ratings

    _Array = NDArray[np.float64]


@dataclass(frozen=True)
class Reason:
    """Why something is recommended: one thing the user rated.

    Attributes
    ----------
    id : str
    value : float
        The rating it got.
    adds : float
        What it adds to the score; above 0 it speaks for the recommendation.
    """

    id: str
    value: float
    adds: float


@dataclass(frozen=True)
class Recommendation:
    """One thing that is recommended.

    Attributes
    ----------
    id : str
    score : float
        The rating expected; where only use is known, a number that is near 1 for what fits.
    base : float
        The part that is the same for every user: what the item usually gets.
    because : tuple of Reason
        The strongest first. All reasons there are, and `base`, sum to the score.
    """

    id: str
    score: float
    base: float
    because: tuple[Reason, ...]


@dataclass(frozen=True, eq=False)
class PlacedUser:
    """A user among the items, as their ratings say.

    Attributes
    ----------
    vector : ndarray of shape (dim,), float32
        In the space of users and items.
    bias : float
        How far above the mean they rate; 0 where only use is known.
    rated : ndarray of shape (n,), int64
        What they rated, as places among the items.
    values : ndarray of shape (n,), float64
    """

    vector: NDArray[np.float32]
    bias: float
    rated: NDArray[np.int64]
    values: _Array


def place_user(
    collection: Collection, embedding: Embedding, ratings: Mapping[str, float]
) -> PlacedUser:
    """Place a user who was not there while training.

    The ridge regression that places every user, on the items' vectors as they are: an earlier user
    with the same ratings has the same vector.

    Parameters
    ----------
    collection : Collection
        All users and items.
    embedding : Embedding
        By matrix factorization of it.
    ratings : mapping of str to float
        By item; where only use is known any number above 0 says that it was used.

    Raises
    ------
    InputError
        If nothing is rated, an item is unknown or a rating no number.
    """
    data, factors = _learned(collection, embedding)
    if not ratings:
        raise InputError("A user without a rating has no place yet; rate at least one item.")
    rated, values = [], []
    for name, value in ratings.items():
        rated.append(_place(collection, data, name, "item"))
        if not np.isfinite(value):
            raise InputError(f"The rating of “{name}” is {value}; give a number.")
        values.append(float(value))
    return _placed(factors, np.array(rated, dtype=np.int64), np.array(values))


def known_user(collection: Collection, embedding: Embedding, user: str) -> PlacedUser:
    """Return a user who was there while training. Raises InputError where there is none."""
    data, factors = _learned(collection, embedding)
    place = _place(collection, data, user, "user")
    theirs = slice(*np.searchsorted(data.users, [place, place + 1]))
    rated, values = data.items[theirs].astype(np.int64), data.values[theirs].astype(np.float64)
    return _placed(factors, rated, values)


def recommend(
    collection: Collection,
    embedding: Embedding,
    user: str | PlacedUser,
    k: int = 10,
    *,
    reasons: int = 3,
) -> tuple[Recommendation, ...]:
    """Return what a user should like most of what they have not rated, and why.

    Parameters
    ----------
    collection : Collection
        All users and items.
    embedding : Embedding
        By matrix factorization of it.
    user : str or PlacedUser
        One of the users, or what `place_user` returned.
    k : int
        How many, at most.
    reasons : int
        How many of the things they rated are told for each, at most; only those that speak for it.

    Returns
    -------
    tuple of Recommendation
        The highest score first; items nobody rated are left out, as nothing is known of them.
    """
    data, factors = _learned(collection, embedding)
    who = known_user(collection, embedding, user) if isinstance(user, str) else user
    scores = factors.scores(who.vector.astype(np.float64), who.bias)
    scores[who.rated] = -np.inf
    scores[np.bincount(data.items, minlength=data.n_items) == 0] = -np.inf
    best = np.argsort(-scores, kind="stable")[:k]
    best = best[np.isfinite(scores[best])]
    adds = _contributions(factors, who, best)
    ids = collection.ids[data.n_users :]
    found = []
    for row, item in enumerate(best.tolist()):
        order = np.argsort(-adds[row], kind="stable")[:reasons]
        speaking = order[adds[row, order] > 0]
        found.append(_reasoned(ids, factors, who, item, adds[row], speaking))
    return tuple(found)


def explain(
    collection: Collection, embedding: Embedding, user: str | PlacedUser, item: str
) -> Recommendation:
    """Return what is expected of a user and one item, and what all they rated adds to it.

    Parameters
    ----------
    collection : Collection
        All users and items.
    embedding : Embedding
        By matrix factorization of it.
    user : str or PlacedUser
    item : str
        Also one that they rated.

    Returns
    -------
    Recommendation
        Its reasons are all there are, what speaks against it among them, by how much they add; with
        `base` they sum to the score.
    """
    data, factors = _learned(collection, embedding)
    who = known_user(collection, embedding, user) if isinstance(user, str) else user
    place = _place(collection, data, item, "item")
    adds = _contributions(factors, who, np.array([place], dtype=np.intp))[0]
    order = np.argsort(-np.abs(adds), kind="stable")
    return _reasoned(collection.ids[data.n_users :], factors, who, place, adds, order)


def _reasoned(
    ids: tuple[str, ...],
    factors: Factors,
    who: PlacedUser,
    item: int,
    adds: _Array,
    told: NDArray[np.intp],
) -> Recommendation:
    """Return a recommendation of an item, with those reasons that are `told`, in that order."""
    because = tuple(
        Reason(ids[who.rated[at]], float(who.values[at]), float(adds[at])) for at in told.tolist()
    )
    base = float(factors.mean + factors.item_bias[item])
    return Recommendation(ids[item], base + float(adds.sum()), base, because)


def _placed(factors: Factors, rated: NDArray[np.int64], values: _Array) -> PlacedUser:
    from embedding_core.factors import Side, solve

    side = Side(np.array([0, len(rated)]), rated, values)
    vectors, bias = solve(side, factors.items, factors.item_bias, factors.mean, factors.rule)
    return PlacedUser(vectors[0].astype(np.float32), float(bias[0]), rated, values)


def _contributions(factors: Factors, who: PlacedUser, items: NDArray[np.intp]) -> _Array:
    """Return what each rating adds to each item's score, (n_items, n_rated).

    A user's vector is a weighted sum over what they rated, so a score is too (Hu, Koren and
    Volinsky, 2008, section 5).
    """
    known, wanted = factors.items[who.rated], factors.items[items]
    if factors.rule.implicit:
        sure = 1 + factors.rule.confidence * who.values
        gram = factors.items.T @ factors.items + known.T @ (known * (sure - 1)[:, None])
        penalty, pull = factors.rule.penalty, sure
    else:
        known = np.column_stack([known, np.ones(len(known))])
        wanted = np.column_stack([wanted, np.ones(len(wanted))])
        gram = known.T @ known
        penalty = factors.rule.penalty * len(known)
        pull = who.values - factors.mean - factors.item_bias[who.rated]
    gram = gram + penalty * np.eye(len(gram))
    adds: _Array = wanted @ np.linalg.solve(gram, known.T) * pull
    return adds


def _learned(collection: Collection, embedding: Embedding) -> tuple[Ratings, Factors]:
    """Return the ratings and what was learned of them. Raises InputError where they do not fit."""
    from embedding_core.factors import Factors

    ratings, factors = ratings_of(collection), embedding.model
    if not isinstance(factors, Factors):
        raise InputError(
            f"Recommendations need an embedding by matrix factorization, and this one is by "
            f"{embedding.spec_name}; embed the ratings by matrix factorization."
        )
    shape = (ratings.n_users, ratings.n_items)
    if shape != (len(factors.users), len(factors.items)) or len(collection) != sum(shape):
        raise InputError(
            f"These are {len(collection):,} of {sum(shape):,} users and items, and the model knows "
            f"{len(factors.users) + len(factors.items):,}; give the whole collection it was "
            "trained on."
        )
    return ratings, factors


def _place(collection: Collection, ratings: Ratings, id_: str, role: str) -> int:
    """Return where a user stands among the users, or an item among the items."""
    found = collection.positions.get(id_, -1)
    place = found - (ratings.n_users if role == "item" else 0)
    if found < 0 or not 0 <= place < (ratings.n_items if role == "item" else ratings.n_users):
        raise InputError(f"There is no {role} called “{id_}”; choose one of those that are there.")
    return place
