"""Decoding of text files and tables, shared by the modalities that read them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from embedding_core.errors import EmptyCollectionError, UnreadableItemError

if TYPE_CHECKING:
    import pandas as pd

_SIGNATURES = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"\x93NUMPY": "a NumPy file",
    b"\xd0\xcf\x11\xe0": "an old Office document",
}
_LOOKED_AT = 200
# Columns that are nothing but ids; the last two are what pandas calls an index without a name.
PURE_IDS = ("id", "index", "__index_level_0__")
_NUMBERED = re.compile(r"^(.*?)[ _.\-]?(\d+)$")
_DECIMAL_COMMA = re.compile(r"^[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?$")
_HEADINGS = frozenset(
    [
        "word",
        "words",
        "text",
        "sentence",
        "headline",
        "review",
        "section",
        "topic",
        "term",
        "token",
        "id",
        "name",
        "label",
        "group",
        "category",
        "class",
        "key",
        "value",
        "item",
        "title",
        "lemma",
        "question",
        "answer",
        "source",
        "target",
        "country",
        "capital",
    ]
)


def decode_text(data: bytes, name: str) -> tuple[str, list[str]]:
    """Turn bytes into text.

    Returns
    -------
    text : str
    notes : list of str
        How it was decoded, where that was not UTF-8.

    Raises
    ------
    UnreadableItemError
        If it is no text.
    EmptyCollectionError
        If it is empty.
    """
    if not data.strip():
        raise EmptyCollectionError(f"{name} is empty; bring at least one item.")
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise UnreadableItemError(name, f"it is {kind}, not text; save it as plain text first.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), [f"{name} was read as UTF-16."]
    if b"\0" in data:
        raise UnreadableItemError(name, "it holds binary data, not text; save it as UTF-8 text.")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
        return text, [f"{name} is not UTF-8; it was read as Windows-1252, so check its accents."]


@dataclass(frozen=True)
class Table:
    """A CSV or TSV, looked through once and not yet taken apart.

    Attributes
    ----------
    text : str
        All of it.
    delimiter : str
    columns : tuple of str
        ``column 1`` ... where nothing names them.
    named : bool
        Whether the first row names the columns.
    n_rows : int
        How many there are below the names.
    notes : tuple of str
        What the person should know of how it was read.
    decimal_comma : bool
        Whether its numbers are written as 0,5; they are given as 0.5.
    """

    text: str = field(repr=False)
    delimiter: str
    columns: tuple[str, ...]
    named: bool
    n_rows: int
    notes: tuple[str, ...] = ()
    decimal_comma: bool = False

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows below the column names, each as long as they are."""
        width = len(self.columns)
        for row in islice(_rows(self.text, self.delimiter), int(self.named), None):
            cells = [cell.strip() for cell in row] + [""] * (width - len(row))
            yield [_with_point(cell) for cell in cells] if self.decimal_comma else cells

    def frame(self, most: int | None = None) -> pd.DataFrame:
        """Return the rows, or the first `most` of them, every cell a string."""
        import pandas as pd

        return pd.DataFrame(list(islice(self.rows(), most)), columns=self.columns, dtype=object)


def open_table(data: bytes, name: str, header: str = "auto") -> Table:
    """Look through a CSV or TSV: its delimiter, width and column names.

    Parameters
    ----------
    data : bytes
    name : str
        The file, for messages.
    header : {"auto", "yes", "no"}
        Whether the first line names the columns; "auto" looks.

    Raises
    ------
    UnreadableItemError
        If it is no table.
    EmptyCollectionError
        If it has no rows.
    """
    text, notes = decode_text(data, name)
    delimiter = _delimiter(text)
    head: list[list[str]] = []
    n_rows = width = uneven = 0
    try:
        for row in _rows(text, delimiter):
            n_rows += 1
            width = max(width, len(row))
            if n_rows <= _LOOKED_AT:
                head.append(row)
            uneven += len(row) != len(head[0])
    except csv.Error as problem:
        raise UnreadableItemError(name, f"it is no valid table ({problem}).") from problem
    if not head:
        raise EmptyCollectionError(f"{name} has no rows; bring at least one item.")
    if uneven:
        rows = "row has" if uneven == 1 else "rows have"
        notes.append(f"{uneven:,} {rows} more or fewer cells than the first in {name}.")
    head = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in head]
    comma = delimiter != "," and _has_decimal_commas(head)
    if comma:
        head = [[_with_point(cell) for cell in row] for row in head]
    named = header == "yes" or (header == "auto" and _names_columns(head))
    if named and n_rows == 1:
        raise EmptyCollectionError(f"{name} has column names and no rows; bring at least one item.")
    if not named and header == "auto":
        notes.append(f"The first line of {name} was read as data: nothing marks it as headings.")
    columns = column_names(head[0]) if named else [f"column {i + 1}" for i in range(width)]
    if comma:
        notes.append(f"The numbers of {name} are written with decimal commas.")
    return Table(text, delimiter, tuple(columns), named, n_rows - named, tuple(notes), comma)


def read_table(data: bytes, name: str, header: str = "auto") -> tuple[pd.DataFrame, list[str]]:
    """Read a CSV or TSV as text cells; parameters and errors as in :func:`open_table`.

    Returns
    -------
    table : pandas.DataFrame
        Every cell a string, "" where empty.
    notes : list of str
    """
    table = open_table(data, name, header)
    return table.frame(), list(table.notes)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the rows that have anything in them."""
    # A cell can be long: the csv module's default limit is 128 KB.
    csv.field_size_limit(1 << 24)
    # Untranslated, so that old Macintosh line ends and those within quotes are the parser's.
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        if any(row):
            yield row


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of text cells with the columns of numbers as numbers.

    A column is one of numbers where every cell that is not empty is; with a zero in front (a post
    code, 007) it is a name that happens to be written in digits.
    """
    import pandas as pd

    found = table.copy()
    for column in table.columns:
        cells = [cell for cell in table[column] if cell]
        if cells and all(is_number(cell) and not _is_code(cell) for cell in cells):
            found[column] = pd.to_numeric(table[column].replace("", None), errors="coerce")
    return found


def _is_code(cell: str) -> bool:
    return len(cell) > 1 and cell[0] == "0" and cell[1].isdigit()


def dimension_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns of a table that hold the vector.

    Columns of numbers, without a column of ids; where some are numbered alike (``dim_0``,
    ``dim_1`` ...) and others are not, only the numbered ones.
    """
    head = table.head(_LOOKED_AT)
    numeric = [
        str(column)
        for column in table.columns
        if str(column).lower() not in PURE_IDS
        and (cells := [cell for cell in head[column] if cell])
        and sum(map(is_number, cells)) > len(cells) / 2
    ]
    alike = numbered_alike(numeric)
    return alike if alike and not all(c.startswith("column ") for c in alike) else numeric


def numbered_alike(names: Sequence[str]) -> list[str]:
    """Return the largest group of two or more names that differ only in the number at their end."""
    groups: dict[str, list[str]] = {}
    for name in names:
        match = _NUMBERED.match(name)
        if match:
            groups.setdefault(match.group(1), []).append(name)
    largest = max(groups.values(), key=len, default=[])
    return largest if len(largest) > 1 else []


def is_number(cell: str) -> bool:
    """Tell whether a cell reads as a number; NaN and infinity count."""
    if "_" in cell:
        # Python takes 1_000 for a thousand; in a table it is a name.
        return False
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the first lines most evenly."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    best, best_score = ",", 0.0
    for candidate in (",", "\t", ";", "|"):
        counts = [line.count(candidate) for line in lines]
        usual = max(set(counts), key=counts.count)
        score = usual and counts.count(usual) / len(counts) * (1 + min(usual, 50) / 1000)
        if score > best_score:
            best, best_score = candidate, score
    if best == "," and _are_decimals(lines):
        return ";"
    return best


def _are_decimals(lines: list[str]) -> bool:
    """Tell whether commas stand within numbers and semicolons between cells: ``a;0,5;1,5``."""
    cells = [line.split(";") for line in lines]
    return len(cells[0]) > 1 and all(
        len(row) == len(cells[0]) and any(_DECIMAL_COMMA.match(cell.strip()) for cell in row)
        for row in cells[1:] or cells
    )


def _has_decimal_commas(rows: list[list[str]]) -> bool:
    """Tell whether some cells are numbers with a comma, and none is one with a point."""
    cells = [cell for row in rows for cell in row]
    return any(map(_DECIMAL_COMMA.match, cells)) and not any(
        "." in cell and is_number(cell) for cell in cells
    )


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if _DECIMAL_COMMA.match(cell) else cell


def _names_columns(rows: list[list[str]]) -> bool:
    """Guess whether the first row names the columns."""
    cells, body = rows[0], rows[1:101]
    if any(is_number(cell) for cell in cells) and not _is_range(cells):
        return False
    headings = sum(cell.lower() in _HEADINGS for cell in cells)
    if not body:
        # One line: headings of nothing only where all of it reads like headings.
        return len(cells) > 1 and headings == len(cells)
    if headings:
        return True
    filled = [[row[i] for row in body if row[i]] for i in range(len(cells))]
    return any(column and all(map(is_number, column)) for column in filled)


def _is_range(cells: list[str]) -> bool:
    """Tell whether cells count 0, 1, 2 ...: what pandas writes as headings of a plain array."""
    numbers = [cell for cell in cells if cell]
    return len(numbers) > 2 and numbers in (
        [str(i) for i in range(len(numbers))],
        [str(i + 1) for i in range(len(numbers))],
    )


def column_names(cells: list[str]) -> list[str]:
    """Return unique, non-empty column names."""
    names: list[str] = []
    taken: set[str] = set()
    for i, cell in enumerate(cells):
        # The first column of a table that pandas wrote is its index, and has no name.
        base = cell or (f"column {i + 1}" if i else "index")
        name, number = base, 2
        while name in taken:
            name, number = f"{base} ({number})", number + 1
        names.append(name)
        taken.add(name)
    return names
