"""What p and q make of a graph: against walks and trainings taken one by one."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.errors import Cancelled
from embedding_core.flavors import FLAVORS, measure_ranges, teach_flavors
from embedding_core.walks import Walker
from embedding_core.wandering import mean_steps, steps_from

QUICK = {"dim": 8, "walks": 4, "length": 10}


def test_ranges_are_those_of_walks():
    graph = ec.SAMPLES["karate"].read().context
    found = measure_ranges(graph, 3, 12, n_walks=50, seed=2)
    assert [one.flavor for one in found] == list(FLAVORS)
    for one in found:
        walker = Walker(graph, p=one.flavor.p, q=one.flavor.q, seed=2)
        walks = walker.walk(np.full(50, 3, np.int32), 12)
        assert one.n_seen == pytest.approx(np.mean([len(set(walk)) for walk in walks.tolist()]))
        assert one.far == pytest.approx(mean_steps(walks, steps_from(graph, 3)))


def test_a_walk_that_cannot_go_on_is_counted_without_its_end():
    graph = ec.SAMPLES["karate"].read().context
    lone = type(graph).of(3, np.array([0]), np.array([1]), directed=True)
    for one in measure_ranges(lone, 0, 5, n_walks=4):
        assert one.n_seen == 2
        assert one.far.tolist() == [0, 1]


def test_each_flavor_is_learned_as_it_would_be_alone():
    collection = ec.SAMPLES["karate"].read()
    told = []
    tell = lambda *how: told.append(how)  # noqa: E731
    found = teach_flavors(collection, QUICK, k=4, repeats=2, seed=7, progress=tell)
    for one in found:
        for turn, (embedding, near) in enumerate(zip(one.embeddings, one.neighbors, strict=True)):
            alone = ec.embed(
                collection, "node2vec", seed=7 + turn, **QUICK, p=one.flavor.p, q=one.flavor.q
            )
            assert np.array_equal(embedding.vectors, alone.vectors)
            assert np.array_equal(near.indices, ec.neighbor_graph(alone, 4).first(4).indices)
    shares = [done / total for done, total, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_teaching_stops():
    with pytest.raises(Cancelled):
        teach_flavors(ec.SAMPLES["karate"].read(), QUICK, cancel=lambda: True)
