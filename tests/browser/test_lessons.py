"""A lesson in a real Chromium: by the keyboard alone, from question to answer to one's own try."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

FIRST = 180_000


def step(page):
    return parse_qs(urlsplit(page.url).query).get("step", ["1"])[-1]


def test_a_lesson_goes_by_the_keyboard(visit, idle):
    page = visit("lessons?lesson=analogies")
    page.get_by_role("heading", name="A step that can be added").wait_for(timeout=FIRST)
    page.locator(".ex-view[data-drawn]").first.wait_for(timeout=FIRST)
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", name="What was left out").wait_for()
    idle(page)
    assert step(page) == "2"
    assert page.get_by_text("Computed here").count() == 0
    # The second choice, by its number.
    page.keyboard.press("2")
    page.get_by_text("You said king. Computed here: king.").wait_for()
    page.get_by_text("the three themselves let in: king").wait_for()
    # Keys that are typed into a field are letters there.
    field = page.get_by_label("C", exact=True).first
    field.fill("prince")
    field.press("ArrowLeft")
    field.press("Enter")
    page.get_by_text("Nearest to prince − man + woman").wait_for()
    idle(page)
    assert step(page) == "2"
    assert parse_qs(urlsplit(page.url).query)["analogies.2.try.c"] == ["prince"]
    # The large form has no sidebar, and the arrow goes on in it.
    page.get_by_role("heading", name="What was left out").click()
    page.keyboard.press("p")
    page.locator("[data-testid=stSidebar]").wait_for(state="hidden")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("heading", name="A step that can be added").wait_for()
