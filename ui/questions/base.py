"""What a question is, and what several of them ask."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from embedding_core.models import Vocabulary
from ui.errors import show_notes
from ui.view import View, all_notes

_SEPARATORS = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Question:
    """One question about words and the panel that answers it.

    Attributes
    ----------
    name, label
        In links, and on screen.
    ask
        Draws the panel.
    has_map
        Whether it draws the map that the sidebar chooses.
    has_metric
        Whether what near means changes its answer.
    data
        The built-in set that it is best asked of, where a page lets it decide.
    """

    name: str
    label: str
    ask: Callable[[View], None]
    has_map: bool = False
    has_metric: bool = False
    data: str = ""


def vocabulary(view: View) -> Vocabulary:
    """Return the model's vocabulary; the page ends, with the reason, where it has none."""
    model = view.embedding.model
    if not isinstance(model, Vocabulary):
        st.info("This model has no list of words to search. Choose a word model in the sidebar.")
        st.stop()
    return model


def several(text: str) -> list[str]:
    """Return the words of a typed line."""
    return [word for word in _SEPARATORS.split(text.strip()) if word]


def notes(view: View) -> None:
    """Show what was left out and changed, as every panel does."""
    show_notes(all_notes(view))
