"""The built-in graphs and ratings are what their descriptions say."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import embedding_core as ec
from embedding_core.errors import EmptyCollectionError, InputError
from embedding_core.networks import block_model, ring_of_cliques
from embedding_core.tastes import TASTES, made_up_ratings

FOLDER = Path(__file__).resolve().parent.parent / "samples" / "graphs"


def as_networkx(collection):
    theirs = nx.Graph()
    theirs.add_nodes_from(collection.ids)
    theirs.add_edges_from((collection.ids[i], collection.ids[j])
                          for i, j in collection.context.edges().tolist())  # fmt: skip
    return theirs


@pytest.mark.parametrize(
    ("name", "nodes", "edges"),
    [("karate", 34, 78), ("les-miserables", 77, 254), ("southern-women", 32, 89),
     ("florentine-families", 15, 20)],
)  # fmt: skip
def test_known_graphs_have_the_size_that_papers_give(name, nodes, edges):
    found = ec.SAMPLES[name].read()
    assert (len(found), found.context.n_edges) == (nodes, edges)
    assert nx.is_connected(as_networkx(found))


def test_the_karate_club_is_numbered_as_in_the_paper():
    club = ec.SAMPLES["karate"].read()
    sides = dict(zip(club.ids, club.table["club"], strict=True))
    assert (sides["1"], sides["34"]) == ("Mr. Hi", "Officer")
    assert Counter(sides.values()) == {"Mr. Hi": 17, "Officer": 17}
    assert sorted(map(int, club.ids)) == list(range(1, 35))


def test_women_know_events_only():
    found = ec.SAMPLES["southern-women"].read()
    kind = found.table["kind"].to_numpy()
    assert Counter(kind) == {"woman": 18, "event": 14}
    pairs = found.context.edges()
    assert (kind[pairs[:, 0]] != kind[pairs[:, 1]]).all()


def test_communities_of_the_novel_are_denser_than_chance():
    found = ec.SAMPLES["les-miserables"].read()
    parts = found.table.groupby("community").groups.values()
    nodes = [{found.ids[i] for i in part} for part in parts]
    assert nx.community.modularity(as_networkx(found), nodes) > 0.5


def test_blocks_are_linked_as_often_as_said():
    found = block_model(communities=3, size=100, within=0.2, between=0.02, seed=1)
    group = found.table["community"].to_numpy()
    pairs = found.context.edges()
    same = (group[pairs[:, 0]] == group[pairs[:, 1]]).sum()
    assert same / (3 * 100 * 99 / 2) == pytest.approx(0.2, abs=0.015)
    assert (len(pairs) - same) / (3 * 100 * 100) == pytest.approx(0.02, abs=0.004)
    assert len(found) == 300
    again = block_model(communities=3, size=100, within=0.2, between=0.02, seed=1)
    assert again.fingerprint == found.fingerprint
    assert block_model(seed=1).fingerprint != block_model(seed=2).fingerprint
    with pytest.raises(InputError, match="communities got 1"):
        block_model(communities=1)
    with pytest.raises(EmptyCollectionError):
        block_model(communities=2, size=5, within=0.01, between=0)


def test_a_ring_of_cliques_is_that_of_networkx():
    found = ring_of_cliques(cliques=5, size=4)
    assert nx.is_isomorphic(as_networkx(found), nx.ring_of_cliques(5, 4))
    joins = found.table["role"] == "joins two cliques"
    assert joins.sum() == 10
    assert set(found.table["degree"][joins]) == {4}
    assert set(found.table["degree"][~joins]) == {3}


def test_mammals_are_what_the_manifest_and_the_readme_say():
    manifest = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    readme = (FOLDER / "README.md").read_text("utf-8")
    found = ec.SAMPLES["mammals"].read()
    said = f"{len(found):,} meanings"
    assert said in manifest[0]["about"]
    assert re.search(rf"`mammals` \| {len(found):,} \| {found.context.n_edges:,} \|", readme)
    theirs = as_networkx(found)
    assert nx.is_connected(theirs)
    assert theirs.number_of_edges() - theirs.number_of_nodes() <= 5  # nearly a tree
    groups = Counter(found.table["group"])
    assert {"canine", "feline", "bat", "cetacean"} <= set(groups)
    assert min(groups.values()) >= 12
    assert theirs.degree("mammal") > 5
    assert nx.has_path(theirs, "lion", "tiger")
    assert found.table["group"][found.positions["lion"]] == "feline"


def test_mammals_are_tables_of_rows_that_fit():
    with (FOLDER / "mammals" / "nodes.csv").open(encoding="utf-8", newline="") as file:
        nodes = list(csv.DictReader(file, strict=True))
    with (FOLDER / "mammals" / "edges.csv").open(encoding="utf-8", newline="") as file:
        edges = list(csv.DictReader(file, strict=True))
    names = [row["id"] for row in nodes]
    assert len(set(names)) == len(names)
    assert all(row["definition"] and row["group"] for row in nodes)
    assert {edge[end] for edge in edges for end in ("source", "target")} == set(names)


def test_made_up_ratings_say_so_and_follow_the_tastes():
    sample = ec.SAMPLES["tastes"]
    assert "Synthetic" in sample.about
    assert "made-up" in sample.title.lower()
    found = sample.read()
    ratings = found.context
    assert f"{ratings.n_users} invented users rate {ratings.n_items} invented films" in sample.about
    taste = found.table["taste"].to_numpy()
    assert set(taste) == set(TASTES)
    same = taste[ratings.users] == taste[ratings.n_users + ratings.items]
    assert ratings.values[same].mean() > ratings.values[~same].mean() + 1
    assert set(ratings.values) == {1, 2, 3, 4, 5}
    seen = np.bincount(ratings.items, minlength=ratings.n_items)
    assert seen.max() > 5 * np.median(seen) > 0  # some films are famous
    assert np.bincount(ratings.users).min() >= 5
    assert made_up_ratings().fingerprint == found.fingerprint
    assert made_up_ratings(seed=1).fingerprint != found.fingerprint
