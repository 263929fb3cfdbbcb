"""Whether a server can be reached, told within two seconds."""

from __future__ import annotations

import socket
import threading
from urllib.parse import urlsplit
from urllib.request import getproxies

_SECONDS = 2.0


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
