"""A Chromium for measurements, and what happens on a page with the moment it happened."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from _timing import ROOT

sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright

from tools.browser import find_chromium, launch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

# Every message of the server with its moment and size; when a drawing says that it is drawn, the
# moment at which that is on the screen, two frames later.
LOG = """
    window.received = [];
    window.drawn = [];
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
        if (!this.heard) {
            this.heard = true;
            this.addEventListener("message", ({ data }) => window.received.push(
                [performance.now(), data.byteLength ?? data.size ?? data.length]));
        }
        return send.call(this, data);
    };
    new MutationObserver((changes) => {
        for (const { target, attributeName } of changes) {
            if (attributeName !== "data-drawn") continue;
            requestAnimationFrame(() => requestAnimationFrame(() =>
                window.drawn.push(performance.now())));
        }
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-drawn"] });
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium, and end it."""
    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium on this machine; install one or name it in CHROMIUM.")
    with sync_playwright() as playwright:
        browser = launch(playwright, executable)
        print(f"Chromium {browser.version}, WebGL in software")
        yield browser
        browser.close()


def fresh_page(browser: Browser) -> Page:
    """Open a page that has nothing in its cache."""
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    page.add_init_script(LOG)
    return page


def bytes_received(page: Page) -> int:
    """Return how many bytes came since the last call, and begin anew."""
    return page.evaluate(
        "() => { const sum = window.received.reduce((a, [, size]) => a + size, 0);"
        " window.received = []; return sum; }"
    )
