"""The built-in recordings are what their manifest and README say."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.weights import Missing

AUDIO = Path(__file__).resolve().parent.parent / "samples" / "audio"
MANIFEST = json.loads((AUDIO / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def recordings():
    return ec.SAMPLES["recordings"].read()


def test_every_recording_is_listed_once_and_no_other():
    with (AUDIO / "recordings" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        listed = [row["file"] for row in csv.DictReader(file)]
    assert sorted(listed) == sorted(path.name for path in AUDIO.glob("recordings/*.flac"))


def test_what_is_said_of_them_is_true(recordings):
    groups = recordings.table["group"]
    (entry,) = MANIFEST
    assert entry["title"].startswith(f"{len(recordings)} ")
    assert entry["about"].startswith(f"{len(recordings)} ")
    assert f" {groups.nunique()} families" in entry["about"]
    readme = (AUDIO / "README.md").read_text(encoding="utf-8")
    assert f"| `recordings` | {len(recordings)} | {groups.nunique()} |" in readme
    assert entry["licence"] in readme
    assert groups.value_counts().min() >= 2
    assert recordings.table["seconds"].max() <= 4.0
    assert "rate" not in recordings.table.columns
    assert {payload.rate for payload in recordings.payloads} == {22_050}


def test_they_can_be_heard(recordings):
    for payload in recordings.payloads:
        samples, rate = payload.load(16_000)
        assert rate == 16_000
        assert abs(len(samples) - 16_000 * payload.seconds) <= 1
        assert np.abs(samples).max() > 0.01


def nearest(embedding, forbidden=None):
    """Return the place of each item's nearest by cosine, itself and what is forbidden left out."""
    alike = ec.similarity(embedding)
    alike = np.where(np.eye(len(alike), dtype=bool), -np.inf, alike)
    if forbidden is not None:
        alike = np.where(forbidden, -np.inf, alike)
    return alike.argmax(axis=1)


def test_the_shares_of_families_are_what_is_measured(recordings):
    groups = recordings.table["group"].to_numpy()
    said = re.findall(r"for (\d+)% with ([\w-]+)", MANIFEST[0]["about"])
    models = {"MFCC": "mfcc", "log-mel": "log-mel", "a": "speaker-ge2e"}
    assert [model for _, model in said] == list(models)
    for percent, model in said:
        if isinstance(ec.EMBEDDERS[models[model]].availability({}), Missing):
            continue
        embedding = ec.embed(recordings, models[model])
        share = np.mean(groups[nearest(embedding)] == groups)
        assert round(100 * share) == int(percent), model


def test_what_is_said_of_tones_is_what_is_measured():
    sample = ec.SAMPLES["tones"]
    collection = sample.read()
    assert sample.about.startswith(f"{len(collection)} sounds")
    tones = collection.take(np.flatnonzero(collection.table["kind"] == "tone"))
    pitch, timbre = (tones.table[name].to_numpy() for name in ("pitch", "timbre"))
    same = (pitch[:, None] == pitch) & (timbre[:, None] == timbre)
    measured = []
    for model in ("mfcc", "log-mel"):
        at = nearest(ec.embed(tones, model), same)
        measured += [np.mean(pitch[at] == pitch), np.mean(timbre[at] == timbre)]
    said = [int(percent) for percent in re.findall(r"(\d+)%", sample.about)]
    assert said == [round(100 * share) for share in measured]
