"""The report at the end of a mock interview, on screen and to take away."""

from __future__ import annotations

import streamlit as st

from embedding_core.teaching.mock import Interview
from embedding_core.teaching.questions import QuestionBank
from embedding_core.teaching.report import to_html, to_markdown
from ui.interview.answering import show_answer, show_coverage, show_question
from ui.plain import count, duration, plain


def show_report(interview: Interview, bank: QuestionBank) -> None:
    """Draw what each answer covered, one question after the other."""
    seconds = sum(turn.seconds for turn in interview.turns)
    asked = len(interview.questions)
    st.markdown(f"##### {count(asked, 'question')} in {duration(seconds)}")
    with st.container(horizontal=True):
        st.download_button(
            "Markdown", lambda: to_markdown(interview, bank), "interview.md", "text/markdown",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "HTML", lambda: to_html(interview, bank), "interview.html", "text/html",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
    for number, question in enumerate(interview.questions, start=1):
        with st.container(border=True):
            show_question(question, bank)
            for turn in interview.turns_of(question):
                if turn.probe is not None:
                    st.markdown(f"**Follow-up:** {turn.probe.question}")
                said = plain(turn.answer) if turn.answer.strip() else "(passed)"
                st.markdown(f"> {said}")
                st.caption(f"After {duration(turn.seconds)}")
            show_coverage(interview.coverage_of(question))
            if st.toggle("Show the model answer", key=f"interview-model-{number}"):
                show_answer(question)
