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
from embedding_core.projectors.pca import components
from embedding_core.projectors.umap import fuzzy_graph
from embedding_core.similarity import METRICS, prepare

rng = np.random.default_rng(13)
every_projector = pytest.mark.parametrize("name", ec.PROJECTORS)
QUICK = {"umap": {"n_epochs": 60}, "tsne": {"max_iter": 250}}


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
    if not ec.PROJECTORS[name].quick:
        assert draw(blobs, name, seed=5).fingerprint != first.fingerprint


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
    asked = {"umap": {"n_neighbors": 200}, "tsne": {"perplexity": 150}}.get(name, {})
    few = vectors_embedding(blobs.vectors[:10])
    notes = draw(few, name, **asked).notes
    assert any("was lowered from" in note for note in notes) == bool(asked)


@pytest.mark.parametrize("name", [n for n, spec in ec.PROJECTORS.items() if not spec.quick])
def test_cancel_is_heard(name, blobs):
    with pytest.raises(Cancelled):
        draw(blobs, name, seed=99, cancel=lambda: True)


def test_pca_is_that_of_scikit_learn_both_ways_round():
    for shape in ((200, 12), (12, 200)):
        vectors = rng.normal(loc=4, size=shape).astype(np.float32) * np.arange(1, shape[1] + 1)
        found = components(vectors.astype(np.float32), 3)
        expected = PCA(3, svd_solver="full").fit(vectors)
        np.testing.assert_allclose(found.explained, expected.explained_variance_ratio_, rtol=1e-3)
        cosines = np.abs((found.axes * expected.components_).sum(axis=1))
        np.testing.assert_allclose(cosines, 1, atol=1e-4)
        # The sign is fixed: the largest part of each axis is positive.
        largest = np.abs(found.axes).argmax(axis=1)
        assert (found.axes[np.arange(3), largest] > 0).all()


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


def test_umap_follows_the_metric_and_its_start(blobs):
    cosine = draw(blobs, "umap", metric="cosine")
    assert not np.allclose(cosine.coords, draw(blobs, "umap", metric="euclidean").coords)
    start = rng.normal(size=(120, 2))
    warm = draw(blobs, "umap", metric="cosine", init=start)
    assert not np.allclose(cosine.coords, warm.coords)
    with pytest.raises(InputError, match=r"start has shape \(3, 2\)"):
        draw(blobs, "umap", init=start[:3])


def test_umap_shows_itself_as_it_works(blobs):
    frames, steps = [], []
    found = ec.project(
        blobs,
        "umap",
        n_epochs=20,
        on_frame=frames.append,
        progress=lambda done, total, what="": steps.append((done, total)),
    )
    assert steps[-1] == (20, 20)
    assert len(frames) == 20
    np.testing.assert_array_equal(frames[-1], found.coords)
    assert not np.array_equal(frames[0], frames[-1])


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
