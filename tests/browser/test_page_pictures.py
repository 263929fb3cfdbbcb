"""Pictures on the map's HTML page, in a real Chromium, opened from the disk."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

import embedding_core as ec

# How many pixels of each picture's own colour the canvas over the map has, and where.
SEEN = """() => {
    const canvas = document.querySelector("#map .svg-container > canvas");
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const found = {};
    for (let at = 0; at < data.length; at += 4) {
        if (data[at] !== 255 || data[at + 2] !== 100 || data[at + 3] !== 255) continue;
        const box = (found[data[at + 1]] ??= [1e9, 1e9, 0, 0, 0]);
        const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
        box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
        box[4]++;
    }
    return found;
}"""


@pytest.fixture
def opened(open_page, tmp_path):
    """Open a page of twelve tiny pictures, of one colour each: ``opened(dims) -> page``."""

    def open_map(dims):
        files = {}
        for i in range(12):
            file = io.BytesIO()
            Image.new("RGB", (12, 8), (255, 10 * i, 100)).save(file, "PNG")
            files[f"{i % 3}/{i:02}.png"] = file.getvalue()
        album = ec.read(files, modality="image")
        # Two lie on one place, and one far from all.
        places = np.random.default_rng(2).normal(size=(12, 3)).astype(np.float32)
        places[1], places[2] = places[0], 6
        embedding = ec.Embedding(album.ids, places, "test", "test")
        projection = ec.project(embedding, "pca", n_components=dims, metric="euclidean")
        path = tmp_path / "map.html"
        ec.figures.write_html(path, embedding, projection, collection=album, color="label")
        page = open_page()
        page.goto(path.as_uri())
        page.locator("#map .svg-container > canvas").wait_for(state="attached")
        page.wait_for_timeout(500)
        return page

    return open_map


def boxes(page):
    return {int(g) // 10: box for g, box in page.evaluate(SEEN).items() if box[4] > 100}


def test_pictures_lie_apart_and_go_with_their_legend(opened):
    page = opened(2)
    seen = boxes(page)
    assert (0 in seen) != (1 in seen), "of two on one place one is shown"
    assert 2 in seen
    shown = list(seen.values())
    for i, a in enumerate(shown):
        for b in shown[i + 1 :]:
            assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]
    page.locator("#map .legendtoggle").first.click()
    page.wait_for_timeout(800)
    gone = set(seen) - set(boxes(page))
    assert {item % 3 for item in gone} == {0}


@pytest.mark.parametrize("dims", [2, 3])
def test_what_is_pointed_at_is_shown_large(opened, dims):
    page = opened(dims)
    before = boxes(page)
    assert bool(before) == (dims == 2)
    page.evaluate("""() => {
        const home = document.getElementById("map");
        const full = home._fullData[2];
        const point = { data: home.data[2], pointNumber: 1, x: full.x[1], y: full.y[1] };
        const { xaxis, yaxis } = home._fullLayout;
        if (xaxis) Object.assign(point, { xaxis, yaxis });
        home.emit("plotly_hover", { points: [point] });
    }""")  # fmt: skip
    large = boxes(page)[5]
    assert large[2] - large[0] >= 126
    page.evaluate("() => document.getElementById('map').emit('plotly_unhover', {})")
    assert boxes(page) == before
