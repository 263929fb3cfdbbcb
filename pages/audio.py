"""Audio: what sounds like what, how sound becomes numbers, whose voice it is, what stays."""

import streamlit as st

from ui.audio import QUESTIONS
from ui.audio_sources import choose_audio
from ui.errors import told
from ui.frame import frame
from ui.missing import stop_where_missing
from ui.questions.base import choose_question
from ui.sidebar import choose_map, choose_model
from ui.state import Choices
from ui.view import View, embedded

frame("Audio")
choices = Choices("audio")

question = choose_question(choices, QUESTIONS)

with st.sidebar:
    data = choose_audio(choices, default="recordings")
    model = choose_model(choices, modality="audio", unit="", default="mfcc")
    map_choice = choose_map(choices, drawn=question.has_map, compared=question.has_metric)

stop_where_missing(choices, model)
with told():
    embedding = embedded(choices, data.collection, model)
    question.ask(View(choices, data, embedding, map_choice, model))
choices.publish()
