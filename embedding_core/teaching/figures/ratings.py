"""Figures of the made-up ratings: how full, how well guessed, what is recommended and to whom."""

from __future__ import annotations

import numpy as np

from embedding_core.teaching.figures.base import Figure, figure
from embedding_core.teaching.graphs import same_among_nearest
from embedding_core.teaching.ratings import (
    DIMENSIONS,
    errors_of,
    films,
    judged,
    learned,
    newcomers_hit,
    popular_films,
    rated,
    ratings,
    recommended,
    tastes,
    true_share,
)


def rating_users() -> int:
    """Return how many users there are."""
    return ratings().n_users


def rating_films() -> int:
    """Return how many films there are."""
    return ratings().n_items


def rating_count() -> int:
    """Return how many ratings there are."""
    return len(ratings())


def rating_share() -> float:
    """Return the share of pairs of user and film that are rated."""
    return len(ratings()) / (ratings().n_users * ratings().n_items)


def user_name(place: int) -> str:
    """Return the name of a user, the first being 1."""
    return rated().ids[place - 1]


def films_alike(k: int = 5) -> float:
    """Return the share of films' k nearest by cosine that are of the film's taste."""
    vectors = learned().vectors[ratings().n_users :]
    return same_among_nearest(vectors, tastes("item"), k)


def film_chance() -> float:
    """Return the share of other films that are of a film's taste, the mean over films."""
    of = tastes("item")
    return float(((of[:, None] == of).sum(axis=1) - 1).mean() / (len(of) - 1))


def recommended_film(user: str, rank: int = 1) -> str:
    """Return what a user is recommended, the first or another by rank."""
    return recommended(user)[rank - 1].id


def recommended_score(user: str, rank: int = 1) -> float:
    """Return the rating that is expected of a recommended film."""
    return recommended(user)[rank - 1].score


def recommended_base(user: str, rank: int = 1) -> float:
    """Return the part of an expected rating that is the same for all users."""
    return recommended(user)[rank - 1].base


def strongest_reason(user: str, rank: int = 1) -> str:
    """Return the film a user rated that speaks most for a recommendation."""
    return recommended(user)[rank - 1].because[0].id


def strongest_adds(user: str, rank: int = 1) -> float:
    """Return what the strongest reason adds to the expected rating."""
    return recommended(user)[rank - 1].because[0].adds


def error_seen(dim: int, penalty: float = 0.1) -> float:
    """Return the error in stars on ratings that were learned from."""
    return errors_of(dim, penalty)[0]


def error_hidden(dim: int, penalty: float = 0.1) -> float:
    """Return the error in stars on ratings that were hidden."""
    return errors_of(dim, penalty)[1]


def best_dimension(penalty: float = 0.1) -> int:
    """Return the number of dimensions with the smallest error on hidden ratings."""
    return min(DIMENSIONS, key=lambda dim: error_hidden(dim, penalty))


def offline_model(measure: str = "ndcg", feedback: str = "explicit") -> float:
    """Return the model's precision, recall or ndcg in the offline test."""
    return next(each.value for each in judged(feedback).measures if each.name == measure)


def offline_popular(measure: str = "ndcg", feedback: str = "explicit") -> float:
    """Return what the same popular films for everybody reach in the offline test."""
    return next(each.popular for each in judged(feedback).measures if each.name == measure)


def offline_error(measure: str = "ndcg", feedback: str = "explicit") -> float:
    """Return the standard error of the difference between model and popular films."""
    return next(each.error for each in judged(feedback).measures if each.name == measure)


def offline_winner(measure: str = "ndcg", feedback: str = "explicit") -> str:
    """Return what is better in the offline test: the model, the popular films, or neither."""
    gap = offline_model(measure, feedback) - offline_popular(measure, feedback)
    if abs(gap) < 2 * offline_error(measure, feedback):
        return "no clear difference"
    return "the model" if gap > 0 else "the popular films"


def true_hits() -> float:
    """Return the share of the model's recommendations that are of a user's strongest taste."""
    users = learned().ids[: ratings().n_users]
    shown = ([each.id for each in recommended(user)] for user in users)
    return float(
        np.mean([true_share(names, str(t)) for names, t in zip(shown, tastes("user"), strict=True)])
    )


def true_hits_popular() -> float:
    """Return the share of the ten most popular films that are of a user's strongest taste."""
    names = [films()[place] for place in popular_films()]
    return float(np.mean([true_share(names, str(taste)) for taste in tastes("user")]))


def popular_ratings() -> float:
    """Return the share of all ratings that the ten most popular films got."""
    return float(np.isin(ratings().items, popular_films()).mean())


def cold_hits(known: int) -> float:
    """Return the share of new users' lists that is of their taste, after so many ratings."""
    return newcomers_hit(known)


FIGURES: tuple[Figure, ...] = tuple(
    figure(function)
    for function in (
        rating_users, rating_films, rating_count, rating_share, user_name,
        films_alike, film_chance, recommended_film, recommended_score, recommended_base,
        strongest_reason, strongest_adds, error_seen, error_hidden, best_dimension, offline_model,
        offline_popular, offline_error, offline_winner, true_hits, true_hits_popular,
        popular_ratings, cold_hits,
    )
)  # fmt: skip
