"""The built-in sentences are what their manifest and README say: every figure is computed again."""

from __future__ import annotations

import csv
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import embedding_core as ec

FOLDER = Path(__file__).resolve().parent.parent / "samples" / "sentences"
SETS = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
ABOUT = {sample["name"]: sample["about"] for sample in SETS}
MODELS = {"MiniLM": "minilm-l6", "the mean of GloVe's words": "glove-mean", "TF-IDF": "tfidf-lsa"}

every_set = pytest.mark.parametrize("sample", SETS, ids=lambda sample: sample["name"])


def rows_of(sample):
    with (FOLDER / sample["file"]).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        return list(reader.fieldnames), list(reader)


@cache
def embedded(name, model):
    collection = ec.SAMPLES[name].read()
    return collection, ec.embed(collection, model)


def nearest_alike(name, model):
    """Return the percentage of sentences whose nearest one has the same label."""
    collection, embedding = embedded(name, model)
    column = collection.select(embedding.ids).table[ec.SAMPLES[name].color].to_numpy()
    matrix = np.array(ec.similarity(embedding))
    np.fill_diagonal(matrix, -2)
    return 100 * float((column[matrix.argmax(axis=1)] == column).mean())


def percent(text, before):
    """Return the first percentage after some words."""
    return int(re.search(r"(\d+)%", text[text.index(before) :])[1])


def test_there_are_sets_enough_and_none_is_forgotten():
    assert len(SETS) >= 6
    assert {sample["file"] for sample in SETS} == {path.name for path in FOLDER.glob("*.csv")}


@every_set
def test_manifest_says_what_it_must(sample):
    assert set(sample) == {"name", "title", "about", "source", "licence", "file", "color"}
    assert all(value and value == value.strip() for value in sample.values())
    assert re.fullmatch(r"[^.]+\.", sample["about"]), "one sentence"
    assert sample["color"] in rows_of(sample)[0]


@every_set
def test_sentences_are_filled_and_there_once(sample):
    columns, rows = rows_of(sample)
    assert all(cell and cell == cell.strip() for row in rows for cell in row.values())
    sentences = [row[columns[0]] for row in rows]
    assert len(set(sentences)) == len(sentences) >= 48
    found = ec.SAMPLES[sample["name"]].read()
    assert (found.ids, found.unit) == (tuple(sentences), "sentence")


@every_set
def test_groups_are_of_one_size(sample):
    rows = rows_of(sample)[1]
    groups = [(row[sample["color"]], row.get("sense")) for row in rows]
    assert len({groups.count(group) for group in groups}) == 1


@every_set
def test_readme_has_its_line_and_its_count(sample):
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    columns, rows = rows_of(sample)
    assert text.count(f"| `{sample['name']}` | {len(rows)} | {', '.join(columns)} |") == 1
    assert sample["about"] in text
    assert sample["source"] in text


@pytest.mark.parametrize("label", MODELS)
@pytest.mark.parametrize("name", ["topics", "paraphrases", "questions", "headlines"])
def test_the_nearest_sentences_are_alike_as_often_as_it_says(name, label):
    said = re.search(rf"(\d+)% with {re.escape(label)}", ABOUT[name])
    assert nearest_alike(name, MODELS[label]) == pytest.approx(int(said[1]), abs=2)


def test_reviews_of_one_mind_are_no_neighbours():
    about = ABOUT["sentiment"]
    near = nearest_alike("sentiment", "minilm-l6")
    assert near == pytest.approx(percent(about, "for only"), abs=2)
    for model, before in (("minilm-l6", "right for"), ("glove-mean", "no better")):
        collection, embedding = embedded("sentiment", model)
        labels = collection.select(embedding.ids).table["sentiment"].tolist()
        found = ec.probe(embedding, labels).linear.value
        assert 100 * found == pytest.approx(percent(about, before), abs=3)


def test_senses_part_from_the_first_layer_to_the_last():
    collection, _ = embedded("senses", "minilm-l6")
    texts, table = [payload.load() for payload in collection.payloads], collection.table
    alike = np.zeros(2)
    for word in dict.fromkeys(table["word"]):
        of_word = np.flatnonzero(table["word"] == word)
        found = ec.word_in_contexts(ec.load("minilm-l6"), word, [texts[at] for at in of_word])
        senses = table["sense"].to_numpy()[of_word[list(found.rows)]]
        for place, layer in enumerate((0, -1)):
            matrix = found.similarities(layer)
            np.fill_diagonal(matrix, -2)
            alike[place] += (senses[matrix.argmax(axis=1)] == senses).sum()
    shares = 100 * alike / len(texts)
    assert shares[0] == pytest.approx(percent(ABOUT["senses"], "same sense for"), abs=2)
    assert shares[1] == pytest.approx(percent(ABOUT["senses"], "and for"), abs=2)


def test_readme_says_what_guessing_gives():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for sample in SETS:
        rows = rows_of(sample)[1]
        key = "sense" if sample["name"] == "senses" else sample["color"]
        kin = [
            [row[key] == other[key] for other in rows if other is not row
             and (key != "sense" or row["word"] == other["word"])]
            for row in rows
        ]  # fmt: skip
        said = int(re.search(rf"(\d+)% for the {sample['name']}", text)[1])
        assert 100 * np.mean([np.mean(of) for of in kin]) == pytest.approx(said, abs=0.6)
