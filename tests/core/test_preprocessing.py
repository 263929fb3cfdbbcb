"""Preparations of vectors: what they promise, on easy and on hopeless data."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

import embedding_core as ec
from embedding_core.errors import InputError, UnknownNameError
from embedding_core.preprocessing import (
    PREPROCESSINGS,
    fit_preprocessing,
    preprocessing_of,
)

rng = np.random.default_rng(5)
# Directions of very different spread, far from the origin.
CLOUD = (rng.normal(size=(300, 8)) * 10.0 ** np.arange(0, -4, -0.5) + 3).astype(np.float32)
HOPELESS = {
    "one item": np.ones((1, 4)),
    "two items": np.arange(8).reshape(2, 4),
    "all equal": np.full((6, 3), 7.0),
    "all zero": np.zeros((5, 3)),
    "one dimension": np.arange(6)[:, None],
    "fewer items than dimensions": rng.normal(size=(5, 40)),
    "constant columns": np.hstack([rng.normal(size=(20, 3)), np.full((20, 2), 4.0)]),
    "columns said twice": np.repeat(rng.normal(size=(20, 2)), 2, axis=1),
    "a zero vector": np.vstack([np.zeros(3), rng.normal(size=(9, 3))]),
    "huge": rng.normal(size=(20, 3)) * 1e30,
    "tiny": rng.normal(size=(20, 3)) * 1e-30,
}


def test_centering_takes_the_mean_off(vectors_embedding):
    found = ec.preprocess(vectors_embedding(CLOUD), "centered").vectors
    np.testing.assert_allclose(found, CLOUD - CLOUD.astype(float).mean(axis=0), atol=1e-6)


def test_normalizing_scales_to_length_one(vectors_embedding):
    found = ec.preprocess(vectors_embedding(CLOUD), "normalized").vectors
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-6)
    assert ec.neighbor_graph(vectors_embedding(CLOUD), 5).indices.tolist() == (
        ec.neighbor_graph(vectors_embedding(found), 5).indices.tolist()
    )


def test_whitening_is_that_of_scikit_learn(vectors_embedding):
    found = ec.preprocess(vectors_embedding(CLOUD), "whitened").vectors.astype(float)
    np.testing.assert_allclose(np.cov(found.T), np.eye(8), atol=1e-3)
    theirs = PCA(whiten=True).fit_transform(CLOUD.astype(float))
    # The same but for the sign of each direction.
    np.testing.assert_allclose(np.abs(found), np.abs(theirs), atol=2e-3)


def test_the_top_direction_is_gone_and_the_others_stay(vectors_embedding):
    embedding = ec.preprocess(vectors_embedding(CLOUD), "all-but-the-top")
    pca = PCA().fit(CLOUD.astype(float))
    left = PCA().fit(embedding.vectors.astype(float))
    expected = [*pca.explained_variance_[1:], 0]
    np.testing.assert_allclose(left.explained_variance_, expected, atol=1e-6, rtol=1e-4)
    assert preprocessing_of(embedding).note == "1 of 8 directions was removed."


def test_as_many_directions_go_as_the_paper_says():
    vectors = rng.normal(size=(400, 300)).astype(np.float32)
    fitted = fit_preprocessing(vectors, "all-but-the-top")
    assert fitted.removed.shape == (3, 300)
    top = PCA(3).fit(vectors.astype(float)).components_
    np.testing.assert_allclose(np.abs(fitted.removed @ top.T), np.eye(3), atol=1e-6)
    np.testing.assert_allclose(fitted.apply(vectors) @ top.T, 0, atol=1e-4)


@pytest.mark.parametrize("how", PREPROCESSINGS)
def test_new_vectors_are_treated_alike(how, vectors_embedding):
    embedding = vectors_embedding(CLOUD)
    prepared = ec.preprocess(embedding, how)
    again = preprocessing_of(prepared).apply(CLOUD[40:45])
    np.testing.assert_allclose(again, prepared.vectors[40:45], atol=1e-5)
    # Fitted on the items, not on what is applied to: one alone is not its own mean.
    assert again[:1].any()


@pytest.mark.parametrize("how", PREPROCESSINGS)
@pytest.mark.parametrize("case", HOPELESS)
def test_hopeless_data_stays_finite(how, case, vectors_embedding):
    embedding = vectors_embedding(HOPELESS[case])
    prepared = ec.preprocess(embedding, how)
    assert prepared.ids == embedding.ids
    assert np.isfinite(prepared.vectors).all()
    assert prepared.dim >= 1
    assert preprocessing_of(prepared).apply(embedding.vectors[:0]).shape == (0, prepared.dim)


def test_whitening_drops_what_has_no_variance(vectors_embedding):
    for case, rank in (("constant columns", 3), ("columns said twice", 2), ("two items", 1)):
        prepared = ec.preprocess(vectors_embedding(HOPELESS[case]), "whitened")
        assert prepared.dim == rank, case
        spread = prepared.vectors.astype(float).std(axis=0, ddof=1)
        np.testing.assert_allclose(spread, 1, rtol=1e-4)


def test_rounding_far_from_the_origin_is_no_direction(vectors_embedding):
    flat = np.hstack([rng.normal(size=(200, 2)), rng.normal(size=(200, 2)) * 1e-6]) + 1_000
    assert ec.preprocess(vectors_embedding(flat), "whitened").dim == 2


def test_too_few_items_to_whiten_are_told(vectors_embedding):
    few = ec.preprocess(vectors_embedding(HOPELESS["fewer items than dimensions"]), "whitened")
    assert "5 items span no more than 4 directions" in preprocessing_of(few).note
    gaps = ec.similarity(few, "euclidean")[np.triu_indices(5, 1)]
    np.testing.assert_allclose(gaps, gaps[0], rtol=1e-4)
    assert not preprocessing_of(ec.preprocess(vectors_embedding(CLOUD), "whitened")).note


def test_prepared_vectors_are_of_another_space(vectors_embedding):
    embedding = vectors_embedding(CLOUD)
    spaces = {ec.preprocess(embedding, how).space for how in PREPROCESSINGS}
    assert len(spaces) == len(PREPROCESSINGS)
    part = ec.preprocess(vectors_embedding(CLOUD[:200]), "centered")
    assert part.space not in spaces, "the mean of other items"
    assert ec.preprocess(embedding, "raw") is embedding
    fingerprints = {ec.preprocess(embedding, how).fingerprint for how in PREPROCESSINGS}
    assert len(fingerprints) == len(PREPROCESSINGS)


def test_the_model_embeds_new_items_alike(toys):
    embedding = ec.preprocess(ec.embed(ec.words("aa, b, cab"), "letters"), "centered")
    more = ec.embed_more(embedding, ec.words("b, aaaa"))
    np.testing.assert_allclose(more.vectors[0], embedding.vectors[1])
    # Counts of a, b and c, less their mean: (1, 2/3, 1/3).
    np.testing.assert_allclose(more.vectors[1], [3, -2 / 3, -1 / 3], rtol=1e-6)
    assert more.space == embedding.space
    assert preprocessing_of(more).how == "centered"


def test_what_cannot_be_done_is_said(vectors_embedding):
    embedding = vectors_embedding(CLOUD)
    with pytest.raises(UnknownNameError, match="Did you mean 'whitened'"):
        ec.preprocess(embedding, "whitend")
    with pytest.raises(InputError, match="length 8"):
        preprocessing_of(ec.preprocess(embedding, "centered")).apply(CLOUD[:, :4])
    with pytest.raises(InputError, match="without their model"):
        ec.embed_more(ec.preprocess(embedding, "centered"), ec.words("a, b"))
