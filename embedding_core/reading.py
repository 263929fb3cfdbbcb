"""read(): open what a person brought, guessing what it is."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from embedding_core.errors import InputError
from embedding_core.modalities import MODALITIES

if TYPE_CHECKING:
    from embedding_core.collection import Collection


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
    path = Path(name or "pasted.txt") if isinstance(source, bytes) else Path(source)
    if not isinstance(source, bytes) and not path.exists():
        raise InputError(f"{source} is neither a file nor a folder; check the path.")
    if path.is_dir() and not isinstance(source, bytes):
        suffixes = Counter(file.suffix.lower() for file in path.rglob("*") if file.is_file())
        return _by_suffix([suffix for suffix, _ in suffixes.most_common()], path.name)
    suffix = path.suffix.lower()
    if suffix == ".zip":
        return _by_suffix(_suffixes_in_zip(source, path.name), path.name)
    if suffix in (".csv", ".tsv"):
        return _of_table(source, path.name)
    return _by_suffix([suffix], path.name)


def _suffixes_in_zip(source: str | Path | bytes, name: str) -> list[str]:
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with zipfile.ZipFile(file) as archive:
            names = [PurePosixPath(entry) for entry in archive.namelist()]
    except zipfile.BadZipFile:
        raise InputError(f"{name} is no valid ZIP archive; pack it again.") from None
    return [suffix for suffix, _ in Counter(entry.suffix.lower() for entry in names).most_common()]


def _of_table(source: str | Path | bytes, name: str) -> str:
    """Tell a table of vectors from a table of text: three or more columns of numbers."""
    from embedding_core.modalities.tables import read_table
    from embedding_core.modalities.vectors import dimension_columns

    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    table, _ = read_table(data, name)
    return "vectors" if len(dimension_columns(table)) >= 3 else "text"


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
