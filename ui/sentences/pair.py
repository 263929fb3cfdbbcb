"""Why are these two alike? Each word is taken out in turn, and what that does is shown."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from embedding_core.embedding import Embedding
from embedding_core.occlusion import (
    WAYS,
    Masking,
    PairExplanation,
    WordEffect,
    explain_pair,
)
from embedding_core.palette import DIVERGING
from ui.errors import told
from ui.plain import score, word
from ui.questions.base import Question, notes
from ui.sidebar import METRIC_LABELS
from ui.view import View

_WAYS = {"delete": "Leave the word out", "mask": "Put the mask in its place"}
_STRONGEST = 0.55  # How much of a colour stands behind the word that does most.


@st.fragment
def _ask(view: View) -> None:
    choices, embedding = view.choices, view.embedding
    sentence = st.container()
    left, right = _defaults(view)
    texts = [
        choices.text("left", "One sentence", left, area=True, height=90),
        choices.text("right", "Another", right, area=True, height=90),
    ]
    has_mask = isinstance(embedding.model, Masking) and embedding.model.mask is not None
    ways = _WAYS if has_mask else {"delete": _WAYS["delete"]}
    way = choices.select(
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
    if not all(text.strip() for text in texts):
        st.caption("Type two sentences.")
        return
    with told(stop=False):
        found = _explained(embedding, texts[0], texts[1], way, view.metric)
        sentence.markdown(_sentence(found, view.metric))
        with sentence:
            notes(view)
        _texts(texts, found)
        st.caption(
            f"{METRIC_LABELS[view.metric]} of the two is {score(found.similarity, view.metric)}. "
            "Red words make them alike: without one, the likeness falls. Blue words keep them "
            "apart: without one, it rises. The stronger the colour, the more. Point at a word for "
            "its number (occlusion; Zeiler and Fergus, 2014)."
        )
    choices.publish()


def _defaults(view: View) -> tuple[str, str]:
    """Return two sentences to begin with: those selected on the map, else the first two."""
    chosen = view.choices.ids(view.embedding.positions)
    ids = [*chosen[:2], *(id_ for id_ in view.embedding.ids[:2] if id_ not in chosen)]
    collection = view.collection
    texts = [str(collection.payloads[collection.positions[id_]].load()) for id_ in ids]
    return texts[0], texts[1] if len(texts) > 1 else texts[0]


@st.cache_data(
    max_entries=128, show_spinner=False, hash_funcs={Embedding: lambda e: (e.space, e.spec_name)}
)
def _explained(
    embedding: Embedding, left: str, right: str, way: str, metric: str
) -> PairExplanation:
    return explain_pair(embedding.model, left, right, way=way, metric=metric)


def _sentence(found: PairExplanation, metric: str) -> str:
    effects = [effect for effect in (*found.left, *found.right) if np.isfinite(effect.effect)]
    if not effects:
        return f"##### The two are alike by {score(found.similarity, metric)}"
    most = max(effects, key=lambda effect: abs(effect.effect))
    without = found.similarity - most.effect
    does = "falls" if most.effect > 0 else "rises"
    return (
        f"##### Without {word(most.word)} the likeness {does} from "
        f"{score(found.similarity, metric)} to {score(without, metric)}: no other word does more"
    )


def _texts(texts: list[str], found: PairExplanation) -> None:
    """Draw both sentences, each word on a ground that says what it does."""
    effects = [abs(effect.effect) for effect in (*found.left, *found.right)]
    largest = float(np.nanmax(effects)) if np.isfinite(effects).any() else 0.0
    for text, side in zip(texts, (found.left, found.right), strict=True):
        st.html(f'<p style="font-size:1.15rem;line-height:2">{_coloured(text, side, largest)}</p>')


def _coloured(text: str, words: tuple[WordEffect, ...], largest: float) -> str:
    parts, at = [], 0
    for effect in words:
        start, end = effect.span
        parts.append(escape(text[at:start]))
        parts.append(_word(effect, largest))
        at = end
    return "".join([*parts, escape(text[at:])])


def _word(effect: WordEffect, largest: float) -> str:
    """Return a word on its ground; what a person typed is escaped."""
    shown = escape(effect.word)
    if not np.isfinite(effect.effect):
        return f'<span title="Without it nothing is left to embed.">{shown}</span>'
    part = 0.0 if not largest else abs(effect.effect) / largest
    colour = DIVERGING[-3][1] if effect.effect > 0 else DIVERGING[2][1]
    ground = f"color-mix(in srgb, {colour} {100 * _STRONGEST * part:.0f}%, transparent)"
    change = f"{-effect.effect:+.3f}".replace("-", "−")
    return (
        f'<span style="background:{ground};border-radius:.25rem;padding:.15rem .2rem" '
        f'title="Without it: {change}">{shown}</span>'
    )


QUESTION = Question("pair", "Why are two alike?", _ask, has_metric=True)
