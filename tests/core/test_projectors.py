"""What every projector promises, and that PCA and UMAP are what they say they are."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn.decomposition import PCA

import embedding_core as ec
from embedding_core.errors import Cancelled, InputError, UnknownNameError
from embedding_core.projection import Projection
from embedding_core.projectors import mds, pacmap, tsne
from embedding_core.projectors.pca import components
from embedding_core.projectors.random_projection import dimensions_for
from embedding_core.projectors.umap import fuzzy_graph
from embedding_core.similarity import METRICS, prepare

rng = np.random.default_rng(13)
every_projector = pytest.mark.parametrize("name", ec.PROJECTORS)
QUICK = {"umap": {"n_epochs": 60}, "tsne": {"max_iter": 250}, "pacmap": {"max_iter": 250}}


def draw(embedding, name, **more):
    return ec.project(embedding, name, **{**QUICK.get(name, {}), **more})


@every_projector
@pytest.mark.parametrize("n_components", [2, 3])
@pytest.mark.parametrize("metric", METRICS)
def test_a_map_has_a_finite_point_for_every_item(name, n_components, metric, blobs):
    found = draw(blobs, name, n_components=n_components, metric=metric)
    assert found.ids == blobs.ids
    assert found.coords.shape == (120, n_components)
    assert found.coords.dtype == np.float32
    assert (found.metric, found.n_components) == (metric, n_components)
    with pytest.raises(ValueError, match="read-only"):
        found.coords[0] = 0


@every_projector
def test_the_same_seed_draws_the_same_map(name, blobs):
    first = draw(blobs, name, seed=4)
    assert draw(blobs, name, seed=4).fingerprint == first.fingerprint
    again = draw(blobs, name, seed=5).fingerprint == first.fingerprint
    assert again == (not ec.PROJECTORS[name].seeded)


@every_projector
def test_far_groups_stay_together_on_the_map(name, blobs):
    longer = {"tsne": {"max_iter": 500}}.get(name, {})
    found = draw(blobs, name, metric="euclidean", **longer)
    group = np.repeat(np.arange(3), 40)
    nearest = ec.neighbor_graph(
        ec.embedding.Embedding(blobs.ids, found.coords.copy(), "map", "map"), 5, "euclidean"
    )
    assert (group[nearest.indices] == group[:, None]).mean() > 0.99


@every_projector
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("n_components", [2, 3])
def test_few_items_are_drawn_and_fewer_than_four_honestly(name, n, n_components, vectors_embedding):
    found = draw(vectors_embedding(rng.normal(size=(n, 6))), name, n_components=n_components)
    assert found.coords.shape == (n, n_components)
    if ec.PROJECTORS[name].quick:
        return
    told = [note for note in found.notes if "too few neighbours" in note]
    assert bool(told) == (n < 4)
    if told:
        assert found.placement.exact
        assert "plain PCA picture" in told[0]


ODD = {
    "equal": np.ones((20, 5)),
    "zero": np.zeros((20, 5)),
    "one dimension": rng.normal(size=(20, 1)),
    "two dimensions": rng.normal(size=(20, 2)),
    "twins": np.repeat(rng.normal(size=(4, 5)), 6, axis=0),
    "large": rng.normal(size=(20, 5)) * 1e15,
    "small": rng.normal(size=(20, 5)) * 1e-38,
}


@every_projector
@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("metric", METRICS)
def test_odd_vectors_are_drawn_and_new_ones_placed(name, kind, metric, vectors_embedding):
    embedding = vectors_embedding(ODD[kind])
    found = draw(embedding, name, metric=metric, n_components=3)
    assert np.isfinite(found.transform(embedding.vectors[:3])).all()
    assert np.isfinite(ec.quality(embedding, found).point_trustworthiness).all()
    if kind in ("equal", "zero"):
        assert "All vectors are equal" in found.notes[0]


@every_projector
def test_settings_that_ask_for_too_much_are_lowered_and_said(name, blobs, vectors_embedding):
    asked = {
        "umap": {"n_neighbors": 200},
        "tsne": {"perplexity": 150},
        "pacmap": {"n_neighbors": 90},
    }.get(name, {})
    few = vectors_embedding(blobs.vectors[:10])
    notes = draw(few, name, **asked).notes
    assert any("was lowered from" in note for note in notes) == bool(asked)


iterative = pytest.mark.parametrize(
    "name", [name for name, spec in ec.PROJECTORS.items() if not spec.quick]
)


@iterative
def test_cancel_is_heard_before_and_while_points_move(name, blobs):
    with pytest.raises(Cancelled):
        draw(blobs, name, seed=99, cancel=lambda: True)
    rounds = []
    with pytest.raises(Cancelled):
        draw(
            blobs,
            name,
            seed=99,
            progress=lambda done, total, what="": rounds.append((done, total)),
            cancel=lambda: len(rounds) > 4,
        )
    done, total = rounds[-1]
    assert 0 < done < total / 2


@iterative
def test_it_shows_itself_as_it_works_and_ends_with_the_map(name, blobs):
    frames, steps = [], []
    found = draw(
        blobs,
        name,
        n_components=3,
        on_frame=frames.append,
        progress=lambda done, total, what="": steps.append((done, total, what)),
    )
    dones = [done for done, total, _ in steps if total]
    assert 5 <= len(frames) <= len(dones) + 1
    assert all(frame.shape == (120, 3) and frame.dtype == np.float32 for frame in frames)
    # Frames are copies: the later ones did not overwrite the earlier.
    assert not np.array_equal(frames[0], frames[-1])
    np.testing.assert_allclose(frames[-1], found.coords, rtol=1e-6)
    assert dones == sorted(dones)
    assert all(ec.PROJECTORS[name].label in what for _, _, what in steps)
    # Whether anybody looks on makes no difference.
    np.testing.assert_array_equal(draw(blobs, name, n_components=3).coords, found.coords)


@iterative
def test_it_starts_where_it_is_told_to(name, blobs):
    start = rng.normal(size=(120, 2)).astype(np.float32)
    frames = []
    told = draw(blobs, name, init=start, on_frame=frames.append)
    assert not np.array_equal(told.coords, draw(blobs, name).coords)
    with pytest.raises(InputError, match=r"start has shape \(3, 2\)"):
        draw(blobs, name, init=start[:3])


@every_projector
def test_new_vectors_are_placed_on_the_map_that_stays(name, blobs):
    """Exactly where it says so; else near the group they belong to."""
    found = draw(blobs, name, metric="euclidean")
    new = blobs.vectors[::7] + np.float32(0.01)
    placed = found.transform(new)
    assert placed.dtype == np.float32
    if found.placement.exact:
        np.testing.assert_allclose(found.transform(blobs.vectors), found.coords, atol=1e-4)
    gaps = np.linalg.norm(placed[:, None] - found.coords[None], axis=2)
    nearest = gaps.argmin(axis=1)
    np.testing.assert_array_equal(nearest // 40, np.arange(120)[::7] // 40)
    assert found.transform(new[:0]).shape == (0, 2)


@every_projector
def test_axes_that_mean_something_are_named_and_made_of_dimensions(name, blobs):
    found = draw(blobs, name, metric="euclidean", n_components=3)
    assert len(found.axis_titles) == (3 if found.directions is not None else 0)
    if found.directions is None:
        return
    moved = blobs.vectors[5] - blobs.vectors[50]
    np.testing.assert_allclose(
        found.coords[5] - found.coords[50], found.directions.weights @ moved, atol=1e-3
    )


def test_pca_is_that_of_scikit_learn_both_ways_round():
    for shape in ((200, 12), (12, 200)):
        vectors = rng.normal(loc=4, size=shape).astype(np.float32) * np.arange(1, shape[1] + 1)
        found = components(vectors.astype(np.float32), 3)
        expected = PCA(3, svd_solver="full").fit(vectors)
        np.testing.assert_allclose(found.explained, expected.explained_variance_ratio_, rtol=1e-3)
        every = PCA(svd_solver="full").fit(vectors).explained_variance_ratio_
        np.testing.assert_allclose(found.spectrum, every[: len(found.spectrum)], rtol=5e-3)
        assert found.spectrum.sum() == pytest.approx(1, abs=1e-6)
        cosines = np.abs((found.axes * expected.components_).sum(axis=1))
        np.testing.assert_allclose(cosines, 1, atol=1e-4)
        # The sign is fixed: the largest part of each axis is positive.
        largest = np.abs(found.axes).argmax(axis=1)
        assert (found.axes[np.arange(3), largest] > 0).all()


def test_rounding_is_no_distance_on_a_pca_map():
    one = rng.normal(size=40).astype(np.float32)
    copies = one * (1 + rng.uniform(-2e-7, 2e-7, size=(6, 40))).astype(np.float32)
    assert len(np.unique(copies, axis=0)) > 1
    assert not components(copies, 2).explained.any()
    near = one * (1 + rng.uniform(-1e-5, 1e-5, size=(6, 40))).astype(np.float32)
    assert components(near, 2).explained.any()


@pytest.mark.parametrize("metric", METRICS)
def test_pca_keeps_all_distances_where_it_can_and_places_exactly(metric, vectors_embedding):
    flat = rng.normal(size=(50, 2)) @ rng.normal(size=(2, 9))
    embedding = vectors_embedding(flat)
    found = ec.project(embedding, "pca", metric=metric, n_components=3)
    kept = prepare(embedding.vectors, metric).astype(float)
    apart = np.linalg.norm(kept[:, None] - kept[None], axis=2)
    shown = found.coords.astype(float)
    np.testing.assert_allclose(
        np.linalg.norm(shown[:, None] - shown[None], axis=2), apart, atol=1e-4
    )
    assert found.placement.exact
    np.testing.assert_allclose(found.transform(embedding.vectors), found.coords, atol=1e-6)
    assert found.axis_titles[0].startswith("component 1 (")


def map_quality(embedding, coords, metric="euclidean"):
    theirs = Projection(
        embedding.ids, np.ascontiguousarray(coords, dtype=np.float32), "theirs", {}, metric
    )
    return ec.quality(embedding, theirs)


def test_tsne_attracts_as_scikit_learn_does_and_draws_as_good_a_map(glove, vectors_embedding):
    from scipy.sparse import csr_matrix
    from sklearn.manifold import TSNE, _t_sne

    embedding = vectors_embedding(glove.matrix[1_000:1_400])
    knn = ec.neighbor_graph(embedding, 91, "euclidean")
    rows = np.arange(0, 400 * 91 + 1, 91)
    squared = knn.distances.astype(np.float64) ** 2
    theirs = _t_sne._joint_probabilities_nn(
        csr_matrix((squared.ravel(), knn.indices.ravel().copy(), rows), shape=(400, 400)), 30.0, 0
    )
    np.testing.assert_allclose(tsne.affinities(knn, 30.0).toarray(), theirs.toarray(), atol=1e-7)

    found = ec.project(embedding, "tsne", metric="euclidean", max_iter=500)
    sklearn = TSNE(init="pca", random_state=0, max_iter=500).fit(embedding.vectors)
    ours, judge = ec.quality(embedding, found), map_quality(embedding, sklearn.embedding_)
    assert ours.trustworthiness > judge.trustworthiness - 0.02
    assert ours.neighbor_recall > judge.neighbor_recall - 0.03
    assert found.figures["divergence"] < 1.05 * sklearn.kl_divergence_


def test_pacmap_pairs_are_what_the_paper_says(vectors_embedding):
    embedding = vectors_embedding(rng.normal(size=(150, 4)))
    vectors = embedding.vectors.astype(float)
    knn = ec.neighbor_graph(embedding, 60, "euclidean")
    near = pacmap.near_pairs(knn, 10)
    apart = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    scale = np.sort(apart, axis=1)[:, 4:7].mean(axis=1)
    scaled = apart**2 / scale[:, None] / scale[None]
    for i in range(150):
        candidates = knn.indices[i]
        best = candidates[np.argsort(scaled[i, candidates])[:10]]
        assert set(best) == set(near[i])

    pairs = pacmap.draw_pairs(embedding.vectors, near, 5, 20, "euclidean", 0)
    for i in range(150):
        assert len({i, *near[i], *pairs.further[i]}) == 31
        assert len({i, *pairs.middle[i]}) == 6
    # The second nearest of six: its place among all others is the mean of that order statistic.
    places = np.argsort(np.argsort(apart, axis=1), axis=1)
    mean = places[np.arange(150)[:, None], pairs.middle].mean() / 150
    assert mean == pytest.approx(2 / 7, abs=0.02)


def test_pacmap_moves_along_the_gradient_of_its_loss():
    """The first step of Adam has the sign of the gradient; checked by finite differences."""
    n = 12
    start = rng.normal(size=(n, 2)).astype(np.float32)
    chosen = [rng.permuted(np.tile(np.arange(n), (n, 1)), axis=1)[:, :3] for _ in range(3)]
    pairs = pacmap.Pairs(*(np.ascontiguousarray(part, dtype=np.int32) for part in chosen))

    def loss(coords):
        def e(partners):
            gaps = coords[:, None] - coords[partners]
            return 1 + (gaps**2).sum(axis=2)

        near, middle, further = e(pairs.near), e(pairs.middle), e(pairs.further)
        return (
            2 * (near / (10 + near)).sum()
            + 1000 * (middle / (10_000 + middle)).sum()
            + (1 / (1 + further)).sum()
        )

    slope = np.empty((n, 2))
    for at in np.ndindex(n, 2):
        step = np.zeros((n, 2))
        step[at] = 1e-5
        slope[at] = (loss(start + step) - loss(start - step)) / 2e-5
    moved = pacmap.optimize(start.copy(), pairs, 1) - start
    clear = np.abs(slope) > 1e-4
    assert clear.mean() > 0.8
    np.testing.assert_array_equal(np.sign(moved[clear]), -np.sign(slope[clear]))


def test_mds_fits_distances_as_well_as_scikit_learn(vectors_embedding):
    from sklearn.manifold import smacof

    embedding = vectors_embedding(rng.normal(size=(80, 6)))
    apart = mds.distances_between(embedding.vectors, embedding.vectors, "euclidean")
    found = ec.project(embedding, "mds", metric="euclidean")
    start = ec.project(embedding, "pca", metric="euclidean").coords
    theirs, _ = smacof(
        apart.astype(float), metric=True, init=start.astype(float), n_init=1, eps=1e-9,
        normalized_stress=False,
    )  # fmt: skip

    def stress(coords):
        shown = np.linalg.norm(coords[:, None] - coords[None].astype(float), axis=2)
        return np.sqrt(((apart - shown) ** 2).sum() / (shown**2).sum())

    assert found.figures["stress"] == pytest.approx(stress(found.coords), rel=1e-4)
    assert found.figures["stress"] < 1.01 * stress(theirs)
    assert found.figures["stress"] < stress(start) - 0.02


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_mds_recovers_points_from_their_distances(metric, vectors_embedding):
    flat = rng.normal(size=(60, 2))
    embedding = vectors_embedding(flat if metric == "euclidean" else flat[:, :1])
    found = ec.project(embedding, "mds", metric=metric, max_iter=1000)
    assert found.figures["stress"] < 0.02
    turned = ec.align(found.coords, ec.project(embedding, "pca", metric=metric).coords)
    np.testing.assert_allclose(
        np.linalg.norm(turned[:, None] - turned[None], axis=2),
        mds.distances_between(embedding.vectors, embedding.vectors, metric),
        atol=0.15,
    )


def test_mds_of_many_items_lays_out_landmarks_and_says_so(vectors_embedding):
    flat = rng.normal(size=(400, 2)) @ rng.normal(size=(2, 7))
    embedding = vectors_embedding(flat)
    found = ec.project(embedding, "mds", metric="euclidean", landmarks=60)
    assert "60 of 400 items were laid out" in found.notes[0]
    apart = mds.distances_between(embedding.vectors, embedding.vectors, "euclidean")
    shown = np.linalg.norm(found.coords[:, None] - found.coords[None], axis=2)
    np.testing.assert_allclose(shown, apart, atol=0.03 * apart.max())
    frames = []
    ec.project(embedding, "mds", metric="euclidean", landmarks=60, on_frame=frames.append)
    assert not frames


def test_a_random_projection_keeps_squared_distances_on_average(vectors_embedding):
    embedding = vectors_embedding(rng.normal(size=(40, 30)))
    apart = (np.linalg.norm(embedding.vectors[0] - embedding.vectors[1:], axis=1)) ** 2
    ratios = []
    for seed in range(300):
        coords = ec.project(embedding, "random", metric="euclidean", seed=seed).coords
        ratios.append(((coords[0] - coords[1:]) ** 2).sum(axis=1) / apart)
    assert np.mean(ratios) == pytest.approx(1, abs=0.06)
    # A sum of two squared normals of mean 1/2 each: its variance is 1.
    assert np.var(ratios) == pytest.approx(1, abs=0.2)


def test_the_dimensions_of_johnson_and_lindenstrauss_are_those_of_scikit_learn():
    from sklearn.random_projection import johnson_lindenstrauss_min_dim

    for n in (10, 1_000, 100_000):
        for error in (0.1, 0.5, 0.9):
            expected = johnson_lindenstrauss_min_dim(n, eps=error)
            assert abs(dimensions_for(n, error) - expected) <= 1


WORDS = "king, queen, man, woman, he, she, apple, rich, poor, New York"


def test_semantic_axes_stand_where_the_poles_say(glove):
    words = ec.embed(ec.words(WORDS.removesuffix(", New York")), "glove-6b-50d")
    found = ec.project(words, "axes", across="man, he -> woman she", up="poverty → wealth")
    expected = ec.semantic_axis(glove, ["man", "he"], ["woman", "she"])
    np.testing.assert_allclose(found.coords[:, 0], expected.positions(words.vectors), atol=1e-5)
    # Words that are no items come from the model.
    expected = ec.semantic_axis(glove, ["poverty"], ["wealth"])
    np.testing.assert_allclose(found.coords[:, 1], expected.positions(words.vectors), atol=1e-5)
    assert found.axis_titles == ("man, he  –  woman, she", "poverty  –  wealth")
    assert found.placement.exact
    placed = found.transform(words.vectors[:2])
    np.testing.assert_allclose(placed, found.coords[:2], atol=1e-6)


def test_poles_are_items_first_and_words_are_prepared_like_the_items(vectors_embedding):
    named = vectors_embedding(np.eye(4), ids=("New York", "a, b", "king", "queen"))
    found = ec.project(named, "axes", across="New York -> a, b", metric="euclidean")
    assert found.axis_titles[0] == "New York  –  a, b"
    np.testing.assert_allclose(found.coords[:, 0], [-1, 1, 0, 0], atol=1e-6)

    words = ec.embed(ec.words("king, queen, man, apple, pear"), "glove-6b-50d")
    centered = ec.preprocess(words, "centered")
    by_item = ec.project(centered, "axes", across="king -> apple")
    without = centered.take([1, 2, 3, 4])
    by_word = ec.project(without, "axes", across="king -> apple")
    np.testing.assert_allclose(by_word.coords[:, 0], by_item.coords[1:, 0], atol=1e-5)


@pytest.mark.parametrize(
    ("across", "problem"),
    [
        ("man woman", "names no two poles"),
        ("man ->", "names no two poles"),
        ("man -> qzxv", "“qzxv”, which is neither an item nor a word that the model knows"),
        ("man -> man", "are the same point"),
    ],
)
def test_poles_that_are_none_are_told(across, problem):
    words = ec.embed(ec.words("king, queen, man, apple, pear"), "glove-6b-50d")
    with pytest.raises(InputError, match=problem):
        ec.project(words, "axes", across=across)


def test_poles_among_vectors_without_a_model_are_items(blobs):
    with pytest.raises(InputError, match="names “king”, which is no item; choose"):
        ec.project(blobs, "axes", across="king -> i1")


def test_axes_without_poles_run_between_the_items_farthest_apart(vectors_embedding):
    points = rng.normal(size=(50, 6)) * [9, 4, 1, 1, 1, 1]
    embedding = vectors_embedding(points)
    found = ec.project(embedding, "axes", metric="euclidean")
    low, high = (embedding.position(name) for name in found.axis_titles[0].split("  –  "))
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    assert apart[low, high] > 0.9 * apart.max()
    np.testing.assert_allclose(found.coords[[low, high], 0], [-1, 1], atol=1e-5)
    weights = found.directions.weights
    cosine = weights[0] @ weights[1] / np.prod(np.linalg.norm(weights, axis=1))
    assert abs(cosine) < 0.75
    line = ec.project(vectors_embedding(rng.normal(size=(9, 1))), "axes", metric="euclidean")
    assert line.axis_titles[1] == "nothing left to tell apart"


def run(code, *args):
    """Run Python in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, args)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_umap_is_that_of_umap_learn(glove, vectors_embedding, tmp_path):
    """In another process: the threads that umap-learn starts slow scikit-learn's down."""
    embedding = vectors_embedding(glove.matrix[1_000:1_500])
    knn = ec.neighbor_graph(embedding, 14, "euclidean")
    own = np.arange(len(embedding))[:, None]
    np.savez(
        tmp_path / "in.npz",
        vectors=embedding.vectors,
        indices=np.hstack([own, knn.indices]).astype(np.int32),
        distances=np.hstack([np.zeros_like(own), knn.distances]).astype(np.float32),
    )
    code = """
import sys, numpy as np
from umap.umap_ import UMAP, fuzzy_simplicial_set
given = np.load(sys.argv[1] + "/in.npz")
graph = fuzzy_simplicial_set(
    given["vectors"], 15, np.random.RandomState(0), "euclidean", {},
    given["indices"], given["distances"],
)[0]
coords = UMAP(random_state=0, n_jobs=1, init="pca").fit_transform(given["vectors"])
np.savez(sys.argv[1] + "/out.npz", graph=graph.toarray(), coords=coords.astype(np.float32))
"""
    run(code, tmp_path)
    with np.load(tmp_path / "out.npz") as out:
        np.testing.assert_allclose(fuzzy_graph(knn).toarray(), out["graph"], atol=1e-4)
        theirs = Projection(embedding.ids, out["coords"], "umap-learn", {}, "euclidean")
    found = ec.quality(embedding, ec.project(embedding, "umap", metric="euclidean"))
    expected = ec.quality(embedding, theirs)
    assert found.trustworthiness > expected.trustworthiness - 0.02
    assert found.neighbor_recall > expected.neighbor_recall - 0.03


def test_umap_follows_the_metric(blobs):
    cosine = draw(blobs, "umap", metric="cosine")
    assert not np.allclose(cosine.coords, draw(blobs, "umap", metric="euclidean").coords)


@pytest.mark.slow
def test_umap_is_ready_at_once_in_a_process_that_warmed_up():
    """In a thread, while others import and compute; then nothing is left to compile."""
    code = """
import threading, warnings
warnings.simplefilter("error")
warnings.filterwarnings("ignore", message="Tensorflow not installed")
import numpy as np
import embedding_core as ec
from embedding_core.projectors import umap
from embedding_core.embedding import Embedding

errors = []
def guarded(work):
    def run():
        try:
            work()
        except BaseException as problem:
            errors.append(problem)
    return threading.Thread(target=run)

vectors = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
embedding = Embedding(tuple(map(str, range(60))), vectors, "s", "m")
def others():
    import sklearn.manifold, gensim.models, scipy.cluster.hierarchy
    ec.embed(ec.words("king, queen"), "glove-6b-50d")
    ec.project(embedding, "tsne", max_iter=250)
threads = [guarded(work) for work in (umap.warm_up, others, umap.warm_up)]
threads.append(guarded(lambda: ec.project(embedding, "umap", n_epochs=10)))
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not errors, errors
compiled, _ = umap._engine()
# One version of the code serves maps in two and three dimensions, and both threads.
assert len(compiled.signatures) == 1, compiled.signatures
ec.project(embedding, "umap", n_epochs=10, n_components=3)
assert len(compiled.signatures) == 1
import numba.np.ufunc.parallel as parallel
assert not parallel._is_initialized, "numba's threads slow others down"
"""
    run(code)


def test_names_and_settings_are_checked(blobs):
    with pytest.raises(UnknownNameError, match="Did you mean 'umap'"):
        ec.project(blobs, "umpa")
    with pytest.raises(InputError, match="2 or 3 dimensions"):
        ec.project(blobs, "pca", n_components=4)
    with pytest.raises(UnknownNameError, match="metric"):
        ec.project(blobs, "pca", metric="hamming")
    with pytest.raises(
        InputError, match="n_neighbors got 1; it takes a whole number from 2 to 200"
    ):
        ec.project(blobs, "umap", n_neighbors=1)
    with pytest.raises(InputError, match="seed got -1"):
        ec.project(blobs, "pca", seed=-1)
