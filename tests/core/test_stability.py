"""Stability: real groups survive, those of noise do not; and each part against brute force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module

import numpy as np
import pytest
from scipy.spatial import procrustes
from scipy.spatial.distance import cdist

import embedding_core as ec
from embedding_core import projectors
from embedding_core.errors import Cancelled, InputError, SpaceMismatchError
from embedding_core.params import Param
from embedding_core.projectors.base import Layout, ProjectorSpec
from embedding_core.registry import Registry
from embedding_core.reruns import draw_again, other_chance, other_settings
from embedding_core.stability import level_of, planned_runs
from embedding_core.superposition import best_overlaps, kept_neighbors, lay_on, map_neighbors

# The package offers the function of the same name.
MODULE = import_module("embedding_core.stability")
ROUNDS = {"n_epochs": 60}


@pytest.fixture(scope="module")
def noise(vectors_embedding):
    """As many points as in `blobs`, of one normal distribution."""
    return vectors_embedding(np.random.default_rng(8).normal(size=(120, 10)))


@pytest.fixture(scope="module")
def of_blobs(blobs):
    return ec.stability(blobs, ec.project(blobs, "umap", metric="euclidean", **ROUNDS))


@pytest.fixture(scope="module")
def of_noise(noise):
    return ec.stability(noise, ec.project(noise, "umap", metric="euclidean", **ROUNDS))


# --- the whole --------------------------------------------------------------------------------


def test_groups_that_are_there_survive(of_blobs):
    assert of_blobs.n_clusters == 3
    assert np.bincount(of_blobs.codes[of_blobs.codes >= 0]).tolist() == [40, 40, 40]
    assert of_blobs.cluster_survival.min() > 0.9
    assert of_blobs.survival == pytest.approx(of_blobs.cluster_survival.mean())
    assert {level_of(value) for value in of_blobs.cluster_survival} == {"stable"}


def test_groups_of_noise_do_not_survive_and_its_points_lose_their_neighbours(of_noise, of_blobs):
    assert of_noise.n_clusters > 1
    assert of_noise.survival < 0.6
    assert of_noise.agreement.mean() < of_blobs.agreement.mean()
    assert of_noise.agreement.mean() > of_noise.chance_agreement


def test_one_thing_is_changed_in_each_run(of_blobs):
    kinds = [run.change.kind for run in of_blobs.runs]
    assert kinds == ["start", "seed", "start", "seed", "start"] + ["settings"] * 4
    labels = [run.change.label for run in of_blobs.runs]
    assert len(set(labels)) == len(labels)
    assert labels[-4:] == [
        "Neighbours 8",
        "Neighbours 30",
        "Least distance 0.05",
        "Least distance 0.3",
    ]


def test_figures_are_those_of_the_runs(of_blobs):
    runs = of_blobs.runs
    np.testing.assert_allclose(of_blobs.wander, np.median([r.wander for r in runs], axis=0))
    np.testing.assert_allclose(
        of_blobs.agreement, np.mean([r.agreement for r in runs], axis=0), rtol=1e-5
    )
    np.testing.assert_allclose(
        of_blobs.cluster_survival, np.mean([r.survival for r in runs], axis=0), rtol=1e-5
    )
    seeds = of_blobs.of("seed")
    assert [run.change.kind for run in seeds.runs] == ["seed", "seed"]
    assert of_blobs.of("items") is None
    # A random start moves whole groups about; another seed from the same start less so.
    assert np.median(of_blobs.of("start").wander) > np.median(seeds.wander)


def test_wander_is_measured_in_the_maps_own_units(blobs):
    drawn = ec.project(blobs, "umap", metric="euclidean", n_epochs=20)
    larger = replace(drawn, coords=drawn.coords * 10 + 3)
    small = ec.stability(blobs, drawn, seeds=2, vary=False)
    large = ec.stability(blobs, larger, seeds=2, vary=False)
    np.testing.assert_allclose(large.wander, small.wander * 10, rtol=1e-3)
    np.testing.assert_allclose(large.wander_share, small.wander_share, rtol=1e-3)
    np.testing.assert_allclose(large.agreement, small.agreement, atol=0.02)


def test_the_same_call_gives_the_same(noise, of_noise):
    again = ec.stability(noise, ec.project(noise, "umap", metric="euclidean", **ROUNDS))
    np.testing.assert_array_equal(again.wander, of_noise.wander)
    np.testing.assert_array_equal(again.cluster_survival, of_noise.cluster_survival)


def test_pca_is_drawn_of_items_drawn_anew(blobs, noise):
    found = ec.stability(blobs, ec.project(blobs, "pca", metric="euclidean"))
    assert [run.change.kind for run in found.runs] == ["items"] * 5
    assert "drawn with replacement" in found.notes[0]
    assert found.survival > 0.9
    # The main axes of three far groups are known well; those of a ball are anybody's guess.
    ball = ec.stability(noise, ec.project(noise, "pca", metric="euclidean"))
    assert np.median(found.wander_share) < 0.1 < 0.3 < np.median(ball.wander_share)


def test_items_drawn_anew_are_a_bootstrap(blobs):
    from sklearn.decomposition import PCA

    drawn = ec.project(blobs, "pca", metric="euclidean")
    change = other_chance(drawn, "items", 3)
    picks = np.random.default_rng(change.seed).integers(0, 120, 120)
    theirs = PCA(2).fit(blobs.vectors[picks]).transform(blobs.vectors)
    np.testing.assert_allclose(np.abs(draw_again(blobs, drawn, change)), np.abs(theirs), atol=2e-3)


def test_maps_in_space_are_fine(blobs):
    solid = ec.project(blobs, "umap", n_components=3, metric="euclidean", n_epochs=20)
    found = ec.stability(blobs, solid, seeds=2, vary=False)
    assert found.runs[0].coords.shape == (120, 3)


def test_items_that_are_all_alike_are_told(vectors_embedding):
    alike = vectors_embedding(np.ones((12, 3)))
    with pytest.raises(InputError, match="the same map whatever the seed, and of whichever items"):
        ec.stability(alike, ec.project(alike, "pca"))
    found = ec.stability(alike, ec.project(alike, "umap", n_epochs=5), vary=False)
    assert np.isfinite(found.wander_share).all()
    assert np.isfinite(found.agreement).all()


def test_axes_that_were_chosen_are_not_up_to_chance(blobs):
    drawn = ec.project(blobs, "axes", across="i0 -> i50", up="i1 -> i100")
    with pytest.raises(InputError, match="choose another method"):
        ec.stability(blobs, drawn)


def test_of_very_many_items_a_sample_is_compared_with_its_own_map(monkeypatch, blobs):
    monkeypatch.setattr(MODULE, "ALL_UP_TO", 100)
    monkeypatch.setattr(MODULE, "SAMPLED_ITEMS", 60)
    drawn = ec.project(blobs, "pca", metric="euclidean")
    found = ec.stability(blobs, drawn, seeds=3)
    assert len(found.positions) == len(set(found.positions.tolist())) == 60
    assert len(found.wander) == len(found.codes) == 60
    assert "60 of 120 items" in found.notes[0]
    assert np.median(found.wander_share) < 0.15
    assert planned_runs(drawn, 120, 3) == 4


def test_progress_grows_and_a_stop_stops(blobs):
    drawn = ec.project(blobs, "umap", metric="euclidean", n_epochs=20)
    told, frames = [], []
    found = ec.stability(
        blobs,
        drawn,
        progress=lambda done, total, what="": told.append((done, total, what)),
        on_frame=frames.append,
    )
    done = [step[0] for step in told]
    assert done == sorted(done)
    assert {step[1] for step in told} == {100 * planned_runs(drawn, 120)}
    assert done[-1] == told[-1][1]
    assert "map 9 of 9 (Least distance 0.3)" in told[-1][2]
    assert tuple(frames) == found.runs
    asked = iter(range(10_000))
    with pytest.raises(Cancelled):
        ec.stability(blobs, drawn, cancel=lambda: next(asked) > 30)


def test_what_cannot_be_measured_is_told(blobs, noise, vectors_embedding):
    few = vectors_embedding(np.eye(9))
    with pytest.raises(InputError, match="10 items or more, and here are 9"):
        ec.stability(few, ec.project(few, "pca"))
    drawn = ec.project(blobs, "pca")
    with pytest.raises(InputError, match="seeds and k got 0"):
        ec.stability(blobs, drawn, seeds=0)
    with pytest.raises(SpaceMismatchError):
        ec.stability(few, drawn)


def test_levels_are_hennigs():
    levels = [level_of(value) for value in (1, 0.75, 0.74, 0.6, 0.59, 0.5, 0.49, 0)]
    assert levels == ["stable"] * 2 + ["a pattern"] * 2 + ["doubtful"] * 2 + ["dissolved"] * 2


# --- methods of other kinds -------------------------------------------------------------------


@dataclass(frozen=True)
class Dice(ProjectorSpec):
    """Takes two directions by its seed, whatever the start; or always the same two."""

    loaded: bool = False
    fails_on: tuple[int, ...] = ()

    def fit(self, vectors, knn, params, *, n_components, metric, seed, init=None, **_):
        if seed in self.fails_on:
            raise InputError(f"Seed {seed} is unlucky; take another.")
        rng = np.random.default_rng(0 if self.loaded else seed)
        axes = rng.normal(size=(vectors.shape[1], n_components))
        return Layout((vectors @ axes).astype(np.float32))


@pytest.fixture
def dice(monkeypatch):
    """Make a map by the dice, with what makes them different."""

    def draw(embedding, **traits):
        facts = {"label": "Dice", "about": "For tests.", "source": "this file"}
        spec = Dice("dice", **facts, **traits)
        others = [other for other in ec.PROJECTORS.values() if other.name != "dice"]
        monkeypatch.setattr(projectors, "PROJECTORS", Registry("projector", (spec, *others)))
        return ec.project(embedding, "dice", metric="euclidean")

    return draw


def test_a_method_without_a_start_gets_other_seeds_only(dice, blobs):
    found = ec.stability(blobs, dice(blobs))
    assert [run.change.kind for run in found.runs] == ["seed"] * 5
    assert len({run.change.seed for run in found.runs}) == 5
    assert found.notes == ()


def test_a_run_that_fails_is_named_and_the_others_count(dice, blobs):
    found = ec.stability(blobs, dice(blobs, fails_on=(3,)))
    assert len(found.runs) == 4
    assert found.notes == ("Seed 3 could not be drawn: Seed 3 is unlucky; take another.",)


def test_a_method_that_nothing_changes_is_told(dice, blobs):
    with pytest.raises(InputError, match="Dice draws the same map whatever the seed"):
        ec.stability(blobs, dice(blobs, loaded=True))


# --- settings ---------------------------------------------------------------------------------


def settings_of(projection, n):
    changes = other_settings(ec.PROJECTORS[projection.method], projection, n)
    return {
        name: [c.params[name] for c in changes if c.params[name] != projection.params[name]]
        for name in projection.params
    }


def test_settings_stay_in_their_range_and_rounds_are_left_alone(blobs):
    drawn = ec.project(blobs, "umap", n_epochs=5, n_neighbors=20, min_dist=0.0)
    assert settings_of(drawn, 120) == {
        "n_neighbors": [10, 40],
        "min_dist": [0.25],
        "n_epochs": [],
    }
    drawn = replace(drawn, params={**drawn.params, "n_neighbors": 2, "min_dist": 0.99})
    assert settings_of(drawn, 120)["n_neighbors"] == [4]
    assert settings_of(drawn, 120)["min_dist"] == [0.5]


def test_what_few_items_cannot_tell_apart_is_left_out(blobs):
    drawn = ec.project(blobs, "umap", n_epochs=5)
    assert settings_of(drawn, 12)["n_neighbors"] == [8]
    assert settings_of(drawn, 8)["n_neighbors"] == []


@pytest.mark.parametrize("name", ec.PROJECTORS)
def test_every_projectors_settings_are_valid(name):
    spec = ec.PROJECTORS[name]
    params = {param.name: param.default for param in spec.params}
    drawn = ec.Projection((), np.zeros((0, 2), np.float32), name, params)
    for change in other_settings(spec, drawn, 1_000):
        assert {p.name: p.check(change.params[p.name]) for p in spec.params} == change.params
        assert change.params != params


def test_a_seed_at_the_end_of_its_range_goes_round():
    last = ec.Projection((), np.zeros((0, 2), np.float32), "umap", seed=2**32 - 1)
    seed = other_chance(last, "seed", 1).seed
    assert Param("seed", "Seed", "number", 0, "", minimum=0, maximum=2**32 - 1).check(seed) == 0


# --- two maps laid on each other --------------------------------------------------------------

rng = np.random.default_rng(5)


@pytest.mark.parametrize("dim", [2, 3])
def test_a_map_that_was_turned_mirrored_scaled_and_moved_lies_on_itself(dim):
    target = rng.normal(size=(50, dim)).astype(np.float32)
    turn, _ = np.linalg.qr(rng.normal(size=(dim, dim)))
    turn[:, 0] *= -np.sign(np.linalg.det(turn))  # A mirror too.
    moved = (target @ turn * 7 + 30).astype(np.float32)
    np.testing.assert_allclose(lay_on(moved, target), target, atol=1e-4)


def test_maps_lie_on_each_other_as_scipy_lays_them():
    target, other = rng.normal(size=(2, 40, 2)).astype(np.float32)
    middle = target.mean(axis=0)
    size = np.linalg.norm(target - middle)
    laid = lay_on(other, target)
    assert ((laid - target) ** 2).sum() / size**2 == pytest.approx(procrustes(target, other)[2])
    np.testing.assert_allclose((laid - middle) / size, procrustes(target, other)[1], atol=1e-5)


def test_a_map_of_one_spot_lies_in_the_middle():
    target = rng.normal(size=(10, 2)).astype(np.float32)
    laid = lay_on(np.full((10, 2), 4, np.float32), target)
    np.testing.assert_allclose(laid, np.tile(target.mean(axis=0), (10, 1)), atol=1e-6)


def test_neighbours_on_a_map_against_all_distances():
    coords = rng.normal(size=(200, 2)).astype(np.float32)
    gaps = cdist(coords, coords)
    np.fill_diagonal(gaps, np.inf)
    np.testing.assert_array_equal(map_neighbors(coords, 7), np.argsort(gaps, axis=1)[:, :7])


def test_points_on_one_spot_are_no_neighbours_of_themselves():
    coords = np.zeros((30, 2), np.float32)
    found = map_neighbors(coords, 4)
    assert found.shape == (30, 4)
    assert all(len(set(row)) == 4 for row in found.tolist())


def test_neighbours_kept_are_counted_row_by_row():
    left, right = (
        np.array([generator.permutation(40)[:6] for _ in range(40)])
        for generator in (np.random.default_rng(1), np.random.default_rng(2))
    )
    expected = [
        len(set(a) & set(b)) / 6 for a, b in zip(left.tolist(), right.tolist(), strict=True)
    ]
    np.testing.assert_allclose(kept_neighbors(left, right), expected)


def test_overlaps_against_sets():
    codes, others = rng.integers(-1, 4, 300), rng.integers(-1, 6, 300)

    def members(found, code):
        return set(np.flatnonzero(found == code).tolist())

    expected = [
        max(
            len(members(codes, a) & members(others, b))
            / len(members(codes, a) | members(others, b))
            for b in range(6)
        )
        for a in range(4)
    ]
    np.testing.assert_allclose(best_overlaps(codes, others), expected, rtol=1e-6)


def test_noise_is_no_cluster():
    nothing = np.full(9, -1)
    codes = np.repeat([0, 1, 2], 3)
    assert best_overlaps(codes, nothing).tolist() == [0, 0, 0]
    assert best_overlaps(nothing, codes).tolist() == []
    # Half of the first is noise in the other: what is left still counts by its whole.
    half = np.array([0, -1, -1, 1, 1, 1, 1, 1, 1])
    np.testing.assert_allclose(best_overlaps(codes, half), [1 / 3, 0.5, 0.5])
