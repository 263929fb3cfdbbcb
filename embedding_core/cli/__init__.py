"""Embedding Explorer from a shell.

::

    python -m embedding_core map words.txt --model glove-6b-50d --projector umap --out map.html

Exit codes: 0 done; 2 something in the input to mend, said in one sentence; 1 a bug of ours, with
its traceback; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from embedding_core.errors import ExplorerError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        What follows the program's name; that of the process where left out.

    Returns
    -------
    int
        The exit code.
    """
    from embedding_core import store
    from embedding_core.cli.arguments import PROGRAM, build
    from embedding_core.cli.terminal import say, say_notes

    try:
        arguments = build().parse_args(argv)
        arguments.run(arguments)
        say_notes(store.notes())
        sys.stdout.flush()
    except SystemExit as stop:
        # How argparse ends after --help and after what it cannot read.
        return stop.code if isinstance(stop.code, int) else 0
    except ExplorerError as problem:
        say(f"{PROGRAM}: {problem}")
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has enough; Python must not try to write the rest on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        traceback.print_exc()
        return 1
    return 0
