"""The report of a mock interview, as Markdown and as one HTML file that needs nothing else.

No grade: what each answer covered, with the sentence that did, beside a model answer.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from embedding_core.teaching.questions import LEVELS, Question, QuestionBank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embedding_core.teaching.coverage import Match
    from embedding_core.teaching.mock import Interview

NOT_TRUTH = (
    "This says what the answers covered, not whether they are true. Sentences are compared by a "
    "small sentence model: it can miss a point that was said in unusual words, and it does not "
    "always see that a sentence says the opposite. Read the model answers."
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@])")
_TITLES = {"covered": "Covered", "partly": "Partly", "missing": "Missing"}
_STYLE = """
body { font: 16px/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  color: #1f2328; background: #fff; }
h1, h2, h3 { line-height: 1.25; } h2 { margin-top: 2.5rem; border-top: 1px solid #d0d7de;
  padding-top: 1rem; }
blockquote { margin: 0 0 0 0; padding: 0 1rem; border-left: 3px solid #d0d7de; color: #57606a; }
table { border-collapse: collapse; } td, th { border: 1px solid #d0d7de; padding: .3rem .6rem;
  text-align: left; vertical-align: top; }
code { background: #f3f4f6; padding: 0 .2rem; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117; }
  blockquote { color: #9da7b3; } code { background: #20262e; } }
"""


def to_markdown(interview: Interview, bank: QuestionBank) -> str:
    """Write the report of an interview that has at least one answer."""
    asked = [question for question in interview.questions if interview.turns_of(question)]
    seconds = sum(turn.seconds for turn in interview.turns)
    parts = [
        "# A mock interview",
        f"{len(asked)} {'question' if len(asked) == 1 else 'questions'} in {_time(seconds)}.",
        f"*{NOT_TRUTH}*",
        _overview(interview, asked, bank),
    ]
    for number, question in enumerate(asked, start=1):
        parts += _question(interview, question, number, bank)
    return "\n\n".join(parts) + "\n"


def to_html(interview: Interview, bank: QuestionBank) -> str:
    """Write the same report as one HTML file; formulas as MathML, which browsers draw."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.use(dollarmath_plugin, renderer=_formula, allow_digits=False, double_inline=True)
    body = reader.render(to_markdown(interview, bank))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>A mock interview</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n{body}</body></html>\n"
    )


def _formula(content: str, options: dict[str, Any]) -> str:
    """Return a formula as MathML; one that cannot be read as it was written."""
    from latex2mathml.converter import convert

    try:
        return str(convert(content, display="block" if options["display_mode"] else "inline"))
    except Exception:  # Its parser has no single error for LaTeX that it does not know.
        return f"<code>{html.escape(content)}</code>"


def _overview(interview: Interview, asked: Sequence[Question], bank: QuestionBank) -> str:
    rows = ["| Question | Topic | Level | Covered | Partly | Missing | Time |",
            "|---|---|---|---|---|---|---|"]  # fmt: skip
    for question in asked:
        found = interview.coverage_of(question)
        counts = " | ".join(str(len(found.of(status))) for status in _TITLES)
        seconds = sum(turn.seconds for turn in interview.turns_of(question))
        rows.append(
            f"| {_cell(question.question)} | {_cell(bank.topics[question.topic].title)} | "
            f"{LEVELS[question.level]} | {counts} | {_time(seconds)} |"
        )
    return "\n".join(rows)


def _question(
    interview: Interview, question: Question, number: int, bank: QuestionBank
) -> list[str]:
    topic = bank.topics[question.topic].title
    parts = [f"## {number}. {question.question}", f"{topic}, {LEVELS[question.level].lower()}"]
    for turn in interview.turns_of(question):
        if turn.probe is not None:
            parts.append(f"**Follow-up: {turn.probe.question}**")
        parts.append(f"Your answer, after {_time(turn.seconds)}:")
        parts.append(_quoted(turn.answer))
        parts += [f"*{_plain(note)}*" for note in turn.coverage.notes]
    parts.append("### Key points")
    parts.append("\n".join(map(_point, interview.coverage_of(question).matches)))
    parts += [
        "### A model answer",
        question.filled("short", _plain),
        question.filled("long", _plain),
    ]
    parts.append("### Common mistakes")
    parts.append("\n".join(f"- {mistake}" for mistake in question.mistakes))
    parts.append("### To read")
    parts.append("\n".join(f"- {_plain(source)}" for source in question.sources))
    return parts


def _point(match: Match) -> str:
    line = f"- **{_TITLES[match.status]}**: {match.point.text}"
    if match.is_opposite:
        return f"{line} You said what reads like the opposite: “{_plain(match.statement)}”"
    if match.status == "missing" or not match.statement:
        return line
    return f"{line} You said: “{_plain(match.statement)}”"


def _plain(text: str) -> str:
    """Return what a person typed, or a name, as Markdown that shows it as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _quoted(answer: str) -> str:
    lines = [f"> {_plain(line)}" if line.strip() else ">" for line in answer.strip().splitlines()]
    return "\n".join(lines) or "> (nothing)"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
