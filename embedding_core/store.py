"""Vectors kept across restarts: what was computed once is not computed again.

Content-addressed: a vector is found by whoever holds the very content it was made of, and by nobody
else. Only vectors and keyed digests are written, never names, texts or files, and there is no way
to list them. The vectors themselves lie in the clear, in a folder only its owner may open.

Where it lies: ``EMBEDDING_HOME`` (or the user's cache folder). How large it may get:
``EMBEDDING_STORE_GB``, 5 where not said; 0 keeps nothing.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from embedding_core.vault import Vault
from embedding_core.weights import home

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.table import Table
    from numpy.typing import NDArray

T = TypeVar("T")

DEFAULT_GB = 5.0
_GB = 1 << 30
_CHECK_BYTES = 8
# A shelf is kept in several tables, so that the oldest of its rows can go without the others.
_PART_BYTES = 64 << 20
_PARTS = 10_000


@dataclass(frozen=True)
class Usage:
    """What the store takes.

    Attributes
    ----------
    folder : Path
    n_bytes, limit : int
        Taken, and the most it takes before the oldest goes. A limit of 0 keeps nothing.
    """

    folder: Path
    n_bytes: int
    limit: int


class Shelf:
    """The kept vectors of one model with one setting: a handle that lives as long as its owner.

    Made by :func:`shelf`. It can be asked for vectors by the digests of their contents, and for
    nothing else.
    """

    def __init__(self, vault: Vault, mark: bytes, name: str) -> None:
        self._vault = vault
        self._mark = mark
        self._name = name

    def __repr__(self) -> str:
        return "Shelf(...)"

    def __reduce__(self) -> str:
        raise TypeError("a shelf is a handle of this process and is not pickled")

    def get(self, digests: Sequence[bytes]) -> dict[int, NDArray[np.float32]]:
        """Return the vectors that are kept, by position in `digests`.

        Parameters
        ----------
        digests : sequence of bytes
            16 bytes an item, as ``payload.digest()`` gives them.

        Returns
        -------
        dict of int to ndarray of shape (dim,), float32
        """
        names = self._parts()
        if not names or not digests:
            return {}
        keys = self._keys(digests)
        places: dict[bytes, list[int]] = {}
        for at, key in enumerate(keys):
            places.setdefault(key, []).append(at)
        found: dict[int, NDArray[np.float32]] = {}
        for name in names:
            if len(found) == len(keys):
                break
            rows = self._vault.read(name, lambda table: _rows_of(table, places))
            for key, row in (rows or {}).items():
                found.update(dict.fromkeys(places[key], row))
        return found

    def put(self, digests: Sequence[bytes], vectors: NDArray[np.float32]) -> bool:
        """Keep vectors under the digests of their contents; tell whether they are kept now.

        Parameters
        ----------
        digests : sequence of bytes
        vectors : ndarray of shape (n, dim), float32
        """
        names = self._parts()
        name = names[-1] if names else f"{self._name}-0000"
        if self._vault.size_of(name) >= _PART_BYTES:
            name = f"{self._name}-{(int(name[-4:]) + 1) % _PARTS:04d}"
        return self._vault.write(name, _as_rows(self._keys(digests), vectors))

    def _keys(self, digests: Sequence[bytes]) -> list[bytes]:
        keyed = (self._vault.digest(self._mark, digest) for digest in digests)
        return [key for key in keyed if key is not None]

    def _parts(self) -> list[str]:
        return self._vault.names(self._name)


def shelf(*mark: bytes | str) -> Shelf | None:
    """Return the shelf for what `mark` says: a model, its settings, its weights, its code.

    Returns
    -------
    Shelf or None
        None where nothing can be kept here.
    """
    vault = _vault()
    named = vault.digest("shelf", *mark)
    return None if named is None else Shelf(vault, named, f"v-{named.hex()}")


def keep_learned(arrays: Mapping[str, NDArray[np.float32]], *mark: bytes | str) -> bool:
    """Keep what a training learned; tell whether it is kept now.

    Parameters
    ----------
    arrays : mapping of str to ndarray of shape (n, dim), float32
        By the names they are asked for again.
    *mark
        All that the training hangs on: method, code, text, settings, seed.
    """
    vault = _vault()
    for name, array in arrays.items():
        table = _learned_table(vault, name, mark)
        if table is None or not vault.replace(table, _as_array(array)):
            return False
    return True


def learned(names: Sequence[str], *mark: bytes | str) -> dict[str, NDArray[np.float32]] | None:
    """Return what a training learned, or None where not all of it is kept."""
    vault = _vault()
    found: dict[str, NDArray[np.float32]] = {}
    for name in names:
        table = _learned_table(vault, name, mark)
        array = None if table is None else vault.read(table, _array_of)
        if array is None:
            return None
        found[name] = array
    return found


def table_name(kind: str, *mark: bytes | str) -> str | None:
    """Return what a table is called that hangs on `mark`; None where nothing can be kept here."""
    named = _vault().digest(kind, *mark)
    return None if named is None else f"x-{named.hex()}"


def keep_table(
    name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch], n_bytes: int
) -> Table | None:
    """Write a table that is too large to be held twice; None where it is not kept.

    Parameters
    ----------
    name : str
        From :func:`table_name`.
    schema : pyarrow.Schema
    batches : iterator of pyarrow.RecordBatch
        What it raises ends the writing and is passed on.
    n_bytes : int
        About how much the table will take, with what is built on it.
    """
    return _vault().stream(name, schema, batches, n_bytes)


def read_table(name: str, work: Callable[[Table], T]) -> T | None:
    """Return what `work` makes of a kept table; None where it is not there or cannot be read."""
    return _vault().read(name, work)


def mark_used(name: str) -> None:
    """Tell that a table is in use, so that others go before it when room is needed."""
    _vault().touch(name)


def give_up_table(name: str, problem: Exception) -> None:
    """Forget a table that could not be finished, and remember why for the person."""
    vault = _vault()
    vault.drop(name)
    vault.note_failure(problem)


def usage() -> Usage:
    """Return where the store lies and how large it is."""
    vault = _vault()
    return Usage(vault.folder, vault.size(), vault.limit)


def clear() -> int:
    """Forget all kept vectors and indexes; return how many bytes they took.

    Raises
    ------
    OSError
        If they cannot be deleted.
    """
    vault = _vault()
    taken = vault.size()
    vault.clear()
    return taken


def notes() -> tuple[str, ...]:
    """Return what went wrong with keeping, each a sentence said once."""
    return tuple(_vault().notes)


def _vault() -> Vault:
    return _opened(home() / "store", os.environ.get("EMBEDDING_STORE_GB", ""))


@lru_cache(maxsize=8)
def _opened(folder: Path, limit: str) -> Vault:
    try:
        gigabytes = float(limit) if limit.strip() else DEFAULT_GB
    except ValueError:
        gigabytes = math.nan
    known = math.isfinite(gigabytes) and gigabytes >= 0
    vault = Vault(folder, int((gigabytes if known else DEFAULT_GB) * _GB))
    if not known:
        vault.note(
            f"EMBEDDING_STORE_GB got {limit!r}; it takes a number of gigabytes, 0 to keep nothing. "
            f"Until then it is {DEFAULT_GB:g}."
        )
    return vault


def _learned_table(vault: Vault, name: str, mark: Sequence[bytes | str]) -> str | None:
    named = vault.digest("learned", name, *mark)
    return None if named is None else f"t-{named.hex()}"


def _as_rows(keys: Sequence[bytes], vectors: NDArray[np.float32]) -> pa.Table:
    """Lay out vectors for a table: their keys, themselves, and a check on what the disk returns."""
    import pyarrow as pa

    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    checks = [_check(key, row) for key, row in zip(keys, rows, strict=True)]
    return pa.table(
        {
            "key": pa.array(keys, pa.binary(16)),
            "check": pa.array(checks, pa.binary(_CHECK_BYTES)),
            "vector": _lists(rows),
        }
    )


def _rows_of(table: Table, wanted: Mapping[bytes, object]) -> dict[bytes, NDArray[np.float32]]:
    """Return the wanted rows of a table that are as they were written."""
    keys = table.search().select(["key"]).with_row_id(True).limit(None).to_arrow()
    kept = np.array(keys["key"].to_pylist(), dtype="S16")
    there = np.flatnonzero(np.isin(kept, np.array(list(wanted), dtype="S16")))
    if not len(there):
        return {}
    row_ids = keys["_rowid"].to_numpy()[there]
    rows = table.take_row_ids(row_ids.tolist()).to_arrow()
    vectors = _matrix(rows["vector"])
    checks = rows["check"].to_pylist()
    return {
        key: vectors[at]
        for at, key in enumerate(rows["key"].to_pylist())
        if key in wanted and checks[at] == _check(key, vectors[at])
    }


def _as_array(array: NDArray[np.float32]) -> pa.Table:
    """Lay out a whole array for a table of its own, with a check on all of it."""
    import pyarrow as pa

    rows = np.ascontiguousarray(array, dtype=np.float32)
    check = _check(b"", rows).hex()
    columns = {"at": pa.array(np.arange(len(rows), dtype=np.int32)), "vector": _lists(rows)}
    return pa.table(columns).replace_schema_metadata({"check": check})


def _array_of(table: Table) -> NDArray[np.float32]:
    rows = table.to_arrow()
    order = rows["at"].to_numpy()
    found = _matrix(rows["vector"])
    if (np.diff(order) != 1).any():
        found = found[np.argsort(order)]
    if (table.schema.metadata or {}).get(b"check") != _check(b"", found).hex().encode():
        raise ValueError("the table is not as it was written")
    return found


def _lists(rows: NDArray[np.float32]) -> pa.FixedSizeListArray:
    import pyarrow as pa

    return pa.FixedSizeListArray.from_arrays(pa.array(rows.reshape(-1)), rows.shape[1])


def _matrix(column: pa.ChunkedArray) -> NDArray[np.float32]:
    whole = column.combine_chunks()
    values = whole.flatten().to_numpy(zero_copy_only=False)
    return np.array(values, dtype=np.float32).reshape(len(whole), whole.type.list_size)


def _check(key: bytes, row: NDArray[np.float32]) -> bytes:
    state = hashlib.blake2b(key, digest_size=_CHECK_BYTES)
    state.update(np.ascontiguousarray(row).data.cast("B"))
    return state.digest()
