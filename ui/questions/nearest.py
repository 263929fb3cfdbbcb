"""What is nearest to ...? In the whole vocabulary, and among the person's own words."""

from __future__ import annotations

import streamlit as st

import embedding_core as ec
from embedding_core.embedding import Embedding
from embedding_core.models import Subwords, Vocabulary
from ui.errors import told
from ui.neighbor_table import show_neighbors
from ui.plain import plain, score, word
from ui.questions.base import Question, notes, vocabulary
from ui.sidebar import METRIC_LABELS
from ui.view import View

_K = 12


@st.fragment
def _ask(view: View) -> None:
    model, choices = vocabulary(view), view.choices
    sentence = st.container()
    first = _word_of(view, view.embedding.ids[0])
    asked = choices.text(
        "of", "Nearest to", first, width=320, help="Any word the model knows."
    ).strip()
    if not asked:
        st.caption("Type a word.")
        return
    with told(stop=False):
        vector = ec.vectors_of(model, [asked])[0]
        everywhere = ec.nearest_words(model, vector, _K, view.metric, exclude=[asked])
        if everywhere:
            best = everywhere[0]
            sentence.markdown(
                f"##### {word(best.id)} is the nearest to {word(asked)} of "
                f"{len(model.words):,} words ({score(best.score, view.metric)})"
            )
        else:
            sentence.markdown(f"##### The model knows no word beside {word(asked)}")
        with sentence:
            notes(view)
        _answers(view, model, asked, vector, everywhere)
    choices.publish()


def _answers(view: View, model: Vocabulary, asked: str, vector, everywhere) -> None:
    mine = _without(view.embedding, asked)

    def picked(id_: str) -> None:
        # The second “orange” of a table has the id “orange (2)”, and is the same word.
        view.choices.set("of", _word_of(view, id_))

    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**Of all {len(model.words):,} words**")
        show_neighbors(
            everywhere,
            view.metric,
            key="nearest-all",
            title="Word",
            on_pick=lambda picked: view.choices.set("of", picked),
        )
    with right:
        st.markdown(f"**Of your {len(mine):,} words**")
        if len(mine):
            show_neighbors(
                ec.nearest(mine, vector, _K, view.metric),
                view.metric,
                key="nearest-mine",
                title="Word",
                on_pick=picked,
            )
    told_pieces = ""
    if isinstance(model, Subwords) and model.positions([asked])[0] < 0:
        pieces = ", ".join(model.pieces(asked)[:12])
        told_pieces = f" “{asked}” was never seen: its vector is the mean of its parts {pieces}."
    st.caption(
        plain(f"Compared by {METRIC_LABELS[view.metric].lower()}; click a word to go on from it.")
        + plain(told_pieces)
    )


def _without(embedding: Embedding, asked: str) -> Embedding:
    return embedding.take([i for i, id_ in enumerate(embedding.ids) if id_ != asked])


def _word_of(view: View, id_: str) -> str:
    collection = view.collection
    return str(collection.payloads[collection.positions[id_]].load())


QUESTION = Question("nearest", "Nearest to …?", _ask, has_metric=True)
