"""Models of graphs against truth: communities, dense linear algebra, slow direct versions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

import embedding_core as ec
from embedding_core import kept, skipgram
from embedding_core.collection import Collection
from embedding_core.errors import Cancelled, InputError
from embedding_core.graph import Graph, Node
from embedding_core.graph_training import Newcomer
from embedding_core.link_trial import summarize, try_links
from embedding_core.networks import block_model, ring_of_cliques
from embedding_core.walks import Walker, visits

MODELS = [spec.name for spec in ec.EMBEDDERS.values() if spec.modality == "graph"]
LEARNING = ["node2vec", "deepwalk", "gcn", "graphsage"]
FEW = {"gcn": {"epochs": 12}, "graphsage": {"epochs": 12}}
every_model = pytest.mark.parametrize("model", MODELS)


@pytest.fixture(autouse=True)
def fresh():
    kept.forget()


@pytest.fixture(scope="module")
def blocks():
    return block_model(communities=3, size=30, within=0.3, between=0.01, seed=1)


def nodes(n, edges, weights=None, *, directed=False, **columns):
    begin, end = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    graph = Graph.of(n, begin, end, weights, directed=directed)
    names = [f"n{at}" for at in range(n)]
    payloads = [Node(at, name) for at, name in enumerate(names)]
    table = pd.DataFrame(columns, index=range(n))
    return Collection.of(names, payloads, table, modality="graph", context=graph)


def clique(first, size=5):
    return [(first + i, first + j) for i in range(size) for j in range(i)]


def agreement(embedding, labels):
    return ec.same_label(embedding, list(labels)).value


@every_model
def test_communities_are_found(model, blocks):
    found = ec.embed(blocks, model, seed=3)
    assert agreement(found, blocks.table["community"]) > 0.9


@every_model
def test_cliques_are_their_members_neighbours(model):
    pair = nodes(10, [*clique(0), *clique(5), (0, 5)])
    found = ec.embed(pair, model, seed=1, **({"epochs": 20} if "walk" in model else {}))
    for at in (1, 2, 3, 4, 6, 7, 8, 9):
        near = [found.positions[one.id] for one in ec.nearest(found, f"n{at}", k=3)]
        assert all(one // 5 == at // 5 for one in near), (at, near)


@every_model
def test_the_same_seed_gives_the_same_bits_and_another_others(model, blocks):
    settings = FEW.get(model, {})
    first = ec.embed(blocks, model, seed=5, **settings)
    kept.forget()
    again = ec.embed(blocks, model, seed=5, **settings)
    assert first.vectors.tobytes() == again.vectors.tobytes()
    assert first.space == again.space
    if model in LEARNING:
        other = ec.embed(blocks, model, seed=6, **settings)
        assert not np.allclose(first.vectors, other.vectors)


def test_eigenmaps_solve_the_laplacian(blocks):
    from scipy.linalg import eigh

    found = ec.embed(blocks, "spectral", dim=6).vectors
    matrix = blocks.context.matrix().toarray().astype(float)
    degrees = matrix.sum(axis=1)
    values, dense = eigh(np.diag(degrees) - matrix, np.diag(degrees))
    for column, value, theirs in zip(found.T, values[1:], dense.T[1:], strict=False):
        ours = column.astype(float)
        np.testing.assert_allclose(
            degrees * ours - matrix @ ours, value * degrees * ours, atol=1e-3
        )
        scaled = theirs * np.sqrt(degrees.sum())
        assert min(np.abs(ours - scaled).max(), np.abs(ours + scaled).max()) < 1e-3
        assert ours @ (degrees * ours) / degrees.sum() == pytest.approx(1, abs=1e-4)
        assert ours[np.abs(ours).argmax()] > 0


def test_eigenmaps_of_many_nodes_are_those_of_the_dense_solution():
    many = block_model(communities=6, size=80, within=0.2, between=0.005, seed=2)
    matrix = many.context.matrix().toarray().astype(float)
    root = np.sqrt(matrix.sum(axis=1))
    values = np.linalg.eigvalsh(matrix / np.outer(root, root))[::-1]
    found = ec.embed(many, "spectral", dim=5).vectors.astype(float) * root[:, None]
    found /= np.linalg.norm(found, axis=0)
    ours = np.einsum("ij,ij->j", found, (matrix / np.outer(root, root)) @ found)
    np.testing.assert_allclose(ours, values[1:6], atol=1e-4)


def test_eigenmaps_leave_out_what_places_linked_nodes_apart(blocks):
    matrix = blocks.context.matrix().toarray().astype(float)
    root = np.sqrt(matrix.sum(axis=1))
    values = np.linalg.eigvalsh(matrix / np.outer(root, root))
    found = ec.embed(blocks, "spectral", dim=80)
    assert found.dim == (values > 1e-6).sum() - 1
    begin, end = blocks.context.edges().T
    for column in found.vectors.T:
        assert np.mean(column[begin] * column[end]) > -1e-6


def test_singular_vectors_are_those_of_numpy(blocks):
    found = ec.embed(blocks, "adjacency-svd", dim=8).vectors.astype(float)
    matrix = blocks.context.matrix().toarray().astype(float)
    left, values, _ = np.linalg.svd(matrix)
    ours, theirs = found @ found.T, (left[:, :8] * values[:8]) @ left[:, :8].T
    assert np.abs(ours - theirs).max() < 0.02 * np.abs(theirs).max()
    np.testing.assert_allclose((found**2).sum(axis=0), values[:8], rtol=0.01)


def test_singular_vectors_of_a_directed_graph_rebuild_both_ways():
    rng = np.random.default_rng(0)
    pairs = np.unique(rng.integers(0, 20, (80, 2)), axis=0)
    arrows = nodes(20, pairs[pairs[:, 0] != pairs[:, 1]], directed=True)
    found = ec.embed(arrows, "adjacency-svd", dim=40).vectors.astype(float)
    outward, inward = np.hsplit(found, 2)
    matrix = arrows.context.matrix().toarray()
    np.testing.assert_allclose(outward @ inward.T, matrix, atol=1e-4)


def test_walks_follow_directions_and_the_networks_say_they_do_not(blocks):
    edges = blocks.context.edges()
    arrows = nodes(90, edges, directed=True)
    plain = nodes(90, edges)
    for model in MODELS:
        settings = {"dim": 8, **FEW.get(model, {})}
        one, other = (ec.embed(each, model, seed=1, **settings) for each in (arrows, plain))
        says = "Directions of edges are not looked at" in ec.EMBEDDERS[model].about
        assert says == (
            one.vectors.shape == other.vectors.shape and np.allclose(one.vectors, other.vectors)
        ), model


@every_model
def test_nodes_without_an_edge_have_vectors_and_are_named(model):
    lonely = nodes(12, [*clique(0), *clique(6)])
    found = ec.embed(lonely, model, seed=1, **FEW.get(model, {}))
    assert len(found) == 12
    assert [id_ for id_, _ in found.notes] == ["n5", "n11"]
    assert all("no edge" in why for _, why in found.notes)
    assert not found.vectors[[5, 11]].any()
    assert found.vectors[[0, 4, 6, 10]].any(axis=1).all()


@every_model
@pytest.mark.parametrize("n", [2, 3])
def test_the_smallest_graphs_have_vectors(model, n):
    found = ec.embed(nodes(n, [(0, 1)]), model, seed=0, **FEW.get(model, {}))
    assert found.vectors[:2].any(axis=1).all()
    assert len(ec.project(found, "pca").coords) == n


@every_model
@pytest.mark.parametrize("n", [1, 4])
def test_no_edges_is_a_sentence(model, n):
    with pytest.raises(InputError, match="bring a graph with edges"):
        ec.embed(nodes(n, []), model)


@every_model
def test_strong_links_draw_nearer_than_weak_ones(model):
    """Two groups, linked as often across as within: weights alone tell them apart."""
    pairs = [(i, j) for i in range(16) for j in range(i)]
    weights = np.array([20.0 if i // 8 == j // 8 else 0.2 for i, j in pairs])
    found = ec.embed(nodes(16, pairs, weights), model, seed=2)
    assert agreement(found, np.repeat(["a", "b"], 8)) >= 0.9
    same = nodes(16, pairs)
    assert not np.allclose(found.vectors[:, :1], ec.embed(same, model, seed=2).vectors[:, :1])


@pytest.mark.parametrize("model", LEARNING)
def test_training_shows_itself_and_can_be_stopped(model, blocks):
    frames, told = [], []
    settings = FEW.get(model, {"epochs": 2})
    part = blocks.take(range(0, 90, 2))
    found = ec.embed(part, model, seed=4, on_frame=lambda f: frames.append(f.copy()),
                     progress=lambda *how: told.append(how[:2]), **settings)  # fmt: skip
    assert len(frames) > 1
    assert all(frame.shape == found.vectors.shape for frame in frames)
    assert not np.allclose(frames[0], frames[-1])
    done = [at / of for at, of in told if of]
    assert done == sorted(done)
    assert done[-1] == pytest.approx(1)
    kept.forget()
    with pytest.raises(Cancelled):
        ec.embed(blocks, model, seed=9, cancel=lambda: True, **settings)


@every_model
def test_a_part_of_the_nodes_has_the_vectors_that_all_have(model, blocks):
    settings = FEW.get(model, {})
    whole = ec.embed(blocks, model, seed=4, **settings)
    part = ec.embed(blocks.take([7, 3, 50]), model, seed=4, **settings)
    np.testing.assert_array_equal(part.vectors, whole.vectors[[7, 3, 50]])


def test_sage_places_a_newcomer_among_those_it_is_linked_to(blocks):
    found = ec.embed(blocks, "graphsage", seed=2)
    labels = blocks.table["community"].tolist()
    for first in (0, 30, 60):
        links = tuple(range(first, first + 6))
        vector = found.model.embed([Newcomer("new", links)]).vectors[0]
        near = np.argsort(-(found.vectors @ vector))[:5]
        assert [labels[at] for at in near].count(labels[first]) >= 4
    alone = found.model.embed([Newcomer("alone", ()), Newcomer("new", (0,))])
    assert list(alone.missing) == [0]


def test_sage_gives_a_newcomer_with_a_nodes_links_that_nodes_vector():
    """Twins: a node that is linked as another is has its features and its neighbours' means."""
    ring = ring_of_cliques(cliques=6, size=5)
    found = ec.embed(ring, "graphsage", seed=2, epochs=20)
    graph = ring.context
    for at in (0, 7, 22):
        links = tuple(graph.neighbors(at).tolist())
        twin = found.model.embed([Newcomer("twin", links)]).vectors[0]
        np.testing.assert_allclose(twin, found.vectors[at], atol=1e-4)


def test_gcn_guesses_labels_it_was_not_shown(blocks):
    found = ec.embed(blocks, "gcn", seed=1, label="community", shown=0.1, epochs=100)
    model = found.model
    assert len(model.hidden) == 81
    assert model.accuracy > 0.9 > 0.5 > model.chance
    classes = np.array(model.classes)[model.guesses.argmax(1)]
    truth = blocks.table["community"].to_numpy()
    assert (classes == truth)[model.hidden].mean() == pytest.approx(model.accuracy)


def test_gcn_learns_where_most_labels_are_missing(blocks):
    truth = blocks.table["community"].tolist()
    known = {0, 5, 31, 40, 62, 80}
    some = blocks.with_column("said", [one if at in known else "" for at, one in enumerate(truth)])
    found = ec.embed(some, "gcn", seed=1, label="said", shown=1.0, epochs=100)
    assert found.model.accuracy is None
    guessed = np.array(found.model.classes)[found.model.guesses.argmax(1)]
    assert (guessed == np.array(truth)).mean() > 0.85
    assert agreement(found, truth) > 0.85


def test_labels_that_cannot_be_learned_are_a_sentence(blocks):
    with pytest.raises(InputError, match="no column 'nothing'"):
        ec.embed(blocks, "gcn", label="nothing")
    one = blocks.with_column("one", ["same"] * len(blocks))
    with pytest.raises(InputError, match="two or more"):
        ec.embed(one, "gcn", label="one")


def slow_skipgram(walks, n, *, dim, window, negative, seed):
    """The same updates, one number at a time, from the description of the method."""
    generator = np.random.default_rng(seed)
    vectors = ((generator.random((n, dim), np.float32) - 0.5) / dim).astype(np.float64)
    contexts = np.zeros((n, dim))
    likely = np.cumsum(visits(walks, n).astype(float) ** 0.75)
    state = int(generator.integers(1, 2**63, dtype=np.uint64))

    def draw():
        nonlocal state
        state ^= (state << 13) & (2**64 - 1)
        state ^= state >> 7
        state ^= (state << 17) & (2**64 - 1)
        return state >> 20

    size = 1 << 20
    for walk in walks:
        for i, node in enumerate(walk):
            reach = window - draw() % window
            around = [walk[j] for j in range(max(0, i - reach), min(len(walk), i + reach + 1))
                      if j != i]  # fmt: skip
            change = np.zeros(dim)
            moves = [(other, 1.0, 1.0) for other in around]
            for _ in range(negative):
                place = (draw() % size + 0.5) * likely[-1] / size
                moves.append((int(np.searchsorted(likely, place, side="right")), 0.0, len(around)))
            for other, wanted, weight in moves:
                chance = 1 / (1 + np.exp(-(vectors[node] @ contexts[other])))
                step = 0.025 * weight * (wanted - chance)
                change += step * contexts[other]
                contexts[other] += step * vectors[node]
            vectors[node] += change
    return vectors, contexts


def test_skipgram_is_the_slow_direct_version(blocks):
    walks = Walker(blocks.context, p=0.5, q=2.0, seed=3).walk(np.arange(90), 12)
    settings = {"dim": 6, "window": 3, "negative": 4, "seed": 8}
    found = skipgram.learn(lambda: iter([walks]), visits(walks, 90), epochs=1, **settings)
    vectors, contexts = slow_skipgram(walks, 90, **settings)
    np.testing.assert_allclose(found.vectors, vectors, atol=2e-6)
    np.testing.assert_allclose(found.contexts, contexts, atol=2e-6)
    assert np.abs(contexts).max() > 1e-3


def test_skipgram_finds_links_as_well_as_gensim():
    from gensim.models import Word2Vec

    whole = block_model(communities=8, size=40, within=0.25, between=0.004, seed=3)
    hidden = ec.hide_edges(whole.context, 0.1, seed=1)
    settings = {"walks": 10, "length": 40, "window": 5, "dim": 32}
    ours = ec.embed(ec.with_hidden(whole, hidden), "deepwalk", seed=1, epochs=2, **settings)
    walker = Walker(hidden.graph, seed=1)
    texts = [list(map(str, walk)) for block in walker.blocks(40, 10) for walk in block.tolist()]
    theirs = Word2Vec(texts, vector_size=32, window=5, sg=1, negative=5, epochs=2, sample=0,
                      min_count=1, workers=1, seed=1).wv  # fmt: skip
    other = np.stack([theirs[str(at)] for at in range(len(whole))])
    pairs = np.concatenate([hidden.edges, hidden.others])
    truth = np.arange(len(pairs)) < len(hidden.edges)

    def found(vectors):
        rows = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return roc_auc_score(truth, np.einsum("ij,ij->i", rows[pairs[:, 0]], rows[pairs[:, 1]]))

    assert found(ours.vectors) > found(other) - 0.02
    assert found(ours.vectors) > 0.8


def test_p_and_q_change_what_is_learned(blocks):
    one = ec.embed(blocks, "node2vec", seed=1, p=0.25, q=4.0)
    other = ec.embed(blocks, "node2vec", seed=1, p=4.0, q=0.25)
    plain = ec.embed(blocks, "node2vec", seed=1)
    walks = ec.embed(blocks, "deepwalk", seed=1)
    assert not np.allclose(one.vectors, other.vectors)
    np.testing.assert_array_equal(plain.vectors, walks.vectors)


def test_items_without_a_graph_are_a_sentence(blocks):
    from dataclasses import replace

    with pytest.raises(InputError, match="bring edges"):
        ec.embed(replace(blocks, context=None), "node2vec")


def test_eigenmaps_as_they_are_set_score_missing_links_above_pairs_without_one():
    """With as many coordinates as other models have dimensions, hidden links score below chance."""
    clear = block_model(seed=0)
    settings: tuple[dict[str, int], ...] = ({}, {"dim": 32})
    usual, many = (
        summarize(try_links(clear, "spectral", params, repeats=3), "model")[0].auc
        for params in settings
    )
    assert many < 0.5
    assert usual > 0.75
