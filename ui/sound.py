"""One sound: played, and seen as waveform, mel spectrogram and MFCC over the same time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.collection import Payload as Item
from embedding_core.modalities.audio import Clip
from embedding_core.params import Params
from embedding_core.soundpictures import SoundPictures, sound_pictures
from ui.components.choosing import mount_chooser
from ui.components.mounting import mount_payload
from ui.components.payload import Payload, pack
from ui.components.serving import serve

_STEPS = 255


def draw_sound(
    item: Item,
    *,
    key: str,
    height: int,
    name: str,
    title: str = "",
    plays: bool = False,
    settings: Params | None = None,
    only: str = "",
    moment: float | None = None,
    on_moment: Callable[[float], None] | None = None,
) -> None:
    """Draw a sound: side by side where there is room, else one picture above the other.

    Parameters
    ----------
    item
        A payload that is a recording.
    key
        Unique on the page.
    height
        Pixels, of everything.
    name
        What it is called.
    title
        What stands beside the button.
    plays
        Whether it is played when it comes into view because a person chose it.
    settings
        Of the model ``mfcc``, whose front end makes the pictures.
    only
        "mel" draws the spectrogram alone; "" all three.
    moment
        Where a line marks a moment, in seconds.
    on_moment
        Called before the rerun with a moment that was chosen; None where a click plays from there.

    Raises
    ------
    ExplorerError
        If the sound cannot be decoded or a setting does not fit.
    """
    clip = cast("Clip", item)
    chosen = tuple((settings or {}).items())
    shown, payload = _drawn(clip.digest(), chosen, only, clip)

    def changed(message: Mapping[str, Any]) -> None:
        at = message.get("at")
        if on_moment is None or not isinstance(at, int | float) or isinstance(at, bool):
            return
        if shown.start <= at <= shown.start + shown.seconds:
            on_moment(float(at))

    message = {
        "pictures": payload.id,
        "source": source_of(clip, key=key),
        "name": name,
        "title": title,
        "seconds": clip.seconds,
        "plays": plays,
        "moment": moment,
        "picks": on_moment is not None,
        "summary": _summary(name, clip, shown),
    }
    with st.container(gap=None):
        mount_payload(payload, key=f"{key}-pictures")
        mount_chooser("sound", message, key=key, items=payload.id, height=height, on_choose=changed)


def source_of(clip: Clip, *, key: str) -> str:
    """Return where the browser finds a sound, as the models hear it: mono, its first minute."""
    return serve(_played(clip.digest(), clip), "audio/wav", key=key)


@st.cache_resource(max_entries=256, show_spinner=False)
def _played(digest: bytes, _clip: Clip) -> bytes:
    found = ec.MODALITIES["audio"].preview(_clip)
    assert isinstance(found, bytes)
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def _drawn(
    digest: bytes, settings: tuple[tuple[str, Any], ...], only: str, _clip: Clip
) -> tuple[SoundPictures, Payload]:
    found = sound_pictures(_clip, **dict(settings))
    return found, _packed(found, only)


def _packed(found: SoundPictures, only: str) -> Payload:
    """Pack the pictures, a byte a cell; the loudness is left out of the coefficients."""
    times = found.mel.seconds
    mel, mel_range = _bytes(found.mel.values, None)
    # It is many times larger than the others, which would all look the same beside it.
    shape = found.mfcc.values[1:]
    largest = float(np.abs(shape).max(initial=0.0)) or 1.0
    mfcc, mfcc_range = _bytes(shape, (-largest, largest))
    none8, none = np.zeros(0, np.uint8), np.zeros(0, np.float32)
    whole = not only
    return pack(
        {
            "start": found.start,
            "seconds": found.seconds,
            "first": float(times[0]),
            "span": float(times[1] - times[0]) if len(times) > 1 else found.seconds,
            "hertz": [round(float(middle), 2) for middle in found.mel.hertz],
            "melRange": mel_range,
            "coefficients": len(shape),
            "mfccRange": mfcc_range,
        },
        {
            "low": found.waveform.low if whole else none,
            "high": found.waveform.high if whole else none,
            "mel": mel.ravel(),
            "mfcc": mfcc.ravel() if whole else none8,
        },
    )


def _bytes(
    values: NDArray[np.float32], limits: tuple[float, float] | None
) -> tuple[NDArray[np.uint8], tuple[float, float]]:
    """Return values as bytes, and the numbers that the least and the largest byte stand for."""
    low, high = limits or (float(values.min(initial=0.0)), float(values.max(initial=-1e9)))
    if high <= low:
        high = low + 1.0
    scaled = np.round((values - low) * (_STEPS / (high - low)))
    return np.clip(scaled, 0, _STEPS).astype(np.uint8), (low, high)


def _summary(name: str, clip: Clip, shown: SoundPictures) -> str:
    level = shown.mel.values.mean(axis=1)
    loudest = float(shown.mel.hertz[int(level.argmax())])
    return (
        f"{name}, {clip.seconds:.3g} seconds: waveform, mel spectrogram and MFCC. On average the "
        f"band around {loudest:,.0f} Hz is the loudest. Arrow keys move, space plays."
    )
