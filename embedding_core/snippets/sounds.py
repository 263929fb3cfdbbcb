"""Recordings of a view, and the models of sound that librosa has too."""

from __future__ import annotations

from collections.abc import Callable

from embedding_core.snippets.items import reading
from embedding_core.snippets.script import Script
from embedding_core.snippets.view import Recipe

_OURS = "# our reader: any format, the channels averaged, at any rate"


def write_items(script: Script, recipe: Recipe) -> None:
    """Write how to get ``items``, their ``names`` and a ``table`` with their columns."""
    script.imports("import embedding_core as ec", "import numpy as np")
    script.step(
        _OURS,
        f"items = {reading(recipe.source, 'audio')}",
        "names, table = list(items.ids), items.table",
    )


def _mfcc(script: Script, recipe: Recipe) -> None:
    params = recipe.params
    order = int(params["deltas"])
    frames = ["def frames_of(samples, rate):", f"    frames = {_librosa(recipe)}"]
    if order:
        # Nine frames are the fewest that a change is measured over.
        frames += [
            "    n = frames.shape[1]",
            '    held = np.pad(frames, ((0, 0), (0, max(0, 9 - n))), mode="edge")',
            f"    changes = [librosa.feature.delta(held, order=o) for o in {_orders(order)}]",
            "    frames = np.concatenate([held, *changes])[:, :n]",
        ]
    _described(script, recipe, [*frames, "    return frames"])


def _log_mel(script: Script, recipe: Recipe) -> None:
    lines = [
        "def frames_of(samples, rate):",
        f"    bands = {_librosa(recipe, 'melspectrogram')}",
        "    return librosa.power_to_db(bands)",
    ]
    _described(script, recipe, lines)


def _librosa(recipe: Recipe, what: str = "mfcc") -> str:
    params = recipe.params
    n = f"n_mfcc={params['n_mfcc']}, " if what == "mfcc" else ""
    return (
        f"librosa.feature.{what}(y=samples, sr=rate, {n}"
        f"n_fft={params['window']}, hop_length={params['hop']}, n_mels={params['n_mels']})"
    )


def _orders(order: int) -> str:
    return "(1, 2)" if order == 2 else "(1,)"


def _described(script: Script, recipe: Recipe, lines: list[str]) -> None:
    """Write the mean and the standard deviation of frames over time."""
    script.imports("import librosa")
    script.step(
        *lines,
        "",
        f"clips = [clip.load({recipe.params['rate']}) for clip in items.payloads]",
        "found = [frames_of(*clip).astype(np.float64) for clip in clips]",
        "vectors = np.stack([np.concatenate([f.mean(1), f.std(1)]) for f in found])",
        about="A recording is the mean and the standard deviation of its frames.",
    )


MODELS: dict[str, Callable[[Script, Recipe], None]] = {"mfcc": _mfcc, "log-mel": _log_mel}
"""The models that librosa has too."""
