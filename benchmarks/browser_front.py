"""The front page's heatmap in a real browser, against a bare Streamlit page, in turns.

Each visit starts a server anew and opens the page in a browser with an empty cache. The page's own
clock runs from the visit to the frame that shows the picture: asked from outside, a page answers
only after it has read plotly.js. The start of the server is not in it.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from _browser import chromium, fresh_page
from _timing import ROOT, Row, show, show_machine

from tools.browser import streamlit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RUNS = 9
BARE = 'import streamlit as st\n\nst.title("A bare page")\n'
TITLE = "[data-testid=stHeading] h1"
HEATMAP = ".ex-view[data-visible]"
CLOCK = """
    new MutationObserver((_, watch) => {
        if (!document.querySelector("SELECTOR")) return;
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => { window.seen = performance.now(); }));
    }).observe(document, { subtree: true, childList: true, attributes: true });
"""


def visit(browser: Browser, script: Path, selector: str, folder: Path, home: Path) -> float:
    """Return the seconds from the visit of a cold server to what is to be seen."""
    with streamlit(script, folder, {"EMBEDDING_HOME": str(home)}) as server:
        page = fresh_page(browser)
        page.add_init_script(CLOCK.replace("SELECTOR", selector))
        page.goto(server.url, wait_until="commit")
        took = page.wait_for_function("window.seen").json_value()
        page.context.close()
    return float(took) / 1000


def main() -> None:
    app = ROOT / "app.py"
    if not app.is_file():
        print("There is no app.py yet to measure.")
        return
    show_machine("streamlit", "plotly", "playwright")
    bare_times, front_times = [], []
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        bare = folder / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        home = folder / "home"
        first = visit(browser, app, HEATMAP, folder, home)
        visit(browser, bare, TITLE, folder, home)
        for _ in range(RUNS):
            bare_times.append(visit(browser, bare, TITLE, folder, home))
            front_times.append(visit(browser, app, HEATMAP, folder, home))
    front, plain = statistics.median(front_times), statistics.median(bare_times)
    later = statistics.median(
        one - other for one, other in zip(front_times, bare_times, strict=True)
    )
    show(
        [
            Row(
                "front page's heatmap after a bare page's title",
                f"{later:.2f} s",
                "at most 1.5 s",
                later <= 1.5,
            ),
            Row("  bare page", f"{plain:.2f} s"),
            Row("  front page's heatmap", f"{front:.2f} s"),
            Row("  the very first start on a machine, GloVe put in order", f"{first:.2f} s"),
        ]
    )


if __name__ == "__main__":
    main()
