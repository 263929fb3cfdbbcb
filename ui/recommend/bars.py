"""Bars of what adds up to a score, and of two things beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from embedding_core.palette import OKABE_ITO

_FOR, _AGAINST = OKABE_ITO[0], OKABE_ITO[4]
_BASE = "color-mix(in srgb, currentColor 35%, transparent)"
_STYLE = """
<style>
.ex-steps { display: grid; grid-template-columns: minmax(6rem, 2fr) 3fr max-content;
  gap: .3rem .7rem; align-items: center; font-size: .9rem; }
.ex-steps > span { overflow-wrap: anywhere; line-height: 1.2; }
.ex-steps > b, .ex-steps > em { text-align: right; font-variant-numeric: tabular-nums;
  font-style: normal; font-weight: 400; }
.ex-steps > b { font-weight: 600; }
.ex-steps > div { position: relative; height: 1.05rem; }
.ex-steps i { position: absolute; top: 0; bottom: 0; border-radius: .15rem; min-width: 2px; }
.ex-steps .ex-total { font-weight: 600; }
</style>
"""


@dataclass(frozen=True)
class Step:
    """One part of a sum.

    Attributes
    ----------
    name
        What it is.
    adds
        What it adds.
    number
        The same as it is read.
    """

    name: str
    adds: float
    number: str


def draw_sum(first: Step | None, steps: Sequence[Step], total: Step) -> None:
    """Draw what is there to begin with, each thing that is added to it, and what comes of it.

    Every bar begins where the one before ended. Beginning and sum are marks: zero is out of view
    where there is something to begin with, and bars of a cut scale would tell wrong lengths.
    """
    at = begin = first.adds if first is not None else 0.0
    places = []
    for step in steps:
        places.append((at, at + step.adds))
        at += step.adds
    ends = [begin, total.adds, *(end for place in places for end in place)]
    low, high = min(ends), max(ends)
    span = high - low or 1.0

    def bar(begin: float, end: float, color: str) -> str:
        left, width = (min(begin, end) - low) / span, abs(end - begin) / span
        return _bar(f"left:{100 * left:.2f}%;width:{100 * width:.2f}%", color)

    def mark(place: float, color: str) -> str:
        return _bar(f"left:calc({100 * (place - low) / span:.2f}% - 2px);width:4px", color)

    rows = [] if first is None else [_row(first, mark(first.adds, _BASE))]
    for step, (start, end) in zip(steps, places, strict=True):
        rows.append(_row(step, bar(start, end, _FOR if step.adds >= 0 else _AGAINST)))
    rows.append(
        f'<span class="ex-total">{escape(total.name)}</span>'
        f"{mark(total.adds, 'currentColor')}<b>{escape(total.number)}</b>"
    )
    st.html(f'{_STYLE}<div class="ex-steps" dir="auto">{"".join(rows)}</div>')


def draw_beside(rows: Sequence[tuple[str, float, str]]) -> None:
    """Draw shares from 0 to 1 below each other, by name and number; the largest is full length."""
    most = max((value for _, value, _ in rows), default=0.0) or 1.0
    drawn = "".join(
        f"<span>{escape(name)}</span>"
        f"{_bar(f'left:0;width:{100 * value / most:.2f}%', _FOR if at == 0 else _BASE)}"
        f"<em>{escape(number)}</em>"
        for at, (name, value, number) in enumerate(rows)
    )
    st.html(f'{_STYLE}<div class="ex-steps">{drawn}</div>')


def _row(step: Step, drawn: str) -> str:
    return f"<span>{escape(step.name)}</span>{drawn}<em>{escape(step.number)}</em>"


def _bar(place: str, color: str) -> str:
    return f'<div><i style="{place};background:{color}"></i></div>'
