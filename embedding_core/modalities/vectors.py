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
from embedding_core.modalities.tables import is_number, read_table
from embedding_core.origin import Origin

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

_ID_COLUMNS = ("id", "word", "label", "name", "text", "title", "token")
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
    table, notes = read_table(data, name, header)
    dims = dimension_columns(table)
    if not dims:
        raise UnreadableItemError(
            name, "it has no columns of numbers; bring one column a dimension, one row an item."
        )
    # Cells that are no numbers become NaN here and are named with the others below.
    matrix = np.array(
        [[float(c) if is_number(c) else np.nan for c in row] for row in table[dims].to_numpy()],
        dtype=np.float64,
    )
    return collect(matrix, table.drop(columns=dims), name, notes)


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
    ids = _ids(frame, len(vectors))
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        notes.append(_left_out(ids, finite))
    if not finite.any():
        raise InputError(f"Every vector in {name} has NaN or infinity; export them again.")
    zero = int((~vectors[finite].any(axis=1)).sum())
    if zero:
        notes.append(
            f"{zero:,} vectors are all zeros: they have no direction, so cosine counts them as "
            "unlike everything."
        )
    kept = np.flatnonzero(finite)
    return Collection.of(
        [ids[i] for i in kept],
        VectorRows(vectors[kept]),
        frame.iloc[kept],
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
    head = table.head(200)
    numeric = [
        str(column)
        for column in table.columns
        if str(column).lower() != "id"
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


def _read_npy(data: bytes, name: str) -> NDArray[np.generic]:
    try:
        array = np.load(io.BytesIO(data), allow_pickle=False)
    except ValueError as problem:
        pickled = "pickle" in str(problem).lower() or "object" in str(problem).lower()
        why = (
            "it holds pickled Python objects, which could run code and are never opened; save a "
            "plain float array with numpy.save."
            if pickled
            else "it is no valid NumPy file or is cut short; save it again with numpy.save."
        )
        raise UnreadableItemError(name, why) from problem
    except (EOFError, OSError) as problem:
        raise UnreadableItemError(name, "it is cut short; save it again.") from problem
    if not isinstance(array, np.ndarray):
        raise UnreadableItemError(name, "it is an archive of arrays; save one array as .npy.")
    return array


def _read_parquet(data: bytes, name: str, column: str) -> Collection:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowException, OSError) as problem:
        raise UnreadableItemError(name, "it is no valid Parquet file; write it again.") from problem
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
    frame = table.drop_columns([chosen]).to_pandas().iloc[kept]
    return collect(matrix, frame, name, notes, Origin.from_metadata(table.schema.metadata))


def _is_vector_type(kind: pa.DataType) -> bool:
    import pyarrow.types as pt

    listed = pt.is_list(kind) or pt.is_large_list(kind) or pt.is_fixed_size_list(kind)
    return listed and (pt.is_floating(kind.value_type) or pt.is_integer(kind.value_type))


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
    notes = [f"{odd:,} rows of {name} have no vector of length {usual} and were left out."]
    return matrix, kept, notes if odd else []


def _ids(table: pd.DataFrame, n: int) -> list[str]:
    """Return the items' ids: from a column of that name, else numbered from 0."""
    lowered = {str(column).lower(): column for column in table.columns}
    for wanted in _ID_COLUMNS:
        if wanted in lowered:
            cells = table[lowered[wanted]].astype(str).tolist()
            if wanted == "id" or len(set(cells)) > 0.9 * n:
                return [cell or f"row {i}" for i, cell in enumerate(cells)]
    return [str(i) for i in range(n)]


def _left_out(ids: list[str], finite: NDArray[np.bool_]) -> str:
    bad = np.flatnonzero(~finite)
    named = ", ".join(f"“{ids[i]}”" for i in bad[:5])
    more = ", ..." if len(bad) > 5 else ""
    vectors = "vector has" if len(bad) == 1 else "vectors have"
    return f"{len(bad):,} {vectors} NaN or infinity and were left out: {named}{more}."


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
