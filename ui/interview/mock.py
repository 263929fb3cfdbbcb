"""A mock interview: asked one by one with a clock, probed, and a report at the end."""

from __future__ import annotations

import time

import streamlit as st

from embedding_core.params import Param
from embedding_core.teaching.mock import Interview, Plan, begin
from embedding_core.teaching.questions import QuestionBank
from ui.components.choosing import mount_chooser
from ui.errors import told
from ui.interview.answering import NOT_TRUTH, compared, show_question
from ui.interview.mode import Chosen, Mode
from ui.interview.reporting import show_report
from ui.state import Choices, keep, kept

_INTERVIEW, _ASKED, _NUMBER = "interview-mock", "interview-asked", "interview-number"
_COUNT = Param(
    "count", "Questions", kind="number", default=5, minimum=1, maximum=20, step=1,
    help="How many are asked, drawn from the topic and level in the sidebar.",
)  # fmt: skip
_PROBES = Param(
    "probes", "Follow-ups each", kind="number", default=1, minimum=0, maximum=3, step=1,
    help="After an answer the interviewer asks on where a key point was missing.",
)  # fmt: skip
_MINUTES = Param(
    "minutes", "Minutes each", kind="number", default=4, minimum=1, maximum=30, step=1,
    help="What the clock counts up to. Nothing is cut off.",
)  # fmt: skip
_SEED = Param(
    "seed", "Seed", kind="number", default=0, minimum=0, maximum=9_999, step=1,
    help="Which questions are drawn: the same number draws the same ones.",
)  # fmt: skip


def _show(choices: Choices, chosen: Chosen) -> None:
    interview: Interview | None = kept(_INTERVIEW, None)
    if interview is None:
        _set_up(choices, chosen)
    elif interview.is_over:
        show_report(interview, chosen.bank)
        st.button("A new interview", icon=":material/replay:", on_click=keep,
                  args=(_INTERVIEW, None))  # fmt: skip
    else:
        _ask(choices, interview, chosen.bank)


def _set_up(choices: Choices, chosen: Chosen) -> None:
    st.markdown("##### You are asked, you type, you are asked on where something was missing")
    st.caption(
        "Topic and level are chosen in the sidebar. At the end a report shows for each question "
        f"which key points you covered, and a model answer. {NOT_TRUTH}"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=150):
            count = int(choices.number("count", _COUNT))
        with st.container(width=150):
            probes = int(choices.number("probes", _PROBES))
        with st.container(width=150):
            minutes = int(choices.number("minutes", _MINUTES))
        with st.container(width=150):
            seed = int(choices.number("seed", _SEED))
    plan = Plan(chosen.topics, chosen.levels, count, probes, minutes, seed)
    available = len(chosen.questions)
    if count > available:
        st.caption(f":material/info: There are {available} of this topic and level; all are asked.")

    def start() -> None:
        keep(_INTERVIEW, begin(chosen.bank, plan))
        keep(_NUMBER, kept(_NUMBER, 0) + 1)
        keep(_ASKED, time.monotonic())

    st.button("Begin", icon=":material/play_arrow:", type="primary", on_click=start,
              disabled=not available)  # fmt: skip


def _ask(choices: Choices, interview: Interview, bank: QuestionBank) -> None:
    """Draw what is asked now, with the clock and a field for the answer."""
    question, probe = interview.question, interview.probe
    turn = f"{kept(_NUMBER, 0)}-{len(interview.turns)}"
    with st.container(horizontal=True, vertical_alignment="center"):
        place = f"Question {interview.place + 1} of {len(interview.questions)}"
        st.caption(place + (" · follow-up" if probe is not None else ""), width="stretch")
        with st.container(width=160):
            mount_chooser(
                "timer",
                {
                    "elapsed": time.monotonic() - kept(_ASKED, time.monotonic()),
                    "minutes": interview.plan.minutes,
                    "summary": "Time since this was asked",
                },
                key="interview-timer", items=turn, height=32, on_choose=lambda _: None,
            )  # fmt: skip
    if probe is None:
        show_question(question, bank)
    else:
        st.caption(question.question)
        st.markdown(f"#### {probe.question}")
    choices.text(
        f"turn.{turn}", "Your answer", area=True, in_link=False, height=260,
        placeholder="Type as you would speak, in English.",
    )  # fmt: skip
    with st.container(horizontal=True):
        st.button("Answer", icon=":material/send:", type="primary", on_click=_answer,
                  args=(choices, interview, f"turn.{turn}"))  # fmt: skip
        st.button("Pass", type="tertiary", on_click=_answer, args=(choices, interview, ""),
                  help="Answer nothing.")  # fmt: skip
        st.button("End here", type="tertiary", icon=":material/stop:", on_click=_end,
                  args=(interview,), help="The report is of what was answered.")  # fmt: skip


def _answer(choices: Choices, interview: Interview, name: str) -> None:
    """Take an answer, compare it, and go on."""
    answer = choices.value(name, "") if name else ""
    seconds = time.monotonic() - kept(_ASKED, time.monotonic())
    with told(stop=False):
        coverage = compared(interview.question.name, interview.question, answer)
        keep(_INTERVIEW, interview.answered(answer, seconds, coverage))
    keep(_ASKED, time.monotonic())


def _end(interview: Interview) -> None:
    keep(_INTERVIEW, interview.ended() if interview.turns else None)


MODE = Mode("mock", "Mock interview", _show)
