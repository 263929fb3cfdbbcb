"""Long lists of short cells: edges and ratings, read a column at a time."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embedding_core.errors import EmptyCollectionError, UnreadableItemError
from embedding_core.modalities.tables import decode_text, is_number, open_table

if TYPE_CHECKING:
    import pandas as pd

_HEAD = 200
# What networkx writes behind an edge: a dict, of which the weight is wanted.
_ATTRIBUTES = re.compile(r"\{(?:[^{}\n]*?['\"]weight['\"]:\s*([^,}\s]+))?[^{}\n]*\}")
_COMMENTS = ("#", "%")


@dataclass(frozen=True)
class Cells:
    """A table of text cells.

    Attributes
    ----------
    frame : pandas.DataFrame
        Every cell a string without blanks around it, "" where empty; ``column 1`` ... where
        nothing names the columns.
    named : bool
        Whether the first line names the columns.
    notes : tuple of str
        What the person should know of how it was read.
    """

    frame: pd.DataFrame
    named: bool
    notes: tuple[str, ...] = ()


def read_cells(data: bytes, name: str, known: Sequence[str] = ()) -> Cells:
    """Read lines of cells, apart by comma, tab, semicolon, bar, ``::`` or blanks.

    Lines with ``#`` or ``%`` in front at the top are remarks and left out.

    Parameters
    ----------
    data : bytes
    name : str
        The file, for messages.
    known : sequence of str
        Headings, in lower case without ``_``, ``-`` and blanks: a first line with one of them
        names the columns.

    Raises
    ------
    UnreadableItemError
        If it is no table.
    EmptyCollectionError
        If it has no rows.
    """
    import pandas as pd

    text, notes = decode_text(data, name)
    text = _without_remarks(text)
    if not text.strip():
        raise EmptyCollectionError(f"{name} has no rows; bring at least one.")
    top = text[: _end_of_line(text, _HEAD)]
    first = top.splitlines()[0]
    if "::" in first:
        text, top = text.replace("::", "\t"), top.replace("::", "\t")
    elif first.rstrip().endswith("}") and "{" in first:
        text, top = _ATTRIBUTES.sub(r"\1", text), _ATTRIBUTES.sub(r"\1", top)
    looked = open_table(top.encode(), name)
    columns, separator = list(looked.columns), looked.delimiter
    named = looked.named
    if len(columns) == 1:
        rows = [line.split() for line in top.splitlines() if line.strip()]
        width = max(map(len, rows))
        columns, separator = [f"column {i + 1}" for i in range(width)], r"\s+"
        named = False
    heading = top.splitlines()[0].split(separator if separator != r"\s+" else None)
    heading = [cell.strip().strip('"') for cell in heading]
    # Words in both lines: only what the words are tells whether the first one names columns.
    if not any(map(is_number, heading)):
        named = named or any(_bare(cell) in known for cell in heading)
    if named and len(heading) == len(columns):
        columns = [cell or f"column {i + 1}" for i, cell in enumerate(heading)]
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None,
            names=columns if len(set(columns)) == len(columns) else list(looked.columns),
            index_col=False,
            skiprows=int(named),
            dtype=str,
            keep_default_na=False,
            skipinitialspace=True,
            on_bad_lines="skip",
            decimal=",",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as problem:
        if isinstance(problem, pd.errors.EmptyDataError):
            raise EmptyCollectionError(f"{name} has headings and no rows.") from problem
        raise UnreadableItemError(name, f"it is no valid table ({problem}).") from problem
    frame = frame.fillna("")
    for column in frame.columns:
        frame[column] = frame[column].str.strip()
    if looked.decimal_comma:
        frame = frame.replace(r"^([+-]?\d+),(\d+)$", r"\1.\2", regex=True)
    notes += _longer_lines(text, len(frame) + named)
    if not len(frame):
        raise EmptyCollectionError(f"{name} has column names and no rows; bring at least one.")
    return Cells(frame, named, tuple(notes))


def _without_remarks(text: str) -> str:
    at = 0
    while text.startswith(_COMMENTS, at):
        at = _end_of_line(text, 1, at)
    return text[at:]


def _end_of_line(text: str, lines: int, at: int = 0) -> int:
    """Return where a number of lines end."""
    for _ in range(lines):
        found = text.find("\n", at)
        if found < 0:
            return len(text)
        at = found + 1
    return at


def _longer_lines(text: str, read: int) -> list[str]:
    if '"' in text:
        # A quoted cell may run over lines, so that they tell nothing of rows.
        return []
    lost = sum(1 for line in text.splitlines() if line.strip()) - read
    if lost <= 0:
        return []
    lines = "1 line was" if lost == 1 else f"{lost:,} lines were"
    return [f"{lines} left out, with more cells than the first lines have."]


def _bare(heading: str) -> str:
    return re.sub(r"[\s_\-]", "", heading.lower())


def numbers(cells: pd.Series) -> pd.Series:
    """Return text cells as numbers, NaN where they are none."""
    import pandas as pd

    return pd.to_numeric(cells, errors="coerce").astype(float)


def find_column(columns: Sequence[str], names: Sequence[str], taken: set[str]) -> str:
    """Return the first column with one of some names, the likeliest name first; "" if none."""
    lowered = {_bare(c): c for c in reversed(columns) if c not in taken}
    return next((lowered[name] for name in names if name in lowered), "")
