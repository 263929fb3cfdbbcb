"""The folder on disk in which vectors are kept: a secret, a lock, Lance tables, a limit on size.

Everything here gives way: where the disk is full, read-only or damaged, a table is as if it were
not there, a note says so once, and whoever asked computes what was not kept.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.db import DBConnection
    from lancedb.table import Table

T = TypeVar("T")

_SECRET_BYTES = 32
_PATIENCE = 5.0  # seconds to wait for another process that writes
_TOUCHED_AGAIN = 60.0  # seconds within which a table counts as just used
_COMPACTED_EVERY = 16  # additions to a table
_READERS_FINISH = 600.0  # seconds for which files that were merged stay for those who read them
_SUFFIX = ".lance"
_LOCK = "lock"


class Vault:
    """Tables known by keyed digests alone: who does not hold the content cannot name its table.

    Nothing lists what is kept. Names and keys are BLAKE2b digests keyed with a secret of this
    installation (readable to its owner only), so that nobody can tell by trying whether something
    guessable is among them.

    Parameters
    ----------
    folder : Path
        Made when something is first kept.
    limit : int
        Bytes that all tables together may take; those not used longest go first. 0 keeps nothing.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit
        self.notes: dict[str, None] = {}
        self._tables = folder / "tables"
        self._thread_lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Vault({str(self.folder)!r})"

    def __reduce__(self) -> str:
        raise TypeError("a vault holds a secret and is not pickled")

    def digest(self, *parts: bytes | str) -> bytes | None:
        """Return the 16-byte keyed digest of parts; None where nothing can be kept here."""
        if not self.limit or self._secret is None:
            return None
        state = hashlib.blake2b(digest_size=16, key=self._secret)
        for part in parts:
            data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
            state.update(len(data).to_bytes(8, "little"))
            state.update(data)
        return state.digest()

    def read(self, name: str, work: Callable[[Table], T]) -> T | None:
        """Return what `work` makes of a table; None where it is not there or cannot be read."""
        for last in (False, True):
            if not self.holds(name):
                return None
            try:
                found = work(self._connection.open_table(name))
            except Exception:  # Lance tells of damage by errors of many kinds, Rust's panics too.
                # Another process may just have merged or dropped it: look once more.
                if last and self.holds(name):
                    self._forget_damaged(name)
            else:
                self.touch(name)
                return found
        return None

    def holds(self, name: str) -> bool:
        """Tell whether there is a table of this name."""
        return (self._tables / (name + _SUFFIX)).is_dir()

    def names(self, start: str) -> list[str]:
        """Return the tables whose names start with a keyed digest, in order."""
        return sorted(
            path.name.removesuffix(_SUFFIX)
            for path in self._folders()
            if path.name.startswith(start + "-")
        )

    def size_of(self, name: str) -> int:
        """Return how many bytes a table takes; 0 where there is none."""
        return _bytes_below(self._tables / (name + _SUFFIX))

    def write(self, name: str, data: pa.Table) -> bool:
        """Add rows to a table, made where it is not there; return whether they are kept now."""
        return self._change(name, data, replace=False)

    def replace(self, name: str, data: pa.Table) -> bool:
        """Put a whole table in the place of one of that name; return whether it is kept now."""
        return self._change(name, data, replace=True)

    def stream(
        self, name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch], n_bytes: int
    ) -> Table | None:
        """Write a table some rows at a time; None where it is not kept.

        Others may write meanwhile: it stands under a name of its own. What `batches` raises is
        passed on.
        """
        stops: list[BaseException] = []

        def watched() -> Iterator[pa.RecordBatch]:
            try:
                yield from batches
            except BaseException as stop:
                stops.append(stop)
                raise

        try:
            connection = self._connection
            with self._alone() as free:
                if not free or not self.make_room(n_bytes, spare=name):
                    return None
            self.drop(name)
            return connection.create_table(name, watched(), schema=schema)
        except Exception as problem:
            self.drop(name)
            if stops:
                raise stops[0] from None
            self.note_failure(problem)
            return None

    def drop(self, name: str) -> None:
        """Forget a table."""
        shutil.rmtree(self._tables / (name + _SUFFIX), ignore_errors=True)

    def make_room(self, wanted: int, spare: str = "") -> bool:
        """Drop the tables not used longest until `wanted` bytes fit; tell whether they do."""
        if wanted > self.limit:
            return False
        aged = sorted((path.stat().st_mtime, path) for path in self._folders())
        sizes = {path: _bytes_below(path) for _, path in aged}
        taken = sum(sizes.values())
        for _, path in aged:
            if taken + wanted <= self.limit:
                break
            if path.name != spare + _SUFFIX:
                self.drop(path.name.removesuffix(_SUFFIX))
                taken -= sizes[path]
        return taken + wanted <= self.limit

    def size(self) -> int:
        """Return how many bytes all tables take together."""
        return sum(map(_bytes_below, self._folders()))

    def clear(self) -> None:
        """Forget everything that is kept, and make a new secret the next time.

        Raises
        ------
        OSError
            If it cannot be deleted.
        """
        if self.folder.is_dir():
            shutil.rmtree(self.folder)
        self.__dict__.pop("_secret", None)
        self.__dict__.pop("_connection", None)
        self.notes.clear()

    def touch(self, name: str) -> None:
        """Mark a table as used: what was not used longest goes first."""
        path = self._tables / (name + _SUFFIX)
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _TOUCHED_AGAIN:
                os.utime(path)

    def note(self, text: str) -> None:
        """Remember a sentence for the person, once however often it is said."""
        self.notes.setdefault(text)

    def note_failure(self, problem: Exception) -> None:
        """Remember why something could not be kept."""
        self.note(
            "Vectors are not kept for the next time: their folder cannot be written to "
            f"({_reason(problem)}); free some space there, or name another folder in "
            "EMBEDDING_HOME."
        )

    def _folders(self) -> list[Path]:
        with suppress(OSError):
            return [path for path in self._tables.iterdir() if path.name.endswith(_SUFFIX)]
        return []

    def _change(self, name: str, data: pa.Table, *, replace: bool) -> bool:
        try:
            connection = self._connection  # Imports Lance, for which nobody should have to wait.
            with self._alone() as free:
                if not free or not self.make_room(data.nbytes, spare=name):
                    return False
                if not self.holds(name):
                    connection.create_table(name, data)
                elif replace:
                    connection.create_table(name, data, mode="overwrite")
                else:
                    self._add(name, data)
        except Exception as problem:  # A full disk comes as one of Lance's errors too.
            self.note_failure(problem)
            return False
        return True

    def _add(self, name: str, data: pa.Table) -> None:
        """Add to a table that is there; one that is damaged gives way."""
        from datetime import timedelta

        try:
            table = self._connection.open_table(name)
        except Exception:
            self._forget_damaged(name)
            self._connection.create_table(name, data)
            return
        table.add(data)
        if table.version % _COMPACTED_EVERY == 0:
            table.optimize(cleanup_older_than=timedelta(seconds=_READERS_FINISH))

    def _forget_damaged(self, name: str) -> None:
        self.note("Some kept vectors were damaged on disk; they are computed again.")
        self.drop(name)

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Let one thread of one process write at a time; False where others take too long."""
        from filelock import FileLock, Timeout

        if not self._thread_lock.acquire(timeout=_PATIENCE):
            yield False
            return
        try:
            lock = FileLock(self.folder / _LOCK)
            try:
                lock.acquire(timeout=_PATIENCE)
            except Timeout:
                yield False
                return
            try:
                yield True
            finally:
                lock.release()
        finally:
            self._thread_lock.release()

    @cached_property
    def _connection(self) -> DBConnection:
        import lancedb

        return lancedb.connect(self._tables)

    @cached_property
    def _secret(self) -> bytes | None:
        """The secret of this installation; None where it can be neither read nor made."""
        path = self.folder / "secret"
        try:
            found = _read_secret(path)
            if found is None:
                self.folder.mkdir(parents=True, exist_ok=True)
                self.folder.chmod(0o700)
                found = _make_secret(path)
        except OSError as problem:
            self.note(
                "Vectors are not kept for the next time: there is no folder for them "
                f"({_reason(problem)}); name another one in EMBEDDING_HOME."
            )
            return None
        return found


def _read_secret(path: Path) -> bytes | None:
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return None
    # One cut short opens nothing that was kept under the whole one: it is made anew.
    return found if len(found) == _SECRET_BYTES else None


def _make_secret(path: Path) -> bytes:
    """Write a new secret; of several processes one does, and the others read what it wrote."""
    from filelock import FileLock

    with FileLock(path.with_name(_LOCK)):
        found = _read_secret(path)
        if found is not None:
            return found
        scratch = path.with_suffix(".new")
        scratch.unlink(missing_ok=True)
        made = secrets.token_bytes(_SECRET_BYTES)
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(made)
        scratch.replace(path)
        return made


def _bytes_below(folder: Path) -> int:
    total = 0
    for root, _, files in os.walk(folder):
        for file in files:
            with suppress(OSError):
                total += Path(root, file).stat().st_size
    return total


def _reason(problem: Exception) -> str:
    """Say what the disk has against it, without a path: visitors of a server read it too."""
    text = getattr(problem, "strerror", None) or str(problem)
    lowered = text.lower()
    if "no space left" in lowered or "os error 28" in lowered:
        return "the disk is full"
    if "read-only file system" in lowered or "permission denied" in lowered:
        return "it is read-only"
    if "not a directory" in lowered or "file exists" in lowered:
        return "its place is taken by a file"
    return type(problem).__name__
