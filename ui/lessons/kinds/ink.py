"""What is written into charts: light on dark and dark on light."""

from __future__ import annotations

import streamlit as st


def ink() -> str:
    """Return the colour of text in a chart, by the theme of the browser."""
    return "#e7e9f1" if st.context.theme.type == "dark" else "#1c1e2b"
