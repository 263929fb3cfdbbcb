"""A Streamlit server and a Chromium to look at it with: for the browser tests and for shots.py."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright

ROOT = Path(__file__).resolve().parent.parent
SCREENSHOTS = ROOT / "screenshots"

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    # What wants to leave this machine finds nothing there.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    # WebGL without a graphics card.
    "--disable-gpu",
    "--enable-webgl",
    "--ignore-gpu-blocklist",
    # A camera that shows a moving drawing, and no question whether it may be used.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--enable-unsafe-swiftshader",
)
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")

# Messages of the console that say nothing about the app. Add one only with its reason.
HARMLESS = (
    # WebGL in software; said at the level of errors by some versions.
    r"GPU stall due to ReadPixels",
    r"Automatic fallback to software WebGL has been deprecated",
    # Opened at a page's own address, Streamlit first looks for its server below that address.
    r"status of 404 .*\(http://localhost:\d+/[^)]+/_stcore/(health|host-config)\)$",
)

# True once the app has had nothing to do for `settle` milliseconds. Streamlit asks for a rerun at
# once after most clicks, but some widgets wait a moment first; `settle` covers that moment.
_IDLE = """
(settle) => {
    const app = document.querySelector('[data-testid="stApp"]');
    const idle = app !== null
        && app.dataset.testConnectionState === 'CONNECTED'
        && app.dataset.testScriptState === 'notRunning'
        && document.querySelector(`
            [data-testid="stSkeleton"], [data-testid="stAppSkeleton"],
            [data-testid="stElementContainer"][data-stale="true"]
        `) === null;
    const now = performance.now();
    if (!idle) { window.__idleSince = undefined; return false; }
    window.__idleSince ??= now;
    return now - window.__idleSince >= settle;
}
"""


def find_chromium() -> str | None:
    """Return the path of a Chromium on this machine; ``CHROMIUM`` in the environment goes first."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def launch(playwright: Playwright, executable: str) -> Browser:
    """Start Chromium without a window."""
    return playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_FLAGS))


def described(message: ConsoleMessage) -> str:
    """Return what a page said on its console, and about which address."""
    return f"console: {message.text} ({message.location.get('url', '')})"


def wait_until_idle(page: Page, *, timeout: float = 60, settle: float = 0.3) -> None:
    """Wait until Streamlit is connected, has run its script and shows what came of it.

    Parameters
    ----------
    page
        A page of the app.
    timeout
        Seconds to wait at most.
    settle
        Seconds for which nothing may have happened.
    """
    page.evaluate("window.__idleSince = undefined")
    page.wait_for_function(_IDLE, arg=settle * 1000, timeout=timeout * 1000, polling=50)


@dataclass(frozen=True)
class Server:
    """A running Streamlit server."""

    url: str
    home: Path
    log: Path
    process: subprocess.Popen[bytes]

    def at(self, path: str = "") -> str:
        """Return the address of a page: ``server.at("words?data=...")``."""
        return f"{self.url}/{path.lstrip('/')}"

    def said(self, lines: int = 40) -> str:
        """Return the last lines of what the server wrote."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def stop(self) -> None:
        """End this server and nothing else."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def streamlit(
    script: str | Path, folder: Path, env: Mapping[str, str] | None = None, timeout: float = 60
) -> Iterator[Server]:
    """Serve a Streamlit script on a free port until the ``with`` block ends.

    Parameters
    ----------
    script
        The script; a relative path is taken from the repository's root.
    folder
        Where the server's log and its ``EMBEDDING_HOME`` lie.
    env
        Environment variables in addition, such as ``{"EMBEDDING_LOCAL": "1"}``. Those of the
        caller that begin with ``EMBEDDING_`` or ``STREAMLIT_`` are not handed on.
    timeout
        Seconds until the server must answer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    home = Path((env or {}).get("EMBEDDING_HOME", folder / "home"))
    home.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "streamlit", "run", str(ROOT / script),
                f"--server.port={port}",
                "--server.address=localhost",
                "--server.headless=true",
                "--server.fileWatcherType=none",
            ],
            cwd=ROOT,
            env=_environment(home, env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    server = Server(f"http://localhost:{port}", home, log, process)
    try:
        _wait_for(server, timeout)
        yield server
    finally:
        server.stop()


def _environment(home: Path, env: Mapping[str, str] | None) -> dict[str, str]:
    ours = ("EMBEDDING_", "STREAMLIT_")
    rest = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    # Pages run through app.py find the project; scripts of tests elsewhere do so by this.
    path = os.pathsep.join(filter(None, [str(ROOT), rest.get("PYTHONPATH")]))
    return {**rest, "PYTHONPATH": path, "EMBEDDING_HOME": str(home), **(env or {})}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: Server, timeout: float) -> None:
    # No proxy stands between a machine and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise RuntimeError(f"Streamlit ended before it answered. It said:\n{server.said()}")
        try:
            with opener.open(server.at("_stcore/health"), timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(
        f"Streamlit did not answer within {timeout:.0f} s. It said:\n{server.said()}"
    )
