"""Recordings to play, each with what it is."""

from __future__ import annotations

import streamlit as st

from embedding_core.teaching.pictures import Sounds
from ui.plain import plain


def draw(picture: Sounds, *, key: str, height: int, summary: str, large: bool) -> None:
    """Draw a player for each recording."""
    with st.container(horizontal=True, key=key):
        for file, caption in zip(picture.files, picture.captions, strict=True):
            with st.container(width=260, gap="xxsmall"):
                st.caption(plain(caption))
                st.audio(file, format="audio/wav")
