"""What lies on a map beside its points, in a real Chromium. Driven by ``apps/map_app.py``."""

from __future__ import annotations

import io
import re

import numpy as np
from PIL import Image

from tools.drawings import marks, saved, stage, texts_in

INK = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) painted++;
    return painted;
}"""


def ground(page):
    """How many pixels are painted under the points."""
    return page.locator("canvas.ex-ground").evaluate(INK)


def picture(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def test_outlines_halos_and_titles_are_drawn_hidden_and_saved(show):
    page = show("n=300&clusters=3&hulls=1&halos=1&titles=1")
    everything = ground(page)
    assert everything > 5_000
    svg = saved(page, "SVG")
    assert svg.count(b'fill-opacity="0.09"') == 3
    assert svg.index(b'fill-opacity="0.09"') < svg.index(b"scatterlayer"), "below the points"
    with_ground = picture(saved(page, "PNG"))
    page.locator(".ex-entry").first.click()
    page.wait_for_function(
        f"ink => ({INK})(document.querySelector('canvas.ex-ground')) < ink * 0.8", arg=everything
    )
    assert saved(page, "SVG").count(b'fill-opacity="0.09"') == 2
    assert (picture(saved(page, "PNG")) != with_ground).any(2).sum() > 5_000
    titles = [text for text, _ in texts_in(page, svg) if text.startswith("Title")]
    assert titles == [f"Title <b>{i}</b>" for i in range(3)]


def test_halos_grow_with_the_map(show):
    page = show("n=60&colour=none&halos=1")
    before = ground(page)
    stage(page).focus()
    page.keyboard.press("+")
    page.wait_for_function(
        f"ink => ({INK})(document.querySelector('canvas.ex-ground')) > ink * 1.3", arg=before
    )


def test_names_over_places_stand_apart_from_labels(show):
    page = show("n=140&clusters=9&colour=none&titles=1")
    texts = texts_in(page, saved(page, "SVG"))
    titles = [box for text, box in texts if text.startswith("Title")]
    others = [box for text, box in texts if "itle" not in text and "neighbours" not in text]
    assert len(titles) >= 5
    assert len(others) >= 15
    for a in titles:
        for b in [*titles, *others]:
            assert a is b or a[2] <= b[0] or b[2] <= a[0] or a[3] - 6 <= b[1] or b[3] - 6 <= a[1]


def test_frames_play_scrub_and_end_where_the_map_is(show):
    page = show("n=300&clusters=3&frames=1&titles=1&hulls=1")
    slider, step = page.get_by_role("slider", name="Frame"), page.locator(".ex-step")
    assert step.inner_text() == "epoch <b>590</b>"
    present = marks(page), ground(page)
    slider.focus()
    page.keyboard.press("Home")
    assert step.inner_text() == slider.get_attribute("aria-valuetext") == "epoch <b>0</b>"
    assert page.locator(".ex-plot.ex-unseen").count() == 1
    assert ground(page) == 0, "outlines lie where the points are now"
    svg = saved(page, "SVG")
    assert b"scatterlayer" not in svg
    assert len(re.findall(rb"M[\d.-]+,", svg)) == 300 + 3, "points where they were, and the legend"
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.wait_for_function("document.querySelector('.ex-view').dataset.moment > 20")
    page.get_by_role("button", name="Play").wait_for()
    assert page.locator(".ex-view").get_attribute("data-moment") == "59.00"
    assert page.locator(".ex-plot.ex-unseen").count() == 0
    assert (marks(page), ground(page)) == present
