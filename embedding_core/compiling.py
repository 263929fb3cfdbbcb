"""Compiling loops that NumPy cannot take over, with what was compiled kept on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F, **options: Any) -> F:
    """Return `function` compiled by numba, for any thread and without Python's lock.

    Never in parallel: numba's OpenMP threads slow scikit-learn's down ten times in that process.
    Who wants two cores runs the function in two Python threads.

    Parameters
    ----------
    function : callable
        Plain Python, as numba understands it.
    **options
        More of ``numba.njit``, such as ``fastmath``.
    """
    import numba

    try:
        result: F = numba.njit(function, nogil=True, cache=True, **options)
    except RuntimeError:
        # Nowhere to keep it, as on a read-only disk.
        result = numba.njit(function, nogil=True, **options)
    return result
