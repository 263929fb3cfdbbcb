"""Made-up ratings: the table, the map of films, reasons, errors, the offline test, cold starts."""

from __future__ import annotations

import numpy as np

from embedding_core.embedding import Embedding
from embedding_core.params import Param, Params
from embedding_core.teaching.figures.ratings import true_hits, true_hits_popular
from embedding_core.teaching.pictures import Bars, Curves, Drawn, Heat, Map
from embedding_core.teaching.ratings import (
    DIMENSIONS,
    LIST,
    errors_of,
    films,
    judged,
    learned,
    newcomers_hit,
    rated,
    ratings,
    recommended,
    tastes,
)
from embedding_core.teaching.views.base import ViewSpec

_USERS, _FILMS = 24, 24
_REASONS = 8
_NAMES = {"precision": "precision", "recall": "recall", "ndcg": "NDCG"}


def _draw_table(params: Params) -> Drawn:
    every, first = ratings(), int(params["first"]) - 1
    rows = np.arange(first, min(first + _USERS, every.n_users))
    inside = np.isin(every.users, rows) & (every.items < _FILMS)
    matrix = np.zeros((len(rows), _FILMS), dtype=np.float32)
    middle = float(every.values.mean(dtype=float))
    matrix[every.users[inside] - first, every.items[inside]] = every.values[inside] - middle
    names = tuple(rated().ids[row] for row in rows)
    return Drawn(
        (Heat(matrix, names, films()[:_FILMS], "value", f"stars above the mean, {middle:.2f}"),),
        f"{int(inside.sum())} of the {matrix.size} pairs shown are rated; the others have the "
        f"colour of zero. Of all pairs {len(every) / every.n_users / every.n_items:.0%} are rated.",
    )


def _draw_map(params: Params) -> Drawn:
    from embedding_core.projection import project

    n, every = ratings().n_users, learned()
    places = range(n, len(every)) if params["who"] == "films" else range(n)
    part: Embedding = every.take(list(places))
    flat = project(part, str(params["method"]))
    labels = tastes("item" if params["who"] == "films" else "user")
    return Drawn(
        (Map(flat.ids, flat.coords, tuple(labels)),),
        f"{len(part)} {params['who']}, coloured by their strongest taste, which the model was not "
        "told.",
    )


def _draw_reasons(params: Params) -> Drawn:
    user, rank = str(params["user"]).strip(), int(params["rank"])
    shown = recommended(user)
    one = shown[min(rank, len(shown)) - 1]
    first = one.because[:_REASONS]
    rest = one.score - one.base - sum(each.adds for each in first)
    names = ("what the film usually gets", *(each.id for each in first), "all other ratings")
    values = (one.base, *(each.adds for each in first), rest)
    groups = ("for everybody", *["for this user"] * (len(first) + 1))
    return Drawn(
        (Bars(names, values, "stars", groups),),
        f"{user} should like {one.id}, with {one.score:.2f} stars expected: {one.base:.2f} that "
        f"everybody gives it, and {one.score - one.base:+.2f} by what this user rated.".replace(
            "-", "−"
        ),
    )


def _draw_errors(params: Params) -> Drawn:
    penalty = float(params["penalty"])
    seen, hidden = zip(*(errors_of(dim, penalty) for dim in DIMENSIONS), strict=True)
    best = DIMENSIONS[int(np.argmin(hidden))]
    return Drawn(
        (
            Curves(
                {"learned from": (DIMENSIONS, seen), "hidden": (DIMENSIONS, hidden)},
                "dimensions",
                "error, stars (root mean square)",
                x_marks={"best": float(best)},
                x_range=(float(DIMENSIONS[0]), float(DIMENSIONS[-1])),
                y_range=(0.0, max(hidden) * 1.1),
                logarithmic=True,
            ),
        ),
        f"Hidden ratings are guessed best with {best} dimensions, {min(hidden):.2f} stars off; "
        f"with {DIMENSIONS[-1]} those learned from are {seen[-1]:.2f} off.",
    )  # fmt: skip


def _draw_offline(params: Params) -> Drawn:
    test = judged(str(params["feedback"]))
    names, values, groups = [], [], []
    for each in test.measures:
        names += [_NAMES[each.name], ""]
        values += [each.value, each.popular]
        groups += ["the model", "the popular films"]
    ndcg = test.measures[-1]
    return Drawn(
        (Bars(tuple(names), tuple(values), f"of {test.k} recommendations", tuple(groups), ".3f"),),
        f"{test.n_users} users, {test.n_hidden:,} of the latest ratings hidden: NDCG "
        f"{ndcg.value:.3f} by the model and {ndcg.popular:.3f} by the popular films, the "
        f"difference with a standard error of {ndcg.error:.3f}.",
    )


def _draw_truth(params: Params) -> Drawn:
    model, popular = true_hits(), true_hits_popular()
    return Drawn(
        (
            Bars(
                ("the model", "the popular films"),
                (model, popular),
                "share of lists that is of the user's true taste",
                form=".0%",
            ),
        ),
        f"Of {LIST} recommendations {model:.0%} are of the user's strongest taste by the model, "
        f"and {popular:.0%} by what is popular.",
    )


def _draw_cold(params: Params) -> Drawn:
    most = int(params["most"])
    numbers = sorted({0, 1, 2, 3, 5, 8, 12, most} & set(range(most + 1)))
    shares = [newcomers_hit(n) for n in numbers]
    return Drawn(
        (
            Curves(
                {"new users": (numbers, shares)},
                "ratings that are known",
                "share of lists of their taste",
                y_range=(0.0, 1.0),
            ),
        ),
        f"Without a rating {shares[0]:.0%} of a list is of a new user's taste, after {most} "
        f"{'rating' if most == 1 else 'ratings'} {shares[-1]:.0%}.",
    )


TABLE = ViewSpec(
    "ratings-table",
    "A corner of the made-up ratings as a matrix.",
    (Param("first", "From user", "number", 1, "The first of those shown.",
           minimum=1, maximum=270, step=10),),
    _draw_table,
)  # fmt: skip
MAP = ViewSpec(
    "tastes-map",
    "Films or users by matrix factorization on a map.",
    (
        Param("who", "Show", "choice", "films", "One side of the ratings.",
              choices=("films", "users"), labels=("Films", "Users")),
        Param("method", "Map by", "choice", "pca", "Ways to draw many dimensions in two.",
              choices=("pca", "umap", "tsne"), labels=("PCA", "UMAP", "t-SNE")),
    ),
    _draw_map,
)  # fmt: skip
REASONS = ViewSpec(
    "reasons",
    "Why a user is recommended a film: what each rating adds.",
    (
        Param("user", "User", "text", "user 1", "One of user 1 to user 300."),
        Param("rank", "Recommendation", "number", 1, "The first, second and so on.",
              minimum=1, maximum=LIST, step=1),
    ),
    _draw_reasons,
)  # fmt: skip
ERRORS = ViewSpec(
    "rating-errors",
    "Errors on ratings learned from and hidden, by dimensions.",
    (Param("penalty", "Penalty", "number", 0.01, "What keeps vectors short.",
           minimum=0.01, maximum=1.0, step=0.05),),
    _draw_errors,
)  # fmt: skip
OFFLINE = ViewSpec(
    "offline",
    "The offline test of recommendations beside what is popular.",
    (Param("feedback", "Learn from", "choice", "explicit", "How the model takes ratings.",
           choices=("explicit", "implicit"), labels=("How much", "Only that it was seen")),),
    _draw_offline,
)  # fmt: skip
TRUTH = ViewSpec(
    "true-tastes", "How many recommendations are of users' true tastes.", (), _draw_truth
)
COLD = ViewSpec(
    "cold-start",
    "How well new users are met, by how many of their ratings are known.",
    (Param("most", "Ratings, at most", "number", 12, "Up to so many of each.",
           minimum=1, maximum=20, step=1),),
    _draw_cold,
)  # fmt: skip
