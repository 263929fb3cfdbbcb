"""The questions of the Graphs page: one file each, listed here."""

from embedding_core.registry import Registry
from ui.explorer import explore
from ui.graphs import alike, flavors, missing_links, walking
from ui.questions.base import Question

QUESTIONS: Registry[Question] = Registry(
    "question",
    (
        Question("near", "Network and map", explore, has_map=True, has_metric=True),
        walking.QUESTION,
        flavors.QUESTION,
        alike.QUESTION,
        missing_links.QUESTION,
    ),
)
