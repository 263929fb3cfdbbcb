"""Where graphs come from: a built-in one, a made-up one with sliders, files, a path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import streamlit as st

import embedding_core as ec
from embedding_core.collection import Collection
from embedding_core.errors import InputError
from embedding_core.modalities.graph import SPEC, TABLES, columns_of
from embedding_core.modalities.graphfiles.assembly import COUNTED
from embedding_core.modalities.graphfiles.base import DIRECTIONS, most_edges
from embedding_core.samples import Sample
from embedding_core.snippets import Source
from ui.bringing import BroughtFiles
from ui.errors import told
from ui.sources import (
    BY_DIGEST,
    UPLOADED,
    Data,
    built_in,
    choose_source,
    stamp_of,
    typed_path,
    wait_for_a_file,
)
from ui.state import Choices
from ui.uploads import Upload, apart

_OWN = {UPLOADED: "Upload a graph"}
_TYPES = (*(suffix[1:] for suffix in SPEC.suffixes), "zip")
_FORMATS = """
- a list of edges, one a line: `.csv`, `.tsv`, `.txt`, `.edges`, with a column for the weight where
  there is one; a table of the nodes may come with it (`nodes.csv` beside `edges.csv`)
- `.graphml`, `.gexf`, `.gml`
- `.json` with nodes and links, as D3 and networkx write it
- a matrix of who is linked to whom: `.csv`, or `.npz` of SciPy or NumPy
"""
_NO_WEIGHT = ""
# All columns; and of them where edges begin, where they end, and their weight.
_Columns = tuple[tuple[str, ...], tuple[str, str, str]]
_NO_COLUMNS: _Columns = ((), ("", "", ""))


def choose_graph(choices: Choices, default: str) -> Data:
    """Draw the choice of a graph and return its nodes."""
    samples = [sample for sample in ec.SAMPLES.values() if sample.modality == "graph"]
    chosen = choose_source(choices, samples, _OWN, default)
    if not isinstance(chosen, Sample):
        return _brought(choices)
    st.caption(chosen.about)
    return _made_up(choices, chosen) if chosen.params else built_in(chosen)


def _made_up(choices: Choices, sample: Sample) -> Data:
    """Draw the sliders of a made-up graph and make it."""
    params = choices.params(sample.name, sample.title, sample.params, sliders=True)
    usual = {param.name: param.default for param in sample.params}
    changed = {name: value for name, value in params.items() if value != usual[name]}
    with told():
        collection = _made(sample.name, tuple(changed.items()))
    return Data(collection, Source(sample=sample.name, options=changed), sample.color)


@st.cache_resource(max_entries=16, show_spinner=False)
def _made(name: str, params: tuple[tuple[str, Any], ...]) -> Collection:
    return ec.SAMPLES[name].read(**dict(params))


class _Brought(BroughtFiles):
    """What a person brought, and its columns."""

    def columns(self) -> _Columns:
        """Return the columns of a single list of edges, and which are what; none of others."""
        if self.path is not None:
            return _columns_at(str(self.path), stamp_of(self.path))
        return _columns(self.uploads[0]) if len(self.uploads) == 1 else _NO_COLUMNS


def _brought(choices: Choices) -> Data:
    """Draw the upload and return what was read; the page ends where nothing is there yet."""
    uploads = choices.uploads("file", "Files", Upload.of, type=_TYPES, help=_FORMATS)
    path = typed_path(choices, "a list of edges", "For large graphs: read where they lie.")
    if not uploads and path is None:
        wait_for_a_file(
            choices,
            "A graph: a list of edges with two columns, where each begins and ends, or a file of "
            f"another program; the question mark lists what opens, up to {most_edges(False):,} "
            "edges. Each file",
        )
    brought = _Brought("graph", apart(uploads), None if uploads else path)
    with told():
        options = _options(choices, brought)
        collection = brought.read(**options)
    return Data(collection, brought.source(options))


def _options(choices: Choices, brought: _Brought) -> dict[str, str]:
    """Draw what is to be asked of the files: their columns, whether edges have a direction."""
    options = _choose_ends(choices, *brought.columns())
    directed = choices.select(
        "directed",
        "Direction",
        list(DIRECTIONS),
        "auto",
        labels={"auto": "As the file says", "yes": "From the first on", "no": "Both ways"},
        kind="direction",
        help="With a direction, an edge leads from its first node to its second, and not back.",
    )
    if directed != "auto":
        options["directed"] = directed
    return options | _choose_label(choices, brought.read(**options))


def _choose_ends(choices: Choices, columns: Sequence[str], found: Sequence[str]) -> dict[str, str]:
    """Draw which columns are the ends of an edge and its weight, where that is a choice.

    `found` are those that the reader takes by itself.
    """
    if len(columns) < 3 or not choices.flag(
        "own-columns",
        "Choose the columns",
        help="Where the two ends of an edge and its weight were not found by themselves.",
    ):
        return {}
    begin, end, strength = found
    source = choices.select("source", "Edges begin at", columns, begin, kind="column")
    ends = [column for column in columns if column != source]
    target = choices.select(
        "target", "Edges end at", ends, end if end in ends else ends[0], kind="column"
    )
    rest = [_NO_WEIGHT, *(column for column in ends if column != target)]
    weight = choices.select(
        "weight",
        "Weight",
        rest,
        strength if strength in rest else _NO_WEIGHT,
        labels={_NO_WEIGHT: "None: all alike"},
        kind="column",
        help="How strong an edge is: a number above 0.",
    )
    chosen = [source, target, *([weight] if weight else [])]
    if any("," in name for name in chosen):
        raise InputError(
            "A column whose name holds a comma cannot be chosen; rename it in the file."
        )
    return {"column": ",".join(chosen)}


def _choose_label(choices: Choices, collection: Collection) -> dict[str, str]:
    """Draw which column names the nodes, where the file says more of them than their ids."""
    own = [name for name in map(str, collection.table.columns) if name not in COUNTED]
    if not own:
        return {}
    label = choices.select(
        "label",
        "What names the nodes",
        ["", *own],
        "",
        labels=lambda name: name or "As found",
        kind="column",
    )
    return {"label": label} if label else {}


@st.cache_resource(max_entries=16, show_spinner=False, scope="session", hash_funcs=BY_DIGEST)
def _columns(upload: Upload) -> _Columns:
    return columns_of(upload.data, upload.name)


@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
def _columns_at(path: str, stamp: tuple[int, int]) -> _Columns:
    place = Path(path)
    if not place.is_file() or place.suffix.lower() not in TABLES:
        return _NO_COLUMNS
    with place.open("rb") as file:
        # Enough to tell the columns: the whole of a large list is read once.
        top = file.read(1 << 16)
    return columns_of(top[: top.rfind(b"\n") + 1] or top, PurePosixPath(path).name)
