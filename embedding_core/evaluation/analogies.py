"""Analogy questions with one right answer each, as Athens is to Greece, so is Berlin to Germany."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.evaluation.base import FEWEST_FOR_INTERVAL, Score, WordTest
from embedding_core.evaluation.lexicon import Lexicon
from embedding_core.evaluation.search import best_words
from embedding_core.quality import bootstrap
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Progress, Vocabulary

KINDS = ("semantic", "syntactic")

# The file's own names, and what each section asks, by an example of its own.
_SECTIONS = {
    "capital-common-countries": "Capitals of well-known countries (Athens : Greece)",
    "capital-world": "Capitals of the world (Abuja : Nigeria)",
    "currency": "Currencies (Algeria : dinar)",
    "city-in-state": "Cities and their US states (Chicago : Illinois)",
    "family": "Male and female (boy : girl)",
    "gram1-adjective-to-adverb": "Adjective to adverb (amazing : amazingly)",
    "gram2-opposite": "Opposites by a prefix (aware : unaware)",
    "gram3-comparative": "Comparatives (bad : worse)",
    "gram4-superlative": "Superlatives (bad : worst)",
    "gram5-present-participle": "Verbs with -ing (code : coding)",
    "gram6-nationality-adjective": "Countries and their adjectives (Albania : Albanian)",
    "gram7-past-tense": "Past tense (dancing : danced)",
    "gram8-plural": "Plurals of nouns (banana : bananas)",
    "gram9-plural-verbs": "Verbs of he and she (decrease : decreases)",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what c is to, as a is to b.

    Attributes
    ----------
    section : str
        The section's name in the file.
    a, b, c, expected : str
        As the test writes them.
    answered : str or None
        The model's word; None where it does not know one of the four.
    right : bool
        Whether that is the expected one, in any case of its letters.
    """

    section: str
    a: str
    b: str
    c: str
    expected: str
    answered: str | None = None
    right: bool = False


@dataclass(frozen=True)
class Section:
    """The questions of one kind.

    Attributes
    ----------
    name : str
        In the file; ``"semantic"`` and ``"syntactic"`` for the two halves.
    label : str
        In plain words.
    kind : {"semantic", "syntactic"}
    n, known : int
        Questions, and those all of whose words are known.
    accuracy : float or None
        Share of the known questions answered right; None where none is known.
    interval : (float, float) or None
        95% bootstrap interval; None with fewer than ten known questions.
    """

    name: str
    label: str
    kind: str
    n: int
    known: int
    accuracy: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class AnalogyScore(Score):
    """What a model reached on analogy questions.

    Attributes
    ----------
    sections : tuple of Section
        In the test's order.
    halves : tuple of Section
        All semantic and all syntactic questions.
    questions : tuple of Question
        All of them, in the test's order.
    """

    sections: tuple[Section, ...]
    halves: tuple[Section, ...]
    questions: tuple[Question, ...] = field(repr=False)

    def mistakes(self, section: str | None = None) -> list[Question]:
        """Return the questions answered wrongly, of one section or of all."""
        return [
            question
            for question in self.questions
            if question.answered is not None
            and not question.right
            and section in (None, question.section)
        ]


@dataclass(frozen=True)
class AnalogyTest(WordTest):
    """Analogy questions in sections, answered by b - a + c among the words that take part.

    The three words of the question are no answers, in any case of their letters.
    """

    def run(
        self,
        model: Vocabulary,
        *,
        restrict: int,
        seed: int,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> AnalogyScore:
        """Answer every question whose words are known."""
        asked = read_questions(self.path())
        words = {word for question in asked for word in _words(question)}
        lexicon = Lexicon(model, words, restrict, cancel)
        # What is expected must be among the words searched: a built word can never be found.
        known = [
            at
            for at, question in enumerate(asked)
            if lexicon.places(question.expected) and all(map(lexicon.knows, _words(question)[:3]))
        ]
        found = self._answers(model, lexicon, [asked[at] for at in known], progress, cancel)
        questions = list(asked)
        for at, place in zip(known, found.tolist(), strict=True):
            q = asked[at]
            answered = model.words[place] if place >= 0 else ""
            right = answered.upper() == q.expected.upper()
            questions[at] = Question(q.section, q.a, q.b, q.c, q.expected, answered, right)
        rng = np.random.default_rng(seed)
        total = _section("", "", "", questions, rng)
        return AnalogyScore(
            test=self.name,
            measure="Share of the known questions answered right",
            figure=total.accuracy,
            reason="" if known else _nothing_known(len(asked), lexicon.searched),
            interval=total.interval,
            n=total.n,
            known=total.known,
            built=sum(any(map(lexicon.was_built, _words(asked[at]))) for at in known),
            searched=lexicon.searched,
            vocabulary=len(model.words),
            unknown_words=lexicon.unknown,
            sections=_sections(questions, rng),
            halves=_halves(questions, rng),
            questions=tuple(questions),
        )

    def _answers(
        self,
        model: Vocabulary,
        lexicon: Lexicon,
        asked: Sequence[Question],
        progress: Progress | None,
        cancel: Cancel | None,
    ) -> NDArray[np.int64]:
        """Return the place of each question's answer among the model's words."""
        a, b, c = (
            unit(lexicon.vectors([getattr(question, part) for question in asked])) for part in "abc"
        )
        left_out = [
            [place for word in _words(question)[:3] for place in lexicon.places(word)]
            for question in asked
        ]
        return best_words(
            model.matrix[: lexicon.searched], b - a + c, left_out, progress=progress, cancel=cancel
        )


def _words(question: Question) -> tuple[str, str, str, str]:
    return question.a, question.b, question.c, question.expected


def _nothing_known(n: int, searched: int) -> str:
    return (
        f"None of the {n:,} questions has all its words among the {searched:,} that take part; let "
        "more words take part, or choose a model with more of English in its vocabulary."
    )


def _kind(section: str) -> str:
    return "syntactic" if section.startswith("gram") else "semantic"


def _sections(questions: Sequence[Question], rng: np.random.Generator) -> tuple[Section, ...]:
    names = dict.fromkeys(question.section for question in questions)
    return tuple(
        _section(
            name,
            _SECTIONS.get(name, name),
            _kind(name),
            [question for question in questions if question.section == name],
            rng,
        )
        for name in names
    )


def _halves(questions: Sequence[Question], rng: np.random.Generator) -> tuple[Section, ...]:
    labels = ("Meaning (semantic)", "Grammar (syntactic)")
    return tuple(
        _section(kind, label, kind, [q for q in questions if _kind(q.section) == kind], rng)
        for kind, label in zip(KINDS, labels, strict=True)
    )


def _section(
    name: str, label: str, kind: str, questions: Iterable[Question], rng: np.random.Generator
) -> Section:
    every = list(questions)
    right = np.array([q.right for q in every if q.answered is not None], dtype=np.float32)
    return Section(
        name=name,
        label=label,
        kind=kind,
        n=len(every),
        known=len(right),
        accuracy=float(right.mean(dtype=np.float64)) if len(right) else None,
        interval=bootstrap(right, rng) if len(right) >= FEWEST_FOR_INTERVAL else None,
    )


@cache
def read_questions(path: Path) -> tuple[Question, ...]:
    """Read lines of four words; a line that starts with a colon begins a section."""
    questions, section = [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = line.split()
        if line.startswith(":"):
            section = line.lstrip(": ").strip()
        elif len(cells) == 4:
            a, b, c, expected = cells
            questions.append(Question(section, a, b, c, expected))
    return tuple(questions)


SPECS = (
    AnalogyTest(
        name="google-analogies",
        label="Google analogies",
        about=(
            "19,544 questions in 14 sections, such as Athens is to Greece as Berlin is to ...? An "
            "answer counts only where it is exactly the expected word, and the three words of the "
            "question are no answers, which flatters the model: often one of them is the nearest "
            "(Linzen, 2016). Look at the sections: nearly a quarter of all questions are capitals "
            "of the world."
        ),
        source="Mikolov, Chen, Corrado and Dean, 2013",
        file="test/test_data/questions-words.txt",
        restrict=100_000,
    ),
)
