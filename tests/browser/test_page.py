"""The map's HTML page in a real Chromium, opened from the disk as a person would."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import embedding_core as ec
from embedding_core.collection import Collection, Text

NASTY = "<script>window.hit=1</script><b>bold</b> &amp; $x$"
LABELS = """
() => Array.from(document.querySelectorAll("#map .textpoint text"))
    .filter((node) => node.textContent)
    .map((node) => { const { left, top, right, bottom } = node.getBoundingClientRect();
                     return { text: node.textContent, box: [left, top, right, bottom] }; })
"""


@pytest.fixture
def opened(open_page, tmp_path):
    """Write a map and open it: ``page, requests = opened(embedding, projection, ...)``."""

    def open_map(embedding, projection, *, collection=None, color=None, title="", **view):
        path = tmp_path / "map.html"
        ec.figures.write_html(
            path, embedding, projection, collection=collection, color=color, title=title
        )
        page = open_page(**view)
        requests = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        page.locator("#map .main-svg").first.wait_for()
        return page, requests

    return open_map


@pytest.fixture(scope="module")
def royalty():
    collection = ec.SAMPLES["royalty"].read()
    embedding = ec.embed(collection, "glove-6b-50d")
    return embedding, ec.project(embedding, "pca"), collection


def meet(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_page_opens_without_asking_for_anything(opened, royalty):
    embedding, projection, collection = royalty
    page, requests = opened(embedding, projection, collection=collection, color="group")
    assert len(requests) == 1, requests
    assert requests[0].startswith("file:")
    assert page.title() == "Royalty and kinship"
    trust = ec.quality(embedding, projection)
    summary = page.locator("summary.trust")
    assert f"keeps {trust.neighbor_recall:.0%} of true neighbours" in summary.inner_text()
    summary.click()
    assert page.get_by_text("by chance it would be").is_visible()
    assert page.locator("#map .points path.point").count() >= len(embedding)


@pytest.mark.parametrize("width", [1400, 700])
def test_labels_do_not_meet_at_any_size_and_more_come_with_zoom(opened, royalty, width):
    embedding, projection, collection = royalty
    page, _ = opened(embedding, projection, collection=collection, color="group", width=width)
    page.wait_for_timeout(300)
    labels = page.evaluate(LABELS)
    assert len(labels) > 15
    # Boxes of glyphs are taller than their letters: shrunk by what is empty above and below.
    boxes = [
        (left, top + 2, right, bottom - 2)
        for left, top, right, bottom in (label["box"] for label in labels)
    ]
    for i, box in enumerate(boxes):
        assert not any(meet(box, other) for other in boxes[:i]), labels[i]["text"]
    places = dict(zip(embedding.ids, projection.coords.tolist(), strict=True))
    (x, y) = places["queen"]
    page.evaluate(
        "([x, y]) => Plotly.relayout('map', "
        "{'xaxis.range': [x - .08, x + .08], 'yaxis.range': [y - .05, y + .05]})",
        [x, y],
    )
    page.wait_for_timeout(300)
    zoomed = {label["text"] for label in page.evaluate(LABELS)}
    assert "queen" in zoomed
    assert len(zoomed) < len(embedding)


def test_text_of_the_person_is_text_everywhere(opened):
    ids = [NASTY, "b", "c", "d", "e", "f"]
    table = pd.DataFrame({"<i>kind</i>": [NASTY, "u", "u", "v", "v", "v"]})
    items = Collection.of(ids, [Text(id_) for id_ in ids], table, modality="text")
    vectors = np.random.default_rng(1).normal(size=(6, 4)).astype(np.float32)
    embedding = ec.Embedding(tuple(ids), vectors, "test", "vectors")
    projection = ec.project(embedding, "pca")
    page, _ = opened(embedding, projection, collection=items, color="<i>kind</i>", title=NASTY)
    page.wait_for_timeout(300)
    assert page.title() == NASTY
    assert page.get_by_role("heading").inner_text() == NASTY
    drawn = [label["text"] for label in page.evaluate(LABELS)]
    assert any(text.startswith("<script>window.hit=1</sc") for text in drawn)
    legend = page.locator("#map .legend").text_content()
    assert "<i>kind</i>" in legend
    assert "<script>window.hit=1</script><b>bold" in legend
    page.evaluate(
        "Plotly.Fx.hover(document.getElementById('map'), [{curveNumber: 0, pointNumber: 0}])"
    )
    hover = page.locator("#map .hoverlayer").text_content()
    assert NASTY in hover
    assert page.evaluate("window.hit") is None


def test_page_follows_light_and_dark(opened, royalty):
    page, _ = opened(*royalty[:2], color_scheme="dark")
    paper = "() => getComputedStyle(document.querySelector('#map .main-svg')).backgroundColor"
    body = "() => getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == page.evaluate(body) == "rgb(14, 16, 22)"
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"({paper})() === 'rgb(255, 255, 255)'")
    assert page.evaluate(body) == "rgb(255, 255, 255)"


def test_map_in_space_and_one_of_many_points_are_drawn(opened, royalty):
    embedding, _, collection = royalty
    projection = ec.project(embedding, "pca", n_components=3)
    page, _ = opened(embedding, projection, collection=collection, color="group")
    page.locator("#map canvas").first.wait_for()
    page.wait_for_function("document.querySelectorAll('#map .annotation-text').length > 50")
    many = np.random.default_rng(0).normal(size=(6_000, 3)).astype(np.float32)
    points = ec.Embedding(tuple(map(str, range(6_000))), many, "test", "vectors")
    page, requests = opened(points, ec.project(points, "pca"))
    page.locator("#map canvas").first.wait_for()
    assert len(requests) == 1
