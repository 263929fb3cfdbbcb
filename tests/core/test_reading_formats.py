"""Vectors in every kind of file that others write, and each kind cut short, renamed or empty."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pytest
from gensim.models import KeyedVectors
from safetensors.numpy import save

import embedding_core as ec
from embedding_core.errors import (
    EmptyCollectionError,
    ExplorerError,
    InputError,
    TooLargeError,
    UnknownNameError,
    UnreadableItemError,
)
from embedding_core.modalities.vectorfiles import arrays, base
from embedding_core.modalities.vectors import candidates

# gensim leaves a file open where it gives up on it.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")

WORDS = tuple("abcdef")
RANK = [1, 2, 3, 4, 5, 6]
V = np.random.default_rng(1).normal(size=(6, 4)).astype(np.float32)


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def arrow(table, stream=False):
    file = io.BytesIO()
    open_ = pa.ipc.new_stream if stream else pa.ipc.new_file
    with open_(file, table.schema) as writer:
        writer.write_table(table)
    return file.getvalue()


def word2vec(tmp_path_or_none=None, binary=False):
    keyed = KeyedVectors(4)
    keyed.add_vectors(list(WORDS), V)
    path = tmp_path_or_none / "w"
    keyed.save_word2vec_format(str(path), binary=binary)
    return path.read_bytes()


TABLE = pa.table({"word": list(WORDS), "rank": RANK, "vector": V.tolist()})
RECORDS = [
    {"word": word, "rank": rank, "vector": row.tolist()}
    for word, rank, row in zip(WORDS, RANK, V, strict=True)
]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The same six items in every format that has columns, by file name."""
    folder = tmp_path_factory.mktemp("files")
    feather_file = io.BytesIO()
    feather.write_feather(TABLE, feather_file)
    text = word2vec(folder)
    return {
        "v.npz": npz(vectors=V, word=np.array(WORDS), rank=np.array(RANK, dtype=">i2")),
        "v.arrow": arrow(TABLE),
        "stream.arrow": arrow(TABLE, stream=True),
        "v.ipc": arrow(TABLE),
        "v.feather": feather_file.getvalue(),
        "v.jsonl": "\n".join(map(json.dumps, RECORDS)).encode(),
        "v.json": json.dumps(RECORDS).encode(),
        "lines.json": "\n".join(map(json.dumps, RECORDS)).encode(),
        "columns.json": json.dumps({"word": WORDS, "rank": RANK, "embedding": V.tolist()}).encode(),
        "wrapped.json": json.dumps({"model": "x", "data": RECORDS}).encode(),
        "v.vec": text,
        "v.txt": text,
        "v.w2v": text.split(b"\n", 1)[1],
        "v.bin": word2vec(folder, binary=True),
        "v.safetensors": save({"weight": V, "rank": np.array(RANK)}),
    }


NAMES = (
    "v.npz", "v.arrow", "stream.arrow", "v.ipc", "v.feather", "v.jsonl", "v.json", "lines.json",
    "columns.json", "wrapped.json", "v.vec", "v.txt", "v.w2v", "v.bin", "v.safetensors",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_format_gives_the_same_vectors_names_and_numbers(files, name, tmp_path):
    (tmp_path / name).write_bytes(files[name])
    for found in (ec.read(files[name], name=name), ec.read(tmp_path / name)):
        assert found.modality == "vectors"
        np.testing.assert_allclose(found.payloads.matrix, V, rtol=1e-6)
        if name != "v.safetensors":
            assert found.ids == WORDS
        if "rank" in files[name].decode("latin1"):
            assert found.table["rank"].tolist() == RANK
            assert pd.api.types.is_numeric_dtype(found.table["rank"])
        assert not [note for note in found.notes if "left out" in note]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.97])
def test_a_file_cut_short_is_a_sentence_or_its_good_part(files, name, share):
    data = files[name][: int(len(files[name]) * share)]
    try:
        found = ec.read(data, "vectors", name=name)
    except InputError as problem:
        assert str(problem).startswith(name)  # noqa: PT017
        assert str(problem).endswith((".", "}"))  # noqa: PT017
    else:
        # Formats of lines keep the lines that are whole, and say that some are not.
        assert name.endswith((".jsonl", ".json", ".w2v", ".txt", ".vec"))
        # A number of text that lost its last digits is still a number: that row may be off.
        for i in range(len(found) - 1):
            np.testing.assert_allclose(found.payloads.matrix[i], V[i], rtol=1e-6)


@pytest.mark.parametrize("name", [*NAMES, "v.npy", "v.parquet", "v.csv"])
def test_an_empty_file_is_called_so(name):
    with pytest.raises(EmptyCollectionError, match=f"{name} is empty"):
        ec.read(b"", "vectors", name=name)


@pytest.mark.parametrize(
    ("really", "called", "said"),
    [
        ("v.arrow", "v.parquet", "by its content it is an Arrow file"),
        ("v.npz", "v.arrow", "by its content it is a ZIP archive"),
        ("v.arrow", "v.npy", "by its content it is an Arrow file"),
        ("v.npz", "v.safetensors", "by its content it is a ZIP archive"),
        ("v.bin", "v.npz", "no NumPy archive"),
        ("v.arrow", "v.jsonl", "binary data"),
        ("v.npz", "v.csv", "ZIP archive"),
        ("v.npz", "v.npy", "ending .npz"),
    ],
)
def test_a_wrong_ending_is_told_by_the_content(files, really, called, said):
    with pytest.raises(UnreadableItemError, match=said):
        ec.read(files[really], "vectors", name=called)


# --- several candidates -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("v.npz", npz(first=V[:, :2], embeddings=V, id=np.array(WORDS))),
        ("v.safetensors", save({"first": V[:, :2].copy(), "embeddings": V})),
        ("v.arrow", arrow(pa.table({"first": V[:, :2].tolist(), "embeddings": V.tolist()}))),
        (
            "v.jsonl",
            "\n".join(
                json.dumps({"first": row[:2], "embeddings": row}) for row in V.tolist()
            ).encode(),
        ),
    ],
)
def test_of_several_the_likeliest_is_taken_and_each_can_be_chosen(name, data):
    assert set(candidates(data, name)) == {"first", "embeddings"}
    found = ec.read(data, name=name)
    np.testing.assert_allclose(found.payloads.matrix, V, rtol=1e-6)
    assert any("it also has “first”" in note for note in found.notes)
    # The other vectors are no column to read on the map.
    assert "first" not in found.table.columns
    other = ec.read(data, name=name, column="first")
    np.testing.assert_allclose(other.payloads.matrix, V[:, :2], rtol=1e-6)
    with pytest.raises(UnknownNameError, match="of vectors in v"):
        ec.read(data, name=name, column="second")


def test_any_column_can_name_the_items():
    data = "\n".join(map(json.dumps, RECORDS)).encode()
    found = ec.read(data, name="v.jsonl", label="rank")
    assert found.ids == ("1", "2", "3", "4", "5", "6")
    assert found.table["word"].tolist() == list(WORDS)
    with pytest.raises(UnknownNameError, match=r"column of v\.jsonl.*word, rank"):
        ec.read(data, name="v.jsonl", label="name")


def test_names_that_repeat_are_numbered_and_html_stays_text():
    names = ["<b>x</b>", "<b>x</b>", "<script>alert(1)</script>", "a", "b", "c"]
    records = [{"id": name, "vector": row} for name, row in zip(names, V.tolist(), strict=True)]
    found = ec.read(json.dumps(records).encode(), name="v.json")
    assert found.ids[:3] == ("<b>x</b>", "<b>x</b> (2)", "<script>alert(1)</script>")
    assert "1 repeated id was numbered" in found.notes[0]


# --- NumPy archives ---------------------------------------------------------------------------


def test_npz_takes_the_largest_where_no_name_tells():
    found = ec.read(
        npz(a=V[:2], b=V, c=np.arange(6.0), text=np.array(list("uvwxyz"))), name="v.npz"
    )
    np.testing.assert_array_equal(found.payloads.matrix, V)
    assert found.table["c"].tolist() == [0, 1, 2, 3, 4, 5]
    assert found.table["text"].tolist() == list("uvwxyz")


def test_npz_without_vectors_names_what_it_holds():
    with pytest.raises(UnreadableItemError, match=r"but flat \(6,\), cube \(1, 6, 4\); save one"):
        ec.read(npz(flat=V[:, 0], cube=V[None]), name="v.npz")
    with pytest.raises(UnreadableItemError, match="but nothing"):
        ec.read(npz(), name="v.npz")


def test_npz_never_opens_objects_and_keeps_the_rest(tmp_path):
    class Trap:
        def __reduce__(self):
            return (tmp_path.joinpath("sprung").touch, ())

    traps = np.array([Trap()] * 6, dtype=object)
    found = ec.read(npz(vectors=V, bad=traps), name="v.npz")
    assert list(found.table.columns) == []
    assert "“bad” of v.npz holds Python objects, which are never opened" in found.notes[0]
    with pytest.raises(UnreadableItemError, match="pickled Python objects"):
        ec.read(npz(vectors=np.array([[Trap()]], dtype=object)), name="v.npz")
    assert not (tmp_path / "sprung").exists()


def test_a_npz_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    file = io.BytesIO()
    np.savez_compressed(file, vectors=np.zeros((4_000, 1_000), np.float32))
    assert len(file.getvalue()) < 100_000
    monkeypatch.setattr(arrays, "MAX_BYTES", 10 << 20)
    with pytest.raises(TooLargeError, match=r"would unpack to 15 MB and the limit is 10 MB"):
        ec.read(file.getvalue(), name="v.npz")


# --- size -------------------------------------------------------------------------------------


def test_an_upload_over_the_limit_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(base, "MAX_BYTES", 1_000)
    file = io.BytesIO()
    np.save(file, np.zeros((500, 4)))
    with pytest.raises(TooLargeError, match=r"EMBEDDING_LOCAL=1"):
        ec.read(file.getvalue(), name="v.npy")


def test_a_small_parquet_of_very_many_equal_values_is_not_unpacked(monkeypatch, tmp_path):
    import pyarrow.parquet as pq

    row = pa.array([np.zeros(10_000, np.float32)] * 500, pa.list_(pa.float32(), 10_000))
    pq.write_table(pa.table({"vector": row}), tmp_path / "v.parquet")
    assert (tmp_path / "v.parquet").stat().st_size < 100_000
    monkeypatch.setattr(base, "MAX_BYTES", 10 << 20)
    with pytest.raises(TooLargeError, match="limit is 10 MB"):
        ec.read(tmp_path / "v.parquet")


def test_a_large_array_stays_on_the_disk(monkeypatch, tmp_path):
    np.save(tmp_path / "v.npy", V)
    monkeypatch.setattr(arrays, "_MAPPED_FROM", 1)
    found = ec.read(tmp_path / "v.npy")
    owner = found.payloads.matrix
    while owner.base is not None and not isinstance(owner, np.memmap):
        owner = owner.base
    assert isinstance(owner, np.memmap)
    np.testing.assert_array_equal(found.payloads.matrix, V)
    assert found.fingerprint == ec.read(npz(v=V), name="v.npz").fingerprint


def test_more_words_than_the_limit_are_cut_and_it_is_said(files, monkeypatch):
    monkeypatch.setenv("EMBEDDING_MAX_ITEMS", "3")
    for name in ("v.vec", "v.bin"):
        found = ec.read(files[name], name=name)
        assert found.ids == WORDS[:3]
        assert found.notes[0].startswith(f"The first 3 words of {name} were read")


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["F16", "BF16", "I8", "BOOL"])
def test_safetensors_of_every_kind_become_float32(kind):
    torch = pytest.importorskip("torch")
    from safetensors.torch import save as save_torch

    types = {"F16": torch.float16, "BF16": torch.bfloat16, "I8": torch.int8, "BOOL": torch.bool}
    tensor = (torch.from_numpy(V.copy()) * 3).to(types[kind])
    found = ec.read(save_torch({"w": tensor}), name="v.safetensors")
    np.testing.assert_array_equal(found.payloads.matrix, tensor.float().numpy())


def test_safetensors_without_a_matrix_says_what_it_holds():
    with pytest.raises(UnreadableItemError, match=r"no matrix of vectors.*flat \(6,\)"):
        ec.read(save({"flat": V[:, 0].copy()}), name="v.safetensors")


@pytest.mark.parametrize("shape", [(1, 7), (7, 1)])
def test_one_row_and_one_column_are_vectors(shape):
    array = np.arange(1, 8, dtype=">f8").reshape(shape)
    assert ec.read(npz(a=array), name="v.npz").payloads.matrix.tolist() == array.tolist()
    assert (
        ec.read(json.dumps(array.tolist()).encode(), name="v.json").payloads.matrix.shape == shape
    )


def test_vectors_that_are_all_the_same_are_told():
    found = ec.read(npz(a=np.ones((5, 3))), name="v.npz")
    assert found.notes == ("All 5 vectors are the same: no map can tell them apart.",)


# --- JSON -------------------------------------------------------------------------------------


def test_ragged_broken_and_missing_rows_are_counted_and_the_rest_is_kept():
    lines = [
        '{"id": "a", "vector": [1, 2]}',
        '{"id": "b", "vector": [1, 2, 3]}',
        '{"id": "c"}',
        '{"id": "d", "vector": [1, NaN]}',
        '{"id": "e", "vector": [3, "4"]}',
        '{"id": "f", "vector": [5, 6]}',
        '{"id": "g", "vector": [7,',
        "",
        '{"id": "h", "vector": [7, null]}',
    ]
    found = ec.read("\n".join(lines).encode(), name="v.jsonl")
    assert found.ids == ("a", "f")
    assert found.payloads.matrix.tolist() == [[1, 2], [5, 6]]
    told = "\n".join(found.notes)
    assert "1 line is no valid JSON in v.jsonl and was left out: 7." in told
    assert "3 rows have no vector of length 2" in told
    assert "2 vectors have NaN" in told
    assert "“d”, “h”" in told


def test_json_with_one_key_a_dimension_and_with_nested_columns():
    rows = [
        {"dim_0": 1.5, "dim_1": 2, "meta": {"kind": "x", "year": 1999}, "word": "a"},
        {"dim_0": 3, "dim_1": 4, "meta": {"kind": "y", "year": 2001}, "word": "b"},
    ]
    found = ec.read("\n".join(map(json.dumps, rows)).encode(), name="v.jsonl")
    assert found.payloads.matrix.tolist() == [[1.5, 2], [3, 4]]
    assert found.ids == ("a", "b")
    assert found.table["kind"].tolist() == ["x", "y"]
    assert found.table["year"].tolist() == [1999, 2001]


def test_json_of_names_with_vectors():
    found = ec.read(b'{"king": [1, 2], "queen": [3, 4]}', name="v.json")
    assert found.ids == ("king", "queen")
    assert found.payloads.matrix.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "data",
    [b"[]", b"{}", b'{"a": 1}', b"nothing", b"[" * 100_000, b'[{"vector": [[1, 2], [3, 4]]}]',
     b'[{"vector": ["1", "2"]}]', b"null"],
    ids=lambda data: data[:20].decode(),
)  # fmt: skip
def test_json_without_vectors_is_a_sentence(data):
    for name in ("v.json", "v.jsonl"):
        with pytest.raises(ExplorerError, match="could not be read"):
            ec.read(data, name=name)
    for data in (b'[{"a": "b"}]', b'"text"'):
        with pytest.raises(ExplorerError, match="could not be read"):
            ec.read(data, "vectors", name="v.json")


# --- Arrow ------------------------------------------------------------------------------------


def test_arrow_whose_inside_lies_is_refused():
    data = bytearray(arrow(pa.table({"vector": pa.array(V.tolist(), pa.list_(pa.float32()))})))
    offsets = np.arange(0, 28, 4, dtype="<i4").tobytes()
    at = bytes(data).index(offsets)
    data[at + 8 : at + 12] = np.array([2_000_000], dtype="<i4").tobytes()
    with pytest.raises(UnreadableItemError, match="damaged"):
        ec.read(bytes(data), name="v.arrow")


def test_nested_and_binary_columns_become_text():
    table = TABLE.append_column("tags", pa.array([["x", "y"]] * 6)).append_column(
        "raw", pa.array([b"\xff"] * 6)
    )
    found = ec.read(arrow(table), name="v.arrow")
    assert found.table["tags"].tolist() == ["['x', 'y']"] * 6
    assert found.fingerprint


# --- tables -----------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [True, False])
def test_decimal_commas_are_numbers(named):
    head = "word;d1;d2;d3\n" if named else ""
    data = f"{head}a;0,5;1,25;-2\nb;1,5e-3;0;3,75\n".encode()
    found = ec.read(data, name="v.csv")
    assert found.modality == "vectors"
    assert found.ids == ("a", "b")
    expected = np.array([[0.5, 1.25, -2], [1.5e-3, 0, 3.75]], np.float32)
    np.testing.assert_array_equal(found.payloads.matrix, expected)
    assert any("decimal commas" in note for note in found.notes)


def test_commas_between_cells_stay_commas_between_cells():
    found = ec.read(b"word,d1,d2,d3\na,1,2,3\nb,4,5,6\n", name="v.csv")
    assert found.payloads.matrix.tolist() == [[1, 2, 3], [4, 5, 6]]
    points = ec.read(b"word;d1;d2;d3;note\na;1.5;2;3;1,2\nb;4;5;6;x\n", name="v.csv")
    assert points.payloads.matrix.tolist() == [[1.5, 2, 3], [4, 5, 6]]
    assert points.table["note"].tolist() == ["1,2", "x"]


def test_columns_of_numbers_are_numbers_and_codes_are_names():
    data = b"word,d1,d2,d3,price,code,mixed\na,1,2,3,10.5,007,1\nb,4,5,6,,012,x\n"
    table = ec.read(data, name="v.csv").table
    assert table["price"].tolist()[0] == 10.5
    assert np.isnan(table["price"][1])
    assert table["code"].tolist() == ["007", "012"]
    assert table["mixed"].tolist() == ["1", "x"]


def test_text_of_words_is_no_vectors():
    assert ec.read(b"king\nqueen\n", name="w.txt").modality == "text"
    assert ec.read(b"In 1999 2 3 4 5\nand more words here\n", name="w.txt").modality == "text"


# --- Lance ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lance(tmp_path_factory):
    lancedb = pytest.importorskip("lancedb")
    home = tmp_path_factory.mktemp("lance")
    fixed = pa.array(V.tolist(), pa.list_(pa.float32(), 4))
    lancedb.connect(home).create_table("t", TABLE.set_column(2, "vector", fixed))
    return home / "t.lance"


def packed(folder, inside):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path in folder.rglob("*"):
            if path.is_file():
                archive.write(path, f"{inside}/{path.relative_to(folder)}")
    return file.getvalue()


def test_a_lance_table_opens_by_path_from_a_folder_and_packed(lance):
    by_path = ec.read(lance)
    for found in (
        by_path,
        ec.read(lance.parent),
        ec.read(packed(lance, "db/t.lance"), name="t.zip"),
    ):
        assert found.ids == WORDS
        assert found.table["rank"].tolist() == RANK
        np.testing.assert_array_equal(found.payloads.matrix, V)
    assert candidates(lance, "t.lance") == ("vector",)


def test_a_damaged_lance_table_is_a_sentence(lance, tmp_path):
    for victim in ("data", "_versions"):
        copy = tmp_path / victim / "t.lance"
        for path in lance.rglob("*"):
            target = copy / path.relative_to(lance)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.is_file():
                data = path.read_bytes()
                is_victim = path.parent.name == victim
                target.write_bytes(data[: len(data) // 2] if is_victim else data)
        with pytest.raises(UnreadableItemError, match=r"t\.lance could not be read"):
            ec.read(copy)
    with pytest.raises(UnreadableItemError, match="is a folder"):
        ec.read(b"x", name="t.lance")
    (tmp_path / "empty.lance").mkdir()
    with pytest.raises(UnreadableItemError, match="no Lance table"):
        ec.read(tmp_path / "empty.lance")


def test_a_packed_table_cannot_write_outside_of_itself(tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("t.lance/../../../../../../../../tmp/sprung.lance", b"x")
    with pytest.raises(InputError):
        ec.read(file.getvalue(), "vectors", name="t.zip")


# --- damage -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["v.npz", "v.arrow", "v.feather", "v.bin", "v.safetensors"])
def test_a_byte_changed_is_a_sentence_or_other_numbers_and_never_the_end_of_the_program(
    files, name
):
    data = files[name]
    for at in range(0, len(data), 9):
        changed = bytearray(data)
        changed[at] ^= 0xFF
        try:
            found = ec.read(bytes(changed), name=name)
        except ExplorerError as problem:
            assert name in str(problem)  # noqa: PT017
        else:
            assert np.isfinite(found.payloads.matrix).all()
            assert found.fingerprint
