"""Predict first: the question, the answer a person commits to, and what is computed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from embedding_core.params import Param
from embedding_core.teaching.lessons import Prediction, Step
from embedding_core.teaching.progress import StepKey
from embedding_core.teaching.prose import Value
from ui.lessons.progress import change, progress
from ui.plain import plain
from ui.state import Choices


def is_revealed(step: Step, key: StepKey) -> bool:
    """Tell whether a step's picture may be shown: it asks nothing, or was answered."""
    return step.predict is None or key in progress().answers


def ask(choices: Choices, step: Step, key: StepKey) -> None:
    """Draw the question of a step, and after an answer what is computed and why."""
    predict = step.predict
    if predict is None:
        return
    st.markdown(f"##### {step.filled('question', plain)}")
    if is_revealed(step, key):
        _reveal(step, predict, key)
        return
    answer = partial(_answer, key)
    if predict.choices:
        _ask_choice(predict, answer)
    elif predict.scale is not None:
        _ask_number(choices, predict, answer)
    else:
        _ask_word(choices, answer)
    st.button(
        "Show it",
        type="tertiary",
        shortcut="S",
        on_click=answer,
        args=(None,),
        help="Without answering, as before a class that has answered aloud.",
    )


def _ask_choice(predict: Prediction, answer: Callable[[Value | None], None]) -> None:
    """Draw a button for each choice: a click, or its number on the keyboard, is the answer."""
    for number, choice in enumerate(predict.choices, start=1):
        st.button(
            plain(choice),
            key=f"choice-{number}",
            on_click=answer,
            args=(choice,),
            shortcut=str(number),
            width="stretch",
        )


def _ask_number(
    choices: Choices, predict: Prediction, answer: Callable[[Value | None], None]
) -> None:
    scale = predict.scale
    assert scale is not None
    middle = scale.minimum + scale.step * round((scale.maximum - scale.minimum) / scale.step / 2)
    param = Param(
        "guess", "Your guess", "number", middle, "",
        minimum=scale.minimum, maximum=scale.maximum, step=scale.step,
    )  # fmt: skip
    choices.number("guess", param, slider=True)
    # No link gives a guess away.
    choices.link("guess", [])
    # Read when it is pressed: a value that was changed just before is in the session by then.
    st.button("Answer", type="primary", on_click=lambda: answer(choices.value("guess", middle)))


def _ask_word(choices: Choices, answer: Callable[[Value | None], None]) -> None:
    def answered() -> None:
        word = choices.value("guess", "").strip()
        if word:
            answer(word)

    with st.container(horizontal=True, vertical_alignment="bottom"):
        choices.text("guess", "Your guess", in_link=False, width=220)
        st.button("Answer", type="primary", on_click=answered)


def _answer(key: StepKey, given: Value | None) -> None:
    change(progress().with_answer(key, given))


def _reveal(step: Step, predict: Prediction, key: StepKey) -> None:
    computed = step.figures[predict.answer].compute()
    given = progress().answers[key]
    told = f"Computed here: **{_written(computed)}**."
    if given is not None:
        icon = "check" if predict.is_right(given, computed) else "close"
        told = f":material/{icon}: You said {_written(given)}. {told}"
    st.markdown(told)
    st.markdown(step.filled("explanation", plain))
    st.button(
        "Ask me again",
        type="tertiary",
        icon=":material/replay:",
        on_click=lambda: change(progress().without_answer(key)),
    )


def _written(value: Value) -> str:
    if isinstance(value, str):
        return plain(value)
    return format(value, ",d" if isinstance(value, int) else ".3g").replace("-", "−")
