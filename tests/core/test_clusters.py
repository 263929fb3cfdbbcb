"""Clusters against scikit-learn and brute force; outlines and agreement against geometry."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import ConvexHull
from scipy.spatial.distance import cdist
from sklearn.cluster import HDBSCAN
from sklearn.metrics import adjusted_rand_score, silhouette_score

from embedding_core import clusters
from embedding_core.clusters import cluster, hull, smallest_cluster
from embedding_core.errors import Cancelled, InputError
from embedding_core.similarity import unit
from embedding_core.spanning import spanning_tree

SCIPY = {"euclidean": "euclidean", "manhattan": "cityblock"}


@pytest.fixture(scope="module")
def groups():
    """Nine groups of unlike size in 20 dimensions, and uniform noise between them: who is where."""
    rng = np.random.default_rng(3)
    sizes = (60, 80, 100, 150, 200, 250, 300, 350, 400)
    centers = rng.normal(scale=4, size=(9, 20))
    truth = np.repeat(np.arange(9), sizes)
    points = centers[truth] + rng.normal(size=(len(truth), 20))
    noise = rng.uniform(-12, 12, size=(150, 20))
    return np.vstack((points, noise)).astype(np.float32), np.append(truth, np.full(150, -1))


@pytest.mark.parametrize("metric", list(SCIPY))
@pytest.mark.parametrize("min_samples", [1, 4])
def test_the_spanning_tree_is_as_short_as_scipys(metric, min_samples):
    points = np.random.default_rng(0).normal(size=(300, 7)).astype(np.float32)
    gaps = cdist(points, points, SCIPY[metric])
    core = np.sort(gaps, axis=1)[:, min_samples - 1]
    reach = np.maximum(gaps, np.maximum(core[:, None], core))
    np.fill_diagonal(reach, 0)
    edges, lengths = spanning_tree(points, min_samples, metric)
    assert lengths.sum() == pytest.approx(minimum_spanning_tree(reach).sum(), rel=1e-5)
    assert lengths == pytest.approx(reach[edges[:, 0], edges[:, 1]], rel=1e-4)
    assert sorted(edges[:, 1]) == list(range(1, 300))


@pytest.mark.parametrize("metric", ["euclidean", "cosine", "dot"])
def test_compiled_and_small_clusterings_are_scikit_learns(groups, metric, monkeypatch):
    points, _ = groups
    monkeypatch.setattr(clusters, "_SMALL", 0)
    ours = cluster(points, min_cluster_size=20, min_samples=5, metric=metric)
    places = unit(points) if metric == "cosine" else points
    theirs = HDBSCAN(20, min_samples=5, copy=True).fit(places.astype(np.float64))
    # Edges of one length may be taken in any order, so a few points at the rim may differ.
    assert adjusted_rand_score(theirs.labels_, ours.codes) > 0.995
    assert ours.n_clusters == theirs.labels_.max() + 1
    monkeypatch.setattr(clusters, "_SMALL", 10_000)
    small = cluster(points, min_cluster_size=20, min_samples=5, metric=metric)
    assert adjusted_rand_score(theirs.labels_, small.codes) > 0.995


def test_groups_are_found_and_noise_stays_noise(groups):
    points, truth = groups
    found = cluster(points, min_samples=5, metric="euclidean")
    assert found.n_clusters == 9
    assert adjusted_rand_score(truth, found.codes) > 0.95
    assert (found.codes[truth < 0] < 0).mean() > 0.9
    assert list(found.sizes) == sorted(found.sizes, reverse=True)
    assert found.noise == (found.codes < 0).mean()
    firm = found.probabilities[found.members(0)]
    assert list(firm) == sorted(firm, reverse=True)
    assert not found.probabilities[found.codes < 0].any()


def test_uniform_noise_has_no_clusters_or_hardly_any():
    points = np.random.default_rng(5).uniform(size=(600, 8)).astype(np.float32)
    found = cluster(points, metric="euclidean")
    assert found.n_clusters == 0 or found.silhouette < 0.2


def test_silhouette_is_scikit_learns_and_the_sample_is_close(groups, monkeypatch):
    points, _ = groups
    found = cluster(points, metric="cosine")
    inside = found.codes >= 0
    exact = silhouette_score(unit(points)[inside], found.codes[inside])
    assert found.silhouette == pytest.approx(exact, abs=1e-4)
    monkeypatch.setattr(clusters, "_SILHOUETTE_ITEMS", 500)
    monkeypatch.setattr(clusters, "_SILHOUETTE_EACH", 30)
    sampled = cluster(points, metric="cosine")
    assert sampled.silhouette != found.silhouette
    assert sampled.silhouette == pytest.approx(exact, abs=0.02)
    assert f"about 500 of the {inside.sum():,} items in clusters" in sampled.notes[-1]
    assert not found.notes


def test_many_points_are_sampled_and_many_dimensions_reduced_and_it_is_said(groups, monkeypatch):
    points, truth = groups
    rng = np.random.default_rng(0)
    turned = points @ np.linalg.qr(rng.normal(size=(120, 20)))[0].T.astype(np.float32)
    whole = cluster(points, min_cluster_size=30, metric="euclidean")
    monkeypatch.setattr(clusters, "_MOST_WORK", len(points) ** 2 / 2 * 25)
    found = cluster(turned, min_cluster_size=30, metric="euclidean")
    assert "50 main directions of 120" in found.notes[0]
    assert "100% of the variance" in found.notes[0]
    assert "found on" in found.notes[1]
    assert len(found) == len(points)
    assert found.n_clusters == whole.n_clusters == 9
    assert adjusted_rand_score(truth, found.codes) > 0.9
    flat = cluster(points[:, :2], metric="euclidean")
    assert not flat.notes


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (np.eye(4), "4 items have no clusters"),
        (np.ones((1, 3)), "1 item has no clusters"),
        (np.ones((50, 3)), "one spot"),
        (np.zeros((50, 3)), "one spot"),
        (np.outer(np.arange(1, 51), np.ones(3)), "one spot"),
    ],
)
def test_where_there_are_no_clusters_it_is_said(points, said):
    found = cluster(points.astype(np.float32))
    assert found.n_clusters == 0
    assert found.silhouette is None
    assert found.noise == 1
    assert said in found.notes[0]


def test_sizes_out_of_range_are_a_sentence(groups):
    points, _ = groups
    for wrong in ({"min_cluster_size": 1}, {"min_samples": 0}):
        with pytest.raises(InputError, match="got"):
            cluster(points, **wrong)
    assert "no two clusters" in cluster(points[:30], min_cluster_size=20).notes[0]
    assert [smallest_cluster(n) for n in (2, 60, 1_800, 100_000)] == [3, 4, 21, 158]


def test_twins_are_one_cluster():
    rng = np.random.default_rng(1)
    points = np.vstack((rng.normal(size=(1_600, 3)), np.full((40, 3), 9.0))).astype(np.float32)
    found = cluster(points, min_cluster_size=20, metric="euclidean")
    assert len(set(found.codes[-40:])) == 1
    assert found.codes[-1] >= 0


def test_work_stops_where_it_is_asked_to(groups):
    with pytest.raises(Cancelled):
        cluster(groups[0], cancel=lambda: True)
    told = []
    cluster(groups[0], metric="euclidean", progress=lambda *step: told.append(step))
    joined = [done for done, _, what in told if what == "points joined"]
    assert joined == sorted(joined)
    assert joined[-1] == len(groups[0]) - 1


def test_agreement_counts_noise_and_leaves_out_what_has_no_label():
    found = clusters.Clusters(
        codes=np.array([0, 0, 0, 1, 1, 1, -1, -1], np.int32),
        probabilities=np.ones(8, np.float32),
        min_cluster_size=3,
        min_samples=3,
        metric="cosine",
        silhouettes=np.zeros(2, np.float32),
    )
    perfect = found.agreement(list("aaabbbcc"))
    assert (perfect.ari, perfect.nmi, perfect.items) == (1, 1, 8)
    worse = found.agreement(list("aaabbbab"))
    assert worse.ari == adjusted_rand_score([0, 0, 0, 1, 1, 1, 0, 1], found.codes) < 0.8
    some = found.agreement(["a", "a", "a", "b", "b", "b", None, float("nan")])
    assert (some.ari, some.items) == (1, 6)
    with pytest.raises(InputError, match="3 labels for 8"):
        found.agreement(list("abc"))
    with pytest.raises(InputError, match="No item has a label"):
        found.agreement([""] * 8)


def inside(points, outline):
    """Tell which points lie inside a convex outline."""
    equations = ConvexHull(outline).equations
    return (points @ equations[:, :2].T + equations[:, 2] <= 1e-6).all(axis=1)


def test_an_outline_holds_the_core_and_leaves_the_strays_out():
    rng = np.random.default_rng(2)
    points = np.vstack((rng.normal(size=(200, 2)), [[40.0, 40.0]])).astype(np.float32)
    outline = hull(points)
    assert outline.dtype == np.float32
    kept = inside(points, outline)
    assert kept[:-1].mean() > 0.89
    assert not kept[-1]
    steps = np.diff(outline, axis=0, append=outline[:1])
    turns = steps[:, 0] * np.roll(steps[:, 1], -1) - steps[:, 1] * np.roll(steps[:, 0], -1)
    assert (turns > 0).all() or (turns < 0).all(), "It is convex, its corners are in order."


@pytest.mark.parametrize(
    "points",
    [[[3, 4]], [[0, 0], [1, 1]], [[5, 5]] * 30, [[i, 2 * i] for i in range(30)]],
    ids=["one", "two", "twins", "a line"],
)
def test_flat_groups_have_an_outline_too(points):
    points = np.array(points, dtype=np.float32)
    outline = hull(points, padding=0.5)
    assert len(outline) >= 8
    core = np.linalg.norm(points - np.median(points, axis=0), axis=1)
    assert inside(points[core <= np.quantile(core, 0.9)], outline).all()
    with pytest.raises(InputError, match="flat map"):
        hull(np.ones((4, 3), np.float32))
