"""An answer taken apart into statements: its sentences, and the clauses of long ones."""

from __future__ import annotations

import re

from embedding_core.modalities.passages import split

MAX_CHARACTERS = 6_000
"""What is read of an answer: about 1,000 words, more than anybody says in ten minutes."""

_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_SENTENCE_END = re.compile(r"[.!?:;]['\"”’)\]]*$")
_CLAUSE = re.compile(
    r"[;:]|, (?:and|but|so|because|whereas|while|which|since|or)\b"
    r"| because | whereas | while | so that "
)
_MIN_WORDS = 4  # of a clause: fewer say nothing by themselves


def statements(answer: str) -> list[str]:
    """Return what an answer states: every sentence, then the clauses of those with several.

    Parameters
    ----------
    answer : str
        Only its first :data:`MAX_CHARACTERS` characters are read.

    Returns
    -------
    list of str
        Empty where nothing was said.
    """
    found = [
        sentence
        for line in _lines(answer[:MAX_CHARACTERS])
        for sentence in split(line, "sentences")
        if any(letter.isalpha() for letter in sentence)
    ]
    clauses = [clause for sentence in found for clause in _clauses(sentence)]
    return list(dict.fromkeys([*found, *clauses]))


def _lines(answer: str) -> list[str]:
    """Return the lines of an answer; one that was wrapped in the midst of a sentence is joined."""
    lines: list[str] = []
    for line in answer.splitlines():
        text = _BULLET.sub("", line).strip()
        goes_on = text[:1].islower() and not _BULLET.match(line)
        if lines and goes_on and lines[-1] and not _SENTENCE_END.search(lines[-1]):
            lines[-1] += f" {text}"
        else:
            lines.append(text)
    return [line for line in lines if line]


def _clauses(sentence: str) -> list[str]:
    parts = [part.strip(" ,") for part in _CLAUSE.split(sentence)]
    kept = [part for part in parts if len(part.split()) >= _MIN_WORDS]
    return kept if len(parts) > 1 else []
