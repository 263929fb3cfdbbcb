"""The made-up ratings that figures and pictures of lessons share: learned, judged, begun cold."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import InputError
from embedding_core.samples import SAMPLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding
    from embedding_core.offline import OfflineTest
    from embedding_core.ratings import Ratings
    from embedding_core.recommend import Recommendation

DIMENSIONS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
LIST = 10
"""Length of lists of recommendations."""

_MODEL = "matrix-factorization"
_HIDDEN, _NEWCOMERS = 0.2, 60


@lru_cache(maxsize=1)
def rated() -> Collection:
    """Return the made-up users and films."""
    return SAMPLES["tastes"].read()


def ratings() -> Ratings:
    """Return who rated what."""
    from embedding_core.ratings import ratings_of

    return ratings_of(rated())


def tastes(role: str) -> NDArray[np.str_]:
    """Return the true taste of each user or film, (n,)."""
    every = rated().table["taste"].to_numpy().astype(str)
    n = ratings().n_users
    return every[:n] if role == "user" else every[n:]


def films() -> tuple[str, ...]:
    """Return the films' names."""
    return rated().ids[ratings().n_users :]


def place_of_user(user: str) -> int:
    """Return a user's place. Raises InputError where there is none of that name."""
    n = ratings().n_users
    place = rated().positions.get(user, n)
    if place >= n:
        raise InputError(f"There is no user “{user}”; they go from {rated().ids[0]} on.")
    return place


@lru_cache(maxsize=1)
def learned() -> Embedding:
    """Return users and films embedded by matrix factorization of all ratings."""
    from embedding_core.embedding import embed

    return embed(rated(), _MODEL)


@lru_cache(maxsize=1_024)
def recommended(user: str) -> tuple[Recommendation, ...]:
    """Return what a user is recommended, each with everything that speaks for it."""
    from embedding_core.recommend import recommend

    place_of_user(user)
    return recommend(rated(), learned(), user, LIST, reasons=len(films()))


@lru_cache(maxsize=128)
def errors_of(dim: int, penalty: float) -> tuple[float, float]:
    """Return the root mean square error, in stars, on ratings learned from and on hidden ones."""
    from embedding_core.factors import Factors, Rule, factorize

    every = ratings()
    hidden = np.random.default_rng(0).random(len(every)) < _HIDDEN
    seen = every.keep(~hidden)
    factors = factorize(seen, Rule(False, penalty, 1.0), dim=dim, rounds=15)

    def error(of: Ratings, by: Factors) -> float:
        products = np.einsum("md,md->m", by.users[of.users], by.items[of.items])
        guesses = by.mean + by.user_bias[of.users] + by.item_bias[of.items] + products
        return float(np.sqrt(((of.values - guesses) ** 2).mean()))

    return error(seen, factors), error(every.keep(hidden), factors)


@lru_cache(maxsize=8)
def judged(feedback: str) -> OfflineTest:
    """Return the offline test of the model, taking ratings as explicit or implicit."""
    from embedding_core.offline import judge

    return judge(rated(), k=LIST, feedback=feedback)


def popular_films(of: Ratings | None = None) -> list[int]:
    """Return the places of the films that most users rated, the first ten."""
    counts = np.bincount((of or ratings()).items, minlength=len(films()))
    found: list[int] = np.argsort(-counts, kind="stable")[:LIST].tolist()
    return found


def true_share(names: list[str], taste: str) -> float:
    """Return the share of films in a list that are of a taste."""
    of_film = dict(zip(films(), tastes("item"), strict=True))
    return float(np.mean([of_film[name] == taste for name in names]))


@lru_cache(maxsize=32)
def newcomers_hit(n: int) -> float:
    """Return the share of lists that is of a new user's strongest taste, after n ratings.

    The last 60 users are kept out of the training and placed by n of their ratings; without any
    they are recommended what is popular.
    """
    from embedding_core.embedding import embed
    from embedding_core.recommend import place_user, recommend

    every = ratings()
    first = every.n_users - _NEWCOMERS
    known = _without_newcomers(first)
    model = embed(known, _MODEL)
    names, hits = films(), []
    for user in range(first, every.n_users):
        taste = str(tastes("user")[user])
        theirs = np.flatnonzero(every.users == user)
        few = np.random.default_rng(user).permutation(theirs)[:n]
        if not n:
            shown = [names[place] for place in popular_films(every.keep(every.users < first))]
        else:
            told = {names[every.items[at]]: float(every.values[at]) for at in few.tolist()}
            placed = place_user(known, model, told)
            shown = [each.id for each in recommend(known, model, placed, LIST)]
        hits.append(true_share(shown, taste))
    return float(np.mean(hits))


@lru_cache(maxsize=2)
def _without_newcomers(first: int) -> Collection:
    every = ratings()
    return replace(rated(), context=every.keep(every.users < first))
