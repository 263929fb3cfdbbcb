"""Spearman's rho over pairs: who is drawn, and what the interval over pairs covers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr

from embedding_core import rank_correlation as module
from embedding_core.rank_correlation import rank_correlation

rng = np.random.default_rng(11)


def two_views(n, noise=1.0):
    base = rng.normal(size=(n, 4)).astype(np.float32)
    return base, (base + noise * rng.normal(size=base.shape)).astype(np.float32)[:, :2]


def test_pairs_are_drawn_once_each_and_never_of_one_item(monkeypatch):
    monkeypatch.setattr(module, "PAIRS", 500)
    first, second = module._pairs(150, np.random.default_rng(0))
    assert len(first) == 500
    assert len({frozenset(pair) for pair in zip(first, second, strict=True)}) == 500
    assert (first != second).all()


def test_of_all_pairs_nothing_is_uncertain():
    left, right = two_views(80)
    rho, interval = rank_correlation(left, "euclidean", right, "euclidean", rng, "pairs")
    assert rho == pytest.approx(spearmanr(pdist(left), pdist(right)).statistic, abs=1e-5)
    assert interval == (rho, rho)


def test_the_interval_over_pairs_covers_the_figure_of_all_pairs(monkeypatch):
    """Of 60 samples, most intervals hold the figure, and they are no wider than they need be."""
    left, right = two_views(300)
    truth = spearmanr(pdist(left), pdist(right)).statistic
    monkeypatch.setattr(module, "PAIRS", 400)
    monkeypatch.setattr(module, "_ROUNDS", 100)
    found = [
        rank_correlation(left, "euclidean", right, "euclidean", rng, "pairs") for _ in range(60)
    ]
    assert sum(low <= truth <= high for _, (low, high) in found) >= 51
    widths = [high - low for _, (low, high) in found]
    assert np.mean(widths) == pytest.approx(2 * 1.96 * np.std([rho for rho, _ in found]), rel=0.35)


def test_flat_distances_agree_with_nothing():
    flat = np.ones((50, 2), np.float32)
    rho, interval = rank_correlation(flat, "euclidean", two_views(50)[0], "cosine", rng, "pairs")
    assert (rho, interval) == (0, (0, 0))
