"""From what a reader found to a collection: checked, named, counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import Collection, VectorRows
from embedding_core.errors import InputError, UnknownNameError, UnreadableItemError
from embedding_core.modalities.base import check_size
from embedding_core.modalities.tables import PURE_IDS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from embedding_core.modalities.vectorfiles.base import Found

LARGEST = 1e15
"""Larger numbers are no embedding's, and their squares and sums leave float32."""
_ID_COLUMNS = ("id", "word", "label", "name", "text", "title", "token", *PURE_IDS[1:])
_BLOCK = 1 << 22


def collect(found: Found, name: str, label: str = "") -> Collection:
    """Check vectors and turn them into a collection.

    Parameters
    ----------
    found : Found
        A matrix of any real type, byte order and memory order, and a table of the same length.
    name : str
        The file, for messages.
    label : str
        The column that names the items; the likeliest of them where left out: one called id, word,
        label, name ...

    Returns
    -------
    Collection
        Rows with NaN or infinity are left out and named in the notes.

    Raises
    ------
    UnreadableItemError
        If it is no matrix of real numbers.
    InputError
        If no row is finite.
    UnknownNameError
        If there is no column `label`.
    """
    import pandas as pd

    vectors = _as_float32(found.matrix, name)
    n = len(vectors)
    notes = list(found.notes)
    frame = pd.DataFrame(index=range(n)) if found.table is None else found.table
    if not len(frame.columns):
        frame = pd.DataFrame(index=range(n))
    frame = frame.reset_index(drop=True)
    ids, source = _ids(frame, n, label, name)
    if source.lower() in PURE_IDS:
        frame = frame.drop(columns=[source])
    finite = _finite_rows(vectors)
    if not finite.any():
        raise InputError(
            f"Every vector in {name} has NaN, infinity or a number beyond {LARGEST:g}; export them "
            "again."
        )
    if not finite.all():
        notes.append(_left_out(ids, finite))
        kept = np.flatnonzero(finite)
        ids, vectors, frame = [ids[i] for i in kept], vectors[kept], frame.iloc[kept]
    return Collection.of(
        ids,
        VectorRows(vectors),
        frame,
        modality="vectors",
        context=found.origin,
        notes=[*notes, *_degenerate(vectors)],
        name=name,
    )


def _as_float32(matrix: NDArray[np.generic], name: str) -> NDArray[np.float32]:
    """Return rows of float32; an array that is so already is not copied, and may be mapped."""
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
        return np.ascontiguousarray(matrix, dtype=np.float32)


def _blocks(vectors: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Yield the rows in parts, so that checking takes no second copy of them."""
    step = max(1, _BLOCK // vectors.shape[1])
    for start in range(0, len(vectors), step):
        yield vectors[start : start + step]


def _finite_rows(vectors: NDArray[np.float32]) -> NDArray[np.bool_]:
    # NaN compares as False.
    parts = [(np.abs(block) <= LARGEST).all(axis=1) for block in _blocks(vectors)]
    return np.concatenate(parts)


def _degenerate(vectors: NDArray[np.float32]) -> list[str]:
    """Say what no picture can show: vectors of no length, and vectors that are all the same."""
    zero = sum(int((~block.any(axis=1)).sum()) for block in _blocks(vectors))
    notes = []
    if zero:
        vectors_are = "vector is" if zero == 1 else "vectors are"
        notes.append(f"{zero:,} {vectors_are} all zeros, which have no direction for cosine.")
    if len(vectors) > 1 and all((block == vectors[0]).all() for block in _blocks(vectors)):
        notes.append(f"All {len(vectors):,} vectors are the same: no map can tell them apart.")
    return notes


def _ids(table: pd.DataFrame, n: int, label: str, name: str) -> tuple[list[str], str]:
    """Return the items' ids and the column they come from; numbered from 0 where none has them."""
    if label:
        columns = {str(column): column for column in table.columns}
        if label not in columns:
            raise UnknownNameError(f"column of {name}", label, list(columns)[:30] or ["(none)"])
        return _named(table[columns[label]].tolist()), label
    lowered = {str(column).lower(): column for column in table.columns}
    wanted = [lowered[name] for name in _ID_COLUMNS if name in lowered]
    if "column 1" in table.columns:
        # Nothing names the columns: the first with text in it stands for the items.
        wanted.append("column 1")
    for column in wanted:
        cells = _named(table[column].tolist())
        if str(column).lower() == "id" or len(set(cells)) > 0.9 * n:
            return cells, str(column)
    return [str(i) for i in range(n)], ""


def _named(cells: list[object]) -> list[str]:
    """Return cells as ids; the empty ones by the number of their row."""
    texts = ["" if cell is None else str(cell) for cell in cells]
    empty = ("", "nan", "<NA>")
    return [f"row {i}" if text in empty else text for i, text in enumerate(texts)]


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
