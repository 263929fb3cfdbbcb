"""The null twin: what it keeps, what it destroys, and that noise is told from groups by it."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.errors import Cancelled, InputError, SpaceMismatchError, UnknownNameError
from embedding_core.null import null_test, null_twin
from embedding_core.similarity import unit

every_kind = pytest.mark.parametrize("kind", ec.NULL_MODELS)


@pytest.fixture
def tied(vectors_embedding):
    """Two dimensions that are almost the same, one on its own, one constant."""
    rng = np.random.default_rng(1)
    a = rng.normal(size=2_000)
    columns = [a, a + 0.1 * rng.normal(size=2_000), rng.exponential(size=2_000) + 3, np.ones(2_000)]
    return vectors_embedding(np.column_stack(columns))


def test_shuffled_keeps_each_columns_values_and_unties_the_columns(tied):
    twin = null_twin(tied, "shuffled", metric="euclidean")
    np.testing.assert_array_equal(np.sort(twin.vectors, axis=0), np.sort(tied.vectors, axis=0))
    assert np.corrcoef(tied.vectors[:, 0], tied.vectors[:, 1])[0, 1] > 0.99
    assert abs(np.corrcoef(twin.vectors[:, 0], twin.vectors[:, 1])[0, 1]) < 0.08


def test_gaussian_keeps_mean_and_covariance_and_is_normal(tied):
    from scipy.stats import skew

    twin = null_twin(tied, "gaussian", metric="euclidean")
    np.testing.assert_allclose(twin.vectors.mean(axis=0), tied.vectors.mean(axis=0), atol=0.1)
    np.testing.assert_allclose(np.cov(twin.vectors.T), np.cov(tied.vectors.T), atol=0.12)
    assert skew(tied.vectors[:, 2]) > 1.5
    assert abs(skew(twin.vectors[:, 2])) < 0.2
    np.testing.assert_allclose(twin.vectors[:, 3], 1, atol=1e-6)


def test_gaussian_of_fewer_items_than_dimensions_stays_in_their_subspace(vectors_embedding):
    rng = np.random.default_rng(2)
    flat = rng.normal(size=(12, 3)) @ rng.normal(size=(3, 40)) + 5
    twin = null_twin(vectors_embedding(flat), "gaussian", metric="euclidean").vectors
    assert np.linalg.matrix_rank(twin - flat.mean(axis=0), tol=1e-3) == 3
    # Over many twins the covariance is that of the data.
    many = [
        null_twin(vectors_embedding(flat), "gaussian", seed, metric="euclidean").vectors
        for seed in range(300)
    ]
    found = np.cov(np.concatenate(many).T)
    np.testing.assert_allclose(found, np.cov(flat.T), atol=0.15 * np.abs(np.cov(flat.T)).max())


@every_kind
def test_a_twin_is_of_the_same_items_in_a_space_of_its_own(kind, tied):
    twin = null_twin(tied, kind, 3)
    assert twin.ids == tied.ids
    assert twin.vectors.shape == tied.vectors.shape
    assert twin.spec_name == f"null:{kind}"
    spaces = {null_twin(tied, name, seed).space for name in ec.NULL_MODELS for seed in (0, 3)}
    assert len(spaces | {tied.space}) == 5
    assert null_twin(tied, kind, 3).fingerprint == twin.fingerprint
    assert null_twin(tied, kind, 4).fingerprint != twin.fingerprint


@every_kind
def test_under_cosine_the_twin_is_made_of_directions(kind, vectors_embedding):
    rng = np.random.default_rng(3)
    short = rng.normal(size=(300, 4)) + 1
    long = short * rng.uniform(1, 100, size=(300, 1))
    lengths_do_not_matter = [
        null_twin(vectors_embedding(vectors), kind).vectors for vectors in (short, long)
    ]
    np.testing.assert_allclose(*lengths_do_not_matter, atol=1e-5)
    if kind == "shuffled":
        np.testing.assert_allclose(
            np.sort(lengths_do_not_matter[1], axis=0),
            np.sort(unit(long.astype(np.float32)), axis=0),
            atol=1e-6,
        )


@every_kind
@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize(
    "vectors",
    [
        np.ones((1, 3)),
        np.zeros((6, 2)),
        np.full((5, 4), 2.5),
        np.arange(8).reshape(8, 1),
        np.array([[3e38, -3e38], [-3e38, 3e38], [1e-38, 0]]),
    ],
    ids=["one item", "zeros", "all alike", "one column", "huge"],
)
def test_odd_data_has_a_finite_twin(kind, metric, vectors, vectors_embedding):
    twin = null_twin(vectors_embedding(vectors), kind, metric=metric)
    assert np.isfinite(twin.vectors).all()


def test_what_does_not_exist_is_named(tied):
    with pytest.raises(UnknownNameError, match="shuffled, gaussian"):
        null_twin(tied, "scrambled")
    with pytest.raises(UnknownNameError, match="metric"):
        null_twin(tied, metric="hamming")
    with pytest.raises(InputError, match="seed"):
        null_twin(tied, seed=-1)


@every_kind
def test_groups_stand_apart_as_noise_does_not(kind, blobs):
    drawn = ec.project(blobs, "pca", metric="euclidean")
    found = null_test(blobs, drawn, kind)
    assert (found.real.clusters.n_clusters, found.real.projection) == (3, drawn)
    assert found.real.clusters.silhouette > (found.twin.clusters.silhouette or 0.0) + 0.2
    if kind == "shuffled":
        # Of the same covariance PCA keeps as much, or more: the twin has nothing but main axes.
        assert found.real.quality.trustworthiness > found.twin.quality.trustworthiness
    again = null_test(blobs, drawn, kind)
    assert again.twin.projection.fingerprint == found.twin.projection.fingerprint


def test_the_twin_is_drawn_with_the_same_settings(blobs):
    drawn = ec.project(
        blobs, "umap", n_components=3, metric="euclidean", seed=5, n_neighbors=7, n_epochs=20
    )
    twin = null_test(blobs, drawn).twin.projection
    said = ("method", "params", "metric", "seed", "n_components")
    assert [getattr(twin, name) for name in said] == [getattr(drawn, name) for name in said]


def test_few_items_have_a_twin_and_no_figures(vectors_embedding):
    few = vectors_embedding(np.eye(3))
    found = null_test(few, ec.project(few, "pca"))
    assert found.twin.quality is None
    assert found.twin.clusters.n_clusters == 0


def test_other_items_and_a_stop_end_it(blobs, tied):
    drawn = ec.project(blobs, "pca")
    with pytest.raises(SpaceMismatchError):
        null_test(tied, drawn)
    with pytest.raises(Cancelled):
        null_test(blobs, ec.project(blobs, "umap", n_epochs=5), cancel=lambda: True)
