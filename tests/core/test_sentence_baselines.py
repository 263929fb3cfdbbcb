"""Means of word vectors, and TF-IDF with SVD: against numpy and scikit-learn by hand."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

import embedding_core as ec
from embedding_core import kept
from embedding_core.collection import Text
from embedding_core.errors import Cancelled, InputError

TEXTS = ec.sentences(
    "The cat sat on the mat.\nA cat is on the mat!\nInterest rates fell.\nRates of interest rose.\n"
    "The dog sat down.\n😀\nunique"
)


@pytest.fixture(autouse=True)
def fresh():
    kept.forget()


def test_a_sentence_is_the_mean_of_its_known_words(glove):
    model = ec.load("glove-mean")
    found = model.embed([Text("The King, the xqzzy's queen_queen!"), Text("😀 xqzzy"), Text(" ")])
    words = ["The", "King", "the", "queen", "queen"]
    expected = glove.matrix[glove.positions(words)].mean(axis=0)
    assert np.allclose(found.vectors[0], expected, atol=1e-6)
    assert "none of its words is among the 400,000" in found.missing[1]
    assert found.missing[2] == "it is empty."
    assert np.array_equal(model.embed_text("king"), glove.matrix[glove.positions(["king"])[0]])
    with pytest.raises(InputError, match="“xqzzy” has no vector"):
        model.embed_text("xqzzy")


def test_its_space_is_gloves_own():
    words = ec.embed(ec.words("king, queen"), "glove-6b-50d")
    assert ec.embed(TEXTS, "glove-mean").space == words.space


def test_all_dimensions_keep_the_cosines_of_tf_idf():
    found = ec.embed(TEXTS, "tfidf-lsa", dim=100)
    texts = [payload.load() for payload in TEXTS.payloads]
    weights = TfidfVectorizer(token_pattern=r"[^\W_]+", sublinear_tf=True).fit_transform(texts)
    expected = (weights @ weights.T).toarray()
    rows = [TEXTS.positions[id_] for id_ in found.ids]
    assert np.allclose(ec.similarity(found), expected[np.ix_(rows, rows)], atol=1e-4)
    assert found.dropped == (
        ("😀", "it has none of the words that were learned from these texts."),
    )


def test_the_signs_of_directions_are_fixed_by_their_largest_word():
    for seed in range(4):
        directions = ec.embed(TEXTS, "tfidf-lsa", dim=4, seed=seed).model._directions
        largest = np.abs(directions).argmax(axis=1)
        assert (directions[np.arange(4), largest] > 0).all()


def test_few_dimensions_are_the_singular_vectors():
    found = ec.embed(TEXTS, "tfidf-lsa", dim=2)
    texts = [payload.load() for payload in TEXTS.payloads]
    weights = TfidfVectorizer(token_pattern=r"[^\W_]+", sublinear_tf=True).fit_transform(texts)
    u, s, _ = np.linalg.svd(weights.toarray(), full_matrices=False)
    expected = u[:, :2] * s[:2]
    rows = [TEXTS.positions[id_] for id_ in found.ids]
    assert np.allclose(np.abs(found.vectors), np.abs(expected[rows]), atol=1e-4)
    # Its only word is in no main direction: what is left of it would be rounding.
    assert "keep more dimensions" in dict(found.dropped)["unique"]


def test_the_same_seed_gives_the_same_vectors_and_the_settings_make_the_space():
    first = ec.embed(TEXTS, "tfidf-lsa", seed=1)
    kept.forget()
    again = ec.embed(TEXTS, "tfidf-lsa", seed=1)
    np.testing.assert_array_equal(first.vectors, again.vectors)
    assert first.space == again.space
    others = [ec.embed(TEXTS, "tfidf-lsa", seed=2), ec.embed(TEXTS, "tfidf-lsa", dim=3, seed=1),
              ec.embed(ec.sentences("One more.\nTwo more."), "tfidf-lsa", seed=1)]  # fmt: skip
    assert len({first.space, *(other.space for other in others)}) == 4


@pytest.mark.slow
def test_another_process_learns_the_same_vectors():
    code = (
        "import hashlib\nimport embedding_core as ec\n"
        f"texts = ec.sentences({chr(10).join(p.load() for p in TEXTS.payloads)!r})\n"
        "print(hashlib.sha256(ec.embed(texts, 'tfidf-lsa', seed=1).vectors.tobytes()).hexdigest())"
    )
    env = {"PYTHONHASHSEED": "77", "PATH": "/usr/bin:/bin", "EMBEDDING_STORE_GB": "0",
           "PYTHONPATH": str(ec.__path__[0] + "/..")}  # fmt: skip
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    here = ec.embed(TEXTS, "tfidf-lsa", seed=1).vectors.tobytes()
    assert found.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_a_new_text_is_placed_as_one_that_was_learned():
    found = ec.embed(TEXTS, "tfidf-lsa")
    more = ec.embed_more(found, ec.sentences("The cat sat on the mat."))
    assert np.allclose(more.vectors[0], found.vectors[0], atol=1e-6)
    assert more.space == found.space
    assert np.allclose(found.model.embed_text("THE CAT sat on the mat"), found.vectors[0])
    with pytest.raises(InputError, match="none of the words"):
        found.model.embed_text("zebra")


@pytest.mark.parametrize("text", ["one", "one\none", "one\ntwo", "one two three"])
def test_very_few_texts_have_vectors(text):
    found = ec.embed(ec.sentences(text), "tfidf-lsa")
    assert np.isfinite(found.vectors).all()
    assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-4) or found.dropped


def test_texts_without_letters_are_a_sentence():
    with pytest.raises(InputError, match="None of the 2 texts has a word"):
        ec.embed(ec.sentences("😀\n!!"), "tfidf-lsa")


def test_progress_is_told_and_a_stop_is_heard():
    done = []
    ec.embed(TEXTS, "tfidf-lsa", progress=lambda at, total, what="": done.append((at, total)))
    assert done == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(Cancelled):
        ec.embed(TEXTS, "tfidf-lsa", seed=5, cancel=lambda: True)
