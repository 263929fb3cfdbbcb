"""NumPy files: one array (.npy), or several under names (.npz)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.errors import TooLargeError, UnreadableItemError
from embedding_core.modalities.vectorfiles.base import (
    MAX_BYTES,
    Asked,
    Blob,
    Found,
    Reader,
    choose,
    head_of,
    others_note,
    preferred,
    size_of,
)
from embedding_core.modalities.vectorfiles.signatures import by_content

_MAPPED_FROM = 256 << 20
"""Bytes; smaller files are read whole, as one that is mapped must not change meanwhile."""
_PICKLES = (
    "it holds pickled Python objects, which could run code and are never opened; save a plain "
    "float array with numpy.save."
)


def _read_npy(source: Blob, name: str, asked: Asked) -> Found:
    head = head_of(source, 16)
    if head.startswith(b"\x80"):
        raise UnreadableItemError(name, _PICKLES)
    if head.startswith(b"PK"):
        raise UnreadableItemError(name, "it is an archive of arrays; give it the ending .npz.")
    if not head.startswith(b"\x93NUMPY"):
        raise UnreadableItemError(
            name, f"it is no NumPy file{by_content(head)}; save the array with numpy.save."
        )
    return Found(_load(source, name))


def _load(source: Blob, name: str) -> NDArray[Any]:
    """Open one array; a large file on the disk stays there, and its rows are read when needed."""
    mapped = isinstance(source, Path) and size_of(source) >= _MAPPED_FROM
    opened = source if isinstance(source, Path) else io.BytesIO(source)
    try:
        return np.asanyarray(np.load(opened, allow_pickle=False, mmap_mode="r" if mapped else None))
    except Exception as problem:  # numpy reads the header as Python text: anything can go wrong.
        if "Object arrays" in str(problem):
            raise UnreadableItemError(name, _PICKLES) from problem
        raise UnreadableItemError(
            name, "it is damaged or cut short; save it again with numpy.save."
        ) from problem


def _read_npz(source: Blob, name: str, asked: Asked) -> Found:
    shapes = _shapes(source, name)
    matrices = _matrices(shapes)
    if not matrices:
        held = ", ".join(f"{key} {shape}" for key, shape in list(shapes.items())[:8]) or "nothing"
        raise UnreadableItemError(
            name, f"it holds no array of vectors, (n, dim), but {held}; save one with numpy.savez."
        )
    chosen = asked.column and choose(matrices, asked.column, name, "array")
    chosen = chosen or _likeliest(matrices, shapes)
    arrays, notes = _with_columns(source, name, chosen, shapes)
    return Found(
        arrays.pop(chosen),
        _table(arrays),
        [*others_note(chosen, matrices, name, "array"), *notes],
    )


def _npz_candidates(source: Blob, name: str) -> tuple[str, ...]:
    return tuple(_matrices(_shapes(source, name)))


def _matrices(shapes: Mapping[str, tuple[int, ...]]) -> list[str]:
    return [key for key, shape in shapes.items() if len(shape) == 2 and 0 not in shape]


def _likeliest(matrices: list[str], shapes: Mapping[str, tuple[int, ...]]) -> str:
    """Return the array called most like vectors, else the largest."""
    largest = max(matrices, key=lambda key: shapes[key][0] * shapes[key][1])
    return preferred(matrices) or largest


def _archive(source: Blob, name: str) -> zipfile.ZipFile:
    """Open the archive; what it would unpack to is checked before anything is unpacked."""
    opened = source if isinstance(source, Path) else io.BytesIO(source)
    try:
        archive = zipfile.ZipFile(opened)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise UnreadableItemError(
            name,
            "it is no NumPy archive, or cut short"
            f"{by_content(head_of(source, 16), '.npz')}; save the arrays again with numpy.savez.",
        ) from problem
    total = sum(member.file_size for member in archive.infolist())
    if total > MAX_BYTES:
        raise TooLargeError(
            f"{name} would unpack to {total >> 20:,} MB and the limit is {MAX_BYTES >> 20:,} MB; "
            "save its vectors as one .npy file and give its path."
        )
    return archive


def _shapes(source: Blob, name: str) -> dict[str, tuple[int, ...]]:
    """Return the shapes of all arrays by name, from their headers alone."""
    shapes: dict[str, tuple[int, ...]] = {}
    with _archive(source, name) as archive:
        for member in archive.infolist():
            if not member.filename.endswith(".npy"):
                continue
            try:
                with archive.open(member) as file:
                    shapes[member.filename.removesuffix(".npy")] = _header_shape(file)
            except Exception as problem:  # As above.
                raise UnreadableItemError(
                    name,
                    f"its array “{member.filename}” is damaged; save the arrays again with "
                    "numpy.savez.",
                ) from problem
    return shapes


def _header_shape(file: Any) -> tuple[int, ...]:
    version = np.lib.format.read_magic(file)
    read = (
        np.lib.format.read_array_header_1_0
        if version == (1, 0)
        else np.lib.format.read_array_header_2_0
    )
    return tuple(int(length) for length in read(file)[0])


def _with_columns(
    source: Blob, name: str, chosen: str, shapes: Mapping[str, tuple[int, ...]]
) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """Load the vectors and every array with one value a vector."""
    n = shapes[chosen][0]
    arrays: dict[str, NDArray[Any]] = {}
    notes: list[str] = []
    with _archive(source, name) as archive:
        for key, shape in shapes.items():
            if key != chosen and shape != (n,):
                continue
            try:
                with archive.open(f"{key}.npy") as file:
                    arrays[key] = np.lib.format.read_array(file, allow_pickle=False)
            except Exception as problem:  # As above.
                pickled = "Object arrays" in str(problem)
                if key == chosen:
                    why = f"its array “{key}” is damaged; save the arrays again with numpy.savez."
                    raise UnreadableItemError(name, _PICKLES if pickled else why) from problem
                why = "holds Python objects, which are never opened" if pickled else "is damaged"
                notes.append(f"The array “{key}” of {name} {why}, and was left out.")
    return arrays, notes


def _table(arrays: Mapping[str, NDArray[Any]]) -> Any:
    import pandas as pd

    return pd.DataFrame({key: _as_column(array) for key, array in arrays.items()})


def _as_column(array: NDArray[Any]) -> Any:
    """Return an array as a column: in this machine's byte order, bytes and dates as text."""
    if array.dtype.kind == "S":
        return [value.decode("utf-8", "replace") for value in array.tolist()]
    if array.dtype.kind in "fiub":
        return array.astype(array.dtype.newbyteorder("="))
    return [str(value) for value in array]


READERS = (
    Reader((".npy",), _read_npy),
    Reader((".npz",), _read_npz, _npz_candidates),
)
