"""Presenter mode: large type and nothing but the lesson, to be read from the back row."""

from __future__ import annotations

import streamlit as st

_STYLE = """
<style>
[data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"],
[data-testid="stExpandSidebarButton"], [data-testid="stHeader"] { display: none !important; }
.stMainBlockContainer { padding-top: 1rem; }
.st-key-narration p, .st-key-narration li { font-size: 1.4rem; line-height: 1.5; }
.st-key-narration .katex { font-size: 1.15em; }
.st-key-narration h4 { font-size: 2.1rem; }
.st-key-narration h5 { font-size: 1.6rem; }
.st-key-picture [data-testid="stCaptionContainer"] p { font-size: 1.1rem; }
</style>
"""


def presented() -> None:
    """Draw this run as a presentation."""
    st.html(_STYLE)
