"""Users and items on one map, or either alone: what is near what, as on every page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from ui.explorer import explore
from ui.questions.base import Question
from ui.recommend.reading import explain_reading, only
from ui.view import View

_SHOWN = {"both": "Users and items", "item": "Items only", "user": "Users only"}


def _ask(view: View) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="recommend-shown"):
        shown = view.choices.select(
            "show",
            "Show",
            list(_SHOWN),
            "both",
            labels=_SHOWN,
            segmented=True,
            kind="part",
            label_visibility="collapsed",
        )
        st.caption(f"{explain_reading(view)} The model's settings say so too.", width="stretch")
    if shown == "both":
        explore(view)
    else:
        explore(replace(view, embedding=only(view, "user" if shown == "user" else "item")))


QUESTION = Question("near", "Users and items", _ask, has_map=True, has_metric=True)
