"""Where ratings come from: made-up ones, files in the layout of MovieLens or any table, a path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import streamlit as st

import embedding_core as ec
from embedding_core.errors import InputError
from embedding_core.modalities.ratings import SPEC, columns_of
from embedding_core.samples import Sample
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

_OWN = {UPLOADED: "Upload ratings"}
_TYPES = (*dict.fromkeys(suffix[1:] for suffix in SPEC.suffixes), "item", "zip")
_FORMATS = """
- one rating a line: a user, an item, a number and, where known, a time; `.csv`, `.tsv`, `.txt`
- without a number each line says that something was used or liked
- MovieLens as it comes: `ratings.csv` with `movies.csv`, `ratings.dat` with `movies.dat`, `u.data`
  with `u.item`, or the ZIP; the second file holds the titles
"""
_NONE = ""
_HEAD_BYTES = 1 << 16


class _Brought(BroughtFiles):
    """What a person brought, and its columns."""

    def columns(self) -> tuple[str, ...]:
        """Return the columns of a single table; none of anything else."""
        if self.path is not None:
            return _columns_at(str(self.path), stamp_of(self.path))
        return _columns(self.uploads[0]) if len(self.uploads) == 1 else ()


def choose_ratings(choices: Choices, default: str) -> Data:
    """Draw the choice of ratings and return their users and items."""
    samples = [sample for sample in ec.SAMPLES.values() if sample.modality == "ratings"]
    chosen = choose_source(choices, samples, _OWN, default)
    if isinstance(chosen, Sample):
        st.caption(chosen.about)
        return built_in(chosen)
    return _brought(choices)


def _brought(choices: Choices) -> Data:
    """Draw the upload and return what was read; the page ends where nothing is there yet."""
    uploads = choices.uploads("file", "Files", Upload.of, type=_TYPES, help=_FORMATS)
    path = typed_path(choices, "a table of ratings, a folder", "For what is large.")
    if not uploads and path is None:
        wait_for_a_file(
            choices,
            "A table with one rating a line: a user, an item, a number and, where known, a time. "
            "The question mark lists what opens. Bring files that belong together at once. Each",
        )
    brought = _Brought("ratings", apart(uploads), None if uploads else path)
    with told():
        options = _choose_columns(choices, brought.columns())
        return Data(brought.read(**options), brought.source(options), "kind")


def _choose_columns(choices: Choices, columns: Sequence[str]) -> dict[str, str]:
    """Draw which columns are users, items, ratings and times, where that is a choice."""
    if len(columns) < 2 or not choices.flag(
        "own-columns",
        "Choose the columns",
        help="Where users, items, ratings and times were not found by themselves.",
    ):
        return {}
    user = choices.select("users", "Users", columns, columns[0], kind="column")
    rest = [column for column in columns if column != user]
    item = choices.select("items", "Items", rest, rest[0], kind="column")
    rest = [column for column in rest if column != item]
    labels = {_NONE: "None: each line counts 1"}
    value = choices.select("values", "Ratings", [_NONE, *rest], _NONE, labels=labels, kind="column")
    chosen = [user, item]
    if value:
        rest = [column for column in rest if column != value]
        time = choices.select(
            "times", "Times", [_NONE, *rest], _NONE, labels={_NONE: "None"}, kind="column"
        )
        chosen += [value, *([time] if time else [])]
    if any("," in name for name in chosen):
        raise InputError(
            "A column whose name holds a comma cannot be chosen; rename it in the file."
        )
    return {"column": ",".join(chosen)}


@st.cache_resource(max_entries=16, show_spinner=False, scope="session", hash_funcs=BY_DIGEST)
def _columns(upload: Upload) -> tuple[str, ...]:
    return columns_of(upload.data, upload.name)


@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
def _columns_at(path: str, stamp: tuple[int, int]) -> tuple[str, ...]:
    place = Path(path)
    if not place.is_file():
        return ()
    with place.open("rb") as file:
        # Enough to tell the columns: the whole of a large table is read once.
        top = file.read(_HEAD_BYTES)
    return columns_of(top[: top.rfind(b"\n") + 1] or top, PurePosixPath(path).name)
