"""Ready-made vectors: NumPy files, tables of numbers, Parquet with a list column."""

from __future__ import annotations

import io
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import Collection, Payload, VectorRow, VectorRows
from embedding_core.errors import (
    EmptyCollectionError,
    InputError,
    UnknownNameError,
    UnreadableItemError,
)
from embedding_core.modalities.base import ModalitySpec, check_size
from embedding_core.modalities.tables import Table, column_names, is_number, open_table
from embedding_core.origin import Origin

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

# Columns that are nothing but ids; the last two are what pandas calls an index without a name.
_PURE_IDS = ("id", "index", "__index_level_0__")
_ID_COLUMNS = ("id", "word", "label", "name", "text", "title", "token", *_PURE_IDS[1:])
_LOOKED_AT = 200
LARGEST = 1e15
"""Larger numbers are no embedding's, and their squares and sums leave float32."""
_NUMBERED = re.compile(r"^(.*?)[ _.\-]?(\d+)$")


def decode(
    data: bytes, name: str, *, unit: str = "", column: str = "", header: str = "auto"
) -> Collection:
    """Read a file of vectors.

    Parameters
    ----------
    data : bytes
    name : str
        The file; its ending decides how it is read.
    unit : str
        Not used; vectors have none.
    column : str
        In Parquet, the column with the vectors; the likeliest where left out.
    header : {"auto", "yes", "no"}
        Whether a CSV's first line names its columns.

    Returns
    -------
    Collection
        Rows with NaN or infinity are left out and named in the notes.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if not data:
        raise EmptyCollectionError(f"{name} is empty; bring at least one vector.")
    if suffix == ".npy":
        return collect(_read_npy(data, name), None, name)
    if suffix in (".parquet", ".pq"):
        return _read_parquet(data, name, column)
    return _read_table(open_table(data, name, header), name)


def collect(
    matrix: NDArray[np.generic],
    table: pd.DataFrame | None,
    name: str,
    notes: list[str] | None = None,
    origin: Origin | None = None,
) -> Collection:
    """Check a matrix and turn its rows into a collection.

    Parameters
    ----------
    matrix : ndarray of shape (n, dim)
        Any real type, byte order and memory order.
    table : pandas.DataFrame or None
        One row per vector; a column called id, word, label, name ... gives the ids.
    name : str
    notes : list of str, optional
        What reading already had to say.
    origin : Origin, optional
        What is known of how the vectors were made.
    """
    import pandas as pd

    notes = list(notes or [])
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise UnreadableItemError(
            name,
            f"it holds an array of shape {matrix.shape}; vectors come as one row an item and one "
            "column a dimension, (n, dim).",
        )
    if matrix.dtype.kind not in "fiub":
        raise UnreadableItemError(
            name, f"it holds values of type {matrix.dtype}; vectors are real numbers."
        )
    check_size(len(matrix), name)
    with np.errstate(over="ignore"):
        vectors = np.ascontiguousarray(matrix, dtype=np.float32)
    frame = pd.DataFrame(index=range(len(vectors))) if table is None else table
    frame = frame.reset_index(drop=True)
    ids, source = _ids(frame, len(vectors))
    if source.lower() in _PURE_IDS:
        frame = frame.drop(columns=[source])
    # NaN compares as False.
    finite: NDArray[np.bool_] = np.asarray((np.abs(vectors) <= LARGEST).all(axis=1))
    if not finite.any():
        raise InputError(
            f"Every vector in {name} has NaN, infinity or a number beyond {LARGEST:g}; export them "
            "again."
        )
    if not finite.all():
        notes.append(_left_out(ids, finite))
        kept = np.flatnonzero(finite)
        ids, vectors, frame = [ids[i] for i in kept], vectors[kept], frame.iloc[kept]
    zero = int((~vectors.any(axis=1)).sum())
    if zero:
        vectors_are = "vector is" if zero == 1 else "vectors are"
        notes.append(f"{zero:,} {vectors_are} all zeros, which have no direction for cosine.")
    return Collection.of(
        ids,
        VectorRows(vectors),
        frame,
        modality="vectors",
        context=origin,
        notes=notes,
        name=name,
    )


def dimension_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns of a table that hold the vector.

    Columns of numbers, without a column of ids; where some are numbered alike (``dim_0``,
    ``dim_1`` ...) and others are not, only the numbered ones.
    """
    head = table.head(_LOOKED_AT)
    numeric = [
        str(column)
        for column in table.columns
        if str(column).lower() not in _PURE_IDS
        and (cells := [cell for cell in head[column] if cell])
        and sum(map(is_number, cells)) > len(cells) / 2
    ]
    groups: dict[str, list[str]] = {}
    for column in numeric:
        match = _NUMBERED.match(column)
        if match:
            groups.setdefault(match.group(1), []).append(column)
    largest = max(groups.values(), key=len, default=[])
    return (
        largest
        if len(largest) > 1 and not all(c.startswith("column ") for c in largest)
        else numeric
    )


def _read_table(table: Table, name: str) -> Collection:
    """Take the numbers out row by row: as text, a large table would fill the memory."""
    import pandas as pd

    dims = dimension_columns(table.frame(most=_LOOKED_AT))
    if not dims:
        raise UnreadableItemError(
            name, "it has no columns of numbers; bring one column a dimension, one row an item."
        )
    chosen = set(dims)
    numbers = [i for i, column in enumerate(table.columns) if column in chosen]
    others = [i for i, column in enumerate(table.columns) if column not in chosen]
    vectors: list[NDArray[np.float32]] = []
    cells: list[list[str]] = []
    with np.errstate(over="ignore"):
        for row in table.rows():
            vectors.append(_numbers([row[i] for i in numbers]))
            cells.append([row[i] for i in others])
    rest = pd.DataFrame(cells, columns=[table.columns[i] for i in others], dtype=object)
    return collect(np.stack(vectors), rest, name, list(table.notes))


def _numbers(cells: list[str]) -> NDArray[np.float32]:
    """Return the cells' numbers; what is none becomes NaN and is named with the others."""
    try:
        return np.array(list(map(float, cells)), dtype=np.float32)
    except ValueError:
        return np.array([float(c) if is_number(c) else np.nan for c in cells], dtype=np.float32)


def _read_npy(data: bytes, name: str) -> NDArray[np.generic]:
    pickles = UnreadableItemError(
        name,
        "it holds pickled Python objects, which could run code and are never opened; save a plain "
        "float array with numpy.save.",
    )
    if data.startswith(b"\x80"):
        raise pickles
    if data.startswith(b"PK"):
        raise UnreadableItemError(name, "it is an archive of arrays; save one array as .npy.")
    if not data.startswith(b"\x93NUMPY"):
        raise UnreadableItemError(name, "it is no NumPy file; save the array with numpy.save.")
    try:
        return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))
    except Exception as problem:  # numpy reads the header as Python text: anything can go wrong.
        if "Object arrays" in str(problem):
            raise pickles from problem
        raise UnreadableItemError(
            name, "it is damaged or cut short; save it again with numpy.save."
        ) from problem


def _read_parquet(data: bytes, name: str, column: str) -> Collection:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Not read_table, which refuses a file in which a name stands twice.
        with pq.ParquetFile(io.BytesIO(data)) as file:
            table = file.read()
    except (pa.ArrowException, OSError) as problem:
        raise UnreadableItemError(name, "it is no valid Parquet file; write it again.") from problem
    origin = Origin.from_metadata(table.schema.metadata)
    # Renaming drops the metadata.
    table = table.rename_columns(column_names(table.column_names))
    lists = [field.name for field in table.schema if _is_vector_type(field.type)]
    if not lists:
        raise UnreadableItemError(
            name,
            f"none of its columns ({', '.join(table.column_names[:12])}) holds lists of numbers; "
            "write the vectors as one list column.",
        )
    chosen = column or ("vector" if "vector" in lists else lists[0])
    if chosen not in lists:
        raise UnknownNameError(f"column of vectors in {name}", chosen, lists)
    matrix, kept, notes = _stack(table[chosen].combine_chunks(), name)
    # Without pandas' metadata, an index that it set aside is a column like others.
    frame = table.drop_columns([chosen]).to_pandas(ignore_metadata=True).iloc[kept]
    return collect(matrix, frame, name, notes, origin)


def _is_vector_type(kind: pa.DataType) -> bool:
    import pyarrow.types as pt

    listed = pt.is_list(kind) or pt.is_large_list(kind) or pt.is_fixed_size_list(kind)
    return bool(listed) and bool(pt.is_floating(kind.value_type) or pt.is_integer(kind.value_type))


def _stack(
    column: pa.ListArray, name: str
) -> tuple[NDArray[np.float32], NDArray[np.intp], list[str]]:
    """Stack lists into a matrix; rows of another length than most are left out and counted."""
    import pyarrow as pa
    import pyarrow.compute as pc

    sizes = pc.list_value_length(column).fill_null(-1).to_numpy(zero_copy_only=False)
    usual = int(np.bincount(sizes[sizes > 0]).argmax()) if (sizes > 0).any() else 0
    if not usual:
        raise UnreadableItemError(name, "all its vectors are empty.")
    kept = np.flatnonzero(sizes == usual)
    values = pc.list_flatten(column.take(pa.array(kept))).cast(pa.float32(), safe=False)
    matrix = values.to_numpy(zero_copy_only=False).reshape(len(kept), usual)
    odd = len(sizes) - len(kept)
    rows = "row has" if odd == 1 else "rows have"
    were = "was" if odd == 1 else "were"
    notes = [f"{odd:,} {rows} no vector of length {usual} in {name} and {were} left out."]
    return matrix, kept, notes if odd else []


def _ids(table: pd.DataFrame, n: int) -> tuple[list[str], str]:
    """Return the items' ids and the column they come from; numbered from 0 where none has them."""
    lowered = {str(column).lower(): column for column in table.columns}
    wanted = [lowered[name] for name in _ID_COLUMNS if name in lowered]
    if "column 1" in table.columns:
        # Nothing names the columns: the first with text in it stands for the items.
        wanted.append("column 1")
    for column in wanted:
        cells = ["" if cell is None else str(cell) for cell in table[column].tolist()]
        if str(column).lower() == "id" or len(set(cells)) > 0.9 * n:
            filled = [
                cell if cell not in ("", "nan") else f"row {i}" for i, cell in enumerate(cells)
            ]
            return filled, str(column)
    return [str(i) for i in range(n)], ""


def _left_out(ids: list[str], finite: NDArray[np.bool_]) -> str:
    bad = np.flatnonzero(~finite)
    named = ", ".join(f"“{ids[i]}”" for i in bad[:5])
    more = ", ..." if len(bad) > 5 else ""
    vectors = "vector has" if len(bad) == 1 else "vectors have"
    were = "was" if len(bad) == 1 else "were"
    return (
        f"{len(bad):,} {vectors} NaN, infinity or a number beyond {LARGEST:g} and {were} left out: "
        f"{named}{more}."
    )


def _preview(payload: Payload) -> str:
    assert isinstance(payload, VectorRow)
    row = payload.load()
    shown = ", ".join(f"{value:.3g}" for value in row[:8])
    return f"[{shown}{', ...' if len(row) > 8 else ''}]"


SPEC = ModalitySpec(
    name="vectors",
    label="Vectors",
    suffixes=(".npy", ".csv", ".tsv", ".parquet", ".pq"),
    decode=decode,
    preview=_preview,
)
