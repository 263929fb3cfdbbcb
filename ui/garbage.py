"""What is loaded for good, and looked through for garbage no more.

Streamlit collects garbage after every run of a page, of a part of it, and of a look at the progress
of a job. With PyTorch and transformers loaded it looks through half a million objects each time:
0.3 s in which nothing else runs, after every click of everybody. Almost all of them are code, which
stays until the server ends.
"""

from __future__ import annotations

import gc
import sys
from functools import cache

# So many modules more are a library.
_MANY = 100


def settle() -> None:
    """Take what is there out of the search, where libraries were loaded since the last time.

    What is taken out is still freed with its last reference; only rings of references that were
    there at these few moments are not found any more.
    """
    _freeze(len(sys.modules) // _MANY)


@cache
def _freeze(hundreds_of_modules: int) -> None:
    gc.freeze()
