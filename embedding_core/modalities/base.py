"""What a modality is, and reading files, folders and archives of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from embedding_core.collection import Collection, Payload, writable
from embedding_core.errors import (
    InputError,
    TooLargeError,
    UnknownNameError,
)
from embedding_core.modalities.contents import (
    Content,
    GivenBytes,
    archive_files,
    folder_files,
)

if TYPE_CHECKING:
    import pandas as pd

MAX_NOTES = 20


def max_items() -> int:
    """Return how many items one collection may have, from ``EMBEDDING_MAX_ITEMS``."""
    return int(os.environ.get("EMBEDDING_MAX_ITEMS", "500000"))


def check_size(n: int, name: str) -> None:
    """Raise TooLargeError where a collection would be over the limit."""
    if n > max_items():
        raise TooLargeError(
            f"{name} has {n:,} items and the limit is {max_items():,}; bring fewer, or set "
            "EMBEDDING_MAX_ITEMS to a higher number before starting."
        )


Source = str | Path | bytes | Mapping[str, bytes]
"""What can be read: a path, bytes, or several files by name."""
Files = Sequence[tuple[str, Content]]
"""Files by name, each with a way to read it."""


@dataclass(frozen=True)
class Bundle:
    """Files that only together are something to read.

    Attributes
    ----------
    name : str
        What the whole is called.
    files : frozenset of str
        The names of its files.
    read : callable
        ``read(**options) -> Collection``.
    """

    name: str
    files: frozenset[str]
    read: Callable[..., Collection]


def _no_bundles(files: Sequence[tuple[str, Content]]) -> list[Bundle]:
    return []


@dataclass(frozen=True)
class ModalitySpec:
    """One kind of thing a person can bring.

    Attributes
    ----------
    name, label : str
        In code, and on screen.
    suffixes : tuple of str
        File endings it reads, in lower case, with the dot.
    decode : callable
        ``decode(data, name, **options) -> Collection`` reads one file's bytes.
    preview : callable
        ``preview(payload) -> str | bytes`` shows one item: text, or PNG or WAV bytes.
    bundles : callable
        ``bundles(files) -> list of Bundle`` finds the files among others that belong together.
    opens_paths : bool
        Whether ``decode`` also takes a path in place of bytes.
    folders : tuple of str
        Those of the `suffixes` that are a folder's, which ``decode`` takes as a path.
    gather : callable or None
        ``gather(files, name, **options) -> Collection`` reads many files at once, for modalities
        where each file is one item.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    decode: Callable[..., Collection]
    preview: Callable[[Payload], str | bytes]
    bundles: Callable[[Sequence[tuple[str, Content]]], list[Bundle]] = _no_bundles
    opens_paths: bool = False
    folders: tuple[str, ...] = ()
    gather: Callable[..., Collection] | None = None

    def read(
        self, source: Source, *, name: str = "", title: str = "", **options: object
    ) -> Collection:
        """Read a file, a folder, an archive, bytes, or several files that came together.

        Parameters
        ----------
        source : path, bytes, or mapping of str to bytes
            In a folder or ZIP, the folder a file lies in becomes its items' column ``label``. A
            mapping has file names and contents.
        name : str
            The name of the file that bytes came from: its ending decides how they are read. A
            path has its own.
        title : str
            What to call the collection; the file's name where left out.
        **options
            Passed to ``decode``, such as ``column`` for tables.

        Returns
        -------
        Collection
            Of everything readable; what was not is named in its notes.
        """
        data: bytes | Path
        if isinstance(source, Mapping):
            return self._read_many(given_files(source), title or " and ".join(source), **options)
        if isinstance(source, bytes):
            data, file_name = source, name or "the pasted data"
        else:
            path = Path(source)
            file_name = path.name
            suffix = path.suffix.lower()
            if path.is_dir() and suffix not in self.folders:
                return self._read_many(folder_files(path), title or path.name, **options)
            if not path.exists():
                raise InputError(f"{source} is neither a file nor a folder; check the path.")
            by_path = suffix == ".zip" or (self.opens_paths and suffix in self.suffixes)
            data = path if by_path else path.read_bytes()
        if PurePosixPath(file_name).suffix.lower() == ".zip":
            return self._read_many(archive_files(data, file_name), title or file_name, **options)
        collection = self.decode(data, file_name, **options)
        return replace(collection, name=title) if title else collection

    def _read_many(
        self, files: Iterator[tuple[str, Content]], name: str, **options: object
    ) -> Collection:
        """Read every file that can be read, and note the others by name."""
        if self.gather is not None:
            return self.gather(list(files), name, **options)
        parts: list[Collection] = []
        labels: list[str] = []
        notes: list[str] = []
        listed = list(files)
        found = self.bundles(listed)
        for bundle in found:
            try:
                parts.append(bundle.read(**options))
            except (InputError, UnknownNameError) as problem:
                if len(bundle.files) == len(listed):
                    # Files that belong together and are all there is: what is wrong with them.
                    raise
                notes.append(str(problem))
                continue
            labels.append(PurePosixPath(bundle.name).parent.name if len(found) > 1 else "")
        bundled = {file_name for bundle in found for file_name in bundle.files}
        for file_name, content in listed:
            if file_name in bundled:
                continue
            if PurePosixPath(file_name).suffix.lower() not in self.suffixes:
                notes.append(f"{file_name} was left out: it is no {self.label.lower()} file.")
                continue
            try:
                part = self.decode(content(), file_name, **options)
            except (InputError, UnknownNameError) as problem:
                notes.append(str(problem))
                continue
            parts.append(part)
            labels.append(PurePosixPath(file_name).parent.name)
        if not parts:
            why = f" {notes[0]}" if notes else ""
            raise InputError(
                f"{name} holds no readable file ending in {', '.join(self.suffixes)}.{why}"
            )
        if len(notes) > MAX_NOTES:
            notes[MAX_NOTES:] = [f"{len(notes) - MAX_NOTES:,} more files were left out."]
        return _join(parts, labels, notes, name)


def given_files(files: Mapping[str, bytes]) -> Iterator[tuple[str, Content]]:
    """Yield files that came together by name, those of archives among them unpacked."""
    for name, data in files.items():
        if PurePosixPath(name).suffix.lower() == ".zip":
            yield from archive_files(data, name)
        else:
            yield writable(name), GivenBytes(data)


def _join(parts: list[Collection], labels: list[str], notes: list[str], name: str) -> Collection:
    """Put collections one after the other, with their folder as the column ``label``."""
    import numpy as np
    import pandas as pd

    from embedding_core.collection import VectorRows

    tables: list[pd.DataFrame] = []
    # A column of that name in a file is the person's own and stays.
    own = any("label" in part.table.columns for part in parts)
    for part, label in zip(parts, labels, strict=True):
        named = part.table.assign(**{"folder" if own else "label": label})
        tables.append(named if any(labels) else part.table)
        notes.extend(part.notes)
    payloads: Sequence[Payload]
    if all(isinstance(part.payloads, VectorRows) for part in parts):
        matrices = [part.payloads.matrix for part in parts]  # type: ignore[attr-defined]
        widths = sorted({matrix.shape[1] for matrix in matrices})
        if len(widths) > 1:
            raise InputError(
                f"{name} mixes vectors of lengths {', '.join(map(str, widths))}; vectors of one "
                "model have one length: bring each set on its own."
            )
        payloads = VectorRows(np.concatenate(matrices))
    else:
        payloads = [payload for part in parts for payload in part.payloads]
    table = pd.concat(tables, ignore_index=True)
    texts = table.select_dtypes(exclude=["number", "bool"]).columns
    table[texts] = table[texts].fillna("")
    ids = [id_ for part in parts for id_ in part.ids]
    check_size(len(ids), name)
    return Collection.of(
        ids,
        payloads,
        table,
        modality=parts[0].modality,
        unit=parts[0].unit,
        context=parts[0].context if len(parts) == 1 else None,
        notes=dict.fromkeys(notes),
        name=name,
    )
