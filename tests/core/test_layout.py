"""A graph drawn on a plane: steps become distances, parts lie apart, a seed draws the same."""

import numpy as np
import pytest

from embedding_core import networks
from embedding_core.errors import Cancelled, TooLargeError
from embedding_core.graph import Graph
from embedding_core.layout import DRAWN_WHOLE, lay_out, steps_apart, surroundings
from embedding_core.stress import settle, stress


def path(n):
    return Graph.of(n, np.arange(n - 1), np.arange(1, n))


def distances(places):
    return np.linalg.norm(places[:, None] - places[None], axis=-1)


def test_a_path_is_drawn_as_a_line():
    drawn = distances(lay_out(path(8)))
    assert np.allclose(drawn, steps_apart(path(8)), atol=0.15)


def test_distances_that_lie_in_a_plane_are_found():
    truth = np.random.default_rng(1).normal(size=(40, 2))
    wanted = distances(truth) + 1e-6 * (1 - np.eye(40))
    assert stress(settle(wanted), wanted) < 1e-3


def test_no_scaling_by_scikit_learn_has_less_stress():
    """Against SMACOF from the start that classical scaling gives, weighted alike."""
    from sklearn.manifold import MDS

    graph = networks.les_miserables().context
    wanted = steps_apart(graph)
    other = MDS(2, metric="precomputed", n_init=4, init="random", random_state=0)
    theirs = other.fit_transform(wanted)
    scale = np.linspace(0.5, 1.5, 101)
    assert stress(lay_out(graph), wanted) <= min(stress(theirs * one, wanted) for one in scale)


def test_the_same_seed_draws_the_same_and_another_does_not():
    graph = networks.karate_club().context
    assert np.array_equal(lay_out(graph, 3), lay_out(graph, 3))
    assert not np.array_equal(lay_out(graph, 3), lay_out(graph, 4))


def test_parts_lie_apart():
    """Two cliques, a pair and three nodes alone: no box over another."""
    cliques = [np.array(np.triu_indices(5, 1)) + shift for shift in (0, 5)]
    begin, end = np.concatenate([*cliques, [[10], [11]]], axis=1)
    places = lay_out(Graph.of(15, begin, end))
    parts = [range(5), range(5, 10), [10, 11], [12], [13], [14]]
    boxes = [(places[list(p)].min(axis=0), places[list(p)].max(axis=0)) for p in parts]
    for i, (low, high) in enumerate(boxes):
        for other_low, other_high in boxes[:i]:
            assert (low > other_high).any() or (high < other_low).any()
    assert np.isfinite(places).all()


@pytest.mark.parametrize("n", [1, 2])
def test_the_smallest_graphs(n):
    drawn = lay_out(path(n))
    assert drawn.shape == (n, 2)
    assert np.isfinite(drawn).all()


def test_directions_change_nothing():
    begin, end = np.array([0, 1, 2, 3]), np.array([1, 2, 3, 0])
    one, other = Graph.of(4, begin, end), Graph.of(4, begin, end, directed=True)
    assert np.array_equal(lay_out(one), lay_out(other))


def test_too_large_a_graph_is_refused_and_work_can_be_stopped():
    with pytest.raises(TooLargeError, match="around a node"):
        lay_out(path(DRAWN_WHOLE + 1))
    with pytest.raises(Cancelled):
        lay_out(path(30), cancel=lambda: True)


def test_surroundings_come_step_by_step():
    assert surroundings(path(20), np.array([10]), 5).tolist() == [8, 9, 10, 11, 12]
    assert surroundings(path(20), np.array([0, 19]), 4).tolist() == [0, 1, 18, 19]
    assert surroundings(path(3), np.array([1]), 50).tolist() == [0, 1, 2]
    alone = Graph.of(4, np.array([0]), np.array([1]))
    assert surroundings(alone, np.array([3]), 50).tolist() == [3]


def test_of_a_ring_without_room_those_with_most_links_come():
    """Node 0 with 1 to 4, and 5 linked to three of these, 6 to one."""
    begin, end = np.array([0, 0, 0, 0, 1, 2, 3, 4]), np.array([1, 2, 3, 4, 5, 5, 5, 6])
    assert surroundings(Graph.of(7, begin, end), np.array([0]), 6).tolist() == [0, 1, 2, 3, 4, 5]
