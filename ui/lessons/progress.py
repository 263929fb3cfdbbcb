"""What this visitor has seen and answered: kept for the session, and in a file they may keep."""

from __future__ import annotations

import streamlit as st

from embedding_core.errors import InputError
from embedding_core.teaching.progress import Progress, from_json, to_json
from ui.errors import tell
from ui.plain import count
from ui.state import Choices, keep, kept

_KEY = "?lessons-seen"


def progress() -> Progress:
    """Return it."""
    return kept(_KEY, Progress())


def change(new: Progress) -> None:
    """Put other progress in its place."""
    keep(_KEY, new)


def show_keeping(choices: Choices) -> None:
    """Draw the ways to take progress away and to bring it back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Keep my progress",
            lambda: to_json(progress()),
            "lessons-progress.json",
            "application/json",
            icon=":material/download:",
            on_click="ignore",
            disabled=not progress().seen,
            help="A small file of the steps you saw and what you answered. It is kept nowhere "
            "else: with this tab it is gone.",
        )
        with st.popover("Bring it back", icon=":material/upload:"):
            files = choices.uploads("progress", "A file that was kept", _take, type=["json"])
            for problem in dict.fromkeys(problem for problem in files if problem):
                tell(problem)


def _take(name: str, data: bytes) -> str:
    """Join a kept file with what there is, and return what is wrong with it, if anything is."""
    try:
        found, skipped = from_json(data)
    except InputError as problem:
        return f"{name}: {problem}"
    change(progress().joined(found))
    return (
        f"{name}: {count(skipped, 'entry', 'entries')} could not be read and were skipped; the "
        "rest is back."
        if skipped
        else ""
    )
