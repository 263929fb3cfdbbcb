"""Word vectors agree with gensim: GloVe, the files it writes, analogies, unseen words."""

from __future__ import annotations

import numpy as np
import pytest
from gensim.models import KeyedVectors

import embedding_core as ec
from embedding_core.errors import InputError
from embedding_core.neighbors import analogy_vector
from embedding_core.similarity import DISTANCES, METRICS
from embedding_core.wordvectors import WordIndex, WordVectors, vectors_of


@pytest.fixture(scope="module")
def keyed(glove):
    """The same GloVe in gensim."""
    found = KeyedVectors(50)
    found.add_vectors(glove.words[:], np.array(glove.matrix))
    found.fill_norms()
    return found


@pytest.mark.parametrize("word", ["king", "apple", "the", "stockholm", "quickly", "7"])
def test_nearest_words_are_those_of_most_similar(word, glove, keyed):
    found = ec.nearest_words(glove, word, 20)
    expected = keyed.most_similar(word, topn=20)
    assert [answer.id for answer in found] == [name for name, _ in expected]
    np.testing.assert_allclose([a.score for a in found], [s for _, s in expected], atol=2e-6)


@pytest.mark.parametrize(
    ("a", "b", "c"),
    [("man", "king", "woman"), ("paris", "france", "rome"), ("big", "bigger", "small")],
)
def test_analogies_are_those_of_most_similar(a, b, c, glove, keyed):
    found = ec.analogy(glove, a, b, c, 10)
    expected = keyed.most_similar(positive=[b, c], negative=[a], topn=10)
    assert [answer.id for answer in found] == [name for name, _ in expected]
    np.testing.assert_allclose([x.score for x in found], [s for _, s in expected], atol=2e-6)


def test_analogies_with_their_inputs_put_one_of_them_first(glove):
    with_inputs = ec.analogy(glove, "man", "king", "woman", 3, include_inputs=True)
    assert with_inputs[0].id == "king"
    without = ec.analogy(glove, "man", "king", "woman", 3)
    assert without[0].id == "queen"
    assert {"man", "king", "woman"}.isdisjoint(answer.id for answer in without)
    vectors = vectors_of(glove, ["man", "king", "woman"])
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    np.testing.assert_allclose(
        analogy_vector(glove, "man", "king", "woman"), units[1] - units[0] + units[2], atol=1e-6
    )


def test_the_front_page_numbers(glove):
    embedding = ec.embed(ec.words("king, queen, apple"), "glove-6b-50d")
    matrix = ec.similarity(embedding)
    assert matrix[0, 1] == pytest.approx(0.784, abs=5e-4)
    assert matrix[0, 2] == pytest.approx(0.305, abs=5e-4)


def test_the_odd_one_out_is_the_one_gensim_finds(keyed):
    words = ["breakfast", "cereal", "dinner", "lunch"]
    embedding = ec.embed(ec.words(",".join(words)), "glove-6b-50d")
    assert ec.odd_one_out(embedding)[0].id == keyed.doesnt_match(words)


@pytest.mark.parametrize("metric", METRICS)
def test_vocabulary_scores_follow_the_metric(metric, glove):
    query = np.array(glove.matrix[100])
    found = ec.nearest_words(glove, query, 5, metric)
    matrix = np.asarray(glove.matrix, dtype=np.float64)
    expected = {
        "cosine": matrix @ query / np.linalg.norm(matrix, axis=1) / np.linalg.norm(query),
        "dot": matrix @ query,
        "euclidean": -np.linalg.norm(matrix - query, axis=1),
        "manhattan": -np.abs(matrix - query).sum(axis=1),
    }[metric]
    best = np.argsort(-expected)[:5]
    assert [answer.id for answer in found] == [glove.words[i] for i in best]
    sign = -1 if metric in DISTANCES else 1
    np.testing.assert_allclose(
        [a.score for a in found], sign * expected[best], rtol=1e-4, atol=3e-3
    )


def test_words_are_found_as_written_composed_and_in_lower_case():
    model = WordVectors("m", ["Apple", "apple", "café"], np.eye(3, dtype=np.float32))
    words = ["Apple", "APPLE", "cafe\u0301", "CAFE\u0301", " apple ", "pear"]
    embedding = ec.words(",".join(words))
    encoded = model.embed(embedding.payloads)
    assert encoded.vectors.argmax(axis=1).tolist()[:4] == [0, 1, 2, 2]
    assert encoded.notes == {
        1: "looked up as “apple”",
        2: "looked up as “café”",
        3: "looked up as “café”",
    }
    assert list(encoded.missing) == [5]


def test_an_unknown_word_is_named_with_what_can_be_done(glove):
    embedding = ec.embed(ec.words("king, xqzzy, 🍎, new york"), "glove-6b-50d")
    assert embedding.ids == ("king",)
    reasons = dict(embedding.dropped)
    assert "not among the 400,000 words of GloVe" in reasons["xqzzy"]
    assert "use FastText" in reasons["🍎"]
    assert "more than one word" in reasons["new york"]
    with pytest.raises(InputError, match="“xqzzy” is not among"):
        ec.nearest_words(glove, "xqzzy")
    with pytest.raises(InputError, match="“xqzzy”, “qqq1” have no vector"):
        vectors_of(glove, ["xqzzy", "king", "qqq1"])
    with pytest.raises(InputError, match="no word; type one"):
        glove.embed_text(" ")


def test_words_with_the_same_hash_are_told_apart():
    words = ["a", "b", "c"]
    order = np.arange(3, dtype=np.int32)
    hashes = WordIndex.build(["b"]).hashes.repeat(3)
    same = WordIndex(hashes, order)
    assert same.positions(["b"], words).tolist() == [1]
    assert WordIndex.build(words).positions(["c", "x", "a", "\ud800"], words).tolist() == [
        2,
        -1,
        0,
        -1,
    ]
    assert WordIndex.build(words).positions([], words).tolist() == []


def test_nearest_within_the_vocabulary_takes_items_too(glove):
    table = ec.read(b"word,group\norange,fruit\norange,colour\n", name="w.csv")
    embedding = ec.embed(table, "glove-6b-50d")
    found = ec.nearest(embedding, "orange", 3, within="vocabulary")
    assert "orange" not in [answer.id for answer in found]
    # The second orange is no word of the model, and is asked for by its vector.
    assert ec.nearest(embedding, "orange (2)", 1, within="vocabulary")[0].id == "orange"
    assert ec.nearest(embedding, "purple", 1, within="vocabulary")[0].id != "purple"
    with pytest.raises(InputError, match="cannot be compared with words of 50"):
        ec.nearest_words(glove, np.zeros(3, np.float32))
