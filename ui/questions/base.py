"""What a question is, and what several of them ask."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from embedding_core.models import Vocabulary
from embedding_core.registry import Registry
from ui.errors import show_notes
from ui.state import Choices
from ui.view import View, all_notes

_SEPARATORS = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Question:
    """One question about items and the panel that answers it.

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


def choose_question(choices: Choices, questions: Registry[Question]) -> Question:
    """Draw the choice of what a page asks and return it."""
    name = choices.select(
        "ask",
        "Question",
        list(questions),
        default=next(iter(questions)),
        labels={name: question.label for name, question in questions.items()},
        segmented=True,
        kind="question",
        label_visibility="collapsed",
    )
    return questions[name]


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
