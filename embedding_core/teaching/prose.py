"""Prose with computed numbers in it: ``{king_queen:.2f}`` stands for a figure of the step.

LaTeX has braces of its own. Within a formula (between dollar signs) a placeholder therefore needs
a format, as in ``$d = {d:.2f}$``; without one, as in ``$x_{d}$``, braces are the formula's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from embedding_core.errors import InputError

Value = int | float | str
_MATH = re.compile(r"(\$\$.+?\$\$|(?<!\\)\$.+?(?<!\\)\$)", re.DOTALL)
_SCIENTIFIC = re.compile(r"(-?\d(?:\.\d+)?)e([+-]\d+)")
_PLACE = re.compile(r"\{([A-Za-z_]\w*)(?::([^{}]*))?\}")
# What may stand with a digit: a year, a name (Word2Vec, MiniLM-L6, 3CosAdd), a reference [1].
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_NAME = re.compile(r"\b(?:[A-Za-z][\w-]*\d[\w-]*|\d[A-Z][a-z]\w*)\b")


def placeholders(text: str) -> list[tuple[str, str]]:
    """Return the names and formats of the placeholders in a text, in order."""
    found = []
    for part, is_math in _parts(text):
        found += [(name, form or "") for name, form in _PLACE.findall(part) if form or not is_math]
    return found


def fill(text: str, values: Mapping[str, Value], escape: Callable[[str], str] = str) -> str:
    """Put computed values in the place of placeholders.

    Parameters
    ----------
    text : str
        Markdown with LaTeX.
    values : mapping
        By the names of the placeholders.
    escape : callable
        Applied to values outside formulas, so that no word is taken for markup.

    Raises
    ------
    InputError
        If a placeholder has no value, or a format that does not fit it.
    """

    def put(match: re.Match[str], is_math: bool) -> str:
        name, form = match[1], match[2] or ""
        if is_math and not form:
            return match[0]
        if name not in values:
            raise InputError(f"{{{name}}} is no figure of this step; it has {', '.join(values)}.")
        try:
            shown = format(values[name], form)
        except ValueError:
            raise InputError(
                f"{{{name}:{form}}} does not fit its value {values[name]!r}."
            ) from None
        if scientific := _SCIENTIFIC.fullmatch(shown):
            power = rf"{scientific[1]} \times 10^{{{int(scientific[2])}}}"
            return power if is_math else f"${power}$"
        if is_math:
            return shown
        is_number = not isinstance(values[name], str)
        return escape(shown.replace("-", "−") if is_number else shown)

    return "".join(
        _PLACE.sub(lambda match, is_math=is_math: put(match, is_math), part)  # type: ignore[misc]
        for part, is_math in _parts(text)
    )


def stray_digits(text: str) -> list[str]:
    """Return the numbers that stand in a text and are computed by nobody.

    Formulas, years and names with a digit in them are none.
    """
    found = []
    for part, is_math in _parts(text):
        if is_math:
            continue
        bare = _NAME.sub(" ", _YEAR.sub(" ", _PLACE.sub(" ", part)))
        found += re.findall(r"\S*\d\S*", bare)
    return found


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Return the parts of a text, and which of them are formulas."""
    for at, part in enumerate(_MATH.split(text)):
        yield part, bool(at % 2)
