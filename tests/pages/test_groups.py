"""Clusters, labels, and what makes a selection different, beside the map."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.columns import column
from ui.sidebar import MapChoice
from ui.view import projected

VECTORS = "pages/vectors.py"


@pytest.fixture(scope="module")
def digits():
    collection = ec.SAMPLES["digits"].read()
    return collection, ec.embed(collection)


def frame(page, first):
    """The table whose first column is called `first`."""
    return next(table.value for table in page.dataframe if table.value.columns[0] == first)


def test_clusters_are_those_of_the_core_with_their_names(page, digits):
    collection, embedding = digits
    shown = page(VECTORS, data="digits", map="pca", side="clusters")
    expected = ec.cluster(embedding.vectors)
    table = frame(shown, "Cluster")
    assert f"{expected.n_clusters} clusters" in shown.text
    assert f"{expected.noise:.0%} of the items belong to none" in shown.text
    assert list(table["Cluster"])[:-1] == list(
        ec.cluster_names(collection, embedding, expected.codes)
    )
    assert list(table["Items"])[:-1] == expected.sizes.tolist()
    assert table["Items"].sum() == len(embedding)
    found = expected.agreement(column(collection, "digit", embedding.ids).labels)
    assert f"Agreement with digit: adjusted Rand index {found.ari:.2f}" in shown.text
    assert f"mutual information {found.nmi:.2f}" in shown.text


def test_clusters_of_the_map_follow_the_map(page, digits):
    _, embedding = digits
    link = {"data": "digits", "map": "pca", "side": "clusters", "cluster.on": "map"}
    shown = page(VECTORS, **link, **{"cluster.size": "50"})
    # The very map that the page drew: rounding is another in every run of PCA.
    drawn, _ = projected(embedding, MapChoice("pca", (), 2, "cosine", 0))
    expected = ec.cluster(drawn.coords, min_cluster_size=50, metric="euclidean")
    assert f"{expected.n_clusters} cluster" in shown.text
    assert frame(shown, "Cluster")["Items"].tolist()[: expected.n_clusters] == list(expected.sizes)
    assert shown.link["cluster.on"] == "map"
    assert shown.link["cluster.size"] == "50"


def test_a_link_to_clusters_that_are_not_offered_is_told(page):
    shown = page(VECTORS, data="digits", map="pca", side="clusters", **{"cluster.on": "moon"})
    assert "There is no place to find clusters called 'moon'" in shown.text
    assert "cluster.on" not in shown.link


@pytest.mark.parametrize("words", ["king, queen", "a, b, c, d, e, f, g"])
def test_few_items_have_no_clusters_and_no_labels_and_it_is_said(page, words):
    shown = page("pages/words.py", data="typed", words=words, map="pca", side="clusters")
    assert "No clusters found" in shown.text
    shown = page("pages/words.py", data="typed", words=words, map="pca", side="probe")
    assert "no column tells items apart" in shown.text


def test_a_label_is_read_off_the_vectors(page, digits):
    collection, embedding = digits
    shown = page(VECTORS, data="digits", map="pca", side="probe")
    expected = ec.probe(embedding, column(collection, "digit", embedding.ids).labels)
    table = frame(shown, "Probe")
    assert table["Right"].tolist() == [
        f"{figure:.0%}"
        for figure in (expected.linear.value, expected.neighbors.value, expected.baseline)
    ]
    assert "digit can be read off the vectors" in shown.text
    assert f"guessing {expected.baseline:.0%}" in shown.text
    classes = frame(shown, "Class")
    assert classes["Items"].sum() == len(embedding)
    assert classes["Recognised"].tolist() == pytest.approx((100 * expected.recalls).tolist())
    pairs = frame(shown, "Most confused")
    assert pairs["Items"].tolist() == [len(items) for _, _, items in expected.confused(10)]


def test_labels_that_cannot_be_probed_are_a_sentence(page):
    shown = page(
        "pages/words.py", data="royalty", map="pca", **{"side": "probe", "probe.label": "pair"}
    )
    assert len(shown.errors) == 1
    assert "choose another column" in shown.errors[0]


def test_what_makes_a_selection_different_is_told(page, digits):
    collection, embedding = digits
    label = np.array(column(collection, "digit", embedding.ids).labels)
    sevens = [embedding.ids[i] for i in np.flatnonzero(label == "7")[:12]]
    shown = page(VECTORS, data="digits", map="pca", sel=sevens)
    assert "What makes them different" in shown.text
    assert "digit is 7 for 100% of them, 9% of the others" in shown.text
    mixed = [embedding.ids[i] for i in range(0, 1_700, 70)]
    shown = page(VECTORS, data="digits", map="pca", sel=mixed)
    assert "No column sets them apart" in shown.text


def test_a_pair_is_no_distribution(page, digits):
    shown = page(VECTORS, data="digits", map="pca", sel=list(digits[1].ids[:2]))
    assert "What makes them different" not in shown.text


def test_whether_neighbours_share_a_label_is_that_of_the_core(page, digits):
    collection, embedding = digits
    shown = page(VECTORS, data="digits", map="pca", side="probe", **{"probe.by": "nearest"})
    expected = ec.same_label(embedding, column(collection, "digit", embedding.ids).labels)
    low, high = expected.chance_range
    assert (
        f"The nearest of 1,797 items has the same digit for {expected.value:.0%}; labels dealt "
        f"out anew agree for {low:.0%} to {high:.0%}." in shown.text
    )
    table = frame(shown, "Label")
    assert table["Nearest has it too"].is_monotonic_increasing
    found = dict(zip(expected.classes, 100 * expected.shares, strict=True))
    assert dict(zip(table["Label"], table["Nearest has it too"], strict=True)) == found
    pairs = frame(shown, "Label of an item")
    assert pairs["Items"].tolist() == [len(items) for _, _, items in expected.confused()]
    assert shown.link["probe.by"] == "nearest"


def test_labels_that_neighbours_do_not_share_are_said_to_be_chance(page):
    link = {"map": "pca", "side": "probe", "probe.by": "nearest"}
    shown = page("pages/words.py", data="royalty", **link, **{"probe.label": "gender"})
    embedding = ec.embed(ec.SAMPLES["royalty"].read(), "glove-6b-50d")
    labels = column(ec.SAMPLES["royalty"].read(), "gender", embedding.ids).labels
    found = ec.same_label(embedding, labels)
    assert ("no more than chance" in shown.text) == (not found.is_beyond_chance)
    shown = page(VECTORS, data="frequent-words", **link, **{"probe.label": "frequency rank"})
    assert "frequency rank holds numbers, which two items seldom share" in shown.text
