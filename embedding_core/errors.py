"""Everything that can go wrong, as one tree.

::

    ExplorerError                     shown to the person as one sentence
    ├ UnknownNameError(LookupError)   lists the valid names
    ├ MissingDependencyError          gives the install line
    ├ ModelLoadError                  missing weights: where we looked, how to supply them
    ├ SpaceMismatchError(ValueError)
    ├ Cancelled                       the person stopped the work
    └ InputError(ValueError)
      ├ UnreadableItemError           which file, why
      ├ EmptyCollectionError
      └ TooLargeError                 the limit, and how to raise it
    ContractError(RuntimeError)       our bug: fails loudly, is not an ExplorerError

The message of an ``ExplorerError`` is one sentence a person can act on: what we got, what we
expected, what to do. Third-party errors are translated where files are decoded and models loaded,
and nowhere else.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class ExplorerError(Exception):
    """A problem the person can understand and mend; its text is shown as it is."""


class UnknownNameError(ExplorerError, LookupError):
    """A name that no registry entry has.

    Parameters
    ----------
    kind : str
        What was looked for, such as ``"model"``.
    name : str
        The name that was not found.
    valid : iterable of str
        The names that exist, in registry order.
    """

    def __init__(self, kind: str, name: str, valid: Iterable[str]) -> None:
        names = list(valid)
        close = get_close_matches(name, names, n=1)
        hint = f"Did you mean {close[0]!r}? " if close else ""
        super().__init__(
            f"There is no {kind} called {name!r}. {hint}Use one of: {', '.join(names)}."
        )


class MissingDependencyError(ExplorerError):
    """A package that is not installed; the message gives the install line."""

    def __init__(self, package: str, purpose: str, install: str | None = None) -> None:
        line = install or f"pip install {package}"
        super().__init__(f"{purpose} needs the package {package}, which is missing; run `{line}`.")


class ModelLoadError(ExplorerError):
    """Weights that are not there or cannot be read; says where we looked and what to do."""


class SpaceMismatchError(ExplorerError, ValueError):
    """Vectors from two spaces were about to be compared."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(
            f"These vectors live in different spaces ({left} and {right}), so their distances mean "
            "nothing; embed both with the same model and settings."
        )


class Cancelled(ExplorerError):
    """The person stopped the work before it ended."""

    def __init__(self) -> None:
        super().__init__("The work was stopped before it ended; start it again to get a result.")


class InputError(ExplorerError, ValueError):
    """What the person brought or typed cannot be used as it is."""


class UnreadableItemError(InputError):
    """One file that cannot be decoded.

    Parameters
    ----------
    name : str
        The file, as the person knows it.
    reason : str
        Why, and what to do, as the rest of the sentence.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} could not be read: {reason}")
        self.name = name
        self.reason = reason


class EmptyCollectionError(InputError):
    """Nothing was left to work on."""


class TooLargeError(InputError):
    """The input is over a limit; the message names the limit and how to raise it."""


class ContractError(RuntimeError):
    """A part of the program broke its promise: a bug of ours, never the person's."""
