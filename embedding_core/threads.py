"""How many threads linear algebra takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LOCK = threading.Lock()
_inside = 0
_limit: Any = None


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep BLAS to one thread while many small problems are solved.

    Its threads wait for each other in a busy loop: on a machine that has other work, a logistic
    regression of 1,800 items took 80 times as long with two of them as with one. The limit belongs
    to the whole process, so whoever comes last takes it away, not whoever came first.
    """
    from threadpoolctl import threadpool_limits

    global _inside, _limit  # noqa: PLW0603
    with _LOCK:
        if not _inside:
            _limit = threadpool_limits(1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _LOCK:
            _inside -= 1
            if not _inside:
                _limit.restore_original_limits()
                _limit = None
