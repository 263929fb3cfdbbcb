"""Sentences from a shell: the model says what an item is."""

from __future__ import annotations

import json

import numpy as np
import pytest

import embedding_core as ec

REVIEWS = """stars,text,shop
1,"It broke on the first day, and again.",a
5,Worth every penny.,b
4,,a
2,The screen went black after a week.,b
"""


@pytest.fixture
def reviews(here):
    (here / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    return here


def test_a_column_of_reviews_is_embedded_and_written(reviews, shell):
    code, _, err = shell("embed", "reviews.csv", "--column", "text", "--model", "minilm-l6",
                         "--out", "reviews.parquet")  # fmt: skip
    assert code == 0, err
    assert "1 row has no text in column text" in err
    assert "3 vectors of 384 dimensions, written to reviews.parquet." in err
    kept = ec.read(reviews / "reviews.parquet")
    assert kept.ids[0] == "It broke on the first day, and again."
    assert kept.table["stars"].tolist() == [1, 5, 2]
    expected = ec.embed(ec.sentences("\n".join(kept.ids)), "minilm-l6")
    assert np.allclose(ec.embed(kept).vectors, expected.vectors, atol=1e-6)
    assert ec.embed(kept).space == expected.space


def test_neighbours_of_a_sentence_are_printed(reviews, shell):
    code, out, err = shell("neighbors", "reviews.csv", "--model", "minilm-l6", "-k", 1, "--id",
                           "It broke on the first day, and again.", "--json")  # fmt: skip
    assert code == 0, err
    (near,) = json.loads(out)["neighbors"]
    assert near["id"] == "The screen went black after a week."


def test_a_document_is_taken_apart_as_asked(here, shell):
    (here / "notes.md").write_text("# Tea\n\nGreen tea. Black tea.\n", encoding="utf-8")
    for parts, n in (("sentences", 3), ("paragraphs", 2)):
        code, _, err = shell("embed", "notes.md", "--parts", parts, "--model", "glove-mean",
                             "--out", "notes.csv")  # fmt: skip
        assert code == 0, err
        assert f"{n} vectors of 50 dimensions" in err


def test_parts_are_for_running_text(here, shell, is_one_sentence):
    (here / "v.csv").write_text("a,1,2,3\nb,4,5,6\n")
    for arguments in (("v.csv",), ("words.txt", "--model", "glove-6b-50d"), ("sample:topics",)):
        code, _, err = shell("embed", *arguments, "--parts", "sentences", "--out", "x.csv")
        assert code == 2
        assert is_one_sentence(err), err
        assert "--parts is for" in err


def test_the_baseline_that_learns_needs_no_corpus(reviews, shell):
    code, _, err = shell("embed", "sample:questions", "--model", "tfidf-lsa", "--set", "dim=20",
                         "--out", "q.npz")  # fmt: skip
    assert code == 0, err
    assert "48 vectors of 20 dimensions" in err


def test_models_and_samples_are_listed(shell, tmp_path, monkeypatch):
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("EMBEDDING_LOCAL", raising=False)
    code, out, _ = shell("models")
    assert code == 0
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    for name in ("minilm-l6", "glove-mean", "tfidf-lsa"):
        assert lines[name].split()[1:3] == ["sentence", "yes"]
    assert "--set model=ID" in lines["hf-text"]
    assert "EMBEDDING_LOCAL=1" in lines["bert-base-uncased"]
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    assert "with a network" in shell("models")[1]
    code, out, _ = shell("samples")
    for name in ("topics", "paraphrases", "sentiment", "questions", "headlines", "senses"):
        assert f"sample:{name}" in out


def test_a_model_without_a_name_and_a_misspelled_one_are_sentences(
    reviews, shell, is_one_sentence, tmp_path, monkeypatch
):
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(tmp_path))
    monkeypatch.delenv("EMBEDDING_LOCAL", raising=False)
    for more, said in (((), "no model is named"), (("--set", "model=no/such"), "no/such")):
        code, _, err = shell("embed", "reviews.csv", "--model", "hf-text", *more, "--out", "x.csv")
        assert code == 2
        assert said in err
        assert is_one_sentence("\n".join(err.strip().splitlines()[-1:]) + "\n")
