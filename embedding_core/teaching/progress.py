"""What a person has seen and answered in the lessons, and the file that keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from embedding_core.errors import InputError
from embedding_core.teaching.prose import Value

_FORMAT, _VERSION = "embedding-explorer-lessons", 1
_MAX_BYTES = 1_000_000
StepKey = tuple[str, str]


@dataclass(frozen=True)
class Progress:
    """How far a person is.

    Attributes
    ----------
    seen : frozenset of (str, str)
        Lesson and step, by slug and title: what is added to a lesson later is not yet seen.
    answers : mapping
        What was answered there; None where the answer was only looked at.
    """

    seen: frozenset[StepKey] = frozenset()
    answers: Mapping[StepKey, Value | None] = field(default_factory=dict)

    def with_seen(self, key: StepKey) -> Progress:
        """Return it with a step more that was seen."""
        return self if key in self.seen else replace(self, seen=self.seen | {key})

    def with_answer(self, key: StepKey, given: Value | None) -> Progress:
        """Return it with an answer, in the place of an earlier one."""
        return replace(self, answers={**self.answers, key: given})

    def without_answer(self, key: StepKey) -> Progress:
        """Return it as if the question had not been answered."""
        return replace(self, answers={k: v for k, v in self.answers.items() if k != key})

    def without_answers(self, lesson: str) -> Progress:
        """Return it as if no question of a lesson had been answered."""
        return replace(self, answers={k: v for k, v in self.answers.items() if k[0] != lesson})

    def joined(self, other: Progress) -> Progress:
        """Return both together; where both have an answer, this one's."""
        return Progress(self.seen | other.seen, {**other.answers, **self.answers})


def to_json(progress: Progress) -> bytes:
    """Write progress as a file."""
    content = {
        "format": _FORMAT,
        "version": _VERSION,
        "seen": sorted(map(list, progress.seen)),
        "answers": [[*key, given] for key, given in sorted(progress.answers.items())],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def from_json(data: bytes) -> tuple[Progress, int]:
    """Read such a file.

    Returns
    -------
    progress : Progress
    skipped : int
        Entries that are none, as in a file that was edited by hand.

    Raises
    ------
    InputError
        If it is no such file, or one of a later version.
    """
    try:
        content: Any = json.loads(data) if len(data) <= _MAX_BYTES else None
    except (ValueError, RecursionError):
        content = None
    is_ours = isinstance(content, dict) and content.get("format") == _FORMAT
    version = content.get("version") if is_ours else None
    if not isinstance(version, int):
        raise InputError(
            "This is no file of lesson progress; bring one that “Keep my progress” made."
        )
    if version > _VERSION:
        raise InputError(
            f"This progress was kept by version {version!r} of the format and this program reads "
            f"up to {_VERSION}; bring it to a newer Embedding Explorer."
        )
    seen, answers = _list(content.get("seen")), _list(content.get("answers"))
    good_seen = [tuple(each) for each in seen if _are_texts(each, 2)]
    good_answers = [
        each for each in answers
        if isinstance(each, list) and len(each) == 3 and _are_texts(each[:2], 2)
        and isinstance(each[2], str | int | float | None)
    ]  # fmt: skip
    found = Progress(
        frozenset(good_seen), {(lesson, step): given for lesson, step, given in good_answers}
    )
    return found, len(seen) + len(answers) - len(good_seen) - len(good_answers)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _are_texts(value: object, count: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(isinstance(text, str) for text in value)
    )
