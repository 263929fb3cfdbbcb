"""What lies on a map beside its points, in a real Chromium. Driven by ``apps/map_app.py``."""

from __future__ import annotations

import io
import re

import numpy as np
from PIL import Image

from tools.drawings import chosen, marks, points, saved, stage, texts_in

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


def test_under_the_pointer_the_map_says_which_neighbours_it_kept(show, idle):
    page = show("n=60&colour=none&neighbors=1")
    places = np.array(points(page))
    near = np.argsort(((places[:, None] - places) ** 2).sum(2), axis=1, kind="stable")[:, 1:7]
    true = (np.arange(60)[:, None] + np.arange(1, 7)) % 60
    kept = [len(set(a) & set(b)) for a, b in zip(true, near, strict=True)]
    item = next(i for i in np.argsort(kept)[::-1] if 0 < kept[i] < 6 and alone(places, i))
    page.mouse.move(*places[item])
    page.locator(".ex-tip:visible").get_by_text(f"{kept[item]} of 6").wait_for()
    keys = page.locator(".ex-keys .ex-key").all_inner_texts()
    assert keys == ["true neighbour", "true, but torn away", "near only on the map"]
    torn = max(set(true[item]) - set(near[item]), key=lambda i: np.hypot(*places[i] - places[item]))
    red, _, blue, opacity = ink_at(page, places[[item, torn]].mean(0))
    assert opacity > 0
    assert blue > red + 40, "the accent"
    page.mouse.click(*places[item])
    chosen(page, f"1: {item}")
    idle(page)
    assert ink_at(page, places[[item, torn]].mean(0))[3] == 0, "its lines are there already"
    page.mouse.move(0, 0)
    page.locator(".ex-tip").wait_for(state="hidden")
    assert page.locator(".ex-keys").is_visible(), "lines of the selected one"


def alone(places, item):
    """Whether no other point lies under the same pointer."""
    return np.partition(((places - places[item]) ** 2).sum(1), 1)[1] > 12**2


def ink_at(page, place):
    """What follows the pointer, at a place on the page: the strongest ink within two pixels."""
    box = stage(page).bounding_box()
    x, y = round(place[0] - box["x"] - 1), round(place[1] - box["y"] - 1)
    found = page.locator("canvas.ex-pointer").evaluate(
        "(c, [x, y]) => [...c.getContext('2d').getImageData(x - 2, y - 2, 5, 5).data]", [x, y]
    )
    return max(np.reshape(found, (25, 4)).tolist(), key=lambda pixel: pixel[3])


def test_sizes_are_drawn_told_and_picked(show):
    page = show("n=60&colour=none&sizes=1")
    found = page.locator(".scatterlayer .point").evaluate_all(
        "points => points.map(point => point.getBoundingClientRect().width)"
    )
    areas = np.square(np.array(found) - 0.75)  # without the edge
    assert np.corrcoef(areas, np.arange(60))[0, 1] > 0.999
    assert areas[-1] > 10 * areas[0]
    told = page.get_by_role("img", name="Size: Weight <i>kg</i> from 0 to 12")
    drawn = told.locator(".ex-size").evaluate_all("dots => dots.map(dot => dot.offsetWidth)")
    assert np.allclose(drawn, np.sqrt(areas)[[0, -1]], atol=1)
    places = np.array(points(page))
    far = np.linalg.norm(places[:, None] - places, axis=2) + 1e3 * np.eye(60)
    lonely = 30 + np.argmax(far.min(1)[30:])
    page.mouse.move(*(places[lonely] + [found[lonely] / 2 - 1, 0]))
    page.locator(".ex-tip:visible").get_by_text(f"row {lonely} of").wait_for()


def test_crowds_are_fainter_and_solid_again_from_near(show):
    opacities = """() => [...document.querySelectorAll('.scatterlayer .point')]
        .map(point => Number(point.style.opacity || 1))"""
    page = show("n=800&clusters=1&colour=none&density=1")
    page.wait_for_function(f"Math.min(...({opacities})()) < 0.7")
    far, places = page.evaluate(opacities), np.array(points(page))
    distances = np.linalg.norm(places[:, None] - places, axis=2)
    crowded = (distances < 12).sum(1)
    assert np.mean(np.array(far)[crowded > 12]) < np.mean(np.array(far)[crowded < 3]) - 0.1
    stage(page).focus()
    for _ in range(6):
        page.keyboard.press("+")
    page.wait_for_function(f"({opacities})().reduce((a, b) => a + b) > 780 * 0.9")


def test_crowds_of_many_points_are_fainter_on_screen_and_in_pictures(show):
    pictures = []
    for query in ("n=20000&clusters=1", "n=20000&clusters=1&density=1"):
        page = show(query)
        page.add_style_tag(content=".ex-marks, .ex-badge { visibility: hidden }")
        pictures.append((picture(stage(page).screenshot()), picture(saved(page, "PNG"))))
    for plain, thinned in zip(*pictures, strict=True):
        middle = np.argwhere(plain.min(2) < 100).mean(0).astype(int)
        core = tuple(slice(at - 20, at + 20) for at in middle)
        assert thinned[core].mean() > plain[core].mean() + 5
