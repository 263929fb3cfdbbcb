"""Which lessons there are, and which one is open."""

from __future__ import annotations

import streamlit as st

from embedding_core.errors import UnknownNameError
from embedding_core.teaching.lessons import Lesson, lessons_dir, load_lessons
from ui.state import Choices


def choose_lesson(
    choices: Choices,
) -> tuple[tuple[Lesson, ...], tuple[str, ...], Lesson | None]:
    """Return all lessons, what was left out of them, and the one that is open, if one is."""
    lessons, problems = _loaded(_files())
    by_slug = {lesson.slug: lesson for lesson in lessons}

    def read(texts: list[str]) -> str:
        if texts[-1] not in by_slug:
            raise UnknownNameError("lesson", texts[-1], by_slug)
        return texts[-1]

    return lessons, problems, by_slug.get(choices.value("lesson", "", read))


def _files() -> tuple[tuple[str, float], ...]:
    """Return what tells whether a lesson was changed, so that it is read anew."""
    return tuple((str(path), path.stat().st_mtime) for path in sorted(lessons_dir().glob("*.toml")))


@st.cache_resource(show_spinner=False, max_entries=4)
def _loaded(
    files: tuple[tuple[str, float], ...],
) -> tuple[tuple[Lesson, ...], tuple[str, ...]]:
    return load_lessons()
