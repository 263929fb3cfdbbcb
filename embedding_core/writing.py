"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedding_core.errors import InputError


def check_target(path: str | Path, suffixes: tuple[str, ...]) -> Path:
    """Return where a file is to be written, before anything is computed for it.

    Parameters
    ----------
    path : path
    suffixes : tuple of str
        The endings it may have, in lower case, with the dot.

    Raises
    ------
    InputError
        If the ending is another, the folder is not there, or a folder has that name.
    """
    target = Path(path)
    if target.suffix.lower() not in suffixes:
        raise InputError(
            f"{path} does not end in {' or '.join(suffixes)}; give the output such a name."
        )
    try:
        is_folder, has_home = target.is_dir(), target.parent.is_dir()
    except OSError as problem:
        raise InputError(f"{path} is no name for a file here ({problem.strerror}).") from problem
    if is_folder:
        raise InputError(f"{path} is a folder; give the name of a file in it.")
    if not has_home:
        raise InputError(
            f"The folder {target.parent} for {target.name} does not exist; make it first or write "
            "elsewhere."
        )
    return target


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a scratch file that takes its name when the block ends well, and is gone otherwise.

    Raises
    ------
    InputError
        If it cannot be written there.
    """
    # A link stays a link: what it points to is replaced.
    target = Path(path).resolve()
    try:
        handle, name = tempfile.mkstemp(suffix=target.suffix, dir=target.parent)
        os.close(handle)
        scratch = Path(name)
        try:
            yield scratch
            scratch.chmod(_mode(target))
            scratch.replace(target)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as problem:
        raise InputError(
            f"{path} could not be written ({problem.strerror or problem}); free some space or "
            "write elsewhere."
        ) from problem


def _mode(target: Path) -> int:
    """Return the permissions of the file that is replaced, or those any new file gets."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
