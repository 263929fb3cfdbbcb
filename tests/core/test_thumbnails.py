"""Thumbnails: every picture in its own cell, no smaller than it need be."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

import embedding_core as ec
from embedding_core.errors import (
    Cancelled,
    EmptyCollectionError,
    TooLargeError,
    UnreadableItemError,
)
from embedding_core.modalities.contents import GivenBytes
from embedding_core.modalities.image import open_picture
from embedding_core.thumbnails import MAX_SIDE, edge_for, made_small, sprite, thumbnail


def picture(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return open_picture(GivenBytes(file.getvalue()), f"x.{kind.lower()}")


def plain(color, size=(100, 100)):
    return picture(Image.new("RGB", size, color))


def unreadable():
    noise = np.random.default_rng(0).integers(0, 256, (80, 80, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    return open_picture(GivenBytes(file.getvalue()[:9_000]), "cut.png")


def cells(made):
    """Return every item's cell of a sprite, (n, edge, edge, 4)."""
    sheet = np.asarray(Image.open(io.BytesIO(made.data)).convert("RGBA")).astype(int)
    found = []
    for at in range(made.n):
        row, column = divmod(at, made.columns)
        top, left = row * made.edge, column * made.edge
        found.append(sheet[top : top + made.edge, left : left + made.edge])
    return np.stack(found)


def test_each_picture_is_in_its_cell():
    colors = [(20 * at, 255 - 20 * at, 30 * (at % 8)) for at in range(11)]
    made = sprite([plain(color) for color in colors])
    assert (made.n, made.columns, made.edge, made.blank) == (11, 4, 96, ())
    middle = cells(made)[:, 48, 48]
    assert np.abs(middle[:, :3] - colors).max() < 12
    assert (middle[:, 3] == 255).all()
    assert Image.open(io.BytesIO(made.data)).format == "WEBP"


def test_pictures_keep_their_shape_in_the_middle_of_nothing():
    made = sprite([plain("red", (200, 100)), plain("red", (50, 400))], 40)
    wide, tall = cells(made)[..., 3]
    assert np.flatnonzero(wide[:, 20] > 128).tolist() == list(range(10, 30))
    assert np.flatnonzero(wide[20] > 128).tolist() == list(range(40))
    assert np.flatnonzero(tall[20] > 128).tolist() == list(range(17, 22))
    assert np.flatnonzero(tall[:, 20] > 128).tolist() == list(range(40))


def test_what_cannot_be_decoded_leaves_its_cell_empty():
    made = sprite([plain("red"), unreadable(), plain("blue")], 32)
    assert made.blank == (1,)
    found = cells(made)
    assert not found[1, :, :, 3].any()
    assert found[0, 16, 16, 3] == found[2, 16, 16, 3] == 255
    nothing = sprite([unreadable()], 32)
    assert nothing.blank == (0,)


def test_tiny_pictures_are_enlarged_without_blur():
    grey = np.random.default_rng(1).integers(0, 256, (8, 8), dtype=np.uint8)
    tiny = picture(Image.fromarray(grey))
    assert edge_for([tiny] * 1_797) == 48
    made = sprite([tiny] * 3, 48)
    for cell in cells(made):
        assert np.array_equal(cell[..., 0], np.kron(grey, np.ones((6, 6), dtype=int)))
    # Without loss too where one is shown on its own.
    for kind in ("WEBP", "PNG"):
        alone = Image.open(io.BytesIO(thumbnail(tiny, 100, kind))).convert("L")
        assert np.array_equal(np.asarray(alone), np.kron(grey, np.ones((12, 12), dtype=np.uint8)))


def test_edges_are_whole_multiples_of_the_largest_where_all_are_tiny():
    small, smaller = plain("red", (28, 20)), plain("red", (20, 28))
    assert edge_for([small, smaller]) == 84
    assert edge_for([plain("red", (100, 90))]) == 96


@pytest.mark.parametrize(
    ("n", "edge"), [(1, 96), (400, 96), (401, 64), (2_000, 48), (10_000, 32), (500_000, 8)]
)
def test_many_pictures_are_small_ones_that_fit_into_one_file(n, edge):
    assert edge_for([plain("red")] * n) == edge
    assert int(np.ceil(np.sqrt(n))) * edge <= MAX_SIDE


def test_what_does_not_fit_is_refused_before_it_is_decoded():
    with pytest.raises(TooLargeError, match="4,000 pictures of 500 pixels"):
        sprite([unreadable()] * 4_000, 500)
    with pytest.raises(EmptyCollectionError):
        sprite([])


def test_a_thumbnail_has_the_shape_and_the_look_of_its_picture():
    rng = np.random.default_rng(2)
    coarse = Image.fromarray(rng.integers(0, 256, (5, 7, 3), dtype=np.uint8))
    whole = coarse.resize((1_400, 1_000), Image.Resampling.BICUBIC)
    for kind in ("JPEG", "PNG"):
        small = Image.open(io.BytesIO(thumbnail(picture(whole, kind), 70, "PNG")))
        assert small.size == (70, 50)
        expected = np.asarray(whole.resize((70, 50), Image.Resampling.LANCZOS), dtype=int)
        assert np.abs(np.asarray(small, dtype=int) - expected).mean() < 3


def test_only_as_much_of_a_jpeg_is_decoded_as_is_needed():
    class Watched:
        width, height = 4_000, 1_000

        def load(self, edge=None):
            self.asked = edge
            return Image.new("RGB", (500, 125))

    watched = Watched()
    assert made_small(watched, 96).size == (96, 24)
    assert watched.asked == 24


@pytest.mark.parametrize("size", [(1, 1), (1, 5_000), (5_000, 1)])
def test_any_shape_has_a_thumbnail(size):
    image = made_small(plain("red", size), 48)
    assert max(image.size) == 48
    assert image.getpixel((0, 0)) == (255, 0, 0)


def test_a_single_unreadable_picture_says_why():
    with pytest.raises(UnreadableItemError, match=r"cut\.png could not be read"):
        thumbnail(unreadable(), 32)


def test_progress_is_told_and_a_stop_is_heard():
    told = []
    many = [plain("red")] * 20
    sprite(many, 8, progress=lambda done, total, what="": told.append((done, total, what)))
    assert told == [(at + 1, 20, "pictures made small") for at in range(20)]
    decoded = []

    class Counted:
        width = height = 10

        def load(self, edge=None):
            decoded.append(edge)
            return Image.new("RGB", (10, 10))

    with pytest.raises(Cancelled):
        sprite([Counted() for _ in range(500)], 8, cancel=lambda: len(decoded) > 5)
    assert len(decoded) < 100


def test_the_built_in_pictures_have_no_empty_cell():
    collection = ec.SAMPLES["emoji"].read()
    made = sprite(collection.payloads)
    assert (made.n, made.edge, made.blank) == (203, 96, ())
    assert (cells(made)[..., 3].max(axis=(1, 2)) == 255).all()
    assert len(made.data) < 400_000
