"""What a lesson shows later is computed while its first step is read."""

from __future__ import annotations

import threading

import streamlit as st

from embedding_core.errors import ExplorerError
from embedding_core.teaching.lessons import Lesson, Step
from embedding_core.teaching.views import draw

_AFTER = 1.0  # seconds


def warm(lesson: Lesson) -> None:
    """Begin to compute a lesson's pictures and figures in the background, once a server."""
    _warmed(lesson.slug, lesson)


@st.cache_resource(show_spinner=False, max_entries=64)
def _warmed(slug: str, _lesson: Lesson) -> threading.Thread:
    # The step in view goes first, on the page's own thread.
    thread = threading.Timer(_AFTER, _compute, (_lesson,))
    thread.daemon, thread.name = True, f"lesson-{slug}"
    thread.start()
    return thread


def _compute(lesson: Lesson) -> None:
    for step in lesson.steps:
        try:
            _compute_step(step)
        except ExplorerError:
            # The step itself says so when it is opened.
            continue
        except (ImportError, RuntimeError):
            # A server that ends meanwhile lets nothing be imported or started any more.
            if threading.main_thread().is_alive():
                raise
            return


def _compute_step(step: Step) -> None:
    before = step.predict.before if step.predict is not None else None
    for state in (before, step.view):
        if state is not None:
            draw(state.of, state.params)
    step.values()
