"""The built-in recordings are what their manifest and README say."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import embedding_core as ec

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


def test_tones_are_as_many_as_is_said():
    sample = ec.SAMPLES["tones"]
    assert sample.about.startswith(f"{len(sample.read())} sounds")
