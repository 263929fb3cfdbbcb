"""Pictures on a map, in a real Chromium. Driven by ``apps/map_app.py``."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from tools.drawings import chosen, drag, marks, saved, stage

# Of every picture on the canvas: the colour that the test app gave it, and the box it fills.
PICTURES = """canvas => {
    const { width } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, canvas.height);
    const found = {};
    for (let at = 0; at < data.length; at += 4) {
        const [r, g, b, a] = data.slice(at, at + 4);
        if (r !== 255 || a !== 255 || b !== 100 || g >= 250) continue;
        const item = g, x = (at / 4) % width, y = Math.floor(at / 4 / width);
        const box = (found[item] ??= [x, y, x, y, 0]);
        box[4] += 1;
        [box[0], box[1]] = [Math.min(box[0], x), Math.min(box[1], y)];
        [box[2], box[3]] = [Math.max(box[2], x), Math.max(box[3], y)];
    }
    return found;
}"""


def pictures(page, layer="ex-marks"):
    """Return the boxes of the pictures that stand at full strength, by item."""
    found = page.locator(f"canvas.{layer}").first.evaluate(PICTURES)
    # A few pixels may be a mix of two colours at an edge.
    return {int(item): box[:4] for item, box in found.items() if box[4] > 40}


def show_pictures(show, query, **more):
    page = show(f"{query}&pictures=1", **more)
    page.wait_for_selector(".ex-view[data-pictures]")
    return page


def middle(page, box):
    corner = stage(page).bounding_box()
    return corner["x"] + 1 + (box[0] + box[2]) / 2, corner["y"] + 1 + (box[1] + box[3]) / 2


def test_pictures_stand_apart_and_more_find_room_when_the_map_comes_closer(show):
    page = show_pictures(show, "n=240&clusters=40&colour=none")
    before = pictures(page)
    assert 20 < len(before) < 240
    boxes = np.array(list(before.values()))
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]
    sides = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) + 1
    window = stage(page).bounding_box()
    whole = ((boxes > 2) & (boxes < [window["width"] - 4, window["height"] - 4] * 2)).all(1)
    assert ((sides[whole] >= 22) & (sides[whole] <= 29)).all(), "28 pixels, less at soft edges"
    stage(page).focus()
    for _ in range(5):
        page.keyboard.press("+")
    page.wait_for_timeout(300)
    closer = pictures(page)
    assert set(closer) - set(before), "points became pictures"
    box = next(iter(closer.values()))
    assert max(box[2] - box[0], box[3] - box[1]) > 32, "larger too"


def test_moving_the_map_changes_no_picture_in_view(show):
    page = show_pictures(show, "n=240&clusters=40&colour=none")
    before = pictures(page)
    drag(page, [(0.02, 0.02), (0.06, 0.05)])
    page.wait_for_timeout(300)
    after = pictures(page)
    assert len(set(before) - set(after)) < 3, "only those at the edge leave"
    assert not set(after) - set(before)


def test_a_picture_is_pointed_at_and_chosen_as_a_whole(show, idle):
    page = show_pictures(show, "n=240&clusters=40&colour=none")
    item, box = max(pictures(page).items(), key=lambda entry: entry[1][2] - entry[1][0])
    page.mouse.move(box[0] + stage(page).bounding_box()["x"] + 4, middle(page, box)[1])
    tip = page.locator(".ex-tip:visible")
    tip.wait_for()
    large = tip.locator("canvas.ex-picture")
    assert large.evaluate("c => Math.max(c.clientWidth, c.clientHeight)") == 128
    shown = large.evaluate("c => [...c.getContext('2d').getImageData(4, 4, 1, 1).data]")
    assert shown[:3] == [255, item, 100]
    page.mouse.down()
    page.mouse.up()
    chosen(page, f"1: {item}")
    idle(page)
    page.mouse.move(5, 5)
    bright = pictures(page)
    assert item in bright
    assert len(bright) <= 7, "the others stand back, all but its neighbours"


def test_what_is_selected_is_a_picture_before_all_others(show, idle):
    page = show_pictures(show, "n=240&clusters=40&colour=none")
    page.get_by_role("button", name="Select three").click()
    chosen(page, "3: 10 11 12")
    idle(page)
    assert 10 in pictures(page)
    assert set(pictures(page)) <= {10, 11, 12}, "one may lie over another"


def test_a_recolour_sends_no_pictures_again(show, idle):
    page = show_pictures(show, "n=240")
    sent = []
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.on(
        "Network.webSocketFrameReceived",
        lambda event: sent.append(len(base64.b64decode(event["response"]["payloadData"]))),
    )
    before = marks(page)
    page.get_by_role("button", name="Recolour").click()
    page.get_by_text("runs 2").wait_for()
    idle(page)
    assert marks(page) != before, "their edges have the new colours"
    assert sum(sent) < 20_000
    page.get_by_role("button", name="Select three").click()
    chosen(page, "3")
    idle(page)
    assert sum(sent) < 30_000


def test_pictures_can_be_points_and_still_be_pointed_at(show, idle):
    page = show_pictures(show, "n=60")
    assert pictures(page)
    page.get_by_role("button", name="Points only").click()
    idle(page)
    assert not pictures(page)
    stage(page).focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".ex-tip canvas.ex-picture").count() == 1


def test_pictures_go_along_to_the_next_map_and_belong_to_their_items(show, idle):
    page = show_pictures(show, "n=60")
    before = pictures(page)
    page.get_by_role("button", name="Move", exact=True).click()
    page.wait_for_function("document.querySelector('.ex-view').dataset.travels === '1'")
    idle(page)
    page.wait_for_timeout(600)
    after = pictures(page)
    both = set(before) & set(after)
    assert len(both) > 3
    assert any(before[item] != after[item] for item in both)
    page.get_by_role("button", name="Fewer").click()
    idle(page)
    page.wait_for_timeout(300)
    # The test app gives the 30 items that are left the pictures 29 to 0.
    assert set(pictures(page)) <= set(range(30))


def test_a_film_carries_its_pictures(show):
    page = show_pictures(show, "n=60&frames=1")
    present = pictures(page)
    slider = page.get_by_role("slider", name="Frame")
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    past = pictures(page)
    assert past
    assert past != present


def test_in_space_the_selected_have_pictures(show, idle):
    page = show_pictures(show, "n=60&d=3")
    assert not pictures(page)
    page.get_by_role("button", name="Select three").click()
    chosen(page, "3: 10 11 12")
    idle(page)
    page.wait_for_timeout(300)
    assert set(pictures(page)) <= {10, 11, 12}
    assert pictures(page)


@pytest.mark.parametrize("kind", ["PNG", "SVG"])
def test_saved_pictures_have_them_too(show, kind):
    page = show_pictures(show, "n=60")
    seen = pictures(page)
    file = saved(page, kind)
    if kind == "SVG":
        images = re.findall(rb'<image [^>]*href="data:image/png;base64,([^"]+)"', file)
        assert len(images) == len(seen)
        colours = {Image.open(io.BytesIO(base64.b64decode(i))).convert("RGB").getpixel((0, 0))
                   for i in images}  # fmt: skip
        assert {g for _, g, _ in colours} == set(seen)
    else:
        image = np.asarray(Image.open(io.BytesIO(file)).convert("RGB")).astype(int)
        found = image[(image[..., 0] == 255) & (image[..., 2] == 100) & (image[..., 1] < 60)]
        assert set(seen) <= set(found[:, 1])


def test_a_heatmap_shows_pictures_beside_its_cells(show):
    page = show_pictures(show, "n=60&heat=12", drawings=2)
    heat = page.locator(".ex-view").nth(1)
    heat.locator("xpath=self::*[@data-pictures]").wait_for()
    beside = page.locator("canvas.ex-marks").nth(1).evaluate(PICTURES)
    wide = {int(item) for item, box in beside.items() if box[4] > 100 and box[2] - box[0] > 40}
    assert wide == set(range(12)), "once on each side"
    box = heat.locator(".ex-stage").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    heat.locator(".ex-tip:visible").wait_for()
    assert heat.locator(".ex-tip canvas.ex-picture").count() == 2


def test_a_gallery_shows_its_items_and_a_click_chooses_one(show, idle):
    page = show_pictures(show, "n=6&gallery=1&colour=none", height=1300)
    gallery = page.locator(".ex-gallery[data-drawn='7']")
    gallery.wait_for()
    first = gallery.locator("canvas").evaluate_all(
        "all => all.map(c => [...c.getContext('2d').getImageData(3, 3, 1, 1).data].slice(0, 3))"
    )
    assert first == [[255, item, 100] for item in [*range(6), 0, 1]]
    assert gallery.get_by_text("<b>4</b>").is_visible(), "text is text"
    assert gallery.evaluate("g => g.scrollWidth <= g.clientWidth")
    gallery.get_by_title("tile 4").click()
    chosen(page, "1: 4")
    idle(page)
    gallery.get_by_title("both").focus()
    page.keyboard.press("Enter")
    chosen(page, "2: 0 1")


def test_a_collection_of_new_pictures_replaces_the_old(show, idle):
    page = show_pictures(show, "n=60&colour=none")
    assert max(pictures(page)) > 6
    page.goto(page.url.replace("n=60", "n=5"))
    page.wait_for_selector(".ex-view[data-pictures='5']")
    idle(page)
    page.wait_for_timeout(300)
    assert set(pictures(page)) <= set(range(5))
