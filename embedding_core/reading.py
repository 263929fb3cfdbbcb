"""read(): open what a person brought, guessing what it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from embedding_core.errors import InputError
from embedding_core.modalities import MODALITIES
from embedding_core.modalities.base import Source, given_files
from embedding_core.modalities.contents import Content, archive_files, folder_files

if TYPE_CHECKING:
    from embedding_core.collection import Collection


_TEXT = ".txt"
_RECORDS = (".json", ".jsonl", ".ndjson")
_COLUMNS = (".parquet", ".pq")
_ARRAYS = ".npz"
# Endings of both texts and vectors.
_LOOKED_INTO = (".csv", ".tsv", _TEXT, *_RECORDS, *_COLUMNS)
_PEEK = 1 << 20
_LINES = 100
_SHORT = 24
# Two whole numbers a line, perhaps with a weight and under remarks, as SNAP has its graphs.
_EDGES = re.compile(rb"(?:[#%][^\n]*\n)*(?:\d+[ \t,]+\d+(?:[ \t,]+[\d.eE+-]+)?[ \t]*\n){3,}")
_NUMBERS = re.compile(rb"\[\s*(?:-?[\d.]+(?:[eE][+-]?\d+)?\s*,\s*){3}")


def read(
    source: Source,
    modality: str = "",
    *,
    name: str = "",
    title: str = "",
    **options: object,
) -> Collection:
    """Open a file, a folder, a ZIP, bytes, or several files that came together as a collection.

    Parameters
    ----------
    source : path, bytes, or mapping of str to bytes
        Several files by name, such as ``vectors.tsv`` and ``metadata.tsv``.
    modality : str, optional
        A name in ``MODALITIES``; guessed where left out.
    name : str, optional
        The name of the file that bytes came from: its ending says how to read them.
    title : str, optional
        What to call the collection; the file's name where left out.
    **options
        For the modality's reader, such as ``column`` and ``label``.

    Returns
    -------
    Collection

    Raises
    ------
    InputError
        If nothing in it can be read, or its kind cannot be told.
    """
    if not modality:
        modality = guess_modality(source, name)
    return MODALITIES[modality].read(source, name=name, title=title, **options)


def guess_modality(source: Source, name: str = "") -> str:
    """Tell what kind of thing a source holds, by file endings and a look inside tables.

    Raises
    ------
    InputError
        If no modality reads it.
    """
    if isinstance(source, Mapping):
        return _of_many(given_files(source), " and ".join(source))
    if isinstance(source, bytes):
        title = name or "pasted.txt"
    else:
        path = Path(source)
        if path.is_dir() and path.suffix.lower() not in _folder_suffixes():
            return _of_many(folder_files(path), path.name)
        if not path.exists():
            raise InputError(f"{source} is neither a file nor a folder; check the path.")
        title = path.name
    suffix = PurePosixPath(title).suffix.lower()
    if suffix == _ARRAYS:
        return _of_arrays(source if isinstance(source, bytes) else Path(source).read_bytes())
    if suffix not in (".zip", *_LOOKED_INTO):
        found = _modality_of(suffix)
        if not found:
            raise _of_no_kind(title)
        return found
    if suffix in _COLUMNS:
        return _of_columns(source if isinstance(source, bytes) else Path(source), title)
    if suffix == ".zip":
        archive = source if isinstance(source, bytes) else Path(source)
        return _of_many(archive_files(archive, title), title)
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    return _of_content(content, title)


def _of_many(files: Iterable[tuple[str, Content]], name: str) -> str:
    """Tell by files that belong together, else by the most frequent kind and a look inside."""
    every = list(files)
    for modality in MODALITIES.values():
        if modality.bundles(every):
            return modality.name
    listed = [(PurePosixPath(file).suffix.lower(), file, content) for file, content in every]
    suffixes = [suffix for suffix, _ in Counter(suffix for suffix, *_ in listed).most_common()]
    kinds = Counter(filter(None, (_modality_of(suffix) for suffix, *_ in listed)))
    if not kinds:
        raise _of_no_kind(name)
    # As many tables as pictures: the tables describe them.
    found = max(kinds, key=lambda kind: (kinds[kind], MODALITIES[kind].gather is not None))
    usual = next(suffix for suffix in suffixes if suffix in MODALITIES[found].suffixes)
    for suffix, file, content in listed:
        if suffix == usual and usual in _LOOKED_INTO:
            try:
                return _of_content(content(), file)
            except InputError:
                continue
    return found


def _of_content(data: bytes, name: str) -> str:
    """Tell vectors from text: three columns of numbers, words with numbers, lists of numbers."""
    from embedding_core.modalities.tables import dimension_columns, open_table
    from embedding_core.modalities.vectorfiles.word2vec import is_word_vectors

    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _COLUMNS:
        return _of_columns(data, name)
    if suffix in _RECORDS:
        return _of_records(data, name)
    part = data[:_PEEK]
    if suffix == _TEXT:
        if _EDGES.fullmatch(b"\n".join(part.splitlines()[:_LINES]) + b"\n"):
            return "graph"
        return "vectors" if is_word_vectors(part) else "text"
    if len(part) < len(data):
        part = part[: part.rfind(b"\n") + 1] or data
    linked = _of_headings(part, name)
    if linked:
        return linked
    head = open_table(part, name).frame(most=200)
    return "vectors" if len(dimension_columns(head)) >= 3 else "text"


def _of_headings(part: bytes, name: str) -> str:
    """Return what a table's headings say: edges of a graph, ratings; empty where neither."""
    from embedding_core.modalities import ratings
    from embedding_core.modalities.graphfiles import edgelist
    from embedding_core.modalities.tables import numbered_alike, open_table

    top = open_table(b"\n".join(part.splitlines()[:_LINES]), name)
    # Pairs of sentences and reviews with stars have such headings too.
    cells = [cell for row in top.rows() for cell in row]
    if not top.named or sum(map(len, cells)) > _SHORT * len(cells):
        return ""
    # Vectors may say of each whom it is of or whence it comes.
    if len(numbered_alike(top.columns)) >= 3:
        return ""
    if ratings.has_ratings(top.columns):
        return "ratings"
    return "graph" if edgelist.has_edges(top.columns) else ""


def _of_arrays(data: bytes) -> str:
    from embedding_core.modalities.graphfiles.matrix import holds_graph

    return "graph" if holds_graph(data) else "vectors"


def _of_columns(source: bytes | Path, name: str) -> str:
    from embedding_core.modalities.vectorfiles.columns import holds_texts

    try:
        return "text" if holds_texts(source, name) else "vectors"
    except InputError:
        # Its reader says what is wrong with it.
        return "vectors"


def _of_records(data: bytes, name: str) -> str:
    from embedding_core.modalities.graphfiles.records import holds_graph
    from embedding_core.modalities.vectorfiles.records import holds_texts

    if b'"nodes"' in data[:_PEEK] and holds_graph(data, name):
        return "graph"
    # Reading all of a large file twice is spared where its first vector can be seen.
    if _NUMBERS.search(data[:_PEEK]):
        return "vectors"
    try:
        return "text" if holds_texts(data, name) else "vectors"
    except InputError:
        return "vectors"


def _folder_suffixes() -> set[str]:
    return {suffix for modality in MODALITIES.values() for suffix in modality.folders}


def _modality_of(suffix: str) -> str:
    """Return the first modality that reads files of an ending; empty where none does."""
    return next((kind.name for kind in MODALITIES.values() if suffix in kind.suffixes), "")


def _of_no_kind(name: str) -> InputError:
    known = sorted({suffix for modality in MODALITIES.values() for suffix in modality.suffixes})
    return InputError(
        f"{name} is of no kind that can be read; bring one of {', '.join(known)}, or say what it "
        "is with --modality."
    )
