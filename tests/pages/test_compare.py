"""The Compare page: figures of what is on screen, both sides linked, links that reopen it."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import embedding_core as ec
from embedding_core.comparison import as_vectors
from embedding_core.projectors import PROJECTORS
from tests.pages.conftest import ROOT

COMPARE = "pages/compare.py"
# Straight-line maps take no time.
QUICK = {"left.map": "pca", "right.map": "random"}


@pytest.fixture(scope="module")
def animals():
    return ec.embed(ec.SAMPLES["animals"].read(), "glove-6b-50d")


def figures(shown):
    return {metric.label: metric.value for metric in shown.metric}


def tables(shown):
    return [box.value for box in shown.dataframe]


def test_two_metrics_agree_as_the_core_says(page, animals):
    shown = page(COMPARE, by="metric", map="pca", **{"right.prep": "whitened"})
    other = ec.preprocess(animals, "whitened")
    found = ec.compare(animals, other, metric_left="cosine", metric_right="euclidean")
    assert f"share {found.neighbor_overlap:.0%} of each item's {found.k}" in shown.headline
    assert shown.headline.startswith("Cosine and Euclidean distance (whitened)")
    assert found.most_different(1)[0] in shown.headline
    assert figures(shown)["Shape (CKA)"] == f"{found.cka:.3f}".lstrip("0")
    assert f"by chance {found.chance_overlap:.0%}" in shown.text
    worst = tables(shown)[0]
    assert list(worst["Item"]) == found.most_different(50)
    np.testing.assert_allclose(worst["Shared"], np.sort(found.overlap)[:50], atol=0.006)


def test_two_maps_are_compared_as_they_lie(page, animals):
    shown = page(COMPARE, **QUICK)
    maps = [ec.project(animals, name) for name in ("pca", "random")]
    found = ec.compare_maps(*maps)
    assert shown.headline.startswith(
        f"PCA and Random projection share {found.neighbor_overlap:.0%}"
    )
    worst, _, right = tables(shown)
    near = ec.nearest(as_vectors(maps[1]), worst["Item"][0], found.k, "euclidean")
    assert list(right["Item"]) == [neighbor.id for neighbor in near], "of the worst"


def test_a_selected_item_is_explained_by_its_neighbors(page, animals):
    shown = page(COMPARE, by="metric", map="pca", sel="cat", **{"left.metric": "dot"})
    assert "nearest to cat" in shown.text
    left, right = tables(shown)[1:]
    assert list(left["Item"]) == [n.id for n in ec.nearest(animals, "cat", 15, "dot")]
    expected = [n.id for n in ec.nearest(animals, "cat", 15, "euclidean")]
    assert list(right["Item"]) == expected
    both = set(left["Item"]) & set(expected)
    assert list(left["In both"] == "yes") == [name in both for name in left["Item"]]


def test_a_link_opens_the_same_view(page):
    link = {"data": "food", "by": "metric", "map": "pca", "left.metric": "manhattan",
            "left.prep": "centered", "right.metric": "cosine", "color": "?overlap",
            "sel": "bread"}  # fmt: skip
    shown = page(COMPARE, **link)
    assert shown.link == link
    assert shown.headline.startswith("Manhattan distance (centred) and Cosine")
    assert not shown.errors


def test_ready_made_vectors_have_no_models(page):
    shown = page(COMPARE, items="vectors", by="model", **QUICK)
    assert "no comparison called 'model'" in shown.text
    assert shown.headline.startswith("PCA and Random projection")


def test_the_same_on_both_sides_agrees_in_full(page):
    shown = page(COMPARE, **{"left.map": "pca", "right.map": "pca"})
    assert shown.headline.startswith("PCA (left) and PCA (right) share 100%")


def test_two_models_are_compared_by_what_both_know(page, tmp_path, monkeypatch, glove):
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    rng = np.random.default_rng(0)
    words = "king queen man woman prince throne"
    lines = [f"{word} {' '.join(map(str, rng.normal(size=5)))}" for word in words.split()]
    path = tmp_path / "small.txt"
    path.write_text("\n".join(["6 5", *lines]))
    asked = {"by": "model", "map": "pca", "right.model": "word-vectors-file"}
    typed = ",".join([*words.split(), "apple", "zzqx"])
    shown = page(COMPARE, data="typed", words=typed, **asked)
    shown.text_input(key="compare:right.typed.path").set_value(str(path))
    shown.run()
    assert not shown.errors
    told = shown.text
    assert "1 item that only GloVe" in told
    assert "“apple”" in told
    assert "“zzqx”" in told
    assert "2 nearest neighbours" in shown.headline, "fewer than half of six items"


def test_a_training_waits_to_be_started(page):
    shown = page(COMPARE, by="model", map="pca")
    assert [button.label for button in shown.button if button.label == "Train"]


def test_too_few_items_are_told(page):
    shown = page(COMPARE, data="typed", words="king, queen, apple")
    assert "both know 3 items of these; bring at least 4" in shown.errors[0]


def test_a_stand_in_is_not_compared(page, monkeypatch):
    """While a slow map is drawn PCA stands in, and that agrees with PCA in full."""
    gate = threading.Event()
    real = PROJECTORS["umap"].fit

    def slow(self, *arguments, **options):
        assert gate.wait(60)
        return real(*arguments, **options)

    monkeypatch.setattr(type(PROJECTORS["umap"]), "fit", slow)
    try:
        test = AppTest.from_file(ROOT / COMPARE, default_timeout=60)
        test.query_params["data"] = "colours"
        test.run()
        assert not test.exception
        headline = next(each.value for each in test.markdown if each.value.startswith("###"))
        assert "100%" not in headline
        assert {metric.value for metric in test.metric} == {"–"}
    finally:
        gate.set()
    shown = page(COMPARE, data="colours")
    assert shown.headline.startswith("UMAP and PCA share")
    assert figures(shown)["Shared neighbours"] != "100%"
