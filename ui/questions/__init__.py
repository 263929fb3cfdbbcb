"""The questions of the Words page: one file each, listed here."""

from embedding_core.registry import Registry
from ui.questions import analogy, axis, judge, near, nearest, odd
from ui.questions.base import Question

QUESTIONS: Registry[Question] = Registry(
    "question",
    (
        near.QUESTION,
        nearest.QUESTION,
        analogy.QUESTION,
        axis.QUESTION,
        odd.QUESTION,
        judge.QUESTION,
    ),
)
