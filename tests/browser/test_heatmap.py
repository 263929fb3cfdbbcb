"""The heatmap in a real Chromium. Driven by ``apps/map_app.py``."""

from __future__ import annotations

import re

import pytest

from embedding_core.palette import DIVERGING, VIRIDIS
from tools.drawings import chosen, saved, stage, texts_in


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


def test_cells_and_scale_say_similarities_alike(show):
    page = show("n=20&heat=8", drawings=2, height=1300)
    texts = [text for text, _ in texts_in(page, saved(page, "SVG"))]
    numbers = [text for text in texts if re.fullmatch(r"−?\.\d\d|−?1|0", text)]
    assert len(numbers) == 64
    assert numbers[::9] == ["1"] * 8
    assert any(text.startswith("−1 to 1") for text in texts)


def test_distances_run_from_zero(show):
    page = show("n=20&heat=8&distances=1", drawings=2, height=1300)
    low, high = page.locator(".ex-view").last.locator(".ex-number").all_inner_texts()
    assert low == "0"
    assert float(high) > 1
    texts = [text for text, _ in texts_in(page, saved(page, "SVG"))]
    numbers = [text for text in texts if re.fullmatch(r"\d+\.\d+|0", text)]
    assert len(numbers) == 64
    assert max(numbers, key=float) == high
    assert len({len(text.partition(".")[2]) for text in numbers if text != "0"}) == 1


@pytest.mark.parametrize(("heat", "named"), [(19, 2 * 19), (60, 2 * 10)])
def test_labels_are_whole_and_inside(show, heat, named):
    page = show(f"n=80&heat={heat}", drawings=2, height=1300)
    labels = [(text, box) for text, box in texts_in(page, saved(page, "SVG")) if text.islower()]
    assert len(labels) >= named / 2
    rows = [box for text, box in labels if text in ("king", "queen", "prince", "palace")]
    assert len(rows) >= 2
    assert all(left >= 0 for _, (left, *_) in labels)


def test_ink_reads_on_every_colour(show):
    page = show("n=20&heat=8", drawings=2)
    theme = page.evaluate("""() => performance.getEntriesByType("resource")
        .map(entry => entry.name).find(name => name.endsWith("/theme.js"))""")
    for _, colour in (*DIVERGING, *VIRIDIS):
        ink = page.evaluate("async ([at, on]) => (await import(at)).inkOn(on)", [theme, colour])
        assert contrast(ink, colour) >= 4.5


def contrast(one, other):
    """Contrast by WCAG 2.2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_cells_where_the_map_disagrees_are_outlined_and_named(show):
    page = show("n=20&heat=10&marked=1", drawings=2, height=1300)
    keys = page.locator(".ex-view").last.locator(".ex-key").all_inner_texts()
    assert keys == ["alike, far apart on the map", "unlike, close together on the map"]
    cells = stage(page, 1).locator(".heatmaplayer image").bounding_box()
    step = cells["width"] / 10
    page.mouse.move(cells["x"] + 2.5 * step, cells["y"] + 6.5 * step)
    page.locator(".ex-tip:visible").get_by_text(keys[1]).wait_for()
    page.mouse.move(cells["x"] + 1.5 * step, cells["y"] + 6.5 * step)
    page.locator(".ex-tip:visible").get_by_text("onerror").wait_for()
    assert page.locator(".ex-tip:visible").get_by_text(keys[1]).count() == 0
    page.mouse.move(0, 0)
    svg = saved(page, "SVG").decode()
    assert svg.count('stroke-width="1.75" stroke-dasharray=""') == 1
    assert svg.count('stroke-width="1.75" stroke-dasharray="3 2.5"') == 1
