"""Made-up ratings from known tastes, to hold what a model finds against the truth."""

from __future__ import annotations

import numpy as np

from embedding_core.collection import Collection
from embedding_core.ratings import Ratings

TASTES = ("adventure", "comedy", "romance", "science")
_MIXED = 0.25  # Of a Dirichlet distribution: the lower, the more a user has one taste alone.
_NOISE = 0.6  # Stars, standard deviation.
_PER_USER = 24
_FIRST = 1_577_836_800  # 1 January 2020, in seconds since 1970.
_DAYS = 730
_FAME = 0.8  # A film's share of viewers falls with this power of its rank.


def made_up_ratings(n_users: int = 300, n_films: int = 160, seed: int = 0) -> Collection:
    """Return invented users who rate invented films.

    Each user's taste is a mixture of four, each film mostly of one kind. Who sees what depends on
    a film's fame and on liking its kind; the stars, 1 to 5, on how well the two fit, with noise.

    Parameters
    ----------
    n_users, n_films : int
    seed : int

    Returns
    -------
    Collection
        Users, then films; the column ``taste`` holds the strongest of each, which is the truth.
    """
    from embedding_core.modalities.ratings import assembled

    rng = np.random.default_rng(seed)
    likes = rng.dirichlet([_MIXED] * len(TASTES), n_users)
    kind = np.arange(n_films) % len(TASTES)
    films = 0.15 / len(TASTES) + 0.85 * np.eye(len(TASTES))[kind]
    fit = likes @ films.T
    fame = (1 + rng.permutation(n_films)) ** -_FAME
    # The highest of fame times liking times chance: drawing without putting back (Gumbel).
    wish = np.log(fame) + np.log(0.1 + fit) + rng.gumbel(size=fit.shape)
    n_seen = np.clip(rng.poisson(_PER_USER, n_users), 5, n_films)
    order = np.argsort(-wish, axis=1, kind="stable")
    seen = [np.sort(order[user, :n]) for user, n in enumerate(n_seen)]
    users, items = np.repeat(np.arange(n_users), n_seen), np.concatenate(seen)
    stars = 1.5 + 3.5 * fit[users, items] + rng.normal(0, _NOISE, len(users))
    ratings = Ratings(
        n_users,
        n_films,
        users.astype(np.int32),
        items.astype(np.int32),
        np.clip(np.rint(stars), 1, 5).astype(np.float32),
        (_FIRST + rng.integers(0, _DAYS * 86_400, len(users))).astype(np.int64),
    )
    names = [f"{TASTES[k]} {i // len(TASTES) + 1}" for i, k in enumerate(kind)]
    collection = assembled(
        ratings, [str(user + 1) for user in range(n_users)], names, "made-up ratings"
    )
    tastes = [TASTES[k] for k in (*likes.argmax(axis=1), *kind)]
    return collection.with_column("taste", tastes)
