"""The made-up sounds have the pitch, the timbre and the loudness they say."""

from __future__ import annotations

import numpy as np
import pytest

from embedding_core.tones import LOUDNESS, NOISES, PITCHES, RATE, SECONDS, TIMBRES, tones


@pytest.fixture(scope="module")
def made():
    return tones()


def samples_of(made, **wanted):
    """Return the samples of every sound whose columns are as wanted, loudest first."""
    rows = made.table.sort_values("loudness", ascending=False)
    for column, cell in wanted.items():
        rows = rows[rows[column] == cell]
    return [made.payloads[at].load()[0].astype(np.float64) for at in rows.index]


def spectrum(samples):
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    return np.fft.rfftfreq(len(samples), 1 / RATE), power


def test_it_is_complete_and_the_same_each_time(made):
    counts = made.table["kind"].value_counts()
    assert counts["tone"] == len(TIMBRES) * len(PITCHES) * len(LOUDNESS)
    assert set(counts.index) == {"tone", "sweep", "noise"}
    assert tones().fingerprint == made.fingerprint
    assert tones(seed=1).fingerprint != made.fingerprint


def test_loudness_is_what_it_says_and_nothing_is_odd(made):
    for payload, decibels in zip(made.payloads, made.table["loudness"], strict=True):
        heard = payload.listen()
        assert heard.notes == ()
        assert len(heard.samples) == round(SECONDS * RATE)
        level = 10 * np.log10(np.mean(heard.samples.astype(np.float64) ** 2))
        # A quiet sound has few steps of 16 bits.
        assert level == pytest.approx(decibels, abs=0.02)


@pytest.mark.parametrize("pitch", PITCHES)
@pytest.mark.parametrize("timbre", [timbre.name for timbre in TIMBRES])
def test_partials_lie_where_the_timbre_has_them(made, pitch, timbre):
    samples = samples_of(made, timbre=timbre, pitch=pitch)[0]
    hertz, power = spectrum(samples)
    multiples = [
        multiple for multiple, _, _ in next(t for t in TIMBRES if t.name == timbre).partials
    ]
    near = np.zeros(len(hertz), dtype=bool)
    for multiple in multiples:
        near |= np.abs(hertz - multiple * pitch) < 12
    assert power[near].sum() > 0.99 * power.sum()
    own = np.abs(hertz - pitch) < 12
    assert power[own].sum() > 0.2 * power.sum()


def test_known_waves_have_the_series_of_their_shape(made):
    for timbre, expected in (
        ("square", {1: 1, 2: 0, 3: 1 / 3, 4: 0, 5: 1 / 5}),
        ("saw", {1: 1, 2: 1 / 2, 3: 1 / 3}),
        ("triangle", {1: 1, 2: 0, 3: 1 / 9, 5: 1 / 25}),
        ("sine", {1: 1, 2: 0, 3: 0}),
    ):
        hertz, power = spectrum(samples_of(made, timbre=timbre, pitch=220)[0])
        levels = {k: np.sqrt(power[np.abs(hertz - 220 * k) < 12].sum()) for k in expected}
        for k, level in expected.items():
            assert levels[k] / levels[1] == pytest.approx(level, abs=0.01)


def test_sweeps_go_up_and_down(made):
    for name, sign in (("sweep up", 1), ("sweep down", -1)):
        for samples in samples_of(made, timbre=name):
            thirds = np.array_split(samples, 3)
            centers = [np.average(h, weights=p) for h, p in map(spectrum, thirds)]
            assert (np.diff(centers) * sign > 0).all()


def test_noises_fall_as_their_colour_says(made):
    for name, fall in NOISES:
        hertz, power = spectrum(samples_of(made, timbre=name)[0])
        heard = (hertz > 100) & (hertz < 8_000)
        slope = np.polyfit(np.log(hertz[heard]), np.log(power[heard]), 1)[0]
        assert slope == pytest.approx(-2 * fall, abs=0.15)


def test_what_has_no_pitch_says_none(made):
    pitchless = made.table["kind"] != "tone"
    assert made.table["pitch"].isna().eq(pitchless).all()
