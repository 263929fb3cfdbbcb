"""Whether a server can be reached, told within two seconds."""

from __future__ import annotations

import socket
import threading
import time
from urllib.parse import urlsplit
from urllib.request import getproxies

_SECONDS = 2.0
_ASKED_EVERY = 60  # seconds
# Whether a server answered, by the minute it was asked in; the last one alone.
_answers: dict[str, tuple[int, bool]] = {}


def answers(url: str) -> bool:
    """Tell whether a server can be reached; asked at most once a minute."""
    minute = _minute()
    if _answers.get(url, (0, False))[0] != minute:
        _answers[url] = (minute, is_reached(url))
    return _answers[url][1]


def may_answer(url: str) -> bool:
    """Tell whether a server is worth asking: False where it did not answer in this minute."""
    return _answers.get(url, (0, False)) != (_minute(), False)


def _minute() -> int:
    return 1 + int(time.monotonic() // _ASKED_EVERY)


def is_reached(url: str) -> bool:
    """Open a connection to a server, or to the proxy before it; nothing is asked for."""
    address = urlsplit(getproxies().get("https") or url)
    host, port = address.hostname or "", address.port or (80 if address.scheme == "http" else 443)
    reached = threading.Event()

    def connect() -> None:
        try:
            with socket.create_connection((host, port), timeout=_SECONDS):
                reached.set()
        except OSError:
            pass

    # Looking its name up can take longer than any time limit on the connection.
    asking = threading.Thread(target=connect, daemon=True)
    asking.start()
    asking.join(_SECONDS)
    return reached.is_set()
