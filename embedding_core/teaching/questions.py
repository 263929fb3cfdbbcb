"""Interview questions as data: what a file holds, read and checked so that a mistake is named.

One TOML file a topic, ``lessons/interview/TOPIC.toml``; its name is the topic's name in links. A
question that is malformed is left out with a note, the rest of its file is kept::

    title = "What embeddings are"          # of the topic
    order = 10                             # topics are listed by it

    [[questions]]
    id = "what-is-an-embedding"            # unique among all files, lower-case words joined by -
    level = 1                              # 1 foundations, 2 practitioner, 3 senior
    question = "Explain embeddings and their significance."
    short = "Two or three sentences, as one would say them."
    long = '''
    Markdown with LaTeX, every symbol explained. The nearest word to *king* is {nearest}.
    '''
    mistakes = ["What is often said, and why it is wrong."]
    sources = ["Authors. Title. Venue, year."]
    view = "words?ask=nearest&of=king"     # what shows it: a page, and its choices as in its link
    see = "What to look at there."         # one sentence
    related = ["cosine"]                   # names of glossary terms
    figures.nearest = { of = "nearest", word = "king" }     # computed when shown, as in lessons.py
    claims = ["nearest != 'king'"]         # what the prose relies on; the tests hold it true

    [[questions.points]]                   # what a good answer says; typed answers are compared
    key = "vector"                         # unique within the question
    text = "An embedding maps an item to a dense vector of numbers."
    said = ["Each thing becomes a list of numbers.", "..."]      # as a candidate would say it
    must_not = ["An embedding is a unique ID for each word."]    # the wrong or negated form

    [[questions.probes]]                   # asked on where the point was missing
    question = "How long is such a vector, and who decides?"
    point = "vector"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from embedding_core.errors import ExplorerError, InputError, UnknownNameError
from embedding_core.registry import Registry
from embedding_core.teaching.claims import holds, names_of
from embedding_core.teaching.entries import Entries
from embedding_core.teaching.lessons import FigureCall, figure_call, lessons_dir
from embedding_core.teaching.prose import Value, fill, placeholders

LEVELS = {1: "Foundations", 2: "Practitioner", 3: "Senior"}
_FOLDER = "interview"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PROSE = ("short", "long")


@dataclass(frozen=True)
class KeyPoint:
    """What a good answer says.

    Attributes
    ----------
    key : str
        Its name within the question.
    text : str
        A plain sentence that stands on its own.
    said : tuple of str
        The same as candidates would say it, 2 to 4 times.
    must_not : tuple of str
        The same negated, or as it is typically got wrong.
    """

    key: str
    text: str
    said: tuple[str, ...]
    must_not: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """Every right way to say it that is known."""
        return (self.text, *self.said)


@dataclass(frozen=True)
class Probe:
    """A question that follows up: asked where the answer missed its key point."""

    question: str
    point: str


@dataclass(frozen=True)
class Question:
    """One interview question with its model answer.

    Attributes
    ----------
    name : str
        Its name in links.
    topic : str
        Name of its topic.
    level : {1, 2, 3}
        As in :data:`LEVELS`.
    question : str
    short, long : str
        The model answer; Markdown with LaTeX and placeholders, see :meth:`filled`.
    points : tuple of KeyPoint
    mistakes : tuple of str
    probes : tuple of Probe
    sources : tuple of str
        Authors, title, venue, year.
    view : str
        The page that shows it, with choices, such as ``"words?ask=analogy"``.
    see : str
        What to look at there.
    related : tuple of str
        Names of glossary terms.
    figures : mapping
        Name to figure.
    claims : tuple of str
        What the prose relies on.
    """

    name: str
    topic: str
    level: int
    question: str
    short: str
    long: str
    points: tuple[KeyPoint, ...]
    mistakes: tuple[str, ...]
    probes: tuple[Probe, ...]
    sources: tuple[str, ...]
    view: str
    see: str = ""
    related: tuple[str, ...] = ()
    figures: Mapping[str, FigureCall] = field(default_factory=dict)
    claims: tuple[str, ...] = ()

    @cached_property
    def page(self) -> str:
        """The page of :attr:`view`."""
        return urlsplit(self.view).path

    @cached_property
    def choices(self) -> dict[str, list[str]]:
        """The choices of :attr:`view`, as the page's link has them."""
        return parse_qs(urlsplit(self.view).query, keep_blank_values=True)

    def filled(self, part: str, escape: Callable[[str], str] = str) -> str:
        """Return the ``"short"`` or ``"long"`` answer, its figures computed.

        Parameters
        ----------
        part : {"short", "long"}
        escape : callable
            As :func:`embedding_core.teaching.prose.fill` takes it.
        """
        text: str = getattr(self, part)
        wanted = {name for name, _ in placeholders(text)} & set(self.figures)
        return fill(text, {name: self.figures[name].compute() for name in wanted}, escape)

    def broken_claims(self) -> list[str]:
        """Return the claims that do not hold."""
        values: dict[str, Value] = {name: call.compute() for name, call in self.figures.items()}
        return [claim for claim in self.claims if not holds(claim, values)]


@dataclass(frozen=True)
class Topic:
    """What some questions are about: one file of them."""

    name: str
    title: str
    order: int


@dataclass(frozen=True)
class QuestionBank:
    """All questions.

    Attributes
    ----------
    questions : Registry of Question
        By topic, level, and their order in the file.
    topics : Registry of Topic
        Those that have a question, in their order.
    notes : tuple of str
        What was left out, and why.
    """

    questions: Registry[Question]
    topics: Registry[Topic]
    notes: tuple[str, ...] = ()

    def find(
        self, text: str = "", topics: Iterable[str] = (), levels: Iterable[int] = ()
    ) -> tuple[Question, ...]:
        """Return the questions that hold all words of a text, of some topics and levels.

        Parameters
        ----------
        text : str
            Looked for in question, answers, key points and topic; empty for any.
        topics, levels : iterable
            Empty for all.
        """
        words, among, of = text.casefold().split(), set(topics), set(levels)
        return tuple(
            question
            for question in self.questions.values()
            if (not among or question.topic in among)
            and (not of or question.level in of)
            and all(word in self._text_of(question) for word in words)
        )

    def _text_of(self, question: Question) -> str:
        points = [point.text for point in question.points]
        topic = self.topics[question.topic].title
        return " ".join(
            [question.question, question.short, question.long, topic, *question.related, *points]
        ).casefold()


@cache
def question_bank(folder: Path | None = None) -> QuestionBank:
    """Read the questions of a folder, once a process; as :func:`load_questions`."""
    return load_questions(folder)


def load_questions(folder: Path | None = None) -> QuestionBank:
    """Read the questions of a folder.

    Parameters
    ----------
    folder : Path, optional
        By default ``interview`` in the folder of lessons.

    Returns
    -------
    QuestionBank
        A malformed question is left out, and so is a file that is none; its notes name file and
        question.
    """
    topics: list[Topic] = []
    found: dict[str, Question] = {}
    notes: list[str] = []
    for path in sorted((folder or lessons_dir() / _FOLDER).glob("*.toml")):
        try:
            topic, questions, left_out = read_questions(path)
        except InputError as problem:
            notes.append(f"{path.name} is left out: {problem}")
            continue
        notes += left_out
        for question in questions:
            if question.name in found:
                notes.append(
                    f"Question {question.name} of {path.name} is left out: "
                    f"{found[question.name].topic}.toml has one of that id; choose another."
                )
            else:
                found[question.name] = question
        topics.append(topic)
    used = {question.topic for question in found.values()}
    topics = sorted((t for t in topics if t.name in used), key=lambda t: (t.order, t.name))
    place = {topic.name: at for at, topic in enumerate(topics)}
    ordered = sorted(found.values(), key=lambda q: (place[q.topic], q.level))
    return QuestionBank(Registry("question", ordered), Registry("topic", topics), tuple(notes))


def read_questions(path: Path) -> tuple[Topic, list[Question], list[str]]:
    """Read one file.

    Returns
    -------
    topic : Topic
    questions : list of Question
    left_out : list of str
        One sentence for each question that is malformed.

    Raises
    ------
    InputError
        If the file is no TOML, or its head is wrong.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InputError(f"it is no TOML ({problem}); mend the file.") from None
    head = Entries(content)
    topic = Topic(path.stem, head.take("title", str), head.take("order", int))
    entries = head.take("questions", list)
    head.end()
    questions: list[Question] = []
    left_out: list[str] = []
    for number, entry in enumerate(entries, start=1):
        try:
            questions.append(_question(entry, topic.name))
        except ExplorerError as problem:
            name = entry.get("id", "without an id") if isinstance(entry, dict) else "no table"
            left_out.append(f"Question {number} ({name}) of {path.name} is left out: {problem}")
    return topic, questions, left_out


def _question(content: object, topic: str) -> Question:
    entry = Entries(content)
    name = entry.take("id", str)
    if not _SLUG.fullmatch(name):
        raise InputError(f"its id is {name!r}; use lower-case words joined by hyphens.")
    level = entry.take("level", int)
    if level not in LEVELS:
        raise InputError(f"its level is {level}; use 1, 2 or 3.")
    figures = {
        name: figure_call(name, call) for name, call in entry.take("figures", dict, {}).items()
    }
    found = Question(
        name=name,
        topic=topic,
        level=level,
        question=_text(entry, "question"),
        short=_text(entry, "short"),
        long=_text(entry, "long"),
        points=tuple(map(_point, entry.take("points", list))),
        mistakes=_texts(entry, "mistakes"),
        probes=tuple(map(_probe, entry.take("probes", list))),
        sources=_texts(entry, "sources"),
        view=_text(entry, "view"),
        see=entry.take("see", str, "").strip(),
        related=_texts(entry, "related", []),
        figures=figures,
        claims=_texts(entry, "claims", []),
    )
    entry.end()
    _check(found)
    return found


def _point(content: object) -> KeyPoint:
    entry = Entries(content)
    point = KeyPoint(
        entry.take("key", str), _text(entry, "text"), _texts(entry, "said"),
        _texts(entry, "must_not", []),
    )  # fmt: skip
    entry.end()
    if not _SLUG.fullmatch(point.key):
        raise InputError(f"a point's key is {point.key!r}; use lower-case words and hyphens.")
    if not 2 <= len(point.said) <= 4:
        raise InputError(f"point {point.key} is said in {len(point.said)} other ways; give 2 to 4.")
    return point


def _probe(content: object) -> Probe:
    entry = Entries(content)
    probe = Probe(_text(entry, "question"), entry.take("point", str))
    entry.end()
    return probe


def _text(entry: Entries, name: str) -> str:
    text = entry.take(name, str).strip()
    if not text:
        raise InputError(f"its {name} is empty.")
    return text


def _texts(entry: Entries, name: str, default: Any = None) -> tuple[str, ...]:
    texts = entry.take(name, list, default)
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise InputError(f"its {name} holds something other than texts.")
    return tuple(text.strip() for text in texts)


def _check(question: Question) -> None:
    """Check what parts of a question say of each other."""
    keys = [point.key for point in question.points]
    if len(keys) < 2:
        raise InputError("it has fewer than two points.")
    if len(set(keys)) < len(keys):
        raise InputError("two points have the same key.")
    for needed in ("mistakes", "probes", "sources"):
        if not getattr(question, needed):
            raise InputError(f"its {needed} are empty.")
    for probe in question.probes:
        if probe.point not in keys:
            raise UnknownNameError("point for a probe", probe.point, keys)
    for source in question.sources:
        if not _YEAR.search(source):
            raise InputError(
                f"the source {source!r} has no year; give authors, title, venue, year."
            )
    if not question.page or "/" in question.page:
        raise InputError(f"its view is {question.view!r}; write one such as words?ask=analogy.")
    known = question.figures or ("(none)",)
    for part in _PROSE:
        for name, _ in placeholders(getattr(question, part)):
            if name not in question.figures:
                raise UnknownNameError(f"figure in {part}", name, known)
    for claim in question.claims:
        for name in names_of(claim):
            if name not in question.figures:
                raise UnknownNameError(f"figure in a claim ({claim})", name, known)
