"""The questions of the Recommend page: one file each, listed here."""

from embedding_core.registry import Registry
from ui.questions.base import Question
from ui.recommend import judging, newcomer, offering, together

QUESTIONS: Registry[Question] = Registry(
    "question",
    (together.QUESTION, offering.QUESTION, newcomer.QUESTION, judging.QUESTION),
)
