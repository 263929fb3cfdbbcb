"""What an item says when it is pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.figures.markup import escaped, number, shortened

if TYPE_CHECKING:
    from embedding_core.collection import Collection

_COLUMNS = 6


def own_columns(collection: Collection | None) -> list[str]:
    """Return the columns the person brought, without the id and the place on the map."""
    if collection is None:
        return []
    names = map(str, collection.table.columns)
    return [name for name in names if name.lower() not in ("id", "x", "y", "z")]


def hover_texts(ids: Sequence[str], collection: Collection | None) -> list[str]:
    """Return what each item says when pointed at: its name and its first columns, as plain text."""
    names = [f"<b>{escaped(shortened(id_, 60))}</b>" for id_ in ids]
    columns = own_columns(collection)[:_COLUMNS]
    if collection is None or not columns:
        return names
    heads = [escaped(shortened(column, 30)) for column in columns]
    rows = collection.table[columns].iloc[[collection.positions[id_] for id_ in ids]]
    cells = rows.astype(object).where(rows.notna(), "").itertuples(index=False, name=None)
    return [
        "<br>".join(
            [
                name,
                *(
                    f"{head}: {_cell(value)}"
                    for head, value in zip(heads, row, strict=True)
                    if str(value) != ""
                ),
            ]
        )
        for name, row in zip(names, cells, strict=True)
    ]


def _cell(value: object) -> str:
    if isinstance(value, float | np.floating):
        return number(float(value))
    return escaped(shortened(value, 60))
