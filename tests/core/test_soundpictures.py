"""The pictures are what librosa computes, and what the model hears."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import scipy.fft

import embedding_core as ec
from embedding_core.errors import InputError
from embedding_core.modalities.audio import Clip
from embedding_core.soundpictures import mfcc_steps, sound_pictures

RATE = 22_050


@pytest.fixture(scope="module")
def recording():
    recordings = ec.SAMPLES["recordings"].read()
    return recordings.payloads[recordings.positions["guit harmonics"]]


def chirp(seconds, rate=RATE):
    times = np.arange(round(seconds * rate)) / rate
    return (0.3 * np.sin(2 * np.pi * (200 * times + 300 * times**2))).astype("f4")


def test_spectrogram_and_mfcc_are_librosas(recording):
    found = sound_pictures(recording, n_mfcc=20)
    samples, _ = recording.load(RATE)
    mel = librosa.feature.melspectrogram(y=samples, sr=RATE)
    np.testing.assert_allclose(found.mel.values, librosa.power_to_db(mel), atol=2e-3)
    expected = librosa.feature.mfcc(y=samples, sr=RATE, n_mfcc=20)
    np.testing.assert_allclose(found.mfcc.values, expected, atol=4e-3)
    times = librosa.times_like(mel, sr=RATE)
    np.testing.assert_allclose(found.mel.seconds, times)
    np.testing.assert_allclose(
        found.mel.hertz, librosa.mel_frequencies(128 + 2, fmin=0, fmax=RATE / 2)[1:-1]
    )
    assert found.seconds == pytest.approx(recording.seconds, abs=1e-3)


def test_it_is_what_the_model_hears(recording):
    found = sound_pictures(recording, n_mfcc=13)
    embedding = ec.load("mfcc", n_mfcc=13, deltas="0").embed([recording])
    values = found.mfcc.values.astype(np.float64)
    expected = np.concatenate([values.mean(axis=1), values.std(axis=1)])
    np.testing.assert_allclose(embedding.vectors[0], expected, rtol=1e-4, atol=1e-3)


def test_a_waveform_loses_no_peak(recording):
    samples, _ = recording.load(RATE)
    found = sound_pictures(recording, columns=37).waveform
    assert len(found.seconds) == len(found.low) == len(found.high) == 37
    edges = [*np.round(found.seconds * RATE).astype(int), len(samples)]
    for at in range(37):
        part = samples[edges[at] : edges[at + 1]]
        assert (found.low[at], found.high[at]) == (part.min(), part.max())


@pytest.mark.parametrize("at", [0.0, 0.4, 99.0])
def test_each_step_follows_from_the_one_before(recording, at):
    settings = {"n_mfcc": 16, "n_mels": 40, "window": 1_024, "hop": 256}
    steps = {step.name: step for step in mfcc_steps(recording, at, **settings)}
    assert list(steps) == ["frame", "window", "spectrum", "mel", "log", "dct"]
    samples, _ = recording.load(RATE)
    n_frames = 1 + len(samples) // 256
    place = min(round(at * RATE / 256), n_frames - 1)
    padded = np.pad(samples, 512)
    np.testing.assert_allclose(steps["frame"].y, padded[place * 256 : place * 256 + 1_024])
    window = librosa.filters.get_window("hann", 1_024, fftbins=True)
    np.testing.assert_allclose(steps["window"].y, steps["frame"].y * window, atol=1e-12)
    power = np.abs(scipy.fft.rfft(steps["window"].y)) ** 2
    np.testing.assert_allclose(steps["spectrum"].y, power, atol=1e-9)
    np.testing.assert_allclose(steps["spectrum"].x, librosa.fft_frequencies(sr=RATE, n_fft=1_024))
    filters = librosa.filters.mel(sr=RATE, n_fft=1_024, n_mels=40)
    np.testing.assert_allclose(steps["mel"].y, filters @ power, rtol=1e-3, atol=1e-9)
    shown = steps["mel"].guides
    np.testing.assert_allclose(shown / shown.max(), filters / filters.max(), atol=1e-5)
    every = librosa.feature.melspectrogram(
        y=samples, sr=RATE, n_fft=1_024, hop_length=256, n_mels=40
    )
    floor = 10 * np.log10(every.max()) - 80
    expected = np.maximum(10 * np.log10(np.maximum(steps["mel"].y, 1e-10)), floor)
    np.testing.assert_allclose(steps["log"].y, expected, atol=1e-2)
    cosines = scipy.fft.dct(steps["log"].y, type=2, norm="ortho")[:16]
    np.testing.assert_allclose(steps["dct"].y, cosines, atol=1e-2)
    np.testing.assert_allclose(
        steps["dct"].y,
        librosa.feature.mfcc(S=librosa.power_to_db(every), sr=RATE, n_mfcc=16)[:, place],
        atol=2e-2,
    )


def test_guides_have_as_many_points_as_places(recording):
    for step in mfcc_steps(recording, 0.1):
        assert step.x.shape == step.y.shape
        assert step.guides.shape[1] == len(step.guide_x)
        assert step.about.endswith(".")


def test_a_part_of_a_long_clip_is_shown_where_it_lies():
    long = Clip.of_samples(chirp(75, 8_000), 8_000, "long.wav")
    first, later = (sound_pictures(long, rate="8000", start=at) for at in (0.0, 50.0))
    assert (first.seconds, later.seconds) == (60.0, 25.0)
    assert later.mel.seconds[0] == later.waveform.seconds[0] == 50.0
    assert first.mel.values.shape[1] == 1 + 60 * 8_000 // 512
    samples = long.load(8_000)[0][50 * 8_000 :]
    assert later.waveform.high.max() == samples.max()
    with pytest.raises(InputError, match=r"long\.wav lasts 75 seconds"):
        sound_pictures(long, start=75.0)


@pytest.mark.parametrize("n", [1, 50, 441])
def test_very_short_clips_and_silence_have_pictures(n):
    for samples in (chirp(1)[1 : n + 1], np.zeros(n, "f4")):
        short = Clip.of_samples(samples, RATE, "short.wav")
        found = sound_pictures(short)
        assert np.isfinite(found.mel.values).all()
        assert len(found.waveform.high) == n if n < 600 else 600
        assert all(np.isfinite(step.y).all() for step in mfcc_steps(short, 0.0))
    assert found.notes == ("is silent",)
