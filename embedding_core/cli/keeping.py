"""The command that tells of, and clears, what is kept across restarts."""

from __future__ import annotations

import json
from argparse import Namespace

from embedding_core import store
from embedding_core.errors import InputError


def keep(arguments: Namespace) -> None:
    """Print where the store lies and how large it is, or clear it."""
    usage = store.usage()
    if arguments.clear:
        try:
            freed = store.clear()
        except OSError as problem:
            raise InputError(
                f"{usage.folder} could not be cleared ({problem.strerror or problem}); check who "
                "may write there."
            ) from problem
        print(f"Cleared {_size(freed)} in {usage.folder}.")
        return
    if arguments.json:
        told = {"folder": str(usage.folder), "bytes": usage.n_bytes, "limit": usage.limit}
        print(json.dumps(told, indent=2))
    else:
        print(f"folder  {usage.folder}")
        print(f"size    {_size(usage.n_bytes)}")
        limit = _size(usage.limit) if usage.limit else "0, nothing is kept"
        print(f"limit   {limit} (EMBEDDING_STORE_GB)")


def _size(n_bytes: int) -> str:
    for unit, least in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if n_bytes >= least:
            return f"{n_bytes / least:.1f} {unit}"
    return f"{n_bytes} bytes"
