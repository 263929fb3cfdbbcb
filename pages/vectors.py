"""Vectors: the plain explorer for vectors from anywhere."""

import streamlit as st

from ui.errors import told
from ui.explorer import explore
from ui.frame import frame
from ui.sidebar import choose_map
from ui.sources import choose_vectors
from ui.state import Choices
from ui.view import View, ready_made

frame("Vectors")
choices = Choices("vectors")

with st.sidebar:
    data = choose_vectors(choices, default="digits")
    map_choice = choose_map(choices)

with told():
    explore(View(choices, data, ready_made(data.collection), map_choice))
choices.publish()
