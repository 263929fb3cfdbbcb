"""Axes between words."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.errors import InputError
from embedding_core.wordvectors import WordVectors, vectors_of

MODEL = WordVectors(
    "m",
    ["west", "east", "north", "wester", "nil"],
    np.array([[-2, 0], [3, 0], [0, 1], [-1, 1], [0, 0]], dtype=np.float32),
)


def test_poles_stand_at_minus_one_and_one_and_the_rest_between():
    axis = ec.semantic_axis(MODEL, ["west"], ["east"])
    found = axis.positions(vectors_of(MODEL, ["west", "east", "north", "wester"]))
    np.testing.assert_allclose(found, [-1, 1, 0, -np.sqrt(0.5)], atol=1e-6)
    assert axis.title == "west  –  east"


def test_a_list_stands_for_its_mean_direction():
    axis = ec.semantic_axis(MODEL, ["west", "wester"], ["east"])
    low = (np.array([-1, 0]) + np.array([-1, 1]) / np.sqrt(2)) / 2
    east = np.array([1, 0])
    middle = (low + east) / 2
    np.testing.assert_allclose(axis.origin, middle, atol=1e-6)
    np.testing.assert_allclose(axis.direction, east - middle, atol=1e-6)
    # The mean itself is the pole, by the definition.
    assert (low - middle) @ axis.direction / (axis.direction @ axis.direction) == pytest.approx(-1)


def test_real_words_stand_where_one_expects(glove):
    axis = ec.semantic_axis(glove, ["small", "tiny", "little"], ["large", "huge", "big"])
    ant, elephant = axis.positions(vectors_of(glove, ["ant", "elephant"]))
    size = axis.positions(vectors_of(glove, ["minuscule", "enormous"]))
    assert ant < elephant
    assert size[0] < size[1]


def test_axes_that_are_none_are_answered_in_a_sentence():
    with pytest.raises(InputError, match="one is empty"):
        ec.semantic_axis(MODEL, [], ["east"])
    with pytest.raises(InputError, match="same point"):
        ec.semantic_axis(MODEL, ["east"], ["east"])
    with pytest.raises(InputError, match="“south” is not among"):
        ec.semantic_axis(MODEL, ["south"], ["east"])
    with pytest.raises(InputError, match="takes no typed words"):
        ec.semantic_axis(object(), ["west"], ["east"])
