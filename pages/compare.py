"""Compare: the same items under two models, two metrics or two maps, side by side."""

import streamlit as st

from ui.comparing import compare
from ui.errors import told
from ui.frame import frame
from ui.sides import choose_data, choose_sides
from ui.state import Choices

frame("Compare")
choices = Choices("compare")

with st.sidebar:
    data = choose_data(choices)
    by, left, right = choose_sides(choices, data)

with told():
    compare(choices, data, by, left, right)
choices.publish()
