"""The map and the heatmap in a real Chromium, driven by ``apps/map_app.py``."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

APP = Path(__file__).parent / "apps" / "map_app.py"
LOG_SENT_BYTES = """
    window.received = [];
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
        if (!this.heard) {
            this.heard = true;
            this.addEventListener("message", ({ data }) =>
                window.received.push(data.byteLength ?? data.size ?? data.length));
        }
        return send.call(this, data);
    };
"""


@pytest.fixture(scope="module")
def maps(streamlit_server):
    return streamlit_server(APP)


@pytest.fixture
def show(maps, kept_page, open_page, idle):
    """Open the test app: ``show("n=60", height=1300)``; with a script, in a page of its own."""

    def show(query="", script="", *, drawings=1, height=900, **media):
        page = open_page() if script else kept_page
        page.set_viewport_size({"width": media.pop("width", 1400), "height": height})
        page.emulate_media(**media)
        if script:
            page.add_init_script(script)
        page.goto(maps.at(f"?{query}"))
        wait_drawn(page, drawings)
        idle(page)
        return page

    return show


def wait_drawn(page, count=1):
    page.wait_for_function(
        "count => document.querySelectorAll('.ex-view[data-drawn]').length >= count", arg=count
    )


def stage(page, index=0):
    return page.locator(".ex-stage").nth(index)


def point(page, item):
    """The middle of a point, on a map small enough for SVG and of one colour."""
    box = page.locator(".scatterlayer .point").nth(item).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def marks(page, index=0):
    """What is painted over the points, as one string."""
    return page.locator("canvas.ex-marks").nth(index).evaluate("canvas => canvas.toDataURL()")


def chosen(page, expected):
    page.get_by_text(re.compile(rf"^chosen {expected}")).wait_for()


def colour_of(png):
    """The mean colour of a small picture."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).mean((0, 1))


def drag(page, corners, index=0):
    """Draw with the mouse; corners are shares of the stage."""
    box = stage(page, index).bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


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


@pytest.mark.parametrize(
    ("tool", "corners"),
    [
        ("box", [(0.01, 0.01), (0.99, 0.99)]),
        ("lasso", [(0.01, 0.01), (0.99, 0.02), (0.99, 0.99), (0.02, 0.98), (0.01, 0.9)]),
    ],
)
def test_box_and_lasso_select_what_they_hold(show, tool, corners):
    page = show("colour=none&n=3000")
    page.get_by_role("button", name=f"Select with a {tool}").click()
    drag(page, corners)
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


def test_many_categories_scroll_and_never_clip(show):
    page = show("clusters=40&n=500")
    legend = page.locator(".ex-legend")
    assert legend.evaluate("l => l.scrollHeight > l.clientHeight && l.scrollWidth <= l.clientWidth")
    tools = page.locator(".ex-tools")
    assert tools.evaluate("t => t.scrollWidth <= t.clientWidth")


def test_selecting_and_recolouring_stay_small_on_the_wire(show, idle):
    page = show("n=20000", script=LOG_SENT_BYTES)
    assert page.evaluate("Math.max(...window.received)") > 160_000
    page.evaluate("window.received = []")
    page.get_by_role("button", name="Select three").click()
    chosen(page, "3")
    idle(page)
    assert page.evaluate("window.received.reduce((a, b) => a + b)") < 10_000
    page.evaluate("window.received = []")
    page.get_by_role("button", name="Recolour").click()
    idle(page)
    received = page.evaluate("window.received.reduce((a, b) => a + b)")
    assert 20_000 < received < 30_000


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


def test_space_is_drawn_where_it_is_clicked(show):
    page = show("d=3&n=40&colour=none")
    stage(page).focus()
    page.keyboard.press("ArrowRight")
    tip = page.locator(".ex-tip:visible").bounding_box()
    place = tip["x"] - 14, tip["y"] - 14
    page.mouse.click(*place)
    chosen(page, "1")
    page.add_style_tag(content=".ex-marks, .ex-tip { visibility: hidden }")
    around = {"x": place[0] - 1, "y": place[1] - 1, "width": 2, "height": 2}
    assert max(colour_of(page.screenshot(clip=around))) < 200, "Plotly drew no point there"


@pytest.mark.parametrize(
    ("query", "named"),
    [("n=60", True), ("n=3000", False), ("d=3&n=100", True), ("n=20&heat=12", True)],
)
def test_pictures_are_saved(show, tmp_path, query, named):
    page = show(query, drawings=1 + ("heat" in query))
    saved = {}
    for kind in ("PNG", "SVG"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save as {kind}").last.click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        saved[kind] = path.read_bytes()
    assert saved["PNG"].startswith(b"\x89PNG")
    assert len(saved["PNG"]) > 8_000
    text = saved["SVG"].decode()
    page.set_content(text)
    assert page.locator("parsererror").count() == 0
    assert ("&lt;b&gt;bold" in text) == named


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


def test_heatmap_says_the_pair_and_selects_it(show):
    page = show("n=20&heat=10", drawings=2, height=1300)
    box = stage(page, 1).bounding_box()
    place = (box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4)
    page.mouse.move(*place)
    tip = page.locator(".ex-tip:visible")
    tip.wait_for()
    assert re.fullmatch(r".+, .+: (−?\.\d{3}|−?1|0)", tip.inner_text(), re.DOTALL)
    page.mouse.click(*place)
    page.get_by_text(re.compile(r"^cell \(\d, \d\)")).wait_for()
    chosen(page, "[12]")


def test_a_stroke_over_row_labels_selects_rows(show):
    page = show("n=20&heat=10", drawings=2, height=1300)
    cells = stage(page, 1).locator(".heatmaplayer image").bounding_box()
    x, step = cells["x"] - 30, cells["height"] / 10
    page.mouse.move(x, cells["y"] + 2.5 * step)
    page.mouse.down()
    page.mouse.move(x, cells["y"] + 5.5 * step, steps=5)
    page.mouse.up()
    chosen(page, "4: 2 3 4 5")


def test_heatmap_cells_are_square(show):
    page = show("n=20&heat=10", drawings=2, height=1300)
    cells = stage(page, 1).locator(".heatmaplayer image").bounding_box()
    assert cells["width"] == pytest.approx(cells["height"], abs=1)


@pytest.mark.parametrize("query", ["n=3000", "d=3&n=100"])
def test_leaving_the_page_frees_the_map(show, idle, query):
    script = """
        window.contexts = [];
        const get = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
            const context = get.call(this, kind, ...more);
            if (/webgl/.test(kind) && context) window.contexts.push(new WeakRef(context));
            return context;
        };
    """
    page = show(query, script=script)
    for _ in range(3):
        page.get_by_role("link", name="empty").click()
        page.get_by_text("nothing here").wait_for()
        assert page.locator(".ex-view, .js-plotly-plot").count() == 0
        page.get_by_role("link", name="drawings").click()
        wait_drawn(page)
        idle(page)
    page.get_by_role("link", name="empty").click()
    page.get_by_text("nothing here").wait_for()
    page.wait_for_timeout(200)
    alive = "window.contexts.filter(c => c.deref() && !c.deref().isContextLost()).length"
    assert page.evaluate("window.contexts.length") > 4
    assert page.evaluate(alive) <= 3


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


def test_a_closed_tab_is_drawn_when_it_opens(show, idle):
    page = show("n=40&heat=40&tabs=1&colour=none", drawings=0, height=1300)
    page.get_by_role("tab", name="Drawings").click()
    wait_drawn(page, 2)
    assert page.locator(".scatterlayer .point").count() == 40
    page.get_by_role("tab", name="Other").click()
    page.get_by_role("button", name="Fewer").click()
    idle(page)
    page.get_by_role("tab", name="Drawings").click()
    page.wait_for_function("document.querySelectorAll('.scatterlayer .point').length === 20")
    page.mouse.click(*point(page, 19))
    chosen(page, "1: 19")


def test_other_items_start_afresh(show, idle):
    page = show("n=60&heat=60&colour=none", drawings=2, height=1300)
    page.mouse.click(*point(page, 50))
    chosen(page, "1: 50")
    for left in (30, 15):
        page.get_by_role("button", name="Fewer").click()
        chosen(page, "0")
        page.wait_for_function(
            f"document.querySelectorAll('.scatterlayer .point').length === {left}"
        )
        idle(page)
        page.mouse.click(*point(page, left - 1))
        chosen(page, f"1: {left - 1}")


def test_two_visitors_do_not_meet(show, open_page, maps, idle):
    first = show("colour=none")
    second = open_page()
    second.goto(maps.at("?colour=none"))
    wait_drawn(second)
    idle(second)
    first.mouse.click(*point(first, 4))
    chosen(first, "1: 4")
    second.mouse.click(*point(second, 20))
    chosen(second, "1: 20")
    first.get_by_role("button", name="Recolour").click()
    idle(first)
    chosen(first, "1: 4")
