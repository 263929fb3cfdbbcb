"""WEAT against a slow direct version, and its permutation test against going through by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

import embedding_core as ec
from embedding_core.association import permutation_test, weat, word_set, word_sets
from embedding_core.errors import InputError, UnknownNameError


@pytest.fixture(scope="module")
def glove():
    return ec.load("glove-6b-50d")


def slow_weat(model, targets, attributes):
    """The formulas of the paper, word by word."""

    def cos(u, v):
        u, v = (ec.vectors_of(model, [word])[0].astype(float) for word in (u, v))
        return u @ v / np.linalg.norm(u) / np.linalg.norm(v)

    def s(w):
        return np.mean([cos(w, a) for a in attributes[0]]) - np.mean(
            [cos(w, b) for b in attributes[1]]
        )

    all_s = {w: s(w) for group in targets for w in group}
    values = list(all_s.values())
    d = (
        np.mean([all_s[w] for w in targets[0]]) - np.mean([all_s[w] for w in targets[1]])
    ) / np.std(values, ddof=1)
    observed = sum(all_s[w] for w in targets[0]) - sum(all_s[w] for w in targets[1])
    found = []
    for chosen in combinations(range(len(values)), len(targets[0])):
        inside = sum(values[i] for i in chosen)
        found.append(inside - (sum(values) - inside))
    return all_s, d, np.mean([each >= observed - 1e-9 for each in found])


def test_weat_is_the_papers(glove):
    targets = (("rose", "tulip", "lily", "daisy"), ("wasp", "flea", "maggot", "rose-bug", "moth"))
    attributes = (("love", "peace", "happy"), ("murder", "filth"))
    found = weat(glove, targets, attributes)
    assert found.left_out == ("rose-bug",)
    known = (targets[0], ("wasp", "flea", "maggot", "moth"))
    leanings, d, p = slow_weat(glove, known, attributes)
    assert found.words == tuple(leanings)
    np.testing.assert_allclose(found.leanings, list(leanings.values()), atol=1e-6)
    assert found.effect == pytest.approx(d, abs=1e-5)
    assert found.p_value == pytest.approx(p)
    assert found.is_exact
    assert len(found.null) == 70


def test_the_published_direction_is_found(glove):
    """GloVe repeats the human associations of the paper, with p below .05."""
    for name in ("weat-1", "weat-6"):
        sets = word_set(name)
        found = weat(glove, sets.targets, sets.attributes)
        assert found.effect > 1, name
        assert found.p_value < 0.01, name


def test_turned_around_the_effect_turns(glove):
    sets = word_set("weat-6")
    there = weat(glove, sets.targets, sets.attributes)
    back = weat(glove, sets.targets[::-1], sets.attributes)
    assert back.effect == pytest.approx(-there.effect)
    assert back.p_value > 0.95


def test_exact_p_agrees_with_scipy():
    rng = np.random.default_rng(3)
    values = rng.normal(size=13)
    values[:6] += 0.7
    effect, p, null, is_exact = permutation_test(values, 6)
    scipy = stats.permutation_test(
        (values[:6], values[6:]),
        lambda x, y: np.mean(x) - np.mean(y),
        alternative="greater",
        n_resamples=np.inf,
    )
    assert is_exact
    assert len(null) == 1716
    assert p == pytest.approx(scipy.pvalue)
    assert effect * values.std(ddof=1) == pytest.approx(scipy.statistic)


def test_sampled_p_is_near_the_exact_one(monkeypatch):
    rng = np.random.default_rng(5)
    values = rng.normal(size=14)
    values[:7] += 0.6
    exact = permutation_test(values, 7)
    monkeypatch.setattr("embedding_core.association.EXACT_UP_TO", 10)
    sampled = permutation_test(values, 7, seed=1)
    assert exact[3]
    assert not sampled[3]
    assert sampled[1] == pytest.approx(exact[1], abs=0.01)
    assert permutation_test(values, 7, seed=1)[1] == sampled[1]


def test_a_sampled_p_is_never_zero():
    values = np.concatenate([np.arange(15.0) + 100, np.arange(15.0)])
    _, p, null, is_exact = permutation_test(values, 15)
    assert not is_exact
    assert p == 1 / (len(null) + 1)


def test_p_is_level_where_there_is_nothing():
    """Under the null p is spread evenly: about a tenth of it lies below .1."""
    rng = np.random.default_rng(11)
    found = [permutation_test(rng.normal(size=10), 5)[1] for _ in range(400)]
    assert 0.06 < np.mean(np.array(found) <= 0.1) < 0.15
    assert min(found) >= 1 / 252


def test_an_extreme_division_is_never_impossible(glove):
    values = np.array([5.0, 4.0, 0.0, -1.0])
    assert permutation_test(values, 2)[1] == pytest.approx(1 / 6)


@pytest.mark.parametrize(
    ("targets", "attributes", "said"),
    [
        ((["rose"], ["wasp", "flea"]), (["love", "joy"], ["pain", "war"]), "first targets"),
        ((["rose", "lily"], ["rose", "flea"]), (["love", "joy"], ["pain", "war"]), "both groups"),
        ((["rose", "lily"], ["wasp", "flea"]), (["love", "joy"], []), "second attributes"),
        ((["rose", "qzxv"], ["wasp", "flea"]), (["love", "joy"], ["pain", "war"]), "first targets"),
        ((["rose", "lily"], ["wasp", "flea"]), (["love", "joy"], ["joy", "love"]), "lean alike"),
    ],
)
def test_what_cannot_be_tested_is_said(glove, targets, attributes, said):
    with pytest.raises(InputError, match=said):
        weat(glove, targets, attributes)


def test_word_sets_are_whole():
    sizes = {name: [len(group) for group in (*s.targets, *s.attributes)]
             for name, s in word_sets().items()}  # fmt: skip
    assert sizes == {
        "weat-1": [25] * 4, "weat-6": [8] * 4, "weat-7": [8] * 4, "weat-8": [8] * 4
    }  # fmt: skip
    for sets in word_sets().values():
        assert not set(sets.targets[0]) & set(sets.targets[1])
    with pytest.raises(UnknownNameError, match="weat-1"):
        word_set("weat-99")
