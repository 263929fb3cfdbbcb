"""The metric lab beside the map: figures of the data on screen, a cell taken, items selected."""

from __future__ import annotations

import pytest

import embedding_core as ec

WORDS = "pages/words.py"
ROYALTY = {"data": "royalty", "map": "pca", "side": "metrics"}


@pytest.fixture(scope="module")
def royalty():
    return ec.embed(ec.SAMPLES["royalty"].read(), "glove-6b-50d")


def table(shown, column):
    return next(box.value for box in shown.dataframe if column in box.value.columns)


def test_the_grid_is_the_lab_of_what_is_on_screen(page, royalty):
    shown = page(WORDS, **ROYALTY, metric="dot")
    grid = table(shown, "Whitened")
    lab = ec.metric_lab(royalty, "dot")
    assert grid.loc["Dot product", "Raw"] == 0
    assert grid.loc["Manhattan distance", "Centred"] == pytest.approx(
        lab.churn["manhattan", "centered"].overall
    )
    assert f"{lab.k} nearest neighbours" in shown.text


def test_a_cell_is_explained_by_its_own_figures(page, royalty):
    shown = page(WORDS, **ROYALTY, cell="euclidean all-but-the-top")
    assert "Euclidean distance, top removed changes" in shown.text
    prepared = ec.preprocess(royalty, "all-but-the-top")
    hubs = ec.hubness(prepared, "euclidean")
    assert f"“{hubs.largest_hub[0]}”, among the" in shown.text
    assert "1 of 50 directions was removed" in shown.text
    figures = table(shown, "Then").set_index("")
    assert figures.loc["Hubness (skewness)", "Then"] == f"{hubs.skewness:.2f}"
    assert figures.loc["Hubness (skewness)", "Now"] == f"{ec.hubness(royalty).skewness:.2f}"
    changed = table(shown, "Changes most")
    first = changed.iloc[0]
    near = ec.nearest(prepared, first["Changes most"], 4, "euclidean")
    assert first["Near then"] == ", ".join(neighbor.id for neighbor in near)
    assert list(changed["Changed"]) == sorted(changed["Changed"], reverse=True)


def test_a_cell_is_taken(page, royalty):
    shown = page(WORDS, **ROYALTY, cell="manhattan raw")
    shown.button(key="words-use-cell").click()
    shown.run()
    assert shown.link["metric"] == "manhattan"
    assert table(shown, "Whitened").loc["Manhattan distance", "Raw"] == 0
    assert "Manhattan distance, raw is used now" in shown.text
    assert shown.button(key="words-use-cell").disabled


def test_a_link_to_no_cell_is_told(page):
    assert "no metric called 'hamming'" in page(WORDS, **ROYALTY, cell="hamming raw").text
    shown = page(WORDS, **ROYALTY, cell="dot boiled")
    assert "no preprocessing called 'boiled'" in shown.text
    assert len(shown.dataframe) >= 3, "and the rest is shown"


def test_few_items_are_told(page):
    shown = page(WORDS, data="typed", words="king, queen, apple", side="metrics")
    assert "Bring at least 4 items" in shown.text
    shown = page(WORDS, data="typed", words="king, queen, apple, pear", side="metrics",
                 cell="cosine whitened")  # fmt: skip
    assert "who is near whom is chance" in shown.text
