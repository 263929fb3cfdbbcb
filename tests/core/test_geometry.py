"""Anisotropy and hubness against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import skew
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

import embedding_core as ec
from embedding_core import geometry
from embedding_core.errors import InputError
from embedding_core.geometry import anisotropy, hubness

rng = np.random.default_rng(8)


@pytest.mark.parametrize("shift", [0, 2])
def test_mean_cosine_is_that_of_all_pairs(vectors_embedding, shift):
    embedding = vectors_embedding(rng.normal(size=(60, 7)) + shift)
    found = anisotropy(embedding)
    matrix = ec.similarity(embedding).astype(float)
    assert found.mean_cosine == pytest.approx(matrix[np.triu_indices(60, 1)].mean(), abs=1e-6)
    first = PCA(1).fit(embedding.vectors).explained_variance_ratio_[0]
    assert found.first_share == pytest.approx(first, abs=1e-5)
    assert found.dim == 7


def test_centering_mends_what_points_one_way(vectors_embedding):
    cone = vectors_embedding(rng.normal(size=(400, 20)) + 3)
    assert anisotropy(cone).mean_cosine > 0.8
    assert abs(anisotropy(ec.preprocess(cone, "centered")).mean_cosine) < 0.01


def test_items_without_a_direction_are_left_out(vectors_embedding):
    with_zero = vectors_embedding([[0, 0], [1, 0], [1, 1]])
    assert anisotropy(with_zero).mean_cosine == pytest.approx(np.sqrt(0.5), abs=1e-6)
    for hopeless in ([[0, 0], [0, 0]], [[1, 2]]):
        found = anisotropy(vectors_embedding(hopeless))
        assert np.isnan(found.mean_cosine)
        assert found.first_share == 0


def test_occurrences_are_counted_as_scikit_learn_finds_neighbors(vectors_embedding):
    vectors = rng.normal(size=(200, 30))
    found = hubness(vectors_embedding(vectors), "euclidean", k=7)
    near = NearestNeighbors(n_neighbors=8).fit(vectors).kneighbors(return_distance=False)
    near = NearestNeighbors(n_neighbors=7).fit(vectors).kneighbors(return_distance=False)
    counts = np.bincount(near.ravel(), minlength=200)
    np.testing.assert_array_equal(found.occurrences, counts)
    assert found.skewness == pytest.approx(skew(counts))
    assert found.antihub_share == pytest.approx((counts == 0).mean())
    assert found.largest_hub == (f"i{counts.argmax()}", counts.max())


def test_many_dimensions_make_hubs(vectors_embedding):
    flat = hubness(vectors_embedding(rng.normal(size=(500, 2))), "euclidean", k=10)
    deep = hubness(vectors_embedding(rng.normal(size=(500, 100))), "euclidean", k=10)
    assert deep.skewness > flat.skewness + 1
    assert deep.antihub_share > flat.antihub_share


def test_a_ring_has_no_hubs(vectors_embedding):
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = vectors_embedding(np.column_stack([np.cos(angles), np.sin(angles)]))
    found = hubness(ring, "cosine", k=2)
    assert found.skewness == 0
    assert found.antihub_share == 0


def test_of_many_items_some_are_drawn(vectors_embedding, monkeypatch):
    monkeypatch.setattr(geometry, "HUB_ITEMS", 50)
    embedding = vectors_embedding(rng.normal(size=(80, 4)))
    found = hubness(embedding, k=5)
    assert found.is_sampled
    assert len(found.ids) == len(set(found.ids)) == 50
    assert found.occurrences.sum() == 250
    assert found.ids == hubness(embedding, k=5).ids, "the same seed, the same sample"


def test_too_few_items_have_no_hubs(vectors_embedding):
    assert hubness(vectors_embedding(np.eye(3)), k=15).k == 1
    with pytest.raises(InputError, match="Got 2 items"):
        hubness(vectors_embedding(np.eye(2)))
    with pytest.raises(InputError, match="k got 0"):
        hubness(vectors_embedding(np.eye(3)), k=0)
