"""Images: what is near what, what a network sees in a picture, and where it looks."""

import streamlit as st

from ui.errors import told
from ui.frame import frame
from ui.image_sources import choose_images
from ui.images import QUESTIONS
from ui.missing import stop_where_missing
from ui.questions.base import choose_question
from ui.sidebar import choose_map, choose_model
from ui.state import Choices
from ui.view import View, embedded

frame("Images")
choices = Choices("images")

question = choose_question(choices, QUESTIONS)

with st.sidebar:
    data = choose_images(choices, default="emoji")
    model = choose_model(choices, modality="image", unit="", default="efficientnet-lite0")
    map_choice = choose_map(choices, drawn=question.has_map, compared=question.has_metric)

stop_where_missing(choices, model)
with told():
    embedding = embedded(choices, data.collection, model)
    question.ask(View(choices, data, embedding, map_choice, model))
choices.publish()
