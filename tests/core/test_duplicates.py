"""Copies: found as brute force finds them, and no more of them than there are."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

import embedding_core as ec
from embedding_core.collection import Collection, Text
from embedding_core.duplicates import FEWEST_ITEMS, nearness
from embedding_core.embedding import Embedding
from embedding_core.errors import InputError, UnknownNameError
from embedding_core.neighbors import neighbor_graph
from embedding_core.similarity import similarity


def embedded(vectors):
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    return Embedding(tuple(map(str, range(len(vectors)))), vectors, "test", "vectors")


def brute(embedding, threshold, metric):
    """Return the groups by comparing every item with every other."""
    matrix = similarity(embedding, metric)
    near = matrix >= threshold if metric == "cosine" else matrix <= threshold
    found = nx.connected_components(nx.from_numpy_array(near))
    return sorted(sorted(group) for group in found if len(group) > 1)


def groups_of(found):
    return sorted(group.positions.tolist() for group in found.groups)


@pytest.mark.parametrize("metric", ["cosine", "euclidean", "manhattan"])
@pytest.mark.parametrize("share", [0.001, 0.01, 0.1])
def test_groups_are_those_of_brute_force(metric, share):
    rng = np.random.default_rng(3)
    embedding = embedded(rng.normal(size=(300, 6)))
    scores = similarity(embedding, metric)[np.triu_indices(300, 1)]
    threshold = float(np.quantile(scores, 1 - share if metric == "cosine" else share))
    found = ec.duplicates(embedding, threshold, metric)
    assert groups_of(found) == brute(embedding, threshold, metric)
    assert len(found) > 0
    assert found.threshold == threshold
    matrix = similarity(embedding, metric)
    for group in found.groups:
        inside = matrix[np.ix_(group.positions, group.positions)][np.triu_indices(len(group), 1)]
        ends = [inside.max(), inside.min()]
        assert [group.nearest, group.farthest] == pytest.approx(
            ends if metric == "cosine" else ends[::-1], abs=1e-5
        )


def test_groups_larger_than_the_graph_are_whole():
    rng = np.random.default_rng(0)
    # Two heaps of 60, each of two denser halves that the 15 nearest never leave.
    centres = rng.normal(size=(2, 8)) * 100
    halves = [centre + np.eye(8)[1] * side for centre in centres for side in (0, 1.0)]
    heaps = [half + rng.normal(size=(30, 8)) * 1e-3 for half in halves]
    others = rng.normal(size=(100, 8)) * 100
    embedding = embedded(np.concatenate([*heaps, others]))
    found = ec.duplicates(embedding, 1.0, "euclidean")
    assert groups_of(found) == brute(embedding, 1.0, "euclidean")
    assert [len(group) for group in found.groups] == [60, 60]


def test_pairs_are_near_the_nearest_first_and_within_one_group():
    embedding = embedded(np.random.default_rng(1).normal(size=(200, 4)))
    found = ec.duplicates(embedding, 0.98)
    matrix = similarity(embedding)
    assert len(found.pairs) > 5
    assert found.scores == pytest.approx(matrix[tuple(found.pairs.T)], abs=1e-5)
    assert (np.diff(found.scores) <= 0).all()
    assert found.scores.min() >= 0.98 - 1e-6
    group = {at: i for i, each in enumerate(found.groups) for at in each.positions.tolist()}
    assert all(group[a] == group[b] for a, b in found.pairs.tolist())
    nearest = [each.nearest for each in found.groups]
    assert nearest == sorted(nearest, reverse=True)
    assert found.extra == sum(len(each) - 1 for each in found.groups)


def test_the_closest_pair_is_told_even_where_it_is_not_near():
    embedding = embedded(np.random.default_rng(2).normal(size=(50, 20)))
    found = ec.duplicates(embedding, 0.999)
    assert not found.groups
    matrix = similarity(embedding)
    np.fill_diagonal(matrix, -2)
    first, second, score = found.closest
    assert score == pytest.approx(matrix.max(), abs=1e-5)
    assert matrix[first, second] == matrix.max()


@pytest.mark.parametrize("dims", [2, 8, 40])
@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_evenly_spread_items_have_no_copies(dims, metric):
    """Less than one pair in twenty such sets is promised: none in ten is likely."""
    pairs = 0
    for seed in range(10):
        spread = np.random.default_rng(seed).normal(size=(400, dims))
        pairs += len(ec.duplicates(embedded(spread), metric=metric).pairs)
    assert pairs <= 2


@pytest.mark.parametrize("dims", [8, 40])
def test_copies_with_a_little_noise_are_found_and_nothing_else(dims):
    rng = np.random.default_rng(5)
    items = rng.normal(size=(400, dims))
    copies = items[:60] + rng.normal(size=(60, dims)) * 0.02
    found = ec.duplicates(embedded(np.concatenate([items, copies])))
    assert groups_of(found) == [[at, 400 + at] for at in range(60)]
    assert {group.kind for group in found.groups} == {"near"}


def test_copies_of_every_item_do_not_hide_each_other():
    rng = np.random.default_rng(6)
    items = rng.normal(size=(200, 10))
    every = np.concatenate([items + rng.normal(size=items.shape) * 0.01 for _ in range(3)])
    found = ec.duplicates(embedded(every))
    assert groups_of(found) == [[at, 200 + at, 400 + at] for at in range(200)]


def test_a_burst_among_other_items_is_one_group():
    rng = np.random.default_rng(7)
    burst = rng.normal(size=(1, 16)) + rng.normal(size=(30, 16)) * 0.01
    embedding = embedded(np.concatenate([rng.normal(size=(400, 16)), burst]))
    found = ec.duplicates(embedding)
    assert groups_of(found) == [list(range(400, 430))]


def test_of_the_two_bounds_the_tighter_counts():
    # In so many dimensions chance alone allows more than half the usual distance to the nearest.
    graph = neighbor_graph(embedded(np.random.default_rng(5).normal(size=(200, 50))), 15,
                           "euclidean")  # fmt: skip
    inner, outer = graph.distances[:, 4].astype(float), graph.distances[:, 9].astype(float)
    dimension = np.log(2) / np.median(np.log(outer / inner))
    outer = np.maximum(outer, np.quantile(outer, 0.1))
    usual = np.median(outer) * (np.log(2) / 10) ** (1 / dimension)
    by_chance = (2 * 0.05 / (10 * (outer**-dimension).sum())) ** (1 / dimension)
    assert usual / 2 < by_chance < usual
    found = nearness(graph)
    assert found.distance == pytest.approx(usual / 2)
    assert "half the distance" in found.reason


def test_the_threshold_is_the_same_at_any_scale():
    items = np.random.default_rng(8).normal(size=(300, 12))
    small, large = (
        nearness(neighbor_graph(embedded(items * scale), 15, "euclidean")).distance
        for scale in (1e-3, 1e3)
    )
    assert large / small == pytest.approx(1e6, rel=1e-3)


def test_same_content_is_told_from_same_vectors_and_from_near_ones():
    rng = np.random.default_rng(9)
    vectors = rng.normal(size=(40, 12))
    vectors[1] = vectors[0]
    vectors[3] = vectors[2]
    vectors[5] = vectors[4] + 1e-3
    vectors[6] = vectors[4]
    texts = [Text(f"text {at}") for at in range(40)]
    texts[1] = texts[0]
    texts[6] = texts[4]
    # Alike in content though a model put them far apart.
    texts[8] = texts[7]
    embedding = embedded(vectors)
    collection = Collection.of(embedding.ids, texts, modality="text")
    found = ec.duplicates(embedding, collection=collection)
    kinds = {tuple(group.positions.tolist()): group.kind for group in found.groups}
    assert kinds == {
        (0, 1): "exact", (7, 8): "exact", (2, 3): "same vector", (4, 5, 6): "near",
    }  # fmt: skip
    mixed = next(group for group in found.groups if len(group) == 3)
    assert [same.tolist() for same in mixed.exact] == [[4, 6]]
    assert [group.kind for group in found.groups[:2]] == ["exact", "exact"]
    without = ec.duplicates(embedding)
    assert {group.kind for group in without.groups} == {"same vector", "near"}


def test_items_without_a_vector_do_not_shift_the_contents():
    collection = Collection.of("abcd", [Text(text) for text in "xyzx"], modality="text")
    vectors = np.eye(3, dtype=np.float32)
    found = ec.duplicates(Embedding(("a", "c", "d"), vectors, "s", "m"), collection=collection)
    assert groups_of(found) == [[0, 2]]


@pytest.mark.parametrize("n", [1, 2, FEWEST_ITEMS - 1])
def test_of_few_items_only_the_same_is_found_by_itself(n):
    vectors = np.random.default_rng(0).normal(size=(n, 5))
    found = ec.duplicates(embedded(vectors))
    assert not found.groups
    assert "Of fewer than" in found.reason
    twice = ec.duplicates(embedded(np.concatenate([vectors, vectors[:1]])[:FEWEST_ITEMS]))
    assert groups_of(twice) == [[0, n]]


def test_nothing_but_copies_is_one_group():
    found = ec.duplicates(embedded(np.ones((50, 4))))
    assert [len(group) for group in found.groups] == [50]
    assert found.groups[0].kind == "same vector"
    assert found.groups[0].nearest == pytest.approx(1)


@pytest.mark.parametrize("factor", [0.5, 1.0])
def test_equal_vectors_are_near_at_the_strictest_threshold(factor):
    vectors = np.random.default_rng(4).normal(size=(50, 300))
    vectors[7] = vectors[3] * factor
    assert groups_of(ec.duplicates(embedded(vectors), 1.0)) == [[3, 7]]


def test_dot_products_are_no_likeness():
    vectors = np.random.default_rng(4).normal(size=(60, 8))
    found = ec.duplicates(embedded(vectors), metric="dot")
    assert found.metric == "cosine"


def test_what_is_no_threshold_is_refused():
    embedding = embedded(np.eye(4))
    with pytest.raises(InputError, match="lies between -1 and 1"):
        ec.duplicates(embedding, 1.5)
    with pytest.raises(InputError, match="0 or more"):
        ec.duplicates(embedding, -1, "euclidean")
    with pytest.raises(UnknownNameError):
        ec.duplicates(embedding, metric="jaccard")
