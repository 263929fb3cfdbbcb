"""Folders and archives: every good file is kept, every other one is named."""

from __future__ import annotations

import gc
import io
import os
import zipfile

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.errors import InputError, TooLargeError, UnreadableItemError
from embedding_core.modalities import base
from embedding_core.modalities.contents import archive_files

FILES = {
    "fruit/a.txt": b"apple\npear",
    "royal/more/b.csv": b"word,rank\nking,1\n",
    "fruit/bad.txt": b"%PDF-1.4",
    "picture.png": b"\x89PNG",
    ".hidden/c.txt": b"no",
    "fruit/.secret.txt": b"no",
    "__MACOSX/d.txt": b"no",
}


def zipped(files, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def check(found):
    assert found.ids == ("apple", "pear", "king")
    assert found.table["label"].tolist() == ["fruit", "fruit", "more"]
    assert found.table["rank"].tolist() == ["", "", "1"]
    notes = "\n".join(found.notes)
    assert "fruit/bad.txt could not be read: it is a PDF" in notes
    assert "picture.png was left out" in notes
    assert len(found.notes) == 2


def test_a_folder_gives_its_files_and_its_folders_as_labels(tmp_path):
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    check(ec.read(tmp_path))


def test_an_archive_gives_the_same_from_disk_and_from_bytes(tmp_path):
    (tmp_path / "w.zip").write_bytes(zipped(FILES))
    check(ec.read(tmp_path / "w.zip"))
    check(ec.read(zipped(FILES), name="w.zip"))


def test_a_column_called_label_stays_the_persons_own():
    found = ec.read(zipped({"f/a.csv": b"word,label\nking,x\n", "g/b.txt": b"pear"}), name="w.zip")
    assert found.table["label"].tolist() == ["x", ""]
    assert found.table["folder"].tolist() == ["f", "g"]


def test_a_damaged_file_among_good_ones_is_named_and_the_rest_kept():
    data = bytearray(zipped({"a.txt": b"apple " * 50, "b.txt": b"pear"}))
    start = data.index(b"a.txt") + 5
    data[start + 2 : start + 6] = b"\xff\xff\xff\xff"
    found = ec.read(bytes(data), name="w.zip")
    assert found.ids == ("pear",)
    assert "a.txt could not be read: it is damaged or encrypted" in found.notes[0]


def test_an_encrypted_file_is_named():
    data = bytearray(zipped({"a.txt": b"apple", "b.txt": b"pear"}, zipfile.ZIP_STORED))
    # The flag of an encrypted entry, in its own header and in the directory.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    found = ec.read(bytes(data), name="w.zip")
    assert found.ids == ("pear",)
    assert "a.txt could not be read" in found.notes[0]


@pytest.mark.parametrize("data", [b"", b"nothing", b"PK\x03\x04 cut short"])
def test_what_is_no_archive_is_called_so(data):
    with pytest.raises(UnreadableItemError, match=r"w\.zip could not be read: it is no valid ZIP"):
        ec.read(data, name="w.zip")


def test_an_archive_with_nothing_readable_says_why():
    with pytest.raises(InputError, match="of no kind that can be read"):
        ec.read(zipped({"a.exe": b"x"}), name="w.zip")
    with pytest.raises(InputError, match=r"holds no readable file.*a.txt is empty"):
        ec.read(zipped({"a.txt": b""}), name="w.zip")


def test_archives_that_are_too_large_are_not_unpacked(monkeypatch):
    data = zipped({"a.txt": b"a" * (1 << 20), "b.txt": b"b"})
    monkeypatch.setenv("EMBEDDING_MAX_ARCHIVE_MB", "1")
    with pytest.raises(TooLargeError, match=r"2 files of 2 MB.*EMBEDDING_MAX_ARCHIVE_MB"):
        ec.read(data, name="w.zip")
    monkeypatch.delenv("EMBEDDING_MAX_ARCHIVE_MB")
    monkeypatch.setenv("EMBEDDING_MAX_ARCHIVE_FILES", "1")
    with pytest.raises(TooLargeError, match="limit is 1 files"):
        ec.read(data, name="w.zip")


def test_many_left_out_files_are_counted():
    files = {f"{i}.png": b"x" for i in range(100)} | {"a.txt": b"apple"}
    found = ec.read(zipped(files), "text", name="w.zip")
    assert len(found.notes) == base.MAX_NOTES + 1
    assert found.notes[-1] == f"{100 - base.MAX_NOTES} more files were left out."


def test_vectors_of_one_length_are_joined_and_others_refused():
    table = "word,d1,d2,d3\n{},1,2,3\n"
    files = {"x/a.csv": table.format("a").encode(), "y/b.csv": table.format("b").encode()}
    found = ec.read(zipped(files), name="w.zip")
    assert found.modality == "vectors"
    assert found.ids == ("a", "b")
    assert found.payloads.matrix.tolist() == [[1, 2, 3]] * 2
    assert found.table["label"].tolist() == ["x", "y"]
    other = io.BytesIO()
    np.save(other, np.zeros((2, 2)))
    with pytest.raises(InputError, match="vectors of lengths 2, 3"):
        ec.read(zipped(files | {"c.npy": other.getvalue()}), "vectors", name="w.zip")


def test_a_file_that_may_not_be_read_is_named(tmp_path):
    if os.geteuid() == 0:
        (tmp_path / "a.txt").symlink_to("/proc/self/mem")
    else:
        (tmp_path / "a.txt").touch(mode=0)
    (tmp_path / "b.txt").write_text("pear")
    found = ec.read(tmp_path)
    assert found.ids == ("pear",)
    assert "a.txt could not be read: the system says" in found.notes[0]


def test_names_that_are_no_text_are_made_writable(tmp_path):
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    os.mkdir(folder)  # noqa: PTH102
    with open(folder + b"/a.txt", "w") as file:  # noqa: PTH123
        file.write("apple")
    found = ec.read(tmp_path)
    assert found.table["label"].tolist() == ["caf�"]
    assert found.fingerprint


def test_a_path_that_is_not_there_and_a_kind_nobody_reads(tmp_path):
    with pytest.raises(InputError, match="neither a file nor a folder"):
        ec.read(tmp_path / "gone.txt")
    with pytest.raises(InputError, match=r"x.xyz is of no kind.*\.npy"):
        ec.read(b"x", name="x.xyz")


def test_an_archive_nobody_holds_any_more_is_closed_before_its_file_goes(tmp_path):
    (tmp_path / "w.zip").write_bytes(zipped({"a.txt": b"apple"}))
    opened = [archive_files(tmp_path / "w.zip", "w.zip")]
    _, content = next(opened[0])
    file = content.archive.fp
    assert content() == b"apple"
    circle = [content]
    circle.append(circle)
    del circle, content, opened
    gc.collect()
    assert file.closed
