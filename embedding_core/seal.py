"""A seal over every byte of a Parquet file, kept in its own footer: one byte changed breaks it.

The digest is taken with the seal's own place filled with zeros, and covers values, names, types and
metadata alike. It tells accidents and edits, not forgery: whoever can compute it can seal again.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

KEY = b"embedding_explorer_blake2b"
_BYTES = 32
BLANK = b"0" * (2 * _BYTES)
_STEP = 1 << 22
_MAGIC = b"PAR1"


def seal(path: Path) -> None:
    """Seal a Parquet file that was written with :data:`BLANK` under :data:`KEY` in its metadata."""
    with path.open("r+b") as file:
        place = _place(file)
        if place is not None:
            found = _digest(file, place)
            file.seek(place)
            file.write(found)


def has_seal(metadata: Mapping[bytes, bytes] | None) -> bool:
    """Tell whether a file's metadata holds a seal, broken or not."""
    return KEY in (metadata or {})


def is_intact(source: bytes | Path) -> bool:
    """Tell whether a file is, byte for byte, what was sealed; False where it has no seal."""
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        place = _place(file)
        if place is None:
            return False
        file.seek(place)
        return file.read(len(BLANK)) == _digest(file, place)


def _place(file: BinaryIO) -> int | None:
    """Return where the seal stands in a file; None where it has none."""
    size = file.seek(0, io.SEEK_END)
    if size < 12:
        return None
    file.seek(size - 8)
    end = file.read(8)
    footer = int.from_bytes(end[:4], "little") + 8
    if end[4:] != _MAGIC or footer > size:
        return None
    file.seek(size - footer)
    # In the footer a value follows its key after two bytes: its field and its length.
    at = file.read(footer).rfind(KEY)
    return None if at < 0 else size - footer + at + len(KEY) + 2


def _digest(file: BinaryIO, place: int) -> bytes:
    """Return the digest of a file with zeros in the seal's place, as hexadecimal digits."""
    state = hashlib.blake2b(digest_size=_BYTES)
    file.seek(0)
    at = 0
    while part := file.read(_STEP if at != place else len(BLANK)):
        if at == place:
            part = BLANK[: len(part)]
        elif at < place < at + len(part):
            file.seek(place)
            part = part[: place - at]
        state.update(part)
        at += len(part)
    return state.hexdigest().encode()
