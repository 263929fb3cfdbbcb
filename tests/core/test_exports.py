"""What is taken away opens in the programs it is for, and here again."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from gensim.models import KeyedVectors

import embedding_core as ec
from embedding_core import exports
from embedding_core.errors import InputError

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
IDS = ("new york", "new_york", "tab\there", "line\nbreak", "<b>王</b>", "plain")
VECTORS = (np.random.default_rng(3).normal(size=(6, 5)) * 10.0 ** np.arange(-3, 2)).astype(
    np.float32
)


@pytest.fixture(scope="module")
def made():
    table = pd.DataFrame(
        {
            "kind": ["a", "b", "a", None, "b", 'say "x"'],
            "price": [1, 2.5, None, 4, 5, 6],
            "file": list("uvwxyz"),
        }
    )
    from embedding_core.collection import Collection, VectorRows

    collection = Collection.of(IDS, VectorRows(VECTORS), table, modality="vectors", name="six")
    embedding = ec.embed(collection)
    return collection, embedding, ec.project(embedding, "pca")


@pytest.mark.parametrize("suffix", [".parquet", ".pq", ".csv", ".npz", ".zip", ".vec", ".txt"])
def test_every_format_opens_here_again_with_the_same_vectors(made, tmp_path, suffix):
    again = ec.read(exports.write(tmp_path / f"six{suffix}", *made), "vectors")
    np.testing.assert_array_equal(again.payloads.matrix, VECTORS)
    if suffix in (".vec", ".txt"):
        assert again.ids == (
            "new_york", "new_york_", "tab_here", "line_break", "<b>王</b>", "plain"
        )  # fmt: skip
        return
    assert again.ids[0] == "new york"
    assert again.ids[-2:] == IDS[-2:]
    assert again.table["kind"].tolist()[:2] == ["a", "b"]
    assert again.table["price"].tolist()[1] == 2.5
    assert not [note for note in again.notes if "left out" in note]


def test_word2vec_text_is_what_gensim_reads(made, tmp_path):
    path = exports.write(tmp_path / "six.vec", *made)
    keyed = KeyedVectors.load_word2vec_format(str(path))
    assert len(keyed) == 6
    np.testing.assert_array_equal(keyed["new_york"], VECTORS[0])
    np.testing.assert_array_equal(keyed["new_york_"], VECTORS[1])


def test_the_projectors_pair_has_one_line_a_vector_below_its_headings(made, tmp_path):
    path = exports.write(tmp_path / "vectors.tsv", *made)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["metadata.tsv", "vectors.tsv"]
    np.testing.assert_array_equal(np.loadtxt(path, delimiter="\t", dtype=np.float32), VECTORS)
    lines = (tmp_path / "metadata.tsv").read_text().split("\n")
    assert lines[0].split("\t") == ["id", "kind", "price", "file", "x", "y"]
    assert lines[-1] == ""
    assert len(lines) == 6 + 2
    assert {len(line.split("\t")) for line in lines[:-1]} == {6}
    assert 'say "x"' in lines[6]
    exports.write(tmp_path / "other.tsv", *made)
    assert (tmp_path / "other-metadata.tsv").is_file()
    again = ec.read({one.name: one.read_bytes() for one in tmp_path.glob("other*")})
    np.testing.assert_array_equal(again.payloads.matrix, VECTORS)


def test_the_projectors_pair_of_ids_alone_has_no_heading():
    words = ec.words("king, queen")
    embedding = ec.embed(words, "glove-6b-50d")
    _, columns = exports.projector_pair(words, embedding)
    assert columns == b"king\nqueen\n"
    archive = zipfile.ZipFile(io.BytesIO(exports.projector_archive(words, embedding)))
    assert archive.namelist() == ["vectors.tsv", "metadata.tsv", "projector_config.json"]
    again = ec.read(exports.projector_archive(words, embedding), name="p.zip")
    assert again.ids == ("king", "queen")


def test_npz_needs_no_pickle_and_keeps_columns_that_numpy_calls_otherwise(made):
    with np.load(io.BytesIO(exports.numpy_archive(*made)), allow_pickle=False) as arrays:
        assert set(arrays) == {"vectors", "coords", "id", "kind", "price", "own file"}
        np.testing.assert_array_equal(arrays["vectors"], VECTORS)
        np.testing.assert_array_equal(arrays["coords"], made[2].coords)
        assert tuple(arrays["id"]) == IDS
        assert arrays["kind"].tolist() == ["a", "b", "a", "", "b", 'say "x"']
        np.testing.assert_array_equal(arrays["price"], [1, 2.5, np.nan, 4, 5, 6])


def test_csv_is_what_pandas_and_spreadsheets_read(made):
    data = exports.csv_file(*made)
    assert data.startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(io.BytesIO(data))
    assert list(frame.columns[:6]) == ["id", "kind", "price", "file", "x", "y"]
    np.testing.assert_array_equal(
        frame[[f"dim_{i}" for i in range(5)]].to_numpy(np.float32), VECTORS
    )


def test_only_what_is_in_view_is_written(made):
    collection, embedding, _ = made
    part = embedding.take([1, 4])
    for form in exports.FORMATS:
        data = form.make(collection, part, ec.project(part, "pca"))
        again = ec.read(data, "vectors", name=f"part{form.suffix}")
        assert len(again) == 2
        np.testing.assert_array_equal(again.payloads.matrix, VECTORS[[1, 4]])


def test_another_ending_is_refused_with_those_there_are(made, tmp_path):
    with pytest.raises(InputError, match=r"x\.docx does not end in \.parquet or .*\.vec"):
        exports.write(tmp_path / "x.docx", *made)
    assert not list(tmp_path.iterdir())
