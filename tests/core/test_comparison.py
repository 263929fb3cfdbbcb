"""How far two embeddings agree: against brute force, scipy, and chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

import embedding_core as ec
from embedding_core import comparison
from embedding_core import lab as laboratory
from embedding_core.comparison import compare_maps, linear_cka
from embedding_core.errors import Cancelled, InputError, SpaceMismatchError, UnknownNameError
from embedding_core.preprocessing import PREPROCESSINGS
from embedding_core.similarity import METRICS, unit

rng = np.random.default_rng(21)


@pytest.fixture(scope="module")
def cloud(vectors_embedding):
    return vectors_embedding(rng.normal(size=(150, 12)) + 0.5)


def related(vectors_embedding, cloud, noise, dim=9):
    turned = cloud.vectors @ rng.normal(size=(cloud.dim, dim))
    return vectors_embedding(turned + noise * rng.normal(size=turned.shape), cloud.ids)


def neighbor_sets(embedding, metric, k):
    matrix = ec.similarity(embedding, metric).astype(float)
    matrix = matrix if metric in ("cosine", "dot") else -matrix
    np.fill_diagonal(matrix, -np.inf)
    return [set(row[:k].tolist()) for row in np.argsort(-matrix, axis=1, kind="stable")]


@pytest.mark.parametrize("metric", METRICS)
def test_churn_is_the_share_of_neighbors_that_change(metric, cloud, vectors_embedding):
    other = related(vectors_embedding, cloud, 1)
    found = ec.churn(cloud, metric, other, "cosine", k=10)
    pairs = zip(neighbor_sets(cloud, metric, 10), neighbor_sets(other, "cosine", 10), strict=True)
    expected = [1 - len(a & b) / 10 for a, b in pairs]
    np.testing.assert_allclose(found.changed, expected, atol=1e-6)
    assert found.overall == pytest.approx(np.mean(expected))
    most = found.most(5)
    assert found.changed[most].min() >= np.sort(found.changed)[-5]


def test_some_rows_change_as_much_as_among_all(cloud, vectors_embedding):
    other = related(vectors_embedding, cloud, 1)
    rows = np.array([3, 70, 149])
    part = ec.churn(cloud, "cosine", other, "dot", rows=rows)
    np.testing.assert_array_equal(
        part.changed, ec.churn(cloud, "cosine", other, "dot").changed[rows]
    )
    np.testing.assert_array_equal(part.positions, rows)


def by_definition(left, right):
    """Linear CKA with the matrices of all pairs."""
    n = len(left)
    middle = np.eye(n) - 1 / n
    a, b = (middle @ (v.astype(float) @ v.astype(float).T) @ middle for v in (left, right))
    return (a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum())


@pytest.mark.parametrize("dims", [(4, 6), (4, 90), (90, 70), (40, 40)])
def test_cka_is_its_definition_in_both_forms(dims):
    left, right = (rng.normal(size=(40, dim)).astype(np.float32) + 1 for dim in dims)
    right[:, :4] += left[:, :4]
    cka, chance = linear_cka(left, right)
    assert cka == pytest.approx(by_definition(left, right), abs=1e-6)
    mixed = [by_definition(left, right[rng.permutation(40)]) for _ in range(300)]
    error = np.std(mixed) / np.sqrt(300)
    assert chance == pytest.approx(np.mean(mixed), abs=5 * error)


def test_cka_does_not_mind_turning_and_scaling():
    left = rng.normal(size=(60, 5)).astype(np.float32)
    turn, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    assert linear_cka(left, (left @ turn * 1e12 + 7).astype(np.float32))[0] == pytest.approx(1)
    assert linear_cka(left, np.ones((60, 3), np.float32)) == (0, 0)


def test_everything_agrees_with_itself(cloud):
    found = ec.compare(cloud, cloud)
    assert found.neighbor_overlap == 1
    assert found.cka == pytest.approx(1)
    assert found.rank_correlation == pytest.approx(1)
    assert found.rank_interval == pytest.approx((1, 1))
    assert not found.is_sampled
    assert found.overlap_interval is None


def test_the_unrelated_agree_as_chance_says(vectors_embedding):
    left, right = (vectors_embedding(rng.normal(size=(600, 30))) for _ in range(2))
    found = ec.compare(left, right)
    assert found.chance_overlap == pytest.approx(15 / 599)
    assert found.neighbor_overlap == pytest.approx(found.chance_overlap, abs=0.01)
    assert found.cka == pytest.approx(found.chance_cka, abs=0.01)
    assert abs(found.rank_correlation) < 0.05
    low, high = found.rank_interval
    assert low < found.rank_correlation < high


def test_more_noise_less_agreement(cloud, vectors_embedding):
    near, far = (ec.compare(cloud, related(vectors_embedding, cloud, noise)) for noise in (0.5, 8))
    assert near.neighbor_overlap > far.neighbor_overlap > 0
    assert near.cka > far.cka
    assert near.rank_correlation > far.rank_correlation


@pytest.mark.parametrize("metric", METRICS)
def test_rank_correlation_of_all_pairs_is_that_of_scipy(metric, cloud, vectors_embedding):
    other = related(vectors_embedding, cloud, 1)
    found = ec.compare(cloud, other, metric_left=metric, metric_right="euclidean")
    upper = np.triu_indices(150, 1)
    ours = ec.similarity(cloud, metric)[upper].astype(float)
    ours = ours if metric in ("cosine", "dot") else -ours
    theirs = -ec.similarity(other, "euclidean")[upper].astype(float)
    assert found.rank_correlation == pytest.approx(spearmanr(ours, theirs).statistic, abs=1e-4)


def test_ties_have_their_mean_rank(vectors_embedding):
    steps = rng.integers(0, 3, size=(60, 2))
    left, right = vectors_embedding(steps), vectors_embedding(rng.integers(0, 3, size=(60, 2)))
    found = ec.compare(left, right, metric_left="manhattan")
    upper = np.triu_indices(60, 1)
    flat = [ec.similarity(each, "manhattan")[upper] for each in (left, right)]
    assert found.rank_correlation == pytest.approx(spearmanr(*flat).statistic, abs=1e-6)


def test_the_interval_covers_what_more_items_show(vectors_embedding):
    """Of 60 samples of 60 items, the intervals of most hold the figure of all 3,000."""
    base = rng.normal(size=(3_000, 6))
    left = vectors_embedding(base)
    right = vectors_embedding(base + 1.5 * rng.normal(size=base.shape))
    truth = ec.compare(left, right, metric_left="euclidean").rank_correlation
    hits = 0
    for _ in range(60):
        rows = rng.choice(3_000, 60, replace=False)
        found = ec.compare(left.take(rows), right.take(rows), metric_left="euclidean")
        hits += found.rank_interval[0] <= truth <= found.rank_interval[1]
    assert hits >= 51


def test_constant_vectors_agree_with_nothing(cloud, vectors_embedding):
    found = ec.compare(cloud, vectors_embedding(np.ones((150, 3))))
    assert (found.cka, found.rank_correlation, found.rank_interval) == (0, 0, (0, 0))
    assert np.isfinite(found.overlap).all()


def test_only_what_both_have_is_compared(cloud, vectors_embedding):
    order = rng.permutation(140)
    right = vectors_embedding(
        np.vstack([cloud.vectors[order], np.ones((1, 12))]), [*(f"i{i}" for i in order), "new"]
    )
    found = ec.compare(cloud, right)
    assert found.ids == cloud.ids[:140]
    assert found.only_left == cloud.ids[140:]
    assert found.only_right == ("new",)
    assert found.neighbor_overlap == 1, "the order of the items does not matter"
    with pytest.raises(InputError, match="have 0 of 150 and 4 items in common"):
        ec.compare(cloud, vectors_embedding(np.eye(4), "abcd"))


def test_who_was_moved_is_the_most_different(blobs, vectors_embedding):
    vectors = blobs.vectors.copy()
    vectors[[5, 90]] = vectors[[90, 5]]
    found = ec.compare(blobs, vectors_embedding(vectors, blobs.ids), metric_left="euclidean")
    assert set(found.most_different(2)) == {"i5", "i90"}


def test_of_many_items_some_are_looked_at(cloud, vectors_embedding, monkeypatch):
    monkeypatch.setattr(comparison, "EXACT_ITEMS", 100)
    monkeypatch.setattr(comparison, "_SAMPLED_ITEMS", 60)
    other = related(vectors_embedding, cloud, 1)
    found, all_ = ec.compare(cloud, other), ec.churn(cloud, "cosine", other, "cosine")
    assert found.is_sampled
    np.testing.assert_allclose(found.overlap, 1 - all_.changed[found.positions], atol=1e-6)
    low, high = found.overlap_interval
    assert low < found.neighbor_overlap < high
    assert set(found.most_different(3)) <= {cloud.ids[i] for i in found.positions}


def test_maps_are_compared_as_they_lie(blobs):
    plain, turned = (ec.project(blobs, "pca", n_components=n) for n in (2, 3))
    found = compare_maps(plain, turned)
    assert found.neighbor_overlap < 1
    assert compare_maps(plain, plain).neighbor_overlap == 1


def test_what_cannot_be_compared_is_said(cloud, vectors_embedding):
    with pytest.raises(UnknownNameError, match="metric"):
        ec.compare(cloud, cloud, metric_left="hamming")
    with pytest.raises(InputError, match="k got 0"):
        ec.compare(cloud, cloud, k=0)
    with pytest.raises(SpaceMismatchError):
        ec.churn(cloud, "cosine", vectors_embedding(cloud.vectors, reversed(cloud.ids)), "cosine")
    with pytest.raises(Cancelled):
        ec.compare(cloud, cloud, metric_left="dot", k=3, cancel=lambda: True)


def test_the_lab_is_the_churn_of_every_cell(vectors_embedding):
    embedding = vectors_embedding(rng.normal(size=(80, 6)) * [9, 1, 1, 1, 1, 1] + 2)
    lab = ec.metric_lab(embedding, "euclidean", "whitened", k=7)
    assert lab.churn["euclidean", "whitened"].overall == 0
    assert set(lab.churn) == {(metric, how) for metric in METRICS for how in PREPROCESSINGS}
    current = ec.preprocess(embedding, "whitened")
    for (metric, how), found in lab.churn.items():
        prepared = ec.preprocess(embedding, how)
        expected = ec.churn(current, "euclidean", prepared, metric, k=7)
        # Where two are equally near, rounding decides.
        assert found.overall == pytest.approx(expected.overall, abs=0.01), (metric, how)
    assert lab.churn["cosine", "raw"].overall > 0.1, "or nothing was tested"


def test_the_lab_looks_at_some_of_many(vectors_embedding, monkeypatch):
    embedding = vectors_embedding(rng.normal(size=(120, 6)) + 1)
    every = ec.metric_lab(embedding)
    monkeypatch.setattr(laboratory, "EXACT_ITEMS", 100)
    monkeypatch.setattr(laboratory, "_SAMPLED_ITEMS", 40)
    some = ec.metric_lab(embedding)
    assert len(some.positions) == 40
    for cell, found in some.churn.items():
        np.testing.assert_array_equal(found.changed, every.churn[cell].changed[some.positions])


def test_the_lab_says_what_it_cannot_do(vectors_embedding):
    with pytest.raises(InputError, match="Got 2 items"):
        ec.metric_lab(vectors_embedding(np.eye(2)))
    with pytest.raises(UnknownNameError, match="preprocessing"):
        ec.metric_lab(vectors_embedding(np.eye(4)), preprocessing="boiled")
    with pytest.raises(Cancelled):
        ec.metric_lab(vectors_embedding(unit(rng.normal(size=(9, 2)))), cancel=lambda: True)
