"""Lessons as data: what a file holds, read and checked so that a mistake is named by file and step.

A lesson is one TOML file, ``lessons/NN-slug.toml``; the number orders them, the slug is its name in
links::

    title = "Analogies, and what they hide"
    minutes = 12
    after = "You can say what an analogy shows, and what it does not."
    sources = ["Mikolov, Yih, Zweig. Linguistic Regularities ... NAACL, 2013."]

    [[steps]]
    title = "A step that can be added"
    narration = '''
    The step from man to woman, added to king, leads near **{answer}** ({score:.2f}).
    '''
    figures.answer = { of = "analogy", a = "man", b = "woman", c = "king" }
    figures.score = { of = "analogy_score", a = "man", b = "woman", c = "king" }
    claims = ["answer == 'queen'", "score > 0.8"]
    view = { of = "analogy", a = "man", b = "woman", c = "king" }

    [steps.predict]                  # asked first: the view and the figures come after an answer
    question = "Let the three words in as answers. Which comes first?"
    choices = ["king", "queen"]      # or: number = { minimum = 0, maximum = 1, step = 0.01 }
    answer = "answer"                # a figure; with neither choices nor number a word is typed
    within = 0.05                    # how far off a number may be and still be right
    explanation = "..."
    before = { of = "similarities", words = "king queen" }    # what stands there until then

    [steps.try]                      # controls of the view, free once the step is seen
    controls = ["a", "b", "c"]
    prompt = "Find one that fails."

Placeholders hold figures, computed when the step is shown (see ``prose.py``); claims are what the
prose relies on and are held true by the tests.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from embedding_core.errors import ExplorerError, InputError, UnknownNameError
from embedding_core.params import ParamValue, resolve
from embedding_core.teaching.claims import holds, names_of
from embedding_core.teaching.entries import Entries
from embedding_core.teaching.figures import FIGURES, compute
from embedding_core.teaching.prose import Value, fill, placeholders
from embedding_core.teaching.views import VIEWS

_FILES = "[0-9][0-9]-*.toml"


def lessons_dir() -> Path:
    """Return the folder of lessons: beside the package, or ``EMBEDDING_LESSONS``."""
    default = Path(__file__).resolve().parents[2] / "lessons"
    return Path(os.environ.get("EMBEDDING_LESSONS") or default)


@dataclass(frozen=True)
class FigureCall:
    """A figure as a lesson asks for it.

    Attributes
    ----------
    of : str
        Its name in ``teaching.figures.FIGURES``.
    arguments : mapping
    """

    of: str
    arguments: Mapping[str, Any]

    def compute(self) -> Value:
        """Return its value."""
        return compute(self.of, self.arguments)


@dataclass(frozen=True)
class ViewState:
    """A view and how it is set.

    Attributes
    ----------
    of : str
        Its name in ``teaching.views.VIEWS``.
    params : mapping
        What differs from its defaults.
    """

    of: str
    params: Mapping[str, ParamValue]


@dataclass(frozen=True)
class Scale:
    """The range a predicted number is chosen from."""

    minimum: float
    maximum: float
    step: float


@dataclass(frozen=True)
class Prediction:
    """A question to answer before the picture is shown.

    Attributes
    ----------
    question : str
    answer : str
        The figure that answers it.
    explanation : str
        Shown after.
    choices : tuple of str
        To choose from; where empty, a number or a word is given.
    scale : Scale or None
        Of a number.
    within : float
        How far off a number may be and still be right.
    before : ViewState or None
        What is shown until then.
    """

    question: str
    answer: str
    explanation: str
    choices: tuple[str, ...] = ()
    scale: Scale | None = None
    within: float = 0.0
    before: ViewState | None = None

    def is_right(self, given: Value, computed: Value) -> bool:
        """Tell whether an answer is what was computed; words in any case of their letters."""
        if self.scale is not None:
            return abs(float(given) - float(computed)) <= self.within + 1e-9
        return str(given).strip().casefold() == str(computed).strip().casefold()


@dataclass(frozen=True)
class Free:
    """What can be tried at the end of a step.

    Attributes
    ----------
    controls : tuple of str
        Settings of the step's view.
    prompt : str
    """

    controls: tuple[str, ...]
    prompt: str = ""


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    Attributes
    ----------
    title, narration : str
        The narration is Markdown with LaTeX and placeholders.
    view : ViewState
    figures : mapping
        Name to figure.
    claims : tuple of str
        What the prose relies on.
    predict : Prediction or None
    free : Free or None
    page : str
        The page of the app that goes on from here, such as ``"words?ask=analogy"``.
    """

    title: str
    narration: str
    view: ViewState
    figures: Mapping[str, FigureCall] = field(default_factory=dict)
    claims: tuple[str, ...] = ()
    predict: Prediction | None = None
    free: Free | None = None
    page: str = ""

    @cached_property
    def prose(self) -> dict[str, str]:
        """All that is read, by what it is; placeholders may stand in any of it."""
        found = {"narration": self.narration}
        if self.predict is not None:
            found |= {
                "question": self.predict.question, "explanation": self.predict.explanation
            }  # fmt: skip
        if self.free is not None:
            found["prompt"] = self.free.prompt
        return found

    def filled(self, part: str, escape: Callable[[str], str] = str) -> str:
        """Return a part of the prose, its figures computed.

        Parameters
        ----------
        part : str
            A key of :attr:`prose`.
        escape : callable
            As :func:`embedding_core.teaching.prose.fill` takes it.
        """
        text = self.prose[part]
        wanted = {name for name, _ in placeholders(text)} & set(self.figures)
        return fill(text, {name: self.figures[name].compute() for name in wanted}, escape)

    def values(self) -> dict[str, Value]:
        """Return all figures, computed."""
        return {name: call.compute() for name, call in self.figures.items()}

    def broken_claims(self) -> list[str]:
        """Return the claims that do not hold."""
        values = self.values()
        return [claim for claim in self.claims if not holds(claim, values)]


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Attributes
    ----------
    slug : str
        In links.
    title : str
    after : str
        What one knows or can do after it.
    minutes : int
    sources : tuple of str
        Authors, title, venue, year.
    steps : tuple of Step
    """

    slug: str
    title: str
    after: str
    minutes: int
    sources: tuple[str, ...]
    steps: tuple[Step, ...]


def load_lessons(folder: Path | None = None) -> tuple[tuple[Lesson, ...], tuple[str, ...]]:
    """Read the lessons of a folder, in their order.

    A step that is malformed is left out, and so is a lesson of which nothing is left; the rest is
    kept.

    Parameters
    ----------
    folder : Path, optional
        By default :func:`lessons_dir`.

    Returns
    -------
    lessons : tuple of Lesson
    problems : tuple of str
        One sentence for each step or file left out: which, and why.
    """
    lessons: dict[str, Lesson] = {}
    problems: list[str] = []
    for path in sorted((folder or lessons_dir()).glob(_FILES)):
        try:
            lesson, left_out = read_lesson(path)
        except InputError as problem:
            problems.append(str(problem))
            continue
        problems += left_out
        if lesson.slug in lessons:
            problems.append(f"{path.name} is left out: another lesson is called {lesson.slug}.")
        else:
            lessons[lesson.slug] = lesson
    return tuple(lessons.values()), tuple(problems)


def read_lesson(path: Path) -> tuple[Lesson, list[str]]:
    """Read one lesson, and say which of its steps are left out and why.

    Raises
    ------
    InputError
        If the file is no lesson: not TOML, a heading missing, or no step left.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InputError(f"{path.name} is left out: it is no TOML ({problem}).") from None
    where = path.name
    try:
        head = Entries(content)
        title, after = head.take("title", str), head.take("after", str)
        minutes = head.take("minutes", int)
        sources = tuple(head.take("sources", list))
        entries = head.take("steps", list)
        head.end()
    except InputError as problem:
        raise InputError(f"{where} is left out: {problem}") from None
    steps: list[Step] = []
    left_out = []
    for number, entry in enumerate(entries, start=1):
        try:
            steps.append(_step(entry, {step.title for step in steps}))
        except ExplorerError as problem:
            left_out.append(f"Step {number} of {where} is left out: {problem}")
    if not steps:
        raise InputError(" ".join([f"{where} is left out: it has no step.", *left_out]))
    slug = re.sub(r"^\d+-", "", path.stem)
    return Lesson(slug, title, after, minutes, sources, tuple(steps)), left_out


def _step(content: object, titles: set[str]) -> Step:
    entry = Entries(content)
    title = entry.take("title", str)
    if title in titles:
        raise InputError(f"two steps are called {title!r}; give each its own title.")
    figures = {
        name: figure_call(name, call) for name, call in entry.take("figures", dict, {}).items()
    }
    predict, free = entry.take("predict", dict, {}), entry.take("try", dict, {})
    view = _view(entry.take("view", dict))
    step = Step(
        title,
        entry.take("narration", str).strip(),
        view,
        figures,
        tuple(entry.take("claims", list, [])),
        _prediction(predict) if predict else None,
        _free(free, view) if free else None,
        entry.take("page", str, ""),
    )
    entry.end()
    _check_names(step)
    return step


def figure_call(name: str, content: object) -> FigureCall:
    """Read a figure of a file.

    Raises
    ------
    ExplorerError
        If there is no such figure, or it takes other arguments.
    """
    if not name.isidentifier():
        raise InputError(f"a figure is called {name!r}; use letters and underscores.")
    entry = Entries(content)
    call = FigureCall(entry.take("of", str), entry.rest())
    FIGURES[call.of].check(call.arguments)
    return call


def _view(content: object) -> ViewState:
    entry = Entries(content)
    state = ViewState(entry.take("of", str), entry.rest())
    resolve(f"the view {state.of}", VIEWS[state.of].params, state.params)
    return state


def _prediction(content: object) -> Prediction:
    entry = Entries(content)
    scale, before = entry.take("number", dict, {}), entry.take("before", dict, {})
    numbers = {name: float(value) for name, value in scale.items()}
    if scale and set(numbers) != {"minimum", "maximum", "step"}:
        raise InputError("number takes minimum, maximum and step.")
    found = Prediction(
        entry.take("question", str).strip(),
        entry.take("answer", str),
        entry.take("explanation", str).strip(),
        tuple(entry.take("choices", list, [])),
        Scale(**numbers) if numbers else None,
        float(entry.take("within", (int, float), 0.0)),
        _view(before) if before else None,
    )
    entry.end()
    if len(found.choices) == 1 or (found.choices and found.scale):
        raise InputError("predict takes several choices, or a number, or neither for a word.")
    return found


def _free(content: object, view: ViewState) -> Free:
    entry = Entries(content)
    free = Free(tuple(entry.take("controls", list)), entry.take("prompt", str, "").strip())
    entry.end()
    known = [param.name for param in VIEWS[view.of].params]
    for name in free.controls:
        if name not in known:
            raise UnknownNameError(f"control of the view {view.of}", name, known)
    return free


def _check_names(step: Step) -> None:
    """Check that placeholders, claims and the answer name figures, and give nothing away."""
    for part, text in step.prose.items():
        for name, _ in placeholders(text):
            if name not in step.figures:
                raise UnknownNameError(f"figure in the {part}", name, step.figures or ("(none)",))
    for claim in step.claims:
        for name in names_of(claim):
            if name not in step.figures:
                raise UnknownNameError(f"figure in a claim ({claim})", name, step.figures)
    if step.predict is None:
        return
    answer = step.predict.answer
    if answer not in step.figures:
        raise UnknownNameError("figure for the answer", answer, step.figures or ("(none)",))
    for part in ("narration", "question"):
        if answer in {name for name, _ in placeholders(step.prose[part])}:
            raise InputError(f"the {part} gives away the answer, {{{answer}}}.")
