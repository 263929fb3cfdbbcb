"""Text of the person's as text: nothing in it is taken for Markdown, HTML or a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Everything that Streamlit's Markdown could take for more than itself: emphasis, links, code,
# HTML, formulas ($), colours and icons (:), lists and headings at the start of a line.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@/])")
_NAME, _RUN = 60, 200
_QUOTED = re.compile(rf"“([^”]{{{_NAME + 1},}})”")
_UNBROKEN = re.compile(rf"\S{{{_RUN + 1},}}")


def plain(text: object) -> str:
    """Return a text that Streamlit's Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def shortened(text: object, length: int = 40) -> str:
    """Return a text cut to `length` characters, on one line."""
    line = " ".join(str(text).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def brief(sentence: str) -> str:
    """Return a sentence with the names it quotes cut where they are long, as pasted text can be."""
    cut = _QUOTED.sub(lambda quoted: f"“{shortened(quoted[1], _NAME)}”", sentence)
    return _UNBROKEN.sub(lambda run: shortened(run[0], _RUN), cut)


def word(text: object) -> str:
    """Return an item's name as it stands in a sentence: set apart, cut where it is long."""
    return f"**{plain(shortened(text))}**"


def listed(texts: Iterable[object], most: int = 5) -> str:
    """Return names in quotes, with how many more there are."""
    names = list(texts)
    shown = ", ".join(f"“{shortened(name)}”" for name in names[:most])
    more = len(names) - most
    return f"{shown} and {more:,} more" if more > 0 else shown


def score(value: float, metric: str = "cosine") -> str:
    """Return a similarity as people read it: .784, −.120, distance 3.41.

    What is no cosine is named, as .9 of one is near and of another far.
    """
    if abs(value) < 1:
        # Adding 0.0 turns what rounds to minus zero into zero.
        text = f"{round(value, 3) + 0.0:.3f}".replace("0.", ".", 1)
    else:
        text = f"{value:.3g}" if abs(value) < 1_000 else f"{value:,.0f}"
    named = {"cosine": "", "dot": "dot product "}.get(metric, "distance ")
    return named + text.replace("-", "−")


def share(value: float) -> str:
    """Return a share as a percentage without false precision."""
    if 0.995 <= value < 1:
        return "more than 99%"
    return "less than 1%" if 0 < value < 0.01 else f"{value:.0%}"


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: 1 word, 1,200 words."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """Return a time as people say it: 12 s, 3 min."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def span(seconds: float) -> str:
    """Return how long something lasts, as people say it: 1.6 seconds, 4 hours."""
    if seconds < 120:
        return f"{seconds:.3g} seconds"
    return f"{seconds / 60:.3g} minutes" if seconds < 7_200 else f"{seconds / 3_600:.3g} hours"
