"""Why are these two alike? Each word is taken out in turn, and what that does is shown."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

import embedding_core as ec
from embedding_core.jobs import Job
from embedding_core.occlusion import WAYS, Masking, PairExplanation, WordEffect
from embedding_core.palette import DIVERGING
from embedding_core.similarity import DISTANCES
from ui import jobs
from ui.errors import show_notes, told
from ui.plain import score, word
from ui.questions.base import Question
from ui.sentences.following import follow
from ui.sidebar import METRIC_LABELS
from ui.view import View, all_notes, neighbors_at_hand

_WAYS = {"delete": "Leave the word out", "mask": "Put the mask in its place"}
_OFFERED = 1_000
_SAME = 1e-5  # Rounding alone puts copies so far apart.
_NUMBERED = 80  # Words of both texts; of longer ones the numbers are shown under the pointer only.
_STRONGEST = 0.6  # How much of a colour stands behind the word that does most.
_ALIKE, _APART = DIVERGING[-3][1], DIVERGING[2][1]
_AROUND_WORDS = ".,;:!?\"'“”‘’«»()[]{}…"
_STYLE = """
<style>
.ex-pair { font-size: 1.15rem; line-height: 1.35; margin: 0 0 .9rem; }
.ex-pair span.ex-word { display: inline-block; text-align: center; border-radius: .25rem;
  padding: .1rem .25rem; margin: .1rem 0; }
.ex-pair small { display: block; font-size: .7rem; line-height: 1.1; opacity: .75;
  font-variant-numeric: tabular-nums; }
.ex-scale { display: flex; align-items: center; gap: .6rem; font-size: .85rem; }
.ex-scale i { width: 9rem; height: .7rem; border-radius: .25rem; }
</style>
"""


@st.fragment
def _ask(view: View) -> None:
    choices = view.choices
    sentence = st.container()
    texts = _choose_pair(view)
    way = _choose_way(view)
    if not all(text.strip() for text in texts):
        st.caption("Choose or type two sentences.")
        choices.publish()
        return
    if texts[0].split() == texts[1].split():
        st.caption("Both are the same sentence; choose or type another one.")
        choices.publish()
        return
    with told(stop=False):
        found = _explained(view, texts[0], texts[1], way)
        if found is not None:
            with sentence:
                st.markdown(_sentence(found))
                show_notes([*all_notes(view), *found.notes])
            _show(texts, found)
    choices.publish()


# --- choices --------------------------------------------------------------------------------------


def _choose_pair(view: View) -> tuple[str, str]:
    """Draw the choice of two texts: of the data, or typed."""
    choices, known = view.choices, view.embedding.ids[:_OFFERED]
    selected = choices.ids(view.embedding.positions)[:2]
    first, second = selected if len(selected) == 2 else _nearest_pair(view)
    # Two others selected on the map, or other data, take the place of what was chosen.
    followed = (view.collection.fingerprint, selected if len(selected) == 2 else ())
    follow(choices, "pair-of", followed, {"left": first, "right": second})
    found = []
    for name, label, default in (("left", "One sentence", first), ("right", "Another", second)):
        asked = choices.value(name, default, lambda texts: texts[-1])
        more = [text for text in dict.fromkeys((default, asked)) if text not in known]
        found.append(
            choices.select(
                name,
                label,
                [*known, *more],
                default,
                accept_new_options=True,
                help="Choose one of the data, or type another. To begin with they are the two "
                "selected on the map, else the two nearest to each other."
                if name == "left"
                else None,
            )
        )
    collection = view.collection
    left, right = (
        str(collection.payloads[collection.positions[id_]].load())
        if id_ in collection.positions
        else id_
        for id_ in found
    )
    return left, right


def _nearest_pair(view: View) -> tuple[str, str]:
    """Return the two items nearest to each other, where that is known; else the first two.

    Copies of one sentence are no pair: there is nothing to explain.
    """
    ids, graph = view.embedding.ids, neighbors_at_hand(view)
    if graph is None or not graph.k:
        return ids[0], ids[min(1, len(ids) - 1)]
    apart = np.where(graph.distances > _SAME, graph.distances, np.inf)
    at, nth = np.unravel_index(int(np.argmin(apart)), apart.shape)
    return ids[at], ids[int(graph.indices[at, nth])]


def _choose_way(view: View) -> str:
    """Draw the choice of how a word is taken out; without a mask there is one way only."""
    model = view.embedding.model
    has_mask = isinstance(model, Masking) and model.mask is not None
    ways = _WAYS if has_mask else {"delete": _WAYS["delete"]}
    return view.choices.select(
        "way",
        "Each word in turn",
        list(ways),
        WAYS[0],
        labels=ways,
        segmented=True,
        kind="way to take a word out",
        help="Leaving a word out also moves the words after it. The mask keeps their places, but "
        "is a word of its own to the model, one that it learned to guess. Where both ways agree, "
        "believe them more.",
    )


def _explained(view: View, left: str, right: str, way: str) -> PairExplanation | None:
    """Return what every word does; None while it is measured, with the progress on screen."""
    model, metric = view.embedding.model, view.metric

    def work(job: Job[PairExplanation]) -> PairExplanation:
        return ec.explain_pair(
            model,
            left,
            right,
            way=way,
            metric=metric,
            progress=job.progress,
            cancel=job.cancelled,
        )

    job = jobs.start(("pair", view.embedding.space, left, right, way, metric), work, patience=3.0)
    if jobs.is_stopped(job) or not job.ended:
        jobs.show_progress(job, "Explaining")
        return None
    return job.result()


# --- what is shown --------------------------------------------------------------------------------


def _sentence(found: PairExplanation) -> str:
    """Read the data in view: the word that does most."""
    value = _score(found, found.similarity)
    effects = [effect for effect in (*found.left, *found.right) if np.isfinite(effect.effect)]
    if not effects:
        return f"##### The two: {METRIC_LABELS[found.metric].lower()} {value}"
    most = max(effects, key=lambda effect: abs(effect.effect))
    without = _score(found, found.similarity - most.effect)
    named = word(most.word.strip(_AROUND_WORDS) or most.word)
    if found.metric in DISTANCES:
        does = "grows" if most.effect > 0 else "shrinks"
        told = f"the distance {does} from {value.split()[-1]} to {without.split()[-1]}"
    else:
        does = "falls" if most.effect > 0 else "rises"
        told = f"the likeness {does} from {value} to {without}"
    return f"##### Without {named} {told}: no other word does more"


def _score(found: PairExplanation, similarity: float) -> str:
    """Return a similarity as people read it; of distances it is the negative."""
    sign = -1 if found.metric in DISTANCES else 1
    return score(sign * similarity, found.metric)


def _show(texts: tuple[str, str], found: PairExplanation) -> None:
    """Draw both texts, each word on a ground that says what it does, and what the grounds mean."""
    words = (*found.left, *found.right)
    known = [abs(effect.effect) for effect in words if np.isfinite(effect.effect)]
    largest = max(known, default=0.0)
    numbered = len(words) <= _NUMBERED
    parts = [
        f'<div class="ex-pair">{_coloured(text, side, largest, numbered)}</div>'
        for text, side in zip(texts, (found.left, found.right), strict=True)
    ]
    st.html(f"{_STYLE}{''.join(parts)}{_scale(largest)}")
    number = "The number is" if numbered else "Point at a word for its number,"
    st.caption(
        f"{number} what the likeness of the two changes by when the word is taken out of its "
        "sentence. Red words make the two alike: without them the likeness falls. Blue words keep "
        "them apart: without them it rises (occlusion; Zeiler and Fergus, 2014)."
    )


def _coloured(text: str, words: tuple[WordEffect, ...], largest: float, numbered: bool) -> str:
    parts, at = [], 0
    for effect in words:
        start, end = effect.span
        parts.append(escape(text[at:start]))
        parts.append(_word(effect, largest, numbered))
        at = end
    return "".join([*parts, escape(text[at:])])


def _word(effect: WordEffect, largest: float, numbered: bool) -> str:
    """Return a word on its ground; what a person typed is escaped."""
    shown = escape(effect.word)
    if not np.isfinite(effect.effect):
        number = "<small>–</small>" if numbered else ""
        return (
            '<span class="ex-word" title="Without it nothing is left to embed.">'
            f"{shown}{number}</span>"
        )
    change = _change(-effect.effect)
    number = f"<small>{change}</small>" if numbered else ""
    part = abs(effect.effect) / largest if largest else 0.0
    return (
        f'<span class="ex-word" style="background:{_ground(effect.effect > 0, part)}" '
        f'title="Without it: {change}">{shown}{number}</span>'
    )


def _scale(largest: float) -> str:
    """Return the legend: the colours from the strongest word that parts to one that joins."""
    stops = [_ground(False, 1), "transparent", _ground(True, 1)]
    return (
        f'<div class="ex-scale"><span>keeps them apart {_change(largest)}</span>'
        f'<i style="background:linear-gradient(to right,{",".join(stops)})"></i>'
        f"<span>{_change(-largest)} makes them alike</span></div>"
    )


def _ground(makes_alike: bool, part: float) -> str:
    colour = _ALIKE if makes_alike else _APART
    return f"color-mix(in srgb, {colour} {100 * _STRONGEST * part:.0f}%, transparent)"


def _change(value: float) -> str:
    """Return a change with its sign: +.012, −.120."""
    text = f"{value:+.3f}" if abs(value) < 10 else f"{value:+.3g}"
    return text.replace("-", "−").replace("0.", ".", 1)


QUESTION = Question("pair", "Why are two alike?", _ask, has_metric=True, data="topics")
