"""A walk over a drawn network in a real Chromium: stepped, played, begun elsewhere."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import numpy as np

import embedding_core as ec
from embedding_core.layout import lay_out
from embedding_core.walks import Walker, next_step

AT = "() => Number(document.querySelector('.ex-walk').dataset.moment)"
PAD = 42
SHARES = "all => all.map((each) => each.textContent)"


def opened(visit, idle, link):
    page = visit(f"graphs?ask=walks&data=karate&model=adjacency-svd&{link}")
    page.locator(".ex-walk[data-drawn]").wait_for()
    idle(page)
    return page


def test_a_walk_is_stepped_and_played_without_the_server(visit, idle):
    page = opened(visit, idle, "start=1&walk.p=0.5&walk.q=2.0&walk.length=30")
    graph = ec.SAMPLES["karate"].read().context
    walk = Walker(graph, p=0.5, q=2.0).walk(np.zeros(1, np.int32), 30)[0]
    heard = page.locator(".ex-walk").get_attribute("data-drawn")
    page.locator(".ex-walk-stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(AT) == 2
    step = next_step(graph, int(walk[2]), int(walk[1]), p=0.5, q=2.0)
    told = page.locator(".ex-walk-kind b").evaluate_all(SHARES)
    for text, kind in zip(told, ("back", "near", "out"), strict=True):
        of_kind = [c for c, k in zip(step.chances, step.kinds, strict=True) if k == kind]
        assert text == "under 1%" or abs(int(text[:-1]) - 100 * sum(of_kind)) <= 0.5001
    heading = page.locator(".ex-walk-heading").first.inner_text()
    assert heading == f"At {walk[2] + 1}, from {walk[1] + 1}"
    assert page.locator(".ex-taken .ex-walk-name").inner_text().split()[0] == str(walk[3] + 1)
    page.keyboard.press("Space")
    page.wait_for_function(f"() => ({AT})() > 3")
    page.keyboard.press("Space")
    page.get_by_text("Many walks").click()
    page.locator(".ex-walk input").fill("200")
    walks = Walker(graph, p=0.5, q=2.0).walk(
        np.zeros(200, np.int32), 30, np.arange(200, dtype=np.int64) * 34
    )
    visits = np.bincount(walks.ravel(), minlength=34)
    row = page.locator(".ex-walk-row").first
    assert row.locator(".ex-walk-name").inner_text() == str(visits.argmax() + 1)
    assert row.locator("b").inner_text() == f"{round(100 * visits.max() / visits.sum())}%"
    assert page.locator(".ex-walk").get_attribute("data-drawn") == heard, "The server was asked."


def test_a_click_on_a_node_begins_there(visit, idle):
    page = opened(visit, idle, "start=1")
    stage = page.locator(".ex-walk-stage")
    box = stage.bounding_box()
    room = np.array([box["width"], box["height"]])
    places = lay_out(ec.SAMPLES["karate"].read().context)
    low, high = places.min(axis=0), places.max(axis=0)
    scale = ((room - 2 * PAD) / (high - low)).min()
    across, up = (room - scale * (high - low)) / 2 + scale * (places[16] - low)
    stage.click(position={"x": across, "y": box["height"] - up})
    page.locator(".ex-walk-heading").filter(has_text="It begins at 17").wait_for()
    idle(page)
    assert parse_qs(urlsplit(page.url).query)["start"] == ["17"]
