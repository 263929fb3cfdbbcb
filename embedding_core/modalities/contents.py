"""Where a file's bytes lie: on the disk, in an archive, in memory; read when they are asked for."""

from __future__ import annotations

import lzma
import os
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Protocol

from embedding_core.collection import writable
from embedding_core.errors import TooLargeError, UnreadableItemError

_UTF8_NAME = 0x800
"""The flag of an archive's entry whose name is UTF-8."""


def max_archive_files() -> int:
    """Return how many files an archive may hold, from ``EMBEDDING_MAX_ARCHIVE_FILES``."""
    return int(os.environ.get("EMBEDDING_MAX_ARCHIVE_FILES", "10000"))


def max_archive_mb() -> int:
    """Return how many MB an archive may unpack to, from ``EMBEDDING_MAX_ARCHIVE_MB``."""
    return int(os.environ.get("EMBEDDING_MAX_ARCHIVE_MB", "4096"))


class Content(Protocol):
    """A file's bytes, read anew at each call."""

    def __call__(self) -> bytes:
        """Return the bytes. Raises UnreadableItemError."""

    @property
    def nbytes(self) -> int:
        """How many they are, or say they are, without reading them."""


@dataclass(frozen=True, slots=True)
class GivenBytes:
    """Bytes that are in memory already."""

    data: bytes = field(repr=False)

    def __call__(self) -> bytes:
        """Return them."""
        return self.data

    @property
    def nbytes(self) -> int:
        """How many they are."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the disk."""

    path: Path

    def __call__(self) -> bytes:
        """Read it."""
        try:
            return self.path.read_bytes()
        except OSError as problem:
            raise self._unreadable(problem) from problem

    @property
    def nbytes(self) -> int:
        """Its size."""
        try:
            return self.path.stat().st_size
        except OSError as problem:
            raise self._unreadable(problem) from problem

    def _unreadable(self, problem: OSError) -> UnreadableItemError:
        reason = f"the system says “{problem.strerror}”; check its permissions."
        return UnreadableItemError(writable(self.path.name), reason)


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file in a ZIP, which may lie on the disk; several threads may read of one archive."""

    archive: zipfile.ZipFile = field(repr=False)
    info: zipfile.ZipInfo

    def __call__(self) -> bytes:
        """Unpack it."""
        try:
            # No more is read than the header declares, which was checked.
            with self.archive.open(self.info) as file:
                return file.read(self.info.file_size)
        except (
            zipfile.BadZipFile,
            zlib.error,
            lzma.LZMAError,
            RuntimeError,
            NotImplementedError,
            EOFError,
            OSError,
            ValueError,
        ) as problem:
            raise UnreadableItemError(
                name_of(self.info), "it is damaged or encrypted; pack the archive again."
            ) from problem

    @property
    def nbytes(self) -> int:
        """How many bytes its header says it has."""
        return self.info.file_size


def folder_files(folder: Path) -> Iterator[tuple[str, Content]]:
    """Yield the files of a folder by relative name, each with a way to read it; no hidden ones."""
    for path in sorted(folder.rglob("*")):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        if path.is_file() and not _is_hidden(relative):
            yield writable(str(relative)), StoredFile(path)


def archive_files(source: bytes | Path, name: str) -> Iterator[tuple[str, Content]]:
    """Yield the files of a ZIP by name, each with a way to unpack it; none is written to disk.

    Parameters
    ----------
    source : bytes or Path
        An archive on the disk stays there, and each file is unpacked when it is asked for.
    name : str
        What the archive is called, for messages.

    Raises
    ------
    UnreadableItemError
        If it is no ZIP; unpacking a file raises it where that one is damaged or encrypted.
    TooLargeError
        If it has too many files or would unpack to too much.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise UnreadableItemError(name, "it is no valid ZIP archive; pack it again.") from problem
    if archive.fp is not None:
        # In a circle of references the file may go before the archive that would close it.
        weakref.finalize(archive, archive.fp.close)
    files = [
        (file_name, info)
        for info in archive.infolist()
        if not info.is_dir()
        and (file_name := name_of(info))
        and not _is_hidden(PurePosixPath(file_name))
    ]
    total = sum(info.file_size for _, info in files)
    if len(files) > max_archive_files() or total > max_archive_mb() << 20:
        raise TooLargeError(
            f"{name} holds {len(files):,} files of {-(-total >> 20):,} MB in all; the limit is "
            f"{max_archive_files():,} files and {max_archive_mb():,} MB: split it, or set "
            "EMBEDDING_MAX_ARCHIVE_FILES or EMBEDDING_MAX_ARCHIVE_MB to a higher number before "
            "starting."
        )
    for file_name, info in files:
        yield file_name, ArchivedFile(archive, info)


def name_of(info: zipfile.ZipInfo) -> str:
    """Return an archived file's name with its folders, such as ``birds/owl.png``.

    It is a name and never a place: what would lead out of the archive (``..``, a root, a drive) is
    left out of it. Backslashes of old Windows programs part folders too, and names that are UTF-8
    without saying so, as macOS packs them, are read as that.
    """
    name = info.filename
    if not info.flag_bits & _UTF8_NAME and not name.isascii():
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    parts = writable(name).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", "..") and part[1:] != ":")


def _is_hidden(path: PurePosixPath) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.parts)
