"""Models of sound: by hand, against librosa, and against the packages they come from."""

from __future__ import annotations

import threading

import librosa
import numpy as np
import pytest

import embedding_core as ec
from embedding_core.cepstra import Spread, cepstra, decibels, with_changes
from embedding_core.errors import InputError, UnreadableItemError
from embedding_core.listening import Ended, Heard, read_ahead
from embedding_core.mel import FrontEnd
from embedding_core.modalities.audio import Clip
from embedding_core.models import Stepwise
from embedding_core.stretches import Timed

RATE = 22_050


def noise(seconds, seed=0, rate=RATE, level=0.1):
    rng = np.random.default_rng(seed)
    return (level * rng.normal(size=round(seconds * rate))).astype(np.float32)


def voiced(seconds, pitch=120.0, seed=0, rate=RATE):
    """Pulses through a few resonances that come and go: busy all over the spectrum, like speech."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * rate)) / rate
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.1 * np.sin(2 * np.pi * 3 * t))) / rate
    tones = sum(
        np.exp(-(((k * pitch - center) / width) ** 2)) * np.sin(k * phase)
        for k in range(1, int(rate / 2 / pitch / 1.2))
        for center, width in ((500, 200), (1_500, 300), (2_500, 400))
    )
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * 2 * t + seed)
    sound = 0.3 * tones * swell + 0.003 * rng.normal(size=len(t))
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def clip(samples, rate=RATE, name="clip.wav"):
    return Clip.of_samples(samples, rate, name)


class Gone:
    """A recording that cannot be decoded."""

    seconds = 1.0

    def digest(self):
        return b"0" * 16

    def load(self):
        raise UnreadableItemError("gone.wav", "it is gone; copy it again.")

    def stream(self, rate=None):
        raise UnreadableItemError("gone.wav", "it is gone; copy it again.")


@pytest.fixture(params=[(22_050, 2_048, 512, 128), (16_000, 400, 160, 40), (8_000, 255, 100, 40)])
def settings(request):
    return request.param


# --- bands ------------------------------------------------------------------------------------


def test_filters_are_librosas(settings):
    rate, window, hop, n_mels = settings
    for scale, norm, low, high in (("slaney", "slaney", 0, 0), ("htk", None, 60, 3_500)):
        found = FrontEnd(
            rate, window, hop, n_mels, low=low, high=high, scale=scale,
            shape="area" if norm else "peak",
        ).filters()  # fmt: skip
        expected = librosa.filters.mel(
            sr=rate, n_fft=window, n_mels=n_mels, norm=norm, htk=scale == "htk",
            fmin=low, fmax=high or None,
        )  # fmt: skip
        np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.filterwarnings("ignore:n_fft")
def test_bands_are_librosas_in_blocks_and_together_too(settings):
    rate, window, hop, n_mels = settings
    front = FrontEnd(rate, window, hop, n_mels)
    clips = [noise(s, seed=i, rate=rate) for i, s in enumerate((0.01, 0.3, 1, 2.5, 0.0456))]
    together = front.bands(clips)
    for samples, bands in zip(clips, together, strict=True):
        expected = librosa.feature.melspectrogram(
            y=samples, sr=rate, n_fft=window, hop_length=hop, n_mels=n_mels
        ).T
        assert bands.shape == expected.shape == (front.n_frames(len(samples)), n_mels)
        np.testing.assert_allclose(bands, expected, rtol=2e-5, atol=1e-9)
        for n_blocks in (1, 3, 50):
            blocks = np.array_split(samples, n_blocks)
            np.testing.assert_allclose(np.concatenate(list(front.stream(blocks))), bands, rtol=1e-6)
        # What stands beside a clip changes nothing, not even the last bit.
        np.testing.assert_array_equal(front.bands([samples])[0], bands)


def test_frames_that_start_with_the_clip_are_whole_ones():
    front = FrontEnd(16_000, 400, 160, 64, centered=False)
    assert [front.n_frames(n) for n in (0, 399, 400, 559, 560)] == [0, 0, 1, 1, 2]
    assert [len(front.bands([noise(1)[:n]])[0]) for n in (399, 400, 559, 560)] == [0, 1, 1, 2]
    assert list(front.stream([noise(1)[:399]])) == []


# --- MFCC -------------------------------------------------------------------------------------


def librosas(samples, order, **more):
    """What librosa makes of a clip, frame by frame."""
    found = librosa.feature.mfcc(y=samples, sr=RATE, **more)
    changes = [librosa.feature.delta(found, order=degree) for degree in range(1, order + 1)]
    return np.concatenate([found, *changes]).T.astype(np.float64)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("n_mfcc", [13, 20, 40])
def test_mfcc_are_librosas(order, n_mfcc):
    clips = [voiced(1.3), voiced(2.7, 210, 1), noise(0.5, 2), 0.9 * voiced(0.4, 90, 3)]
    encoder = ec.load("mfcc", n_mfcc=n_mfcc, deltas=str(order))
    found = encoder.embed([clip(samples) for samples in clips])
    for vector, samples in zip(found.vectors, clips, strict=True):
        frames = librosas(samples, order, n_mfcc=n_mfcc)
        expected = np.concatenate([frames.mean(axis=0), frames.std(axis=0)])
        # Coefficients are some hundreds: the last bit of a float32 is 3e-5.
        assert np.abs(vector - expected).max() < 4e-5
    assert not found.missing
    assert not found.notes


def test_log_mel_are_librosas():
    samples = voiced(1.5)
    found = ec.load("log-mel", rate="16000", window=1024, hop=256, n_mels=64)
    y = clip(samples).load(16_000)[0]
    bands = librosa.feature.melspectrogram(y=y, sr=16_000, n_fft=1024, hop_length=256, n_mels=64)
    levels = librosa.power_to_db(bands).astype(np.float64)
    expected = np.concatenate([levels.mean(axis=1), levels.std(axis=1)])
    assert np.abs(found.embed([clip(samples)]).vectors[0] - expected).max() < 1e-4


@pytest.mark.parametrize("n", [1, 4, 8, 9, 10, 17, 60])
def test_changes_are_the_same_in_blocks(n):
    frames = np.random.default_rng(n).normal(size=(n, 3)).astype(np.float32)
    whole = np.concatenate(list(with_changes([frames], 2)))
    assert whole.shape == (n, 9)
    for n_blocks in (2, 5, n):
        parts = list(with_changes(np.array_split(frames, n_blocks), 2))
        np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-6)
    if n >= 9:
        expected = [frames.T] + [librosa.feature.delta(frames.T, order=order) for order in (1, 2)]
        np.testing.assert_allclose(whole, np.concatenate(expected).T, atol=1e-5)


def test_the_spread_of_blocks_is_that_of_the_whole():
    frames = (1e4 + np.random.default_rng(0).normal(size=(1_000, 5))).astype(np.float32)
    spread = Spread()
    for block in np.split(frames, [1, 1, 700]):
        spread.add(block)
    exact = frames.astype(np.float64)
    expected = np.concatenate([exact.mean(axis=0), exact.std(axis=0)])
    np.testing.assert_allclose(spread.vector(), expected, rtol=1e-6)


def test_a_long_clip_is_streamed_to_the_same_vector(monkeypatch):
    samples = np.concatenate([0.01 * voiced(3), voiced(3, 180), noise(1, level=1e-6)])
    for name in ("mfcc", "log-mel"):
        encoder = ec.load(name)
        whole = encoder.embed([clip(samples)]).vectors
        monkeypatch.setattr("embedding_core.spectral._SECONDS_AT_ONCE", 2)
        mixed = encoder.embed([clip(noise(1)), clip(samples), clip(noise(1))]).vectors
        monkeypatch.undo()
        np.testing.assert_allclose(mixed[1], whole[0], atol=1e-4)
        np.testing.assert_array_equal(mixed[0], mixed[2])


def test_silent_short_and_unreadable_clips_are_told_apart():
    given = [clip(np.zeros(RATE, np.float32)), clip(noise(0.02)), Gone(), clip(noise(1))]
    for name in ("mfcc", "log-mel"):
        found = ec.load(name).embed(given)
        assert np.isfinite(found.vectors).all()
        assert found.missing == {2: "it is gone; copy it again."}
        assert found.notes == {
            0: "is silent",
            1: "lasts 20 ms, and the model needs 92.9 ms: filled up with silence",
        }
        assert not found.vectors[2].any()
    # One level everywhere: nothing varies, and only the first coefficient is not zero.
    silent = ec.load("mfcc").embed(given).vectors[0]
    assert silent[0] == pytest.approx(-100 * np.sqrt(128))
    assert np.abs(silent[1:]).max() < 1e-3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"window": 512, "hop": 1_024}, "leaves gaps between frames of 512"),
        ({"window": 128, "hop": 64, "n_mels": 256}, "bands are narrower"),
        ({"rate": "11000"}, "rate got '11000'"),
    ],
)
def test_settings_that_cannot_be_get_a_sentence(given, said):
    with pytest.raises(InputError, match=said):
        ec.load("mfcc", **given)


def test_a_clip_over_time():
    low, high = voiced(2, 90), voiced(2, 300, 4)
    for name in ("mfcc", "log-mel"):
        encoder = ec.load(name)
        assert isinstance(encoder, Timed)
        assert isinstance(encoder, Stepwise)
        found = encoder.stretches(clip(np.concatenate([low, high])))
        assert found.seconds == 1
        assert found.starts.tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3]
        assert found.vectors.shape == (7, encoder.dim)
        ends = encoder.embed([clip(low), clip(high)]).vectors
        apart = np.linalg.norm(found.vectors[:, None] - ends[None], axis=2)
        assert apart.argmin(axis=1)[[0, 1, 5, 6]].tolist() == [0, 0, 1, 1]


# --- reading ahead ----------------------------------------------------------------------------


def test_parts_come_in_order_and_all_of_them():
    def read(payload):
        yield from range(payload)
        return "odd" if payload % 2 else ""

    n_parts = [3, 0, 5, 1, 20, 2]
    seen = {at: [] for at in range(len(n_parts))}
    for at, part in read_ahead(n_parts, read):
        seen[at].append(part)
    for at, n in enumerate(n_parts):
        assert seen[at] == [*range(n), Ended("odd" if n % 2 else "")]


def test_who_stops_asking_stops_the_threads():
    before = threading.active_count()
    closed = []

    def read(payload):
        try:
            while True:
                yield payload
        finally:
            closed.append(payload)

    parts = read_ahead(range(10), read)
    next(parts)
    parts.close()
    assert threading.active_count() == before
    assert 1 <= len(closed) <= 4


def test_a_bug_in_a_thread_is_raised_where_it_is_asked_for():
    def read(payload):
        yield 1 // payload

    with pytest.raises(ZeroDivisionError):
        list(read_ahead([1, 0, 1], read))


def test_how_a_clip_that_was_heard_is_noted():
    heard = Heard(clip(np.zeros(100, np.float32)), RATE)
    assert sum(len(block) for block in heard) == heard.n_samples == 100
    assert heard.note(0) == "is silent"
    assert heard.note(44_100, "repeated") == (
        "is silent; lasts 4.54 ms, and the model needs 2 s: repeated"
    )
    assert decibels(np.zeros((2, 3), np.float32)).tolist() == [[-100] * 3] * 2
    assert cepstra(np.ones((1, 4), np.float32), 2) == pytest.approx(np.array([[2, 0]]), abs=1e-6)
