"""Drawings that come, change and go, in a real Chromium. Driven by ``apps/map_app.py``."""

from __future__ import annotations

import pytest

from tools.drawings import chosen, point, wait_drawn

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
    for _ in range(2):
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
    assert page.evaluate("window.contexts.length") > 3
    assert page.evaluate(alive) == 0


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
