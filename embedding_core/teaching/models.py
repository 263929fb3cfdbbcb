"""The models that lessons ask, each loaded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedding_core.errors import InputError
from embedding_core.models import Vocabulary
from embedding_core.similarity import unit
from embedding_core.wordvectors import vectors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

GLOVE = "glove-6b-50d"


def vocabulary(name: str) -> Vocabulary:
    """Return a model of words.

    Raises
    ------
    InputError
        If it is a model of something else.
    """
    from embedding_core.embedding import load

    model = load(name)
    if not isinstance(model, Vocabulary):
        raise InputError(f"{name} has no list of words; choose a model of words.")
    return model


def directions(words: Sequence[str], model: str = GLOVE) -> NDArray[np.float32]:
    """Return the vectors of words, each scaled to length 1, (n, dim) float32."""
    return unit(vectors_of(vocabulary(model), list(words)))


def split(text: str) -> list[str]:
    """Return the words of a line, parted by commas or spaces, each once."""
    return list(dict.fromkeys(text.replace(",", " ").split()))
