"""Where on the axis? Two words or two lists span an axis; two axes make a plane."""

from __future__ import annotations

import numpy as np
import streamlit as st

import embedding_core as ec
from embedding_core.axes import Axis
from embedding_core.errors import UnknownNameError
from ui import colouring
from ui.errors import told
from ui.map import Geometry, Style, draw_map
from ui.plain import plain, score, word
from ui.questions.base import Question, notes, several, vocabulary
from ui.view import View

_HEIGHT = 520
_EXAMPLES = (("man he his", "woman she her"), ("poor cheap", "rich royal"))


@st.fragment
def _ask(view: View) -> None:
    model, choices = vocabulary(view), view.choices
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        poles = [_poles(view, "x", _EXAMPLES[0], "From", "to")]
        plane = choices.flag("plane", "A second axis, to make a plane")
    if plane:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            poles.append(_poles(view, "y", _EXAMPLES[1], "Second axis, from", "to"))
    color = _color(view)
    with told(stop=False):
        axes = [ec.semantic_axis(model, low, high) for low, high in poles]
        positions = [axis.positions(view.embedding.vectors) for axis in axes]
        sentence.markdown(_sentence(view, axes[0], positions[0]))
        with sentence:
            notes(view)
        if plane:
            titles = (axes[0].title, axes[1].title)
            up = positions[1]
        else:
            titles = (axes[0].title, "nearness to both poles (cosine)")
            up = axes[0].relevance(view.embedding.vectors)
        _draw(view, np.stack([positions[0], up], axis=1), titles, color)
        st.caption(_reading(plane, axes))
    choices.publish()


def _poles(
    view: View, name: str, example: tuple[str, str], first: str, second: str
) -> tuple[list[str], list[str]]:
    """Draw the two ends of an axis; several words stand for their mean direction."""
    help_ = (
        "One word or several; several stand for the mean of their directions, which is steadier."
    )
    low = view.choices.text(f"{name}-low", first, example[0], width=230, help=help_)
    high = view.choices.text(f"{name}-high", second, example[1], width=230, help=help_)
    return several(low), several(high)


def _sentence(view: View, axis: Axis, positions: np.ndarray) -> str:
    ids = view.embedding.ids
    low, high = int(positions.argmin()), int(positions.argmax())
    return (
        f"##### From {plain(', '.join(axis.low))} to {plain(', '.join(axis.high))}: "
        f"{word(ids[low])} ({score(float(positions[low]))}) stands first and {word(ids[high])} "
        f"({score(float(positions[high]))}) last"
    )


def _draw(view: View, coords: np.ndarray, titles: tuple[str, str], color: str) -> None:
    ids = view.embedding.ids
    colours = colouring.colour_by(color, view.collection, ids, None)
    draw_map(
        Geometry(coords.astype(np.float32), ids),
        Style(axis_titles=titles, **colours),
        key="words-axes",
        height=_HEIGHT,
        summary=f"{len(ids):,} words on the axis {titles[0]}.",
        file_name="axes",
    )


def _color(view: View) -> str:
    """Return what the map of the same words is coloured by; this panel has no choice of its own."""
    known = colouring.options(view.collection, len(view.embedding))
    default = colouring.default_column(view.collection, view.data.color)

    def read(texts: list[str]) -> str:
        if texts[-1] not in known:
            raise UnknownNameError("column", texts[-1], list(known))
        return texts[-1]

    color = view.choices.value("color", default, read)
    view.choices.link("color", [color] if color in known and color != default else [])
    # Trust and clusters are about a map; places on axes are none.
    return colouring.column_of(color, view.collection) or default


def _reading(plane: bool, axes: list[Axis]) -> str:
    text = "−1 is the first pole, 0 halfway, 1 the second (Grand et al., 2022). "
    if plane:
        angle = float(axes[0].direction @ axes[1].direction) / float(
            np.linalg.norm(axes[0].direction) * np.linalg.norm(axes[1].direction)
        )
        return text + (
            f"The two axes have a cosine of {score(angle)}: the farther from 0, the more they "
            "measure the same thing."
        )
    return text + (
        "Low down stand words that have little to do with either pole: their place on the axis "
        "says little."
    )


QUESTION = Question("axis", "Where on the axis?", _ask)
