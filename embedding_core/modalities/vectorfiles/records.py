"""JSON and JSON lines: records with a list of numbers, lists of numbers, or names with vectors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.errors import UnreadableItemError
from embedding_core.modalities.base import check_size
from embedding_core.modalities.tables import decode_text, numbered_alike
from embedding_core.modalities.vectorfiles.base import (
    Asked,
    Blob,
    Found,
    Reader,
    choose,
    content_of,
    others_note,
)
from embedding_core.modalities.vectorfiles.columns import ragged_note, usual_length

if TYPE_CHECKING:
    import pandas as pd

_LOOKED_AT = 200
_SHAPES = (
    "it has no vectors; bring one object an item with a list of numbers, such as "
    '{"id": "king", "vector": [0.1, 0.2]}.'
)
_TEXTS = 'it has no texts; bring one object an item with a text, such as {"text": "A sentence."}.'


def _read(source: Blob, name: str, asked: Asked) -> Found:
    records, notes = read_records(source, name)
    keys = list(dict.fromkeys(key for record in records for key in record))
    lists = vector_keys(records)
    if lists or asked.column:
        chosen = choose(lists or keys, asked.column, name, "key")
        rows = [record.get(chosen) for record in records]
        notes += others_note(chosen, lists, name, "key")
        left_out = {chosen, *lists}
    else:
        dims = _dimension_keys(records)
        if not dims:
            raise UnreadableItemError(name, _SHAPES)
        rows = [[record.get(key) for key in dims] for record in records]
        left_out = set(dims)
    matrix, kept, odd = stack(rows, name)
    return Found(
        matrix,
        table_of([records[i] for i in kept], [key for key in keys if key not in left_out]),
        [*notes, *odd],
    )


def _candidates(source: Blob, name: str) -> tuple[str, ...]:
    return tuple(vector_keys(read_records(source, name)[0]))


def holds_texts(source: Blob, name: str) -> bool:
    """Tell whether a file's records have texts and no vectors."""
    records, _ = read_records(source, name, texts=True)
    has_texts = any(isinstance(cell, str) for record in records for cell in record.values())
    return has_texts and not vector_keys(records) and not _dimension_keys(records)


def stack(rows: list[Any], name: str) -> tuple[NDArray[np.float32], NDArray[np.intp], list[str]]:
    """Stack lists of numbers into a matrix; other rows are left out and counted.

    Returns
    -------
    matrix : ndarray of shape (m, dim), float32
        ``null`` is NaN.
    kept : ndarray of shape (m,)
        The rows' places in `rows`.
    notes : list of str
    """
    arrays = [_array(row) for row in rows]
    sizes = np.array([-1 if array is None else len(array) for array in arrays], dtype=np.intp)
    usual = usual_length(sizes)
    if not usual:
        raise UnreadableItemError(name, _SHAPES)
    kept = np.flatnonzero(sizes == usual)
    matrix = np.stack([array for array in arrays if array is not None and len(array) == usual])
    return matrix, kept, ragged_note(len(rows) - len(kept), usual, name)


def _array(row: Any) -> NDArray[np.float32] | None:
    if not isinstance(row, list):
        return None
    try:
        with np.errstate(over="ignore"):
            # Booleans and texts of digits are no numbers here, though Python would take them.
            if any(isinstance(value, (str, bool)) for value in row):
                return None
            return np.array(row, dtype=np.float32).reshape(len(row))
    except (ValueError, TypeError, OverflowError):
        return None


def read_records(
    source: Blob, name: str, *, texts: bool = False
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what the file holds as one record an item, whatever its layout.

    Parameters
    ----------
    source, name
        As for all readers.
    texts : bool
        Whether a bare text is an item too, under the key ``text``.
    """
    text, notes = decode_text(content_of(source), name)
    if PurePosixPath(name).suffix.lower() == ".json":
        try:
            items = list(_items(json.loads(text)))
        except (ValueError, RecursionError) as problem:
            # Many files of JSON lines are called .json.
            items, bad = _lines(text, texts)
            if not items:
                raise UnreadableItemError(
                    name, f"it is no valid JSON, or cut short ({_where(problem)}); export it again."
                ) from problem
            notes = [*notes, *_bad_lines(bad, name)]
    else:
        items, bad = _lines(text, texts)
        notes = [*notes, *_bad_lines(bad, name)]
    if texts:
        items = [{"text": item} if isinstance(item, str) else item for item in items]
    records = [record for record in map(_record, items) if record is not None]
    if not records:
        raise UnreadableItemError(name, _TEXTS if texts else _SHAPES)
    check_size(len(records), name)
    return records, notes


def _lines(text: str, texts: bool) -> tuple[list[Any], list[int]]:
    """Return what every line holds, and the numbers of the lines that are no JSON."""
    items: list[Any] = []
    bad: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            items.append(json.loads(line))
        except (ValueError, RecursionError):
            bad.append(number)
    if not any(isinstance(item, (dict, list, str) if texts else (dict, list)) for item in items):
        return [], bad
    return items, bad


def _bad_lines(bad: list[int], name: str) -> list[str]:
    if not bad:
        return []
    listed = ", ".join(map(str, bad[:5])) + (", ..." if len(bad) > 5 else "")
    lines, were = ("line is", "was") if len(bad) == 1 else ("lines are", "were")
    return [f"{len(bad):,} {lines} no valid JSON in {name} and {were} left out: {listed}."]


def _items(data: Any) -> Iterator[Any]:
    """Take one value apart into items: a list, columns, names with vectors, or a wrapped list."""
    if isinstance(data, list):
        yield from data
        return
    if not isinstance(data, dict):
        return
    values = list(data.values())
    if values and all(_array(value) is not None for value in values[:_LOOKED_AT]):
        lengths = {len(value) for value in values if isinstance(value, list)}
        if len(values) > 1 and len(lengths) <= 1:
            yield from ({"id": key, "vector": value} for key, value in data.items())
            return
    columns = {key: value for key, value in data.items() if isinstance(value, list)}
    records = [value for value in columns.values() if value and isinstance(value[0], dict)]
    if records:
        yield from max(records, key=len)
    elif columns:
        longest = max(map(len, columns.values()))
        alike = {key: value for key, value in columns.items() if len(value) == longest}
        yield from (dict(zip(alike, row, strict=True)) for row in zip(*alike.values(), strict=True))


def _record(item: Any) -> dict[str, Any] | None:
    """Return an item as a flat record: objects in it give their keys, a bare list is its vector."""
    if isinstance(item, list):
        return {"vector": item}
    if not isinstance(item, dict):
        return None
    flat: dict[str, Any] = {}
    for key, value in item.items():
        if isinstance(value, Mapping):
            for inner, cell in value.items():
                flat.setdefault(inner if inner not in item else f"{key}.{inner}", cell)
        else:
            flat[key] = value
    return flat


def vector_keys(records: list[dict[str, Any]]) -> list[str]:
    """Return the keys under which most of the first records have a list of numbers."""
    head = records[:_LOOKED_AT]
    keys = dict.fromkeys(key for record in head for key in record)
    return [
        key
        for key in keys
        if 2 * sum(bool(record.get(key)) and _array(record.get(key)) is not None for record in head)
        > len(head)
    ]


def _dimension_keys(records: list[dict[str, Any]]) -> list[str]:
    """Return the keys that hold one number each and are numbered alike: ``dim_0``, ``dim_1``."""
    head = records[:_LOOKED_AT]
    keys = dict.fromkeys(key for record in head for key in record)
    numeric = [
        key
        for key in keys
        if all(
            isinstance(record.get(key), (int, float, type(None)))
            and not isinstance(record.get(key), bool)
            for record in head
        )
    ]
    return numbered_alike(numeric)


def table_of(records: list[dict[str, Any]], keys: list[str]) -> pd.DataFrame:
    """Return some keys of records as columns; lists in them become text."""
    import pandas as pd

    return pd.DataFrame({key: _column([record.get(key) for record in records]) for key in keys},
                        index=range(len(records)))  # fmt: skip


def _column(cells: list[Any]) -> list[Any]:
    """Return cells that are all numbers or all texts; lists become text."""
    if all(cell is None or isinstance(cell, (int, float)) for cell in cells):
        return cells
    return [
        "" if cell is None else cell if isinstance(cell, str) else json.dumps(cell, default=str)
        for cell in cells
    ]


def _where(problem: Exception) -> str:
    if isinstance(problem, json.JSONDecodeError):
        return f"line {problem.lineno}, character {problem.colno}"
    return "nested too deeply"


READERS = (Reader((".jsonl", ".ndjson", ".json"), _read, _candidates),)
