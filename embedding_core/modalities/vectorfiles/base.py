"""What a reader of vectors is, and what it finds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from embedding_core.errors import TooLargeError, UnknownNameError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from embedding_core.origin import Origin

Blob = bytes | Path
"""A file's content, or where it lies on this machine's disk."""
MAX_BYTES = 2 << 30
# What vectors are called most often, the likeliest first.
_PREFERRED = ("vector", "vectors", "embedding", "embeddings", "emb", "features", "weight")


@dataclass(frozen=True)
class Asked:
    """How a person wants a file to be read.

    Attributes
    ----------
    column : str
        The column, array or tensor with the vectors; the likeliest where empty.
    header : {"auto", "yes", "no"}
        Whether a table's first line names its columns.
    """

    column: str = ""
    header: str = "auto"


@dataclass(frozen=True)
class Found:
    """What a file holds, not yet checked.

    Attributes
    ----------
    matrix : ndarray
        One row a vector; of any type and shape, as the file has it.
    table : pandas.DataFrame or None
        One row a vector.
    notes : list of str
        What the person should know of how it was read.
    origin : Origin or None
        What the file says of how its vectors were made.
    """

    matrix: NDArray[np.generic]
    table: pd.DataFrame | None = None
    notes: Sequence[str] = ()
    origin: Origin | None = None


def _one_candidate(source: Blob, name: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Reader:
    """Reads one kind of file.

    Attributes
    ----------
    suffixes : tuple of str
        In lower case, with the dot.
    read : callable
        ``read(source, name, asked) -> Found``; raises InputError.
    candidates : callable
        ``candidates(source, name) -> names``: the columns, arrays or tensors that could be the
        vectors, in the file's order; empty where there is no choice.
    """

    suffixes: tuple[str, ...]
    read: Callable[[Blob, str, Asked], Found]
    candidates: Callable[[Blob, str], tuple[str, ...]] = field(default=_one_candidate)


def choose(names: Sequence[str], asked: str, name: str, kind: str) -> str:
    """Return the one of `names` that is asked for, or the one called most like vectors.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    if asked:
        if asked not in names:
            raise UnknownNameError(f"{kind} of vectors in {name}", asked, names)
        return asked
    return preferred(names) or names[0]


def preferred(names: Sequence[str]) -> str:
    """Return the name that vectors are called most often, "" where none is."""
    lowered = {one.lower(): one for one in reversed(names)}
    return next((lowered[one] for one in _PREFERRED if one in lowered), "")


def others_note(chosen: str, names: Sequence[str], name: str, kind: str) -> list[str]:
    """Say which of several was taken for the vectors."""
    others = [one for one in names if one != chosen]
    if not others:
        return []
    listed = ", ".join(f"“{one}”" for one in others[:5]) + (", ..." if len(others) > 5 else "")
    return [f"The vectors of {name} are its {kind} “{chosen}”; it also has {listed}."]


def check_bytes(size: int, name: str) -> None:
    """Raise TooLargeError where vectors would take more memory than is allowed for an upload."""
    if size > MAX_BYTES:
        raise TooLargeError(
            f"{name} would take {size >> 20:,} MB in memory and the limit is {MAX_BYTES >> 20:,} "
            "MB; bring fewer rows, or save them as a .npy file and give its path (start with "
            "EMBEDDING_LOCAL=1): it is then read from the disk."
        )


def head_of(source: Blob, most: int) -> bytes:
    """Return the first bytes of a file."""
    if isinstance(source, bytes):
        return source[:most]
    with source.open("rb") as file:
        return file.read(most)


def content_of(source: Blob) -> bytes:
    """Return all bytes of a file."""
    return source if isinstance(source, bytes) else source.read_bytes()


def size_of(source: Blob) -> int:
    """Return how many bytes a file has."""
    return len(source) if isinstance(source, bytes) else source.stat().st_size


@contextmanager
def on_disk(source: Blob, name: str) -> Iterator[Path]:
    """Yield a path to the content, for libraries that open nothing else."""
    if isinstance(source, Path):
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="embedding-explorer-") as folder:
        # The ending alone: the rest of the name is a stranger's.
        path = Path(folder) / f"vectors{PurePosixPath(name).suffix.lower()}"
        path.write_bytes(source)
        yield path
