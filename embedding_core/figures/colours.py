"""What points are coloured by: the categories or the numbers of a column."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.columns import numbers_in
from embedding_core.errors import UnknownNameError
from embedding_core.palette import REST, category_colours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embedding_core.collection import Collection

MAX_CATEGORIES = 1_024
_DEFAULT_CATEGORIES = 40


@dataclass(frozen=True)
class Categories:
    """Labels with a colour each.

    Attributes
    ----------
    codes : ndarray of shape (n,), int32
        Each item's place in `names`.
    names, colours : tuple of str
        In the order of the legend, which is that of the alphabet: the same labels look the same in
        every list that has them.
    """

    codes: NDArray[np.int32]
    names: tuple[str, ...]
    colours: tuple[str, ...]


@dataclass(frozen=True)
class Numbers:
    """A number each; NaN where an item has none."""

    values: NDArray[np.float32]


def default_color(collection: Collection, preferred: str = "") -> str | None:
    """Return the column to colour by where nothing was chosen: the first of few categories.

    Parameters
    ----------
    collection : Collection
    preferred : str
        Taken where there is such a column.

    Returns
    -------
    str or None
        None where no column has categories.
    """
    names = [str(name) for name in collection.table.columns]
    if preferred in names:
        return preferred
    most = min(_DEFAULT_CATEGORIES, len(collection) // 2)
    for name in names:
        if name != "id" and 2 <= collection.table[name].astype(str).nunique() <= most:
            return name
    return None


def colours_of(collection: Collection, name: str, ids: Sequence[str]) -> Categories | Numbers:
    """Return the colours of the items `ids` by a column of their collection.

    A column is one of numbers where nearly all of its cells are and there are more than a few
    different ones: years are a scale, ten digits are not. Of more categories than a legend can show
    the rarest share one grey.

    Raises
    ------
    UnknownNameError
        If there is no such column.
    """
    columns = [str(column) for column in collection.table.columns]
    if name not in columns:
        raise UnknownNameError("column to colour by", name, columns or ("(there are none)",))
    column = collection.table[name].iloc[[collection.positions[id_] for id_ in ids]]
    numbers = numbers_in(column)
    if numbers is not None:
        return Numbers(numbers)
    cells = [str(cell) or "(empty)" for cell in column.astype(object).where(column.notna(), "")]
    names = sorted(_most_frequent(cells), key=_natural)
    place = {cell: code for code, cell in enumerate(names)}
    codes = np.array([place.get(cell, len(names)) for cell in cells], dtype=np.int32)
    colours = category_colours(len(names))
    rest = len(set(cells)) - len(names)
    if rest:
        names.append(f"{rest:,} rarer values")
        colours.append(REST)
    return Categories(codes, tuple(names), tuple(colours))


def _most_frequent(cells: list[str]) -> list[str]:
    """Return the different values, of more than a legend can show the most frequent ones."""
    counts = Counter(cells)
    if len(counts) <= MAX_CATEGORIES:
        return list(counts)
    return [cell for cell, _ in counts.most_common(MAX_CATEGORIES - 1)]


def can_colour(collection: Collection, name: str) -> bool:
    """Tell whether a column says anything in colour: numbers, or categories that repeat."""
    column = collection.table[name]
    return (
        column.astype(str).nunique() <= max(len(collection) - 1, 1)
        or numbers_in(column) is not None
    )


def _natural(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    """Order names as people do: c2 before c10."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(part.isdigit(), int(part) if part.isdecimal() else 0, part) for part in parts], name
