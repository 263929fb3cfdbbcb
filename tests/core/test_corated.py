"""What users and items have in common, against counting by hand and by sets."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.corated import overlaps
from embedding_core.errors import InputError
from embedding_core.ratings import Ratings
from embedding_core.recommend import explain, known_user, place_user, recommend

MODEL = "matrix-factorization"


def ratings(n=12, m=9, share=0.5, seed=0):
    rng = np.random.default_rng(seed)
    users, items = np.nonzero(rng.random((n, m)) < share)
    values = rng.integers(1, 6, len(users)).astype(np.float32)
    return Ratings(n, m, users.astype(np.int32), items.astype(np.int32), values)


@pytest.mark.parametrize("role", ["user", "item"])
def test_what_two_share_is_what_both_have(role):
    data = ratings()
    given = {}
    for user, item, value in zip(data.users, data.items, data.values, strict=True):
        one, about = (user, item) if role == "user" else (item, user)
        given.setdefault(int(one), {})[int(about)] = float(value)
    n, others = (12, 9) if role == "user" else (9, 12)
    found = overlaps(data, role, 2, range(n))
    for place, overlap in enumerate(found):
        mine, theirs = given[2], given.get(place, {})
        both = sorted(set(mine) & set(theirs))
        assert overlap.shared.tolist() == both
        assert overlap.first.tolist() == [mine[at] for at in both]
        assert overlap.second.tolist() == [theirs[at] for at in both]
        assert overlap.by_chance == pytest.approx(len(mine) * len(theirs) / others)
        apart = [abs(mine[at] - theirs[at]) for at in both]
        assert overlap.difference == pytest.approx(np.mean(apart) if apart else np.nan, nan_ok=True)


def test_a_rating_of_zero_is_shared_too():
    data = Ratings(2, 1, np.int32([0, 1]), np.int32([0, 0]), np.float32([0, 3]))
    (found,) = overlaps(data, "user", 0, [1])
    assert found.shared.tolist() == [0]
    assert found.difference == 3


def test_chance_is_what_independent_raters_share():
    data = ratings(400, 300, 0.2)
    found = overlaps(data, "user", 0, range(1, 400))
    shared = np.array([len(each) for each in found])
    assert shared.mean() == pytest.approx(np.mean([each.by_chance for each in found]), rel=0.05)


@pytest.fixture(scope="module")
def tastes():
    collection = ec.SAMPLES["tastes"].read()
    return collection, ec.embed(collection, MODEL)


def test_all_that_is_told_of_a_score_sums_to_it(tastes):
    collection, embedding = tastes
    factors, n_users = embedding.model, collection.context.n_users
    who = known_user(collection, embedding, "user 7")
    expected = factors.scores(who.vector.astype(float), who.bias)
    for item in ("comedy 3", "science 11", collection.ids[n_users + int(who.rated[0])]):
        found = explain(collection, embedding, "user 7", item)
        place = collection.positions[item] - n_users
        assert len(found.because) == len(who.rated)
        assert found.base == pytest.approx(factors.mean + factors.item_bias[place])
        total = found.base + sum(reason.adds for reason in found.because)
        assert total == pytest.approx(found.score)
        assert found.score == pytest.approx(expected[place], abs=1e-4)
        sizes = [abs(reason.adds) for reason in found.because]
        assert sizes == sorted(sizes, reverse=True)
        assert any(reason.adds < 0 for reason in found.because)


def test_what_is_recommended_is_explained_alike(tastes):
    collection, embedding = tastes
    you = place_user(collection, embedding, {"comedy 3": 5.0, "romance 5": 1.0})
    best = recommend(collection, embedding, you, 1)[0]
    found = explain(collection, embedding, you, best.id)
    assert (found.score, found.base) == pytest.approx((best.score, best.base))
    speaking = sorted((r for r in found.because if r.adds > 0), key=lambda r: -r.adds)
    assert [reason.id for reason in speaking] == [reason.id for reason in best.because]


def test_what_is_not_there_cannot_be_explained(tastes):
    with pytest.raises(InputError, match="no item called “nobody”"):
        explain(*tastes, "user 7", "nobody")
