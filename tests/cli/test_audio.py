"""Recordings from a shell: embedded, verified."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import embedding_core as ec
from embedding_core.modalities.audio import wav


@pytest.fixture
def clips(here):
    """A folder of three kinds of tone, four of each, and a file that is none."""
    rng = np.random.default_rng(0)
    times = np.arange(8_000) / 16_000
    for name, partials in (("dull", [1]), ("odd", [1, 3, 5, 7]), ("bright", range(1, 30))):
        (here / "clips" / name).mkdir(parents=True)
        for take in range(4):
            pitch = rng.uniform(180, 260)
            wave = sum(np.sin(2 * np.pi * k * pitch * times) / k for k in partials)
            wave += 0.01 * rng.standard_normal(len(times))
            data = wav((0.2 * wave).astype("f4"), 16_000)
            (here / "clips" / name / f"{take}.wav").write_bytes(data)
    (here / "clips" / "dull" / "empty.mp3").write_bytes(b"")
    return here


def test_a_folder_of_clips_is_embedded_with_its_labels(clips, shell):
    code, out, err = shell("embed", "clips", "--model", "mfcc", "--out", "x.parquet")
    assert code == 0, err
    assert out == ""
    assert "empty.mp3 could not be read: it is empty (0 bytes)" in err
    assert "12 vectors of 80 dimensions" in err
    table = pd.read_parquet("x.parquet")
    assert list(table["label"]) == ["bright"] * 4 + ["dull"] * 4 + ["odd"] * 4
    expected = ec.embed(ec.read(clips / "clips"), "mfcc").vectors
    np.testing.assert_allclose(np.stack(table["vector"]), expected, atol=1e-5)


def test_verify_prints_errors_and_whom_a_new_clip_passes_for(clips, shell):
    new = clips / "clips" / "odd" / "0.wav"
    settings = ("--model", "log-mel", "--clip", new)
    code, out, err = shell("verify", "clips", *settings)
    assert code == 0, err
    code, answered, _ = shell("verify", "clips", *settings, "--json")
    answer = json.loads(answered)
    collection = ec.read(clips / "clips")
    embedding = ec.embed(collection, "log-mel")
    labels = collection.table["label"].tolist()
    rates = ec.error_rates(ec.trials(embedding, labels))
    assert (answer["same"], answer["other"]) == (12, 24)
    assert answer["equal_error"] == rates.equal_error
    assert answer["threshold"] == rates.equal_threshold
    scores = answer["verified"][0]["scores"]
    assert set(scores) == {"bright", "dull", "odd"}
    assert max(scores, key=scores.get) == "odd"
    assert f"Equal error rate {rates.equal_error:.1%}, from 12 comparisons" in out
    assert "3 voices by label, 12 clips." in out


def test_verify_at_a_threshold_or_at_a_share_that_may_pass(clips, shell):
    _, out, _ = shell("verify", "clips", "--model", "mfcc", "--threshold", "0.5", "--json")
    assert json.loads(out)["threshold"] == 0.5
    _, out, _ = shell("verify", "clips", "--model", "mfcc", "--false-accept", "0", "--json")
    assert json.loads(out)["false_accept"] == 0
    code, _, err = shell("verify", "clips", "--model", "mfcc", "--threshold", "1", "--false-accept",
                         "0")  # fmt: skip
    assert code == 2
    assert "not allowed with" in err


def test_verify_says_what_it_needs(clips, shell, is_one_sentence):
    code, _, err = shell("verify", "sample:recordings", "--model", "mfcc")
    assert code == 2
    assert "label" in err
    assert "group" in err
    code, _, err = shell("verify", "clips/odd", "--model", "mfcc", "--by", "seconds")
    assert code == 2
    assert "4 clips of 1 voice" in err
    code, _, err = shell("verify", "sample:recordings", "--model", "mfcc", "--by", "group",
                         "--clip", "gone.wav")  # fmt: skip
    assert code == 2
    assert "gone.wav cannot be opened" in err


def test_what_embed_wrote_can_be_verified(clips, shell):
    shell("embed", "clips", "--model", "mfcc", "--out", "x.parquet")
    code, out, err = shell("verify", "x.parquet", "--json")
    assert code == 0, err
    again = json.loads(shell("verify", "clips", "--model", "mfcc", "--json")[1])
    assert json.loads(out)["equal_error"] == pytest.approx(again["equal_error"], abs=1e-6)


def test_recordings_have_neighbours(shell):
    code, out, err = shell(
        "neighbors", "sample:recordings", "--model", "mfcc", "--id", "tabla ghe1", "-k", "3"
    )
    assert code == 0, err
    assert out.count("\n") == 5
