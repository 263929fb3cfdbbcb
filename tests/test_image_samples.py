"""The built-in pictures are what their manifest and README say: every figure is computed again."""

from __future__ import annotations

import importlib.util
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import embedding_core as ec

FOLDER = Path(__file__).resolve().parent.parent / "samples" / "images"
SETS = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
README = (FOLDER / "README.md").read_text(encoding="utf-8")
MODELS = {
    "with EfficientNet-Lite0": "efficientnet-lite0",
    "with a colour histogram": "color-histogram",
    "with raw pixels": "raw-pixels",
}

every_set = pytest.mark.parametrize("sample", SETS, ids=lambda sample: sample["name"])


@cache
def opened(name):
    return ec.SAMPLES[name].read()


def nearest_alike(name, model):
    """Return the percentage of pictures whose nearest one has the same label."""
    embedding = ec.embed(opened(name), model)
    labels = opened(name).table["label"].to_numpy()
    matrix = np.array(ec.similarity(embedding))
    np.fill_diagonal(matrix, -2)
    return 100 * float((labels[matrix.argmax(axis=1)] == labels).mean())


@every_set
def test_manifest_and_readme_say_what_they_must(sample):
    assert set(sample) == {"name", "title", "about", "source", "licence", "file", "color"}
    assert all(value and value == value.strip() for value in sample.values())
    assert re.fullmatch(r"[^.]+\.", sample["about"].replace("EfficientNet-Lite0", ""))
    n = len(opened(sample["name"]))
    assert sample["about"].startswith(f"{n:,} ")
    line = f"| `{sample['name']}` | {n:,} | {sample['about']} | {sample['source']}"
    assert README.count(line) == 1
    assert sample["licence"] in README


@every_set
def test_every_picture_is_there_named_and_labelled(sample):
    found = opened(sample["name"])
    assert not found.notes
    assert found.modality == "image"
    assert len({payload.digest() for payload in found.payloads}) == len(found) - copies(found)
    assert all(cell and cell == cell.strip() for cell in [*found.ids, *found.table["label"]])
    assert found.table["label"].value_counts().min() >= 5
    sizes = {(payload.width, payload.height) for payload in found.payloads}
    assert sizes == {payload.load().size for payload in found.payloads[::20]}


def copies(collection):
    """Return how many pictures show what one before them shows, pixel by pixel."""
    return len(collection) - len({p.load().tobytes() for p in collection.payloads})


def test_the_things_are_in_the_groups_that_are_counted():
    labels = set(opened("emoji").table["label"])
    assert f"in {len(labels)} groups" in ec.SAMPLES["emoji"].about


@pytest.mark.parametrize("label", MODELS)
def test_the_nearest_thing_is_alike_as_often_as_it_says(label):
    said = re.search(rf"for (\d+)% {re.escape(label)}", ec.SAMPLES["emoji"].about)
    assert nearest_alike("emoji", MODELS[label]) == pytest.approx(int(said[1]), abs=2)


def test_the_nearest_digit_is_the_same_as_often_as_it_says():
    pixels, histogram = map(int, re.findall(r"(\d+)%", ec.SAMPLES["digit-pictures"].about))
    assert nearest_alike("digit-pictures", "raw-pixels") == pytest.approx(pixels, abs=1)
    assert nearest_alike("digit-pictures", "color-histogram") == pytest.approx(histogram, abs=2)


def test_readme_says_what_guessing_gives():
    for name, said in zip(
        ("emoji", "digit-pictures"), re.findall(r"(\d+)% for the", README), strict=True
    ):
        sizes = opened(name).table["label"].value_counts().to_numpy()
        guessed = (sizes / sizes.sum() * (sizes - 1) / (sizes.sum() - 1)).sum()
        assert 100 * guessed == pytest.approx(int(said), abs=0.6)


def test_digits_are_those_of_scikit_learn_and_named_as_their_vectors(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("build_digits", FOLDER / "build_digits.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "__file__", str(tmp_path / "build_digits.py"))
    module.main()
    again = ec.read(tmp_path / "digits.zip")
    assert again.ids == opened("digit-pictures").ids
    vectors = ec.SAMPLES["digits"].read()
    rows = [vectors.positions[id_] for id_ in again.ids]
    pixels = [np.asarray(payload.load())[:, :, 0] for payload in again.payloads]
    kept = [np.asarray(payload.load())[:, :, 0] for payload in opened("digit-pictures").payloads]
    grey = vectors.payloads.matrix[rows].reshape(-1, 8, 8)
    assert np.array_equal(pixels, np.round(grey * (255 / 16)).astype(np.uint8))
    assert np.array_equal(pixels, kept)


def test_the_licence_of_the_drawings_is_kept():
    text = (FOLDER / "LICENSE-emoji").read_text(encoding="utf-8")
    assert "Copyright (c) Microsoft Corporation." in text
    assert "The above copyright notice and this permission notice shall be included" in text
