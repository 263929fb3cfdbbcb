"""Tables of text cells with one column a dimension: CSV and TSV."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedding_core.errors import UnreadableItemError
from embedding_core.modalities.base import check_size
from embedding_core.modalities.tables import (
    dimension_columns,
    is_number,
    open_table,
    typed,
)
from embedding_core.modalities.vectorfiles.base import (
    Asked,
    Blob,
    Found,
    Reader,
    check_bytes,
    content_of,
)

_LOOKED_AT = 200


def _read(source: Blob, name: str, asked: Asked) -> Found:
    """Take the numbers out row by row: as text, a large table would fill the memory."""
    import pandas as pd

    table = open_table(content_of(source), name, asked.header)
    check_size(table.n_rows, name)
    dims = dimension_columns(table.frame(most=_LOOKED_AT))
    if not dims:
        raise UnreadableItemError(
            name, "it has no columns of numbers; bring one column a dimension, one row an item."
        )
    check_bytes(4 * table.n_rows * len(dims), name)
    chosen = set(dims)
    numbers = [i for i, column in enumerate(table.columns) if column in chosen]
    others = [i for i, column in enumerate(table.columns) if column not in chosen]
    vectors = np.empty((table.n_rows, len(numbers)), dtype=np.float32)
    cells: list[list[str]] = []
    with np.errstate(over="ignore"):
        for at, row in enumerate(table.rows()):
            vectors[at] = _numbers([row[i] for i in numbers])
            cells.append([row[i] for i in others])
    rest = pd.DataFrame(cells, columns=[table.columns[i] for i in others], dtype=object)
    return Found(vectors, typed(rest), table.notes)


def _numbers(cells: list[str]) -> NDArray[np.float32]:
    """Return the cells' numbers; what is none becomes NaN and is named with the others."""
    try:
        return np.array(list(map(float, cells)), dtype=np.float32)
    except ValueError:
        return np.array([float(c) if is_number(c) else np.nan for c in cells], dtype=np.float32)


READERS = (Reader((".csv", ".tsv"), _read),)
