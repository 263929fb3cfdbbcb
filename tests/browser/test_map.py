"""The map in a real Chromium: what a hand does on it. Driven by ``apps/map_app.py``."""

from __future__ import annotations

import pytest

from tools.drawings import chosen, drag, marks, point, stage


def test_hover_shows_label_and_details_as_plain_text(show):
    page = show("colour=none")
    for item, label in enumerate(["<b>bold</b>", "<img src=x onerror=alert(1)>", "**not bold**"]):
        page.mouse.move(*point(page, item))
        tip = page.locator(".ex-tip")
        tip.get_by_text(label, exact=True).wait_for()
        assert f"row {item} of <i>it</i>" in tip.inner_text()
    assert page.locator(".ex-view b, .ex-view img, .ex-view u").count() == 0


def test_titles_legend_and_badge_are_plain_text(show):
    page = show("axes=1&extra=1")
    assert page.locator(".xtitle").text_content() == "<b>Axis 0</b>"
    assert page.get_by_role("button", name="Group <u>1</u>").is_visible()
    badge = page.get_by_role("button", name="keeps 26% of <b>true</b> neighbours")
    badge.click()
    assert page.get_by_text("Of the 15 nearest, 26% are near here too.").is_visible()
    assert page.locator(".ex-view b, .ex-view u").count() == 0


def test_click_selects_and_shift_click_adds(show):
    page = show("colour=none")
    page.mouse.click(*point(page, 4))
    chosen(page, "1: 4")
    page.keyboard.down("Shift")
    page.mouse.click(*point(page, 20))
    chosen(page, "2: 4 20")
    page.mouse.click(*point(page, 4))
    chosen(page, "1: 20")
    page.keyboard.up("Shift")


def test_box_and_lasso_select_what_they_hold(show):
    page = show("colour=none&n=3000")
    page.get_by_role("button", name="Select with a box").click()
    drag(page, [(0.01, 0.01), (0.99, 0.99)])
    chosen(page, "3000")
    page.get_by_role("button", name="Select with a lasso").click()
    drag(page, [(0.01, 0.01), (0.02, 0.01), (0.01, 0.02)])
    chosen(page, "0")
    drag(page, [(0.01, 0.01), (0.99, 0.02), (0.99, 0.99), (0.02, 0.98), (0.01, 0.9)])
    chosen(page, "3000")


def test_dragging_moves_the_map_and_selects_nothing(show):
    page = show("colour=none")
    before = point(page, 3)
    drag(page, [(0.5, 0.9), (0.6, 0.8)])
    page.wait_for_timeout(300)
    assert point(page, 3)[0] > before[0] + 50
    chosen(page, "0")


def test_the_app_and_the_person_take_turns(show, idle):
    page = show("colour=none")
    page.mouse.click(*point(page, 4))
    chosen(page, "1: 4")
    page.get_by_role("button", name="Select three").click()
    chosen(page, "3: 10 11 12")
    idle(page)
    by_app = marks(page)
    page.get_by_role("button", name="Recolour").click()
    idle(page)
    chosen(page, "3: 10 11 12")
    assert marks(page) == by_app
    page.get_by_role("button", name="Clear").click()
    chosen(page, "0")
    page.mouse.click(*point(page, 4))
    chosen(page, "1: 4")


def test_without_a_handler_a_selection_is_handed_over_once(show, idle):
    page = show("colour=none&manual=1")
    page.mouse.click(*point(page, 4))
    chosen(page, "1: 4")
    page.get_by_role("button", name="Select three").click()
    chosen(page, "3: 10 11 12")
    page.get_by_role("button", name="Recolour").click()
    idle(page)
    chosen(page, "3: 10 11 12")


def test_the_keyboard_walks_selects_and_clears(show):
    page = show("colour=none")
    assert "Map of 60 items" in stage(page).get_attribute("aria-label")
    stage(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.ex-live').textContent.includes('Source row')")
    page.keyboard.press("Enter")
    chosen(page, "1")
    page.keyboard.press("Escape")
    chosen(page, "0")


def test_the_keyboard_zooms_and_shows_everything(show):
    page = show("colour=none")
    stage(page).focus()
    before = point(page, 3)
    page.keyboard.press("+")
    assert point(page, 3) != pytest.approx(before, abs=1)
    page.keyboard.press("0")
    assert point(page, 3) == pytest.approx(before, abs=1)


def test_legend_hides_and_isolates(show):
    page = show("clusters=3&n=600")
    entries = page.locator(".ex-entry")
    entries.first.click()
    assert entries.first.get_attribute("aria-pressed") == "false"
    entries.first.click()
    entries.nth(1).click(modifiers=["Shift"])
    assert [e.get_attribute("aria-pressed") for e in entries.all()] == ["false", "true", "false"]
    page.wait_for_timeout(300)
    shown = page.locator(".scatterlayer .trace").evaluate_all(
        "traces => traces.filter(t => t.querySelector('.point')?.getClientRects().length).length"
    )
    assert shown == 1


def test_the_same_items_travel(show, idle):
    page = show("n=60")
    page.get_by_role("button", name="Move", exact=True).click()
    page.wait_for_function("document.querySelector('.ex-view').dataset.travels === '1'")
    idle(page)
    page.wait_for_function("!document.querySelector('.ex-unseen')")


def test_travel_respects_those_who_want_stillness(show, idle):
    page = show("n=60", reduced_motion="reduce")
    page.get_by_role("button", name="Move", exact=True).click()
    page.wait_for_function("document.querySelector('.ex-view').dataset.drawn === '2'")
    assert page.locator(".ex-view").get_attribute("data-travels") is None


def test_two_maps_and_a_heatmap_point_at_the_same_item(show):
    page = show("n=20&colour=none&two=1&heat=10", drawings=3, height=1700)
    before = [marks(page, i) for i in (1, 2)]
    page.mouse.move(*point(page, 3))
    page.locator(".ex-tip:visible").first.wait_for()
    assert all(marks(page, i) != before[i - 1] for i in (1, 2))
    before = marks(page, 0)
    box = stage(page, 2).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".ex-tip:visible").first.wait_for()
    assert marks(page, 0) != before


def test_what_is_selected_in_one_drawing_shows_at_once_in_the_linked(show):
    """The second map never hears of a selection from the app."""
    page = show("n=20&colour=none&two=1&heat=10", drawings=3, height=1700)
    page.mouse.move(0, 0)
    before = [marks(page, i) for i in range(3)]
    place = point(page, 3)
    page.mouse.click(*place)
    page.mouse.move(0, 0)
    chosen(page, "1: 3")
    page.wait_for_function(
        "before => document.querySelectorAll('canvas.ex-marks')[1].toDataURL() !== before",
        arg=before[1],
    )
    assert all(marks(page, i) != before[i] for i in range(3))
