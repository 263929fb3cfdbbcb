"""What this visitor has seen and answered.

Kept by their own browser from one visit to the next, and in a file they may take elsewhere; the
server keeps it no longer than the session.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import streamlit as st

from embedding_core.errors import InputError
from embedding_core.teaching.progress import Progress, from_json, to_json
from ui.components.choosing import mount_chooser
from ui.errors import tell
from ui.plain import count
from ui.state import Choices, keep, kept

_KEY, _ASKED = "?lessons-seen", "?lessons-asked"
_PLACE = "embedding-explorer-lessons"


def progress() -> Progress:
    """Return it."""
    return kept(_KEY, Progress())


def change(new: Progress) -> None:
    """Put other progress in its place."""
    keep(_KEY, new)


def remember() -> None:
    """Let the browser keep progress; a new session first asks for what it kept."""
    was_asked = kept(_ASKED, False)
    mount_chooser(
        "keeper",
        {"place": _PLACE, "text": to_json(progress()).decode() if was_asked else None},
        key="lessons-keeper",
        items=_PLACE,
        height=1,
        on_choose=_take_kept,
    )


def _take_kept(message: Mapping[str, Any]) -> None:
    """Join what the browser kept with what there is; what is no progress is passed over."""
    keep(_ASKED, True)
    text = message.get("text")
    if not isinstance(text, str) or not text:
        return
    with suppress(InputError):
        change(progress().joined(from_json(text.encode("utf-8", "replace"))[0]))


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
            help="A small file of the steps you saw and what you answered. This browser "
            "remembers them too; the file is for another one.",
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
