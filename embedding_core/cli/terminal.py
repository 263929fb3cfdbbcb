"""What the shell shows: progress and notes on stderr, tables on stdout."""

from __future__ import annotations

import shutil
import signal
import sys
import textwrap
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import TextIO

_NAMED = 5
_STOP = threading.Event()
_TTY_PAUSE = 0.1
_LINE_PAUSE = 10.0
_PATIENCE = 2.0


@contextmanager
def stoppable() -> Iterator[None]:
    """See to it that Ctrl-C ends the work.

    Python raises it wherever it happens to be: within a library's clean-up it can be swallowed.
    Then the next step of progress raises it again.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        _STOP.set()
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _STOP.clear()
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class ProgressLine:
    """One line on stderr that says how far the work is; off a terminal, a line now and then.

    Work that is done within two seconds leaves no line in a log.

    Parameters
    ----------
    stream : file
        Where to write; stderr.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._shown = 0
        self._stage = ""
        self._started = time.monotonic()
        self._last = 0.0

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.clear()

    def __call__(self, done: int, total: int, what: str = "") -> None:
        """Show that `done` of `total` steps are done."""
        if _STOP.is_set():
            raise KeyboardInterrupt
        stage = what or self._stage
        new, now = stage != self._stage, time.monotonic()
        if not self._live and (now - self._started < _PATIENCE or 0 < total <= done):
            return
        if not new and now - self._last < (_TTY_PAUSE if self._live else _LINE_PAUSE):
            return
        self._stage, self._last = stage, now
        line = f"{stage}: {done:,} of {total:,}" if total > 1 else stage
        if self._live:
            line = line[: max(shutil.get_terminal_size().columns - 1, 10)]
            self._stream.write("\r" + line.ljust(self._shown))
            self._shown = len(line)
        else:
            self._stream.write(line + "\n")
        self._stream.flush()

    def clear(self) -> None:
        """Take the line away, so that what follows starts on an empty one."""
        if self._shown:
            self._stream.write("\r" + " " * self._shown + "\r")
            self._stream.flush()
            self._shown = 0


def say(text: str) -> None:
    """Write a line to stderr."""
    print(shown(text), file=sys.stderr)


def say_dropped(dropped: Sequence[tuple[str, str]], what: str = "left out") -> None:
    """Name the first items of each reason, and count them."""
    for reason in dict.fromkeys(why for _, why in dropped):
        names = [id_ for id_, why in dropped if why == reason]
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        items = "1 item" if len(names) == 1 else f"{len(names):,} items"
        quoted = ", ".join(f"“{name}”" for name in names[:_NAMED])
        say(f"{items} {what}, {quoted}{more}: {reason}")


def say_notes(notes: Sequence[str]) -> None:
    """Write the first notes and how many more there are."""
    for note in notes[:_NAMED]:
        say(note)
    if len(notes) > _NAMED:
        more = len(notes) - _NAMED
        say(f"... and {more:,} more {'note' if more == 1 else 'notes'} of that kind.")


def shown(text: object) -> str:
    """Return a text as one line that cannot steer a terminal."""
    line = " ".join(str(text).split())
    return "".join(
        sign if unicodedata.category(sign) not in ("Cc", "Cs") else f"\\x{ord(sign):02x}"
        for sign in line
    )


def print_table(heads: Sequence[str], rows: Iterable[Sequence[object]], right: str = "") -> None:
    """Print rows under their heads, in columns; on a terminal the last one is folded to fit.

    Parameters
    ----------
    heads : sequence of str
    rows : iterable of sequence
    right : str
        A letter a column, ``"r"`` for those set to the right.
    """
    cells = [[shown(cell) for cell in row] for row in (list(heads), *rows)]
    sides = right.ljust(len(heads))
    widths = [max(_width(row[i]) for row in cells) for i in range(len(heads))]
    before = sum(widths[:-1]) + 2 * (len(heads) - 1)
    room = shutil.get_terminal_size().columns - before - 1 if sys.stdout.isatty() else 0
    for row in cells:
        line = "".join(
            _padded(cell, width, side) + "  "
            for cell, width, side in zip(row[:-1], widths[:-1], sides, strict=False)
        )
        # Where there is no room to fold, the terminal breaks the line itself.
        folded = textwrap.wrap(row[-1], room, break_on_hyphens=False) if room >= 20 else [row[-1]]
        last = ("\n" + " " * before).join(folded)
        print((line + (_padded(last, widths[-1], "r") if sides[-1] == "r" else last)).rstrip())


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0
        if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf"
        else 2
        if unicodedata.east_asian_width(sign) in "WF"
        else 1
        for sign in text
    )


def _padded(text: str, width: int, side: str) -> str:
    space = " " * (width - _width(text))
    return space + text if side == "r" else text + space
