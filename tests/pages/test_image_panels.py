"""The explorer's panels where items are pictures."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

import embedding_core as ec
from ui.gallery import Tile, draw_gallery

IMAGES = "pages/images.py"
FAST = {"model": "color-histogram", "map": "pca"}


@pytest.fixture(scope="module")
def names():
    return ec.SAMPLES["emoji"].read().ids


@pytest.fixture
def open_images(page):
    """Open the page of pictures; the run after the small ones are made."""

    def open_images(**link):
        return page(IMAGES, **FAST, **link).run()

    return open_images


def test_nothing_selected_shows_the_nearest_pairs(open_images):
    shown = open_images()
    assert "The nearest pairs" in shown.text


def test_one_selected_is_shown_large_with_its_facts(open_images, names):
    shown = open_images(sel=names[0])
    assert names[0] in shown.headline
    assert re.search(r"\d+ × \d+ pixels", shown.text)
    assert len(shown.test.get("image")) == 1
    assert "15 nearest, by cosine" in shown.text
    assert "Near on the map and not among the 15 nearest" in shown.text


def test_several_selected_are_shown_most_typical_first(open_images, names):
    shown = open_images(sel=list(names[:5]))
    assert "5 items" in shown.text
    assert "The most typical first" in shown.text


def test_the_table_has_a_picture_in_each_row(open_images, names):
    shown = open_images(side="table")
    table = shown.test.dataframe[0].value
    assert list(table["item"]) == list(names)
    first = table["picture"].iloc[0]
    kind, text = first.split(",", 1)
    assert kind == "data:image/webp;base64"
    assert max(Image.open(io.BytesIO(base64.b64decode(text))).size) == 40


def test_a_ticked_row_selects_its_item(open_images, names):
    shown = open_images(side="table", sel=list(names[3:6]))
    assert list(shown.test.dataframe[0].value["item"]) == list(names[3:6])


@pytest.mark.parametrize("link", [{"side": "heatmap"}, {"pictures": "0"}, {"dims": "3"}])
def test_every_way_to_look_at_pictures_runs(open_images, link):
    assert not open_images(**link).errors


def test_the_taken_page_says_that_it_has_pictures(open_images):
    shown = open_images(side="save", format="html")
    assert "Its pictures are small copies that lie inside" in shown.text


def test_a_gallery_refuses_pictures_that_are_not_there(small_pictures):
    with pytest.raises(ValueError, match="outside 0 to 2"):
        draw_gallery([Tile((3,), title="x")], small_pictures, key="g")


def shown_item(kind):
    """A page of one item, which its modality previews as text or as a sound."""
    import io
    from dataclasses import replace

    import streamlit as st
    from PIL import Image

    import embedding_core as ec
    from embedding_core.collection import Collection, Text
    from embedding_core.registry import Registry
    from ui import media

    def preview(payload):
        if kind == "text":
            return f"*{payload.load()}*"
        file = io.BytesIO()
        Image.new("RGB", (9, 5)).save(file, "PNG")
        return file.getvalue()

    spec = replace(ec.MODALITIES["text"], name=f"made-up {kind}", preview=preview)
    whole = Registry("modality", (spec,))
    real, ec.MODALITIES = ec.MODALITIES, whole
    try:
        collection = Collection.of(["a"], [Text("hello")], modality=spec.name)
        media.show_item(collection, "a")
        st.caption(f"facts: {media.facts_of(collection, 'a')}")
    finally:
        ec.MODALITIES = real


@pytest.mark.parametrize(("kind", "element"), [("text", "markdown"), ("picture", "image")])
def test_an_item_is_shown_as_its_modality_previews_it(kind, element):
    test = AppTest.from_function(shown_item, kwargs={"kind": kind}).run()
    assert not test.exception
    assert len(test.get(element)) == 1
    assert test.caption[0].value == "facts: []"
    if kind == "text":
        assert test.markdown[0].value == r"**\*hello\***", "its text is no markup"


@pytest.fixture
def small_pictures():
    from embedding_core.thumbnails import sprite
    from ui.components.pictures import Pictures

    files = {}
    for i in range(3):
        file = io.BytesIO()
        Image.fromarray(np.full((9, 9, 3), 60 * i, np.uint8)).save(file, "PNG")
        files[f"{i}.png"] = file.getvalue()
    return Pictures(sprite(ec.read(files, modality="image").payloads))
