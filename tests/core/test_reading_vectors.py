"""Ready-made vectors from NumPy files, tables and Parquet, and all that can be wrong with them."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import embedding_core as ec
from embedding_core.errors import EmptyCollectionError, InputError, UnreadableItemError

V = np.random.default_rng(1).normal(size=(6, 3))


def npy(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def parquet(table):
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


def read(data, name="v.npy", **options):
    return ec.read(data, name=name, **options)


@pytest.mark.parametrize(
    "array",
    [
        V.astype(np.float16),
        V.astype(np.longdouble),
        V.astype(">f8"),
        V.astype("<f4"),
        np.asfortranarray(V),
        V[::-1][::-1],
        (V * 100).astype(np.int64),
        (V * 100).astype(">i2"),
        np.abs(V * 100).astype(np.uint8),
        V > 0,
        V[:, :1],
        V[:1],
    ],
    ids=lambda array: f"{array.dtype.str}{array.shape}",
)
def test_every_real_array_becomes_float32_rows(array):
    found = read(npy(array))
    matrix = found.payloads.matrix
    assert matrix.dtype == np.float32
    assert matrix.flags.c_contiguous
    np.testing.assert_array_equal(matrix, array.astype(np.float32))
    assert found.ids == tuple(str(i) for i in range(len(array)))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (npy(V + 1j), "complex128"),
        (npy(V.astype(str)), "real numbers"),
        (npy(V[0]), r"shape \(3,\)"),
        (npy(V[None]), r"shape \(1, 6, 3\)"),
        (npy(np.float32(1)), r"shape \(\)"),
        (npy(V[:0]), r"shape \(0, 3\)"),
        (npy(np.array([["a", 1]], dtype=object), allow_pickle=True), "pickled Python objects"),
        (pickle.dumps(V), "pickled Python objects"),
        (npy(V)[:-7], "cut short"),
        (npy(V)[:30], "cut short"),
        (npy(V).replace(b"(6, 3), ", b"(6, 3, (("), "damaged"),
        (npy(V).replace(b"(6, 3)", b"(-6,3)"), "damaged"),
        (npy(V).replace(b"(6, 3), }       ", b"(9999999999,99)}"), "damaged"),
        (b"%PDF-1.7", "no NumPy file"),
        (b"PK\x03\x04", "archive of arrays"),
    ],
)
def test_every_other_file_called_npy_is_answered_with_a_reason(data, why):
    with pytest.raises(UnreadableItemError, match=f"v.npy could not be read: .*{why}"):
        read(data)


def test_a_pickle_inside_is_never_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (tmp_path.joinpath("sprung").touch, ())

    for data in (npy(np.array([[Trap()]], dtype=object), allow_pickle=True), pickle.dumps(Trap())):
        with pytest.raises(UnreadableItemError):
            read(data)
    assert not (tmp_path / "sprung").exists()


def test_rows_that_are_not_numbers_are_counted_named_and_left_out():
    bad = V.copy()
    bad[1, 0], bad[2, 2], bad[3, 1], bad[4] = np.nan, np.inf, 1e200, 0
    found = read(npy(bad))
    assert found.ids == ("0", "4", "5")
    np.testing.assert_array_equal(found.payloads.matrix, bad[[0, 4, 5]].astype(np.float32))
    assert found.notes[0].startswith("3 vectors have NaN, infinity or a number beyond 1e+15")
    assert "“1”, “2”, “3”" in found.notes[0]
    assert found.notes[1].startswith("1 vector is all zeros")
    with pytest.raises(InputError, match=r"Every vector in v\.npy"):
        read(npy(V * np.nan))


def test_a_table_of_numbers_is_vectors_and_its_words_are_ids():
    frame = pd.DataFrame(V, columns=["d1", "d2", "d3"]).assign(word=list("abcdef"), rank=range(6))
    found = read(frame.to_csv(index=False).encode(), "v.csv")
    assert found.modality == "vectors"
    assert found.ids == tuple("abcdef")
    # rank is a number too, and is not numbered like the dimensions.
    assert list(found.table.columns) == ["word", "rank"]
    np.testing.assert_allclose(found.payloads.matrix, V, rtol=1e-6)


@pytest.mark.parametrize("index", [True, False])
def test_what_pandas_writes_of_a_plain_array(index):
    found = read(pd.DataFrame(V, index=list("abcdef")).to_csv(index=index).encode(), "v.csv")
    np.testing.assert_allclose(found.payloads.matrix, V, rtol=1e-6)
    assert found.ids == (tuple("abcdef") if index else tuple("012345"))


def test_a_table_without_headings_takes_its_first_column_as_ids():
    found = read(b"a,1,2,3\nb,4,5,6\n", "v.csv")
    assert found.ids == ("a", "b")
    assert found.payloads.matrix.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert "read as data" in found.notes[0]


def test_cells_that_are_no_numbers_leave_their_row_out():
    found = read(b"word,d1,d2,d3\na,1,2,3\nb,1,x,3\nc,,2,3\nd,4,5,6\n", "v.csv")
    assert found.ids == ("a", "d")
    assert found.payloads.matrix.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert "“b”, “c”" in found.notes[0]


def test_a_thousand_columns_are_a_thousand_dimensions():
    rows = np.arange(3000).reshape(3, 1000)
    found = read(pd.DataFrame(rows).to_csv(index=False).encode(), "v.csv")
    np.testing.assert_array_equal(found.payloads.matrix, rows)


def test_a_table_of_words_read_as_vectors_says_what_is_missing():
    with pytest.raises(UnreadableItemError, match="no columns of numbers"):
        ec.read(b"word,group\nking,r\n", "vectors", name="w.csv")


@pytest.mark.parametrize(
    "kind",
    [pa.list_(pa.float64()), pa.large_list(pa.float32()), pa.list_(pa.float32(), 3)],
    ids=str,
)
def test_parquet_with_a_list_column(kind):
    table = pa.table({"word": list("abcdef"), "n": range(6), "v": pa.array(V.tolist(), kind)})
    found = read(parquet(table), "v.parquet")
    assert found.ids == tuple("abcdef")
    assert found.table["n"].tolist() == list(range(6))
    np.testing.assert_allclose(found.payloads.matrix, V, rtol=1e-6)


def test_parquet_rows_without_a_vector_are_left_out():
    table = pa.table({"id": ["a", None, "c", "d"], "v": [[1.0, 2.0], [3.0, 4.0], None, [5.0]]})
    found = read(parquet(table), "v.parquet")
    assert found.ids == ("a", "row 1")
    assert found.notes[0].startswith("2 rows have no vector of length 2")
    holes = pa.table(
        {"id": ["a", "b"], "v": pa.array([[1, 2], [3, None]], pa.list_(pa.int32(), 2))}
    )
    assert read(parquet(holes), "v.parquet").ids == ("a",)


def test_parquet_takes_the_column_that_is_named():
    table = pa.table({"u": [[1.0]], "vector": [[2.0]]})
    assert read(parquet(table), "v.parquet").payloads.matrix.tolist() == [[2.0]]
    assert read(parquet(table), "v.parquet", column="u").payloads.matrix.tolist() == [[1.0]]


def test_the_index_that_pandas_keeps_apart_gives_the_ids():
    file = io.BytesIO()
    pd.DataFrame({"v": list(V)}, index=list("abcdef")).to_parquet(file)
    found = read(file.getvalue(), "v.parquet")
    assert found.ids == tuple("abcdef")
    assert list(found.table.columns) == []


def test_parquet_of_another_kind_is_answered_with_a_reason():
    with pytest.raises(UnreadableItemError, match=r"none of its columns \(word\)"):
        ec.read(parquet(pa.table({"word": ["a"]})), "vectors", name="v.parquet")
    with pytest.raises(UnreadableItemError, match="no valid Parquet"):
        read(parquet(pa.table({"v": [[1.0]]}))[:-9], "v.parquet")
    with pytest.raises(EmptyCollectionError):
        read(b"", "v.parquet")


def test_vectors_are_handed_over_as_they_are():
    found = read(npy(V))
    embedding = ec.embed(found)
    assert embedding.vectors is found.payloads.matrix
    assert embedding.space.startswith("file:")
    assert embedding.space != ec.embed(read(npy(V * 2))).space
    assert ec.MODALITIES["vectors"].preview(found.payloads[0]).startswith("[")
    with pytest.raises(InputError, match="name a model"):
        ec.embed(ec.words("king"))
