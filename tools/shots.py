"""Take pictures of the app, light and dark, wide and narrow, from a server that is running.

    python tools/shots.py / words "words?model=glove-6b-50d"
    python tools/shots.py --base http://localhost:8502 --schemes dark --sizes 1400x900 words

The pictures lie in screenshots/, named words-dark-1400x900.png and so on. Errors of the pages are
told, and make the exit status 1.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from browser import HARMLESS, SCREENSHOTS, described, find_chromium, launch, wait_until_idle
from playwright.sync_api import Error, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page


def size(text: str) -> tuple[int, int]:
    """Read ``1400x900``."""
    width, _, height = text.partition("x")
    return int(width), int(height)


def take(page: Page, url: str, target: Path, *, full: bool, wait: float) -> list[str]:
    """Take one picture and return the errors of the page."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))
    page.on(
        "console",
        lambda said: errors.append(described(said)) if said.type == "error" else None,
    )
    try:
        page.goto(url)
        wait_until_idle(page, timeout=wait)
    except Error as error:
        errors.append(str(error).splitlines()[0])
    errors.extend(page.get_by_test_id("stException").all_inner_texts())
    if full and not errors:
        # Streamlit scrolls inside the window: make the window as high as its content.
        height = page.get_by_test_id("stMainBlockContainer").evaluate("main => main.scrollHeight")
        width = page.viewport_size["width"]
        page.set_viewport_size({"width": width, "height": max(height, 400)})
        wait_until_idle(page, timeout=wait)
    page.screenshot(path=target)
    return [error for error in errors if not any(re.search(known, error) for known in HARMLESS)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+", help="pages: / words 'words?k=5'")
    parser.add_argument("--base", default="http://localhost:8501", help="where the app is served")
    parser.add_argument("--schemes", nargs="+", default=["light", "dark"])
    parser.add_argument("--sizes", nargs="+", type=size, default=[(1400, 900), (800, 900)])
    parser.add_argument("--full", action="store_true", help="as high as the page's content")
    parser.add_argument("--wait", type=float, default=120, help="seconds to wait for a page")
    parser.add_argument("--folder", type=Path, default=SCREENSHOTS)
    options = parser.parse_args(arguments)

    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium on this machine; install one or name it in CHROMIUM.")
    options.folder.mkdir(parents=True, exist_ok=True)
    bad = False
    with sync_playwright() as playwright:
        browser = launch(playwright, executable)
        for path in options.paths:
            name = re.sub(r"[^A-Za-z0-9._-]+", "-", path).strip("-") or "front"
            for scheme in options.schemes:
                for width, height in options.sizes:
                    page = browser.new_page(
                        color_scheme=scheme, viewport={"width": width, "height": height}
                    )
                    target = options.folder / f"{name}-{scheme}-{width}x{height}.png"
                    url = f"{options.base.rstrip('/')}/{path.lstrip('/')}"
                    errors = take(page, url, target, full=options.full, wait=options.wait)
                    page.close()
                    bad = bad or bool(errors)
                    print(target, *errors, sep="\n    ")
        browser.close()
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
