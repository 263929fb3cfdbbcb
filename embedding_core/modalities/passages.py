"""Sentences and documents: one a line, a column of a table, or running text taken apart."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from embedding_core.collection import Collection, Text, writable
from embedding_core.errors import (
    EmptyCollectionError,
    InputError,
    UnknownNameError,
    UnreadableItemError,
)
from embedding_core.modalities.base import check_size
from embedding_core.modalities.tables import decode_text, is_number, open_table, typed

if TYPE_CHECKING:
    import pandas as pd

TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet", ".pq")
PARTS = ("lines", "sentences", "paragraphs", "whole")
"""How running text becomes items."""

_COLUMNS = ("text", "sentence", "sentences", "headline", "question", "title", "body", "content",
            "review", "document", "description", "message")  # fmt: skip
_NAME_LENGTH = 120
_PARAGRAPH = re.compile(r"\n[ \t\f\v]*\n+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class _Passage:
    text: str
    row: int


def decode(
    data: bytes,
    name: str,
    *,
    unit: str = "sentence",
    column: str = "",
    header: str = "auto",
    parts: str = "",
) -> Collection:
    """Read a file of sentences or documents.

    Parameters
    ----------
    data : bytes
    name : str
        The file; its ending decides how it is read: tables (CSV, TSV, JSON lines, Parquet) have one
        item a row, PDF and Markdown are running text, text files have one item a line.
    unit : {"sentence", "document"}
    column : str
        The table's column with the text; the likeliest where left out. The others are kept.
    header : {"auto", "yes", "no"}
        Whether a CSV's first line names its columns.
    parts : {"", "lines", "sentences", "paragraphs", "whole"}
        How running text becomes items; by the file's ending where left out. Items remember their
        document and where in it they stood.

    Raises
    ------
    InputError
        If there is no text in it, in one sentence.
    """
    if parts and parts not in PARTS:
        raise UnknownNameError("way to take a text apart", parts, PARTS)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in TABLES:
        table, notes = read_columns(data, name, header)
        return _of_table(table, column or likely_column(table), name, unit, notes)
    if suffix == ".pdf":
        pages, notes = _pages(data, name)
        return _of_document(pages, parts or "paragraphs", name, unit, notes)
    text, notes = decode_text(data, name)
    return _of_document([text], parts or ("paragraphs" if suffix == ".md" else "lines"), name, unit,
                        notes)  # fmt: skip


def sentences(text: str, *, name: str = "your sentences") -> Collection:
    """Turn typed or pasted text into sentences, one a line.

    Returns
    -------
    Collection
        In the order given; repeated ones are kept and numbered, empty lines left out.
    """
    return _of_document([text], "lines", name, "sentence", [], with_document=False)


def read_columns(data: bytes, name: str, header: str = "auto") -> tuple[pd.DataFrame, list[str]]:
    """Return a table of any of the kinds in ``TABLES``, and what to know about how it was read."""
    import pandas as pd

    suffix = PurePosixPath(name).suffix.lower()
    if suffix in (".csv", ".tsv"):
        opened = open_table(data, name, header)
        return typed(opened.frame()), list(opened.notes)
    if suffix in (".parquet", ".pq"):
        return _parquet(data, name), []
    from embedding_core.modalities.vectorfiles.records import read_records

    records, notes = read_records(data, name)
    return pd.DataFrame(records), notes


def likely_column(table: pd.DataFrame) -> str:
    """Return the column that most likely holds the text: by its name, else the longest cells."""
    lowered = {str(column).lower(): str(column) for column in table.columns}
    for wanted in _COLUMNS:
        if wanted in lowered:
            return lowered[wanted]
    lengths = {
        str(column): table[column].head(200).map(lambda cell: len(str(cell))).mean()
        for column in table.columns
        if not _is_numeric(table[column])
    }
    return max(lengths, key=lengths.__getitem__) if lengths else str(table.columns[0])


def split(text: str, parts: str) -> list[str]:
    """Take running text apart.

    Parameters
    ----------
    text : str
    parts : {"lines", "sentences", "paragraphs", "whole"}
        Sentences are found by sentencex, by the rules of English.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if parts == "lines":
        found = text.split("\n")
    elif parts == "whole":
        found = [text]
    else:
        found = _PARAGRAPH.split(text)
        if parts == "sentences":
            from sentencex import segment

            found = [
                sentence for part in found for sentence in segment("en", _SPACES.sub(" ", part))
            ]
    clean = (_SPACES.sub(" ", writable(part).strip("\ufeff")).strip() for part in found)
    return [part for part in clean if part]


def _of_document(
    texts: list[str],
    parts: str,
    name: str,
    unit: str,
    notes: list[str],
    *,
    with_document: bool = True,
) -> Collection:
    """Turn running text, page by page where it has pages, into items."""
    import pandas as pd

    found = [(page, part) for page, text in enumerate(texts, 1) for part in split(text, parts)]
    if not found:
        raise EmptyCollectionError(f"No text was found in {name}; bring at least one sentence.")
    columns: dict[str, Any] = {}
    if with_document and (parts != "lines" or len(texts) > 1):
        columns["document"] = [PurePosixPath(name).name] * len(found)
        columns["place"] = list(range(1, len(found) + 1))
        if len(texts) > 1:
            columns["page"] = [page for page, _ in found]
    table = pd.DataFrame(columns, index=range(len(found)))
    return _collect([part for _, part in found], table, name, unit, notes)


def _of_table(
    table: pd.DataFrame, column: str, name: str, unit: str, notes: list[str]
) -> Collection:
    if column not in map(str, table.columns):
        raise UnknownNameError(f"column of {name}", column, list(map(str, table.columns))[:30])
    chosen = table[column]
    if _is_numeric(chosen):
        raise InputError(
            f"Column {column} of {name} holds numbers, not text; choose a column with sentences."
        )
    cells = ["" if cell is None or cell != cell else str(cell) for cell in chosen]
    texts = [_SPACES.sub(" ", writable(cell)).strip() for cell in cells]
    kept = [at for at, text in enumerate(texts) if text]
    if not kept:
        raise EmptyCollectionError(f"Column {column} of {name} is empty; choose another column.")
    empty = len(texts) - len(kept)
    if empty:
        rows, were = ("row has", "was") if empty == 1 else ("rows have", "were")
        notes = [*notes, f"{empty:,} {rows} no text in column {column} and {were} left out."]
    rest = table.drop(columns=[column]).iloc[kept].reset_index(drop=True)
    return _collect([texts[at] for at in kept], rest, name, unit, notes)


def _collect(
    texts: list[str], table: pd.DataFrame, name: str, unit: str, notes: list[str]
) -> Collection:
    """Name the items by their text; of long ones the whole text is a column too."""
    check_size(len(texts), name)
    names = [
        text if len(text) <= _NAME_LENGTH else text[: _NAME_LENGTH - 1].rstrip() + "…"
        for text in texts
    ]
    if any(len(text) > _NAME_LENGTH for text in texts) and "text" not in table.columns:
        table = table.assign(text=texts)
    return Collection.of(
        names,
        [Text(text) for text in texts],
        table,
        modality="text",
        unit=unit,
        notes=notes,
        name=name,
    )


def _is_numeric(column: pd.Series) -> bool:
    """Tell whether a column holds numbers only."""
    cells = [str(cell) for cell in column.dropna().head(1_000) if str(cell).strip()]
    return bool(cells) and all(map(is_number, cells))


def _parquet(data: bytes, name: str) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from embedding_core.modalities.tables import column_names
    from embedding_core.modalities.vectorfiles.columns import vector_columns

    try:
        table = pq.ParquetFile(io.BytesIO(data)).read()
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise UnreadableItemError(
            name, "it is no valid Parquet file, or cut short; write it again."
        ) from problem
    table = table.rename_columns(column_names(table.column_names))
    vectors = vector_columns(table.schema)
    return table.drop_columns(vectors).to_pandas(ignore_metadata=True)


def _pages(data: bytes, name: str) -> tuple[list[str], list[str]]:
    """Return the text of every page of a PDF."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableItemError(name, "it is locked by a password; save it without one.")
        texts = list(_texts(reader))
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, OSError, RecursionError,
            AttributeError) as problem:  # fmt: skip
        # A damaged PDF can fail anywhere in its parser.
        raise UnreadableItemError(
            name, "it is no valid PDF, or damaged; save it again."
        ) from problem
    blank = [page for page, text in enumerate(texts, 1) if not text.strip()]
    if len(blank) == len(texts):
        raise UnreadableItemError(
            name, "it has no text in it, only pictures of pages; run text recognition on it first."
        )
    notes = []
    if blank:
        pages, have = ("page", "has") if len(blank) == 1 else ("pages", "have")
        shown = ", ".join(map(str, blank[:8])) + (" ..." if len(blank) > 8 else "")
        notes = [f"{len(blank)} {pages} of {name} {have} no text: {shown}."]
    return texts, notes


def _texts(reader: Any) -> Iterator[str]:
    for page in reader.pages:
        # A hyphen at the end of a line joins the word again.
        yield re.sub(r"(\w)-\n(\w)", r"\1\2", page.extract_text() or "")
