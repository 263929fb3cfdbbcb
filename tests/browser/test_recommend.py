"""Ratings in a real Chromium: a new user rates, appears on the map and gets recommendations."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

FIRST = 60_000


def test_a_new_user_rates_and_is_placed(visit, idle):
    page = visit("recommend?ask=new&map=pca")
    page.locator(".ex-view[data-drawn]").wait_for(timeout=FIRST)
    rows = page.locator(".st-key-recommend-rows")
    first = rows.get_by_test_id("stButtonGroup").first
    first.get_by_text("5", exact=True).click()
    page.locator("h5", has_text="After 1 rating,").wait_for()
    page.locator(".ex-scale-title", has_text="expected rating").wait_for()
    idle(page)
    rated = parse_qs(urlsplit(page.url).query)["rated"]
    assert [text.split(" ")[0] for text in rated] == ["5"]
    # Another item, found by typing, joins the list and is rated too.
    search = page.get_by_role("combobox", name=re.compile("Add an item"))
    search.fill("romance 17")
    page.get_by_role("option", name="romance 17", exact=True).click()
    rows.get_by_text("romance 17", exact=True).wait_for()
    idle(page)
    first.get_by_text("1", exact=True).click()
    page.locator("h5", has_text="After 2 ratings,").wait_for()
    page.get_by_text("Rings mark what you rated").wait_for()
    # Cleared, nobody new is on the map.
    idle(page)
    page.get_by_role("button", name="Clear").click()
    page.locator("h5", has_text="Rate one item").wait_for()
    idle(page)
    assert "rated" not in parse_qs(urlsplit(page.url).query)
