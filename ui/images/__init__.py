"""The questions of the Images page: one file each, listed here."""

from embedding_core.registry import Registry
from ui.explorer import explore
from ui.images import alike, contents, described, layers, spotting
from ui.questions.base import Question

QUESTIONS: Registry[Question] = Registry(
    "question",
    (
        Question("near", "What is near what?", explore, has_map=True, has_metric=True),
        contents.QUESTION,
        alike.QUESTION,
        spotting.QUESTION,
        layers.QUESTION,
        described.QUESTION,
    ),
)
