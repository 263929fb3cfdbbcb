"""Factors against a slow direct solve, reasons that sum to the score, an honest offline test."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

import embedding_core as ec
from embedding_core import offline
from embedding_core.collection import Collection
from embedding_core.errors import Cancelled, InputError
from embedding_core.factors import Rule, factorize
from embedding_core.ratings import Rated, Ratings
from embedding_core.recommend import known_user, place_user, recommend

MODEL = "matrix-factorization"
EXPLICIT, IMPLICIT = Rule(False, 0.2), Rule(True, 0.3, 5.0)


def ratings_from(matrix, there, times=None):
    users, items = np.nonzero(there)
    values = np.float32(matrix[there])
    stamps = None if times is None else times[there].astype(np.int64)
    return Ratings(*matrix.shape, np.int32(users), np.int32(items), values, stamps)


def collected(ratings):
    users = [f"u{at}" for at in range(ratings.n_users)]
    items = [f"i{at}" for at in range(ratings.n_items)]
    payloads = [Rated("user", at, name) for at, name in enumerate(users)]
    payloads += [Rated("item", at, name) for at, name in enumerate(items)]
    return Collection.of([*users, *items], payloads, modality="ratings", context=ratings)


def tastes(n=80, m=50, dim=2, share=0.4, seed=0, timed=False):
    """Ratings made from known tastes: a few numbers for each user and each item."""
    rng = np.random.default_rng(seed)
    users, items = rng.normal(size=(n, dim)), rng.normal(size=(m, dim))
    matrix = 3 + users @ items.T + rng.normal(scale=0.3, size=(n, 1))
    there = rng.random((n, m)) < share
    return (
        matrix,
        there,
        ratings_from(matrix, there, rng.permutation(n * m).reshape(n, m) if timed else None),
    )


@pytest.fixture(scope="module")
def tasted():
    *_, ratings = tastes()
    collection = collected(ratings)
    return collection, ec.embed(collection, MODEL, dim=4, seed=1)


def slow_user(ratings, factors, user):
    """Solve for one user by writing the equations down."""
    theirs = ratings.users == user
    items, values = ratings.items[theirs], ratings.values[theirs].astype(float)
    rule = factors.rule
    if rule.implicit:
        sure = np.ones(ratings.n_items)
        sure[items] += rule.confidence * values
        wanted = np.zeros(ratings.n_items)
        wanted[items] = 1
        y = factors.items
        left = y.T @ np.diag(sure) @ y + rule.penalty * np.eye(y.shape[1])
        return np.append(np.linalg.solve(left, y.T @ np.diag(sure) @ wanted), 0)
    known = np.column_stack([factors.items[items], np.ones(len(items))])
    rest = values - factors.mean - factors.item_bias[items]
    # The penalty as ratings of nothing: plain least squares then.
    width = known.shape[1]
    more = np.sqrt(rule.penalty * len(items)) * np.eye(width)
    return np.linalg.lstsq(
        np.vstack([known, more]), np.concatenate([rest, np.zeros(width)]), rcond=None
    )[0]


def loss(ratings, factors):
    rule = factors.rule
    products = factors.users @ factors.items.T
    if rule.implicit:
        sure, wanted = np.ones(products.shape), np.zeros(products.shape)
        sure[ratings.users, ratings.items] += rule.confidence * ratings.values
        wanted[ratings.users, ratings.items] = 1
        size = (factors.users**2).sum() + (factors.items**2).sum()
        return (sure * (wanted - products) ** 2).sum() + rule.penalty * size
    u, i = ratings.users, ratings.items
    off = ratings.values - factors.mean - factors.user_bias[u] - factors.item_bias[i]
    size = (factors.users[u] ** 2).sum() + (factors.items[i] ** 2).sum()
    size += (factors.user_bias[u] ** 2).sum() + (factors.item_bias[i] ** 2).sum()
    return ((off - products[u, i]) ** 2).sum() + rule.penalty * size


@pytest.mark.parametrize("rule", [EXPLICIT, IMPLICIT], ids=["explicit", "implicit"])
def test_users_are_what_a_slow_direct_solve_gives(rule):
    matrix, there, _ = tastes(20, 12)
    ratings = ratings_from(np.abs(matrix), there)
    factors = factorize(ratings, rule, dim=3, rounds=3, seed=2)
    for user in range(ratings.n_users):
        expected = slow_user(ratings, factors, user)
        np.testing.assert_allclose(factors.users[user], expected[:-1], atol=1e-9)
        assert factors.user_bias[user] == pytest.approx(expected[-1], abs=1e-9)


@pytest.mark.parametrize("rule", [EXPLICIT, IMPLICIT], ids=["explicit", "implicit"])
def test_no_round_makes_it_worse(rule):
    matrix, there, _ = tastes(20, 12)
    ratings = ratings_from(np.abs(matrix), there)
    losses = []
    factorize(ratings, rule, dim=3, rounds=8, told=lambda _, now: losses.append(loss(ratings, now)))
    assert all(later <= before + 1e-9 for before, later in pairwise(losses))
    assert losses[-1] < 0.95 * losses[0]


def test_ratings_that_were_not_seen_are_foretold():
    matrix, there, ratings = tastes()
    factors = factorize(ratings, Rule(False, 0.02), dim=2, rounds=20)
    guessed = factors.mean + factors.user_bias[:, None] + factors.item_bias
    guessed = guessed + factors.users @ factors.items.T
    off = np.sqrt(np.mean((guessed - matrix)[~there] ** 2))
    assert off < 0.35 * matrix[~there].std()


def test_rows_in_several_blocks_are_as_in_one(monkeypatch):
    *_, ratings = tastes(30, 20)
    whole = factorize(ratings, EXPLICIT, dim=3, rounds=2)
    monkeypatch.setattr("embedding_core.factors._BLOCK_FLOATS", 200)
    parts = factorize(ratings, EXPLICIT, dim=3, rounds=2)
    np.testing.assert_allclose(parts.users, whole.users, atol=1e-9)
    np.testing.assert_allclose(parts.items, whole.items, atol=1e-9)


def test_users_and_items_lie_in_one_space(tasted):
    collection, embedding = tasted
    assert embedding.ids == collection.ids
    np.testing.assert_array_equal(embedding.vectors[:80], np.float32(embedding.model.users))
    np.testing.assert_array_equal(embedding.vectors[80:], np.float32(embedding.model.items))
    part = ec.embed(collection.take([3, 85]), MODEL, dim=4, seed=1)
    np.testing.assert_array_equal(part.vectors, embedding.vectors[[3, 85]])


def test_the_same_seed_gives_the_same_vectors(tasted):
    collection, embedding = tasted
    from embedding_core import kept

    kept.forget()
    again = ec.embed(collection, MODEL, dim=4, seed=1)
    np.testing.assert_array_equal(again.vectors, embedding.vectors)
    assert again.space == embedding.space
    other = ec.embed(collection, MODEL, dim=4, seed=2)
    assert other.space != embedding.space
    assert not np.allclose(other.vectors, embedding.vectors)


def test_progress_frames_and_cancel(tasted):
    collection, _ = tasted
    told, frames = [], []
    ec.embed(
        collection,
        MODEL,
        rounds=3,
        seed=9,
        progress=lambda done, total, what="": told.append((done, total, what)),
        on_frame=frames.append,
    )
    assert told == [(at, 3, f"round {at} of 3") for at in (1, 2, 3)]
    # Users once more at the end.
    assert [frame.shape for frame in frames] == [(130, 16)] * 4
    with pytest.raises(Cancelled):
        ec.embed(collection, MODEL, seed=10, cancel=lambda: True)


def test_what_is_only_used_is_told_by_the_data():
    there = np.random.default_rng(0).random((9, 7)) < 0.5
    used = ratings_from(np.ones((9, 7)), there)
    assert ec.embed(collected(used), MODEL, dim=2).model.rule.implicit
    rated = ec.embed(collected(used), MODEL, dim=2, feedback="explicit").model
    assert not rated.rule.implicit
    *_, ratings = tastes(9, 7)
    assert not ec.embed(collected(ratings), MODEL, dim=2).model.rule.implicit


def test_items_without_a_rating_are_named_and_never_recommended():
    matrix, there, _ = tastes(12, 8)
    there[:, 5] = False
    there[:, 0] = True
    ratings = ratings_from(matrix, there)
    collection = collected(ratings)
    embedding = ec.embed(collection, MODEL, dim=2)
    assert "i5" in dict(embedding.notes)
    assert not embedding.vectors[12 + 5].any()
    assert "i5" not in [found.id for found in recommend(collection, embedding, "u0", 8)]


@pytest.mark.parametrize("feedback", ["explicit", "implicit"])
def test_reasons_sum_to_the_score_and_speak_for_it(tasted, feedback):
    collection, _ = tasted
    embedding = ec.embed(collection, MODEL, dim=4, feedback=feedback)
    who = known_user(collection, embedding, "u3")
    found = recommend(collection, embedding, "u3", 5, reasons=1_000)
    factors = embedding.model
    scores = factors.mean + factors.user_bias[3] + factors.item_bias
    scores = scores + factors.items @ factors.users[3]
    rated = {f"i{at}" for at in who.rated.tolist()}
    assert not rated & {one.id for one in found}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert one.score == pytest.approx(scores[int(one.id[1:])], abs=1e-5)
        assert {reason.id for reason in one.because} <= rated
        assert all(reason.adds > 0 for reason in one.because)
    open_ = [at for at in range(50) if f"i{at}" not in rated]
    assert found[0].id == f"i{max(open_, key=lambda at: scores[at])}"
    from embedding_core.recommend import _contributions

    best = np.array([int(one.id[1:]) for one in found])
    adds = _contributions(factors, who, best)
    base = factors.mean + factors.item_bias[best]
    np.testing.assert_allclose(adds.sum(axis=1) + base, scores[best], atol=1e-6)


def test_a_new_user_with_the_same_ratings_stands_where_the_old_one_does(tasted):
    collection, embedding = tasted
    old = known_user(collection, embedding, "u7")
    np.testing.assert_allclose(old.vector, embedding.vectors[7], atol=1e-6)
    theirs = {f"i{at}": value for at, value in zip(old.rated, old.values, strict=True)}
    new = place_user(collection, embedding, theirs)
    np.testing.assert_allclose(new.vector, old.vector, atol=1e-6)
    assert [one.id for one in recommend(collection, embedding, new)] == [
        one.id for one in recommend(collection, embedding, "u7")
    ]


def test_a_new_user_is_recommended_what_is_like_what_they_liked(tasted):
    collection, embedding = tasted
    items = embedding.model.items
    liked = int(np.linalg.norm(items, axis=1).argmax())
    new = place_user(collection, embedding, {f"i{liked}": 9.0})
    products = items @ items[liked]
    assert new.vector @ np.float32(items[liked]) > 0
    best = recommend(collection, embedding, new, 5)
    assert np.mean([products[int(one.id[1:])] for one in best]) > np.quantile(products, 0.75)
    assert {reason.id for one in best for reason in one.because} <= {f"i{liked}"}


def test_what_cannot_be_placed_is_said(tasted):
    collection, embedding = tasted
    with pytest.raises(InputError, match="rate at least one"):
        place_user(collection, embedding, {})
    with pytest.raises(InputError, match="no item called “u3”"):
        place_user(collection, embedding, {"u3": 4.0})
    with pytest.raises(InputError, match="give a number"):
        place_user(collection, embedding, {"i3": float("nan")})
    with pytest.raises(InputError, match="no user called “i3”"):
        recommend(collection, embedding, "i3")
    with pytest.raises(InputError, match="the whole collection"):
        recommend(collection.take(range(10)), embedding, "u3")
    with pytest.raises(InputError, match="by matrix factorization"):
        recommend(collection, ec.Embedding(("a",), np.ones((1, 2), np.float32), "s", "x"), "u3")


def test_one_user_only_still_has_a_place():
    ratings = ratings_from(np.arange(1.0, 5.0)[None], np.ones((1, 4), bool))
    embedding = ec.embed(collected(ratings), MODEL, dim=2)
    assert np.isfinite(embedding.vectors).all()
    assert recommend(collected(ratings), embedding, "u0") == ()
    with pytest.raises(InputError, match="No user has both"):
        offline.judge(collected(ratings.keep(np.array([True, False, False, False]))))


def test_the_measures_are_what_their_definitions_say():
    rng = np.random.default_rng(3)
    scores, liked = rng.normal(size=(30, 15)), rng.random((30, 15)) < 0.3
    liked[:, 0] = True
    best = np.argsort(-scores, axis=1)[:, :5]
    hits = np.take_along_axis(liked, best, axis=1)
    found = offline.rank_measures(hits, liked.sum(axis=1))
    for row in range(30):
        got = set(best[row].tolist()) & set(np.flatnonzero(liked[row]).tolist())
        assert found[row, 0] == pytest.approx(len(got) / 5)
        assert found[row, 1] == pytest.approx(len(got) / liked[row].sum())
        assert found[row, 2] == pytest.approx(
            ndcg_score(liked[row : row + 1], scores[row : row + 1], k=5)
        )


def test_known_tastes_are_found_better_than_what_is_popular():
    *_, ratings = tastes(120, 60, share=0.3)
    test = offline.judge(collected(ratings), dim=2, penalty=0.05)
    assert [one.name for one in test.measures] == ["precision", "recall", "ndcg"]
    assert not test.by_time
    assert test.n_hidden == pytest.approx(0.2 * len(ratings), rel=0.05)
    assert test.liked == pytest.approx(float(ratings.values.mean()), abs=0.1)
    for one in test.measures:
        assert one.value > one.popular + 3 * one.error
    again = offline.judge(collected(ratings), dim=2, penalty=0.05)
    assert again == test


def test_where_there_is_no_taste_nothing_is_found():
    rng = np.random.default_rng(0)
    ratings = ratings_from(rng.normal(size=(100, 60)), rng.random((100, 60)) < 0.3)
    test = offline.judge(collected(ratings), dim=2)
    for one in test.measures:
        assert abs(one.value - one.popular) < 4 * one.error


def test_the_latest_are_hidden_where_times_are_known():
    *_, ratings = tastes(timed=True)
    hidden = offline._hidden(ratings, 0.25, 0)
    assert ratings.timestamps[hidden].min() > ratings.timestamps[~hidden].max()
    assert hidden.mean() == pytest.approx(0.25, abs=0.01)
    test = offline.judge(collected(ratings), dim=2)
    assert test.by_time
    late = ratings.users[offline._hidden(ratings, 0.2, 0)]
    assert test.n_users + test.n_left_out == len(np.unique(late))


def test_ratings_of_one_moment_are_not_torn_apart():
    matrix, there, _ = tastes(10, 8)
    halves = np.repeat([[1], [2]], 5, axis=0) * np.ones((10, 8))
    ratings = ratings_from(matrix, there, halves)
    np.testing.assert_array_equal(offline._hidden(ratings, 0.2, 0), ratings.timestamps == 2)


def test_one_time_for_all_says_nothing_of_order():
    *_, ratings = tastes()
    timed = ratings_from(*tastes()[:2], np.full((80, 50), 7))
    untimed, alike = (offline.judge(collected(one), dim=2) for one in (ratings, timed))
    assert alike == untimed
    assert not alike.by_time
