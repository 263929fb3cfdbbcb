"""A mock interview: which questions are drawn, what is asked next, and what was answered."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from embedding_core.errors import InputError
from embedding_core.teaching.coverage import Coverage, combined
from embedding_core.teaching.questions import Probe, Question, QuestionBank


@dataclass(frozen=True)
class Plan:
    """What an interview is to be.

    Attributes
    ----------
    topics : tuple of str
        Empty for all.
    levels : tuple of int
        Empty for all.
    count : int
        Questions.
    probes : int
        Follow-ups after each question, at most.
    minutes : int
        For each question: a guide, nothing is cut off.
    seed : int
        Which questions are drawn.
    """

    topics: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    count: int = 5
    probes: int = 1
    minutes: int = 4
    seed: int = 0


@dataclass(frozen=True)
class Turn:
    """Something that was asked and answered.

    Attributes
    ----------
    question : str
        Name of the question.
    probe : Probe or None
        The follow-up that was asked; None for the question itself.
    answer : str
    seconds : float
        From asking to answering.
    coverage : Coverage
        Of this answer alone.
    """

    question: str
    probe: Probe | None
    answer: str
    seconds: float
    coverage: Coverage


@dataclass(frozen=True)
class Interview:
    """An interview on its way; each answer gives a new one.

    Attributes
    ----------
    plan : Plan
    questions : tuple of Question
        In the order in which they are asked.
    turns : tuple of Turn
    """

    plan: Plan
    questions: tuple[Question, ...]
    turns: tuple[Turn, ...] = ()

    @property
    def place(self) -> int:
        """The number of the question that is asked now, from 0; as many as there are at the end."""
        asked = [turn.question for turn in self.turns]
        if not asked:
            return 0
        at = [question.name for question in self.questions].index(asked[-1])
        return at if self._follow_up(self.questions[at]) is not None else at + 1

    @property
    def is_over(self) -> bool:
        """Whether all was asked."""
        return self.place == len(self.questions)

    @property
    def question(self) -> Question:
        """The question that is asked now, or whose follow-up is."""
        return self.questions[self.place]

    @property
    def probe(self) -> Probe | None:
        """The follow-up that is asked now; None where it is the question itself."""
        question = self.question
        is_asked = any(turn.question == question.name for turn in self.turns)
        return self._follow_up(question) if is_asked else None

    def answered(self, answer: str, seconds: float, coverage: Coverage) -> Interview:
        """Return the interview after an answer to what is asked now."""
        turn = Turn(self.question.name, self.probe, answer, seconds, coverage)
        return replace(self, turns=(*self.turns, turn))

    def ended(self) -> Interview:
        """Return it with only the questions that were answered, as when one stops early."""
        asked = {turn.question for turn in self.turns}
        kept = tuple(question for question in self.questions if question.name in asked)
        return replace(self, questions=kept, plan=replace(self.plan, probes=0))

    def turns_of(self, question: Question) -> tuple[Turn, ...]:
        """Return what was asked and answered of one question."""
        return tuple(turn for turn in self.turns if turn.question == question.name)

    def coverage_of(self, question: Question) -> Coverage:
        """Return what all answers to a question and its follow-ups cover together."""
        turns = self.turns_of(question)
        found = turns[0].coverage
        for turn in turns[1:]:
            found = combined(found, turn.coverage)
        return found

    def _follow_up(self, question: Question) -> Probe | None:
        """Return what is asked on: a probe of a point that is missing, else of one half said."""
        turns = self.turns_of(question)
        if len(turns) > self.plan.probes:
            return None
        asked = {turn.probe for turn in turns}
        status = {match.point.key: match.status for match in self.coverage_of(question).matches}
        for wanted in ("missing", "partly"):
            for probe in question.probes:
                if status[probe.point] == wanted and probe not in asked:
                    return probe
        return None


def begin(bank: QuestionBank, plan: Plan) -> Interview:
    """Draw the questions of an interview.

    Topics take turns, so that a short interview touches many; what was drawn is asked from the
    easier levels to the harder.

    Raises
    ------
    InputError
        If there is no question of these topics and levels.
    """
    found = bank.find(topics=plan.topics, levels=plan.levels)
    if not found:
        raise InputError("There is no question of these topics and levels; choose more of them.")
    rng = random.Random(plan.seed)  # noqa: S311
    drawn = _in_turns(found, rng)[: plan.count]
    return Interview(plan, tuple(sorted(drawn, key=lambda question: question.level)))


def _in_turns(questions: Sequence[Question], rng: random.Random) -> list[Question]:
    """Return all of them shuffled, so that topics take turns."""
    by_topic: dict[str, list[Question]] = {}
    for question in questions:
        by_topic.setdefault(question.topic, []).append(question)
    topics = list(by_topic.values())
    rng.shuffle(topics)
    for each in topics:
        rng.shuffle(each)
    longest = max(map(len, topics))
    return [each[at] for at in range(longest) for each in topics if at < len(each)]
