"""Models of sound: clips a second, against librosa and Resemblyzer; an hour of sound, streamed."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import scipy.ndimage
import soundfile
from _timing import Row, fresh, show, show_machine

import embedding_core as ec
from embedding_core.modalities.audio import Clip

N = 100
N_VOICES = 40
SECONDS = 3
RUNS = 3
# The time of VGGish grows with the length, its memory does not: a shorter file tells as much.
MINUTES = {"mfcc": 60, "log-mel": 60, "speaker-ge2e": 60, "vggish": 10}

STREAMED = """
from pathlib import Path
import embedding_core as ec
from embedding_core.modalities.audio import Clip
encoder = ec.load({name!r})
short = Clip.of_file(Path({short!r}), "short.flac")
encoder.embed([short] * 30)
path = Path({path!r})
clip = Clip.of_file(path, path.name)
before = most = resident()["VmRSS"]
start, spent = time.perf_counter(), time.process_time()
done = 0
for places, encoded in encoder.steps([clip]):
    most = max(most, resident()["VmRSS"])
    done += len(places)
tell(wall=time.perf_counter() - start, work=time.process_time() - spent, mb=most - before, n=done)
"""


@dataclass(frozen=True)
class Took:
    """Seconds on the clock, and for which processors worked; and what came of it."""

    wall: float
    work: float
    result: Any


def took(work: Callable[[], Any]) -> Took:
    start, spent = time.perf_counter(), time.process_time()
    result = work()
    return Took(time.perf_counter() - start, time.process_time() - spent, result)


def sounds(n: int, rate: int) -> list[np.ndarray]:
    """Return clips of noise whose colour changes, as real sounds do."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(n):
        noise = rng.standard_normal(SECONDS * rate).astype("f4")
        found.append(np.clip(0.002 * np.cumsum(noise) + 0.02 * noise, -0.9, 0.9).astype("f4"))
    return found


def in_turns(theirs: Callable[[], Any], ours: Callable[[], Any]) -> list[tuple[Took, Took]]:
    """Run both once to be warm, and then in turns."""
    theirs(), ours()
    return [(took(theirs), took(ours)) for _ in range(RUNS)]


def compared(what: str, n: int, runs: list[tuple[Took, Took]], least: float) -> list[Row]:
    own, other = (statistics.median(run[side].wall for run in runs) for side in (1, 0))
    ratio = statistics.median(run[0].wall / run[1].wall for run in runs)
    work = statistics.median(run[0].work / run[1].work for run in runs)
    busy = statistics.median(run[1].work for run in runs)
    return [
        Row(what, f"{n / own:.0f} clips a second, {n / busy:.0f} by processor"),
        Row("  theirs", f"{n / other:.0f} clips a second"),
        Row("  times as fast", f"{ratio:.2f}", f"at least {least:g}", ratio >= least),
        Row("  by processor time", f"{work:.2f}"),
    ]


def mfcc(folder: Path) -> list[Row]:
    """MFCC with deltas, mean and standard deviation, from WAV files."""
    paths = [folder / f"{at}.wav" for at in range(N)]
    for path, samples in zip(paths, sounds(N, 22_050), strict=True):
        soundfile.write(path, samples, 22_050)

    def theirs() -> np.ndarray:
        rows = []
        for path in paths:
            samples, rate = librosa.load(path, sr=22_050)
            frames = librosa.feature.mfcc(y=samples, sr=rate, n_mfcc=20)
            both = np.concatenate([frames, librosa.feature.delta(frames)])
            rows.append(np.concatenate([both.mean(axis=1), both.std(axis=1)]))
        return np.stack(rows)

    clips = [Clip.of_file(path, path.name) for path in paths]
    encoder = ec.load("mfcc")
    runs = in_turns(theirs, lambda: encoder.embed(clips).vectors)
    apart = float(np.abs(runs[0][0].result - runs[0][1].result).max())
    levels = ec.load("log-mel")
    levels.embed(clips)
    other = [took(lambda: levels.embed(clips)) for _ in range(RUNS)]
    bands = N / statistics.median(run.wall for run in other)
    return [
        *compared(f"mfcc: {N} WAV of {SECONDS} s, against librosa in a loop", N, runs, 2),
        Row("  largest difference", f"{apart:.1e}", "under 1e-4", apart < 1e-4),
        Row("log-mel: the same clips", f"{bands:.0f} clips a second"),
    ]


def package() -> tuple[Any, Any]:
    """Return Resemblyzer's encoder and its loudness, without the voice detector it asks for."""
    sys.modules["webrtcvad"] = types.ModuleType("webrtcvad")
    moved: Any = types.ModuleType("scipy.ndimage.morphology")
    moved.binary_dilation = scipy.ndimage.binary_dilation
    sys.modules["scipy.ndimage.morphology"] = moved
    from resemblyzer import VoiceEncoder
    from resemblyzer.audio import normalize_volume

    return VoiceEncoder("cpu", verbose=False), normalize_volume


def voices() -> list[Row]:
    """The voice encoder, from samples at its own rate, pauses kept."""
    network, louder = package()
    samples = sounds(N_VOICES, 16_000)

    def theirs() -> np.ndarray:
        return np.stack(
            [network.embed_utterance(louder(one, -30, increase_only=True)) for one in samples]
        )

    clips = [Clip.of_samples(one, 16_000, "voice.wav") for one in samples]
    encoder = ec.load("speaker-ge2e", pauses="keep")
    runs = in_turns(theirs, lambda: encoder.embed(clips).vectors)
    cosine = float(np.einsum("ij,ij->i", runs[0][0].result, runs[0][1].result).min())
    return [
        *compared(f"speaker-ge2e: {N_VOICES} clips of {SECONDS} s", N_VOICES, runs, 3.5),
        Row("  lowest cosine with theirs", f"{cosine:.7f}", "at least 0.99999", cosine > 0.99999),
    ]


def vggish_weights(folder: Path) -> None:
    """Write weights of the right shapes: how fast the network is does not depend on them."""
    import torch

    from embedding_core.embedders.vggish import WEIGHTS
    from embedding_core.vggish import build

    torch.save(build().state_dict(), folder / WEIGHTS)


def hours(folder: Path) -> list[Row]:
    """Embed one long file in a new process and watch its memory."""
    rng = np.random.default_rng(0)
    short = folder / "short.flac"
    soundfile.write(short, 0.1 * rng.standard_normal(3 * 44_100), 44_100)
    rows = []
    for name, minutes in MINUTES.items():
        path = folder / f"{minutes}.flac"
        if not path.is_file():
            with soundfile.SoundFile(path, "w", 44_100, 1) as file:
                for _ in range(minutes):
                    file.write(0.1 * rng.standard_normal(60 * 44_100).astype("f4"))
        told = fresh(
            STREAMED.format(name=name, path=str(path), short=str(short)),
            {"EMBEDDING_MODELS_DIR": str(folder)},
        )
        assert told["n"] == 1
        rows += [
            Row(
                f"{name}: {minutes} minutes, memory added",
                f"{told['mb']:.0f} MB",
                "under 150 MB",
                told["mb"] < 150,
            ),
            Row("  time", f"{told['wall']:.0f} s ({told['work']:.0f} by processor)"),
        ]
    return rows


def main() -> None:
    show_machine("torch", "scipy", "librosa", "soundfile", "Resemblyzer")
    with tempfile.TemporaryDirectory() as folder:
        vggish_weights(Path(folder))
        show([*mfcc(Path(folder)), *voices(), *hours(Path(folder))])


if __name__ == "__main__":
    main()
