"""Training: vectors as they are learned, by the trainers the app embeds with."""

import streamlit as st

from ui.errors import told
from ui.frame import frame
from ui.state import Choices
from ui.training.settings import choose_settings
from ui.training.stage import show_stage
from ui.training.subject import choose_subject

frame("Training")
choices = Choices("training")

with st.sidebar, told():
    subject = choose_subject(choices)

sentence = st.container()
with told():
    settings = choose_settings(choices, subject)
    show_stage(choices, subject, settings, sentence)
choices.publish()
