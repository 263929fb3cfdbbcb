"""The Audio page: where recordings come from, its questions, bad input."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.alterations import alter
from embedding_core.displacement import displacement
from embedding_core.modalities.audio import wav
from embedding_core.soundpictures import sound_pictures
from embedding_core.verification import enroll, error_rates, trials, verify
from ui.panels import PANELS

AUDIO = "pages/audio.py"
RATE = 16_000


def tone(pitch, seconds=0.3, loudness=0.3, seed=0):
    """A WAV of one pitch with a little noise of its own."""
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * RATE)) / RATE
    wave = loudness * np.sin(2 * np.pi * pitch * times) + 0.01 * rng.standard_normal(len(times))
    return wav(wave.astype(np.float32), RATE)


def zipped(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


SILENCE = wav(np.zeros(8_000, np.float32), RATE)
# Three voices of three clips: low, middle, high.
VOICES = {
    f"{name}/{name} {at}.wav": tone(pitch * (1 + 0.02 * at), seed=at)
    for name, pitch in (("low", 150), ("middle", 700), ("high", 3000))
    for at in range(3)
}


def uploaded(page, files, **link):
    """Open the page, bring files, and return it as it then is."""
    shown = page(AUDIO, data="uploaded", **{"map": "pca", **link})
    shown.file_uploader[0].set_value([(name, data, "") for name, data in files.items()])
    return shown.run()


def frame(page, name):
    """The table that has a column called `name`."""
    return next(table.value for table in page.dataframe if name in table.value.columns)


def button(page, label):
    return next(each for each in page.button if label in each.label)


def uploader(page, label):
    return next(each for each in page.file_uploader if each.label == label)


def thousandths(value):
    return f"{value:.3f}".replace("0.", ".", 1)


# --- where recordings come from -------------------------------------------------------------------


@pytest.mark.parametrize("sample", ["recordings", "tones"])
def test_every_built_in_set_opens(page, sample):
    shown = page(AUDIO, data=sample, map="pca")
    assert not shown.errors
    embedding = ec.embed(ec.SAMPLES[sample].read(), "mfcc")
    matrix = ec.similarity(embedding).copy()
    np.fill_diagonal(matrix, -1)
    assert f"Of {len(embedding):,} items" in shown.headline
    assert shown.headline.endswith(f"are nearest to each other ({matrix.max():.3f})".replace(
        "(0.", "(."))  # fmt: skip


def test_limits_are_told_before_anything_is_brought(page):
    told = page(AUDIO, data="uploaded").info[0].value.replace("\\", "")
    assert "several at once, or a ZIP of them, whose folders become labels" in told
    assert "may last up to 4 hours" in told
    assert "10,000 files" in told


def test_folders_of_a_zip_become_labels_and_colours(page):
    shown = uploaded(page, {"mine.zip": zipped(VOICES)})
    assert "Of 9 items" in shown.headline
    assert shown.selectbox(key="audio:color").value == "label"


def test_recordings_of_the_microphone_add_up_with_their_labels_and_beside_uploads(page):
    shown = page(AUDIO, data="uploaded", microphone="1", map="pca", side="table")
    for at, label in enumerate(("Ada", "Ada", "a/b")):
        shown.text_input(key="audio:recorded-label").set_value(label)
        shown.audio_input[0].set_value(("audio.wav", tone(200 + 90 * at), "audio/wav"))
        shown.run()
        shown.run()
    table = frame(shown, "item").set_index("item")["label"].to_dict()
    assert table == {"recording 1": "Ada", "recording 2": "Ada", "recording 3": "a b"}
    shown.file_uploader[0].upload("tree.wav", tone(900))
    shown.run()
    assert "tree" in set(frame(shown, "item")["item"])
    shown.toggle(key="audio:microphone").set_value(False)
    shown.run()
    assert len(frame(shown, "item")) == 4
    button(shown, "Remove 3 recordings").click()
    shown.run()
    assert "tree is alone here" in shown.headline


def test_one_recording_alone_has_its_label(page):
    shown = page(AUDIO, data="uploaded", microphone="1", map="pca", side="table")
    shown.text_input(key="audio:recorded-label").set_value("Ada")
    shown.audio_input[0].set_value(("audio.wav", tone(200), "audio/wav"))
    shown.run()
    shown.run()
    table = frame(shown, "item").set_index("item")["label"].to_dict()
    assert table == {"recording 1": "Ada"}


def test_what_cannot_be_read_is_named_and_the_rest_is_used(page):
    files = {"good.wav": tone(200), "fine.wav": tone(400), "cut.mp3": b"ID3 no more",
             "猫.wav": tone(800), "still.wav": SILENCE,
             "letter.wav": b"Dear all, this is text."}  # fmt: skip
    shown = uploaded(page, files, side="table")
    assert {"good", "fine", "猫"} <= set(frame(shown, "item")["item"])
    for name in ("cut.mp3", "letter.wav", "still"):
        assert name in shown.text


@pytest.mark.parametrize(
    "files",
    [{"letter.wav": b"Dear all, this is text."}, {"nothing.wav": b""}, {"empty.zip": zipped({})}],
)
def test_nothing_readable_is_a_sentence(page, files):
    shown = uploaded(page, files)
    assert len(shown.errors) == 1
    assert next(iter(files)).split(".")[0] in shown.errors[0]


@pytest.mark.parametrize("ask", ["near", "made", "voice", "stays"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_question_answers_of_very_few_recordings(page, ask, n):
    files = {f"clip {at}.wav": tone(200 + 300 * at, seconds=0.01 if at else 0.3) for at in range(n)}
    shown = uploaded(page, files, ask=ask)
    assert not shown.errors


def test_a_model_that_is_not_here_offers_one_that_is(page, monkeypatch, tmp_path):
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    shown = page(AUDIO, model="vggish", map="pca")
    assert "VGGish" in shown.errors[0]
    for name in ("speaker-ge2e", "log-mel"):
        shown = page(AUDIO, model="vggish", map="pca")
        label = ec.EMBEDDERS[name].label.split(",")[0]
        button(shown, f"Run this with {label} instead").click()
        shown.run()
        assert shown.link["model"] == name


# --- what is selected -----------------------------------------------------------------------------


def test_a_recording_tells_its_file_and_its_nearest(page):
    collection = ec.SAMPLES["recordings"].read()
    id_ = collection.ids[7]
    shown = page(AUDIO, map="pca", sel=id_)
    first = ec.nearest(ec.embed(collection, "mfcc"), id_, 1)[0]
    assert shown.headline == f"{id_} is nearest to {first.id} ({thousandths(first.score)})"
    clip = collection.payloads[7]
    assert f"{clip.rate:,} samples a second · mono" in shown.text


@pytest.mark.parametrize("side", list(PANELS))
def test_every_panel_stands_beside_a_map_of_sounds(page, side):
    shown = page(AUDIO, data="tones", map="pca", side=side)
    assert not shown.errors


# --- how is it made -------------------------------------------------------------------------------


def test_the_moment_is_the_loudest_and_its_loudest_band_is_told(page):
    shown = page(AUDIO, ask="made", clip="guit e slide")
    collection = ec.SAMPLES["recordings"].read()
    pictures = sound_pictures(collection.payloads[collection.positions["guit e slide"]])
    frame_ = (10 ** (pictures.mel.values / 10)).sum(axis=0).argmax()
    band = pictures.mel.hertz[pictures.mel.values[:, frame_].argmax()]
    assert shown.headline == (
        f"At {pictures.mel.seconds[frame_]:.2f} s guit e slide is loudest around {band:,.0f} Hz: "
        "2,048 samples become 128 bands, and 20 numbers"
    )
    steps = [text for text in shown.text.splitlines() if text[:2] in {f"{n}." for n in range(1, 7)}]
    assert [step.split(" · ")[0] for step in steps] == [
        "1. Frame", "2. Window", "3. Fourier transform", "4. Mel bands", "5. Logarithm",
        "6. Cosine transform",
    ]  # fmt: skip


def test_settings_change_the_pictures_and_can_be_mapped(page):
    shown = page(AUDIO, ask="made", clip="guit e slide", map="pca",
                 **{"made.mfcc.n_mels": "64", "made.mfcc.n_mfcc": "13", "at": "1.0"})  # fmt: skip
    assert shown.headline.endswith("2,048 samples become 64 bands, and 13 numbers")
    assert shown.headline.startswith("At 1.0")
    button(shown, "Map all with these settings").click()
    shown.run()
    assert shown.link["mfcc.n_mels"] == "64"
    assert "ask" not in shown.link


def test_frames_with_gaps_are_a_sentence(page):
    shown = page(AUDIO, ask="made", **{"made.mfcc.window": "128", "made.mfcc.hop": "512"})
    assert "gaps" in shown.errors[0]


# --- who is speaking ------------------------------------------------------------------------------


def test_a_clip_is_verified_without_itself_and_errors_are_counted(page):
    shown = uploaded(page, {"voices.zip": zipped(VOICES)}, ask="voice")
    collection = ec.read(zipped(VOICES), "audio", name="voices.zip")
    embedding = ec.embed(collection, "mfcc")
    labels = list(collection.table["label"])
    rates, own = error_rates(trials(embedding, labels)), labels[0]
    voices = enroll(embedding, [None, *labels[1:]])
    best, value = verify(voices, embedding.take([0])).ranked()[0]
    assert best == own
    assert f"{embedding.ids[0]} passes for {own} ({thousandths(value)})" in shown.headline
    assert shown.headline.endswith("which is right")
    assert "27 pairs: each of 9 clips with each of 3 voices" in shown.text
    now = rates.at(shown.slider(key="audio:threshold").value)
    assert f"({now.n_accepted} of 18; 95% interval" in shown.text
    assert f"({now.n_rejected} of 9;" in shown.text


def test_the_threshold_decides_and_both_errors_follow(page):
    shown = uploaded(page, {"voices.zip": zipped(VOICES)}, ask="voice")
    slider = shown.slider(key="audio:threshold")
    slider.set_value(slider.max)
    shown.run()
    assert "is nobody's" in shown.headline
    assert "0% of others pass" in shown.text
    shown.slider(key="audio:threshold").set_value(slider.min)
    shown.run()
    assert "and 2 other voices" in shown.headline
    assert "100% of others pass" in shown.text
    assert "threshold" in shown.link


def test_voices_are_added_by_microphone_and_file_each_with_the_name_it_came_with(page):
    shown = uploaded(page, {"voices.zip": zipped(VOICES)}, ask="voice")
    shown.text_input(key="audio:own-label").set_value("Ada")
    shown.audio_input[0].set_value(("audio.wav", tone(1500), "audio/wav"))
    shown.run()
    shown.run()
    assert "of 10 clips with each of 4 voices" in shown.text
    assert "only clip of Ada" in shown.text
    new = ("new.wav", tone(1550, seed=4), "")
    uploader(shown, "or files").set_value([new])
    shown.run()
    assert "of 11 clips with each of 4 voices" in shown.text
    shown.text_input(key="audio:own-label").set_value("")
    shown.run()
    uploader(shown, "or files").set_value([new, ("stranger.wav", tone(160, seed=5), "")])
    shown.run()
    assert "of 11 clips with each of 4 voices" in shown.text
    assert shown.selectbox(key="audio:verified").value == "stranger"
    assert shown.headline.startswith("stranger passes for low")


def test_without_voices_it_says_what_to_bring(page):
    shown = uploaded(page, {"a.wav": tone(200), "b.wav": tone(300)}, ask="voice")
    assert shown.headline == "Whose voice a clip is shows with two voices or more"
    assert "a folder for each voice" in shown.info[0].value


# --- what stays, what changes ---------------------------------------------------------------------


def test_the_table_says_how_far_a_sound_moved_by_each_model(page):
    link = {"gain.amount": "-12.0", "clip": "sine 440 Hz -18 dB", "alter": "gain"}
    shown = page(AUDIO, ask="stays", data="tones", map="pca", **link)
    table = frame(shown, "Kept").set_index("Model")
    collection = ec.SAMPLES["tones"].read()
    at = collection.positions["sine 440 Hz -18 dB"]
    altered = ec.Collection.of(["x"], [alter(collection.payloads[at], "gain", -12).clip],
                               modality="audio")  # fmt: skip
    for name, label in (("mfcc", "MFCC"), ("log-mel", "Log-mel bands")):
        embedding = ec.embed(collection, name)
        vector = ec.embed_more(embedding, altered).vectors[0]
        found = displacement(embedding, collection.ids[at], vector)
        assert table.loc[label, "Kept"] == f"{found.kept} of {found.k}"
        assert table.loc[label, "Came between"] == found.passed
    kept = {row.split()[0] for row in table["Kept"]}
    assert all(
        f" {number}" in shown.headline for number in (min(kept, key=int), max(kept, key=int))
    )
    assert "gain −12 dB" in shown.headline


def test_what_holds_of_one_is_measured_on_several(page):
    shown = page(AUDIO, ask="stays", data="tones", map="pca", alter="gain", many="1")
    table = frame(shown, "Mean kept").set_index("Model")
    collection = ec.SAMPLES["tones"].read()
    embedding = ec.embed(collection, "mfcc")
    kept = []
    for at in np.unique(np.linspace(0, len(collection) - 1, 40).astype(int)):
        clip = alter(collection.payloads[at], "gain", -12).clip
        one = ec.Collection.of(["x"], [clip], modality="audio")
        vector = ec.embed_more(embedding, one).vectors[0]
        found = displacement(embedding, collection.ids[at], vector)
        kept.append(found.kept / found.k)
    assert table.loc["MFCC", "Mean kept"] == f"{np.mean(kept):.0%}"


def test_at_the_neutral_amount_nothing_moves(page):
    shown = page(AUDIO, ask="stays", data="tones", map="pca", **{"pitch.amount": "0.0"})
    table = frame(shown, "Kept")
    assert set(table["Kept"]) == {"10 of 10"}
    assert set(table["Came between"]) == {0}
    assert "nothing is altered, and nothing moves" in shown.headline


def test_noise_in_a_silent_clip_is_a_sentence(page):
    files = {"still.wav": SILENCE, "a.wav": tone(200),
             "b.wav": tone(500)}  # fmt: skip
    shown = uploaded(page, files, ask="stays", alter="noise", clip="still")
    assert "is silent" in shown.errors[0]
