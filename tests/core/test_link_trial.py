"""Hidden edges looked for: against all pairs scored one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import embedding_core as ec
from embedding_core import link_trial
from embedding_core.collection import Collection
from embedding_core.errors import Cancelled, InputError
from embedding_core.link_trial import predict_links, summarize, try_links
from embedding_core.links import ADAMIC, hide_edges

QUICK = {"dim": 8, "walks": 5, "length": 10}


@pytest.fixture(scope="module")
def karate() -> Collection:
    return ec.SAMPLES["karate"].read()


def test_each_turn_hides_other_edges_and_learns_without_them(karate):
    told = []
    tell = lambda *how: told.append(how)  # noqa: E731
    trials = try_links(karate, "node2vec", QUICK, share=0.2, repeats=3, seed=5, progress=tell)
    assert [trial.seed for trial in trials] == [5, 6, 7]
    hidden = [set(map(tuple, trial.hidden.edges.tolist())) for trial in trials]
    assert hidden[0] != hidden[1] != hidden[2]
    for trial in trials:
        left = set(map(tuple, trial.hidden.graph.edges().tolist()))
        assert not left & set(map(tuple, trial.hidden.edges.tolist()))
        alone = ec.embed(
            link_trial.with_hidden(karate, trial.hidden), "node2vec", seed=trial.seed, **QUICK
        )
        assert np.array_equal(alone.vectors, trial.vectors)
    assert told[-1][0] == told[-1][1]
    assert next(what for _, _, what in told).startswith("1 of 3, ")
    mean, low, high = summarize(trials, ADAMIC)
    aucs = [trial.scores[ADAMIC].auc for trial in trials]
    assert (mean.auc, low.auc, high.auc) == (pytest.approx(np.mean(aucs)), min(aucs), max(aucs))


def test_a_found_community_is_told_from_chance():
    blocks = ec.SAMPLES["blocks"].read(communities=3, size=30, within=0.4, between=0.01)
    (trial,) = try_links(blocks, "node2vec", {"epochs": 5}, share=0.1)
    assert trial.scores["model"].auc > 0.75


@pytest.mark.parametrize("metric", ["cosine", "dot"])
def test_predicted_pairs_are_the_best_of_all(karate, metric):
    hidden = hide_edges(karate.context, 0.3, 1)
    vectors = np.random.default_rng(0).normal(size=(34, 6)).astype(np.float32)
    vectors[7] = 0
    found = predict_links(hidden, vectors, metric, most=40)
    linked = set(map(tuple, hidden.graph.edges().tolist()))
    norms = np.linalg.norm(vectors, axis=1)
    free = [pair for pair in itertools.combinations(range(34), 2)
            if pair not in linked and 7 not in pair]  # fmt: skip
    scale = (lambda a, b: norms[a] * norms[b]) if metric == "cosine" else (lambda a, b: 1.0)
    scores = {(a, b): float(vectors[a] @ vectors[b]) / scale(a, b) for a, b in free}
    best = sorted(scores, key=scores.get, reverse=True)[:40]
    assert list(map(tuple, found.pairs.tolist())) == best
    assert found.scores == pytest.approx([scores[pair] for pair in best], abs=1e-5)
    secret = set(map(tuple, hidden.edges.tolist()))
    assert found.hidden.tolist() == [pair in secret for pair in best]
    assert (found.n_pairs, found.n_nodes) == (len(free), 33)
    assert found.n_hidden == sum(7 not in pair for pair in secret)
    around = [set(hidden.graph.neighbors(i).tolist()) for i in range(34)]
    assert found.common.tolist() == [len(around[a] & around[b]) for a, b in best]


def test_of_a_large_graph_pairs_of_some_nodes_are_looked_at(karate, monkeypatch):
    monkeypatch.setattr(link_trial, "ALL_PAIRS", 10)
    monkeypatch.setattr(link_trial, "_LOOKED_AT", 6)
    hidden = hide_edges(karate.context, 0.3, 1)
    vectors = np.random.default_rng(0).normal(size=(34, 6)).astype(np.float32)
    found = predict_links(hidden, vectors, most=1_000)
    pairs = set(map(tuple, found.pairs.tolist()))
    assert len(pairs) == found.n_pairs == len(found.pairs)
    # Each of all its pairs has one of the six nodes, and each of these has all its free pairs.
    common = [node for node in range(34) if sum(node in pair for pair in pairs) > 6]
    assert found.n_nodes == 6
    assert common
    assert all(set(pair) & set(common) for pair in pairs)
    assert found.n_hidden == found.hidden.sum()


def test_directed_pairs_linked_one_way_are_no_missing_links():
    from embedding_core.graph import Graph

    rng = np.random.default_rng(2)
    begin, end = rng.integers(0, 20, (2, 120))
    graph = Graph.of(20, begin, end, directed=True)
    hidden = hide_edges(graph, 0.3)
    found = predict_links(hidden, rng.normal(size=(20, 4)).astype(np.float32), most=1_000)
    left = {tuple(sorted(pair)) for pair in hidden.graph.edges().tolist()}
    assert not left & set(map(tuple, found.pairs.tolist()))
    assert found.n_hidden == found.hidden.sum()


def test_what_cannot_be_tried(karate):
    with pytest.raises(InputError, match="whole graph: 5 of its 34"):
        try_links(karate.take(range(5)), "node2vec", QUICK)
    with pytest.raises(InputError, match="these items have none"):
        try_links(ec.SAMPLES["colours"].read(), "node2vec", QUICK)
    with pytest.raises(Cancelled):
        try_links(karate, "node2vec", QUICK, cancel=lambda: True)
