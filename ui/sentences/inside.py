"""Inside the model: one word in several sentences, layer by layer, and how a text is read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.contexts import Contexts, Segments, SenseCurve
from embedding_core.embedding import Embedding
from embedding_core.jobs import Job
from embedding_core.palette import VIRIDIS
from embedding_core.params import Param
from embedding_core.projection import Projection
from ui import cached, colouring, jobs
from ui.errors import told
from ui.heatmap import draw_heatmap
from ui.map import Geometry, Style, draw_map
from ui.plain import count, listed, plain, score, shortened, word
from ui.questions.base import Question, notes
from ui.sentences.depth import show_depth
from ui.sentences.following import follow
from ui.sentences.pieces import show_pieces
from ui.sentences.senses import agreement, senses_of, shared_words
from ui.view import K, View, map_badge

_HEIGHT = 590
_MOST_SENTENCES = 200
_SIDES = {"heat": "Heatmap", "depth": "By layer", "pieces": "Pieces"}
_FLAT = 0.02  # Cosines that differ by less look alike.
_AROUND = 18  # Letters on each side of the word in a label.
_BUNDLED, _SENSES = "minilm-l6", "senses"


@dataclass(frozen=True, eq=False)
class _Inside:
    """What is looked at."""

    view: View
    contexts: Contexts
    senses: tuple[str, ...]
    layer: int
    n_more: int

    @cached_property
    def labels(self) -> list[str]:
        """The word with what stands around it."""
        pairs = zip(self.contexts.sentences, self.contexts.spans, strict=True)
        return [_around(sentence, span) for sentence, span in pairs]

    @cached_property
    def curve(self) -> SenseCurve | None:
        """How alike the senses are in every layer, where they are known."""
        return ec.sense_curve(self.contexts, self.senses) if self.senses else None

    @cached_property
    def similarities(self) -> NDArray[np.float32]:
        """Of every occurrence to every other, in this layer."""
        return self.contexts.similarities(self.layer)


@st.fragment
def _ask(view: View) -> None:
    choices, model = view.choices, view.embedding.model
    if not isinstance(model, Segments):
        _offer_bundled(view)
        return
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = _choose_word(view)
        column = _choose_senses(view)
        layer = _choose_layer(view, model.n_layers)
        side = choices.select(
            "beside", "Beside the map", list(_SIDES), "heat", labels=_SIDES, segmented=True,
            kind="panel", label_visibility="collapsed",
        )  # fmt: skip
    with told(stop=False):
        found = _looked_up(view, model, asked)
        if found is not None:
            rows, contexts, n_more = found
            senses = senses_of(view.collection, column, rows, contexts)
            inside = _Inside(view, contexts, senses, layer, n_more)
            with sentence:
                st.markdown(f"##### {_sentence(inside)}")
                _suggest_senses(view)
                notes(view)
            _show(inside, model, side)
    choices.publish()


def _show(inside: _Inside, model: Segments, side: str) -> None:
    with st.container(key="side-by-side"):
        # Pieces stand in rows, and a row is as long as its sentence.
        left, right = st.columns([5, 7] if side == "pieces" else [1, 1], gap="medium")
    with left:
        _map(inside)
    with right:
        if side == "heat":
            _heatmap(inside)
        elif side == "depth":
            show_depth(inside.contexts, inside.curve, inside.layer)
        else:
            show_pieces(model, inside.contexts, inside.view)
    told = _left_out(inside)
    if told:
        st.caption(plain(told))


# --- choices --------------------------------------------------------------------------------------


def _offer_bundled(view: View) -> None:
    """Say that the model has nothing to look into, and offer one that has."""
    st.info(
        "This model has no layers to look into: it makes a sentence's vector from whole words, "
        "each the same in every sentence. A transformer has a vector for every word in its place."
    )
    clicked = st.button(
        f"Look into {ec.EMBEDDERS[_BUNDLED].label.split(',')[0]}",
        type="primary",
        icon=":material/swap_horiz:",
        on_click=view.choices.set,
        args=("model", _BUNDLED),
    )
    if clicked:
        # The model is loaded by the page, not by this part of it.
        st.rerun()


def _suggest_senses(view: View) -> None:
    """Offer the set written for this question where another built-in one is in view."""
    here = view.data.source.sample
    if not here or here == _SENSES:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("These sentences were not written for this question.", width="content")
        clicked = st.button(
            f"Open “{ec.SAMPLES[_SENSES].title}”",
            type="tertiary",
            icon=":material/arrow_forward:",
            on_click=view.choices.set,
            args=("data", _SENSES),
        )
    if clicked:
        st.rerun()


def _choose_word(view: View) -> str:
    """Draw the choice of a word: one that several sentences share, or any that is typed."""
    choices = view.choices
    known = shared_words(view.collection)
    default = known[0] if known else "the"
    follow(choices, "word-of", view.collection.fingerprint, {"word": default})
    asked = choices.value("word", default, lambda texts: texts[-1])
    return choices.select(
        "word",
        "Word",
        [*known, *({default, asked} - set(known))],
        default,
        accept_new_options=True,
        width=160,
        help="Choose a word that several of the sentences have, or type another. It is found "
        "whole, in upper and lower case.",
    )


def _choose_senses(view: View) -> str:
    """Draw the choice of the column that tells senses apart."""
    known = {
        name: label
        for name, label in colouring.options(view.collection, 0).items()
        if name == colouring.NOTHING or colouring.column_of(name, view.collection) is not None
    }
    default = "sense" if "sense" in known else view.data.color
    return view.choices.select(
        "senses",
        "Senses by",
        list(known),
        default if default in known else colouring.NOTHING,
        labels={**known, colouring.NOTHING: "Nothing"},
        width=140,
        kind="column",
        help="The column that says which occurrences mean the same.",
    )


def _choose_layer(view: View, n_layers: int) -> int:
    """Draw the choice of a layer; another model may have fewer of them."""
    choices = view.choices
    param = Param(
        "layer",
        "Layer",
        "number",
        n_layers,
        "How deep to look. 0 is the table of word pieces with their places, before the model has "
        "looked at the other words; each layer mixes in more of them.",
        minimum=0,
        maximum=n_layers,
        step=1,
    )
    if choices.value("layer", n_layers, lambda texts: int(param.check(texts[-1]))) > n_layers:
        choices.set("layer", n_layers)
    with st.container(width=220):
        return int(choices.number("layer", param, slider=True))


# --- what is looked at ----------------------------------------------------------------------------


def _looked_up(
    view: View, model: Segments, asked: str
) -> tuple[NDArray[np.intp], Contexts, int] | None:
    """Return which items have the word, the word in them, and how many more there are.

    None while they are read, with the progress on screen.
    """
    folded = " ".join(asked.split()).casefold()
    texts = [str(payload.load()) for payload in view.collection.payloads]
    # What has not even its letters needs no model to be left out.
    having = [at for at, text in enumerate(texts) if folded and folded in text.casefold()]
    rows = np.array(having[:_MOST_SENTENCES] or range(len(texts)), dtype=np.intp)
    chosen = [texts[at] for at in rows]

    def work(job: Job[Contexts]) -> Contexts:
        return ec.word_in_contexts(
            model, asked, chosen, progress=job.progress, cancel=job.cancelled
        )

    key = ("inside", view.embedding.space, folded, tuple(chosen[:_MOST_SENTENCES]))
    job = jobs.start(key, work, patience=2.0)
    if jobs.is_stopped(job) or not job.ended:
        jobs.show_progress(job, "Reading")
        return None
    return rows, job.result(), max(0, len(having) - _MOST_SENTENCES)


def _left_out(inside: _Inside) -> str:
    """Say which sentences are not looked at, and why."""
    parts = []
    for reason in dict.fromkeys(why for _, why in inside.contexts.left_out):
        texts = [text for text, why in inside.contexts.left_out if why == reason]
        parts.append(f"{count(len(texts), 'sentence')} left out, {listed(texts, 2)}: {reason}")
    if inside.n_more:
        parts.append(
            f"The first {_MOST_SENTENCES:,} sentences with these letters are looked at; "
            f"{inside.n_more:,} more have them."
        )
    return " ".join(parts)


# --- what is shown --------------------------------------------------------------------------------


def _sentence(inside: _Inside) -> str:
    """Read the data in view: whether the model tells the senses apart in this layer."""
    contexts, layer = inside.contexts, inside.layer
    named, n = word(contexts.word), len(contexts.sentences)
    if n < 2:
        return f"{named} is in one sentence only; give it two or more to compare"
    where = f"In layer {layer}" if layer else "Before the first layer"
    if inside.curve is not None and np.isfinite(inside.curve.gap[layer]):
        same, chance = agreement(inside.similarities, inside.senses)
        within, between = inside.curve.within[layer], inside.curve.between[layer]
        return (
            f"{where}, {same} of {n} occurrences of {named} have one of the same sense nearest "
            f"(by chance {chance:.1f}): cosine {score(float(within))} within a sense, "
            f"{score(float(between))} across"
        )
    mean = float((inside.similarities.sum() - n) / (n * (n - 1)))
    others = float(contexts.others[layer])
    # Where the word stands alone in its sentences there are no others.
    beside = f"; other words of different sentences {score(others)}" if np.isfinite(others) else ""
    return (
        f"{where}, {count(n, 'occurrence')} of {named} have a mean cosine of {score(mean)}{beside}"
    )


def _map(inside: _Inside) -> None:
    """Draw the occurrences in this layer, turned to lie like those of the last layer."""
    embedding = _embedding(inside, inside.layer)
    projection = ec.project(embedding, "pca")
    last = len(inside.contexts.vectors) - 1
    if len(embedding) > 2 and inside.layer != last:
        projection = cached.aligned(projection, _drawn(inside, last))
    colours = colouring.of_labels(inside.senses) if inside.senses else {}
    details = [("sentence", [shortened(text, 200) for text in inside.contexts.sentences])]
    if inside.senses:
        details.append(("sense", list(inside.senses)))
    draw_map(
        Geometry(projection.coords, inside.labels, details),
        Style(
            badge=map_badge(cached.small_quality(embedding, projection, K), len(embedding)),
            **colours,
        ),
        key="inside-map",
        height=_HEIGHT,
        link="inside",
        summary=f"PCA map of {count(len(embedding), 'occurrence')} in layer {inside.layer}.",
        file_name=f"layer-{inside.layer}",
    )


def _drawn(inside: _Inside, layer: int) -> Projection:
    return ec.project(_embedding(inside, layer), "pca")


def _embedding(inside: _Inside, layer: int) -> Embedding:
    return Embedding(
        ids=tuple(f"{at} {label}" for at, label in enumerate(inside.labels)),
        vectors=np.ascontiguousarray(inside.contexts.vectors[layer]),
        space=f"{inside.view.embedding.space}|layer {layer}",
        spec_name=inside.view.embedding.spec_name,
    )


def _heatmap(inside: _Inside) -> None:
    order = _order(inside)
    labels = [inside.labels[at] for at in order]
    part = np.ascontiguousarray(inside.similarities[np.ix_(order, order)])
    draw_heatmap(
        part,
        labels,
        labels,
        key="inside-heat",
        row_items=order,
        col_items=order,
        values_in_cells=len(labels) <= 16,
        height=_HEIGHT,
        link="inside",
        summary=f"Similarity of {count(len(labels), 'occurrence')} in layer {inside.layer}.",
        file_name=f"layer-{inside.layer}-similarities",
        **_scale_of(part),
    )


def _scale_of(matrix: NDArray[np.float32]) -> dict[str, Any]:
    """Return colours from the least cosine that is there: in one layer all can be close to 1."""
    low = min(float(matrix.min()), 1 - _FLAT)
    return {"zmin": low, "zmax": 1.0, "scale": VIRIDIS, "title": "cosine similarity"}


def _order(inside: _Inside) -> NDArray[np.intp]:
    """Put occurrences of one sense together: how far the senses part then shows as blocks."""
    if not inside.senses:
        return ec.seriate(inside.similarities)
    return np.argsort(np.asarray(inside.senses), kind="stable").astype(np.intp)


def _around(sentence: str, span: tuple[int, int]) -> str:
    """Return the word with some letters of what stands around it, cut between words."""
    start, end = max(0, span[0] - _AROUND), min(len(sentence), span[1] + _AROUND)
    if start:
        start = min(span[0], sentence.find(" ", start, span[0]) + 1 or start)
    if end < len(sentence):
        end = max(span[1], sentence.rfind(" ", span[1], end))
    head, tail = ("…" if start else ""), ("…" if end < len(sentence) else "")
    return f"{head}{sentence[start:end].strip()}{tail}"


QUESTION = Question("inside", "Inside the model", _ask, data=_SENSES)
