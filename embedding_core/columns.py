"""What a collection's columns hold: numbers, categories, or running text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from embedding_core.collection import Collection

_MOSTLY = 0.95
_FEW_VALUES = 8
_FEW_WHERE_REPEATED = 20
_LOOKED_AT = 1_000
_WORDS_OF_A_TEXT = 3


@dataclass(frozen=True, eq=False)
class Column:
    """One column of some items.

    Attributes
    ----------
    name : str
    values : ndarray of shape (n,), float32
        Its numbers, NaN where an item has none; of a column of categories, empty.
    codes : ndarray of shape (n,), int32
        Its categories, each a place in `names`, -1 where an item has none; of numbers, empty.
    names : tuple of str
        Its categories, in the order in which they first occur; of numbers, empty.
    """

    name: str
    values: NDArray[np.float32] = field(repr=False)
    codes: NDArray[np.int32] = field(repr=False)
    names: tuple[str, ...] = ()

    @property
    def is_numeric(self) -> bool:
        """Whether it holds numbers."""
        return len(self.values) > 0

    @property
    def is_missing(self) -> NDArray[np.bool_]:
        """Which items have nothing in it, (n,)."""
        return np.isnan(self.values) if self.is_numeric else self.codes < 0

    @property
    def labels(self) -> list[float | str | None]:
        """What stands in it for each item; None where nothing does."""
        if self.is_numeric:
            return [None if np.isnan(value) else float(value) for value in self.values]
        return [None if code < 0 else self.names[code] for code in self.codes]


def column(collection: Collection, name: str, ids: Sequence[str]) -> Column:
    """Return a column of the items `ids`.

    Raises
    ------
    UnknownNameError
        If there is no such column.
    """
    return _read(collection, name, _rows(collection, ids))


def columns(collection: Collection, ids: Sequence[str]) -> list[Column]:
    """Return the columns of the items `ids` that can tell items apart.

    Left out are those of one value alone, and those of categories in which nearly every item has
    its own, such as names.
    """
    rows = _rows(collection, ids)
    names = dict.fromkeys(map(str, collection.table.columns))
    found = [_read(collection, name, rows) for name in names]
    return [each for each in found if _tells_apart(each)]


def texts(collection: Collection, ids: Sequence[str]) -> tuple[str, list[str]] | None:
    """Return the running text that comes with the items `ids`.

    That is the items themselves where they are sentences or documents; else the first column of
    texts: mostly different from each other, and of three or more words on average.

    Returns
    -------
    (str, list of str) or None
        The column's name (empty where the items are the texts) and one text an item; None where
        there is no running text.
    """
    rows = _rows(collection, ids)
    if collection.modality == "text" and collection.unit != "word":
        return "", [str(collection.payloads[row].load()) for row in rows]
    for name in collection.table.columns:
        cells = collection.table[name].iloc[rows]
        if _is_running_text(cells) and numbers_in(cells) is None:
            return str(name), cells.astype(object).where(cells.notna(), "").astype(str).tolist()
    return None


def numbers_in(column: pd.Series) -> NDArray[np.float32] | None:
    """Return a column's numbers, NaN where a cell has none; None where it holds categories.

    A column is one of numbers where nearly all of its cells are and there are more than a few
    different ones: years are numbers, ten digits are categories.
    """
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column.dtype):
        filled = found = column[column.notna()]
    else:
        filled = column[column.notna() & (column.astype(str) != "")]
        found = pd.to_numeric(filled, errors="coerce")
    if not len(filled) or found.notna().mean() < _MOSTLY:
        return None
    repeated = 2 * found.nunique() <= len(filled)
    if found.nunique() <= (_FEW_WHERE_REPEATED if repeated else _FEW_VALUES):
        return None
    values = pd.to_numeric(column, errors="coerce").to_numpy(np.float32, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan).astype(np.float32)


def _rows(collection: Collection, ids: Sequence[str]) -> list[int]:
    known = collection.positions
    return [known[id_] for id_ in ids]


def _read(collection: Collection, name: str, rows: list[int]) -> Column:
    import pandas as pd

    names = [str(known) for known in collection.table.columns]
    if name not in names:
        raise UnknownNameError("column", name, names or ("(there are none)",))
    cells = collection.table.iloc[rows, names.index(name)]
    values = numbers_in(cells)
    if values is not None:
        return Column(name, values, np.empty(0, np.int32))
    text = cells.astype(object).where(cells.notna(), "").astype(str).str.strip()
    codes, found = pd.factorize(text.where(text != "", None))
    return Column(
        name, np.empty(0, np.float32), codes.astype(np.int32), tuple(str(each) for each in found)
    )


def _tells_apart(column: Column) -> bool:
    filled = ~column.is_missing
    n = int(filled.sum())
    if column.is_numeric:
        known = column.values[filled]
        return bool((known != known[0]).any()) if n else False
    is_one = len(column.names) < 2 and n in (0, len(filled))
    return not is_one and len(column.names) <= n / 2


def _is_running_text(cells: pd.Series) -> bool:
    """Tell whether the first of the cells are texts of some words, mostly different."""
    some = [str(cell).strip() for cell in cells[cells.notna()].iloc[:_LOOKED_AT]]
    filled = [cell for cell in some if cell]
    if len(set(filled)) <= len(filled) / 2:
        return False
    return sum(len(cell.split()) for cell in filled) >= _WORDS_OF_A_TEXT * len(filled)
