"""Vectors in one file and what they are of in another, as TensorBoard's Embedding Projector has it.

The pair is found among files that came together (uploads, a folder, an archive): by its
``projector_config.json``, or by its names. The Projector's own files are ``vectors.tsv``, numbers
without headings, and ``metadata.tsv``: one column without a heading, or several with headings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.errors import InputError, UnreadableItemError
from embedding_core.modalities.base import check_size
from embedding_core.modalities.contents import Content
from embedding_core.modalities.tables import column_names, decode_text, is_number, open_table, typed
from embedding_core.modalities.vectorfiles.base import Found, check_bytes

CONFIG = "projector_config.json"
_VECTORS = (".tsv", ".csv", ".npy")
_TABLES = (".tsv", ".csv", ".txt")
_MARKS = ("metadata", "meta", "labels", "label")


def pairs(names: Sequence[str], contents: Mapping[str, Content]) -> list[tuple[str, str]]:
    """Return which files are vectors and the columns that belong to them.

    Parameters
    ----------
    names : sequence of str
        All files that came together, with their folders.
    contents : mapping of str to callable
        What gives the content of each.

    Returns
    -------
    list of (str, str)
        The file of vectors and the file of columns; at most one pair for a folder that has no
        configuration, where there is no doubt which two they are.
    """
    found: list[tuple[str, str]] = []
    for folder in dict.fromkeys(PurePosixPath(name).parent for name in names):
        here = [PurePosixPath(name) for name in names if PurePosixPath(name).parent == folder]
        marked = [path for path in here if _is_metadata(path)]
        vectors = [path for path in here if path not in marked and _is_vectors(path, contents)]
        for columns in marked:
            fitting = [path for path in vectors if _same_name(path, columns)]
            if not fitting and len(vectors) == 1 == len(marked):
                fitting = vectors
            if len(fitting) == 1:
                found.append((str(fitting[0]), str(columns)))
    return found


def configured(
    name: str, content: bytes, names: Sequence[str]
) -> list[tuple[str, str, tuple[int, ...]]]:
    """Read a projector_config.json.

    Parameters
    ----------
    name : str
        Its name, with its folder.
    content : bytes
    names : sequence of str
        All files that came together.

    Returns
    -------
    list of (str, str, tuple of int)
        Of each set whose vectors are among them: the file of vectors, the file of columns ("" for
        none) and the shape, which files of raw numbers need.
    """
    try:
        listed = json.loads(content)["embeddings"]
        folder = PurePosixPath(name).parent
        sets = []
        for entry in listed:
            vectors = _beside(folder, str(entry.get("tensorPath", "")), names)
            columns = _beside(folder, str(entry.get("metadataPath") or ""), names)
            shape = tuple(int(length) for length in entry.get("tensorShape", ()))
            if vectors:
                sets.append((vectors, columns, shape))
        return sets
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise UnreadableItemError(
            name, "it is no configuration of the Embedding Projector; export it again."
        ) from problem


def read_columns(data: bytes, name: str, n: int, vectors: str) -> tuple[Any, list[str]]:
    """Read the columns of a pair.

    Parameters
    ----------
    data : bytes
    name : str
        The file of columns.
    n : int
        How many vectors there are.
    vectors : str
        The file of vectors, for messages.

    Returns
    -------
    table : pandas.DataFrame
        n rows; numbers as numbers.
    notes : list of str

    Raises
    ------
    InputError
        With both lengths, where they differ.
    """
    import pandas as pd

    rows, notes = _rows(data, name)
    wide = max(map(len, rows), default=1)
    if len(rows) == n + 1:
        head, body = rows[0], rows[1:]
    elif len(rows) == n:
        head, body = ["label"] if wide == 1 else [f"column {i + 1}" for i in range(wide)], rows
    else:
        raise InputError(
            f"{vectors} has {n:,} vectors and {name} has {len(rows):,} lines; bring one line for "
            "each vector, and a line of headings only above more than one column."
        )
    cells = [row[:wide] + [""] * (wide - len(row)) for row in body]
    names = column_names([cell.strip() for cell in head] + [""] * (wide - len(head)))
    return typed(pd.DataFrame(cells, columns=names, dtype=object)), notes


def read_pair(
    vectors: tuple[str, bytes],
    columns: tuple[str, bytes] | None,
    found: Found | None = None,
    shape: tuple[int, ...] = (),
) -> Found:
    """Put vectors and their columns together.

    Parameters
    ----------
    vectors, columns : (str, bytes)
        Names and contents; no columns where there is no such file.
    found : Found, optional
        The vectors, where another reader has read them.
    shape : tuple of int
        Of a file of raw float32 numbers (``.bytes``).
    """
    name, data = vectors
    if found is None:
        found = _raw(data, name, shape) if shape and not name.endswith(_VECTORS) else _plain(
            data, name)  # fmt: skip
    if columns is None:
        return found
    table, notes = read_columns(columns[1], columns[0], len(found.matrix), name)
    return Found(found.matrix, table, [*found.notes, *notes])


def _plain(data: bytes, name: str) -> Found:
    """Read numbers without headings, apart by tabs or commas."""
    text, notes = decode_text(data, name)
    lines = [line for line in text.splitlines() if line.strip()]
    check_size(len(lines), name)
    mark = "\t" if "\t" in lines[0] else ","
    dim = len(lines[0].split(mark))
    check_bytes(4 * dim * len(lines), name)
    matrix = np.empty((len(lines), dim), dtype=np.float32)
    for at, line in enumerate(lines):
        cells = line.split(mark)
        if len(cells) != dim:
            raise UnreadableItemError(
                name,
                f"its line {at + 1:,} has {len(cells):,} numbers and the first has {dim:,}; every "
                "vector of one model has the same length.",
            )
        matrix[at] = [float(cell) if is_number(cell) else np.nan for cell in cells]
    return Found(matrix, None, notes)


def _raw(data: bytes, name: str, shape: tuple[int, ...]) -> Found:
    """Read raw float32 numbers, as the Projector's ``.bytes`` files hold them."""
    if len(shape) != 2 or len(data) != 4 * shape[0] * shape[1]:
        raise UnreadableItemError(
            name,
            f"it has {len(data):,} bytes, and {' x '.join(map(str, shape))} numbers of 4 bytes "
            "were announced; export it again.",
        )
    matrix: NDArray[np.float32] = np.frombuffer(data, dtype="<f4").reshape(shape)
    return Found(matrix)


def _rows(data: bytes, name: str) -> tuple[list[list[str]], list[str]]:
    """Return the lines of a file of columns; an empty line within it is an item without a name."""
    if PurePosixPath(name).suffix.lower() == ".csv":
        table = open_table(data, name, "no")
        return list(table.rows()), []
    text, notes = decode_text(data, name)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [line.split("\t") for line in lines], notes


def _is_metadata(path: PurePosixPath) -> bool:
    return path.suffix.lower() in _TABLES and any(mark in path.stem.lower() for mark in _MARKS)


def _is_vectors(path: PurePosixPath, contents: Mapping[str, Content]) -> bool:
    """Tell whether a file holds nothing but vectors: an array, or numbers without headings."""
    suffix = path.suffix.lower()
    if suffix not in _VECTORS:
        return False
    if suffix == ".npy":
        return True
    try:
        text, _ = decode_text(contents[str(path)]()[:65_536], str(path))
    except InputError:
        return False
    first = text.splitlines()[0].strip()
    return all(map(is_number, first.split("\t" if "\t" in first else ",")))


def _same_name(vectors: PurePosixPath, columns: PurePosixPath) -> bool:
    """Tell whether names differ only in what they are of: a-vectors.tsv and a-metadata.tsv."""
    return _stem(vectors, ("vectors", "vector", "tensors", "tensor", "vecs")) == _stem(
        columns, _MARKS
    )


def _stem(path: PurePosixPath, marks: tuple[str, ...]) -> str:
    stem = path.stem.lower()
    for mark in marks:
        stem = stem.replace(mark, "")
    return stem.strip("-_. ")


def _beside(folder: PurePosixPath, path: str, names: Sequence[str]) -> str:
    """Return the file a configuration names, among those that came: by its path, else its name."""
    exact = str(folder / path)
    if path and exact in names:
        return exact
    last = PurePosixPath(path).name
    return next((name for name in names if last and PurePosixPath(name).name == last), "")
