"""Lance tables: a folder that LanceDB keeps, with a list column of vectors."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedding_core.errors import InputError, MissingDependencyError, UnreadableItemError
from embedding_core.modalities.base import check_size
from embedding_core.modalities.contents import Content
from embedding_core.modalities.vectorfiles.base import Asked, Blob, Found, Reader
from embedding_core.modalities.vectorfiles.columns import found_in, vector_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

SUFFIX = ".lance"


def _read(source: Blob, name: str, asked: Asked) -> Found:
    with _opened(source, name) as table:
        check_size(table.count_rows(), name)
        found = table.to_arrow()
    return found_in(found, name, asked.column)


def _candidates(source: Blob, name: str) -> tuple[str, ...]:
    with _opened(source, name) as table:
        return tuple(vector_columns(table.schema))


@contextlib.contextmanager
def unpacked(files: Sequence[tuple[str, Content]]) -> Iterator[Path]:
    """Yield a folder with the files of a Lance table that came in an archive or as uploads.

    Parameters
    ----------
    files : sequence of (str, callable)
        Names below the table's folder, and what gives their content.
    """
    with tempfile.TemporaryDirectory(prefix="embedding-explorer-") as home:
        folder = Path(home) / f"table{SUFFIX}"
        for name, content in files:
            target = (folder / name).resolve()
            if folder.resolve() not in target.parents:
                raise InputError(
                    f"{name} would be unpacked outside of its table; pack the table again."
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content())
        yield folder


@contextlib.contextmanager
def _opened(source: Blob, name: str) -> Iterator[Any]:
    if not isinstance(source, Path) or not source.is_dir():
        raise UnreadableItemError(
            name,
            "a Lance table is a folder; give the folder's path, or pack the folder as a ZIP.",
        )
    try:
        import lancedb
    except ImportError as problem:
        raise MissingDependencyError("lancedb", "Reading a Lance table") from problem
    try:
        yield lancedb.connect(source.parent).open_table(source.stem)
    except InputError:
        raise
    # Its Rust code gives damage as RuntimeError, ValueError, or a panic that is no Exception.
    except BaseException as problem:
        if isinstance(problem, Exception) or type(problem).__name__ == "PanicException":
            raise UnreadableItemError(
                name, "it is no Lance table, or damaged or cut short; copy the whole folder again."
            ) from problem
        raise


READERS = (Reader((SUFFIX,), _read, _candidates),)
