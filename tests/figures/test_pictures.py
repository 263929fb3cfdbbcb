"""Small pictures on a page, and where they lie in the one that holds all."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pytest
from PIL import Image

import embedding_core as ec
from embedding_core.errors import SpaceMismatchError
from embedding_core.figures import pictures as figures_pictures
from embedding_core.figures.pictures import filled, page_pictures
from embedding_core.thumbnails import sprite

SIZES = [(40, 40), (40, 10), (10, 40), (30, 20), (40, 30)]


@pytest.fixture(scope="module")
def album():
    """Pictures of several shapes; the fourth file is cut off."""
    files = {}
    for i, size in enumerate(SIZES):
        file = io.BytesIO()
        noise = np.random.default_rng(i).integers(0, 255, (*size[::-1], 3), dtype=np.uint8)
        Image.fromarray(noise).save(file, "PNG")
        data = file.getvalue()
        files[f"{'ab'[i % 2]}/p{i}.png"] = data[:-800] if i == 3 else data
    return ec.read(files, modality="image")


@pytest.fixture(scope="module")
def shown(album):
    """An embedding of all but the unreadable one, and a flat map of it."""
    rng = np.random.default_rng(0)
    kept = [id_ for id_ in album.ids if not id_.endswith("p3")]
    vectors = rng.normal(size=(len(kept), 6)).astype(np.float32)
    embedding = ec.Embedding(tuple(kept), vectors, "test", "test")
    return embedding, ec.project(embedding, "pca")


def embedded_facts(html):
    """What the page's script is given of pictures, or None."""
    found = re.search(r"\n(null|\{\\?\"address.*\}|\{\"address.*\})\);\n</script>", html)
    assert found
    return json.loads(found[1])


def test_boxes_are_where_the_pictures_lie(album):
    made = sprite(album.payloads, 24)
    boxes = filled(made).astype(int)
    image = np.asarray(Image.open(io.BytesIO(made.data)).convert("RGBA"))
    at = {id_[-1]: i for i, id_ in enumerate(album.ids)}
    for name, (width, height) in enumerate(SIZES):
        left, top, right, bottom = boxes[at[str(name)]]
        if name == 3:
            assert (left, top, right, bottom) == (0, 0, 0, 0)
            continue
        longer = max(width, height)
        assert right - left == pytest.approx(24 * width / longer, abs=1)
        assert bottom - top == pytest.approx(24 * height / longer, abs=1)
        row, column = divmod(at[str(name)], made.columns)
        cell = image[row * 24 : row * 24 + 24, column * 24 : column * 24 + 24, 3] > 0
        assert cell[top:bottom, left:right].all()
        assert cell.sum() == (right - left) * (bottom - top)


def test_a_page_carries_one_picture_of_all_and_knows_whose_each_is(album, shown):
    embedding, projection = shown
    html = ec.figures.map_html(embedding, projection, collection=album)
    assert html.count("data:image/webp") == 1
    facts = embedded_facts(html)
    assert facts["cells"] == list(range(len(embedding)))
    assert len(facts["boxes"]) == len(embedding)
    assert all(box[2] > 0 for box in facts["boxes"])
    assert "showPictures(home" in html
    # Made of the whole collection, each item's cell is its place in that.
    whole = page_pictures(album, projection.ids, sprite(album.payloads, 24))
    assert [album.ids[cell] for cell in whole["cells"]] == list(projection.ids)


def test_points_of_a_pictured_page_know_their_items(album, shown):
    embedding, projection = shown
    html = ec.figures.map_html(embedding, projection, collection=album, color="label")
    traces = json.loads(re.search(r"\nmain\(\n(.*),\n\{", html)[1])
    assert {trace["mode"] for trace in traces} == {"markers"}, "pictures take the labels' place"
    assert sorted(int(id_) for trace in traces for id_ in trace["ids"]) == [0, 1, 2, 3]


def test_of_too_many_items_pictures_are_left_out_and_that_is_said(album, shown, monkeypatch):
    monkeypatch.setattr(figures_pictures, "PICTURED", 3)
    html = ec.figures.map_html(*shown, collection=album)
    assert embedded_facts(html) is None
    assert "data:image/webp" not in html
    assert "Pictures are left out of a page of more than" in html


def test_what_is_no_picture_has_none(royalty):
    collection, embedding, projection = royalty
    html = ec.figures.map_html(embedding, projection, collection=collection)
    assert embedded_facts(html) is None
    assert "Pictures are left out" not in html


def test_pictures_of_other_items_are_refused(album, shown):
    with pytest.raises(SpaceMismatchError):
        page_pictures(album, shown[1].ids, sprite(album.payloads[:2], 24))
