"""What layers group by: the labels' figure and Spearman's rho, layer by layer."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

import embedding_core as ec
from embedding_core.depth import depth_curve
from embedding_core.errors import Cancelled, InputError


@pytest.fixture(scope="module")
def made(vectors_embedding):
    """Early vectors follow a colour, late ones a kind, those between both; and the two alone."""
    rng = np.random.default_rng(0)
    colour, kind = rng.normal(size=(60, 5)), np.repeat(rng.normal(size=(6, 5)) * 2, 10, axis=0)
    noise = rng.normal(size=(60, 5)) * 0.5
    blends = {"early": (1, 0), "middle": (1, 1), "late": (0, 1)}
    layers = {
        name: vectors_embedding(a * colour + b * kind + noise) for name, (a, b) in blends.items()
    }
    return layers, vectors_embedding(colour), [f"kind {at // 10}" for at in range(60)]


def test_it_is_same_label_and_spearmans_rho_of_every_layer(made):
    layers, colour, labels = made
    found = depth_curve(layers, labels, {"colour": colour}, metric="euclidean")
    assert found.layers == ("early", "middle", "late")
    upper = np.triu_indices(60, 1)
    for at, embedding in enumerate(layers.values()):
        expected = ec.same_label(embedding, labels, metric="euclidean")
        assert found.same_label[at].value == expected.value
        # Euclidean distances are negative similarities.
        distances = ec.similarity(embedding, "euclidean")[upper]
        rho = spearmanr(-distances, ec.similarity(colour)[upper]).statistic
        likeness = found.likeness["colour"][at]
        assert likeness.rho == pytest.approx(rho, abs=1e-3)
        assert likeness.interval[0] <= likeness.rho <= likeness.interval[1]


def test_what_was_put_into_the_layers_is_found(made):
    layers, colour, labels = made
    found = depth_curve(layers, labels, {"colour": colour})
    early, middle, late = (each.value for each in found.same_label)
    assert early < middle < late
    rhos = [each.rho for each in found.likeness["colour"]]
    assert rhos[0] > rhos[1] > rhos[2]


def test_labels_and_references_may_be_left_out(made):
    layers, colour, labels = made
    assert depth_curve(layers, labels).likeness == {}
    assert depth_curve(layers, None, {"colour": colour}).same_label == ()


def test_what_cannot_be_compared_is_said(made, vectors_embedding):
    layers, _, labels = made
    with pytest.raises(InputError, match="same items"):
        depth_curve({**layers, "other": layers["late"].take(range(59))}, labels)
    few = {name: each.take(range(3)) for name, each in layers.items()}
    with pytest.raises(InputError, match="Got 3 items"):
        depth_curve(few, labels[:3])
    with pytest.raises(InputError, match="Got 0 items"):
        depth_curve({}, labels)
    with pytest.raises(Cancelled):
        depth_curve(layers, labels, cancel=lambda: True)
