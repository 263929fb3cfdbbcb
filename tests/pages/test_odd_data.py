"""Data as people have it: panels answer for it, and figures on screen agree with each other."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

import embedding_core as ec
from ui.panels import PANELS

VECTORS, WORDS = "pages/vectors.py", "pages/words.py"
RANDOM = np.random.default_rng(0).normal(size=(24, 5)).astype(np.float32)


def opened(page, vectors, link, **columns):
    """Upload a table of vectors with other columns."""
    data = io.BytesIO()
    pd.DataFrame({**columns, "vector": list(np.asarray(vectors, np.float32))}).to_parquet(data)
    shown = page(VECTORS, data="uploaded", map="pca", **link)
    shown.file_uploader[0].upload("odd.parquet", data.getvalue())
    return shown.run()


def names(n):
    return [f"item {i}" for i in range(n)]


def frames(shown):
    return [table.value for table in shown.dataframe]


def everything(shown):
    tables = [table.to_string() for table in frames(shown)]
    return "\n".join([shown.text, *tables])


@pytest.mark.parametrize("side", PANELS)
def test_every_panel_opens_beside_an_uploaded_table(page, side):
    shown = opened(
        page,
        RANDOM,
        {"side": side},
        name=names(24),
        item=["one"] * 24,
        **{"?trust": ["u", "v"] * 12, "-": ["p", "q"] * 12, "?clusters": ["c", "d", "e"] * 8},
    )
    assert not shown.errors


def test_a_metric_has_its_own_trust_where_the_picture_is_the_same(page):
    digits = ec.embed(ec.SAMPLES["digits"].read())
    for metric in ("euclidean", "manhattan", "dot"):
        map_ = ec.project(digits, "pca", metric=metric)
        kept = ec.quality(digits, map_).neighbor_recall
        shown = page(VECTORS, data="digits", map="pca", metric=metric, side="trust")
        assert f"{kept:.0%} of true neighbours kept" in shown.text


def test_figures_without_a_direction_are_no_nan(page):
    for vectors in (np.ones((12, 4)), np.zeros((10, 3))):
        text = everything(opened(page, vectors, {"side": "metrics"}, name=names(len(vectors))))
        assert "nan" not in text
        assert "no direction" in text


def test_missing_cells_of_the_selected_item_are_not_told(page):
    shown = opened(
        page,
        RANDOM,
        {},
        name=names(24),
        price=[float("nan"), *range(23)],
        day=[pd.NaT, *pd.date_range("2020", periods=23)],
        tags=[[1, 2]] * 24,
    )
    shown.test.session_state["vectors:sel"] = ("item 0",)
    text = shown.run().text
    assert "nan" not in text.lower()
    assert "NaT" not in text


def test_a_table_names_every_column_once_and_leaves_a_persons_own_alone(page):
    columns = {"item": names(24), "a": 1, "item (2)": 2, "neighbours kept": range(24)}
    shown = opened(page, RANDOM, {"side": "table"}, name=names(24), **columns)
    (table,) = frames(shown)
    assert table.columns.is_unique
    assert table["neighbours kept (2)"].tolist() == list(range(24))


def test_one_item_is_one(page):
    shown = page(WORDS, data="typed", words="king", map="pca", side="table")
    assert "1 item (all)" in shown.text


def test_of_thirty_items_panel_and_badge_ask_about_as_many_neighbours(page):
    vectors = np.random.default_rng(1).normal(size=(30, 5))
    shown = opened(page, vectors, {"side": "trust"}, name=names(30))
    assert "How many of the 14 nearest" in shown.text


def test_what_was_found_and_taken_back_was_there(page):
    shown = page(WORDS, data="typed", words="king, queen, apple, pear", map="pca")
    shown.text_input(key="words:find").set_value("king")
    assert shown.run().link["sel"] == "king"
    shown.test.session_state["words:sel"] = ()
    assert "Nothing here" not in shown.run().headline


def test_everything_that_is_found_is_selected(page):
    shown = page(VECTORS, data="frequent-words", map="pca")
    shown.text_input(key="vectors:find").set_value("e")
    shown.selectbox(key="vectors:by").set_value("pattern")
    ids = ec.SAMPLES["frequent-words"].read().ids
    many = sum("e" in id_ for id_ in ids)
    assert many > 1_000
    assert shown.run().headline.startswith(f"{many:,} of")


def test_an_item_is_selected_once_however_often_a_link_names_it(page):
    shown = page(WORDS, data="typed", words="king, queen, apple", map="pca", sel=["king", "king"])
    assert shown.headline.startswith("king is nearest to")


def test_notes_of_a_probe_are_sentences(page):
    kinds = ["a", "b"] * 11 + ["c", None]
    shown = opened(page, RANDOM, {"side": "probe"}, name=names(24), kind=kinds)
    assert "1 of 24 items" not in shown.text
    assert "1 item has no label and is left out" in shown.text
    assert "left out: 1 of 23 items" in shown.text


def test_copies_are_neighbours_kept(page):
    for vectors in (np.ones((12, 4)), np.repeat(RANDOM[:2], 12, axis=0)):
        shown = opened(page, vectors, {"side": "trust"}, name=names(len(vectors)))
        assert "100% of true neighbours kept" in shown.text


def test_maps_offer_no_colour_that_they_do_not_have(page):
    shown = page("pages/projections.py", of="shape", map="pca")
    assert "Clusters" not in shown.selectbox(key="projections:color").options


def test_too_few_items_to_compare_are_counted(page):
    shown = page("pages/compare.py", data="typed", words="king, queen", **{"right.map": "mds"})
    assert "There are 2 items to compare UMAP and MDS on; bring at least 4." in shown.errors


def test_agreement_says_how_many_items_have_a_label(page):
    vectors = np.concatenate([RANDOM[:, :3] + 9, RANDOM[:, :3] - 9])
    kind = [*["red"] * 20, *[None] * 4, *["blue"] * 24]
    shown = opened(page, vectors, {"side": "clusters"}, name=names(48), kind=kind)
    assert "Agreement with kind, of 44 items with a label" in shown.text


def test_two_items_span_one_direction(page):
    shown = page(WORDS, data="typed", words="king, queen", map="pca", prep="whitened")
    assert "2 items span no more than 1 direction:" in shown.text
