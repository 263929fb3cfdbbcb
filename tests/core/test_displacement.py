"""How far an item moved among the others, against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest

from embedding_core.displacement import displacement
from embedding_core.embedding import Embedding
from embedding_core.errors import ContractError, InputError


def embedding_of(vectors):
    vectors = np.asarray(vectors, dtype=np.float32)
    return Embedding(tuple(f"i{at}" for at in range(len(vectors))), vectors, "s", "vectors")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def by_hand(vectors, at, vector, k):
    """Euclidean, one pair at a time."""
    others = [i for i in range(len(vectors)) if i != at]

    def nearest(point):
        return set(sorted(others, key=lambda i: np.linalg.norm(vectors[i] - point))[:k])

    own = np.linalg.norm(vectors[at] - vector)
    passed = sum(np.linalg.norm(vectors[i] - vector) < own for i in others)
    return len(nearest(vectors[at]) & nearest(vector)), passed, own


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_counting(seed):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((40, 5)).astype(np.float32)
    at = int(rng.integers(40))
    vector = vectors[at] + rng.normal(0, 0.8, 5).astype(np.float32)
    found = displacement(embedding_of(vectors), f"i{at}", vector, metric="euclidean", k=7)
    kept, passed, own = by_hand(vectors, at, vector, 7)
    assert (found.kept, found.passed, found.k, found.n_others) == (kept, passed, 7, 39)
    assert found.score == pytest.approx(own, rel=1e-5)


def test_what_does_not_move_keeps_all(rng):
    vectors = rng.standard_normal((30, 4)).astype(np.float32)
    for metric in ("cosine", "euclidean", "manhattan"):
        found = displacement(embedding_of(vectors), "i3", vectors[3], metric=metric)
        assert (found.kept, found.passed) == (10, 0)


def test_what_becomes_another_is_passed_by_it():
    found = displacement(embedding_of([[1, 0], [0, 1], [1, 1]]), "i0", np.float32([0, 1]))
    assert found.passed == 2
    assert found.score == pytest.approx(0)


def test_of_few_others_fewer_than_half_are_neighbours(rng):
    vectors = rng.standard_normal((6, 3)).astype(np.float32)
    assert displacement(embedding_of(vectors), "i0", vectors[0], k=10).k == 2


def test_alone_it_cannot_move():
    with pytest.raises(InputError, match="no other item"):
        displacement(embedding_of([[1, 0]]), "i0", np.float32([1, 0]))


def test_of_another_dimension_is_our_bug():
    with pytest.raises(ContractError):
        displacement(embedding_of([[1, 0], [0, 1]]), "i0", np.float32([1, 0, 0]))


def test_what_differs_in_rounding_only_has_not_come_between(rng):
    vector = rng.standard_normal(5).astype(np.float32)
    # One direction, many lengths: their cosines differ in the last digit.
    alike = vector * rng.uniform(0.1, 10, 200).astype(np.float32)[:, None]
    moved = vector + rng.standard_normal(5).astype(np.float32)
    found = displacement(embedding_of(np.vstack([vector, alike])), "i0", moved)
    assert found.passed == 0
