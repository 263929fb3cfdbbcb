"""A Python program while it is written."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

LINE = 88
_INDENT = "    "


class Name(str):
    """A variable or expression, written without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Script:
    """Imports and steps, each written where it is thought of.

    Parameters
    ----------
    title : str
        The first line, as a comment.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._imports: set[str] = set()
        self._steps: list[str] = []

    def imports(self, *lines: str) -> None:
        """Ask for imports, such as ``"import numpy as np"``."""
        self._imports.update(lines)

    def step(self, *lines: str, about: str = "") -> None:
        """Add lines that belong together, under a comment."""
        said = [f"# {about}"] if about else []
        self._steps.append("\n".join([*said, *lines]))

    def text(self) -> str:
        """Return the program."""
        standard = sorted(
            line for line in self._imports if _module(line) in sys.stdlib_module_names
        )
        others = sorted(self._imports.difference(standard), key=_order)
        blocks = ["\n".join(block) for block in (standard, others) if block]
        return "\n\n".join([f"# {self._title}", *blocks, *self._steps]) + "\n"


def quoted(value: object) -> str:
    """Return a value as Python, texts in double quotes where they hold none."""
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]"
    text = repr(value)
    if isinstance(value, str) and text[:1] == "'" and '"' not in text:
        return f'"{text[1:-1]}"'
    return text


def call(name: str, arguments: Sequence[object], keywords: Mapping[str, object]) -> str:
    """Return a call, on one line where it fits, else with a line for each argument."""
    parts = [quoted(value) for value in arguments]
    parts += [f"{key}={quoted(value)}" for key, value in keywords.items()]
    line = f"{name}({', '.join(parts)})"
    if len(line) <= LINE:
        return line
    return "\n".join([f"{name}(", *(f"{_INDENT}{part}," for part in parts), ")"])


def assigned(name: str, values: Sequence[str]) -> str:
    """Return a list of texts under a name, as many on a line as fit."""
    parts = [quoted(value) for value in values]
    line = f"{name} = [{', '.join(parts)}]"
    if len(line) <= LINE:
        return line
    lines, row = [f"{name} = ["], _INDENT.rstrip(" ")
    for part in parts:
        if row and len(row) + len(part) + 6 > LINE:
            lines.append(_INDENT + row.strip())
            row = ""
        row += f" {part},"
    return "\n".join([*lines, _INDENT + row.strip(), "]"])


def _module(line: str) -> str:
    return line.split()[1].split(".", maxsplit=1)[0]


def _order(line: str) -> tuple[bool, str]:
    """Order as is usual: plain imports before those of single names."""
    return line.startswith("from"), line
