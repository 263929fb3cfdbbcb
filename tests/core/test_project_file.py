"""What is written comes back as it was, with how it was made."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import embedding_core as ec
from embedding_core import project_file, seal
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
    assert pq.ParquetFile(path).metadata.metadata[seal.KEY] != seal.BLANK
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
    origin = Origin("s", "m", {"k": 1}, {"method": "pca"}, {"numpy": "2"}, "f", 3, {"a": [1]})
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


VIEW = {"page": "words", "link": {"color": ["group"], "sel": ["king", "<b>"]}}


@pytest.fixture(scope="module")
def project(made, tmp_path_factory):
    path = tmp_path_factory.mktemp("project") / "p.parquet"
    return project_file.write(path, *made, view=VIEW).read_bytes()


def test_a_project_gives_everything_back(made, project):
    _, embedding, projection = made
    again = ec.read(project, name="p.parquet")
    assert not again.notes
    assert again.context.view == VIEW
    assert again.context.version == project_file.VERSION
    kept = project_file.kept_projection(again)
    np.testing.assert_array_equal(kept.coords, projection.coords)
    assert (kept.method, kept.metric, kept.seed) == ("pca", "cosine", 0)
    assert dict(kept.params) == dict(projection.params)
    assert kept.fingerprint == projection.fingerprint
    assert ec.embed(again).fingerprint == embedding.fingerprint


def test_one_byte_changed_anywhere_is_noticed_and_nothing_of_the_view_is_believed(project):
    assert seal.is_intact(project)
    opened = 0
    for at in range(0, len(project), 11):
        changed = bytearray(project)
        changed[at] ^= 1 << (at % 8)
        assert not seal.is_intact(bytes(changed))
        try:
            found = ec.read(bytes(changed), name="p.parquet")
        except InputError as problem:
            assert str(problem).startswith(("p.parquet", "Every vector in p.parquet"))  # noqa: PT017
            continue
        opened += 1
        assert found.context is None, at
        assert project_file.kept_projection(found) is None
        assert any("was changed after it was saved" in note for note in found.notes), at
    # Most bytes are numbers and text: they open as plain vectors.
    assert opened > 20


@pytest.mark.parametrize("share", [0.2, 0.6, 0.99])
def test_a_project_cut_short_is_a_sentence(project, share):
    with pytest.raises(InputError, match=r"p\.parquet could not be read: it is no valid Parquet"):
        ec.read(project[: int(len(project) * share)], name="p.parquet")


def test_a_project_that_another_program_saved_again_keeps_its_vectors_only(made, project):
    file = io.BytesIO()
    pq.write_table(pq.read_table(io.BytesIO(project)), file)
    found = ec.read(file.getvalue(), name="p.parquet")
    assert found.context is None
    assert "was changed after it was saved" in found.notes[0]
    np.testing.assert_array_equal(found.payloads.matrix, made[1].vectors)


def test_a_project_of_a_newer_version_opens_as_far_as_it_can_be_read(made, tmp_path, monkeypatch):
    monkeypatch.setattr(project_file, "VERSION", 7)
    path = project_file.write(tmp_path / "new.parquet", *made, view=VIEW)
    monkeypatch.undo()
    found = ec.read(path)
    assert found.ids == made[1].ids
    assert found.context.view is None
    assert project_file.kept_projection(found) is None
    assert "saved by a newer version" in found.notes[0]
    assert "layout 7, and this one knows layouts up to 1" in found.notes[0]
    assert ec.embed(found).space == made[1].space


def test_a_file_from_before_layouts_were_counted_opens_without_a_word(made, tmp_path):
    table = to_arrow(*made)
    old = Origin.from_metadata(table.schema.metadata)
    old = Origin(old.space, old.spec_name, old.params, old.projection, old.versions)
    file = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({KEY: old.to_json().encode()}), file)
    found = ec.read(file.getvalue(), name="old.parquet")
    assert not found.notes
    assert project_file.kept_projection(found) is not None


def test_what_items_say_is_kept_where_their_ids_do_not_say_it(tmp_path):
    from embedding_core.collection import Collection, Text

    texts = ["The king is here.", "So is the queen."]
    collection = Collection.of(["1", "2"], [Text(text) for text in texts], modality="text")
    embedding = ec.Embedding(collection.ids, np.eye(2, dtype=np.float32), "s", "m")
    again = ec.read(ec.write(tmp_path / "t.parquet", collection, embedding))
    assert again.table["content"].tolist() == texts
