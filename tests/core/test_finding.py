"""Finding items by letters, by a pattern, by meaning."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import embedding_core as ec
from embedding_core.collection import VectorRows
from embedding_core.errors import InputError
from embedding_core.finding import find, query_vector, text_model

TABLE = pd.DataFrame({"kind": ["fruit", "Fruit", "city", None], "size": [1.5, 20, 300, 4]})
ITEMS = ec.Collection.of(
    ["Apple", "pineapple", "Paris", "100% (a|b)"],
    ec.words("a, b, c, d").payloads,
    TABLE,
    modality="text",
    unit="word",
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("apple", [0]),  # An exact name is found alone.
        ("appl", [0, 1]),
        ("PAR", [2]),
        ("fruit", [0, 1]),  # In a column, where no name has it.
        ("300", [2]),
        ("100%", [3]),
        ("(a|b)", [3]),  # Plain text, no pattern.
        ("nothing", []),
    ],
)
def test_text_is_found_in_names_then_in_columns(text, found):
    assert find(ITEMS, text).tolist() == found


def test_positions_count_among_the_ids_looked_at():
    assert find(ITEMS, "fruit", ids=["Paris", "pineapple"]).tolist() == [1]


@pytest.mark.parametrize(
    ("text", "found"), [("^p", [1, 2]), ("apple$", [0, 1]), (r"\d+%", [3]), ("^city$", [2])]
)
def test_a_pattern_is_a_regular_expression(text, found):
    assert find(ITEMS, text, pattern=True).tolist() == found


def test_a_broken_pattern_is_a_sentence():
    with pytest.raises(InputError, match="cannot be read"):
        find(ITEMS, "(", pattern=True)


def test_a_pattern_that_backtracks_elsewhere_takes_no_time():
    items = ec.words(f"{'a' * 5_000}!, b")
    assert find(items, "^(a+)+$", pattern=True).tolist() == []


def test_meaning_is_the_models_own_vector():
    words = ec.embed(ec.words("king, queen, apple"), "glove-6b-50d")
    model = ec.load("glove-6b-50d")
    assert np.array_equal(query_vector(words, "royal"), ec.vectors_of(model, ["royal"])[0])
    two = ec.vectors_of(model, ["royal", "crown"])
    mean = (two / np.linalg.norm(two, axis=1, keepdims=True)).mean(axis=0)
    assert np.allclose(query_vector(words, "royal qwrtzp crown"), mean, atol=1e-6)
    with pytest.raises(InputError, match="qwrtzp"):
        query_vector(words, "qwrtzp blorp")


def test_vectors_of_a_file_are_searched_by_the_model_it_names(tmp_path):
    items = ec.words("king, queen, apple")
    words = ec.embed(items, "glove-6b-50d")
    again = ec.embed(ec.read(ec.write(tmp_path / "a.parquet", items, words)))
    assert again.model is None
    assert ec.nearest(again, query_vector(again, "royal"), 1)[0].id in {"king", "queen"}


def test_vectors_of_nobody_knows_where_are_not():
    vectors = ec.Collection.of(
        ["a", "b"],
        VectorRows(np.eye(2, dtype=np.float32)),
        modality="vectors",
    )
    embedding = ec.embed(vectors)
    assert text_model(embedding) is None
    with pytest.raises(InputError, match="cannot be searched by meaning"):
        query_vector(embedding, "a")
