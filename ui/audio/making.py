"""How is it made: from samples to MFCC, step by step, for one moment of one recording."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import embedding_core as ec
from embedding_core.errors import InputError
from embedding_core.modalities.audio import Clip
from embedding_core.models import EncoderSpec
from embedding_core.palette import CATEGORIES
from embedding_core.params import Params
from embedding_core.soundpictures import SoundPictures, Step, mfcc_steps, sound_pictures
from embedding_core.teaching.glossary import linked
from ui.audio.picker import choose_clip, clip_of
from ui.errors import told
from ui.plain import plain, span, word
from ui.questions.base import Question, notes
from ui.sentences.following import follow
from ui.sound import draw_sound
from ui.state import Choices
from ui.view import View

_MODEL = "mfcc"
_HEIGHT, _STEP = 280, 160
_IN_VIEW = ("window", "n_mels", "n_mfcc")
_GREY = "#8a8d9b"
_ROW = 3
_GUIDES = 24  # Of many filters some are drawn, or they would be one grey.
_POINTS = 600  # Of a curve: more than a small picture has pixels.


@st.fragment
def _ask(view: View) -> None:
    sentence = st.container()
    choices = view.choices
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            id_ = choose_clip(view, "clip", "Recording")
        settings = _choose_settings(choices.part("made"))
    clip = clip_of(view, id_)
    with told(stop=False):
        shown = _pictures(clip.digest(), tuple(settings.items()), clip)
        moment = _moment(choices, id_, shown, settings)
        draw_sound(
            clip,
            key=f"{choices.page}-made",
            height=_HEIGHT,
            name=id_,
            settings=settings,
            moment=moment,
            on_moment=lambda at: choices.set("at", at),
        )
        steps = _steps(clip.digest(), tuple(settings.items()), moment, clip)
        with sentence:
            st.markdown(f"##### {_sentence(id_, moment, shown, steps, settings)}")
            notes(view)
        _draw_steps(steps)
        _use(view, settings, shown)
    choices.publish()


def _choose_settings(choices: Choices) -> Params:
    """Draw the settings of the front end: three in view, the others behind a button."""
    spec = ec.EMBEDDERS[_MODEL]
    found: dict[str, Any] = {}
    for param in spec.params:
        if param.name in _IN_VIEW:
            with st.container(width=150):
                found |= choices.params(spec.name, spec.label, [param])
    with st.popover("More", type="tertiary", icon=":material/tune:"):
        rest = [param for param in spec.params if param.name not in (*_IN_VIEW, "deltas")]
        found |= choices.params(spec.name, spec.label, rest)
    return {param.name: found[param.name] for param in spec.params if param.name in found}


@st.cache_resource(max_entries=32, show_spinner=False)
def _pictures(digest: bytes, settings: tuple[tuple[str, Any], ...], _clip: Clip) -> SoundPictures:
    return sound_pictures(_clip, **dict(settings))


@st.cache_resource(max_entries=64, show_spinner=False)
def _steps(
    digest: bytes, settings: tuple[tuple[str, Any], ...], at: float, _clip: Clip
) -> tuple[Step, ...]:
    return mfcc_steps(_clip, at, **dict(settings))


def _moment(choices: Choices, id_: str, shown: SoundPictures, settings: Params) -> float:
    """Return the moment that is looked at: to begin with, the middle of the loudest frame."""
    energy = (10 ** (shown.mel.values.astype(np.float64) / 10)).sum(axis=0)
    loudest = round(float(shown.mel.seconds[int(energy.argmax())]), 4)
    follow(choices, "at-of", id_, {"at": loudest})
    last = shown.start + shown.seconds
    moment = choices.value("at", loudest, _read_moment(last))
    moment = min(max(moment, shown.start), last)
    # Of a moment between two frames the nearer one is shown: that is the moment.
    hop = int(settings["hop"]) / shown.rate
    moment = min(round((moment - shown.start) / hop) * hop + shown.start, last)
    choices.link("at", [f"{moment:.4g}"] if abs(moment - loudest) > hop / 2 else [])
    return moment


def _read_moment(last: float) -> Callable[[list[str]], float]:
    def read(texts: list[str]) -> float:
        try:
            at = float(texts[-1])
        except ValueError:
            at = math.nan
        if not 0 <= at <= last:
            raise InputError(f"The moment got {texts[-1]}; it takes 0 to {last:.3g} seconds.")
        return at

    return read


def _sentence(
    id_: str, moment: float, shown: SoundPictures, steps: Sequence[Step], settings: Params
) -> str:
    """Read the data in view: what is loudest at the moment, and how much becomes how little."""
    by_name = {step.name: step for step in steps}
    log, frame = by_name["log"], by_name["frame"]
    samples, bands, numbers = len(frame.y), len(log.y), int(settings["n_mfcc"])
    if log.y.max() - log.y.min() <= 0:
        return f"{word(id_)} is silent at {moment:.2f} s: all bands are as loud as each other"
    loudest = float(log.x[int(log.y.argmax())])
    return (
        f"At {moment:.2f} s {word(id_)} is loudest around {loudest:,.0f} Hz: {samples:,} samples "
        f"become {bands:,} bands, and {numbers} numbers"
    )


def _draw_steps(steps: Sequence[Step]) -> None:
    with st.container(key="side-by-side"):
        for row in range(0, len(steps), _ROW):
            columns = st.columns(_ROW, gap="medium")
            for at, (column, step) in enumerate(
                zip(columns, steps[row : row + _ROW], strict=False), start=row + 1
            ):
                with column:
                    what = plain(step.y_label[:1].lower() + step.y_label[1:])
                    st.markdown(f"**{at}. {plain(step.label)}** · :small[{what}]")
                    st.altair_chart(_chart(step), height=_STEP)
                    told = plain(step.about + _drawn(step))
                    st.caption(linked(told, ("spectrogram", "mel", "mfcc")))


def _drawn(step: Step) -> str:
    """Say where not all guides are drawn."""
    every = max(1, len(step.guides) // _GUIDES)
    drawn = len(range(0, len(step.guides), every))
    return f" {drawn} of them are drawn, in grey." if every > 1 else ""


def _chart(step: Step) -> Any:
    """Return a step as a picture: its curve, its guides faintly behind."""
    import altair as alt

    curve = _thinned(step)
    x = alt.X(
        "x:Q",
        title=step.x_label,
        scale=alt.Scale(nice=False),
        axis=alt.Axis(tickCount=5, titlePadding=4),
    )
    y = alt.Y("y:Q", title=None, axis=alt.Axis(tickCount=4, format=",f"))
    if step.name == "dct":
        x = alt.X(
            "x:O",
            title=step.x_label,
            axis=alt.Axis(labelOverlap=True, labelAngle=0, titlePadding=4),
        )
        return alt.Chart(curve).mark_bar(color=CATEGORIES[0]).encode(x=x, y=y, tooltip=["x", "y"])
    line = alt.Chart(curve).mark_line(color=CATEGORIES[0], strokeWidth=1.2).encode(x=x, y=y)
    if not len(step.guides):
        return line
    guides = (
        alt.Chart(_guides(step))
        .mark_line(color=_GREY, strokeWidth=0.7, opacity=0.6)
        .encode(x=x, y=y, detail="guide:N")
    )
    return alt.layer(guides, line)


def _thinned(step: Step) -> pd.DataFrame:
    """Return the curve with as many points as can be seen; of each stretch both extremes stay."""
    x, y = step.x, step.y
    if len(x) <= _POINTS:
        return pd.DataFrame({"x": x, "y": y})
    edges = np.linspace(0, len(x), _POINTS // 2 + 1).astype(int)
    kept: list[int] = []
    for a, b in pairwise(edges.tolist()):
        part = y[a:b]
        kept += sorted({a + int(part.argmin()), a + int(part.argmax())})
    return pd.DataFrame({"x": x[kept], "y": y[kept]})


def _guides(step: Step) -> pd.DataFrame:
    """Return some of the guides, without the stretches where they are zero: most of a filter is."""
    parts = []
    every = max(1, len(step.guides) // _GUIDES)
    for at, guide in enumerate(step.guides[::every]):
        on = np.flatnonzero(guide)
        if not len(on):
            continue
        # With the zero on either side, so that each is seen to begin and to end.
        on = np.arange(max(0, on[0] - 1), min(len(guide), on[-1] + 2))
        on = on[:: max(1, len(on) // _POINTS)]
        parts.append(pd.DataFrame({"x": step.guide_x[on], "y": guide[on], "guide": at}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"x": [], "y": []})


def _use(view: View, settings: Params, shown: SoundPictures) -> None:
    """Say what becomes of all frames, and offer the map at these settings."""
    spec = ec.EMBEDDERS[_MODEL]
    default = {param.name: param.default for param in spec.params}
    assert isinstance(spec, EncoderSpec)
    dim = spec.dim({**default, **settings})
    frames = shown.mfcc.values.shape[1]
    st.caption(
        f"So it goes for all {frames:,} frames of {span(shown.seconds)}. The vector of the whole "
        f"recording is the mean and the spread of each coefficient over them, and of how fast it "
        f"changes: {dim:,} numbers, however long it lasts."
    )

    def change() -> None:
        view.choices.set("model", _MODEL)
        for name, value in settings.items():
            view.choices.set(f"{_MODEL}.{name}", value)
        view.choices.set("ask", "near")

    if st.button("Map all with these settings", icon=":material/scatter_plot:", on_click=change):
        st.rerun()


QUESTION = Question("made", "How is it made?", _ask)
