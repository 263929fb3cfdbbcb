"""Similarities against the definition, and an order in which blocks show."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

import embedding_core as ec
from embedding_core.errors import InputError, TooLargeError, UnknownNameError
from embedding_core.similarity import DISTANCES, METRICS, pairwise, unit

rng = np.random.default_rng(3)
LEFT = rng.normal(size=(7, 5)).astype(np.float32)
RIGHT = rng.normal(size=(2_000, 5)).astype(np.float32)


@pytest.mark.parametrize("metric", METRICS)
def test_pairwise_is_what_it_says(metric):
    expected = {
        "cosine": 1 - cdist(LEFT, RIGHT, "cosine"),
        "dot": LEFT.astype(float) @ RIGHT.T.astype(float),
        "euclidean": -cdist(LEFT, RIGHT),
        "manhattan": -np.abs(LEFT[:, None] - RIGHT[None]).sum(axis=2),
    }[metric]
    found = pairwise(LEFT, RIGHT, metric)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=2e-6)


def test_distances_keep_their_digits_far_from_the_origin():
    far = (1_000 + np.arange(6, dtype=np.float32)[:, None] * [[1e-3, 0]]).astype(np.float32)
    np.testing.assert_allclose(-pairwise(far, far, "euclidean"), cdist(far, far), atol=1e-6)
    by_blocks = -pairwise(far, far, "manhattan")
    np.testing.assert_allclose(by_blocks, cdist(far, far, "cityblock"), atol=1e-6)


@pytest.mark.parametrize("size", [1e-30, 1, 1e14])
def test_cosine_knows_no_length(size):
    found = pairwise(LEFT * np.float32(size), LEFT, "cosine")
    np.testing.assert_allclose(found, pairwise(LEFT, LEFT, "cosine"), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(unit(LEFT * np.float32(size)), axis=1), 1, rtol=1e-6)


def test_a_zero_vector_is_like_nothing():
    zero = np.zeros((1, 5), np.float32)
    assert (pairwise(zero, RIGHT, "cosine") == 0).all()


def test_vectors_of_two_lengths_and_unknown_metrics_are_refused():
    with pytest.raises(InputError, match="length 5 cannot be compared with vectors of length 4"):
        pairwise(LEFT, LEFT[:, :4], "cosine")
    with pytest.raises(UnknownNameError, match="cosine, dot, euclidean, manhattan"):
        pairwise(LEFT, LEFT, "hamming")


@pytest.mark.parametrize("metric", METRICS)
def test_the_matrix_is_symmetric_and_in_the_order_of_the_ids(metric, vectors_embedding):
    matrix = ec.similarity(vectors_embedding(LEFT), metric)
    assert (matrix == matrix.T).all()
    sign = -1 if metric in DISTANCES else 1
    np.testing.assert_allclose(matrix, sign * pairwise(LEFT, LEFT, metric), atol=2e-6)
    if metric in DISTANCES:
        assert (np.diag(matrix) == 0).all()


def test_a_matrix_that_nobody_could_look_at_is_refused(vectors_embedding):
    with pytest.raises(TooLargeError, match="5,001 by 5,001"):
        ec.similarity(vectors_embedding(np.zeros((5_001, 1))))
