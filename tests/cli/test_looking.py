"""What is in pictures and where something is found again, from the shell."""

from __future__ import annotations

import json

import pytest
from PIL import Image

import embedding_core as ec
from embedding_core.embedders import clip as clip_family
from embedding_core.embedding import load

NAMES = ("dog", "cat", "red apple", "banana")


@pytest.fixture
def pictures(here):
    """A folder of a few pictures in two folders, which become their labels."""
    collection = ec.SAMPLES["emoji"].read()
    for name in NAMES:
        folder = here / "pictures" / ("fruit" if name in NAMES[2:] else "animal")
        folder.mkdir(parents=True, exist_ok=True)
        picture = collection.payloads[collection.positions[name]].load()
        picture.save(folder / f"{name}.png")
    return "pictures"


@pytest.fixture
def tiny_clip(here, save_tiny_clip, monkeypatch):
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(here / "models"))
    save_tiny_clip(here / "models" / "clip-vit-base-patch32")
    yield "clip-vit-b32"
    clip_family._LOADED.clear()


def test_classes_are_those_that_python_gives(shell, pictures):
    code, out, err = shell("classify", pictures, "--top", 2, "--json")
    assert code == 0, err
    found = json.loads(out)
    collection = ec.read(pictures)
    expected = ec.classify(collection, load("efficientnet-lite0"), 2)
    assert list(found) == list(expected.ids)
    for id_, guesses in zip(expected.ids, expected.guesses, strict=True):
        assert [each["name"] for each in found[id_]] == [guess.name for guess in guesses]
        assert found[id_][0]["probability"] == pytest.approx(guesses[0].probability, abs=1e-4)
    code, out, _ = shell("classify", pictures)
    assert code == 0
    assert "1,000 classes" in out
    assert "Granny Smith" in out or "banana" in out


def test_labels_name_pictures_and_are_judged(shell, pictures, tiny_clip):
    code, out, err = shell(
        "classify", pictures, "--model", tiny_clip, "--labels", "animal,fruit", "--template",
        "a {}", "--against", "label", "--json",
    )  # fmt: skip
    assert code == 0, err
    found = json.loads(out)
    assert found["prompts"] == {"animal": "a animal", "fruit": "a fruit"}
    embedding = ec.embed(ec.read(pictures), tiny_clip)
    expected = ec.zero_shot(embedding, ["animal", "fruit"], "a {}")
    for row, id_ in enumerate(embedding.ids):
        each = found["items"][id_]
        assert each["label"] == expected.labels[expected.predicted[row]]
        assert 0.5 <= each["probability"] <= 1
    own = ec.read(pictures).table["label"].tolist()
    right = sum(found["items"][id_]["label"] == label for id_, label in
                zip(embedding.ids, own, strict=True))  # fmt: skip
    assert found["judged"]["items"] == 4
    assert found["judged"]["accuracy"] == right / 4
    code, out, _ = shell(
        "classify", pictures, "--model", tiny_clip, "--labels", "animal,fruit", "--against", "label"
    )
    assert code == 0
    assert "of 4 items are called by their own label" in out


def test_what_a_box_holds_is_found_in_a_picture_that_has_it_too(shell, here):
    collection = ec.SAMPLES["emoji"].read()
    dog, apple = (
        collection.payloads[collection.positions[name]].load().resize((112, 112))
        for name in ("dog", "red apple")
    )
    (here / "scenes").mkdir()
    for name, things in {
        "marked": {(0, 0): apple},
        "has it": {(112, 112): apple, (0, 0): dog},
        "has it not": {(0, 112): dog},
    }.items():
        scene = Image.new("RGB", (224, 224), "white")
        for place, thing in things.items():
            scene.paste(thing, place)
        scene.save(here / "scenes" / f"{name}.png")
    code, out, err = shell("spot", "scenes", "--in", "marked", "--box", "0,0,.5,.5", "--json")
    assert code == 0, err
    found = json.loads(out)
    best = {}
    for each in found:
        best.setdefault(each["id"], each)
    assert best["marked"]["score"] > best["has it"]["score"]
    assert best["has it"]["score"] > best.get("has it not", {"score": -1})["score"]
    left, top, right, bottom = best["has it"]["box"]
    assert (left + right) / 2 > 0.5
    assert (top + bottom) / 2 > 0.5
    code, out, _ = shell("spot", "scenes", "--in", "marked", "--box", "0,0,.5,.5", "-k", 2)
    assert code == 0
    assert len(out.splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("spot", "pictures", "--in", "dog", "--box", "1,2"), "from 0 to 1"),
        (("spot", "pictures", "--in", "dog", "--box", ".5,0,.5,1"), "from 0 to 1"),
        (("spot", "pictures", "--in", "unicorn", "--box", "0,0,1,1"), "'unicorn' is not among"),
        (("spot", "pictures", "--in", "dog", "--box", "0,0,1,1", "--model", "raw-pixels"),
         "its regions none"),
        (("classify", "pictures", "--model", "raw-pixels"), "knows no classes"),
        (("classify", "pictures", "--labels", "a,b"), "name one with --model"),
        (("classify", "pictures", "--against", "label"), "--against goes with --labels"),
        (("classify", "pictures", "--labels", "a,b", "--model", "color-histogram"), "no text"),
        (("classify", "words.txt", "--modality", "text"), "bring pictures"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence(shell, pictures, is_one_sentence, arguments, told):
    code, out, err = shell(*arguments)
    assert code == 2
    assert out == ""
    assert told in err
    assert is_one_sentence(err)
