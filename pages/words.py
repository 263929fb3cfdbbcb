"""Words: one question at a time about any words you like."""

import streamlit as st

from ui.errors import told
from ui.frame import frame
from ui.missing import stop_where_missing
from ui.questions import QUESTIONS
from ui.questions.base import choose_question
from ui.sidebar import choose_map, choose_model
from ui.sources import choose_words
from ui.state import Choices
from ui.view import View, embedded

frame("Words")
choices = Choices("words")

question = choose_question(choices, QUESTIONS)

with st.sidebar:
    data = choose_words(choices, default="royalty")
    model = choose_model(choices, modality="text", unit="word", default="glove-6b-50d")
    map_choice = choose_map(choices, drawn=question.has_map, compared=question.has_metric)

stop_where_missing(choices, model)
with told():
    embedding = embedded(choices, data.collection, model)
    question.ask(View(choices, data, embedding, map_choice, model))
choices.publish()
