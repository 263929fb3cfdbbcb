"""Compression: why a vector instead of the picture, and how small it can get."""

import streamlit as st

from ui.compressing import compare_recipes
from ui.compressing.subject import choose_items, embedded_items
from ui.errors import told
from ui.frame import frame
from ui.state import Choices

frame("Compression")
choices = Choices("compression")

with st.sidebar, told():
    asked = choose_items(choices)

with told():
    compare_recipes(choices, embedded_items(choices, asked))
choices.publish()
