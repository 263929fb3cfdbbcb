"""What a figure of a lesson is: a named function from what a lesson says to a number or a word."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from embedding_core.errors import InputError
from embedding_core.teaching.prose import Value


@dataclass(frozen=True)
class Figure:
    """One figure that lessons can ask for.

    Attributes
    ----------
    name : str
        In lesson files.
    compute : callable
        Takes keyword arguments: numbers, texts, flags and lists of texts. The same arguments give
        the same value. Its docstring says what it is.
    """

    name: str
    compute: Callable[..., Value]

    @property
    def about(self) -> str:
        """What it is, for those who write lessons."""
        return (inspect.getdoc(self.compute) or "").split("\n\n")[0]

    def check(self, arguments: Mapping[str, Any]) -> None:
        """Check that arguments are those it takes, without computing anything.

        Raises
        ------
        InputError
            If one is missing or not known.
        """
        signature = inspect.signature(self.compute)
        try:
            signature.bind(**arguments)
        except TypeError as problem:
            takes = ", ".join(signature.parameters)
            raise InputError(f"The figure {self.name} takes {takes}: {problem}.") from None


def figure(function: Callable[..., Value]) -> Figure:
    """Make a figure of a function, called as the function is."""
    return Figure(function.__name__.strip("_"), function)
