"""Sounds as waves, spectrograms and MFCC, and how far they move for models when changed."""

from __future__ import annotations

import numpy as np

from embedding_core.params import Param, Params
from embedding_core.teaching.hearing import (
    HEARERS,
    RATE,
    moved_by,
    playable,
    recording,
    sound_of,
    tone_shares,
    wave,
    wave_cosine,
)
from embedding_core.teaching.pictures import Bars, Curves, Drawn, Heat, Sounds
from embedding_core.teaching.views.base import ViewSpec

_COLUMNS, _ROWS, _FLOOR = 90, 32, 80
_ITEM = Param(
    "item", "Recording", "text", "glitch robot2",
    "Such as perc bell, tabla ghe1, bd haus, guit harmonics, elec chime, ambi choir.",
)  # fmt: skip


def _draw_wave(params: Params) -> Drawn:
    item = str(params["item"])
    clip, found = recording(item), sound_of(item).waveform
    seconds = found.seconds.tolist()
    return Drawn(
        (
            Curves({"highest": (seconds, found.high.tolist()),
                    "lowest": (seconds, found.low.tolist())}, "seconds", "amplitude"),
            Sounds((playable(clip),), (item,)),
        ),
        f"{item}: {clip.seconds:.2f} seconds at {clip.rate:,} samples a second. Drawn are the "
        f"highest and the lowest sample of each moment.",
    )  # fmt: skip


def _draw_delayed(params: Params) -> Drawn:
    hertz, delay = float(params["hertz"]), float(params["delay"])
    shown = round(3 * RATE / hertz)
    milliseconds = (1_000 * np.arange(shown) / RATE).tolist()
    return Drawn(
        (
            Curves(
                {
                    "the tone": (milliseconds, wave(hertz, 0.0)[:shown].tolist()),
                    "the same, late": (milliseconds, wave(hertz, delay)[:shown].tolist()),
                },
                "milliseconds",
                "amplitude",
            ),
        ),
        f"{hertz:g} Hz, late by {delay:g} of a period, which is {1_000 * delay / hertz:.2f} "
        f"milliseconds: the samples have a cosine of {wave_cosine(hertz, delay):.2f}.".replace(
            "-", "−"
        ),
    )


def _draw_spectrogram(params: Params) -> Drawn:
    item, window = str(params["item"]), int(params["window"])
    found = sound_of(item, window).mel
    bands = np.linspace(0, len(found.hertz) - 1, _ROWS).astype(int)[::-1]
    frames = np.linspace(0, len(found.seconds) - 1, min(_COLUMNS, len(found.seconds))).astype(int)
    return Drawn(
        (
            Heat(
                (found.values[np.ix_(bands, frames)] - found.values.max() + _FLOOR).astype(
                    np.float32
                ),
                tuple(f"{found.hertz[at]:,.0f} Hz" for at in bands),
                tuple(f"{found.seconds[at]:.2f} s" for at in frames),
                "value",
                "loudness in dB, 0 for what is 80 below the loudest",
            ),
            Sounds((playable(recording(item)),), (item,)),
        ),
        f"{item}: frames of {1_000 * window / RATE:.0f} milliseconds tell frequencies apart that "
        f"are {RATE / window:.0f} Hz from each other.",
    )


def _draw_mel(params: Params) -> Drawn:
    from embedding_core.mel import mel_of

    hertz = np.linspace(0, 8_000, 161)
    low, high = sorted((float(params["low"]), float(params["high"])))
    below, above = mel_of(np.array([low, high]), "htk").tolist()
    return Drawn(
        (
            Curves(
                {"mel": (hertz.tolist(), mel_of(hertz, "htk").tolist())},
                "hertz",
                "mel",
                x_marks={f"{low:g}": low, f"{high:g}": high},
            ),
        ),
        f"From {low:g} to {high:g} Hz are {above - below:.0f} mel.",
    )


def _draw_steps(params: Params) -> Drawn:
    from embedding_core.soundpictures import mfcc_steps

    clip = recording(str(params["item"]))
    steps = {step.name: step for step in mfcc_steps(clip, 0.3 * clip.seconds)}
    step = steps[str(params["step"])]
    if step.name == "dct":
        picture: Bars | Curves = Bars(
            tuple(f"{at:.0f}" for at in step.x), tuple(step.y.tolist()), "value of coefficient",
            form=".0f",
        )  # fmt: skip
    else:
        picture = Curves(
            {step.label: (step.x.tolist(), step.y.tolist())},
            step.x_label.lower(),
            step.y_label if step.y_label == "dB" else step.y_label.lower(),
        )
    return Drawn((picture,), f"{step.label}. {step.about}")


def _draw_tones(params: Params) -> Drawn:
    rows = [
        (label if of == "pitch" else "", share, f"same {of}")
        for model, label in HEARERS.items()
        for of, share in tone_shares(model).items()
    ]
    names, values, groups = zip(*rows, strict=True)
    pitch = max(HEARERS, key=lambda model: tone_shares(model)["pitch"])
    return Drawn(
        (Bars(names, values, "nearest tone has it too", groups, ".0%"),),
        f"Made-up tones: pitch decides most for {HEARERS[pitch]}, where the nearest tone has the "
        f"same one for {tone_shares(pitch)['pitch']:.0%}.",
    )


def _draw_moved(params: Params) -> Drawn:
    from embedding_core.alterations import alter

    item, amount = str(params["item"]), float(params["amount"])
    passed = {
        label: moved_by(item, "pitch", amount, model).passed for model, label in HEARERS.items()
    }
    others = moved_by(item, "pitch", amount, next(iter(HEARERS))).n_others
    clip = recording(item)
    return Drawn(
        (
            Bars(tuple(passed), tuple(map(float, passed.values())),
                 f"others that come between, of {others}", form=".0f"),
            Sounds((playable(clip), playable(alter(clip, "pitch", amount).clip)),
                   ("as it is", f"{amount:+g} semitones".replace("-", "−"))),
        ),
        f"{item}, shifted by {amount:+g} semitones: ".replace("-", "−")
        + "others that come between are "
        + ", ".join(f"{n} for {label}" for label, n in passed.items())
        + ".",
    )  # fmt: skip


WAVE = ViewSpec("waveform", "A recording as a wave, and to play.", (_ITEM,), _draw_wave)
DELAYED = ViewSpec(
    "delayed-wave",
    "A pure tone and the same, a moment late.",
    (
        Param("hertz", "Pitch, Hz", "number", 440, "Of the tone.", minimum=50, maximum=2_000,
              step=10),
        Param("delay", "Late by", "number", 0.5, "A share of one period.", minimum=0.0,
              maximum=1.0, step=0.05),
    ),
    _draw_delayed,
)  # fmt: skip
SPECTROGRAM = ViewSpec(
    "mel-spectrogram",
    "How loud each band of frequencies of a recording is, moment by moment.",
    (
        _ITEM,
        Param("window", "Samples a frame", "choice", "2048",
              "Long frames tell frequencies apart, short ones moments.",
              choices=("512", "1024", "2048", "4096")),
    ),
    _draw_spectrogram,
)  # fmt: skip
MEL = ViewSpec(
    "mel-scale",
    "Hertz against mel, with two frequencies marked.",
    (
        Param("low", "From, Hz", "number", 200, "", minimum=0, maximum=8_000, step=50),
        Param("high", "To, Hz", "number", 400, "", minimum=0, maximum=8_000, step=50),
    ),
    _draw_mel,
)
STEPS = ViewSpec(
    "mfcc-steps",
    "The steps from samples to MFCC, for one moment of a recording.",
    (
        _ITEM,
        Param("step", "Step", "choice", "dct", "In their order.",
              choices=("frame", "window", "spectrum", "mel", "log", "dct"),
              labels=("Frame", "Window", "Fourier transform", "Mel bands", "Logarithm",
                      "Cosine transform")),
    ),
    _draw_steps,
)  # fmt: skip
TONES = ViewSpec("tone-neighbors", "Whether the nearest tone has the same pitch or timbre.", (),
                 _draw_tones)  # fmt: skip
MOVED = ViewSpec(
    "pitch-shift",
    "How far a recording moves among the others, by models, when its pitch is shifted.",
    (
        _ITEM,
        Param("amount", "Semitones", "number", -5, "Twelve are an octave.",
              minimum=-12, maximum=12, step=1),
    ),
    _draw_moved,
)  # fmt: skip
