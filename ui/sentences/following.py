"""Choices that are made for some data, and begin anew with other data."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from ui.state import Choices


def follow(choices: Choices, name: str, made_for: Hashable, defaults: Mapping[str, object]) -> None:
    """Set choices to their defaults where what they were made for is no longer in view.

    Parameters
    ----------
    choices
        The page's.
    name
        What these choices are together; no choice of that name is ever in a link.
    made_for
        What they are made for. The first time nothing is set: a link may have brought them.
    defaults
        Each choice and what it begins with, set before its widget is drawn.
    """
    if choices.value(name, made_for) != made_for:
        for choice, default in defaults.items():
            choices.set(choice, default)
    choices.set(name, made_for)
