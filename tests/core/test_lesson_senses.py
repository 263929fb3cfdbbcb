"""The words a lesson offers are those of the built-in set of senses."""

from embedding_core.teaching.sentences import sense_words
from embedding_core.teaching.views import VIEWS


def test_the_words_offered_are_those_of_the_set():
    for view in ("senses", "sense-layers"):
        word = next(param for param in VIEWS[view].params if param.name == "word")
        assert word.choices == sense_words()
