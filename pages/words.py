"""Words: one question at a time about any words you like."""

import streamlit as st

from ui.errors import told
from ui.frame import frame
from ui.questions import QUESTIONS
from ui.sidebar import choose_map, choose_model, stop_where_missing
from ui.sources import choose_words
from ui.state import Choices
from ui.view import View, embedded

frame("Words")
choices = Choices("words")

chosen = choices.select(
    "ask",
    "Question",
    list(QUESTIONS),
    default="near",
    labels={name: entry.label for name, entry in QUESTIONS.items()},
    segmented=True,
    kind="question",
    label_visibility="collapsed",
)
question = QUESTIONS[chosen]

with st.sidebar:
    words, sample = choose_words(choices, default="royalty")
    model = choose_model(choices, modality="text", unit="word", default="glove-6b-50d")
    map_choice = choose_map(choices, drawn=question.has_map)

stop_where_missing(model)
with told():
    view = View(
        choices,
        words,
        embedded(choices, words, model),
        map_choice,
        model_label=model.spec.label,
        color=sample.color if sample else "",
    )
    question.ask(view)
choices.publish()
