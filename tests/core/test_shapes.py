"""Known shapes: what their columns say of them is true."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist

import embedding_core as ec
from embedding_core.errors import InputError, UnknownNameError
from embedding_core.shapes import compare_groups

every_shape = pytest.mark.parametrize("name", ec.SHAPES)


def made(name, **params):
    shape = ec.SHAPES[name].make(**params)
    return shape, shape.collection.payloads.matrix


@every_shape
def test_a_shape_is_turned_without_a_change_of_its_distances(name):
    dim = 3 if name == "noise" else 40
    shape, vectors = made(name, n=120, dim=dim)
    assert vectors.shape == (120, dim)
    assert shape.truth.shape == (120, 3)
    np.testing.assert_allclose(pdist(vectors), pdist(shape.truth), atol=1e-5)
    assert np.sqrt((shape.truth**2).sum(axis=1).mean()) == pytest.approx(1, abs=1e-5)


@every_shape
def test_the_same_settings_make_the_same_vectors_and_another_seed_others(name):
    first, _ = made(name, n=60, noise=0.1, seed=3)
    assert made(name, n=60, noise=0.1, seed=3)[0].collection.fingerprint == (
        first.collection.fingerprint
    )
    assert made(name, n=60, noise=0.1, seed=4)[0].collection.fingerprint != (
        first.collection.fingerprint
    )


@every_shape
@pytest.mark.parametrize("n", [50, 5000])
def test_fewest_and_most_items(name, n):
    shape, _ = made(name, n=n)
    assert len(shape.collection) == n
    assert shape.color in shape.collection.table
    assert np.isfinite(shape.truth).all()


@every_shape
def test_noise_is_as_large_as_asked_in_every_dimension(name):
    _, quiet = made(name, n=2000, dim=5)
    _, noisy = made(name, n=2000, dim=5, noise=0.2)
    np.testing.assert_allclose((noisy - quiet).std(axis=0), 0.2, rtol=0.1)


def groups(shape):
    table = shape.collection.table
    return [
        shape.truth[(table["group"] == name).to_numpy()] for name in dict.fromkeys(table["group"])
    ]


def test_sizes_are_as_unequal_as_asked():
    sizes = [len(part) for part in groups(made("sizes", n=1100, groups=2, ratio=10)[0])]
    assert sizes == [100, 1000]


def test_densities_are_as_unequal_as_asked():
    parts = groups(made("densities", n=4000, groups=2, ratio=8)[0])
    assert len(parts[0]) == len(parts[1])
    assert parts[1].std(axis=0).mean() / parts[0].std(axis=0).mean() == pytest.approx(8, rel=0.1)


def test_the_far_group_is_as_far_as_asked():
    left, near, far = (part.mean(axis=0) for part in groups(made("distances", n=3000, ratio=6)[0]))
    assert np.linalg.norm(far - near) / np.linalg.norm(near - left) == pytest.approx(6, rel=0.05)


def test_lines_are_straight_and_do_not_touch():
    shape, _ = made("lines", n=400, lines=3)
    lines = shape.collection.table["line"]
    parts = [shape.truth[(lines == name).to_numpy()] for name in lines.unique()]
    for part in parts:
        assert np.linalg.svd(part - part.mean(axis=0))[1][1] < 1e-4
    gap = min(
        np.linalg.norm(a[:, None] - b[None], axis=2).min()
        for i, a in enumerate(parts)
        for b in parts[:i]
    )
    assert gap > 0.3


def test_rings_are_linked():
    """Gauss' integral: how often one closed curve winds through another."""
    shape, _ = made("rings", n=1000)
    ring = shape.collection.table["ring"] == "first ring"
    one, other = shape.truth[ring.to_numpy()], shape.truth[~ring.to_numpy()]
    d_one, d_other = np.roll(one, -1, 0) - one, np.roll(other, -1, 0) - other
    gaps = (one + d_one / 2)[:, None] - (other + d_other / 2)[None]
    turns = np.cross(d_one[:, None], d_other[None])
    winding = (gaps * turns).sum(axis=2) / np.linalg.norm(gaps, axis=2) ** 3
    assert abs(winding.sum() / (4 * np.pi)) == pytest.approx(1, abs=0.01)


def test_the_trefoil_is_closed_and_a_knot():
    """Seen from above it crosses itself three times, always in the same sense."""
    shape, _ = made("trefoil", n=600)
    points = shape.truth.astype(float)
    steps = np.roll(points, -1, 0) - points
    assert np.linalg.norm(steps, axis=1).max() < 0.05
    # Where step i passes step j in the flat: points[i] + s steps[i] = points[j] + t steps[j].
    gaps = points[None] - points[:, None]
    cross = np.cross(steps[:, None], steps[None])[..., 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        s = np.cross(gaps, steps[None])[..., 2] / cross
        t = np.cross(gaps, steps[:, None])[..., 2] / cross
    apart = np.abs(np.subtract.outer(np.arange(600), np.arange(600)))
    i, j = np.nonzero(
        np.triu((s >= 0) & (s < 1) & (t >= 0) & (t < 1) & (apart > 1) & (apart < 599))
    )
    above = points[i, 2] + s[i, j] * steps[i, 2] > points[j, 2] + t[i, j] * steps[j, 2]
    signs = np.sign(cross[i, j]) * np.where(above, 1, -1)
    assert len(signs) == 3
    assert abs(signs.sum()) == 3


def test_the_roll_says_where_each_point_lies_on_the_sheet():
    """Unrolled by its columns the sheet keeps near distances."""
    shape, _ = made("roll", n=3000)
    table = shape.collection.table
    near = ec.neighbor_graph(ec.embed(shape.collection), 4, "euclidean").indices
    for column in ("along the roll", "across it"):
        values = table[column].to_numpy()
        assert np.abs(values[near] - values[:, None]).max() < 0.15
    flat = np.corrcoef(table["across it"], shape.truth[:, 1])[0, 1]
    assert abs(flat) > 0.999


def test_the_sphere_is_even():
    shape, _ = made("sphere", n=1000)
    np.testing.assert_allclose(np.linalg.norm(shape.truth, axis=1), 1, atol=1e-2)
    nearest = ec.neighbor_graph(ec.embed(shape.collection), 1, "euclidean").distances[:, 0]
    assert nearest.min() > 0.6 * nearest.max()


def test_noise_fills_all_its_dimensions_alike():
    _, vectors = made("noise", n=5000, dim=30)
    shares = np.linalg.svd(vectors - vectors.mean(axis=0), compute_uv=False) ** 2
    assert shares[0] / shares[-1] < 1.5


def test_groups_are_compared_with_the_truth():
    shape, _ = made("densities", n=3000, groups=3, ratio=6)
    (width, true, shown), (apart, one, same) = compare_groups(shape, shape.truth)
    assert (width, apart) == ("widest group to tightest", "farthest groups to nearest")
    assert (true, one) == (shown, same)
    assert true == pytest.approx(6, rel=0.1)
    assert one == pytest.approx(1, rel=0.05)
    # Turned, mirrored and enlarged it is the same map.
    turned = -3 * shape.truth[:, [2, 0, 1]]
    assert compare_groups(shape, turned)[0][2] == pytest.approx(true, rel=1e-5)

    shape, _ = made("distances", n=3000, ratio=6)
    # The far group is 6 times as far from its neighbour, and so 7 times from the one beyond.
    assert compare_groups(shape, shape.truth)[1][1] == pytest.approx(7, rel=0.05)
    pca = ec.project(ec.embed(shape.collection), "pca", metric="euclidean")
    assert compare_groups(shape, pca.coords)[1][2] == pytest.approx(7, rel=0.05)


def test_what_says_nothing_is_not_compared():
    shape, _ = made("sizes", n=100, groups=2)
    assert [name for name, _, _ in compare_groups(shape, shape.truth)] == [
        "widest group to tightest"
    ]
    assert compare_groups(shape, np.zeros((100, 2), np.float32)) == []
    assert compare_groups(made("roll")[0], np.zeros((600, 2), np.float32)) == []


def test_settings_are_checked():
    with pytest.raises(InputError, match="n got 7; it takes a whole number from 50 to 5,000"):
        ec.SHAPES["roll"].make(n=7)
    with pytest.raises(UnknownNameError, match="setting of Trefoil knot"):
        ec.SHAPES["trefoil"].make(turns=2)
