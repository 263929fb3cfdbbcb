"""Pictures side by side, each with what it is."""

from __future__ import annotations

import streamlit as st

from embedding_core.teaching.pictures import Images
from ui.plain import plain

_LARGER = 1.5


def draw(picture: Images, *, key: str, height: int, summary: str, large: bool) -> None:
    """Draw the pictures in rows; they are as high as they need."""
    edge = int(picture.edge * (_LARGER if large else 1))
    with st.container(horizontal=True, key=key, gap="small"):
        for file, caption in zip(picture.files, picture.captions, strict=True):
            with st.container(width=edge, gap="xxsmall"):
                st.image(file, width=edge)
                st.caption(plain(caption))
