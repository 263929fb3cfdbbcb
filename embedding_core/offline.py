"""Whether recommendations hit what users then rated: an honest test, beside what is popular."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.embedders.factorization import rule_of
from embedding_core.errors import Cancelled, InputError
from embedding_core.params import check_seed, resolve
from embedding_core.ratings import ratings_of

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.factors import Factors
    from embedding_core.models import Cancel, Progress
    from embedding_core.ratings import Ratings

    _Array = NDArray[np.float64]

MEASURES = ("precision", "recall", "ndcg")

_MODEL = "matrix-factorization"
_SCORES_AT_ONCE = 1 << 22


@dataclass(frozen=True)
class Measure:
    """How good lists of recommendations are, by one measure.

    Attributes
    ----------
    name : str
        ``"precision"``, ``"recall"`` or ``"ndcg"``.
    value, popular : float
        Of the model, and of recommending to everybody what most users rated: means over users,
        from 0 to 1.
    error : float
        Standard error of their difference, over users; a difference of less than two of them may
        be chance.
    """

    name: str
    value: float
    popular: float
    error: float


@dataclass(frozen=True)
class OfflineTest:
    """What a model would have recommended, held against what users then rated.

    Attributes
    ----------
    k : int
        Length of the lists.
    measures : tuple of Measure
    n_users : int
        Users that could be judged: with ratings to learn from and something liked among the hidden.
    n_left_out : int
        Users with hidden ratings that could not.
    by_time : bool
        Whether the latest ratings of all were hidden; else some of every user's, at random.
    n_hidden : int
        Ratings that were hidden.
    liked : float
        From which rating on a hidden one counts as liked; 0 where only use is known.
    """

    k: int
    measures: tuple[Measure, ...]
    n_users: int
    n_left_out: int
    by_time: bool
    n_hidden: int
    liked: float


def judge(
    collection: Collection,
    *,
    k: int = 10,
    share: float = 0.2,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    **params: object,
) -> OfflineTest:
    """Hide some ratings, learn from the others, and see what of the hidden is recommended.

    Parameters
    ----------
    collection : Collection
        All users and items.
    k : int
        Length of the lists.
    share : float
        Of ratings that are hidden. The latest where times are known: nothing is learned from the
        future, and users who came later cannot be judged. Else at random among those of each user.
    seed : int
    progress, cancel : callable, optional
    **params
        Settings of matrix factorization.

    Returns
    -------
    OfflineTest
        Precision: the share of a list that was liked; recall: the share of what was liked that is
        in the list; NDCG (Järvelin and Kekäläinen, 2002): the same, where the top of the list
        counts more. Liked is what got at least the mean of the ratings that were learned from.

    Raises
    ------
    InputError
        If no user can be judged.
    """
    from embedding_core.embedders import EMBEDDERS
    from embedding_core.factors import factorize

    seed = check_seed(seed)
    ratings = ratings_of(collection)
    settings = resolve(_MODEL, EMBEDDERS[_MODEL].params, params)
    hidden = _hidden(ratings, share, seed)
    seen = ratings.keep(~hidden)
    rule = rule_of(ratings, settings)
    liked = 0.0 if rule.implicit or not len(seen) else float(seen.values.mean(dtype=float))
    tested = ratings.keep(hidden if rule.implicit else hidden & (ratings.values >= liked))
    judged = np.intersect1d(np.unique(seen.users), np.unique(tested.users))
    n_tested = len(np.unique(ratings.users[hidden]))
    if not len(judged):
        raise InputError(
            "No user has both ratings to learn from and liked ones that were hidden; bring more "
            "ratings, or hide another share."
        )
    rounds = int(settings["rounds"])

    def told(done: int, _: Factors) -> None:
        if cancel is not None and cancel():
            raise Cancelled
        if progress is not None:
            progress(done, rounds, f"round {done} of {rounds}")

    factors = factorize(seen, rule, dim=int(settings["dim"]), rounds=rounds, seed=seed, told=told)
    popular = np.bincount(seen.items, minlength=seen.n_items).astype(np.float64)
    ours, theirs = _judged(factors, popular, judged, seen.matrix(), tested.matrix(), k)
    measures = []
    for name, mine, other in zip(MEASURES, ours.T, theirs.T, strict=True):
        gap = mine - other
        error = float(gap.std(ddof=1) / np.sqrt(len(gap))) if len(gap) > 1 else float("nan")
        measures.append(Measure(name, float(mine.mean()), float(other.mean()), error))
    return OfflineTest(
        k,
        tuple(measures),
        len(judged),
        n_tested - len(judged),
        _is_timed(ratings),
        int(hidden.sum()),
        liked,
    )


def rank_measures(hits: NDArray[np.bool_], n_liked: NDArray[np.int64]) -> _Array:
    """Return how good lists are.

    Parameters
    ----------
    hits : ndarray of shape (n, k), bool
        Whether each entry of each list was liked, from the top.
    n_liked : ndarray of shape (n,)
        How many items each user liked, above 0.

    Returns
    -------
    ndarray of shape (n, 3), float64
        Precision, recall and NDCG of each list.
    """
    k = hits.shape[1]
    worth = 1 / np.log2(np.arange(2, k + 2))
    best = np.cumsum(worth)[np.minimum(n_liked, k) - 1]
    found = hits.sum(axis=1)
    return np.column_stack([found / k, found / n_liked, hits @ worth / best])


def _is_timed(ratings: Ratings) -> bool:
    """Tell whether times say which ratings came later."""
    times = ratings.timestamps
    return times is not None and bool((times != times[0]).any())


def _hidden(ratings: Ratings, share: float, seed: int) -> NDArray[np.bool_]:
    """Return which ratings are hidden."""
    m, times = len(ratings), ratings.timestamps
    if times is not None and _is_timed(ratings):
        # Those of one moment stay together: with what is learned from, unless all late ones are.
        latest = np.sort(times)[max(0, m - 1 - round(share * m))]
        return np.asarray(times >= latest if latest == times.max() else times > latest)
    draws = np.random.default_rng(seed).random(m)
    order = np.lexsort((draws, ratings.users))
    counts = np.bincount(ratings.users, minlength=ratings.n_users)
    begins = np.repeat(np.cumsum(counts) - counts, counts)
    rank = np.empty(m, dtype=np.int64)
    rank[order] = np.arange(m) - begins
    return np.asarray(rank < np.rint(share * counts)[ratings.users])


def _judged(
    factors: Factors,
    popular: _Array,
    users: NDArray[np.integer],
    seen: sp.csr_array,
    tested: sp.csr_array,
    k: int,
) -> tuple[_Array, _Array]:
    """Return the measures of the model's lists and of the popular ones, (n_users, 3) each."""
    ours: list[_Array] = []
    theirs: list[_Array] = []
    step = max(1, _SCORES_AT_ONCE // len(popular))
    for at in range(0, len(users), step):
        few = users[at : at + step]
        known = _is_there(seen[few])
        liked = _is_there(tested[few])
        for scores, found in (
            (factors.users[few] @ factors.items.T + factors.item_bias, ours),
            (np.tile(popular, (len(few), 1)), theirs),
        ):
            # Nothing is known of what has no rating to learn from: it is never recommended.
            fresh = np.where(known | (popular == 0), -np.inf, scores)
            best = np.argsort(-fresh, axis=1, kind="stable")[:, :k]
            hits = np.take_along_axis(liked & np.isfinite(fresh), best, axis=1)
            found.append(rank_measures(hits, liked.sum(axis=1)))
    return np.concatenate(ours), np.concatenate(theirs)


def _is_there(rows: sp.csr_array) -> NDArray[np.bool_]:
    """Return where ratings stand; one of 0 is one too."""
    there = np.zeros(rows.shape, dtype=np.bool_)
    there[np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr)), rows.indices] = True
    return there
