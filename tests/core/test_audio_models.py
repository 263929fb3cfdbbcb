"""Models of sound: by hand, against librosa, and against the packages they come from."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading

import librosa
import numpy as np
import pytest

import embedding_core as ec
from embedding_core import vggish
from embedding_core.cepstra import Spread, cepstra, decibels, with_changes
from embedding_core.errors import Cancelled, InputError, ModelLoadError, UnreadableItemError
from embedding_core.listening import Ended, Heard, read_ahead
from embedding_core.mel import FrontEnd
from embedding_core.modalities.audio import Clip
from embedding_core.models import Stepwise, TextQuery
from embedding_core.runtime import transformers
from embedding_core.stretches import Timed
from embedding_core.voice import looks_at
from embedding_core.weights import Available

# AST's extractor warns of its own published settings.
pytestmark = pytest.mark.filterwarnings("ignore:At least one mel filter has all zero")

RATE = 22_050
RESONANCES = {500: 200, 1_500: 300, 2_500: 400}  # Hz, and how wide they are


def noise(seconds, seed=0, rate=RATE, level=0.1):
    rng = np.random.default_rng(seed)
    return (level * rng.normal(size=round(seconds * rate))).astype(np.float32)


def voiced(seconds, pitch=120.0, seed=0, rate=RATE):
    """Pulses through a few resonances that come and go: busy all over the spectrum, like speech."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * rate)) / rate
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.1 * np.sin(2 * np.pi * 3 * t))) / rate
    tones = sum(
        np.sin(k * phase)
        * sum(np.exp(-(((k * pitch - at) / wide) ** 2)) for at, wide in RESONANCES.items())
        for k in range(1, int(3_500 / pitch))
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
            1: "is shorter than the 92.9 ms that the model needs: filled up with silence",
        }
        assert not found.vectors[2].any()
        nothing = ec.load(name).embed([Gone(), Gone()])
        assert list(nothing.missing) == [0, 1]
        assert nothing.vectors.shape == (2, found.vectors.shape[1])
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
        "is silent; is shorter than the 2 s that the model needs: repeated"
    )
    assert decibels(np.zeros((2, 3), np.float32)).tolist() == [[-100] * 3] * 2
    assert cepstra(np.ones((1, 4), np.float32), 2) == pytest.approx(np.array([[2, 0]]), abs=1e-6)


# --- voices -----------------------------------------------------------------------------------

# What the package itself makes of clips, in a process of its own: it asks for a voice detector
# that compiles, and for a module that SciPy no longer has. In the detector's place stands the rule
# by which we find pauses.
PACKAGE = """
import sys, types
import numpy as np
import scipy.ndimage
detector = types.ModuleType("webrtcvad")
detector.Vad = lambda mode: detector
def is_speech(pcm, sample_rate):
    return np.square(np.frombuffer(pcm, np.int16).astype(float)).sum() >= detector.least
detector.is_speech = is_speech
sys.modules["webrtcvad"] = detector
moved = types.ModuleType("scipy.ndimage.morphology")
moved.binary_dilation = scipy.ndimage.binary_dilation
sys.modules["scipy.ndimage.morphology"] = moved
import torch
torch.set_num_threads(1)
from resemblyzer import VoiceEncoder
from resemblyzer.audio import normalize_volume, preprocess_wav
encoder = VoiceEncoder("cpu", verbose=False)
found = {}
for name, wav in np.load(sys.argv[1]).items():
    louder = normalize_volume(wav, -30, increase_only=True)
    moments = (louder[: len(louder) // 480 * 480] * 32767).reshape(-1, 480)
    detector.least = np.square(moments).sum(axis=1).max() * 1e-3
    found[name + ".kept"], found[name + ".partials"], _ = encoder.embed_utterance(louder, True)
    found[name + ".cut"] = encoder.embed_utterance(preprocess_wav(wav))
np.savez(sys.argv[2], **found)
"""


def with_pauses():
    quiet = noise(1.2, 5, rate=16_000, level=1e-4)
    parts = [quiet, voiced(1.1, 130, 1, 16_000), quiet, voiced(1.7, 130, 2, 16_000), quiet]
    return np.concatenate(parts)


@pytest.fixture(scope="module")
def utterances():
    return {
        "short": voiced(0.7, 180, rate=16_000),
        "quiet": 0.003 * voiced(3.3, 100, 1, rate=16_000),
        "long": voiced(6.43, 220, 2, rate=16_000),
        "covered": voiced(1.6 + 0.77, 120, 3, rate=16_000),
        "pauses": with_pauses(),
    }


@pytest.fixture(scope="module")
def packages(utterances, tmp_path_factory):
    """The package's own vectors."""
    folder = tmp_path_factory.mktemp("package")
    np.savez(folder / "given.npz", **utterances)
    (folder / "run.py").write_text(PACKAGE, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-W", "ignore", folder / "run.py", "given.npz", "found.npz"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return dict(np.load(folder / "found.npz"))


def test_voices_are_the_packages(utterances, packages):
    clips = [clip(samples, 16_000) for samples in utterances.values()]
    for pauses, kind in (("keep", "kept"), ("cut", "cut")):
        encoder = ec.load("speaker-ge2e", pauses=pauses)
        found = encoder.embed(clips)
        expected = np.stack([packages[f"{name}.{kind}"] for name in utterances])
        # The package rounds to 16 bits before it looks for pauses, and to them alone.
        np.testing.assert_allclose(found.vectors, expected, atol=2e-6)
        assert found.notes == {
            0: "is shorter than the 1.6 s that the model needs: filled up with silence"
        }
    # Over time the pauses stay, so that each stretch is where it was.
    stretches = ec.load("speaker-ge2e", pauses="cut").stretches(clips[4])
    np.testing.assert_allclose(stretches.vectors, packages["pauses.partials"], atol=2e-6)
    np.testing.assert_allclose(
        stretches.starts, 0.77 * np.arange(len(stretches.vectors)), rtol=1e-6
    )
    assert stretches.seconds == pytest.approx(1.6)
    # With the pauses cut, other sound is heard: the test above is not about nothing.
    assert np.abs(packages["pauses.kept"] - packages["pauses.cut"]).max() > 0.01


def test_looks_are_as_many_as_the_package_takes():
    for n in (0, 1, 159, 25_599, 25_600, 30_000, 31_519, 31_520, 56_000, 160_000, 1_234_567):
        frames = int(np.ceil((n + 1) / 160))
        starts = list(range(0, max(1, frames - 160 + 77 + 1), 77))
        if (n - starts[-1] * 160) / 25_600 < 0.75 and len(starts) > 1:
            starts.pop()
        assert looks_at(n).tolist() == starts


def test_a_long_clip_of_a_voice_is_streamed_to_the_same_vector(utterances, monkeypatch):
    encoder = ec.load("speaker-ge2e")
    samples = np.concatenate([utterances["pauses"], utterances["long"]])
    whole = encoder.embed([clip(samples, 44_100)]).vectors
    monkeypatch.setattr("embedding_core.voice._SECONDS_HELD", 1)
    monkeypatch.setattr("embedding_core.sound.BLOCK", 5_000)
    streamed = encoder.embed([clip(samples, 44_100), clip(noise(1))]).vectors
    np.testing.assert_allclose(streamed[0], whole[0], atol=1e-5)


def test_silence_has_a_voice_of_length_one():
    for pauses in ("cut", "keep"):
        encoder = ec.load("speaker-ge2e", pauses=pauses)
        silent = clip(np.zeros(40_000, np.float32), 16_000)
        found = encoder.embed([silent, Gone(), clip(noise(0.02), RATE)])
        assert np.linalg.norm(found.vectors[[0, 2]], axis=1) == pytest.approx(1)
        assert found.notes[0] == "is silent"
        assert found.missing == {1: "it is gone; copy it again."}


def test_weights_of_another_file_are_refused(tmp_path, monkeypatch):
    spec = ec.EMBEDDERS["speaker-ge2e"]
    monkeypatch.setattr(
        "embedding_core.embedders.speaker.packaged_file", lambda *_: tmp_path / "pretrained.pt"
    )
    (tmp_path / "pretrained.pt").write_bytes(b"other weights")
    with pytest.raises(ModelLoadError, match="SHA-256"):
        spec.load({"pauses": "cut"})
    monkeypatch.setattr("embedding_core.embedders.speaker.packaged_file", lambda *_: None)
    assert "--no-deps" in spec.availability({}).remedy


# --- VGGish -----------------------------------------------------------------------------------


def examples_by_hand(samples):
    """The published front end, one frame, one band at a time."""
    frames = []
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    mel = lambda hertz: 1127 * np.log(1 + hertz / 700)  # noqa: E731
    edges = np.linspace(mel(125), mel(7_500), 66)
    bins = mel(np.arange(257) * 16_000 / 512)
    for start in range(0, len(samples) - 400 + 1, 160):
        frame = np.zeros(512)
        frame[:400] = samples[start : start + 400] * window
        magnitudes = np.abs(np.fft.rfft(frame))
        bands = []
        for low, middle, high in zip(edges, edges[1:], edges[2:], strict=False):
            slopes = np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle))
            bands.append(np.log((np.maximum(0, slopes) * magnitudes).sum() + 0.01))
        frames.append(bands)
    n = len(frames) // 96
    return np.array(frames)[: n * 96].reshape(n, 96, 64)


@pytest.fixture(scope="module")
def vggish_state():
    """Weights of the right names and shapes; those of a layer repeat, to be small on disk."""
    torch = pytest.importorskip("torch")
    make = torch.Generator().manual_seed(0)

    def some(*shape, scale):
        return torch.randn(*shape, generator=make) * scale

    state = {}
    before = 1
    for place, n in {0: 64, 3: 128, 6: 256, 8: 256, 11: 512, 13: 512}.items():
        state[f"features.{place}.weight"] = some(n, before, 3, 3, scale=(9 * before) ** -0.5)
        state[f"features.{place}.bias"] = some(n, scale=0.1)
        before = n
    for place, (into, n) in {0: (12_288, 4_096), 2: (4_096, 4_096), 4: (4_096, 128)}.items():
        row, column = some(1, into, scale=into**-0.5), some(n, 1, scale=1)
        weight = row * column if n == 128 else row.expand(n, into)
        state[f"embeddings.{place}.weight"] = weight
        state[f"embeddings.{place}.bias"] = some(n, scale=0.1)
    return state


@pytest.fixture
def vggish_files(vggish_state, tmp_path, monkeypatch):
    import torch

    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    torch.save(vggish_state, tmp_path / "vggish-10086976.pth")
    rng = np.random.default_rng(1)
    components = {
        "pca_eigen_vectors": torch.tensor(rng.normal(size=(128, 128)).astype(np.float32)),
        "pca_means": torch.tensor(rng.normal(size=(128, 1)).astype(np.float32)),
    }
    torch.save(components, tmp_path / "vggish_pca_params-970ea276.pth")
    return tmp_path, components


def vggish_by_hand(state, examples):
    """The network as the paper's table has it, layer by layer."""
    import torch
    from torch.nn import functional

    found = torch.tensor(examples, dtype=torch.float32)[:, None]
    for place in (0, 3, 6, 8, 11, 13):
        weight, bias = state[f"features.{place}.weight"], state[f"features.{place}.bias"]
        found = torch.relu(functional.conv2d(found, weight, bias, padding=1))
        if place in (0, 3, 8, 13):
            found = functional.max_pool2d(found, 2)
    # TensorFlow's order: rows, columns, then channels.
    vector = np.moveaxis(found.numpy(), 1, 3).reshape(len(examples), -1)
    for place in (0, 2, 4):
        weight, bias = (state[f"embeddings.{place}.{what}"].numpy() for what in ("weight", "bias"))
        vector = vector @ weight.T + bias
        if place < 4:
            vector = np.maximum(vector, 0)
    return vector


def test_vggish_hears_as_published():
    for n in (15_600, 15_759, 31_000, 48_000):
        samples = voiced(3, rate=16_000)[:n]
        for n_blocks in (1, 7):
            found = np.concatenate(list(vggish.examples(iter(np.array_split(samples, n_blocks)))))
            expected = examples_by_hand(samples)
            assert found.shape == expected.shape == (1 + (n - 15_600) // 15_360, 96, 64)
            np.testing.assert_allclose(found, expected, atol=2e-5)
    # What is too short for one example is followed by silence.
    short = voiced(0.5, rate=16_000)
    found = np.concatenate(list(vggish.examples(iter([short]))))
    np.testing.assert_allclose(found, examples_by_hand(np.pad(short, (0, 7_600))), atol=2e-5)


def test_vggish_is_the_published_network(vggish_state, vggish_files):
    samples = voiced(2.9, rate=16_000)
    by_hand = vggish_by_hand(vggish_state, examples_by_hand(samples))
    encoder = ec.load("vggish")
    found = encoder.embed([clip(noise(0.3)), clip(samples, 16_000), Gone()])
    np.testing.assert_allclose(found.vectors[1], by_hand.mean(axis=0), rtol=1e-3, atol=1e-4)
    assert found.notes == {
        0: "is shorter than the 975 ms that the model needs: filled up with silence"
    }
    assert list(found.missing) == [2]
    over_time = encoder.stretches(clip(samples, 16_000))
    assert over_time.starts == pytest.approx(np.array([0, 0.96, 1.92]))
    np.testing.assert_allclose(over_time.vectors, by_hand, rtol=1e-3, atol=1e-4)

    rectified = ec.load("vggish", output="rectified").embed([clip(samples, 16_000)]).vectors[0]
    expected = np.maximum(by_hand, 0).mean(axis=0)
    assert (by_hand < 0).any()
    np.testing.assert_allclose(rectified, expected, rtol=1e-3, atol=1e-4)

    components = {name: part.numpy() for name, part in vggish_files[1].items()}
    released = ec.load("vggish", output="pca").stretches(clip(samples, 16_000)).vectors
    whitened = (components["pca_eigen_vectors"] @ (by_hand.T - components["pca_means"])).T
    expected = np.round((np.clip(whitened, -2, 2) + 2) * 255 / 4)
    assert (released == np.round(released)).all()
    assert np.abs(released - expected).max() <= 1
    assert 0 < (released % 255 > 0).mean() < 1


def test_vggish_that_is_not_here_or_damaged(vggish_state, vggish_files):
    import torch

    folder, _ = vggish_files
    spec = ec.EMBEDDERS["vggish"]
    settings = {"output": "pca"}
    path = folder / "vggish-10086976.pth"
    before = spec.space(settings)
    (folder / "vggish_pca_params-970ea276.pth").unlink()
    lacking = spec.availability(settings)
    assert "vggish_pca_params-970ea276.pth is not on this machine" in lacking.reason
    assert spec.availability({"output": "embedding"}) == Available()
    assert spec.space(settings) != before

    class Code:
        def __reduce__(self):
            return (print, ("it ran",))

    wrong = {**vggish_state, "embeddings.4.bias": torch.zeros(127)}
    nan = {**vggish_state, "embeddings.4.bias": torch.full((128,), float("nan"))}
    lost = {name: part for name, part in vggish_state.items() if name != "features.0.bias"}
    for state, said in (
        (wrong, "RuntimeError"),
        (lost, "RuntimeError"),
        ({"weights": Code()}, "UnpicklingError"),
        (torch.zeros(3), "AttributeError"),
        (nan, "not finite"),
    ):
        torch.save(state, path)
        with pytest.raises(ModelLoadError, match=said):
            spec.load({"output": "embedding"})
    path.write_bytes(path.read_bytes()[:1_000])
    with pytest.raises(ModelLoadError, match="damaged"):
        spec.load({"output": "embedding"})
    path.unlink()
    missing = spec.availability({"output": "embedding"})
    assert "289 MB" in missing.reason
    assert str(folder) in missing.remedy
    with pytest.raises(ModelLoadError, match=r"vggish-10086976\.pth"):
        spec.load({"output": "embedding"})
    # Where torch.hub keeps what it fetched is looked at too.
    kept = folder / "torch" / "hub" / "checkpoints"
    kept.mkdir(parents=True)
    torch.save(vggish_state, kept / path.name)
    assert spec.availability({"output": "embedding"}) == Available()
    # And another one stands in for it.
    assert spec.relative in ec.EMBEDDERS
    assert spec.differs


# --- transformers that hear -------------------------------------------------------------------


@pytest.fixture(scope="module")
def hearing(tmp_path_factory):
    """Small models with random weights, in folders as the hub has them."""
    package = transformers()
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers

    torch.manual_seed(0)
    top = tmp_path_factory.mktemp("hub")

    def save(name, ears, model):
        ears.save_pretrained(top / name)
        model.save_pretrained(top / name)

    small = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
             "intermediate_size": 24, "num_conv_pos_embeddings": 8,
             "num_conv_pos_embedding_groups": 2}  # fmt: skip
    ears = package.Wav2Vec2FeatureExtractor()
    save("wav2vec2", ears, package.Wav2Vec2Model(package.Wav2Vec2Config(
        **small, conv_dim=[8] * 7)))  # fmt: skip
    save("hubert", ears, package.HubertModel(package.HubertConfig(**small, conv_dim=[8] * 7)))
    save("whisper", package.WhisperFeatureExtractor(), package.WhisperModel(
        package.WhisperConfig(d_model=16, encoder_layers=1, decoder_layers=1,
            encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=16,
            decoder_ffn_dim=16, vocab_size=50, pad_token_id=0, bos_token_id=1, eos_token_id=2,
            decoder_start_token_id=1)))  # fmt: skip
    save(
        "ast",
        package.ASTFeatureExtractor(),
        package.ASTModel(
            package.ASTConfig(
                hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
            )
        ),
    )
    words = {word: at for at, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", "a", "dog"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = package.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", bos_token="<s>",
        eos_token="</s>",
    )  # fmt: skip
    for name, fused in (("clap", False), ("clap-fused", True)):
        config = package.ClapConfig(
            text_config={"vocab_size": 6, "hidden_size": 16, "num_hidden_layers": 1,
                "num_attention_heads": 2, "intermediate_size": 16, "pad_token_id": 1,
                "max_position_embeddings": 12, "projection_dim": 8},
            audio_config={"hidden_size": 16, "patch_embeds_hidden_size": 8, "depths": [1, 1],
                "num_attention_heads": [1, 1], "num_hidden_layers": 2, "projection_dim": 8,
                "enable_fusion": fused},
            projection_dim=8,
        )  # fmt: skip
        ears = package.ClapFeatureExtractor(truncation="fusion" if fused else "rand_trunc")
        save(name, ears, package.ClapModel(config))
        fast.save_pretrained(top / name)
    return top


@pytest.fixture
def hub(hearing, monkeypatch):
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(hearing))
    return hearing


@pytest.mark.parametrize("name", ["wav2vec2", "hubert", "whisper", "ast", "clap", "clap-fused"])
def test_each_kind_of_model_hears(hub, name):
    encoder = ec.load("hf-audio", model=name)
    assert isinstance(encoder, Timed)
    assert isinstance(encoder, Stepwise)
    assert isinstance(encoder, TextQuery) == name.startswith("clap")
    rate = encoder.rate
    given = [clip(voiced(0.8)), clip(np.zeros(rate, np.float32), rate), Gone(), clip(noise(1.3))]
    given.append(clip(noise(0.004, rate=rate), rate))
    found = encoder.embed(given)
    assert found.vectors.shape == (5, encoder.dim)
    assert np.isfinite(found.vectors).all()
    assert list(found.missing) == [2]
    assert found.notes[1] == "is silent"
    assert "filled up with silence" in found.notes[4]
    alone = np.concatenate([encoder.embed([one]).vectors for one in given])
    np.testing.assert_allclose(alone, found.vectors, atol=1e-6)
    assert np.linalg.norm(found.vectors[0] - found.vectors[3]) > 1e-4
    over_time = encoder.stretches(given[3])
    assert over_time.vectors.shape == (len(over_time.starts), encoder.dim)
    assert ec.embed(ec.Collection.of("ab", given[:2], modality="audio"), "hf-audio", model=name)


def test_frames_of_long_clips_are_pooled_over_all_pieces(hub, monkeypatch):
    import torch

    package = transformers()
    samples = voiced(2.2, rate=16_000)
    model = package.AutoModel.from_pretrained(hub / "wav2vec2").eval()
    ears = package.AutoFeatureExtractor.from_pretrained(hub / "wav2vec2")
    monkeypatch.setattr("embedding_core.sound_transformer._PIECE", 1.0)
    frames = []
    for start in (0, 16_000, 32_000):
        piece = ears(samples[start : start + 16_000], sampling_rate=16_000, return_tensors="pt")
        with torch.inference_mode():
            frames.append(model(**piece).last_hidden_state[0].numpy())
    assert len(frames[0]) > len(frames[2]) > 0
    frames = np.concatenate(frames)
    spec = ec.EMBEDDERS["hf-audio"]
    for pooling, expected in (("mean", frames.mean(axis=0)), ("max", frames.max(axis=0))):
        encoder = spec.load({"model": "wav2vec2", "pooling": pooling})
        found = encoder.embed([clip(samples, 16_000)]).vectors[0]
        np.testing.assert_allclose(found, expected, atol=1e-5)
    over_time = encoder.stretches(clip(samples, 16_000))
    np.testing.assert_allclose(over_time.vectors, frames, atol=1e-5)
    assert (np.diff(over_time.starts) > 0).all()
    assert over_time.starts[-1] < 2.2


def test_whisper_is_pooled_over_the_sound_and_not_over_its_padding(hub):
    import torch

    package = transformers()
    samples = voiced(3, rate=16_000)
    ears = package.AutoFeatureExtractor.from_pretrained(hub / "whisper")
    model = package.AutoModel.from_pretrained(hub / "whisper").get_encoder().eval()
    with torch.inference_mode():
        given = ears(samples, sampling_rate=16_000, return_tensors="pt")["input_features"]
        frames = model(given).last_hidden_state[0].numpy()
    assert frames.shape == (1_500, 16)
    found = ec.load("hf-audio", model="whisper").embed([clip(samples, 16_000)]).vectors[0]
    np.testing.assert_allclose(found, frames[:150].mean(axis=0), atol=1e-5)


@pytest.mark.parametrize("name", ["clap", "clap-fused"])
def test_clap_puts_texts_beside_sounds(hub, name):
    import torch

    package = transformers()
    encoder = ec.load("hf-audio", model=name)
    model = package.ClapModel.from_pretrained(hub / name).eval()
    tokenizer = package.AutoTokenizer.from_pretrained(hub / name)
    with torch.inference_mode():
        given = tokenizer("a dog", return_tensors="pt")
        expected = model.get_text_features(
            input_ids=given["input_ids"], attention_mask=given["attention_mask"]
        ).pooler_output[0]
    found = encoder.embed_text("a dog")
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert np.linalg.norm(found) == pytest.approx(1)
    assert encoder.embed_text("a " * 500).shape == found.shape
    with pytest.raises(InputError, match="type some words"):
        encoder.embed_text(" \n")

    samples = voiced(14, rate=48_000)
    ears = package.AutoFeatureExtractor.from_pretrained(hub / name)
    pieces = []
    for start in (0, 480_000):
        piece = ears(samples[start : start + 480_000], sampling_rate=48_000, return_tensors="pt")
        with torch.inference_mode():
            pieces.append(
                model.get_audio_features(
                    piece["input_features"], is_longer=torch.tensor([[False]])
                ).pooler_output[0].numpy()
            )  # fmt: skip
    mean = np.average(pieces, axis=0, weights=[10, 4])
    vector = encoder.embed([clip(samples, 48_000)]).vectors[0]
    np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-5)
    assert len(encoder.stretches(clip(samples, 48_000)).vectors) == 2


def test_folders_that_are_no_model_of_sound(hub, tmp_path, monkeypatch):
    spec = ec.EMBEDDERS["hf-audio"]
    assert "no model is named" in spec.availability({"model": "", "pooling": "mean"}).reason
    settings = {"model": "part", "pooling": "mean"}
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(tmp_path))
    shutil.copytree(hub / "wav2vec2", tmp_path / "part")
    assert spec.availability(settings) == Available()
    (tmp_path / "part" / "preprocessor_config.json").unlink()
    with pytest.raises(ModelLoadError, match=r"preprocessor_config\.json"):
        spec.load(settings)
    (tmp_path / "part" / "preprocessor_config.json").write_text("{")
    with pytest.raises(ModelLoadError, match="cannot be loaded"):
        spec.load(settings)
    (tmp_path / "part" / "model.safetensors").unlink()
    assert "weights" in spec.availability(settings).reason
    shutil.copytree(hub / "clap", tmp_path / "deaf")
    for file in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / "deaf" / file).unlink()
    with pytest.raises(ModelLoadError, match="tokenizer"):
        spec.load({"model": "deaf", "pooling": "mean"})


@pytest.mark.parametrize("name", ["mfcc", "speaker-ge2e", "hf-audio"])
def test_a_stop_is_heard_in_the_middle_of_a_long_clip(hub, monkeypatch, name):
    monkeypatch.setattr("embedding_core.spectral._SECONDS_AT_ONCE", 1)
    monkeypatch.setattr("embedding_core.sound_transformer._PIECE", 1.0)
    monkeypatch.setattr("embedding_core.sound.BLOCK", 20_000)
    settings = {"model": "hubert"} if name == "hf-audio" else {}
    one = ec.Collection.of(["long"], [clip(noise(100, rate=8_000), 8_000)], modality="audio")
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        ec.embed(one, name, cancel=stop, **settings)
    assert len(asked) == 3
