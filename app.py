"""The front page: king, queen and apple, and the doors to everything else."""

import streamlit as st

from ui.frame import DOORS, frame
from ui.front import show_front
from ui.state import Choices

frame()
choices = Choices("front")
show_front(choices)
st.space("small")
for row in range(0, len(DOORS), 2):
    for place, (path, label, about) in zip(st.columns(2), DOORS[row : row + 2], strict=False):
        with place, st.container(border=True, height="stretch"):
            st.page_link(path, label=f"**{label}**", icon=":material/arrow_forward:")
            st.caption(about)
choices.publish()
