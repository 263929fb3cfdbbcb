"""Maps turned to lie on each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.alignment import aligned
from embedding_core.errors import SpaceMismatchError

WORDS = ec.words(
    "king, queen, prince, princess, apple, pear, banana, orange, car, bus, train, tram"
)


@pytest.fixture(scope="module", params=[2, 3])
def turned(request):
    embedding = ec.embed(WORDS, "glove-6b-50d")
    drawn = ec.project(embedding, "pca", n_components=request.param)
    rng = np.random.default_rng(0)
    rotation, _ = np.linalg.qr(rng.normal(size=(request.param, request.param)))
    coords = (drawn.coords @ rotation + 3).astype(np.float32)
    return embedding, drawn, replace(drawn, coords=coords)


def test_a_turned_map_is_turned_back(turned):
    _, drawn, other = turned
    again = aligned(drawn, other)
    centered = other.coords - other.coords.mean(axis=0)
    assert np.allclose(again.coords, centered, atol=1e-4)


def test_new_items_land_where_the_turned_map_has_them(turned):
    embedding, drawn, other = turned
    again = aligned(drawn, other)
    assert drawn.placement is not None
    assert drawn.placement.exact
    assert np.allclose(again.transform(embedding.vectors), again.coords, atol=1e-4)


def test_maps_of_other_items_are_refused(turned):
    embedding, drawn, _ = turned
    fewer = ec.project(embedding.take(range(6)), "pca", n_components=drawn.n_components)
    with pytest.raises(SpaceMismatchError):
        aligned(drawn, fewer)
