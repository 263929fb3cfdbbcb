"""Projections: what each method does to known shapes and to one's own data, and how."""

import streamlit as st

from ui.errors import told
from ui.frame import frame
from ui.projecting.method import choose_method
from ui.projecting.stage import show_stage
from ui.projecting.subject import choose_subject
from ui.state import Choices

frame("Projections")
choices = Choices("projections")

with st.sidebar, told():
    subject = choose_subject(choices)

sentence = st.container()
method = choose_method(choices, subject)
with told():
    show_stage(choices, subject, method, sentence)
choices.publish()
