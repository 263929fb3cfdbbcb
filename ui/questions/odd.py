"""Which does not belong?"""

from __future__ import annotations

import streamlit as st

import embedding_core as ec
from embedding_core.modalities.text import words
from ui.errors import told
from ui.neighbor_table import show_neighbors
from ui.plain import count, score, word
from ui.questions.base import Question, notes, several, vocabulary
from ui.view import View

_EXAMPLE = "breakfast lunch dinner cereal"


@st.fragment
def _ask(view: View) -> None:
    vocabulary(view)
    choices = view.choices
    sentence = st.container()
    typed = choices.text("of-these", "Which of these does not belong?", _EXAMPLE, width=520)
    with told(stop=False):
        asked = words(", ".join(several(typed)), name="your words")
        known = ec.embed_more(view.embedding, asked)
        ranked = ec.odd_one_out(known)
        odd = ranked[0]
        sentence.markdown(
            f"##### {word(odd.id)} belongs least to these {count(len(known), 'word')}: its mean "
            f"similarity to the others is {score(odd.score)}"
        )
        with sentence:
            notes(view)
        show_neighbors(ranked, "cosine", key="odd", title="Belongs least first")
        st.caption("Mean cosine similarity of each word to all the others.")
        if known.dropped:
            st.caption(" ".join(f"{word(id_)} is {why}" for id_, why in known.dropped))
    choices.publish()


QUESTION = Question("odd", "Which does not belong?", _ask)
