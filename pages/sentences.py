"""Sentences: what is near what, inside the model, and why two are alike."""

import streamlit as st

from ui.errors import told
from ui.frame import frame
from ui.missing import stop_where_missing
from ui.questions.base import choose_question
from ui.sentence_sources import choose_sentences
from ui.sentences import QUESTIONS
from ui.sidebar import choose_map, choose_model
from ui.state import Choices
from ui.view import View, embedded

frame("Sentences")
choices = Choices("sentences")

question = choose_question(choices, QUESTIONS)

with st.sidebar:
    data = choose_sentences(choices, default=question.data)
    model = choose_model(choices, modality="text", unit="sentence", default="minilm-l6")
    map_choice = choose_map(choices, drawn=question.has_map, compared=question.has_metric)

stop_where_missing(choices, model)
with told():
    embedding = embedded(choices, data.collection, model)
    question.ask(View(choices, data, embedding, map_choice, model))
choices.publish()
