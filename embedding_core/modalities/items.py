"""Files that are one item each: pictures, sounds."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from embedding_core.collection import Collection, Payload
from embedding_core.errors import EmptyCollectionError, InputError
from embedding_core.modalities.base import MAX_NOTES, Files, check_size
from embedding_core.modalities.contents import Content

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
        By name with folders; the folder a file lies in becomes the column ``label``.
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
    import pandas as pd

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
    notes += [_left_out(at, kind) for at, _ in files if not _is_tried(at, kind)]
    if not payloads:
        raise _nothing(kind, files, notes, name)
    if len(notes) > MAX_NOTES:
        notes[MAX_NOTES:] = [f"{len(notes) - MAX_NOTES:,} more files were left out."]
    columns: dict[str, Sequence[Any]] = {}
    labels = [PurePosixPath(file).parent.name for file in names]
    if any(labels):
        columns["label"] = labels
    columns |= kind.columns(payloads)
    return Collection.of(
        _ids(names),
        payloads,
        pd.DataFrame(columns, index=range(len(names))),
        modality=kind.modality,
        notes=notes,
        name=name,
    )


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
