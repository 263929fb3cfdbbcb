"""The list of lessons, in their order, with how far one is."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from embedding_core.teaching.lessons import Lesson
from ui.errors import show_notes
from ui.lessons.progress import change, progress, show_keeping
from ui.plain import count
from ui.state import Choices


def show_overview(choices: Choices, lessons: Sequence[Lesson], notes: Sequence[str]) -> None:
    """Draw the list; a lesson opens where one left it."""
    steps = sum(len(lesson.steps) for lesson in lessons)
    st.markdown(
        f"##### {count(len(lessons), 'lesson')} in {count(steps, 'step')}: guess first, then watch "
        "it computed here, then try it"
    )
    show_notes([*choices.notes, *notes])
    seen = progress().seen
    for number, lesson in enumerate(lessons, start=1):
        done = sum((lesson.slug, step.title) in seen for step in lesson.steps)
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            with st.container(gap="xxsmall"):
                st.markdown(f"**{number}. {lesson.title}**")
                st.caption(lesson.after)
            with st.container(width=130, gap="xxsmall"):
                st.button(
                    "Begin" if not done else "Again" if done == len(lesson.steps) else "Go on",
                    key=f"open-{lesson.slug}",
                    on_click=_open,
                    args=(choices, lesson),
                    width="stretch",
                )
                st.caption(_how_far(done, lesson), text_alignment="center")
    show_keeping(choices)


def _how_far(done: int, lesson: Lesson) -> str:
    if not done:
        return f"{lesson.minutes} minutes"
    return f"{done} of {count(len(lesson.steps), 'step')} seen"


def _open(choices: Choices, lesson: Lesson) -> None:
    """Open a lesson at the first step that was not seen.

    Where all were it begins again, and its questions are asked anew: in front of a class nobody
    wants to find them answered.
    """
    seen = progress().seen
    unseen = [at for at, step in enumerate(lesson.steps) if (lesson.slug, step.title) not in seen]
    if not unseen:
        change(progress().without_answers(lesson.slug))
    choices.set("lesson", lesson.slug)
    choices.set("step", str(unseen[0] + 1 if unseen else 1))
