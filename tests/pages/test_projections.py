"""The Projections page: every method on every kind of data, the truth, the film."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from ui.projecting.film import Camera, fitted

PROJECTIONS = "pages/projections.py"
SHORT = {
    "umap": {"umap.n_epochs": "50"},
    "tsne": {"tsne.max_iter": "250"},
    "pacmap": {"pacmap.max_iter": "250"},
    "mds": {"mds.max_iter": "20"},
}


def kept(shape, method, **params):
    """Return what the headline should say of a map, from the core alone."""
    embedding = ec.embed(shape.collection)
    found = ec.project(embedding, method, metric="euclidean", **params)
    return f"{ec.quality(embedding, found).neighbor_recall:.0%}"


@pytest.mark.parametrize("method", ec.PROJECTORS)
def test_every_method_draws_a_shape_and_says_what_it_kept(page, method):
    link = {"shape": "rings", "rings.n": "100", "map": method, **SHORT.get(method, {})}
    shown = page(PROJECTIONS, **link)
    assert not shown.errors
    settings = {name.split(".")[1]: value for name, value in SHORT.get(method, {}).items()}
    expected = kept(ec.SHAPES["rings"].make(n=100), method, **settings)
    label = ec.PROJECTORS[method].label
    assert shown.headline == (
        f"Linked rings: {expected} of the true neighbours of 100 items are kept by {label}"
    )
    assert ec.PROJECTORS[method].about in shown.text
    # UMAP is what a link without a method means.
    assert {"map": "umap"} | shown.link == link


@pytest.mark.parametrize("shape", ec.SHAPES)
def test_every_shape_is_drawn(page, shape):
    shown = page(PROJECTIONS, shape=shape, map="pca", dims="3")
    assert not shown.errors
    assert ec.SHAPES[shape].label in shown.headline
    assert ec.SHAPES[shape].about in shown.text


def test_settings_are_sliders_and_move_the_map(page):
    shown = page(PROJECTIONS, shape="trefoil", map="pca")
    names = [slider.label for slider in shown.slider]
    assert names == ["Items", "Noise", "Dimensions", "Seed"]
    before = shown.headline
    shown.slider[1].set_value(0.5)
    shown.run()
    assert shown.headline != before
    assert shown.link["trefoil.noise"] == "0.5"


def test_groups_stand_beside_the_truth(page):
    shown = page(PROJECTIONS, shape="distances", map="pca")
    table = next(t.value for t in shown.dataframe if "Truth" in t.value)
    row = table[table["Ratio"] == "farthest groups to nearest"].iloc[0]
    assert row["Truth"] == pytest.approx(6, rel=0.05)
    assert row["This map"] == pytest.approx(row["Truth"], rel=0.05)


def test_pca_says_what_its_components_hold_and_are_made_of(page):
    shown = page(PROJECTIONS, of="vectors", map="pca")
    embedding = ec.embed(ec.SAMPLES["digits"].read())
    made_of = ec.project(embedding, "pca").directions
    assert f"hold {made_of.explained[:2].sum():.0%} of the variance" in shown.text
    table = next(t.value for t in shown.dataframe if "Dimension" in t.value)
    at = table["Dimension"].to_numpy() - 1
    np.testing.assert_allclose(table["axis 1"], made_of.weights[0, at], rtol=1e-6)
    assert set(at) == set(np.argsort(np.abs(made_of.weights).max(axis=0))[-len(at) :])


def test_words_stand_between_poles(page):
    link = {"of": "words", "map": "axes", "axes.across": "man -> woman", "axes.up": "poor -> rich"}
    shown = page(PROJECTIONS, **link)
    assert not shown.errors
    table = next(t.value for t in shown.dataframe if "Dimension" in t.value)
    assert list(table) == ["Dimension", "axis 1", "axis 2"]
    shown.text_input[0].set_value("man -> qzxv")
    shown.run()
    assert "“qzxv”" in shown.errors[0]


def test_shapes_keep_a_metric_of_their_own(page):
    shown = page(PROJECTIONS, map="pca")
    near = next(box for box in shown.selectbox if box.label == "What near means")
    assert near.value == "euclidean"
    near.set_value("manhattan")
    shown.run()
    assert shown.link["shape-metric"] == "manhattan"
    control = next(group for group in shown.button_group if group.label == "What is mapped")
    control.set_value("vectors")
    shown.run()
    near = next(box for box in shown.selectbox if box.label == "What near means")
    assert near.value == "cosine"


def test_random_directions_tell_how_many_would_do(page):
    shown = page(PROJECTIONS, shape="noise", map="random")
    from sklearn.random_projection import johnson_lindenstrauss_min_dim

    assert f"{johnson_lindenstrauss_min_dim(600, eps=0.3) + 1:,} random directions" in shown.text


def test_a_film_has_few_pictures_of_the_whole_work_and_ends_with_the_map():
    rng = np.random.default_rng(0)
    last = rng.normal(size=(50, 2)).astype(np.float32)
    camera = Camera()
    for at in range(1, 501):
        camera.take(at, (last * at).astype(np.float32))
    film = camera.film(last)
    assert 25 <= len(film.coords) <= 61
    assert len(film.steps) == len(film.coords)
    rounds = [int(step.split()[1]) for step in film.steps[:-1]]
    assert rounds[0] < 40
    assert rounds[-1] > 450
    assert len(set(np.diff(rounds))) == 1
    np.testing.assert_array_equal(film.coords[-1], last)
    # The same picture in another size is no motion.
    np.testing.assert_allclose(film.coords[0], last, atol=1e-4)
    assert Camera().film(last) is None


def test_pictures_are_turned_moved_and_sized_to_lie_on_the_map():
    rng = np.random.default_rng(1)
    target = rng.normal(size=(40, 3)).astype(np.float32)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0].astype(np.float32)
    np.testing.assert_allclose(fitted(1e-4 * target @ turn + 5, target), target, atol=1e-2)
    assert np.isfinite(fitted(np.zeros_like(target), target)).all()
