"""Pairs a map tore apart or pushed together, against the plain definition."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from scipy.stats import rankdata

import embedding_core as ec
from embedding_core.errors import SpaceMismatchError, TooLargeError
from embedding_core.projection import Projection

rng = np.random.default_rng(8)


def a_map(embedding, coords, metric="euclidean"):
    return Projection(embedding.ids, np.ascontiguousarray(coords, np.float32), "hand", {}, metric)


@pytest.fixture
def line(vectors_embedding):
    """Return twenty items in a row."""
    return vectors_embedding(np.arange(20.0)[:, None] + rng.normal(scale=0.01, size=(20, 1)))


def laid_out(embedding):
    coords = np.zeros((20, 2))
    coords[:, 0] = embedding.vectors[:, 0]
    return coords


def test_a_map_that_is_right_has_none(line):
    assert ec.disagreements(line, a_map(line, laid_out(line))) == []


def test_who_was_torn_away_and_who_was_pushed_there_is_found(line):
    coords = laid_out(line)
    coords[0, 0] = 20  # The first item now lies beyond the last.
    found = ec.disagreements(line, a_map(line, coords), most=4)
    assert [pair.kind for pair in found] == ["torn"] * 2 + ["pushed together"] * 2
    assert all(pair.a == "i0" for pair in found)
    assert {found[0].b, found[1].b} == {"i1", "i2"}
    assert {found[2].b, found[3].b} == {"i19", "i18"}
    assert found[0].similarity_rank < 20 < 170 < found[0].map_rank
    assert found[2].map_rank < 20 < 170 < found[2].similarity_rank


def test_ranks_are_those_of_scipy_and_gaps_descend(vectors_embedding):
    embedding = vectors_embedding(rng.integers(0, 3, size=(40, 4)))
    projection = a_map(embedding, embedding.vectors[:, :2])
    found = ec.disagreements(embedding, projection, most=30)
    alike = rankdata(pdist(embedding.vectors))
    near = rankdata(pdist(projection.coords))
    first, second = np.triu_indices(40, 1)
    pairs = {(f"i{a}", f"i{b}"): at for at, (a, b) in enumerate(zip(first, second, strict=True))}
    for pair in found:
        at = pairs[pair.a, pair.b]
        assert pair.similarity_rank == pytest.approx(alike[at], abs=0.51)
        assert pair.map_rank == pytest.approx(near[at], abs=0.51)
    for kind, sign in (("torn", 1), ("pushed together", -1)):
        gaps = [sign * (p.map_rank - p.similarity_rank) for p in found if p.kind == kind]
        assert len(gaps) == 15
        assert all(a >= b - 1 for a, b in pairwise(gaps))
        allowed = (alike < 390.5) & (near > 390.5) if sign > 0 else (alike > 390.5) & (near < 390.5)
        assert gaps[0] == pytest.approx((sign * (near - alike))[allowed].max(), abs=1)


def test_where_one_kind_is_rare_the_other_fills_up(vectors_embedding):
    """All in one heap but two: of pairs, few are far apart on the map."""
    points = rng.normal(size=(30, 3))
    embedding = vectors_embedding(points)
    found = ec.disagreements(embedding, ec.project(embedding, "pca", metric="euclidean"), most=7)
    assert len(found) == 7
    assert [pair.kind for pair in found].count("torn") == 4


def test_some_items_are_compared_among_themselves(blobs):
    projection = ec.project(blobs, "pca")
    some = [3, 50, 7, 90, 100, 20]
    found = ec.disagreements(blobs, projection, some, most=100)
    assert {pair.a for pair in found} | {pair.b for pair in found} <= {f"i{i}" for i in some}
    assert all(1 <= pair.similarity_rank <= 15 for pair in found)


def test_flat_data_disagrees_with_nothing(vectors_embedding):
    flat = vectors_embedding(np.ones((10, 3)))
    assert ec.disagreements(flat, a_map(flat, rng.normal(size=(10, 2)))) == []
    cloud = vectors_embedding(rng.normal(size=(10, 3)))
    assert ec.disagreements(cloud, a_map(cloud, np.zeros((10, 2)))) == []


@pytest.mark.parametrize("n", [1, 2])
def test_one_pair_has_no_order(n, vectors_embedding):
    few = vectors_embedding(rng.normal(size=(n, 3)))
    assert ec.disagreements(few, a_map(few, np.arange(2 * n).reshape(n, 2))) == []


def test_too_many_and_other_items_are_refused(vectors_embedding, blobs):
    many = vectors_embedding(rng.normal(size=(1_001, 2)))
    with pytest.raises(TooLargeError, match="1,001"):
        ec.disagreements(many, a_map(many, many.vectors))
    assert len(ec.disagreements(many, a_map(many, many.vectors[::-1]), range(1_000))) == 20
    with pytest.raises(SpaceMismatchError):
        ec.disagreements(many, ec.project(blobs, "pca"))
