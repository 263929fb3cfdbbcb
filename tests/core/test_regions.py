"""Where it looks: what regions add is exact, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest

from embedding_core.errors import InputError
from embedding_core.models import Grids, Probabilities
from embedding_core.preprocessing import fit_preprocessing
from embedding_core.regions import can_show_classes, class_regions, pair_regions
from embedding_core.similarity import pairwise


class Picture:
    """A payload that is its own grid of vectors."""

    def __init__(self, grid):
        self.grid = np.asarray(grid, dtype=np.float32)

    def digest(self):
        return self.grid.tobytes()[:16]

    def load(self):
        return self.grid


class Regional:
    """A network with a linear head on the mean of its regions."""

    pools_by_mean = True
    box = (0.1, 0.0, 0.9, 1.0)

    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def grid_steps(self, payloads, edge=None, *, whole=False):
        yield range(len(payloads)), self.grids(payloads)

    def grids(self, payloads, edge=None, *, whole=False):
        missing = {i: "it is torn." for i, p in enumerate(payloads) if not p.grid.size}
        grids = [p.grid if p.grid.size else np.zeros((1, 1, 2)) for p in payloads]
        boxes = np.array([self.box] * len(payloads), dtype=np.float32)
        return Grids(np.stack(grids).astype(np.float32), boxes, missing)

    def head(self):
        return self.weights, self.bias

    @property
    def classes(self):
        return [f"class {i}" for i in range(len(self.bias))]

    def probabilities(self, payloads):
        return Probabilities(np.zeros((len(payloads), len(self.bias)), np.float32))


@pytest.fixture
def rng():
    return np.random.default_rng(4)


@pytest.fixture
def model(rng):
    weights = rng.normal(size=(12, 6)).astype(np.float32)
    return Regional(weights, rng.normal(size=12).astype(np.float32))


def picture(rng, rows=3, columns=4, dim=6):
    return Picture(rng.normal(1.5, 1, size=(rows, columns, dim)))


def test_what_regions_add_to_a_class_sums_to_its_logit_but_the_bias(model, rng):
    item = picture(rng)
    pooled = item.grid.reshape(-1, 6).mean(axis=0)
    logits = model.weights @ pooled + model.bias
    odds = np.exp(logits - logits.max())
    found = class_regions(model, item, top=5)
    best = np.argsort(-logits)[:5]
    assert [each.name for each in found] == [f"class {i}" for i in best]
    for each, at in zip(found, best, strict=True):
        assert each.logit == pytest.approx(logits[at], abs=1e-4)
        assert each.bias == pytest.approx(model.bias[at])
        assert each.heat.values.sum() == pytest.approx(each.logit - each.bias, abs=1e-4)
        assert each.probability == pytest.approx(odds[at] / odds.sum(), abs=1e-5)
        assert each.heat.box == pytest.approx(model.box)


def test_a_class_is_seen_where_its_direction_is():
    model = Regional(np.eye(6, dtype=np.float32), np.zeros(6, dtype=np.float32))
    grid = np.zeros((3, 3, 6))
    grid[2, 0, 4] = 20
    best = class_regions(model, Picture(grid), top=1)[0]
    assert best.name == "class 4"
    assert np.unravel_index(best.heat.values.argmax(), (3, 3)) == (2, 0)
    assert np.count_nonzero(best.heat.values) == 1


@pytest.mark.parametrize("metric", ["cosine", "dot"])
@pytest.mark.parametrize("how", [None, "centered", "whitened", "all-but-the-top", "normalized"])
def test_what_regions_add_to_a_likeness_sums_to_it(model, rng, metric, how):
    items = [picture(rng) for _ in range(20)]
    means = np.stack([item.grid.reshape(-1, 6).mean(axis=0) for item in items])
    prepared = fit_preprocessing(means, how) if how else None
    vectors = prepared.apply(means) if prepared else means
    found = pair_regions(model, items[3], items[8], metric=metric, prepared=prepared)
    expected = float(pairwise(vectors[3:4], vectors[8:9], metric)[0, 0])
    assert found.similarity == pytest.approx(expected, abs=2e-4)
    assert found.left.values.sum() == pytest.approx(expected, abs=2e-4)
    assert found.right.values.sum() == pytest.approx(expected, abs=2e-4)
    assert found.metric == ("cosine" if how == "normalized" else metric)


def test_each_region_against_the_whole_of_the_other(model, rng):
    left, right = picture(rng), picture(rng)
    found = pair_regions(model, left, right)
    a, b = (each.grid.reshape(-1, 6) for each in (left, right))
    mean_a, mean_b = a.mean(axis=0), b.mean(axis=0)
    scale = np.linalg.norm(mean_a) * np.linalg.norm(mean_b) * len(a)
    assert np.allclose(found.left.values.ravel(), a @ mean_b / scale, atol=1e-6)
    assert np.allclose(found.right.values.ravel(), b @ mean_a / scale, atol=1e-6)
    assert np.allclose(found.matches, pairwise(a, b, "cosine"), atol=1e-6)


def test_one_vector_all_over_is_alike_everywhere(model):
    grid = np.tile(np.arange(1, 7), (2, 2, 1))
    found = pair_regions(model, Picture(grid), Picture(3 * grid))
    assert found.similarity == pytest.approx(1)
    assert np.allclose(found.left.values, 0.25)


def test_nothing_is_like_a_picture_of_zeros(model):
    found = pair_regions(model, Picture(np.zeros((2, 2, 6))), Picture(np.ones((2, 2, 6))))
    assert found.similarity == 0
    assert not found.left.values.any()


def test_what_cannot_be_told_is_said(model, rng):
    item = picture(rng)
    with pytest.raises(InputError, match="'euclidean' is neither"):
        pair_regions(model, item, item, metric="euclidean")
    with pytest.raises(InputError, match="its regions none"):
        pair_regions(object(), item, item)
    with pytest.raises(InputError, match="it is torn"):
        pair_regions(model, Picture([]), Picture([]))
    with pytest.raises(InputError, match="6 dimensions and the regions have 3"):
        class_regions(model, picture(rng, dim=3))
    with pytest.raises(InputError, match="not read off the mean"):
        class_regions(object(), item)


def test_a_model_that_pools_otherwise_shows_no_classes(model):
    assert can_show_classes(model)
    model.pools_by_mean = False
    assert not can_show_classes(model)
