"""Decoding of text files and tables, shared by the modalities that read them."""

from __future__ import annotations

import csv
import io
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
_HEADINGS = frozenset(
    [
        "word",
        "words",
        "text",
        "sentence",
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


def read_table(data: bytes, name: str, header: str = "auto") -> tuple[pd.DataFrame, list[str]]:
    """Read a CSV or TSV as text cells.

    Parameters
    ----------
    data : bytes
    name : str
        The file, for messages.
    header : {"auto", "yes", "no"}
        Whether the first line names the columns; "auto" looks.

    Returns
    -------
    table : pandas.DataFrame
        Every cell a string, "" where empty; columns ``column 1`` ... where nothing names them.
    notes : list of str
    """
    import pandas as pd

    text, notes = decode_text(data, name)
    delimiter = _delimiter(text)
    # A NUL-free field can still be long: the csv module's default limit is 128 KB.
    csv.field_size_limit(1 << 24)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    except csv.Error as problem:
        raise UnreadableItemError(name, f"it is no valid table ({problem}).") from problem
    if not rows:
        raise EmptyCollectionError(f"{name} has no rows; bring at least one item.")
    width = max(map(len, rows))
    uneven = sum(len(row) != len(rows[0]) for row in rows)
    if uneven:
        notes.append(f"{uneven:,} rows of {name} have more or fewer cells than the first.")
    rows = [row + [""] * (width - len(row)) for row in rows]
    named = header == "yes" or (header == "auto" and _names_columns(rows))
    columns = _column_names(rows[0]) if named else [f"column {i + 1}" for i in range(width)]
    body = rows[1:] if named else rows
    if not body:
        raise EmptyCollectionError(f"{name} has column names and no rows; bring at least one item.")
    if not named and header == "auto":
        notes.append(f"The first line of {name} was read as data: nothing marks it as headings.")
    cells = [[cell.strip() for cell in row] for row in body]
    return pd.DataFrame(cells, columns=columns, dtype=object), notes


def is_number(cell: str) -> bool:
    """Tell whether a cell reads as a number; NaN and infinity count."""
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
    return best


def _names_columns(rows: list[list[str]]) -> bool:
    """Guess whether the first row names the columns."""
    first, body = rows[0], rows[1:101]
    cells = [cell.strip() for cell in first]
    if not body or (any(is_number(cell) for cell in cells) and not _is_range(cells)):
        return False
    if any(cell.lower() in _HEADINGS for cell in cells):
        return True
    filled = [[row[i] for row in body if row[i]] for i in range(len(first))]
    return any(column and all(map(is_number, column)) for column in filled)


def _is_range(cells: list[str]) -> bool:
    """Tell whether cells count 0, 1, 2 ...: what pandas writes as headings of a plain array."""
    numbers = [cell for cell in cells if cell]
    return len(numbers) > 2 and numbers in (
        [str(i) for i in range(len(numbers))],
        [str(i + 1) for i in range(len(numbers))],
    )


def _column_names(cells: list[str]) -> list[str]:
    """Return unique, non-empty column names."""
    names: list[str] = []
    for i, cell in enumerate(cells):
        base = cell.strip() or f"column {i + 1}"
        name, number = base, 2
        while name in names:
            name, number = f"{base} ({number})", number + 1
        names.append(name)
    return names
