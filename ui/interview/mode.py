"""What a way to practise is, and the questions it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from embedding_core.registry import Registry
from embedding_core.teaching.questions import LEVELS, Question, QuestionBank
from ui.state import Choices

_ALL = "all"


@dataclass(frozen=True)
class Chosen:
    """The questions that topic and level leave.

    Attributes
    ----------
    bank
        All there are.
    questions
        Those of the topic and level.
    topics, levels
        Which; empty for all.
    """

    bank: QuestionBank
    questions: tuple[Question, ...]
    topics: tuple[str, ...]
    levels: tuple[int, ...]


@dataclass(frozen=True)
class Mode:
    """One way to practise.

    Attributes
    ----------
    name, label
        In links, and on screen.
    show
        Draws it.
    """

    name: str
    label: str
    show: Callable[[Choices, Chosen], None]


def choose_mode(choices: Choices, modes: Registry[Mode]) -> Mode:
    """Draw the choice of how to practise and return it."""
    name = choices.select(
        "ask", "How to practise", list(modes), default=next(iter(modes)),
        labels={name: mode.label for name, mode in modes.items()},
        segmented=True, kind="way to practise", label_visibility="collapsed",
    )  # fmt: skip
    return modes[name]


def choose_questions(choices: Choices, bank: QuestionBank) -> Chosen:
    """Draw the choice of topic and level; all modes are about what is left."""
    topics = {_ALL: "All topics", **{name: topic.title for name, topic in bank.topics.items()}}
    levels = {_ALL: "All levels", **{str(level): label for level, label in LEVELS.items()}}
    topic = _one_of(choices, "topic", "Topic", topics)
    level = _one_of(choices, "level", "Level", levels)
    of_topics = () if topic == _ALL else (topic,)
    of_levels = () if level == _ALL else (int(level),)
    found = bank.find(topics=of_topics, levels=of_levels)
    st.caption(_how_many(len(found)))
    return Chosen(bank, found, of_topics, of_levels)


def _one_of(choices: Choices, name: str, label: str, options: Mapping[str, str]) -> str:
    return choices.select(
        name, label, list(options), _ALL, labels=options, kind=f"{name} of questions"
    )


def _how_many(count: int) -> str:
    return f"{count} question" + ("" if count == 1 else "s")
