"""Users and items on one map, or either alone: what is near what, as on every page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from ui.explorer import explore
from ui.questions.base import Question
from ui.recommend.reading import only
from ui.view import View

_SHOWN = {"both": "Users and items", "item": "Items only", "user": "Users only"}


def _ask(view: View) -> None:
    with st.sidebar:
        shown = view.choices.select(
            "show", "On the map", list(_SHOWN), "both", labels=_SHOWN, kind="part"
        )
    if shown == "both":
        explore(view)
    else:
        explore(replace(view, embedding=only(view, "user" if shown == "user" else "item")))


QUESTION = Question("near", "Users and items", _ask, has_map=True, has_metric=True)
