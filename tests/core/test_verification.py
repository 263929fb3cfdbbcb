"""Voices, trials and errors against loops over every clip, and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_curve

import embedding_core as ec
from embedding_core.embedding import Embedding
from embedding_core.errors import InputError, SpaceMismatchError
from embedding_core.verification import enroll, error_rates, trials, verify


def made(vectors, space="toy"):
    vectors = np.asarray(vectors, dtype=np.float32)
    return Embedding(tuple(f"clip {at}" for at in range(len(vectors))), vectors, space, "toy")


@pytest.fixture
def speakers():
    """Return clips of five voices that overlap a little, of any loudness; two are unknown."""
    rng = np.random.default_rng(3)
    centers = rng.normal(size=(5, 8))
    codes = rng.permutation(np.repeat(np.arange(5), [9, 7, 5, 2, 1]))
    vectors = centers[codes] + rng.normal(scale=0.8, size=(len(codes), 8))
    vectors *= rng.uniform(0.1, 10, size=(len(codes), 1))
    labels = [f"voice {code}" for code in codes]
    labels[4], labels[11] = None, ""
    return made(vectors), labels


def cosine(a, b):
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def by_hand(embedding, labels):
    """Return (clip, voice) -> (score, same), one comparison at a time."""
    clips = embedding.vectors.astype(np.float64)
    clips /= np.linalg.norm(clips, axis=1, keepdims=True)
    voices = list(dict.fromkeys(label for label in labels if label))
    found = {}
    for at, label in enumerate(labels):
        if not label:
            continue
        for voice in voices:
            of = [i for i, other in enumerate(labels) if other == voice and i != at]
            if of:
                found[at, voice] = (cosine(clips[at], clips[of].mean(axis=0)), voice == label)
    return found


def test_trials_are_every_clip_with_every_voice_without_itself(speakers):
    embedding, labels = speakers
    found, expected = trials(embedding, labels), by_hand(embedding, labels)
    got = {
        (int(clip), found.names[voice]): (score, bool(same))
        for clip, voice, score, same in zip(
            found.clips, found.voices, found.scores, found.same, strict=True
        )
    }
    assert got.keys() == expected.keys()
    for key, (score, same) in expected.items():
        assert got[key][0] == pytest.approx(score, abs=1e-6)
        assert got[key][1] == same
    assert found.n_clips == sum(bool(label) for label in labels)
    counts = {name: labels.count(name) for name in found.names}
    assert set(found.alone) == {name for name, n in counts.items() if n == 1}


def test_the_most_alike_voice_is_counted(speakers):
    embedding, labels = speakers
    found, expected = trials(embedding, labels), by_hand(embedding, labels)
    asked = right = 0
    for at, label in enumerate(labels):
        if label and labels.count(label) > 1:
            scores = {voice: score for (clip, voice), (score, _) in expected.items() if clip == at}
            asked += 1
            right += max(scores, key=scores.get) == label
    assert (found.n_asked, found.n_right) == (asked, right)
    assert 0 < right < asked


def test_both_errors_are_counts_at_every_threshold(speakers):
    found = trials(*speakers)
    rates = error_rates(found)
    assert (rates.n_same, rates.n_other) == (found.same.sum(), (~found.same).sum())
    for threshold in (*rates.thresholds, -1.0, 0.123, 1.0):
        passing = found.scores.astype(np.float64) >= threshold
        errors = rates.at(threshold)
        assert errors.false_accept == pytest.approx(passing[~found.same].mean())
        assert errors.false_reject == pytest.approx((~passing[found.same]).mean())
        assert errors.n_accepted == passing[~found.same].sum()
        low, high = errors.accept_interval
        assert low <= errors.false_accept + 1e-12
        assert high >= errors.false_accept - 1e-12
    assert (rates.false_accept[0], rates.false_reject[0]) == (1, 0)
    assert (rates.false_accept[-1], rates.false_reject[-1]) == (0, 1)


def test_equal_error_is_where_the_roc_curve_crosses_the_diagonal(speakers):
    found = trials(*speakers)
    rates = error_rates(found)
    accept, passed, _ = roc_curve(found.same, found.scores, drop_intermediate=False)
    along = np.linspace(0, 1, 200_001)
    # Points of the curve by their distance along it, so that steps straight up count too.
    steps = np.concatenate([[0], np.cumsum(np.abs(np.diff(accept)) + np.abs(np.diff(passed)))])
    steps /= steps[-1]
    far, frr = np.interp(along, steps, accept), 1 - np.interp(along, steps, passed)
    crossing = np.argmin(np.abs(far - frr))
    assert rates.equal_error == pytest.approx(far[crossing], abs=1e-4)
    assert 0.02 < rates.equal_error < 0.4
    gaps = np.abs(rates.false_accept - rates.false_reject)
    closest = rates.at(rates.equal_threshold)
    assert abs(closest.false_accept - closest.false_reject) == pytest.approx(gaps.min())


def test_voices_far_apart_have_no_error_and_mixed_ones_half():
    apart = made([[1, 0.01], [1, 0], [0.01, 1], [0, 1]])
    rates = error_rates(trials(apart, list("aabb")))
    assert rates.equal_error == 0
    errors = rates.at(rates.equal_threshold)
    assert (errors.false_accept, errors.false_reject) == (0, 0)
    rng = np.random.default_rng(0)
    mixed = made(rng.normal(size=(400, 20)))
    rates = error_rates(trials(mixed, list(rng.integers(4, size=400).astype(str))))
    assert rates.equal_error == pytest.approx(0.5, abs=0.05)


def test_threshold_for_a_false_accept_rate_is_the_lowest_that_keeps_it(speakers):
    rates = error_rates(trials(*speakers))
    for wanted in (0.0, 0.01, 0.1, 0.5):
        threshold = rates.threshold_for(wanted)
        assert rates.at(threshold).false_accept <= wanted
        lower = rates.thresholds[rates.thresholds < threshold]
        assert all(rates.at(each).false_accept > wanted for each in lower)


def test_a_new_clip_is_compared_with_each_voice(speakers):
    embedding, labels = speakers
    voices = enroll(embedding, labels)
    assert voices.names == tuple(dict.fromkeys(label for label in labels if label))
    assert list(voices.counts) == [labels.count(name) for name in voices.names]
    new = made(np.random.default_rng(5).normal(size=(3, 8)))
    found = verify(voices, new)
    units = embedding.vectors / np.linalg.norm(embedding.vectors, axis=1, keepdims=True)
    for at in range(3):
        for place, name in enumerate(voices.names):
            mean = units[[label == name for label in labels]].mean(axis=0)
            assert found.scores[at, place] == pytest.approx(cosine(new.vectors[at], mean), abs=1e-6)
    ranked = found.ranked(1)
    assert [score for _, score in ranked] == sorted((s for _, s in ranked), reverse=True)
    assert found.accepted(ranked[1][1], 1) == [ranked[0][0], ranked[1][0]]


def test_what_cannot_be_compared_is_said(speakers):
    embedding, labels = speakers
    with pytest.raises(SpaceMismatchError):
        verify(enroll(embedding, labels), made(embedding.vectors, "another"))
    with pytest.raises(InputError, match="23 labels for 24 items"):
        enroll(embedding, labels[1:])
    with pytest.raises(InputError, match="No clip says whose voice"):
        enroll(embedding, [None] * len(labels))
    with pytest.raises(InputError, match="24 clips of 1 voice;"):
        trials(embedding, ["a"] * len(labels))
    with pytest.raises(InputError, match="two clips or more"):
        trials(made(np.eye(3)), list("abc"))


def test_recordings_of_one_family_pass_for_their_family():
    """A real model on real sounds: far better than chance, and the counts add up."""
    recordings = ec.SAMPLES["recordings"].read()
    embedding = ec.embed(recordings, "mfcc")
    found = trials(embedding, recordings.table["group"].tolist())
    k = recordings.table["group"].nunique()
    assert len(found) == len(recordings) * k
    assert found.n_right / found.n_asked > 3 / k
    assert error_rates(found).equal_error < 0.4
