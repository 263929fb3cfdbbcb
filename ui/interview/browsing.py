"""Browse: all questions in a list, one of them beside it. Think first, then look."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from embedding_core.errors import InputError
from embedding_core.teaching.questions import Question, QuestionBank
from ui.errors import told
from ui.interview.answering import compared, show_answer, show_coverage, show_question
from ui.interview.mode import Chosen, Mode
from ui.plain import plain
from ui.state import Choices, picked_rows

_HEIGHT = 460
_KEY = "interview-questions"


def _show(choices: Choices, chosen: Chosen) -> None:
    text = choices.text("find", "Find", placeholder="Words of a question or an answer")
    found = [
        question
        for question in chosen.bank.find(text, chosen.topics, chosen.levels)
        if question in chosen.questions
    ]
    asked = _asked(choices, chosen.bank)
    if not found and asked is None:
        st.info(f"No question has the words {plain(text)!r}; use fewer words or another topic.")
        return
    question = asked or found[0]
    with st.container(key="side-by-side"):
        left, right = st.columns([5, 8], gap="large")
    with left:
        _list(choices, chosen.bank, found, question)
    with right, told(stop=False):
        _open(choices, chosen.bank, found, question)


def _asked(choices: Choices, bank: QuestionBank) -> Question | None:
    """Return the question that was chosen, None where none was."""

    def read(texts: list[str]) -> str:
        if texts[-1] not in bank.questions:
            raise InputError(
                f"There is no question called {texts[-1]!r}; choose one from the list."
            )
        return texts[-1]

    name = choices.value("question", "", read)
    choices.link("question", [name] if name else [])
    return bank.questions.get(name)


def _list(choices: Choices, bank: QuestionBank, found: Sequence[Question], open_: Question) -> None:
    """Draw the list; a click opens a question."""
    if not found:
        st.caption("No question has these words.")
        return

    def picked() -> None:
        rows = [row for row in picked_rows(_KEY) if row < len(found)]
        if rows:
            choices.set("question", found[rows[-1]].name)
            choices.set("answer", False)

    table = pd.DataFrame(
        {
            "": ["▸" if question is open_ else "" for question in found],
            "Level": [question.level for question in found],
            "Question": [question.question for question in found],
        }
    )
    st.dataframe(
        table, key=_KEY, hide_index=True, height=min(_HEIGHT, 38 + 35 * len(found)),
        on_select=picked, selection_mode="single-cell",
        column_config={
            "": st.column_config.TextColumn(width=20),
            "Level": st.column_config.NumberColumn(width=55, help="1 foundations, 2 practitioner, "
                                                   "3 senior"),
            "Question": st.column_config.TextColumn(width="large"),
        },
    )  # fmt: skip


def _open(
    choices: Choices, bank: QuestionBank, found: Sequence[Question], question: Question
) -> None:
    """Draw a question: first a place to think, then its answer."""
    is_shown = choices.value("answer", False, lambda texts: texts[-1] == "1")
    choices.link("answer", ["1"] if is_shown else [])
    show_question(question, bank)
    _think(choices, question)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Hide the model answer" if is_shown else "Show the model answer",
            icon=":material/visibility_off:" if is_shown else ":material/visibility:",
            on_click=choices.set, args=("answer", not is_shown),
        )  # fmt: skip
        _steps(choices, found, question)
    if is_shown:
        show_answer(question)


def _think(choices: Choices, question: Question) -> None:
    """Draw the field for an answer of one's own, compared where there is one."""
    answer = choices.text(
        f"said.{question.name}", "Think first: how would you answer?", area=True, in_link=False,
        height=150, placeholder="Type as you would say it, in English. Then press Ctrl and Enter.",
    )  # fmt: skip
    if answer.strip():
        with told(stop=False):
            show_coverage(compared(question.name, question, answer))


def _steps(choices: Choices, found: Sequence[Question], question: Question) -> None:
    """Draw the ways to the questions before and after."""
    at = found.index(question) if question in found else -1

    def go(to: int) -> None:
        choices.set("question", found[to].name)
        choices.set("answer", False)

    st.button(
        "Previous", type="tertiary", disabled=at <= 0,
        on_click=go, args=(at - 1,), shortcut="Left",
    )  # fmt: skip
    st.button(
        "Next", type="tertiary",
        disabled=at + 1 >= len(found), on_click=go, args=(at + 1,), shortcut="Right",
    )  # fmt: skip


MODE = Mode("browse", "Browse", _show)
