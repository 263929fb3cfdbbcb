"""Inside the model: one word in several sentences, layer by layer, and how a text is read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.contexts import Contexts, Segments, SenseCurve, sense_curve, word_in_contexts
from embedding_core.embedding import Embedding
from embedding_core.jobs import Job
from embedding_core.projection import Projection
from ui import cached, colouring, jobs
from ui.errors import told
from ui.heatmap import draw_heatmap
from ui.map import Geometry, Style, draw_map
from ui.panels.heat import scale_of
from ui.plain import count, listed, plain, score, shortened, word
from ui.questions.base import Question, notes
from ui.sentences.pieces import show_pieces
from ui.view import View

_HEIGHT = 480
_MOST_SENTENCES = 200
_SIDES = {"heat": "Heatmap", "depth": "By layer", "pieces": "Pieces"}
_AROUND = 18  # Letters on each side of the word in a label.
_LETTERS = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, eq=False)
class _Inside:
    """What is looked at."""

    view: View
    contexts: Contexts
    senses: tuple[str, ...]
    layer: int

    @property
    def labels(self) -> list[str]:
        """The word with what stands around it."""
        pairs = zip(self.contexts.sentences, self.contexts.spans, strict=True)
        return [_around(sentence, span) for sentence, span in pairs]


@st.fragment
def _ask(view: View) -> None:
    choices, model = view.choices, view.embedding.model
    if not isinstance(model, Segments):
        st.info(
            "This model has no layers to look into: choose a transformer, such as MiniLM, in the "
            "sidebar."
        )
        return
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = choices.text(
            "word",
            "Word",
            _shared_word(view),
            width=200,
            help="A word that several of the sentences have, found whole.",
        )
        column = _choose_senses(view)
        layer = choices.select(
            "layer",
            "Layer",
            [str(at) for at in range(model.n_layers + 1)],
            str(model.n_layers),
            segmented=True,
            help="0 is the table of embeddings, before the model has looked at the other words.",
        )
    with told(stop=False):
        contexts = _looked_up(view, model, asked)
        if contexts is not None:
            senses = _senses(view, contexts, column)
            _show(_Inside(view, contexts, senses, int(layer)), sentence)
    choices.publish()


def _show(inside: _Inside, sentence: st.delta_generator.DeltaGenerator) -> None:
    curve = sense_curve(inside.contexts, inside.senses) if inside.senses else None
    with sentence:
        st.markdown(f"##### {_sentence(inside, curve)}")
        notes(inside.view)
    with st.container(key="side-by-side"):
        left, right = st.columns(2, gap="medium")
    with left:
        _map(inside)
    with right:
        side = inside.view.choices.select(
            "beside", "Beside the map", list(_SIDES), "heat", labels=_SIDES, segmented=True,
            label_visibility="collapsed",
        )  # fmt: skip
        if side == "heat":
            _heatmap(inside)
        elif side == "depth":
            _depth(inside, curve)
        else:
            model = inside.view.embedding.model
            assert isinstance(model, Segments)
            show_pieces(model, inside.contexts, inside.view)
    if inside.contexts.left_out:
        without = [text for text, _ in inside.contexts.left_out]
        st.caption(
            plain(f"Without the word: {count(len(without), 'sentence')}, {listed(without, 2)}.")
        )


def _looked_up(view: View, model: Segments, asked: str) -> Contexts | None:
    """Return the word in its sentences; None while they are read, with the progress on screen."""
    folded = asked.strip().casefold()
    texts = [str(payload.load()) for payload in view.collection.payloads]
    # Sentences without the word need no model to be left out.
    with_word = [text for text in texts if folded and folded in text.casefold()]
    chosen = with_word[:_MOST_SENTENCES] or texts[:1]

    def work(job: Job[Contexts]) -> Contexts:
        return word_in_contexts(model, asked, chosen, progress=job.progress, cancel=job.cancelled)

    key = ("inside", view.embedding.space, folded, tuple(chosen))
    job = jobs.start(key, work, patience=2.0)
    if jobs.is_stopped(job) or not job.ended:
        jobs.show_progress(job, "Reading")
        return None
    return job.result()


def _choose_senses(view: View) -> str:
    """Draw the choice of the column that tells senses apart."""
    known = colouring.options(view.collection, 0)
    default = (
        "sense" if "sense" in known else colouring.default_column(view.collection, view.data.color)
    )
    return view.choices.select(
        "senses",
        "Senses by",
        list(known),
        default if default in known else colouring.NOTHING,
        labels={**known, colouring.NOTHING: "Nothing"},
        width=170,
        kind="column",
        help="The column that says which occurrences mean the same.",
    )


def _senses(view: View, contexts: Contexts, column: str) -> tuple[str, ...]:
    """Return the sense of every occurrence; nothing where no column tells."""
    if colouring.column_of(column, view.collection) is None:
        return ()
    texts = [str(payload.load()) for payload in view.collection.payloads]
    told_by = dict(zip(texts, view.collection.table[column].astype(str), strict=True))
    return tuple(told_by.get(sentence, "") for sentence in contexts.sentences)


def _shared_word(view: View) -> str:
    """Return a word to begin with: one that a column names, else one that several texts share."""
    table = view.collection.table
    if "word" in table.columns and len(table):
        return str(table["word"].iloc[0])
    seen: Counter[str] = Counter()
    for payload in list(view.collection.payloads)[:2_000]:
        seen.update({found.lower() for found in _LETTERS.findall(str(payload.load()))})
    ranked = sorted(seen.items(), key=lambda pair: (-min(pair[1], 8), -len(pair[0]), pair[0]))
    return ranked[0][0] if ranked else ""


def _sentence(inside: _Inside, curve: SenseCurve | None) -> str:
    contexts, layer = inside.contexts, inside.layer
    named, n = word(contexts.word), len(contexts.sentences)
    if n < 2:
        return f"{named} is in one sentence only; give it two or more to compare"
    where = f"In layer {layer}" if layer else "Before the first layer"
    if curve is not None and np.isfinite(curve.gap[layer]):
        return (
            f"{where}, {named} is as alike as {score(float(curve.within[layer]))} where it means "
            f"the same, and {score(float(curve.between[layer]))} where it does not; tokens at "
            f"random: {score(float(contexts.others[layer]))}"
        )
    matrix = contexts.similarities(layer)
    mean = float((matrix.sum() - n) / (n * (n - 1)))
    return (
        f"{where}, two occurrences of {named} are as alike as {score(mean)} on average; tokens at "
        f"random: {score(float(contexts.others[layer]))}"
    )


def _map(inside: _Inside) -> None:
    """Draw the occurrences in this layer, turned to lie like those of the last layer."""
    projection = _drawn(inside, inside.layer)
    if len(projection.ids) > 2:
        projection = cached.aligned(projection, _drawn(inside, len(inside.contexts.vectors) - 1))
    colours = colouring.of_labels(inside.senses) if inside.senses else {}
    draw_map(
        Geometry(projection.coords, inside.labels),
        Style(axis_titles=projection.axis_titles or None, **colours),
        key="inside-map",
        height=_HEIGHT,
        link="inside",
        summary=f"PCA map of {count(len(projection.ids), 'occurrence')} in layer {inside.layer}.",
        file_name=f"layer-{inside.layer}",
    )


def _drawn(inside: _Inside, layer: int) -> Projection:
    contexts = inside.contexts
    embedding = Embedding(
        ids=tuple(f"{at} {label}" for at, label in enumerate(inside.labels)),
        vectors=np.ascontiguousarray(contexts.vectors[layer]),
        space=f"{inside.view.embedding.space}|layer {layer}",
        spec_name=inside.view.embedding.spec_name,
    )
    return ec.project(embedding, "pca")


def _heatmap(inside: _Inside) -> None:
    matrix = inside.contexts.similarities(inside.layer)
    order = _order(inside)
    labels = [inside.labels[at] for at in order]
    part = np.ascontiguousarray(matrix[np.ix_(order, order)])
    draw_heatmap(
        part,
        labels,
        labels,
        key="inside-heat",
        row_items=order,
        col_items=order,
        values_in_cells=len(labels) <= 16,
        height=_HEIGHT - 60,
        link="inside",
        file_name=f"layer-{inside.layer}-similarities",
        **scale_of(part, "cosine"),
    )


def _order(inside: _Inside) -> NDArray[np.intp]:
    """Put occurrences of one sense together: how far the senses part then shows as blocks."""
    if not inside.senses:
        return ec.seriate(inside.contexts.similarities(inside.layer))
    return np.argsort(np.asarray(inside.senses), kind="stable").astype(np.intp)


def _depth(inside: _Inside, curve: SenseCurve | None) -> None:
    """Draw how alike occurrences are, layer by layer."""
    columns: dict[str, NDArray[np.float32]] = {}
    if curve is not None:
        columns |= {"same sense": curve.within, "different senses": curve.between}
    columns["tokens at random"] = inside.contexts.others
    known = {name: values for name, values in columns.items() if np.isfinite(values).any()}
    st.line_chart(
        pd.DataFrame(known, index=pd.RangeIndex(len(inside.contexts.vectors), name="layer")),
        x_label="layer",
        y_label="mean cosine",
        height=_HEIGHT - 120,
    )
    st.caption(
        "Where the first two lines part, the model has told the senses apart. Tokens taken at "
        "random from different sentences show what “unrelated” is: in deep layers all vectors lean "
        "the same way, and cosines of .3 mean nothing (Ethayarajh, 2019)."
    )


def _around(sentence: str, span: tuple[int, int]) -> str:
    """Return the word with some letters of what stands around it."""
    start, end = max(0, span[0] - _AROUND), min(len(sentence), span[1] + _AROUND)
    head, tail = ("…" if start else ""), ("…" if end < len(sentence) else "")
    return shortened(f"{head}{sentence[start:end].strip()}{tail}", 60)


QUESTION = Question("inside", "Inside the model", _ask)
