"""Files that are one item each: pictures, sounds."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from embedding_core.collection import Collection, Payload
from embedding_core.errors import EmptyCollectionError, InputError
from embedding_core.modalities.base import MAX_NOTES, Files, check_size
from embedding_core.modalities.contents import Content
from embedding_core.modalities.sidecar import NAME, find_sidecar

if TYPE_CHECKING:
    import pandas as pd

LABEL = "label"
"""The column with the folder that an item lies in."""
_THREADS = 4
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz")


@dataclass(frozen=True)
class ItemKind:
    """One modality whose files are one item each.

    Attributes
    ----------
    modality : str
    noun : str
        What one item is called, such as ``"picture"``.
    suffixes : tuple of str
        Files that are tried; the others are named and left out.
    open : callable
        ``open(content, name) -> Payload`` looks at a file without keeping what it holds; raises
        UnreadableItemError.
    columns : callable
        ``columns(payloads) -> mapping`` of what the table says of each.
    """

    modality: str
    noun: str
    suffixes: tuple[str, ...]
    open: Callable[[Content, str], Payload]
    columns: Callable[[Sequence[Any]], Mapping[str, Sequence[Any]]]


def gather(kind: ItemKind, files: Files, name: str) -> Collection:
    """Open files as the items of one collection.

    Parameters
    ----------
    kind : ItemKind
    files : sequence of (str, Content)
        By name with folders; the folder a file lies in becomes the column ``label``. A table among
        them whose column ``file`` names others gives their columns, and with ``name`` their ids.
    name : str
        What the whole is called.

    Returns
    -------
    Collection
        Of every file that can be read; the others are named in its notes. Ids are the files' names
        without their endings, with the folder where two are equal.

    Raises
    ------
    UnreadableItemError
        If there is one file only, and it cannot be read.
    InputError
        If none of several can be read.
    EmptyCollectionError
        If there is no file at all.
    """
    tried = [(at, of) for at, of in files if _is_tried(at, kind)]
    check_size(len(tried), name)
    notes: list[str] = []
    payloads: list[Payload] = []
    names: list[str] = []
    for (file, _), opened in zip(tried, _opened(kind, tried), strict=True):
        if isinstance(opened, InputError):
            if len(files) == 1:
                raise opened
            notes.append(str(opened))
            continue
        payloads.append(opened)
        names.append(file)
    others = [file for file in files if not _is_tried(file[0], kind)]
    beside = find_sidecar(others, names)
    notes += [_left_out(file, kind) for file, _ in others if file not in beside.tables]
    notes += beside.notes
    if not payloads:
        raise _nothing(kind, files, notes, name)
    if len(notes) > MAX_NOTES:
        notes[MAX_NOTES:] = [f"{len(notes) - MAX_NOTES:,} more files were left out."]
    ids, table = _told(names, beside.columns)
    return Collection.of(
        ids,
        payloads,
        # A column of that name in a table is the person's own and stays.
        table.assign(
            **{key: cells for key, cells in kind.columns(payloads).items() if key not in table}
        ),
        modality=kind.modality,
        notes=notes,
        name=name,
    )


def _told(files: Sequence[str], columns: pd.DataFrame) -> tuple[list[str], pd.DataFrame]:
    """Return ids and columns: of a table beside the files, else their names and folders."""
    ids = _ids(files)
    texts = columns.select_dtypes(exclude=["number", "bool"]).columns
    columns = columns.assign(**{text: columns[text].fillna("") for text in texts})
    if NAME in columns:
        given = columns[NAME].astype(str).tolist()
        ids = [name or id_ for name, id_ in zip(given, ids, strict=True)]
        columns = columns.drop(columns=[NAME])
    folders = [PurePosixPath(file).parent.name for file in files]
    if any(folders) and LABEL not in columns:
        columns.insert(0, LABEL, folders)
    return ids, columns


def _opened(kind: ItemKind, files: Files) -> list[Payload | InputError]:
    """Return each file opened, or what is wrong with it; a few at once."""

    def open_one(file: tuple[str, Content]) -> Payload | InputError:
        name, content = file
        try:
            return kind.open(content, PurePosixPath(name).name)
        except InputError as problem:
            return problem

    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        return list(pool.map(open_one, files))


def _is_tried(file: str, kind: ItemKind) -> bool:
    return PurePosixPath(file).suffix.lower() in kind.suffixes


def _left_out(file: str, kind: ItemKind) -> str:
    if PurePosixPath(file).suffix.lower() in _ARCHIVES:
        return f"{file} was left out: an archive within an archive is not opened; unpack it first."
    return f"{file} was left out: its ending is not one of a {kind.noun}."


def _nothing(kind: ItemKind, files: Files, notes: Sequence[str], name: str) -> InputError:
    if not files:
        return EmptyCollectionError(f"{name} holds no files; bring at least one {kind.noun}.")
    many = "file" if len(files) == 1 else "files"
    return InputError(
        f"{name} holds no readable {kind.noun} among its {len(files):,} {many}. {notes[0]}"
    )


def _ids(files: Sequence[str]) -> list[str]:
    """Return the shortest names that tell the files apart: name, with folder, with ending."""
    paths = [PurePosixPath(file) for file in files]
    found = [path.stem for path in paths]
    for longer in (lambda path: str(path.with_suffix("")), str):
        times = Counter(found)
        found = [
            longer(path) if times[id_] > 1 else id_ for path, id_ in zip(paths, found, strict=True)
        ]
    return found
