"""Where weights and our own files lie, and whether a model can be used."""

import hashlib
import importlib.util
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from embedding_core.errors import ModelLoadError


@dataclass(frozen=True)
class Available:
    """The model can be loaded here."""


@dataclass(frozen=True)
class Fetchable(Available):
    """The model is not here yet, and is fetched when it is first loaded.

    Attributes
    ----------
    size : str
        Of what is fetched, as text; empty where unknown.
    """

    size: str = ""


@dataclass(frozen=True)
class Missing:
    """The model cannot be loaded here.

    Attributes
    ----------
    reason : str
        What is missing.
    remedy : str
        What to do about it, as a command or an instruction.
    """

    reason: str
    remedy: str


Availability = Available | Missing


def home() -> Path:
    """Return the folder for our own caches, from ``EMBEDDING_HOME`` or the user's cache folder."""
    default = (
        Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "embedding-explorer"
    )
    return Path(os.environ.get("EMBEDDING_HOME") or default)


def models_dir() -> Path:
    """Return where people put weights themselves, from ``EMBEDDING_MODELS_DIR``."""
    return Path(os.environ.get("EMBEDDING_MODELS_DIR") or home() / "models")


def local_mode() -> bool:
    """Tell whether this process may read paths of its own disk for a visitor."""
    return os.environ.get("EMBEDDING_LOCAL") == "1"


@lru_cache(maxsize=64)
def package_dir(package: str) -> Path | None:
    """Return the folder of an installed package without importing it, or None."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def packaged_file(package: str, relative: str) -> Path | None:
    """Return a file inside an installed package, or None where either is missing."""
    folder = package_dir(package)
    if folder is None or not (folder / relative).is_file():
        return None
    return folder / relative


def check_sha256(path: Path, expected: str) -> None:
    """Raise ModelLoadError where the file is not the one we know."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise ModelLoadError(
            f"{path.name} has SHA-256 {found[:12]}..., expected {expected[:12]}...; it is damaged "
            "or another version: reinstall the package it came with."
        )


def path_identity(path: Path) -> str:
    """Return a short digest that changes when a local weight file is replaced or edited."""
    stat = path.stat()
    mark = f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"
    return hashlib.blake2b(mark.encode(), digest_size=8).hexdigest()
