"""The questions of the Sentences page: one file each, listed here."""

from embedding_core.registry import Registry
from ui.explorer import explore
from ui.questions.base import Question
from ui.sentences import inside, pair

QUESTIONS: Registry[Question] = Registry(
    "question",
    (
        Question(
            "near", "What is near what?", explore, has_map=True, has_metric=True, data="topics"
        ),
        inside.QUESTION,
        pair.QUESTION,
    ),
)
