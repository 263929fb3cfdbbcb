"""Recordings opened, decoded and resampled, against librosa.load; an hour of sound, streamed."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import librosa
import numpy as np
import soundfile
from _timing import Row, fresh, show, show_machine

import embedding_core as ec
from embedding_core.modalities.audio import Clip

N = 100
SECONDS = 3
RATE = 44_100
WANTED = 16_000
RUNS = 5
THREADS = 2
MINUTES = 60

STREAMED = """
from pathlib import Path
from embedding_core.modalities.audio import Clip
path = Path({path!r})
clip = Clip.of_file(path, path.name)
next(clip.windows({wanted}, 1.0, 1.0))
before = resident()["VmRSS"]
start, spent, n, most = time.perf_counter(), time.process_time(), 0, 0
for window in clip.windows({wanted}, 1.0, 1.0):
    n += len(window)
    if not n % ({wanted} * 100):
        most = max(most, resident()["VmRSS"])
tell(wall=time.perf_counter() - start, work=time.process_time() - spent, n=n, mb=most - before)
"""
WHOLE = """
import librosa, numpy, soundfile
librosa.resample(numpy.zeros(1000, numpy.float32), orig_sr=44100, target_sr=16000)
before = resident()["VmRSS"]
start, spent = time.perf_counter(), time.process_time()
samples, _ = librosa.load({path!r}, sr={wanted})
import resource
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
tell(wall=time.perf_counter() - start, work=time.process_time() - spent, n=len(samples),
     mb=most - before)
"""


@dataclass(frozen=True)
class Took:
    """Seconds on the clock, and for which processors worked."""

    wall: float
    work: float


def took(work: Callable[[], object]) -> Took:
    start, spent = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - start, time.process_time() - spent)


def written(folder: Path, ending: str) -> list[Path]:
    """Write clips of noise whose colour changes, as real sounds do, mono, 44.1 kHz."""
    rng = np.random.default_rng(0)
    paths = []
    for at in range(N):
        noise = rng.standard_normal(SECONDS * RATE).astype("f4")
        sound = np.cumsum(noise) * 0.002 + 0.02 * noise
        paths.append(folder / f"{at}.{ending}")
        soundfile.write(paths[-1], np.clip(sound, -0.9, 0.9), RATE)
    return paths


def opened(paths: list[Path]) -> list[Clip]:
    """Look at headers and ends, and digest the contents, as reading a folder does."""
    return [Clip.of_file(path, path.name) for path in paths]


def ours(clips: list[Clip]) -> None:
    """Decode and resample in threads, as models do."""
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda clip: clip.load(WANTED), clips))


def theirs(paths: list[Path]) -> None:
    for path in paths:
        librosa.load(path, sr=WANTED)


def decoding(folder: Path, ending: str) -> list[Row]:
    """Decode clips of one format, in turns."""
    paths = written(folder, ending)
    clips = opened(paths)
    for path, clip in zip(paths[:3], clips, strict=False):
        expected = librosa.load(path, sr=WANTED)[0]
        np.testing.assert_allclose(clip.load(WANTED)[0], expected, atol=1e-5)
    first = statistics.median(took(lambda: opened(paths)).wall for _ in range(RUNS))
    runs = [(took(lambda: theirs(paths)), took(lambda: ours(clips))) for _ in range(RUNS)]
    wall = statistics.median(run[1].wall for run in runs)
    ratio = statistics.median(other.wall / own.wall for other, own in runs)
    work = statistics.median(other.work / own.work for other, own in runs)
    return [
        Row(f"{N} {ending.upper()} of {SECONDS} s opened", f"{1_000 * first:.0f} ms"),
        Row(f"  decoded, at {WANTED:,} Hz, {THREADS} threads", f"{N / wall:.0f} clips a second"),
        Row("  times as fast as librosa.load in a loop", f"{ratio:.2f} ({work:.2f} by processor)"),
    ]


def long_file(folder: Path) -> list[Row]:
    """Stream an hour, and load it whole, each in a new process."""
    path = folder / "hour.flac"
    rng = np.random.default_rng(0)
    with soundfile.SoundFile(path, "w", RATE, 1) as file:
        for _ in range(MINUTES):
            file.write(0.1 * rng.standard_normal(60 * RATE).astype("f4"))
    names = {"path": str(path), "wanted": WANTED}
    streamed, whole = fresh(STREAMED.format(**names)), fresh(WHOLE.format(**names))
    assert streamed["n"] == whole["n"] == MINUTES * 60 * WANTED
    return [
        Row(
            f"{MINUTES} minutes, in windows of 1 s: memory added",
            f"{streamed['mb']:.0f} MB",
            "under 50 MB",
            streamed["mb"] < 50,
        ),
        Row("  librosa.load, whole", f"{whole['mb']:,.0f} MB"),
        Row("  time", f"{streamed['wall']:.1f} s ({streamed['work']:.1f} by processor)"),
        Row("  librosa.load", f"{whole['wall']:.1f} s ({whole['work']:.1f} by processor)"),
    ]


def main() -> None:
    show_machine("soundfile", "av", "soxr", "librosa", "numpy")
    ec.SAMPLES["recordings"].read()
    read = [took(ec.SAMPLES["recordings"].read) for _ in range(RUNS)]
    made = [took(ec.SAMPLES["tones"].read) for _ in range(RUNS)]
    rows = [
        Row("90 recordings opened", f"{statistics.median(run.wall for run in read):.2f} s"),
        Row("180 tones made", f"{statistics.median(run.wall for run in made):.2f} s"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("wav", "flac", "mp3"):
            rows += decoding(Path(folder), ending)
        rows += long_file(Path(folder))
    show(rows)


if __name__ == "__main__":
    main()
