"""Recordings are read as they are, whatever their format; what is wrong with one is said."""

from __future__ import annotations

import io
import os
import struct
import zipfile

import av
import numpy as np
import pytest
import soundfile
import soxr

import embedding_core as ec
from embedding_core import sound
from embedding_core.errors import InputError, TooLargeError, UnreadableItemError
from embedding_core.modalities import audio
from embedding_core.modalities.audio import Clip
from embedding_core.reading import guess_modality

RATE = 44_100


def tone(seconds=1.0, rate=RATE, hertz=440.0, level=0.5):
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(
        "f4"
    )


def written(samples, rate=RATE, format="WAV", subtype=None):
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=format, subtype=subtype)
    return file.getvalue()


def by_ffmpeg(container, codec, samples=None, rate=RATE, film=False, **tags):
    """Encode samples, or only a film without sound."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        out.metadata.update(tags)
        if film:
            video = out.add_stream("mpeg4", rate=10)
            video.width = video.height = 32
            video.pix_fmt = "yuv420p"
        if samples is not None:
            stream = out.add_stream(codec, rate=rate)
            stream.layout = "mono"
        if film:
            picture = np.zeros((32, 32, 3), np.uint8)
            for _ in range(5):
                out.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            out.mux(video.encode(None))
        if samples is not None:
            frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
            frame.sample_rate = rate
            out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
    return file.getvalue()


def clip(data, name="clip.wav"):
    return Clip.of_file(data, name)


def with_data_size(data, size):
    """Change what a WAV says of the length of its samples."""
    at = data.index(b"data") + 4
    return (
        data[:4]
        + struct.pack("<I", min(size + 36, 2**32 - 1))
        + data[8:at]
        + struct.pack("<I", size)
        + data[at + 4 :]
    )


def pitch(samples, rate):
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return np.argmax(spectrum) * rate / len(samples)


LOSSLESS = [
    ("WAV", "PCM_U8", 1 / 64),
    ("WAV", "PCM_16", 1e-4),
    ("WAV", "PCM_24", 1e-6),
    ("WAV", "PCM_32", 1e-7),
    ("WAV", "FLOAT", 0),
    ("WAV", "DOUBLE", 0),
    ("AIFF", "PCM_16", 1e-4),
    ("FLAC", "PCM_24", 1e-6),
    ("CAF", "PCM_16", 1e-4),
    ("W64", "PCM_16", 1e-4),
    ("AU", "PCM_16", 1e-4),
]


@pytest.mark.parametrize(("format", "subtype", "close"), LOSSLESS)
def test_lossless_formats_give_back_what_was_recorded(format, subtype, close):
    samples = tone()
    found = clip(written(samples, format=format, subtype=subtype))
    loaded, rate = found.load()
    assert (found.seconds, found.rate, found.channels, rate) == (1.0, RATE, 1, RATE)
    assert loaded.dtype == np.float32
    np.testing.assert_allclose(loaded, samples, atol=close)
    assert found.listen().notes == ()


LOSSY = [
    ("ogg", lambda x: written(x, format="OGG", subtype="VORBIS")),
    ("mp3", lambda x: written(x, format="MP3")),
    ("opus", lambda x: written(x, 48_000, format="OGG", subtype="OPUS")),
    ("aac", lambda x: by_ffmpeg("adts", "aac", x)),
    ("m4a", lambda x: by_ffmpeg("ipod", "aac", x)),
    ("webm", lambda x: by_ffmpeg("webm", "libopus", x, rate=48_000)),
    ("mka", lambda x: by_ffmpeg("matroska", "pcm_s16le", x)),
]


@pytest.mark.parametrize(("ending", "write"), LOSSY, ids=[ending for ending, _ in LOSSY])
def test_lossy_formats_keep_length_and_pitch(ending, write):
    samples = tone(2.0)
    found = clip(write(samples), f"clip.{ending}")
    loaded, rate = found.load()
    true_rate = 48_000 if ending in ("opus", "webm") else RATE
    assert found.rate == rate == true_rate
    assert abs(found.seconds - len(samples) / true_rate) < 0.06
    assert abs(len(loaded) / rate - found.seconds) < 0.06
    assert abs(pitch(loaded, rate) - 440 * true_rate / RATE) < 2
    middle = loaded[rate // 2 : rate]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), abs=0.02)


def test_mp3_with_odd_tags_is_read():
    data = written(tone(), format="MP3")
    tagged = b"ID3\x04\x00\x00\x00\x00\x0f\x7f" + b"\xff" * 2_047 + data + b"TAG" + b"\xfe" * 125
    plain, odd = clip(data).load()[0], clip(tagged).load()[0]
    assert abs(len(odd) - len(plain)) <= 1_152
    assert pitch(odd, RATE) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("rate", [8_000, 11_025, 48_000, 192_000])
def test_any_rate_is_resampled_once(rate):
    samples = tone(rate=rate)
    loaded, found = clip(written(samples, rate, subtype="FLOAT")).load(16_000)
    assert found == 16_000
    np.testing.assert_array_equal(loaded, soxr.resample(samples, rate, 16_000))
    assert abs(pitch(loaded, 16_000) - 440) < 2


def test_six_channels_are_averaged():
    samples = np.stack([tone(hertz=200 * at) for at in range(1, 7)], axis=1)
    found = clip(written(samples, subtype="FLOAT"))
    assert found.channels == 6
    np.testing.assert_allclose(found.load()[0], samples.mean(axis=1), atol=1e-7)


def test_ten_milliseconds_are_a_clip():
    found = clip(written(tone(0.01)))
    assert found.seconds == 0.01
    assert len(found.load(16_000)[0]) == 160


@pytest.mark.parametrize("n", [1, 2, 30])
def test_shorter_than_a_sample_of_the_new_rate_is_still_one(n):
    found = clip(written(tone(rate=192_000)[:n], 192_000))
    assert len(found.load(8_000)[0]) >= 1
    assert sum(map(len, found.windows(8_000, 1.0, 1.0))) >= 1


def test_samples_keep_to_full_scale_and_are_not_a_number_never():
    loud = clip(Clip.of_samples(3 * tone(level=1.0), RATE, "loud").encoded()).listen()
    assert abs(loud.samples).max() == pytest.approx(1.0)
    assert loud.notes == ("goes to 3 times full scale; it was made quieter to fit",)
    np.testing.assert_allclose(loud.samples, tone(level=1.0), atol=1e-6)
    for bad in (np.nan, np.inf):
        samples = tone()
        samples[-3] = bad
        with pytest.raises(UnreadableItemError, match=r"odd\.wav .*NaN or infinity"):
            Clip.of_samples(samples, RATE, "odd.wav").load()


def test_silence_is_said():
    assert clip(written(np.zeros(RATE, "f4"))).listen(16_000).notes == ("is silent",)
    assert clip(written(tone(level=2e-4), subtype="PCM_24")).listen().notes == ()
    against = np.stack([tone(), -tone()], axis=1)
    assert clip(written(against)).listen().notes == ("is silent: its channels cancel each other",)


@pytest.mark.parametrize("hertz", [30, 440, 5_000])
def test_clipping_is_said_and_a_loud_wave_is_not_called_clipped(hertz):
    whole = tone(hertz=hertz, level=1.0)
    assert clip(written(whole)).listen().notes == ()
    cut = np.clip(1.5 * whole, -1, 1)
    (note,) = clip(written(cut)).listen(16_000).notes
    share = float(note.split()[2])
    truth = np.mean(abs(1.5 * whole) >= 1)
    # Of a high tone the tops are so short that many have fewer than three samples.
    assert note == f"is clipped: {share:.2g} of its samples are cut off at full scale"
    assert truth / 3 < share <= truth * 1.01


@pytest.mark.parametrize("size", [2**31 - 1, 2**31 + 50, 400_000])
def test_a_wav_that_says_more_than_it_holds(size):
    data = with_data_size(written(tone()), size)
    found = clip(data)
    assert found.seconds == 1.0
    assert found.facts.notes == ("is not as long as its header says: it holds 1 second",)
    np.testing.assert_allclose(found.load()[0], tone(), atol=1e-4)


@pytest.mark.parametrize("size", [0, 2**32 - 1])
def test_a_wav_written_before_its_length_was_known_is_read_whole(size):
    found = clip(with_data_size(written(tone()), size))
    assert found.seconds == pytest.approx(1.0, abs=1e-3)
    np.testing.assert_allclose(found.load()[0][: RATE - 9], tone()[: RATE - 9], atol=1e-4)


@pytest.mark.parametrize("total", [0, 2**31])
def test_a_flac_that_lies_is_counted(total):
    data = bytearray(written(tone(2.0), format="FLAC"))
    data[22:26] = struct.pack(">I", total)
    found = clip(bytes(data))
    assert found.seconds == pytest.approx(2.0, abs=0.1)
    assert len(found.load()[0]) == pytest.approx(2 * RATE, rel=0.05)


@pytest.mark.parametrize("format", ["WAV", "FLAC", "MP3"])
def test_half_a_file_gives_what_is_there_and_says_so(format):
    data = written(tone(4.0), format=format)
    found = clip(data[: len(data) // 2], "half")
    assert 1.0 < found.seconds < 2.6
    assert len(found.load()[0]) == pytest.approx(found.seconds * RATE, rel=0.05)
    assert "not as long as its header says" in found.facts.notes[0]


NO_SOUND = [
    (b"", "it is empty (0 bytes); copy or record it again."),
    (b"RIFF", "it is no sound file or is damaged; save it as WAV, FLAC, OGG, MP3 or M4A."),
    (b"hello world, " * 99, "it is no sound file or is damaged;"),
    (bytes(2_000), "it is no sound file or is damaged;"),
    (written(np.zeros(0, "f4")), "not one sample can be decoded; record or save it anew."),
    (by_ffmpeg("mp4", None, film=True), "it is a film without sound; bring a recording."),
]


@pytest.mark.parametrize(("data", "why"), NO_SOUND, ids=range(len(NO_SOUND)))
def test_what_is_no_sound_is_refused_by_name(data, why):
    with pytest.raises(UnreadableItemError) as caught:
        clip(data, "rain.wav")
    assert str(caught.value).startswith(f"rain.wav could not be read: {why}")


def damaged(data, rng):
    """Cut bytes off, change some, or put some in."""
    data = bytearray(data)
    at = int(rng.integers(len(data)))
    match rng.integers(3):
        case 0:
            return bytes(data[:at])
        case 1:
            for place in rng.integers(min(len(data), 300), size=12):
                data[place] = rng.integers(256)
            return bytes(data)
        case _:
            return bytes(data[:at]) + rng.bytes(300) + bytes(data[at:])


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_gives_samples_or_one_sentence(seed):
    rng = np.random.default_rng(seed)
    samples = tone(0.4)
    whole = [written(samples, format=format) for format in ("WAV", "FLAC", "MP3", "AIFF", "CAF")]
    whole += [by_ffmpeg("adts", "aac", samples), by_ffmpeg("ipod", "aac", samples)]
    read, refused = 0, []
    for data in whole * 6:
        try:
            heard = clip(damaged(data, rng), "odd").listen(16_000).samples
        except InputError as problem:
            refused.append(str(problem))
            continue
        read += 1
        assert len(heard)
        assert np.isfinite(heard).all()
        assert np.abs(heard).max() <= 1
    assert read
    assert refused
    assert all(why.startswith("odd ") for why in refused)


def test_a_film_renamed_to_wav_gives_its_sound_and_says_so():
    found = clip(by_ffmpeg("mp4", "aac", tone(), film=True))
    assert found.facts.notes == ("is a film; only its sound is used",)
    assert pitch(found.load()[0], RATE) == pytest.approx(440, abs=2)
    read = ec.read({"film.wav": by_ffmpeg("mp4", "aac", tone(), film=True)}, "audio")
    assert read.notes == ("film.wav is a film; only its sound is used.",)


def test_a_playlist_cannot_name_other_files(tmp_path):
    (tmp_path / "secret.aac").write_bytes(by_ffmpeg("adts", "aac", tone()))
    playlists = [
        f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{tmp_path}/secret.aac\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{tmp_path}/secret.aac'\n",
    ]
    for text in playlists:
        (tmp_path / "list.wav").write_text(text)
        for source in (text.encode(), tmp_path / "list.wav"):
            with pytest.raises(UnreadableItemError, match="no sound file"):
                clip(source, "list.wav")


def test_odd_rates_and_lengths_are_refused_with_the_limit(monkeypatch):
    with pytest.raises(UnreadableItemError, match=r"says 50 samples a second.*2,000 to 768,000"):
        clip(written(tone(), 50))
    monkeypatch.setenv("EMBEDDING_MAX_CLIP_SECONDS", "0.5")
    with pytest.raises(TooLargeError, match=r"lasts 1 second and the limit is 0.5 seconds; cut"):
        clip(written(tone()), "talk.wav")


def test_a_clip_longer_than_it_said_stops_at_the_limit(monkeypatch):
    found = clip(written(tone()))
    monkeypatch.setenv("EMBEDDING_MAX_CLIP_SECONDS", "0.5")
    with pytest.raises(TooLargeError, match="EMBEDDING_MAX_CLIP_SECONDS"):
        found.load()


@pytest.mark.parametrize(
    ("size", "hop"), [(1_000, 500), (1_000, 1_000), (1_000, 1_500), (90_000, 7), (70_001, 69_999)]
)
def test_windows_are_slices_of_the_whole(size, hop, monkeypatch):
    monkeypatch.setattr(sound, "BLOCK", 4_096)
    samples = np.random.default_rng(0).uniform(-1, 1, 70_003).astype("f4")
    found = Clip.of_samples(samples, 10_000, "noise")
    windows = list(found.windows(10_000, size / 10_000, hop / 10_000))
    starts = np.arange(len(windows)) * hop
    for window, start in zip(windows, starts, strict=True):
        np.testing.assert_array_equal(window, samples[start : start + size])
    assert all(len(window) == size for window in windows[:-1])
    # Nothing is left: one window more would bring nothing new.
    end = starts[-1] + len(windows[-1])
    assert end == len(samples) if hop <= size else starts[-1] + hop >= len(samples)


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_blocks_of_any_size_give_the_same_samples_as_one_go(rate, monkeypatch):
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, 3 * RATE).astype("f4")
    found = clip(written(samples, format="FLAC"))
    whole = found.load(rate)[0]
    monkeypatch.setattr(sound, "_SHORT", 0.0)
    np.testing.assert_array_equal(found.load(rate)[0], whole)
    monkeypatch.setattr(sound, "BLOCK", 1_000)
    np.testing.assert_array_equal(found.load(rate)[0], whole)


def test_a_long_file_is_never_held_whole(tmp_path):
    path = tmp_path / "long.flac"
    with soundfile.SoundFile(path, "w", 8_000, 1) as file:
        part = tone(60, 8_000)
        for _ in range(20):
            file.write(part)
    found = Clip.of_file(path, path.name)
    assert found.seconds == 1_200
    held = [len(window) for window in found.windows(16_000, 1.0, 1.0)]
    assert held == [16_000] * 1_200
    blocks = [len(block) for block in found.stream(16_000)]
    assert max(blocks) <= 3 * sound.BLOCK
    assert sum(blocks) == 1_200 * 16_000


def test_digest_is_of_the_content_wherever_it_lies(tmp_path):
    data = written(tone())
    (tmp_path / "a.wav").write_bytes(data)
    stored = Clip.of_file(tmp_path / "a.wav", "a.wav")
    given = Clip.of_file(data, "b.wav")
    assert stored.digest() == given.digest() != clip(written(tone(hertz=441))).digest()
    assert len(stored.digest()) == 16
    assert stored.encoded() == data


@pytest.mark.parametrize("name", ["ä ö.wav", "東京.flac", b"latin-\xe9.wav", "-x.wav", "a.raw.wav"])
def test_names_in_any_script_are_opened(tmp_path, name):
    path = tmp_path / os.fsdecode(name)
    data = written(tone(), format="FLAC" if path.suffix == ".flac" else "WAV")
    path.write_bytes(data)
    found = ec.read(tmp_path, "audio")
    assert len(found.payloads[0].load()[0]) == RATE


def test_a_file_that_changed_is_not_taken_for_the_old_one(tmp_path):
    (tmp_path / "a.wav").write_bytes(written(tone()))
    found = clip(tmp_path / "a.wav", "a.wav")
    (tmp_path / "a.wav").write_bytes(written(tone(2.0)))
    with pytest.raises(UnreadableItemError, match=r"a\.wav .*changed since it was opened"):
        found.load()
    (tmp_path / "a.wav").unlink()
    with pytest.raises(UnreadableItemError, match=r"a\.wav .*No such file"):
        found.load()


def test_preview_is_a_wav_of_the_first_minute():
    loaded, rate = soundfile.read(io.BytesIO(audio.preview(clip(written(tone(), format="FLAC")))))
    assert rate == RATE
    np.testing.assert_allclose(loaded, tone(), atol=1e-4)
    high = audio.preview(clip(written(tone(62, 96_000), 96_000)))
    assert soundfile.info(io.BytesIO(high)).frames == 60 * 48_000


def archive(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return data.getvalue()


MIXED = {
    "drums/one.wav": written(tone(0.5)),
    "drums/two.flac": written(tone(0.25, 22_050), 22_050, format="FLAC"),
    "voices/one.m4a": by_ffmpeg("ipod", "aac", tone()),
    "voices/bad.mp3": b"",
    "readme.txt": b"nothing to hear",
}


@pytest.mark.parametrize("kind", ["zip", "zip on disk", "folder", "mapping"])
def test_folders_become_labels_and_a_bad_file_loses_none_of_the_good(kind, tmp_path):
    source = MIXED
    if kind == "folder":
        for name, data in MIXED.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(data)
        source = tmp_path
    elif kind != "mapping":
        source = tmp_path / "clips.zip"
        source.write_bytes(archive(MIXED))
        source = source.read_bytes() if kind == "zip" else source
    name = "clips.zip" if kind == "zip" else ""
    assert guess_modality(source, name) == "audio"
    found = ec.read(source, name=name)
    assert found.modality == "audio"
    assert len(found) == 3
    assert found.ids == ("drums/one", "two", "voices/one")
    assert list(found.table["label"]) == ["drums", "drums", "voices"]
    assert list(found.table["rate"]) == [44_100, 22_050, 44_100]
    assert list(found.table["seconds"])[:2] == [0.5, 0.25]
    assert any("bad.mp3 could not be read: it is empty" in note for note in found.notes)
    assert any("readme.txt was left out" in note for note in found.notes)
    assert [len(payload.load()[0]) > 0 for payload in found.payloads] == [True] * 3


LISTED = {
    "set/a.wav": written(tone(0.5)),
    "set/b.wav": written(tone(0.5)),
    "set/deep/a.wav": written(tone(0.5)),
    "set/list.csv": b"file,name,speaker,take\nb.wav,Bee,Ann,2\n./a.wav,Ay,Bob,1\n"
    b"deep/a.wav,Deep,Ann,3\ngone.wav,Gone,Cy,4\n",
    "other.csv": b"word,number\na,1\n",
}


def test_a_table_that_names_the_files_gives_them_its_columns():
    found = ec.read(LISTED)
    assert found.ids == ("Ay", "Bee", "Deep")
    assert list(found.table["speaker"]) == ["Bob", "Ann", "Ann"]
    assert list(found.table["take"]) == [1, 2, 3]
    assert list(found.table["label"]) == ["set", "set", "deep"]
    assert list(found.table["seconds"]) == [0.5] * 3
    assert len(found.notes) == 1
    assert found.notes[0].startswith("other.csv was left out")


def test_a_file_the_table_does_not_name_is_kept():
    found = ec.read({**LISTED, "set/new.wav": written(tone(0.25))})
    assert found.ids == ("Ay", "Bee", "Deep", "new")
    row = found.table.iloc[3]
    assert (row["speaker"], row["seconds"]) == ("", 0.25)


def test_nothing_readable_says_why():
    with pytest.raises(InputError, match=r"empty \(0 bytes\)"):
        ec.read({"a.wav": b"", "b.wav": b""}, "audio")


def test_one_file_is_a_collection_of_one(tmp_path):
    (tmp_path / "hello.ogg").write_bytes(written(tone(), format="OGG"))
    found = ec.read(tmp_path / "hello.ogg")
    assert (found.ids, found.modality) == (("hello",), "audio")
