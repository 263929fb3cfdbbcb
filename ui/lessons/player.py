"""The player: one step of a lesson, its narration beside its live picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from embedding_core.errors import InputError
from embedding_core.params import ParamValue
from embedding_core.teaching.lessons import Lesson, Step, ViewState
from embedding_core.teaching.views import VIEWS, draw
from ui.errors import show_notes, told
from ui.lessons.asking import ask, is_revealed
from ui.lessons.kinds import draw_pictures
from ui.lessons.presenting import presented
from ui.lessons.progress import change, progress
from ui.lessons.warming import warm
from ui.plain import plain
from ui.state import Choices

_HEIGHT, _PRESENTED = 500, 640


def play(
    choices: Choices, lessons: Sequence[Lesson], lesson: Lesson, notes: Sequence[str] = ()
) -> None:
    """Draw the step of a lesson that is chosen, and the ways to the others.

    Parameters
    ----------
    choices
        The page's.
    lessons
        All of them, in their order.
    lesson
        The one that is open.
    notes
        What was left out of all lessons; of this one it is told.
    """
    is_shown_large = choices.value("present", False, lambda texts: texts[-1] == "1")
    choices.link("present", ["1"] if is_shown_large else [])
    if is_shown_large:
        presented()
    warm(lesson)
    number = _move(choices, lessons, lesson, is_shown_large)
    step = lesson.steps[number - 1]
    key = (lesson.slug, step.title)
    part = choices.part(f"{lesson.slug}.{number}")
    show_notes([*choices.notes, *(note for note in notes if f"-{lesson.slug}.toml" in note)])
    with st.container(key="side-by-side"):
        left, right = st.columns([5, 7], gap="large")
    with left, st.container(key="narration"), told(stop=False):
        st.markdown(f"#### {step.title}")
        st.markdown(step.filled("narration", plain))
        ask(part, step, key)
        _go_on(step)
    with right, st.container(key="picture"):
        _picture(part, step, key, is_shown_large)
    if number == len(lesson.steps):
        _sources(lesson)
    if is_revealed(step, key):
        change(progress().with_seen(key))


def _move(choices: Choices, lessons: Sequence[Lesson], lesson: Lesson, is_shown_large: bool) -> int:
    """Draw where one is and the ways from there; return the number of the step."""
    numbers = [str(number) for number in range(1, len(lesson.steps) + 1)]
    place = [each.slug for each in lessons].index(lesson.slug) + 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("All lessons", icon=":material/list:", type="tertiary", on_click=choices.set,
                  args=("lesson", ""))  # fmt: skip
        st.caption(f"Lesson {place} of {len(lessons)}: {lesson.title}", width="stretch")
        at = numbers.index(_asked(choices, numbers))
        st.button(
            "Previous", shortcut="Left", disabled=at == 0,
            on_click=choices.set, args=("step", numbers[max(at - 1, 0)]),
        )  # fmt: skip
        chosen = choices.select(
            "step", "Step", numbers, "1", kind="step of this lesson",
            labels=lambda number: f"Step {number} of {len(numbers)}",
            label_visibility="collapsed", width=150,
        )  # fmt: skip
        at = numbers.index(chosen)
        _next(choices, lessons, lesson, at)
        st.button(
            "Leave" if is_shown_large else "Present",
            icon=":material/close_fullscreen:" if is_shown_large else ":material/open_in_full:",
            type="tertiary", shortcut="P", on_click=choices.set,
            args=("present", not is_shown_large),
            help="Large type and nothing but the lesson. The arrow keys go from step to step.",
        )  # fmt: skip
    choices.link("lesson", [lesson.slug])
    return at + 1


def _asked(choices: Choices, numbers: Sequence[str]) -> str:
    """Return the number of the step that is open; where a link asks for none of them, the first."""

    def read(texts: list[str]) -> str:
        if texts[-1] not in numbers:
            raise InputError(
                f"It asks for step {texts[-1]!r} and this lesson has steps 1 to {len(numbers)}."
            )
        return texts[-1]

    number = choices.value("step", "1", read)
    return number if number in numbers else "1"


def _next(choices: Choices, lessons: Sequence[Lesson], lesson: Lesson, at: int) -> None:
    """Draw the button to the next step, or from the last step to the next lesson."""
    is_last = at + 1 == len(lesson.steps)
    following = lessons[lessons.index(lesson) + 1 :][:1]

    def go() -> None:
        if not is_last:
            choices.set("step", str(at + 2))
        elif following:
            choices.set("lesson", following[0].slug)
            choices.set("step", "1")

    st.button(
        "Next lesson" if is_last else "Next",
        shortcut="Right",
        type="primary",
        on_click=go,
        disabled=is_last and not following,
    )


@st.fragment
def _picture(choices: Choices, step: Step, key: tuple[str, str], large: bool) -> None:
    """Draw the picture: before an answer what may be seen, then the view and its controls."""
    height = _PRESENTED if large else _HEIGHT
    revealed = is_revealed(step, key)
    state: ViewState | None = step.view
    if not revealed:
        assert step.predict is not None
        state = step.predict.before
    place = st.container(gap="xsmall")
    if state is None:
        with place:
            st.space(height // 3)
            st.caption("The picture comes with your answer.", text_alignment="center")
        return
    params = state.params
    if revealed and step.free is not None:
        params = _controls(choices, step, state)
        choices.publish()
    with place, told(stop=False):
        drawn = draw(state.of, params)
        draw_pictures(drawn, key="lesson", height=height, large=large)
        st.caption(plain(drawn.sentence))


def _controls(choices: Choices, step: Step, state: ViewState) -> Mapping[str, ParamValue]:
    """Draw the free controls of a step's view and return all its settings."""
    free = step.free
    assert free is not None
    if free.prompt:
        st.markdown(f"**Try it.** {step.filled('prompt', plain)}")
    own = {param.name: param for param in VIEWS[state.of].params}
    offered = [
        replace(own[name], default=state.params.get(name, own[name].default))
        for name in free.controls
    ]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = choices.params("try", VIEWS[state.of].name, offered)
    return {**state.params, **chosen}


def _go_on(step: Step) -> None:
    """Draw the way to the page of the app that shows more of the same."""
    if not step.page:
        return
    page, _, query = step.page.partition("?")
    try:
        st.page_link(
            f"pages/{page}.py",
            label="Open it in the app",
            icon=":material/open_in_new:",
            query_params=parse_qsl(query),
        )
    except StreamlitPageNotFoundError:
        # A page started on its own (streamlit run pages/lessons.py) has no others.
        return


def _sources(lesson: Lesson) -> None:
    with st.container(gap="xxsmall"):
        st.caption("Sources of this lesson")
        for source in lesson.sources:
            st.caption(plain(source))
