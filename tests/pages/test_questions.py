"""Words that are hard on a question: with commas, in capitals, twice, alone in their model."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.similarity import METRICS

WORDS = "pages/words.py"


def test_analogies_of_words_with_commas(page):
    shown = page(WORDS, ask="analogy", a="1,000", b="2,000", c="3,000")
    expected = ec.analogy(ec.load("glove-6b-50d"), "1,000", "2,000", "3,000", 1)[0]
    assert shown.headline.startswith(f"{expected.id} is the nearest of 400,000 words")


def test_an_input_in_capitals_is_still_an_input(page):
    shown = page(WORDS, ask="analogy", a="Man", b="Woman", c="King", inputs="1")
    assert "the nearest of all is king" in shown.text
    assert shown.dataframe[0].value[""].iloc[0] == "an input"


def test_the_second_of_two_equal_words_can_be_asked_about(page):
    shown = page(WORDS, data="uploaded", ask="nearest")
    table = b"word,group\norange,fruit\norange,colour\nking,royal\n"
    shown.file_uploader[0].upload("words.csv", table)
    shown.run()
    assert list(shown.dataframe[1].value["Word"]) == ["orange (2)", "king"]
    assert not shown.errors


@pytest.mark.parametrize(
    ("ask", "said"),
    [("nearest", "The model knows no word beside king"), ("analogy", "no word beside these")],
)
def test_a_model_of_no_other_words(page, monkeypatch, tmp_path, ask, said):
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    path = tmp_path / "few.txt"
    words = ["king 1 2 3", "man 2 1 3", "woman 0 1 1"][: 3 if ask == "analogy" else 1]
    path.write_text("\n".join([f"{len(words)} 3", *words]) + "\n")
    shown = page(WORDS, model="word-vectors-file", data="typed", words="king", ask=ask)
    next(f for f in shown.text_input if "path on this machine" in f.label).set_value(str(path))
    shown.run()
    assert said in shown.text + "".join(info.value for info in shown.info)


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        ("euclidean", "distance "),
        ("manhattan", "distance "),
        ("dot", "dot product "),
        ("cosine", "."),
    ],
)
def test_what_is_no_cosine_is_named(page, metric, name):
    shown = page(WORDS, map="pca", metric=metric, sel="king")
    assert f"({name}" in shown.headline
    assert f"({name}" in page(WORDS, ask="nearest", of="king", metric=metric).headline


@pytest.mark.parametrize("ask", ["analogy", "axis", "odd", "judge"])
def test_what_near_means_is_asked_only_where_it_counts(page, ask):
    assert not [box for box in page(WORDS, ask=ask).selectbox if box.label == "What near means"]


def test_very_long_words_are_cut_where_they_are_named(page):
    shown = page(WORDS, data="typed", words="x" * 1_900 + ", king, queen", map="pca")
    assert "…”: not among the 400,000 words" in shown.text
    assert "x" * 100 not in "".join(caption.value for caption in shown.caption)


def test_a_file_that_is_removed_is_gone(page):
    shown = page(WORDS, data="uploaded", map="pca")
    shown.file_uploader[0].upload("words.txt", b"king\nqueen\napple\n")
    shown.run()
    assert shown.headline.startswith("Of 3 items")
    shown.file_uploader[0].set_value(None)
    shown.run()
    assert not shown.headline
    assert "One word a line" in shown.info[0].value


@pytest.mark.parametrize("metric", METRICS)
def test_several_selected_are_compared_as_the_view_is(page, metric):
    chosen = ["king", "queen", "prince"]
    shown = page(WORDS, map="pca", metric=metric, sel=chosen)
    part = ec.embed(ec.words(", ".join(chosen)), "glove-6b-50d")
    rows = part.vectors
    if metric == "cosine":
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    expected = {neighbor.id: neighbor.score for neighbor in ec.nearest(
        part, rows.mean(axis=0).astype(np.float32), 3, metric
    )}  # fmt: skip
    table = next(frame.value for frame in shown.dataframe if "Most typical first" in frame.value)
    names, scores = table.iloc[:, 0], table.iloc[:, 1]
    assert dict(zip(names, scores, strict=True)) == pytest.approx(expected, rel=1e-5)
