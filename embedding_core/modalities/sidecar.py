"""A table that lies beside files and says what they are: their names, labels, columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from embedding_core.errors import InputError
from embedding_core.modalities import passages
from embedding_core.modalities.base import Files

if TYPE_CHECKING:
    import pandas as pd

# What the column is called that names the files; "file_name" is Hugging Face's.
_FILES = ("file", "file_name", "filename", "path", "image", "audio")
NAME = "name"
"""The column with what to call the items."""
_MOST_BYTES = 64 << 20


@dataclass(frozen=True)
class Sidecar:
    """What tables say of the files beside them.

    Attributes
    ----------
    tables : tuple of str
        The files that are such tables.
    columns : pandas.DataFrame
        One row for each file asked about, in their order; missing where no table has it. The
        column that names the files is left out.
    notes : tuple of str
        What the person should know of how they were read.
    """

    tables: tuple[str, ...]
    columns: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()


def find_sidecar(files: Files, items: Sequence[str]) -> Sidecar:
    """Find the tables among files that name others of them, row by row.

    A table counts where one of its columns is called ``file``, ``file_name``, ``filename``,
    ``path``, ``image`` or ``audio`` and names at least one of the items, as seen from the table's
    own folder.

    Parameters
    ----------
    files : sequence of (str, Content)
        All files, by name with folders.
    items : sequence of str
        Those that the tables may speak of.
    """
    import pandas as pd

    found = pd.DataFrame(index=range(len(items)))
    tables, notes = [], []
    for name, content in files:
        if PurePosixPath(name).suffix.lower() not in passages.TABLES:
            continue
        try:
            if content.nbytes > _MOST_BYTES:
                continue
            table, remarks = passages.read_columns(content(), name)
        except InputError:
            # No table that can be read: it is named among the files that were left out.
            continue
        told = _by_file(table, PurePosixPath(name).parent, items)
        if told is None:
            continue
        tables.append(name)
        notes += remarks
        found = told.combine_first(found)[
            [*found.columns, *told.columns.difference(found.columns, sort=False)]
        ]
    return Sidecar(tuple(tables), found, tuple(notes))


def _by_file(
    table: pd.DataFrame, folder: PurePosixPath, items: Sequence[str]
) -> pd.DataFrame | None:
    """Return a table's rows in the order of items, or None where it names none of them."""
    import pandas as pd

    for column in table.columns:
        if str(column).lower() not in _FILES:
            continue
        cells = table[column].astype(str)
        told = table.drop(columns=[column])
        told.index = pd.Index([_composed(str(folder / cell.strip().lstrip("/"))) for cell in cells])
        told = told[~told.index.duplicated()]
        composed = [_composed(item) for item in items]
        if told.index.isin(composed).any():
            return told.reindex(composed).reset_index(drop=True)
    return None


def _composed(name: str) -> str:
    """Return a name with its accents as tables have them: macOS writes them apart from letters."""
    return unicodedata.normalize("NFC", name)
