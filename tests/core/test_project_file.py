"""What is written comes back as it was, with how it was made."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import embedding_core as ec
from embedding_core.errors import ContractError, InputError
from embedding_core.origin import KEY, Origin
from embedding_core.project_file import to_arrow

CSV = b"word,group,rank\nking,royal,1\nqueen,royal,2\napple,fruit,3\npear,fruit,4\nxqzzy,none,5\n"


@pytest.fixture(scope="module")
def made():
    collection = ec.read(CSV, name="w.csv")
    embedding = ec.embed(collection, "glove-6b-50d")
    return collection, embedding, ec.project(embedding, "pca", n_components=3)


def test_a_file_gives_vectors_columns_and_origin_back(made, tmp_path):
    collection, embedding, _ = made
    path = ec.write(tmp_path / "w.parquet", collection, embedding)
    again = ec.read(path)
    assert again.ids == ("king", "queen", "apple", "pear")
    assert again.table["group"].tolist() == ["royal", "royal", "fruit", "fruit"]
    assert not again.notes
    found = ec.embed(again)
    np.testing.assert_array_equal(found.vectors, embedding.vectors)
    assert (found.space, found.spec_name) == (embedding.space, "glove-6b-50d")
    assert found.fingerprint == embedding.fingerprint
    assert again.context.fingerprint == embedding.fingerprint
    assert again.context.versions["numpy"] == np.__version__


def test_the_file_is_what_it_says_to_others(made, tmp_path):
    collection, embedding, projection = made
    path = ec.write(tmp_path / "w.parquet", collection, embedding, projection)
    table = pq.read_table(path)
    assert table.column_names == ["id", "group", "rank", "vector", "x", "y", "z"]
    assert table.schema.field("vector").type == pa.list_(pa.float32(), 50)
    frame = pd.read_parquet(path)
    np.testing.assert_array_equal(frame[["x", "y", "z"]], projection.coords)
    origin = Origin.from_metadata(table.schema.metadata)
    assert origin.projection["method"] == "pca"


def test_writing_what_was_read_changes_nothing(made, tmp_path):
    first = ec.write(tmp_path / "a.parquet", *made)
    again = ec.read(first)
    embedding = ec.embed(again)
    second = ec.write(tmp_path / "b.parquet", again, embedding, ec.project(embedding, "pca"))
    table = pq.read_table(second)
    # The two-dimensional map takes the place of the three-dimensional one.
    assert table.column_names == ["id", "group", "rank", "vector", "x", "y"]
    assert ec.embed(ec.read(second)).fingerprint == made[1].fingerprint


def test_a_trained_model_is_told_with_its_settings_and_seed(toys, tmp_path):
    collection = ec.words("a, b")
    embedding = ec.embed(collection, "seats", seed=3)
    again = ec.read(ec.write(tmp_path / "s.parquet", collection, embedding))
    assert ec.embed(again).params == {"seed": 3}
    assert ec.embed(again).spec_name == "seats"


def test_columns_of_mixed_kinds_and_odd_text_are_kept(tmp_path):
    collection = ec.words("king, <b>, 王")
    collection = type(collection)(
        collection.ids,
        collection.payloads,
        pd.DataFrame({"mixed": [1, "two", None], "huge": [10**30, 1, 2]}),
        "text",
        "word",
    )
    vectors = np.eye(3, dtype=np.float32)
    embedding = ec.Embedding(collection.ids, vectors, "s", "m")
    again = ec.read(ec.write(tmp_path / "m.parquet", collection, embedding))
    assert again.ids == ("king", "<b>", "王")
    assert again.table["mixed"].tolist()[:2] == ["1", "two"]
    assert str(again.table["huge"][0]) == str(10**30)


def test_a_file_of_another_program_or_edited_by_hand_has_no_origin():
    assert Origin.from_metadata(None) is None
    assert Origin.from_metadata({}) is None
    for text in (b"", b"nothing", b"[]", b"{}", b'{"space": 1, "model": 2, "params": 3}'):
        assert Origin.from_metadata({KEY: text}) is None
    origin = Origin("s", "m", {"k": 1}, {"method": "pca"}, {"numpy": "2"}, "f")
    assert Origin.from_metadata({KEY: origin.to_json().encode()}) == origin


def test_a_map_of_other_items_is_a_bug(made):
    collection, embedding, projection = made
    with pytest.raises(ContractError, match="different items"):
        to_arrow(collection, embedding.take([0, 1]), projection)


def test_where_nothing_can_be_written_a_sentence_says_so(made, tmp_path):
    collection, embedding, _ = made
    with pytest.raises(InputError):
        ec.write(tmp_path / "gone" / "w.parquet", collection, embedding)
    assert list(tmp_path.iterdir()) == []


def test_the_table_can_be_taken_away_without_a_file(made):
    collection, embedding, _ = made
    file = io.BytesIO()
    pq.write_table(to_arrow(collection, embedding), file)
    assert ec.read(file.getvalue(), name="w.parquet").ids == embedding.ids


def test_an_own_column_called_id_or_vector_is_kept_under_another_name(tmp_path):
    collection = ec.read(b"word,id,vector\nking,7,a\nqueen,8,b\n", name="w.csv")
    embedding = ec.embed(collection, "glove-6b-50d")
    again = ec.read(ec.write(tmp_path / "w.parquet", collection, embedding))
    assert again.ids == ("king", "queen")
    assert again.table["own id"].tolist() == ["7", "8"]
    assert again.table["own vector"].tolist() == ["a", "b"]
