"""A is to B as C is to ...? With the inputs left out, and a switch that lets them back in."""

from __future__ import annotations

import streamlit as st

import embedding_core as ec
from embedding_core.collection import Collection, Text
from embedding_core.models import Vocabulary
from embedding_core.similarity import unit
from embedding_core.teaching.glossary import more_on
from ui.errors import told
from ui.map import Geometry, Style, draw_map
from ui.neighbor_table import show_neighbors
from ui.plain import plain, score, word
from ui.questions.base import Question, notes, vocabulary
from ui.view import View

_K = 10


@st.fragment
def _ask(view: View) -> None:
    model, choices = vocabulary(view), view.choices
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        a = choices.text("a", "A", "man", width=170).strip()
        st.markdown("is to", width="content")
        b = choices.text("b", "B", "woman", width=170).strip()
        st.markdown("as", width="content")
        c = choices.text("c", "C", "king", width=170).strip()
        st.markdown("is to …?", width="content")
    include = choices.flag(
        "inputs",
        "Let A, B and C be answers too",
        help="They are left out by custom. Let back in, one of them is often the nearest: the "
        "step from A to B is short, and C has not moved far.",
    )
    if not (a and b and c):
        st.caption("Type a word into each of the three fields.")
        return
    with told(stop=False):
        answers = ec.analogy(model, a, b, c, _K, include_inputs=include)
        if not answers:
            st.info(
                "The model knows no word beside these three; let them be answers too, or choose a "
                "model that knows more."
            )
            choices.publish()
            return
        first = answers[0]
        sentence.markdown(
            f"##### {word(first.id)} is the nearest of {len(model.words):,} words to "
            f"{word(c)} − {word(a)} + {word(b)} ({score(first.score)})"
        )
        with sentence:
            notes(view)
        left, right = st.columns(2, gap="medium")
        with left:
            given = _as_known(model, a, b, c)
            what = ["an input" if answer.id in given else "" for answer in answers]
            show_neighbors(
                answers,
                "cosine",
                key="analogy",
                title="Answer",
                columns={"": what} if include else None,
            )
        with right:
            _draw(view, a, b, c, first.id)
            _explain(model, a, b, c, include)
    choices.publish()


def _draw(view: View, a: str, b: str, c: str, answer: str) -> None:
    """Draw the words and where the step leads: the plane that shows most of them."""
    asked = list(dict.fromkeys((a, b, c, answer)))
    payloads = [Text(word) for word in asked]
    known = ec.embed_more(
        view.embedding, Collection.of(asked, payloads, modality="text", unit="word")
    )
    target = ec.analogy_vector(view.embedding.model, a, b, c)
    flat = ec.project(known, "pca")
    assert flat.placement is not None
    at = {word: i for i, word in enumerate(asked)}
    draw_map(
        Geometry(flat.coords, known.ids),
        Style(
            lines=[(at[a], at[b], True), (at[c], at[answer], False)],
            line_titles=("the step that is added", "from C to the answer"),
            extra=[(f"{c} − {a} + {b}", flat.placement.place(target[None])[0].tolist())],
        ),
        key="words-analogy",
        height=300,
        summary=f"{a}, {b}, {c}, {answer} and where the step from {a} to {b} leads from {c}.",
        file_name="analogy",
    )


def _explain(model: Vocabulary, a: str, b: str, c: str, include: bool) -> None:
    """Say how the answer comes about, in numbers of this very analogy."""
    free = ec.analogy(model, a, b, c, 1, include_inputs=True)[0]
    st.markdown(
        f"Each vector is scaled to length 1; the step from {word(a)} to {word(b)} is added to "
        f"{word(c)}; the words nearest to where that leads are the answers (3CosAdd; Mikolov et "
        "al., 2013)."
    )
    if free.id in _as_known(model, a, b, c):
        st.markdown(
            f"With the inputs let in, the nearest of all is {word(free.id)} ({score(free.score)}), "
            "one of the inputs. Leaving them out is a choice that flatters the model."
        )
    else:
        st.markdown(
            f"Here the inputs do not matter: {word(free.id)} is the nearest even with them let in."
        )
    vectors = unit(ec.vectors_of(model, [a, b, c]))
    a_to_b, c_to_a, c_to_b = (float(vectors[i] @ vectors[j]) for i, j in ((0, 1), (2, 0), (2, 1)))
    st.caption(
        f"{plain(a)}–{plain(b)} {score(a_to_b)} · {plain(c)}–{plain(a)} {score(c_to_a)} · "
        f"{plain(c)}–{plain(b)} {score(c_to_b)}{more_on('Analogy')}"
    )


def _as_known(model: Vocabulary, *typed: str) -> set[str]:
    """Return typed words as the model writes them: it may know King as king only."""
    return {model.words[place] for place in model.positions(typed).tolist() if place >= 0}


QUESTION = Question("analogy", "A is to B as C is to …?", _ask)
