"""The questions of the Audio page: one file each, listed here."""

from embedding_core.registry import Registry
from ui.audio import making, speaking, staying
from ui.explorer import explore
from ui.questions.base import Question

QUESTIONS: Registry[Question] = Registry(
    "question",
    (
        Question("near", "What is near what?", explore, has_map=True, has_metric=True),
        making.QUESTION,
        speaking.QUESTION,
        staying.QUESTION,
    ),
)
