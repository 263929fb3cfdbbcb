"""Names of clusters: from words, texts, columns or typical items, and no two alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import embedding_core as ec
from embedding_core.collection import Collection, Text, VectorRows
from embedding_core.naming import cluster_names
from embedding_core.similarity import unit
from embedding_core.terms import class_weights, count_terms

CODES = np.repeat([0, 1, 2, -1], [30, 20, 10, 5])
N = len(CODES)


def named(table, ids=None, codes=CODES, **more):
    vectors = np.random.default_rng(1).normal(size=(len(codes), 4)).astype(np.float32)
    names = ids or [f"row {i}" for i in range(len(codes))]
    collection = Collection.of(
        names, VectorRows(vectors), pd.DataFrame(table, index=range(len(codes))), modality="vectors"
    )
    return cluster_names(collection, ec.embed(collection), codes, **more)


def test_class_tf_idf_is_grootendorsts():
    written = ["ship sea ship", "sea bread", "bread oven oven oven", "moon"]
    terms = count_terms(written)
    weights = class_weights(terms, np.array([0, 0, 1, -1]), 2)
    counts = {"ship": (2, 0), "sea": (2, 0), "bread": (1, 1), "oven": (0, 3)}
    for name, (first, second) in counts.items():
        rarity = np.log(1 + 4.5 / (first + second))
        expected = [first / 5 * rarity, second / 4 * rarity]
        assert weights[:, terms.names.index(name)] == pytest.approx(expected)


def test_stop_words_are_left_out_of_any_language():
    written = [f"der Hund und die Katze {word}" for word in ["rot", "blau"] * 20]
    assert count_terms(written).names == ("blau", "rot")
    assert count_terms(["the and of", "a"]).names == ()
    assert count_terms(["12 34", ""]).counts.shape == (2, 0)


def test_sentences_are_named_by_their_words(vectors_embedding):
    lines = [f"the ship sails the sea {i}" for i in range(20)]
    lines += [f"fresh bread from an oven {i}" for i in range(20)]
    collection = Collection.of(lines, [Text(x) for x in lines], modality="text", unit="sentence")
    embedding = vectors_embedding(np.eye(40), ids=collection.ids)
    names = cluster_names(collection, embedding, np.repeat([0, 1], 20))
    assert set(names[0].split(", ")) == {"sails", "sea", "ship"}
    assert set(names[1].split(", ")) == {"bread", "fresh", "oven"}


def test_words_are_named_by_the_items_in_the_middle(glove):
    words = ec.words("king, queen, prince, apple, pear, plum, cherry")
    embedding = ec.embed(words, "glove-6b-50d")
    codes = np.array([1, 1, 1, 0, 0, 0, 0])
    names = cluster_names(words, embedding, codes, most=2)
    places = unit(embedding.vectors)
    for code, name in enumerate(names):
        members = np.flatnonzero(codes == code)
        gaps = np.linalg.norm(places[members] - places[members].mean(axis=0), axis=1)
        assert name == ", ".join(words.ids[i] for i in members[np.argsort(gaps)[:2]])


def test_values_that_are_no_words_are_named_with_their_column():
    digit = np.array(["7"] * 28 + ["1"] * 2 + ["1"] * 20 + ["3"] * 9 + ["7"] + ["9"] * 5)
    assert named({"digit": digit}) == ("digit 7", "digit 1", "digit 3")
    kind = np.array(["fish"] * 30 + ["bird"] * 20 + ["cat"] * 10 + ["fish"] * 5)
    assert named({"digit": digit, "kind": kind})[1:] == ("bird", "cat")


def test_equal_names_are_numbered_and_what_nothing_names_has_its_number():
    kind = np.array(["fish"] * 50 + ["bird"] * 15)
    codes = np.repeat([0, 1, 2, -1], [25, 25, 10, 5])
    names = named({"kind": kind}, codes=codes)
    assert names == ("fish", "fish (2)", "bird")
    assert named({}) == ("cluster 1", "cluster 2", "cluster 3")
    mixed = np.random.default_rng(0).choice(list("abcdefghij"), N)
    assert named({"mixed": mixed}) == ("cluster 1", "cluster 2", "cluster 3")
    assert named({}, codes=np.full(10, -1)) == ()


def test_numbers_name_what_no_value_does():
    price = np.random.default_rng(0).normal(size=N)
    price[:30] += 9
    assert named({"price": price}) == ("high price", "low price", "low price (2)")


def test_ids_that_are_words_name_where_no_column_does():
    letters = "abcdefghijklmnopqrstuvwxyz"
    ids = [letters[i % 26] + letters[i // 26] + "word" for i in range(N)]
    names = named({}, ids=ids, most=1)
    assert all(name in ids[:60] for name in names)
    assert named({}, ids=[f"{i} #{i}" for i in range(N)])[0] == "cluster 1"
