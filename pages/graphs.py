"""Graphs: who is linked to whom, and what a model makes of it."""

import streamlit as st

from ui.errors import told
from ui.frame import frame
from ui.graph_sources import choose_graph
from ui.graphs import QUESTIONS
from ui.graphs.learned import show_learned
from ui.missing import stop_where_missing
from ui.questions.base import choose_question
from ui.sidebar import choose_map, choose_model
from ui.state import Choices
from ui.view import View, embedded

frame("Graphs")
choices = Choices("graphs")

question = choose_question(choices, QUESTIONS)

with st.sidebar:
    data = choose_graph(choices, default=question.data or "les-miserables")
    columns = [str(column) for column in data.collection.table.columns]
    model = choose_model(choices, modality="graph", unit="", default="node2vec", columns=columns)
    learned = st.container()
    map_choice = choose_map(choices, drawn=question.has_map, compared=question.has_metric)

stop_where_missing(choices, model)
with told():
    embedding = embedded(choices, data.collection, model)
    with learned:
        show_learned(embedding)
    question.ask(View(choices, data, embedding, map_choice, model))
choices.publish()
