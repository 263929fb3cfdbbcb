"""read(): open what a person brought, guessing what it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from embedding_core.errors import InputError
from embedding_core.modalities import MODALITIES
from embedding_core.modalities.base import archive_files, folder_files

if TYPE_CHECKING:
    from embedding_core.collection import Collection


_TABLES = (".csv", ".tsv")
_PEEK = 1 << 20


def read(
    source: str | Path | bytes,
    modality: str = "",
    *,
    name: str = "",
    title: str = "",
    **options: object,
) -> Collection:
    """Open a file, a folder, a ZIP or bytes as a collection.

    Parameters
    ----------
    source : path or bytes
    modality : str, optional
        A name in ``MODALITIES``; guessed where left out.
    name : str, optional
        The name of the file that bytes came from: its ending says how to read them.
    title : str, optional
        What to call the collection; the file's name where left out.
    **options
        For the modality's reader, such as ``column``.

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


def guess_modality(source: str | Path | bytes, name: str = "") -> str:
    """Tell what kind of thing a source holds, by file endings and a look inside tables.

    Raises
    ------
    InputError
        If no modality reads it.
    """
    if isinstance(source, bytes):
        title = name or "pasted.txt"
    else:
        path = Path(source)
        if path.is_dir():
            return _of_many(folder_files(path), path.name)
        if not path.is_file():
            raise InputError(f"{source} is neither a file nor a folder; check the path.")
        title = path.name
    suffix = PurePosixPath(title).suffix.lower()
    if suffix not in (".zip", *_TABLES):
        return _by_suffix([suffix], title)
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    if suffix == ".zip":
        return _of_many(archive_files(content, title), title)
    return _of_table(content, title)


def _of_many(files: Iterator[tuple[str, Callable[[], bytes]]], name: str) -> str:
    """Tell by the most frequent ending; tables by a look inside the first that can be read."""
    listed = [(PurePosixPath(file).suffix.lower(), file, content) for file, content in files]
    suffixes = [suffix for suffix, _ in Counter(suffix for suffix, *_ in listed).most_common()]
    modality = _by_suffix(suffixes, name)
    usual = next(suffix for suffix in suffixes if suffix in MODALITIES[modality].suffixes)
    for suffix, file, content in listed:
        if suffix == usual and usual in _TABLES:
            try:
                return _of_table(content(), file)
            except InputError:
                continue
    return modality


def _of_table(data: bytes, name: str) -> str:
    """Tell a table of vectors from a table of text: three or more columns of numbers."""
    from embedding_core.modalities.tables import open_table
    from embedding_core.modalities.vectors import dimension_columns

    part = data[:_PEEK]
    if len(part) < len(data):
        part = part[: part.rfind(b"\n") + 1] or data
    head = open_table(part, name).frame(most=200)
    return "vectors" if len(dimension_columns(head)) >= 3 else "text"


def _by_suffix(suffixes: list[str], name: str) -> str:
    for suffix in suffixes:
        for modality in MODALITIES.values():
            if suffix in modality.suffixes:
                return modality.name
    known = sorted({suffix for modality in MODALITIES.values() for suffix in modality.suffixes})
    raise InputError(
        f"{name} is of no kind that can be read; bring one of {', '.join(known)}, or say what it "
        "is with --modality."
    )
