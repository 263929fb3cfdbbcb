"""Where sentences come from: a built-in set, what a person types, or what they upload."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

import streamlit as st

import embedding_core as ec
from embedding_core.collection import Collection
from embedding_core.modalities.passages import (
    TABLES,
    likely_column,
    read_columns,
    sentences,
)
from embedding_core.samples import Sample
from embedding_core.snippets import Source
from ui.errors import told
from ui.sources import (
    BY_DIGEST,
    TYPED,
    UPLOADED,
    Data,
    built_in,
    choose_source,
    read_uploads,
    wait_for_a_file,
)
from ui.state import Choices
from ui.uploads import Upload

_OWN = {TYPED: "Type or paste sentences", UPLOADED: "Upload files"}
_EXAMPLE = (
    "The bank raised its interest rates.\nShe opened an account at the bank.\n"
    "They sat on the bank of the river.\nFish swam near the muddy bank.\n"
    "The loan has to be paid back in ten years.\nA kingfisher dived into the stream."
)
_TYPES = ("txt", "md", "pdf", *(suffix[1:] for suffix in TABLES), "zip")
_PARTS = {
    "lines": "One a line",
    "sentences": "Sentences",
    "paragraphs": "Paragraphs",
    "whole": "Whole documents",
}
_HINT = (
    "Text with one sentence a line; a table with a column of text, as CSV, TSV, JSON lines or "
    "Parquet; or documents, as TXT, Markdown or PDF, several at once or in a ZIP."
)


def choose_sentences(choices: Choices, default: str) -> Data:
    """Draw the choice of sentences and return them."""
    samples = [sample for sample in ec.SAMPLES.values() if sample.unit == "sentence"]
    chosen = choose_source(choices, samples, _OWN, default)
    if isinstance(chosen, Sample):
        return built_in(chosen)
    if chosen == UPLOADED:
        return _uploaded(choices)
    typed = choices.text(
        "sentences", "Sentences", _EXAMPLE, area=True, height=200, help="One a line."
    )
    with told():
        return Data(_typed(typed), Source(words=typed))


def _uploaded(choices: Choices) -> Data:
    """Draw the upload and return what was read of it; the page ends where nothing is there yet."""
    uploads = choices.uploads("file", "Files", Upload.of, type=_TYPES, help=_HINT)
    if not uploads:
        wait_for_a_file(choices, f"{_HINT} Each file")
    with told():
        options, color = _options(choices, uploads)
        collection = read_uploads(uploads, "text", **options)
    # Of several files a folder, as code reads them.
    path = uploads[0].name if len(uploads) == 1 else "your-files"
    return Data(collection, Source(path=path, modality="text", options=options), color)


def _options(choices: Choices, uploads: Sequence[Upload]) -> tuple[dict[str, str], str]:
    """Draw what to ask about the files; return options for reading them, and a column of labels."""
    suffixes = {PurePosixPath(upload.name).suffix.lower() for upload in uploads}
    if len(uploads) == 1 and suffixes <= set(TABLES):
        return _columns(choices, uploads[0])
    if suffixes <= set(TABLES):
        return {"unit": "sentence"}, ""
    parts = choices.select(
        "parts",
        "Items are",
        list(_PARTS),
        "lines" if suffixes == {".txt"} and len(uploads) == 1 else "paragraphs",
        labels=_PARTS,
        kind="part of a text",
        help="How running text is taken apart. Each item remembers its document and its place in "
        "it; of documents as a whole, a model reads the beginning only.",
    )
    return {"parts": parts, "unit": "document" if parts == "whole" else "sentence"}, ""


def _columns(choices: Choices, upload: Upload) -> tuple[dict[str, str], str]:
    """Draw the choice of the column with the text, and of one with labels."""
    headings = {"auto": "Look and decide", "yes": "Names of columns", "no": "Text"}
    header = "auto"
    if upload.name.lower().endswith((".csv", ".tsv")):
        header = choices.select("header", "First line", list(headings), "auto", labels=headings)
    columns, likely = _looked(upload, header)
    column = choices.select("column", "Column with the text", columns, likely, kind="column")
    label = choices.select(
        "label",
        "Column with labels",
        ["", *(other for other in columns if other != column)],
        "",
        labels={"": "None"},
        kind="column",
        # Points that were coloured by something else follow.
        on_change=lambda: choices.set("color", choices.value("label", "") or "-"),
        help="The points are coloured by it, and a probe under “Labels” looks for it.",
    )
    return {"column": column, "header": header, "unit": "sentence"}, label


@st.cache_resource(max_entries=16, show_spinner=False, scope="session", hash_funcs=BY_DIGEST)
def _looked(upload: Upload, header: str) -> tuple[tuple[str, ...], str]:
    table, _ = read_columns(upload.data, upload.name, header)
    return tuple(map(str, table.columns)), likely_column(table)


@st.cache_resource(max_entries=16, show_spinner=False, scope="session")
def _typed(text: str) -> Collection:
    return sentences(text)
