"""New points on a map that stays, and maps turned to lie on each other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes

import embedding_core as ec
from embedding_core.errors import ContractError, InputError
from embedding_core.placement import neighbor_placement
from embedding_core.projection import Projection

rng = np.random.default_rng(17)


def test_a_point_between_two_items_lands_between_them():
    line = np.arange(12, dtype=np.float32)[:, None]
    coords = np.hstack([10 * line, np.zeros_like(line)])
    placement = neighbor_placement(line, coords, "euclidean", k=2)
    middle, near = placement.place(np.array([[4.5], [4.2]], np.float32))
    assert middle == pytest.approx([45, 0], abs=1e-3)
    assert 40 <= near[0] < 43
    assert not placement.exact
    assert placement.label == "placed between its 2 nearest items, nearer to the nearest"


def test_an_item_of_the_map_lands_in_its_own_group(blobs):
    found = ec.project(blobs, "umap", n_epochs=100, metric="euclidean")
    placed = found.transform(blobs.vectors + rng.normal(scale=0.01, size=blobs.vectors.shape))
    centers = found.coords.reshape(3, 40, 2).mean(axis=1)
    nearest = np.linalg.norm(placed[:, None] - centers[None], axis=2).argmin(axis=1)
    assert (nearest == np.repeat(np.arange(3), 40)).all()
    assert placed.dtype == np.float32


def test_it_stays_within_the_points_it_is_placed_between(blobs):
    coords = rng.normal(size=(120, 2)).astype(np.float32)
    placed = neighbor_placement(blobs.vectors, coords, "cosine").place(
        rng.normal(size=(500, 10)).astype(np.float32)
    )
    assert (placed >= coords.min(axis=0) - 1e-5).all()
    assert (placed <= coords.max(axis=0) + 1e-5).all()


@pytest.mark.parametrize("n", [1, 2, 10, 11])
def test_few_items_and_equal_ones_give_a_place_too(n):
    vectors = np.ones((n, 3), np.float32)
    coords = rng.normal(size=(n, 2)).astype(np.float32)
    placed = neighbor_placement(vectors, coords, "cosine").place(np.ones((2, 3), np.float32))
    expected = coords[:10].mean(axis=0)
    np.testing.assert_allclose(placed, [expected] * 2, atol=1e-5)
    assert neighbor_placement(vectors, coords, "dot").place(vectors[:0]).shape == (0, 2)


def test_many_points_are_placed_as_each_alone(blobs, monkeypatch):
    from embedding_core import placement

    coords = rng.normal(size=(120, 3)).astype(np.float32)
    new = rng.normal(size=(37, 10)).astype(np.float32)
    whole = neighbor_placement(blobs.vectors, coords, "cosine").place(new)
    monkeypatch.setattr(placement, "_BLOCK_FLOATS", 600)
    np.testing.assert_allclose(
        neighbor_placement(blobs.vectors, coords, "cosine").place(new), whole, atol=1e-5
    )


def test_a_method_that_cannot_place_says_so():
    found = Projection(("a",), np.zeros((1, 2), np.float32), "by hand")
    with pytest.raises(InputError, match="drawn by by hand cannot take in new items"):
        found.transform(np.zeros((1, 3), np.float32))


def test_a_map_checks_itself():
    for broken in (np.zeros((2, 2)), np.zeros((2, 4), np.float32), np.full((2, 2), np.nan, "f4")):
        with pytest.raises(ContractError):
            Projection(("a", "b"), broken, "m")


@pytest.mark.parametrize("dim", [2, 3])
def test_a_turned_and_mirrored_map_is_turned_back(dim):
    target = rng.normal(size=(30, dim)).astype(np.float32)
    turn, _ = np.linalg.qr(rng.normal(size=(dim, dim)))
    for sign in (1, -1):
        mirrored = turn.copy()
        mirrored[:, 0] *= sign
        found = ec.align((target @ mirrored + 5).astype(np.float32), target)
        np.testing.assert_allclose(found, target - target.mean(axis=0), atol=1e-5)


def test_aligning_is_the_best_turn_there_is_and_changes_no_distance():
    coords, target = rng.normal(size=(2, 25, 2)).astype(np.float32)
    found = ec.align(coords, target)
    centered, aimed = coords - coords.mean(axis=0), target - target.mean(axis=0)
    turn, _ = orthogonal_procrustes(centered, aimed)
    np.testing.assert_allclose(found, centered @ turn, atol=1e-5)
    apart = np.linalg.norm(coords[:, None] - coords[None], axis=2)
    np.testing.assert_allclose(
        np.linalg.norm(found[:, None] - found[None], axis=2), apart, atol=1e-5
    )
    with pytest.raises(ContractError, match="cannot be aligned"):
        ec.align(coords, target[:5])
