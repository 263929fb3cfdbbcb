"""What a map shows, in a real Chromium: labels, lines, pictures saved, its place on the page."""

from __future__ import annotations

import io
import re
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from tools.drawings import chosen, drag, points, saved, stage, texts_in, wait_drawn


def test_many_categories_scroll_and_never_clip(show):
    page = show("clusters=40&n=500")
    legend = page.locator(".ex-legend")
    assert legend.evaluate("l => l.scrollHeight > l.clientHeight && l.scrollWidth <= l.clientWidth")
    tools = page.locator(".ex-tools")
    assert tools.evaluate("t => t.scrollWidth <= t.clientWidth")


@pytest.mark.parametrize("n", [40, 140])
def test_labels_stand_apart_and_inside(show, n):
    page = show(f"n={n}&colour=none")
    stage_box = stage(page).bounding_box()
    texts = texts_in(page, saved(page, "SVG"))
    labels = [box for text, box in texts if "neighbours" not in text]
    assert len(labels) >= 20
    for a, b in combinations(labels, 2):
        # The boxes of SVG text are some pixels higher than its letters.
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] - 5 <= b[1] or b[3] - 5 <= a[1]
    for left, top, right, bottom in labels:
        assert left >= 0
        assert top >= 0
        assert right <= stage_box["width"]
        assert bottom <= stage_box["height"] + 5


def test_of_many_items_the_selected_and_the_nearest_are_named(show, idle):
    page = show("n=160&clusters=1&colour=none")
    places = np.array(points(page))
    loneliest = np.argmax(np.linalg.norm(places - places.mean(0), axis=1))
    page.mouse.click(*places[loneliest])
    chosen(page, f"1: {loneliest}")
    idle(page)
    svg = saved(page, "SVG")
    dashes = re.findall(r'stroke-dasharray="([^"]*)"/>', svg.decode())
    assert dashes.count("4 4") == 2 + 1, "false neighbours are dashed, also in the key"
    assert dashes.count("") == 4 + 2 + 2, "true neighbours are solid, so is the ring, twice"
    named = [text for text, _ in texts_in(page, svg)]
    assert named[7:10] == ["true neighbour", "true, but torn away", "near only on the map"]
    assert len(named) == 7 + 3 + 1


def test_a_large_selection_keeps_its_colours_and_the_rest_fades(show, idle):
    page = show("n=3000&clusters=1")
    page.get_by_role("button", name="Select with a box").click()
    drag(page, [(0.01, 0.01), (0.5, 0.99)])
    chosen(page, r"[1-9]\d{2,3}: ")
    idle(page)
    page.add_style_tag(content=".ex-plot { visibility: hidden }")
    box = stage(page).bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    left = {"x": middle[0] - 40, "y": middle[1], "width": 30, "height": 60}
    right = {**left, "x": middle[0] + 10}
    assert min(colour_of(page.screenshot(clip=left))) < 200, "painted anew"
    assert min(colour_of(page.screenshot(clip=right))) > 240, "veiled"


@pytest.mark.parametrize(("mixed", "times"), [("", 2), ("&mixed=1", 1)])
def test_only_categories_that_lie_together_are_named_there(show, mixed, times):
    page = show(f"n=400&clusters=3{mixed}")
    named = [text for text, _ in texts_in(page, saved(page, "SVG"))]
    assert named.count("Group 0") == times, "in the legend, and on the map if it has a place"
    assert not any(text.startswith("item ") for text in named)


def test_space_is_drawn_where_it_is_clicked(show):
    page = show("d=3&n=40&colour=none")
    stage(page).focus()
    page.keyboard.press("ArrowRight")
    tip = page.locator(".ex-tip:visible").bounding_box()
    place = tip["x"] - 14, tip["y"] - 14
    page.mouse.click(*place)
    chosen(page, "1")
    page.add_style_tag(content=".ex-marks, .ex-pointer, .ex-tip { visibility: hidden }")
    around = {"x": place[0] - 1, "y": place[1] - 1, "width": 2, "height": 2}
    assert max(colour_of(page.screenshot(clip=around))) < 200, "Plotly drew no point there"


def colour_of(png):
    """The mean colour of a small picture."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).mean((0, 1))


@pytest.mark.parametrize("query", ["n=60", "n=3000", "d=3&n=100", "n=20&heat=12"])
def test_pictures_are_saved(show, query):
    page = show(query, drawings=1 + ("heat" in query))
    png = saved(page, "PNG")
    assert png.startswith(b"\x89PNG")
    assert len(png) > 8_000
    texts = texts_in(page, saved(page, "SVG"))
    assert page.locator("parsererror").count() == 0
    assert any(text == "<b>bold</b>" for text, _ in texts) == (query != "n=3000")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_its_column(show, screenshot, scheme):
    query = "n=90&narrow=1&heat=15&extra=1"
    page = show(query, drawings=2, color_scheme=scheme, height=1300)
    for width in (1400, 800):
        page.set_viewport_size({"width": width, "height": 1300})
        page.wait_for_function(f"document.querySelector('.ex-view').clientWidth < {width / 2}")
        for view in page.locator(".ex-view").all():
            assert view.evaluate("v => v.scrollWidth <= v.clientWidth")
            inside = view.evaluate("""v => {
                const a = v.getBoundingClientRect();
                return [...v.querySelectorAll(".ex-tool, .ex-badge:not([hidden])")].every(e => {
                    const b = e.getBoundingClientRect();
                    return b.width > 0 && b.right <= a.right + 1 && b.left >= a.left - 1;
                });
            }""")
            assert inside
        screenshot(page, f"map-{scheme}-{width}")


def test_height_never_changes(maps, open_page, idle):
    page = open_page()
    page.add_init_script("""
        window.heights = new Set();
        new MutationObserver(() => {
            const view = document.querySelector(".ex-view");
            if (view) window.heights.add(view.getBoundingClientRect().height);
        }).observe(document, { subtree: true, childList: true, attributes: true });
    """)
    page.goto(maps.at("?n=60"))
    wait_drawn(page)
    idle(page)
    assert page.evaluate("[...window.heights]") == [560]
