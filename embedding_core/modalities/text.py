"""Text: words, sentences or documents, one an item."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from embedding_core.collection import Collection, Payload, Text, writable
from embedding_core.errors import EmptyCollectionError, UnknownNameError
from embedding_core.modalities import passages
from embedding_core.modalities.base import ModalitySpec, check_size
from embedding_core.modalities.tables import decode_text, open_table

if TYPE_CHECKING:
    import pandas as pd

# Lines, tabs, commas and semicolons, of Chinese, Japanese and Arabic writing too.
_SEPARATORS = re.compile("[\n\r\t\v\f\x85\u2028\u2029,;，、；،؛]+")
UNITS = ("word", "sentence", "document")
_WORD_COLUMNS = ("word", "words", "text", "term", "token", "name", "item")


def words(text: str, *, name: str = "your words") -> Collection:
    """Turn typed or pasted text into a collection of words.

    Parameters
    ----------
    text : str
        Words apart by lines, commas, semicolons or tabs.
    name : str
        What to call the collection.

    Returns
    -------
    Collection
        Each word once, in the order given; repeats are counted in the notes.
    """
    return _of_words(_SEPARATORS.split(text), None, name, [])


def decode(
    data: bytes,
    name: str,
    *,
    unit: str = "",
    column: str = "",
    header: str = "auto",
    parts: str = "",
) -> Collection:
    """Read a text file or a table of words; sentences and documents are read by ``passages``.

    Parameters
    ----------
    data : bytes
        UTF-8 (with or without a mark), UTF-16 with a mark, else Windows-1252.
    name : str
        The file; tables (CSV, TSV, JSON, JSON lines, Parquet) have a column of words.
    unit : {"", "word", "sentence", "document"}
        What one item is; sentences of a PDF and words of all others where left out.
    column : str
        The table's column with the words; the likeliest where left out.
    header : {"auto", "yes", "no"}
        Whether a table's first line names its columns.
    parts : str
        Of sentences and documents, how running text becomes items.
    """
    suffix = PurePosixPath(name).suffix.lower()
    unit = unit or ("sentence" if suffix == ".pdf" else "word")
    if unit not in UNITS:
        raise UnknownNameError("unit of text", unit, UNITS)
    if unit != "word":
        return passages.decode(data, name, unit=unit, column=column, header=header, parts=parts)
    if suffix in (".csv", ".tsv"):
        return _of_lines(data, name, column, header)
    if suffix in passages.TABLES:
        table, notes = passages.read_columns(data, name)
        return _of_column(table.astype(object).where(table.notna(), ""), column, name, notes)
    text, notes = decode_text(data, name)
    return _of_words(_SEPARATORS.split(text), None, name, notes)


def _of_lines(data: bytes, name: str, column: str, header: str) -> Collection:
    opened = open_table(data, name, header)
    table, notes = opened.frame(), list(opened.notes)
    if len(table) == 1 and not opened.named and not column:
        # One line without headings: a list of words, not one item of many columns.
        return _of_words(table.iloc[0].tolist(), None, name, notes)
    return _of_column(table, column, name, notes)


def _of_column(table: pd.DataFrame, column: str, name: str, notes: list[str]) -> Collection:
    chosen = column or likely_column(table)
    if chosen not in table.columns:
        raise UnknownNameError(f"column of {name}", chosen, list(map(str, table.columns))[:30])
    rest = table.drop(columns=[chosen])
    return _of_words(list(map(str, table[chosen])), rest, name, notes)


def likely_column(table: pd.DataFrame) -> str:
    """Return the column that most likely holds the words: by its name, else the first."""
    for wanted in _WORD_COLUMNS:
        for column in table.columns:
            if str(column).lower() == wanted:
                return str(column)
    return str(table.columns[0])


def _of_words(
    cells: list[str], table: pd.DataFrame | None, name: str, notes: list[str]
) -> Collection:
    """Leave out empty and repeated words, and say so."""
    # A byte order mark can stand before pasted text.
    cells = [writable(cell).strip().strip("\ufeff") for cell in cells]
    kept: list[int] = []
    seen: set[tuple[str, ...]] = set()
    # The same word in two rows with different columns (orange: fruit, colour) is kept twice.
    rows = None if table is None else list(map(tuple, table.astype(str).to_numpy().tolist()))
    filled = 0
    for i, cell in enumerate(cells):
        if not cell:
            continue
        filled += 1
        key = (cell, *(rows[i] if rows else ()))
        if key not in seen:
            seen.add(key)
            kept.append(i)
    if not kept:
        raise EmptyCollectionError(f"No words were found in {name}; type or bring at least one.")
    check_size(len(kept), name)
    repeats = filled - len(kept)
    if repeats:
        times = "word came" if repeats == 1 else "words came"
        notes = [*notes, f"{repeats:,} {times} more than once; each is shown once."]
    kept_cells = [cells[i] for i in kept]
    return Collection.of(
        kept_cells,
        [Text(cell) for cell in kept_cells],
        None if table is None else table.iloc[kept],
        modality="text",
        unit="word",
        notes=notes,
        name=name,
    )


def _preview(payload: Payload) -> str:
    return str(payload.load())


SPEC = ModalitySpec(
    name="text",
    label="Text",
    suffixes=(".txt", ".md", ".pdf", *passages.TABLES),
    decode=decode,
    preview=_preview,
)
