"""Files of columns, one of which holds lists of numbers: Parquet, and Arrow as file or stream."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core import seal
from embedding_core.errors import ExplorerError, UnreadableItemError
from embedding_core.modalities.base import check_size
from embedding_core.modalities.tables import column_names
from embedding_core.modalities.vectorfiles.base import (
    Asked,
    Blob,
    Found,
    Reader,
    check_bytes,
    choose,
    head_of,
    others_note,
)
from embedding_core.modalities.vectorfiles.signatures import by_content
from embedding_core.origin import Origin, examine

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray


_ROWS = 4_096


def found_in(table: pa.Table, name: str, column: str = "") -> Found:
    """Take the vectors and the other columns out of an Arrow table.

    Parameters
    ----------
    table : pyarrow.Table
    name : str
        The file, for messages.
    column : str
        The column with the vectors; the likeliest where left out.
    """
    metadata = table.schema.metadata
    table = _checked(table, name)
    lists = vector_columns(table.schema)
    if not lists:
        raise UnreadableItemError(
            name,
            f"none of its columns ({', '.join(table.column_names[:12])}) holds lists of numbers; "
            "write the vectors as one list column.",
        )
    chosen = choose(lists, column, name, "column")
    matrix, kept, notes = _stack(table[chosen].combine_chunks(), name)
    return Found(
        matrix,
        _frame(table.drop_columns(lists)).iloc[kept],
        [*notes, *others_note(chosen, lists, name, "column")],
        Origin.from_metadata(metadata),
    )


def vector_columns(schema: pa.Schema) -> list[str]:
    """Return the columns that hold lists of numbers, by the names they get on reading."""
    names = column_names(schema.names)
    return [name for name, field in zip(names, schema, strict=True) if _is_vectors(field.type)]


def _is_vectors(kind: pa.DataType) -> bool:
    import pyarrow.types as pt

    listed = pt.is_list(kind) or pt.is_large_list(kind) or pt.is_fixed_size_list(kind)
    return bool(listed) and bool(pt.is_floating(kind.value_type) or pt.is_integer(kind.value_type))


def plain_columns(source: Blob, name: str) -> pd.DataFrame:
    """Return the columns of a Parquet file that hold no vectors."""
    with _parquet(source, name) as file:
        check_size(file.metadata.num_rows, name)
        table = _checked(_read_batches(file, name), name)
    return _frame(table.drop_columns(vector_columns(table.schema)))


def holds_texts(source: Blob, name: str) -> bool:
    """Tell whether a Parquet file has a column of texts and none of vectors."""
    import pyarrow.types as pt

    with _parquet(source, name) as file:
        schema = file.schema_arrow
    kinds = [field.type for field in schema]
    return not vector_columns(schema) and any(
        pt.is_string(kind) or pt.is_large_string(kind) or pt.is_dictionary(kind) for kind in kinds
    )


def _checked(table: pa.Table, name: str) -> pa.Table:
    """Return a table whose columns have names of their own, after a look at all of it."""
    import pyarrow as pa

    check_size(len(table), name)
    try:
        # Renaming drops the metadata.
        table = table.rename_columns(column_names(table.column_names))
        # What a file says of lengths, offsets and letters is not believed.
        table.validate(full=True)
    except (pa.ArrowException, UnicodeDecodeError) as problem:
        raise UnreadableItemError(name, "it is damaged; write it again.") from problem
    return table


def _frame(table: pa.Table) -> pd.DataFrame:
    # Without pandas' metadata, an index that it set aside is a column like others.
    found: pd.DataFrame = _readable(table).to_pandas(ignore_metadata=True)
    return found


def _readable(table: pa.Table) -> pa.Table:
    """Return a table whose nested and binary columns are text."""
    import pyarrow as pa
    import pyarrow.types as pt

    for at, field in enumerate(table.schema):
        kind = field.type
        if pt.is_nested(kind) or pt.is_binary(kind) or pt.is_large_binary(kind):
            cells = ["" if cell is None else str(cell)[:1_000] for cell in table[at].to_pylist()]
            table = table.set_column(at, field.name, pa.array(cells, pa.string()))
    return table


def _stack(
    column: pa.ListArray, name: str
) -> tuple[NDArray[np.float32], NDArray[np.intp], list[str]]:
    """Stack lists into a matrix; rows of another length than most are left out and counted."""
    import pyarrow as pa
    import pyarrow.compute as pc

    sizes = pc.list_value_length(column).fill_null(-1).to_numpy(zero_copy_only=False)
    usual = usual_length(sizes)
    if not usual:
        raise UnreadableItemError(name, "all its vectors are empty.")
    kept = np.flatnonzero(sizes == usual)
    check_bytes(4 * usual * len(kept), name)
    values = pc.list_flatten(column.take(pa.array(kept))).cast(pa.float32(), safe=False)
    matrix = values.to_numpy(zero_copy_only=False).reshape(len(kept), usual)
    return matrix, kept, ragged_note(len(sizes) - len(kept), usual, name)


def usual_length(sizes: NDArray[np.integer]) -> int:
    """Return the length that most vectors have, the shortest of equals; 0 where all are empty."""
    lengths, counts = np.unique(sizes[sizes > 0], return_counts=True)
    return int(lengths[counts.argmax()]) if len(lengths) else 0


def ragged_note(odd: int, usual: int, name: str) -> list[str]:
    """Say how many rows have no vector of the usual length."""
    if not odd:
        return []
    rows, were = ("row has", "was") if odd == 1 else ("rows have", "were")
    return [f"{odd:,} {rows} no vector of length {usual} in {name} and {were} left out."]


@contextmanager
def _parquet(source: Blob, name: str) -> Iterator[pq.ParquetFile]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        opened = source if isinstance(source, Path) else io.BytesIO(source)
        # Not read_table, which refuses a file in which a name stands twice.
        with pq.ParquetFile(opened, memory_map=isinstance(source, Path)) as file:
            yield file
    except ExplorerError:
        raise
    except (pa.ArrowException, OSError, ValueError, EOFError) as problem:
        raise UnreadableItemError(
            name,
            "it is no valid Parquet file, or cut short"
            f"{by_content(head_of(source, 16), '.parquet')}; write it again.",
        ) from problem


def _read_parquet(source: Blob, name: str, asked: Asked) -> Found:
    with _parquet(source, name) as file:
        check_size(file.metadata.num_rows, name)
        sealed = seal.has_seal(file.metadata.metadata)
        table = _read_batches(file, name)
    found = found_in(table, name, asked.column)
    origin, notes = examine(found.origin, sealed, source, name)
    return Found(found.matrix, found.table, [*found.notes, *notes], origin)


def _read_batches(file: pq.ParquetFile, name: str) -> pa.Table:
    """Read part by part: a small file can hold very many equal values, and is then refused.

    The sizes its footer tells are not asked for: where it is damaged, pyarrow ends the process.
    """
    import pyarrow as pa

    parts: list[pa.RecordBatch] = []
    size = 0
    for part in file.iter_batches(batch_size=_ROWS):
        size += part.nbytes
        check_bytes(size, name)
        parts.append(part)
    return pa.Table.from_batches(parts, file.schema_arrow)


def _parquet_candidates(source: Blob, name: str) -> tuple[str, ...]:
    with _parquet(source, name) as file:
        return tuple(vector_columns(file.schema_arrow))


@contextmanager
def _arrow(source: Blob, name: str) -> Iterator[Any]:
    """Open an Arrow file or stream, whichever it is."""
    import pyarrow as pa

    try:
        opened = pa.memory_map(str(source)) if isinstance(source, Path) else pa.BufferReader(source)
        is_file = head_of(source, 6) == b"ARROW1"
        yield pa.ipc.open_file(opened) if is_file else pa.ipc.open_stream(opened)
    except ExplorerError:
        raise
    except (pa.ArrowException, OSError, ValueError, EOFError) as problem:
        raise UnreadableItemError(
            name,
            "it is no valid Arrow file or stream, or cut short"
            f"{by_content(head_of(source, 16), '.arrow')}; write it again.",
        ) from problem


def _read_arrow(source: Blob, name: str, asked: Asked) -> Found:
    with _arrow(source, name) as reader:
        table = reader.read_all()
    return found_in(table, name, asked.column)


def _arrow_candidates(source: Blob, name: str) -> tuple[str, ...]:
    with _arrow(source, name) as reader:
        return tuple(vector_columns(reader.schema))


READERS = (
    Reader((".parquet", ".pq"), _read_parquet, _parquet_candidates),
    Reader((".arrow", ".feather", ".ipc"), _read_arrow, _arrow_candidates),
)
