"""Word2Vec and FastText on a person's own text, and word vectors from a file."""

from __future__ import annotations

import numpy as np
import pytest
from gensim.models import KeyedVectors

import embedding_core as ec

WORDS = "pages/words.py"
TEXT = "\n".join(
    ["the king rules the land", "the queen rules the land", "we eat the apple", "we eat the pear"]
    * 15
)
SMALL = {"min_count": "1", "vector_size": "12", "epochs": "3"}


def trained(page, name, words="king, queen, apple, pear"):
    settings = {f"{name}.{key}": value for key, value in SMALL.items()}
    return page(
        WORDS, model=name, corpus="paste", text=TEXT, data="typed", words=words, map="pca",
        **settings,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["word2vec", "fasttext"])
def test_training_waits_for_the_button(page, name):
    shown = trained(page, name)
    assert "nothing is learned yet" in shown.text
    assert not shown.headline
    button = next(button for button in shown.button if button.label == "Train")
    button.click()
    shown.run()
    assert not shown.errors
    assert shown.link["train"] == "1"
    expected = ec.embed(
        ec.words("king, queen, apple, pear"),
        name,
        corpus=ec.Corpus(TEXT),
        min_count=1,
        vector_size=12,
        epochs=3,
    )
    shown.selectbox(key="words:data")
    first = ec.nearest(expected, "king", 1)[0]
    again = page(WORDS, **{**shown.link, "sel": "king"})
    assert again.headline.startswith(f"king is nearest to {first.id}")


def test_a_training_that_cannot_be_is_a_sentence(page):
    shown = page(
        WORDS, model="word2vec", corpus="paste", text="one two three", data="typed",
        words="one, two", map="pca", train="1",
    )  # fmt: skip
    assert any("No word occurs 5 times or more" in error for error in shown.errors)


def test_word_vectors_from_an_uploaded_file(page, tmp_path):
    keyed = KeyedVectors(vector_size=3)
    words = ["alpha", "beta", "gamma", "delta"]
    keyed.add_vectors(words, np.eye(4, 3, dtype=np.float32) + 0.1)
    path = tmp_path / "vectors.bin"
    keyed.save_word2vec_format(str(path), binary=True)
    shown = page(
        WORDS, model="word-vectors-file", data="typed", words="alpha, beta, nope", map="pca"
    )
    assert any("no file is named" in error for error in shown.errors)
    uploader = next(field for field in shown.file_uploader if field.label == "File")
    uploader.upload(path.name, path.read_bytes())
    shown.run()
    assert "1 item left out, “nope”: not among the 4 words of vectors.bin" in shown.text


def test_a_truncated_file_is_a_sentence(page, tmp_path):
    keyed = KeyedVectors(vector_size=50)
    keyed.add_vectors([f"w{i}" for i in range(40)], np.ones((40, 50), dtype=np.float32))
    path = tmp_path / "cut.bin"
    keyed.save_word2vec_format(str(path), binary=True)
    shown = page(WORDS, model="word-vectors-file", data="typed", words="w1, w2", map="pca")
    uploader = next(field for field in shown.file_uploader if field.label == "File")
    uploader.upload("cut.bin", path.read_bytes()[:3000])
    shown.run()
    assert any("cut.bin could not be read: it is cut short" in error for error in shown.errors)


def test_without_local_mode_no_path_is_asked_for_or_followed(page, monkeypatch, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden 1 2 3\n")
    monkeypatch.delenv("EMBEDDING_LOCAL", raising=False)
    link = {"word-vectors-file.path": str(secret), "path": str(secret), "path.path": str(secret)}
    shown = page(WORDS, model="word-vectors-file", data="typed", words="hidden", map="pca", **link)
    assert not [field for field in shown.text_input if "path on this machine" in field.label]
    assert any("no file is named" in error for error in shown.errors)
