"""Interview: questions with model answers, to browse, as flashcards, and asked one by one."""

import streamlit as st

from embedding_core.teaching.questions import question_bank
from ui.errors import show_notes
from ui.frame import frame
from ui.interview import MODES
from ui.interview.answering import warm
from ui.interview.mode import choose_mode, choose_questions
from ui.state import Choices

frame("Interview")
choices = Choices("interview")
bank = question_bank()
warm()

mode = choose_mode(choices, MODES)
with st.sidebar:
    chosen = choose_questions(choices, bank)

notes = st.container()
mode.show(choices, chosen)
with notes:
    # What a link asks for is known when all choices are drawn.
    show_notes([*choices.notes, *bank.notes])
choices.publish()
