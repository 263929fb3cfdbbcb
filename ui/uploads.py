"""What is kept of an upload: its bytes, or a file where a library must open it by path."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePath, PurePosixPath

from embedding_core.collection import digest_of


@lru_cache(maxsize=1)
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="embedding-explorer-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@dataclass(frozen=True)
class Upload:
    """A file as it was brought, in memory.

    Attributes
    ----------
    name
        As the person calls it.
    data
        Its bytes.
    digest
        What stands for name and bytes, so that nobody has to read them again.
    brought
        Differs each time a file is brought, even if it is the same.
    """

    name: str
    data: bytes = field(repr=False)
    digest: str
    brought: str

    @classmethod
    def of(cls, name: str, data: bytes) -> Upload:
        """Take in a file."""
        return cls(name, data, digest_of(name, data).hex(), uuid.uuid4().hex)


def apart(uploads: Sequence[Upload]) -> tuple[Upload, ...]:
    """Number files of the same name, as two devices make them: they came from other folders."""
    found: dict[str, Upload] = {}
    for upload in uploads:
        path, name, number = PurePosixPath(upload.name), upload.name, 2
        while name in found:
            name, number = str(path.with_stem(f"{path.stem} ({number})")), number + 1
        found[name] = upload if name == upload.name else _renamed(upload, name)
    return tuple(found.values())


def _renamed(upload: Upload, name: str) -> Upload:
    return replace(upload, name=name, digest=f"{upload.digest} {name}")


def named_bytes(name: str, data: bytes) -> tuple[str, bytes]:
    """Keep an upload in memory, as it is."""
    return name, data


def keep_upload(name: str, data: bytes) -> str:
    """Write an upload into a folder of its own and return its path; equal content is kept once."""
    folder = _folder() / digest_of(data).hex()
    path = folder / PurePath(name).name
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return str(path)
