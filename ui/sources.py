"""Where the data comes from: a built-in set, what a person types, or what they upload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

import embedding_core as ec
from embedding_core.collection import Collection
from embedding_core.samples import Sample
from embedding_core.snippets import Source
from ui import cached
from ui.errors import told
from ui.state import Choices
from ui.uploads import named_bytes

TYPED = "typed"
UPLOADED = "uploaded"
_OWN = {TYPED: "Type or paste words", UPLOADED: "Upload a file"}
_EXAMPLE = "king, queen, prince, princess, man, woman, apple, orange, banana, grape"


@dataclass(frozen=True)
class Data:
    """What the person brought, and where it comes from.

    Attributes
    ----------
    collection
        The items.
    source
        How code gets them again.
    color
        The column a built-in set is best coloured by.
    """

    collection: Collection
    source: Source
    color: str = ""


def choose_words(choices: Choices, default: str) -> Data:
    """Draw the choice of words and return them."""
    samples = [sample for sample in ec.SAMPLES.values() if sample.unit == "word"]
    chosen = _choose_source(choices, samples, (TYPED, UPLOADED), default)
    if isinstance(chosen, Sample):
        return built_in(chosen)
    if chosen == UPLOADED:
        suffixes = (".txt", ".csv", ".tsv")
        return _uploaded(choices, "text", suffixes, "One word a line, or a table.")
    typed = choices.text(
        "words", "Words", _EXAMPLE, area=True, height=150, help="Apart by commas or lines."
    )
    with told():
        return Data(_typed(typed), Source(words=typed))


def choose_vectors(choices: Choices, default: str) -> Data:
    """Draw the choice of ready-made vectors and return them."""
    samples = [sample for sample in ec.SAMPLES.values() if sample.modality == "vectors"]
    chosen = _choose_source(choices, samples, (UPLOADED,), default)
    if isinstance(chosen, Sample):
        return built_in(chosen)
    suffixes = ec.MODALITIES["vectors"].suffixes
    hint = "NumPy, CSV or TSV with one column a dimension, Parquet with a list column."
    return _uploaded(choices, "vectors", suffixes, hint)


def built_in(sample: Sample) -> Data:
    """Open a built-in set."""
    return Data(cached.sample(sample.name), Source(sample=sample.name), sample.color)


def _choose_source(
    choices: Choices, samples: Sequence[Sample], own: Sequence[str], default: str
) -> Sample | str:
    titles = {sample.name: sample.title for sample in samples}
    labels = {**titles, **{name: _OWN[name] for name in own}}
    name = choices.select("data", "Data", [*own, *titles], default, labels=labels, kind="data set")
    return name if name in own else ec.SAMPLES[name]


def _uploaded(choices: Choices, modality: str, suffixes: Sequence[str], hint: str) -> Data:
    """Draw the upload and return what was read of it; the page ends where nothing is there yet."""
    types = [suffix[1:] for suffix in (*suffixes, ".zip")]
    kept = choices.upload("file", "File", named_bytes, type=types, help=hint)
    if kept is None:
        most = st.get_option("server.maxUploadSize")
        st.info(
            f"{hint} One file at a time, up to {most} MB; it stays in this server's memory while "
            "you are here."
        )
        choices.publish()
        st.stop()
    name, data = kept
    with told():
        options = _columns(choices, name, data, modality)
        collection = _read(name, data, modality, **options)
        return Data(collection, Source(path=name, modality=modality, options=options))


def _columns(choices: Choices, name: str, data: bytes, modality: str) -> dict[str, str]:
    """Draw the choice of the column with the words, where a table has more than one."""
    if modality != "text" or not name.lower().endswith((".csv", ".tsv")):
        return {}
    from embedding_core.modalities.tables import read_table
    from embedding_core.modalities.text import likely_column

    headings = {"auto": "Look and decide", "yes": "Names of columns", "no": "Words"}
    header = choices.select("header", "First line", list(headings), "auto", labels=headings)
    table, _ = read_table(data, name, header)
    columns = [str(column) for column in table.columns]
    column = choices.select(
        "column", "Column with the words", columns, likely_column(table), kind="column"
    )
    return {"column": column, "header": header}


@st.cache_resource(max_entries=16, show_spinner=False, scope="session")
def _typed(text: str) -> Collection:
    return ec.words(text)


@st.cache_resource(max_entries=16, show_spinner=False, scope="session")
def _read(name: str, data: bytes, modality: str, **options: str) -> Collection:
    return ec.read(data, modality, name=name, **options)
