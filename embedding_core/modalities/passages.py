"""Sentences and documents: one a line, a column of a table, or running text taken apart."""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
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
    from pypdf import PageObject

TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet", ".pq")
PARTS = ("lines", "sentences", "paragraphs", "whole")
"""How running text becomes items."""

_COLUMNS = ("text", "sentence", "sentences", "headline", "question", "title", "body", "content",
            "review", "document", "description", "message")  # fmt: skip
NAME_LENGTH = 120
_PARAGRAPH = re.compile(r"\n[ \t\f\v]*\n+")
_SPACES = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?…:;。！？]['\"”’)\]]*$")
_SHORT = 0.85  # of the length that one line in ten is longer than
_LOCKED = "it is locked; save it without a password or other protection."


@dataclass(frozen=True)
class _Passage:
    """A piece of a document, and the page it begins on."""

    text: str
    page: int


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
        The file; its ending decides how it is read: tables (CSV, TSV, JSON, JSON lines, Parquet)
        have one item a row, PDF and Markdown are running text, text files have one item a line.
    unit : {"sentence", "document"}
    column : str
        The table's column with the text; the likeliest where left out. The others are kept.
    header : {"auto", "yes", "no"}
        Whether a CSV's first line names its columns.
    parts : {"", "lines", "sentences", "paragraphs", "whole"}
        How running text becomes items; where left out, text files are taken apart into lines,
        PDF and Markdown into paragraphs. Items remember their document and where in it they stood.

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
        pages, notes = read_pages(data, name)
        return _of_document(pages, parts or "paragraphs", name, unit, notes)
    text, notes = decode_text(data, name)
    if suffix == ".md":
        return _of_document([_without_markup(text)], parts or "paragraphs", name, unit, notes)
    return _of_document([text], parts or "lines", name, unit, notes)


def sentences(text: str, *, name: str = "your sentences") -> Collection:
    """Turn typed or pasted text into sentences, one a line.

    Returns
    -------
    Collection
        In the order given; repeated ones are kept and numbered, empty lines left out.
    """
    return _of_document([text], "lines", name, "sentence", [], is_file=False)


def read_columns(data: bytes, name: str, header: str = "auto") -> tuple[pd.DataFrame, list[str]]:
    """Return a table of any of the kinds in ``TABLES``, without its vectors.

    Returns
    -------
    table : pandas.DataFrame
    notes : list of str
        What to know about how it was read.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    from embedding_core.modalities.vectorfiles.columns import plain_columns
    from embedding_core.modalities.vectorfiles.records import read_records, table_of, vector_keys

    suffix = PurePosixPath(name).suffix.lower()
    if suffix in (".csv", ".tsv"):
        opened = open_table(data, name, header)
        return typed(opened.frame()), list(opened.notes)
    notes: list[str] = []
    if suffix in (".parquet", ".pq"):
        table = plain_columns(data, name)
    else:
        records, notes = read_records(data, name, texts=True)
        vectors = vector_keys(records)
        keys = dict.fromkeys(key for record in records for key in record if key not in vectors)
        table = table_of(records, list(keys))
    if not len(table.columns):
        raise InputError(f"{name} has no column but vectors; bring one with a column of text.")
    return table, notes


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

    Returns
    -------
    list of str
        Without empty ones; line breaks and runs of spaces are one space.
    """
    return [passage.text for passage in _passages([text], parts)]


def _passages(pages: list[str], parts: str) -> list[_Passage]:
    """Take the pages of a document apart; what begins on one may end on the next."""
    clean = [page.replace("\r\n", "\n").replace("\r", "\n") for page in pages]
    if parts == "whole":
        cut = [["\n".join(clean)]]
    elif parts == "lines":
        cut = [page.split("\n") for page in clean]
    else:
        cut = [_PARAGRAPH.split(page) for page in clean]
    found = [_Passage(_plain(text), at) for at, page in enumerate(cut, 1) for text in page]
    found = [passage for passage in found if passage.text]
    if parts in ("whole", "lines"):
        return found
    take = _sentences if parts == "sentences" else _joined
    return [passage for run in _runs(found) for passage in take(run)]


def _runs(paragraphs: list[_Passage]) -> Iterator[list[_Passage]]:
    """Put paragraphs together that a page's end cut in two: the first ends within a sentence."""
    run: list[_Passage] = []
    for passage in paragraphs:
        if run and (run[-1].page == passage.page or _SENTENCE_END.search(run[-1].text)):
            yield run
            run = []
        run.append(passage)
    if run:
        yield run


def _joined(run: list[_Passage]) -> list[_Passage]:
    return [_Passage(" ".join(passage.text for passage in run), run[0].page)]


def _sentences(run: list[_Passage]) -> Iterator[_Passage]:
    from sentencex import segment

    ends = list(accumulate(len(passage.text) + 1 for passage in run))
    at = 0
    for sentence in segment("en", " ".join(passage.text for passage in run)):
        if text := sentence.strip():
            yield _Passage(text, run[min(bisect_right(ends, at), len(run) - 1)].page)
        at += len(sentence)


def _plain(text: str) -> str:
    return _SPACES.sub(" ", writable(text.strip("\ufeff"))).strip()


def _without_markup(text: str) -> str:
    """Return what a Markdown text says, a paragraph for each heading, paragraph and list item."""
    from markdown_it import MarkdownIt

    blocks = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type in ("fence", "code_block"):
            blocks.append(token.content)
        elif token.type == "inline":
            blocks.append(
                "".join(
                    "\n" if part.type in ("softbreak", "hardbreak") else part.content
                    for part in token.children or ()
                    if part.type != "html_inline"
                )
            )
    return "\n\n".join(blocks)


def _of_document(
    texts: list[str],
    parts: str,
    name: str,
    unit: str,
    notes: list[str],
    *,
    is_file: bool = True,
) -> Collection:
    """Turn running text, page by page where it has pages, into items."""
    import pandas as pd

    found = _passages(texts, parts)
    if not found:
        raise EmptyCollectionError(f"No text was found in {name}; bring at least one sentence.")
    columns: dict[str, Any] = {}
    if is_file:
        columns["document"] = [PurePosixPath(name).name] * len(found)
        columns["place"] = list(range(1, len(found) + 1))
        if len(texts) > 1 and parts != "whole":
            columns["page"] = [passage.page for passage in found]
    table = pd.DataFrame(columns, index=range(len(found)))
    return _collect([passage.text for passage in found], table, name, unit, notes)


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
    empty_cells = chosen.isna()
    texts = [
        "" if empty else _plain(str(cell)) for cell, empty in zip(chosen, empty_cells, strict=True)
    ]
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
        text if len(text) <= NAME_LENGTH else text[: NAME_LENGTH - 1].rstrip() + "…"
        for text in texts
    ]
    if any(len(text) > NAME_LENGTH for text in texts) and "text" not in table.columns:
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


def read_pages(data: bytes, name: str) -> tuple[list[str], list[str]]:
    """Return the text of every page of a PDF.

    Returns
    -------
    texts : list of str
        Empty for pages without text.
    notes : list of str
        Which pages those are.

    Raises
    ------
    UnreadableItemError
        If it is damaged, locked, or holds only pictures of pages.
    EmptyCollectionError
        If it is an empty file.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    if not data:
        raise EmptyCollectionError(f"{name} is empty; bring at least one sentence.")
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableItemError(name, _LOCKED)
        texts = [_text_of(page) for page in reader.pages]
    except UnreadableItemError:
        raise
    except DependencyError as problem:
        # AES, which takes a package of its own.
        raise UnreadableItemError(name, _LOCKED) from problem
    except Exception as problem:  # A damaged PDF can fail anywhere in its parser.
        raise UnreadableItemError(
            name, "it is no valid PDF, or damaged; save it again."
        ) from problem
    blank = [page for page, text in enumerate(texts, 1) if not text.strip()]
    if len(blank) == len(texts):
        raise UnreadableItemError(
            name, "it has no text in it, only pictures of pages; run text recognition on it first."
        )
    if not blank:
        return texts, []
    pages, have = ("page", "has") if len(blank) == 1 else ("pages", "have")
    shown = ", ".join(map(str, blank[:8])) + (", ..." if len(blank) > 8 else "")
    return texts, [f"{len(blank):,} {pages} of {name} {have} no text: {shown}."]


def _text_of(page: PageObject) -> str:
    """Return a page's text, with an empty line where a paragraph ends.

    A PDF knows lines only. One that ends a sentence and stops short of the others ends a paragraph.
    """
    lines = (page.extract_text() or "").split("\n")
    lengths = sorted(map(len, lines))
    short = _SHORT * lengths[int(0.9 * (len(lines) - 1))]
    text = "\n".join(
        f"{line}\n" if len(line) < short and _SENTENCE_END.search(line.rstrip()) else line
        for line in lines
    )
    # A hyphen at the end of a line joins the word again.
    return re.sub(r"(\w)-\n(\w)", r"\1\2", text)
