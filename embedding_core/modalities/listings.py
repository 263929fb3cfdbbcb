"""A table that came with files and says what each of them is: manifest.csv, metadata.csv, ..."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from embedding_core.collection import Collection
from embedding_core.errors import InputError
from embedding_core.modalities.base import Files
from embedding_core.modalities.tables import open_table, typed

if TYPE_CHECKING:
    import pandas as pd

_ENDINGS = (".csv", ".tsv")
_FILE_COLUMNS = (
    "file",
    "filename",
    "file_name",
    "file name",
    "path",
    "file_path",
    "slice_file_name",
)
_NAME_COLUMNS = ("name", "title")
_LARGEST = 64 << 20


@dataclass(frozen=True, eq=False)
class Listing:
    """What a table says of files.

    Attributes
    ----------
    file : str
        The table's own file.
    rows : mapping of str to int
        The row of each file it names.
    table : pandas.DataFrame
        Its columns, without the one that names the files.
    """

    file: str
    rows: dict[str, int]
    table: pd.DataFrame

    def describe(self, collection: Collection, files: Sequence[str]) -> Collection:
        """Return a collection with the columns of the table, and the names it gives to the items.

        Parameters
        ----------
        collection : Collection
        files : sequence of str
            Which file each item is, by the name it came with.
        """
        import pandas as pd

        places = [self.rows.get(file, -1) for file in files]
        told = self.table.reindex(places).reset_index(drop=True)
        own = collection.table.drop(columns=[c for c in told if c in collection.table])
        named = next((str(c) for c in told if str(c).lower() in _NAME_COLUMNS), "")
        ids: list[str] = list(collection.ids)
        if named and told[named].nunique() == len(told):
            ids = list(map(str, told.pop(named)))
        untold = [file for file, at in zip(files, places, strict=True) if at < 0]
        notes = list(collection.notes)
        if untold:
            notes.append(f"{self.file} says nothing of {untold[0]}{_and_more(len(untold) - 1)}.")
        found = typed(told.astype(object).where(told.notna(), ""))
        return Collection.of(
            ids,
            collection.payloads,
            pd.concat([found, own], axis=1),
            modality=collection.modality,
            notes=notes,
            name=collection.name,
        )


def _and_more(n: int) -> str:
    return f" and {n:,} more" if n else ""


def find(files: Files, suffixes: Sequence[str]) -> tuple[Listing | None, Files]:
    """Return the table that names most of some files, and the files without it.

    Parameters
    ----------
    files : sequence of (str, Content)
    suffixes : sequence of str
        Endings of the files that are items.
    """
    ending = {name: PurePosixPath(name).suffix.lower() for name, _ in files}
    wanted = [name for name in ending if ending[name] in suffixes]
    best: Listing | None = None
    for name, content in files:
        if ending[name] not in _ENDINGS or content.nbytes > _LARGEST:
            continue
        try:
            found = _listing(name, open_table(content(), name, "yes").frame(), wanted)
        except InputError:
            # A table that cannot be read names nothing; it is left out by name like any other.
            continue
        if found is not None and (best is None or len(found.rows) > len(best.rows)):
            best = found
    if best is None:
        return None, files
    return best, [(name, content) for name, content in files if name != best.file]


def _listing(name: str, table: pd.DataFrame, files: Sequence[str]) -> Listing | None:
    column: Any = next((c for c in table if str(c).lower() in _FILE_COLUMNS), None)
    if column is None:
        return None
    folder = PurePosixPath(name).parent
    cells = [str(cell).replace("\\", "/").removeprefix("./") for cell in table[column]]
    whole = {str(folder / cell): row for row, cell in reversed(list(enumerate(cells)))}
    short = {PurePosixPath(cell).name: row for row, cell in reversed(list(enumerate(cells)))}
    rows = {
        file: row
        for file in files
        if (row := whole.get(file, short.get(PurePosixPath(file).name, -1))) >= 0
    }
    return Listing(name, rows, table.drop(columns=[column])) if rows else None
