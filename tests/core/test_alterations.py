"""One thing of a recording changes, by as much as is said; the others stay."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.alterations import ALTERATIONS, alter
from embedding_core.errors import InputError, UnknownNameError
from embedding_core.modalities.audio import Clip

RATE = 16_000


def tone(hertz, seconds=1.0, level=0.3, rate=RATE):
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(
        "f4"
    )


def clip(samples, rate=RATE):
    return Clip.of_samples(samples, rate, "a.wav")


def samples_of(altered):
    return altered.clip.load()[0].astype(np.float64)


def pitch(samples, rate=RATE):
    middle = samples[len(samples) // 4 : 3 * len(samples) // 4]
    power = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 1 << 18))
    return np.argmax(power) * rate / (1 << 18)


@pytest.mark.parametrize("semitones", [-12, -3.5, 4, 12])
def test_pitch_moves_by_semitones_and_length_stays(semitones):
    found = alter(clip(tone(440)), "pitch", semitones)
    assert len(samples_of(found)) == RATE
    assert pitch(samples_of(found)) == pytest.approx(440 * 2 ** (semitones / 12), rel=0.01)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.5, 3])
def test_speed_changes_length_and_pitch_stays(speed):
    found = alter(clip(tone(440)), "speed", speed)
    assert found.clip.seconds == pytest.approx(1 / speed, abs=0.001)
    assert pitch(samples_of(found)) == pytest.approx(440, rel=0.01)


@pytest.mark.parametrize("ratio", [-20, 0, 10, 35.5])
def test_noise_is_exactly_as_far_below_as_is_said(ratio):
    original = tone(440, level=0.01)
    found = alter(clip(original), "noise", ratio)
    assert found.notes == ()
    noise = samples_of(found) - original
    measured = 10 * np.log10(np.mean(original.astype("f8") ** 2) / np.mean(noise**2))
    assert measured == pytest.approx(ratio, abs=1e-3)
    # White: as much energy in one half of the spectrum as in the other.
    power = np.abs(np.fft.rfft(noise)) ** 2
    low, high = np.array_split(power, 2)
    assert low.sum() == pytest.approx(high.sum(), rel=0.1)


def test_noise_too_loud_for_full_scale_keeps_its_distance():
    original = tone(440, level=0.9)
    found = alter(clip(original), "noise", 0)
    (note,) = found.notes
    assert "quieter to stay in full scale" in note
    mixed = samples_of(found)
    assert np.abs(mixed).max() == pytest.approx(1)
    # What of the mixture is the tone, by projection; the rest is noise.
    scale = (mixed @ original) / (original @ original)
    rest = mixed - scale * original
    assert np.mean((scale * original) ** 2) / np.mean(rest**2) == pytest.approx(1, rel=0.03)


def test_noise_is_the_same_for_the_same_seed():
    keys = [alter(clip(tone(440)), "noise", 10, seed=seed).clip.digest() for seed in (0, 0, 1)]
    assert keys[0] == keys[1] != keys[2]


def test_gain_is_in_decibels_and_cuts_off_at_full_scale():
    original = tone(440, level=0.25)
    quieter = alter(clip(original), "gain", -20)
    np.testing.assert_allclose(samples_of(quieter), original / 10, atol=1e-7)
    assert quieter.notes == ()
    louder = alter(clip(original), "gain", 20)
    np.testing.assert_allclose(samples_of(louder), np.clip(original * 10, -1, 1), atol=1e-5)
    share = np.mean(np.abs(original * np.float32(10)) > 1)
    assert louder.notes == (f"is clipped: {share:.2g} of its samples",)
    assert louder.clip.listen().notes[0].startswith("is clipped")


@pytest.mark.parametrize(
    "name", [name for name, each in ALTERATIONS.items() if each.neutral is not None]
)
def test_at_the_neutral_amount_nothing_changes(name):
    original = clip(tone(440))
    found = alter(original, name, ALTERATIONS[name].neutral)
    np.testing.assert_array_equal(found.clip.load()[0], original.load()[0])


@pytest.mark.parametrize("name", ALTERATIONS)
@pytest.mark.parametrize("n", [1, 7, 160, 441])
def test_very_short_clips_are_altered_too(name, n):
    found = alter(clip(tone(440)[9 : 9 + n]), name, ALTERATIONS[name].amount.default)
    assert np.isfinite(samples_of(found)).all()
    assert found.clip.seconds > 0


@pytest.mark.parametrize("name", ["pitch", "speed", "gain"])
def test_silence_stays_silent_and_noise_has_nothing_to_go_by(name):
    silent = clip(np.zeros(RATE, "f4"))
    assert not samples_of(alter(silent, name, ALTERATIONS[name].amount.default)).any()
    with pytest.raises(InputError, match=r"a\.wav is silent"):
        alter(silent, "noise", 10)


def test_a_long_clip_is_cut_and_that_is_said():
    found = alter(clip(tone(440, 61, rate=8_000), 8_000), "gain", -6)
    assert found.clip.seconds == 60
    assert found.notes == ("was cut after 60 seconds",)


def test_names_and_amounts_are_checked():
    with pytest.raises(UnknownNameError, match="no alteration called 'reverb'"):
        alter(clip(tone(440)), "reverb", 1)
    with pytest.raises(InputError, match=r"0\.25 to 4"):
        alter(clip(tone(440)), "speed", 9)


def test_what_is_heard_moves_with_the_pitch():
    """A real model tells an octave; a change of nothing leaves its vector where it was."""
    recording = ec.SAMPLES["recordings"].read().payloads[50]
    encoder = ec.load("mfcc")
    same, up = (alter(recording, "pitch", by).clip for by in (0, 12))
    before, still, after = encoder.embed([recording, same, up]).vectors
    np.testing.assert_allclose(still, before, atol=1e-3)
    assert np.linalg.norm(after - before) > 1
