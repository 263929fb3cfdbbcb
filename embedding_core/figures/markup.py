"""A person's text inside figures: as it is, short, and never taken for markup."""

from __future__ import annotations

# Plotly reads tags and entities in every text, and hands what stands between dollars to MathJax
# where a page has it, as notebooks do.
_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"}
_TABLE = str.maketrans(_SIGNS)


def escaped(text: object) -> str:
    """Return a text that Plotly shows as it is, on one line."""
    return " ".join(str(text).split()).translate(_TABLE)


def shortened(text: object, length: int = 40) -> str:
    """Return a text cut to `length` characters, on one line."""
    line = " ".join(str(text).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def score(value: float, digits: int = 3) -> str:
    """Return a similarity or a share as people read it: .784, -.120, 3.41."""
    # Adding nothing turns a rounded -0 into 0.
    text = f"{round(value, digits) + 0.0:.{digits}f}"
    if abs(float(text)) < 1:
        return text.replace("0.", ".", 1)
    return f"{value:.3g}" if abs(value) < 1_000 else f"{value:,.0f}"


def number(value: float) -> str:
    """Return a number with three significant digits, thousands separated."""
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"
