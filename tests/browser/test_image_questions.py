"""Pictures looked into in a real Chromium: a class chosen, a region pointed at, a box drawn."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest

from embedding_core.samples import samples_dir

EMOJI = samples_dir() / "images" / "emoji"
NAMES = ("mammal/dog", "mammal/cat", "fruit/banana", "fruit/pear", "bird/eagle", "bird/duck")
FIRST = 180_000


@pytest.fixture
def own(visit):
    """Open a question with a few pictures of one's own, as all of the built-in take a while."""

    def opened(question):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name in NAMES:
                archive.writestr(f"{name}.webp", (EMOJI / f"{name}.webp").read_bytes())
        page = visit(f"images?data=uploaded&ask={question}")
        brought = {"name": "a.zip", "mimeType": "application/zip", "buffer": file.getvalue()}
        page.locator("input[type=file]").set_input_files(brought)
        page.locator(".ex-overlay[data-drawn]").first.wait_for(timeout=FIRST)
        return page

    return opened


def link(page):
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}


def middle_of(place):
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_class_is_chosen_and_a_region_pointed_at(own, idle):
    page = own("contents")
    rows = page.locator(".ex-bars-row")
    assert rows.count() == 5
    second = rows.nth(1).locator(".ex-bars-name").inner_text()
    rows.nth(1).click()
    page.locator(".ex-scale-title", has_text=second).wait_for()
    idle(page)
    assert link(page)["class"] == "1"
    page.keyboard.press("ArrowDown")
    third = rows.nth(2).locator(".ex-bars-name").inner_text()
    page.locator(".ex-scale-title", has_text=third).wait_for()
    page.mouse.move(*middle_of(page.locator(".ex-overlay .ex-stage")))
    page.locator(".ex-overlay .ex-tip-line", has_text=re.compile("speaks (for|against)")).wait_for()
    # Another picture, by a click on the strip, begins at its first class.
    idle(page)
    page.locator(".ex-strip .ex-shot").nth(3).click()
    chosen = page.locator(".ex-strip .ex-shot").nth(3).get_attribute("title")
    page.locator("h5", has_text=re.compile(f"^{re.escape(chosen)}: most likely")).wait_for()
    idle(page)
    assert link(page)["picture"] == chosen
    assert "class" not in link(page)


def test_a_region_of_one_shows_what_is_like_it_in_the_other(own):
    page = own("alike")
    page.locator(".ex-overlay[data-drawn]").nth(1).wait_for()
    stages = page.locator(".ex-overlay .ex-stage")
    titles = page.locator(".ex-overlay .ex-scale-title")
    assert titles.all_inner_texts() == ["adds to cosine"] * 2
    page.mouse.move(*middle_of(stages.nth(0)))
    page.locator(".ex-scale-title", has_text="cosine to the region pointed at").wait_for()
    assert titles.all_inner_texts() == ["adds to cosine", "cosine to the region pointed at"]
    page.mouse.move(5, 5)
    page.wait_for_function(
        "[...document.querySelectorAll('.ex-overlay .ex-scale-title')]"
        ".every((title) => title.textContent === 'adds to cosine')"
    )
    # By the keyboard too.
    stages.nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.locator(".ex-overlay .ex-live", has_text=re.compile("^Row 1, column 1: ")).wait_for(
        state="attached"
    )
    assert titles.all_inner_texts() == ["cosine to the region pointed at", "adds to cosine"]


def test_a_box_is_drawn_moved_and_written(own, idle):
    page = own("find")
    page.locator(".ex-sheet:not(.ex-strip)[data-drawn] .ex-shot-box").first.wait_for(timeout=FIRST)
    stage = page.locator(".ex-overlay .ex-stage")
    stage.scroll_into_view_if_needed()
    x, y = middle_of(stage)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 80, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("box-left=50&box-top=50"))
    idle(page)
    numbers = page.locator("input[type=number]")
    left, top, right, bottom = (int(each.input_value()) for each in numbers.all())
    assert (left, top) == (50, 50)
    assert right > left
    assert bottom > top
    stage.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    page.wait_for_url(re.compile("box-left=48"))
    idle(page)
    assert [int(each.input_value()) for each in numbers.all()] == [48, 50, right - 2, bottom + 2]
    numbers.first.fill("10")
    numbers.first.press("Enter")
    page.wait_for_url(re.compile("box-left=10"))
    idle(page)
    # A click on a picture that was found looks at it.
    second = page.locator(".ex-sheet:not(.ex-strip) .ex-shot").nth(1)
    name = second.locator(".ex-shot-title").inner_text()
    second.click()
    page.wait_for_url(re.compile(f"in={name}"))
