"""Vectors in one file and their columns in another: the Embedding Projector's pair."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.errors import InputError

V = np.random.default_rng(2).normal(size=(5, 3)).astype(np.float32)
VECTORS = "\n".join("\t".join(map(str, row)) for row in V.tolist()).encode()
ONE = b"king\nqueen\n<b>x</b>\n\napple"
SEVERAL = b"word\tgroup\tyear\nking\tr\t1\nqueen\tr\t2\nman\tp\t3\nwoman\tp\t4\napple\tf\t5\n"


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def zipped(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_one_column_has_no_heading_and_names_the_items():
    found = ec.read({"vectors.tsv": VECTORS, "metadata.tsv": ONE})
    assert found.ids == ("king", "queen", "<b>x</b>", "row 3", "apple")
    np.testing.assert_allclose(found.payloads.matrix, V, rtol=1e-6)


def test_several_columns_have_headings_and_numbers_stay_numbers():
    found = ec.read({"metadata.tsv": SEVERAL, "vectors.tsv": VECTORS + b"\n"})
    assert found.modality == "vectors"
    assert found.ids == ("king", "queen", "man", "woman", "apple")
    assert found.table["group"].tolist() == list("rrppf")
    assert found.table["year"].tolist() == [1, 2, 3, 4, 5]
    assert found.name == "metadata.tsv and vectors.tsv"
    assert not found.notes


@pytest.mark.parametrize(
    ("vectors", "columns"),
    [
        ("vectors.tsv", "metadata.tsv"),
        ("tensors.tsv", "labels.tsv"),
        ("x.tsv", "x-metadata.tsv"),
        ("word-vectors.tsv", "word_metadata.tsv"),
        ("anything.tsv", "my metadata.txt"),
    ],
)
def test_the_pair_is_known_by_its_names_from_a_folder_and_an_archive(vectors, columns, tmp_path):
    files = {f"p/{vectors}": VECTORS, f"p/{columns}": SEVERAL}
    (tmp_path / "p").mkdir()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    for found in (ec.read(tmp_path), ec.read(zipped(files), name="p.zip"), ec.read(files)):
        assert found.ids == ("king", "queen", "man", "woman", "apple")
        assert "label" not in found.table.columns


def test_an_array_and_its_metadata_are_a_pair():
    found = ec.read({"v.npy": npy(V), "metadata.csv": SEVERAL.replace(b"\t", b",")})
    assert found.ids == ("king", "queen", "man", "woman", "apple")
    np.testing.assert_array_equal(found.payloads.matrix, V)


def test_two_pairs_in_one_archive_are_joined_and_labelled_by_folder():
    files = {
        "a/vectors.tsv": VECTORS, "a/metadata.tsv": ONE,
        "b/vectors.tsv": VECTORS, "b/metadata.tsv": SEVERAL,
    }  # fmt: skip
    found = ec.read(zipped(files), name="p.zip")
    assert len(found) == 10
    assert set(found.table["folder" if "folder" in found.table else "label"]) >= {"a", "b"}


@pytest.mark.parametrize(
    ("columns", "lines"),
    [(b"a\nb\nc\n", "3"), (b"word\tgroup\na\tx\nb\ty\n", "3"), (SEVERAL + b"one\tmore\t6\n", "7")],
)
def test_lengths_that_differ_are_both_told(columns, lines):
    with pytest.raises(InputError, match=rf"vectors\.tsv has 5 vectors.*has {lines} lines"):
        ec.read({"vectors.tsv": VECTORS, "metadata.tsv": columns})


def test_lines_of_differing_length_in_the_vectors_are_told():
    with pytest.raises(InputError, match="its line 2 has 2 numbers and the first has 3"):
        ec.read({"vectors.tsv": b"1\t2\t3\n4\t5\n", "metadata.tsv": b"a\nb\n"})


def test_numbers_that_are_none_leave_their_item_out():
    bad = VECTORS.split(b"\n")
    bad[2] = b"nan\t1\tx"
    found = ec.read({"vectors.tsv": b"\n".join(bad), "metadata.tsv": SEVERAL})
    assert found.ids == ("king", "queen", "woman", "apple")
    assert "“man”" in found.notes[0]
    assert found.table["year"].tolist() == [1, 2, 4, 5]


def test_a_configuration_says_which_files_belong_together():
    config = {
        "embeddings": [
            {
                "tensorName": "words",
                "tensorShape": [5, 3],
                "tensorPath": "https://example.org/data/one.bytes",
                "metadataPath": "https://example.org/data/two.tsv",
            }
        ]
    }
    files = {
        "one.bytes": V.astype("<f4").tobytes(),
        "two.tsv": SEVERAL,
        "projector_config.json": json.dumps(config).encode(),
    }
    found = ec.read(zipped(files), name="p.zip")
    assert found.ids == ("king", "queen", "man", "woman", "apple")
    np.testing.assert_array_equal(found.payloads.matrix, V)
    files["one.bytes"] = files["one.bytes"][:-4]
    with pytest.raises(InputError, match="it has 56 bytes, and 5 x 3 numbers"):
        ec.read(zipped(files), name="p.zip")


@pytest.mark.parametrize("config", [b"{}", b"[]", b"no", b'{"embeddings": 3}', b"[" * 99_999])
def test_a_configuration_that_cannot_be_read_is_passed_over(config):
    files = {"vectors.tsv": VECTORS, "metadata.tsv": ONE, "projector_config.json": config}
    found = ec.read(zipped(files), "vectors", name="p.zip")
    assert found.ids[:2] == ("king", "queen")


def test_files_without_a_doubt_are_joined_and_others_are_not():
    # Two files of vectors and one of columns: which it belongs to is not known.
    files = {"a.npy": npy(V), "b.npy": npy(V), "metadata.tsv": ONE}
    found = ec.read(files, "vectors")
    assert len(found) == 10
    assert any("metadata.tsv" in note for note in found.notes)


def test_the_columns_of_vectors_on_the_disk_can_be_named(tmp_path):
    for name, data in {"a.tsv": VECTORS, "b.npy": npy(V), "c.tsv": SEVERAL}.items():
        (tmp_path / name).write_bytes(data)
    for name in ("a.tsv", "b.npy"):
        found = ec.read(tmp_path / name, "vectors", metadata=str(tmp_path / "c.tsv"))
        assert found.ids == ("king", "queen", "man", "woman", "apple")
        np.testing.assert_allclose(found.payloads.matrix, V, rtol=1e-6)
    with pytest.raises(InputError, match=r"no file .*gone"):
        ec.read(tmp_path / "a.tsv", "vectors", metadata=str(tmp_path / "gone.tsv"))
    with pytest.raises(InputError, match="no file"):
        # Bytes come from elsewhere: what they name on this disk is nobody's business.
        ec.read(VECTORS, "vectors", name="a.tsv", metadata=str(tmp_path / "c.tsv"))
