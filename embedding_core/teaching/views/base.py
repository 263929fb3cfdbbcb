"""What a live picture of a lesson is: settings, and what is drawn for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from embedding_core.params import Param, Params
from embedding_core.teaching.pictures import Drawn

WORDS_MODEL = Param(
    "model", "Model", "text", "glove-6b-50d", "A model of words that needs no training."
)


@dataclass(frozen=True)
class ViewSpec:
    """One live picture.

    Attributes
    ----------
    name : str
        In lesson files.
    about : str
        What it shows, for those who write lessons.
    params : tuple of Param
        What a step sets, and what a step's "try it" may offer.
    draw : callable
        Params, all of them, to what is drawn. The same params give the same picture.
    """

    name: str
    about: str
    params: tuple[Param, ...]
    draw: Callable[[Params], Drawn]
