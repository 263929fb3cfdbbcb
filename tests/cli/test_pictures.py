"""Pictures and their copies from a shell."""

from __future__ import annotations

import io
import json
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image

import embedding_core as ec
from embedding_core.samples import samples_dir

EMOJI = samples_dir() / "images" / "emoji"


@pytest.fixture
def photos(here):
    """A folder of a few dozen pictures, one of them twice and one saved anew."""
    for group in ("bird", "fruit", "car"):
        shutil.copytree(EMOJI / group, here / "photos" / group)
    shutil.copy(here / "photos/bird/duck.webp", here / "photos/bird/duck-again.webp")
    with Image.open(here / "photos/fruit/banana.webp") as image:
        small = image.resize((200, 200))
        white = Image.new("RGBA", small.size, "white")
        white.alpha_composite(small)
        white.convert("RGB").save(here / "photos/fruit/banana-web.jpg")
    (here / "photos/fruit/broken.png").write_bytes(b"no picture")
    return here / "photos"


def test_a_folder_of_pictures_becomes_vectors(photos, shell):
    code, _, err = shell("embed", "photos", "--model", "raw-pixels", "--out", "x.parquet")
    assert code == 0
    assert "broken.png could not be read: it is text" in err
    found = ec.read("x.parquet")
    collection = ec.read(photos)
    assert found.ids == collection.ids
    assert found.table["label"].tolist() == collection.table["label"].tolist()
    assert np.array_equal(found.payloads.matrix, ec.embed(collection, "raw-pixels").vectors)


def test_an_archive_gives_the_same_vectors(photos, here, shell):
    with zipfile.ZipFile(here / "photos.zip", "w") as archive:
        for path in sorted(photos.rglob("*.*")):
            archive.write(path, path.relative_to(photos))
    for source, out in (("photos", "a.parquet"), ("photos.zip", "b.parquet")):
        assert shell("embed", source, "--model", "raw-pixels", "--out", out)[0] == 0
    first, second = ec.read("a.parquet"), ec.read("b.parquet")
    assert first.ids == second.ids
    assert np.array_equal(first.payloads.matrix, second.payloads.matrix)


def test_copies_are_printed_exact_ones_first(photos, shell):
    code, out, _ = shell("duplicates", "photos", "--model", "raw-pixels")
    assert code == 0
    lines = out.splitlines()
    assert lines[2].split() == ["exact", "1", "1", "duck-again,", "duck"]
    near = next(line.split() for line in lines if "banana-web" in line)
    assert near[0] == "near"
    assert ".99" <= near[1] < "1"
    assert near[3:] == ["banana-web,", "banana"]
    assert lines[0].startswith(f"{len(lines) - 2} groups of copies among ")


def test_copies_as_json_say_what_was_near(photos, shell):
    code, out, _ = shell("duplicates", "photos", "--model", "raw-pixels", "--json",
                         "--metric", "euclidean", "--threshold", "0.5")  # fmt: skip
    assert code == 0
    answer = json.loads(out)
    collection = ec.read(photos)
    embedding = ec.embed(collection, "raw-pixels")
    expected = ec.duplicates(embedding, 0.5, "euclidean", collection=collection)
    assert answer["threshold"] == 0.5
    assert answer["reason"] == expected.reason
    assert [each["items"] for each in answer["groups"]] == [
        [embedding.ids[at] for at in group.positions] for group in expected.groups
    ]
    assert answer["groups"][0]["exact"] == [["duck-again", "duck"]]


def test_where_there_are_no_copies_the_nearest_two_are_named(shell):
    code, out, _ = shell("duplicates", "sample:animals", "--model", "glove-6b-50d")
    assert code == 0
    assert out.startswith("0 groups of copies among 60 items, similarity at least .9")
    assert "The nearest two are " in out
    assert out.count("\n") == 2


def test_no_picture_at_all_is_one_sentence(here, shell, is_one_sentence):
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    (here / "cut.png").write_bytes(file.getvalue()[:30])
    code, _, err = shell("embed", "cut.png", "--model", "raw-pixels", "--out", "x.parquet")
    assert code == 2
    assert is_one_sentence(err)
    assert "cut.png could not be read" in err
    code, _, err = shell("duplicates", "sample:emoji", "--model", "raw-pixels", "--threshold", "3")
    assert code == 2
    assert "lies between -1 and 1" in err


def test_one_is_not_told_as_many(here, shell):
    (here / "set").mkdir()
    Image.new("RGB", (4, 4)).save(here / "set" / "only.png")
    for at in range(6):
        (here / "set" / f"bad{at}.png").write_text("hello")
    code, out, err = shell("duplicates", "set", "--model", "raw-pixels")
    assert code == 0
    assert out.startswith("0 groups of copies among 1 item, ")
    assert "... and 1 more note of that kind." in err
