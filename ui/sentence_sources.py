"""Where sentences come from: a built-in set, what a person types, or what they upload."""

from __future__ import annotations

from pathlib import PurePosixPath

import streamlit as st

import embedding_core as ec
from embedding_core.collection import Collection
from embedding_core.modalities.passages import (
    TABLES,
    likely_column,
    read_columns,
    typed_sentences,
)
from embedding_core.samples import Sample
from embedding_core.snippets import Source
from ui.errors import told
from ui.sources import TYPED, UPLOADED, Data, built_in, choose_source
from ui.state import Choices
from ui.uploads import named_bytes

_OWN = {TYPED: "Type or paste sentences", UPLOADED: "Upload a file"}
_EXAMPLE = (
    "The bank raised its interest rates.\nShe opened an account at the bank.\n"
    "They sat on the bank of the river.\nFish swam near the muddy bank.\n"
    "The loan has to be paid back in ten years.\nA kingfisher dived into the stream."
)
_TYPES = ("txt", "md", "pdf", *(suffix[1:] for suffix in TABLES))
_PARTS = {
    "lines": "One a line",
    "sentences": "Sentences",
    "paragraphs": "Paragraphs",
    "whole": "Whole documents",
}
_HINT = (
    "Text with one sentence a line; CSV, TSV, JSON lines or Parquet with a column of text; or "
    "documents as TXT, Markdown or PDF, alone or in a ZIP."
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
    kept = choices.upload("file", "File", named_bytes, type=[*_TYPES, "zip"], help=_HINT)
    if kept is None:
        most = st.get_option("server.maxUploadSize")
        st.info(f"{_HINT} Up to {most} MB; it stays in this server's memory while you are here.")
        choices.publish()
        st.stop()
    name, data = kept
    suffix = PurePosixPath(name).suffix.lower()
    options: dict[str, str] = {}
    color = ""
    with told():
        if suffix in TABLES:
            options, color = _columns(choices, name, data)
        else:
            default = "lines" if suffix == ".txt" else "paragraphs"
            options["parts"] = choices.select(
                "parts", "Items are", list(_PARTS), default, labels=_PARTS, kind="part of a text"
            )
        options["unit"] = "document" if options.get("parts") == "whole" else "sentence"
        collection = _read(name, data, **options)
        return Data(collection, Source(path=name, modality="text", options=options), color)


def _columns(choices: Choices, name: str, data: bytes) -> tuple[dict[str, str], str]:
    """Draw the choice of the column with the text, and of one with labels."""
    headings = {"auto": "Look and decide", "yes": "Names of columns", "no": "Text"}
    header = "auto"
    if name.lower().endswith((".csv", ".tsv")):
        header = choices.select("header", "First line", list(headings), "auto", labels=headings)
    columns, likely = _looked(name, data, header)
    column = choices.select("column", "Column with the text", list(columns), likely, kind="column")
    others = ["", *(other for other in columns if other != column)]
    label = choices.select(
        "label", "Column with labels", others, "", labels={"": "None"}, kind="column",
        help="What the points are coloured by at first, and what a probe looks for.",
    )  # fmt: skip
    return {"column": column, "header": header}, label


@st.cache_resource(max_entries=16, show_spinner=False, scope="session")
def _looked(name: str, data: bytes, header: str) -> tuple[tuple[str, ...], str]:
    table, _ = read_columns(data, name, header)
    return tuple(map(str, table.columns)), likely_column(table)


@st.cache_resource(max_entries=16, show_spinner=False, scope="session")
def _typed(text: str) -> Collection:
    return typed_sentences(text)


@st.cache_resource(max_entries=16, show_spinner=False, scope="session")
def _read(name: str, data: bytes, **options: str) -> Collection:
    return ec.read(data, "text", name=name, **options)
