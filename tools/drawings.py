"""How browser tests look at maps and heatmaps, and what they do with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Locator, Page


def wait_drawn(page: Page, count: int = 1) -> None:
    """Wait until so many drawings are drawn."""
    page.wait_for_function(
        "count => document.querySelectorAll('.ex-view[data-drawn]').length >= count", arg=count
    )


def stage(page: Page, index: int = 0) -> Locator:
    """Return the part of a drawing that shows points or cells."""
    return page.locator(".ex-stage").nth(index)


def point(page: Page, item: int) -> tuple[float, float]:
    """Return the middle of a point, on a map small enough for SVG and of one colour."""
    box = page.locator(".scatterlayer .point").nth(item).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def points(page: Page) -> list[list[float]]:
    """Return the middles of all points, on a map small enough for SVG and of one colour."""
    return page.locator(".scatterlayer .point").evaluate_all("""points => points.map(point => {
        const box = point.getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2];
    })""")


def marks(page: Page, index: int = 0) -> str:
    """Return what is painted over the points or cells, as one string."""
    return page.locator("canvas.ex-marks").nth(index).evaluate("canvas => canvas.toDataURL()")


def chosen(page: Page, expected: str) -> None:
    """Wait until the test app says what is chosen: how many, and the first of them."""
    page.get_by_text(re.compile(rf"^chosen {expected}")).wait_for()


def drag(page: Page, corners: Sequence[tuple[float, float]], index: int = 0) -> None:
    """Draw with the mouse; corners are shares of the stage."""
    box = stage(page, index).bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


def saved(page: Page, kind: str) -> bytes:
    """Save the last drawing as "PNG" or "SVG" and return the file's content."""
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save as {kind}").last.click()
    return download.value.path().read_bytes()


def texts_in(page: Page, svg: bytes) -> list[tuple[str, list[float]]]:
    """Show a picture alone on the page, and return its texts, each with the box it fills.

    A box is left, top, right, bottom.
    """
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{svg.decode()}")
    return page.locator("svg text").evaluate_all("""texts => texts.map(text => {
        const box = text.getBoundingClientRect();
        return [text.textContent, [box.left, box.top, box.right, box.bottom]];
    })""")
