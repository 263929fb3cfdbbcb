"""Recommend: users and items in one space, what to recommend to whom and why."""

import streamlit as st

from ui.errors import told
from ui.frame import frame
from ui.missing import stop_where_missing
from ui.questions.base import choose_question
from ui.ratings_sources import choose_ratings
from ui.recommend import QUESTIONS
from ui.recommend.reading import explain
from ui.sidebar import choose_map, choose_model
from ui.state import Choices
from ui.view import View, embedded

frame("Recommend")
choices = Choices("recommend")

question = choose_question(choices, QUESTIONS)

with st.sidebar:
    data = choose_ratings(choices, default="tastes")
    columns = [str(column) for column in data.collection.table.columns]
    model = choose_model(
        choices, modality="ratings", unit="", default="matrix-factorization", columns=columns
    )
    explain(data, model)
    map_choice = choose_map(choices, drawn=question.has_map, compared=question.has_metric)

stop_where_missing(choices, model)
with told():
    embedding = embedded(choices, data.collection, model)
    question.ask(View(choices, data, embedding, map_choice, model))
choices.publish()
