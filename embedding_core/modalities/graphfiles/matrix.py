"""Adjacency matrices: a square of weights, as CSV, or as NumPy's and SciPy's .npz."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import InputError, UnreadableItemError
from embedding_core.modalities.delimited import numbers
from embedding_core.modalities.graphfiles.base import Asked, Found, check_edges
from embedding_core.modalities.tables import is_number

if TYPE_CHECKING:
    import pandas as pd

_SPARSE = {"format.npy", "shape.npy", "data.npy"}
_NAMES = ("names", "ids", "labels", "nodes")
_MATRICES = ("adjacency", "adj", "matrix", "a", "w", "weights", "arr_0")
_MAX_BYTES = 2 << 30
_SMALL = 4
# What damaged archives and arrays raise.
_BROKEN = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, EOFError, OverflowError,
    NotImplementedError, RuntimeError, MemoryError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def as_matrix(rows: list[list[str]]) -> tuple[list[str], np.ndarray] | None:
    """Return the names and weights of a table that is an adjacency matrix, None where it is none.

    Parameters
    ----------
    rows : list of list of str
        All cells, those of a first line with names among them.

    Returns
    -------
    names : list of str
    weights : ndarray of shape (n, n), float64
        Empty cells are 0; NaN where there is another word.
    """
    n = len(rows)
    width = max(map(len, rows))
    if n == width and n > 2:
        # Names along both sides, or along none.
        inner = [row[1:] for row in rows[1:]]
        top, side = rows[0][1:], [row[0] for row in rows[1:]]
        if top == side and any(not is_number(cell) for cell in [*top, rows[0][0]]):
            return side, _weights(inner)
        if all(cell == "" or is_number(cell) for row in rows for cell in row):
            weights = _weights(rows)
            if n > _SMALL or np.array_equal(weights, weights.T):
                return [str(i + 1) for i in range(n)], weights
    # Names along the top alone.
    headed = n == width + 1 and n > 2 and len(set(rows[0])) == width
    if headed and all(cell == "" or is_number(cell) for row in rows[1:] for cell in row):
        weights = _weights(rows[1:])
        if width > _SMALL or np.array_equal(weights, weights.T):
            return rows[0], weights
    return None


def _weights(rows: list[list[str]]) -> np.ndarray:
    import pandas as pd

    cells = pd.Series([cell or "0" for row in rows for cell in row], dtype=object)
    return numbers(cells).to_numpy().reshape(len(rows), -1)


def found_of(
    names: list[str], matrix: Any, name: str, asked: Asked, columns: pd.DataFrame | None = None
) -> Found:
    """Return the graph of a square matrix; it has directions where it is not symmetric.

    Parameters
    ----------
    names : list of str
    matrix : ndarray or sparse array of shape (n, n)
        Row links to column; 0 is no edge.
    name : str
        The file, for messages.
    asked : Asked
    columns : pandas.DataFrame, optional
        What is said of the nodes.
    """
    import pandas as pd
    import scipy.sparse as sp

    square = sp.coo_array(matrix)
    square.sum_duplicates()
    begin, end = (places.astype(np.int64) for places in square.coords)
    weights = square.data.astype(np.float64)
    directed = asked.has_direction(not _is_symmetric(begin, end, weights, len(names)))
    if not directed:
        kept = begin <= end
        if not _is_symmetric(begin, end, weights, len(names)):
            kept[:] = True
        begin, end, weights = begin[kept], end[kept], weights[kept]
    check_edges(len(begin), name, asked)
    table = pd.DataFrame(index=range(len(names))) if columns is None else columns
    return Found(names, table, begin, end, weights, directed)


def _is_symmetric(begin: np.ndarray, end: np.ndarray, weights: np.ndarray, n: int) -> bool:
    there, back = begin * n + end, end * n + begin
    one, other = np.argsort(there), np.argsort(back)
    return np.array_equal(there[one], back[other]) and np.allclose(
        weights[one], weights[other], rtol=1e-6, equal_nan=True
    )


def holds_graph(data: bytes) -> bool:
    """Tell whether a .npz is a sparse matrix as SciPy writes it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return set(archive.namelist()) >= _SPARSE
    except _BROKEN:
        return False


def read_npz(data: bytes, name: str, asked: Asked) -> Found:
    """Read a sparse matrix of SciPy, or a square array with names beside it where there are any.

    Raises
    ------
    UnreadableItemError
        If it is none of them, damaged, or not square.
    """
    import scipy.sparse as sp

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MAX_BYTES:
                raise UnreadableItemError(
                    name, f"it unpacks to more than {_MAX_BYTES >> 20:,} MB; save an edge list."
                )
            sparse = set(archive.namelist()) >= _SPARSE
        if sparse:
            matrix = sp.load_npz(io.BytesIO(data))
            _check_indices(matrix)
            names: list[str] = []
        else:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                matrix, names = _dense(dict(arrays), name)
    except InputError:
        raise
    except _BROKEN as problem:
        raise UnreadableItemError(
            name, "it is no matrix that NumPy or SciPy wrote without pickles; save it again."
        ) from problem
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        shape = " x ".join(f"{side:,}" for side in matrix.shape)
        raise UnreadableItemError(
            name, f"its matrix is {shape}, and one of links between nodes is square."
        )
    if not np.issubdtype(matrix.dtype, np.number) and matrix.dtype != np.bool_:
        raise UnreadableItemError(name, "its matrix holds no numbers.")
    n = matrix.shape[0]
    return found_of(names or [str(i) for i in range(n)], matrix, name, asked)


def _check_indices(matrix: Any) -> None:
    """Raise ValueError where a file's indices point outside of its matrix."""
    if matrix.format in ("csr", "csc", "bsr"):
        matrix.check_format(full_check=True)
    elif matrix.format == "coo":
        for places, side in zip(matrix.coords, matrix.shape, strict=True):
            if len(places) and not 0 <= places.min() <= places.max() < side:
                raise ValueError("indices outside of the matrix")
    else:
        raise ValueError(f"a matrix of format {matrix.format}")


def _dense(arrays: dict[str, np.ndarray], name: str) -> tuple[np.ndarray, list[str]]:
    square = {
        key: array for key, array in arrays.items()
        if array.ndim == 2 and array.shape[0] == array.shape[1]
    }  # fmt: skip
    if not square:
        raise UnreadableItemError(name, "it holds no square matrix of links between nodes.")
    lowered = {key.lower(): key for key in square}
    key = next((lowered[k] for k in _MATRICES if k in lowered), next(iter(square)))
    named = next((arrays[k] for k in _NAMES if k in arrays), None)
    fits = named is not None and named.shape == (len(square[key]),)
    return square[key], [str(one) for one in named] if named is not None and fits else []
