"""Graphs and ratings from a shell: guessed, with a table of nodes, with columns named."""

from __future__ import annotations

import json

import pytest

EDGES = "source,target,weight\n" + "".join(
    f"{team}{i},{team}{j},1\n" for team in "ab" for i in range(5) for j in range(i)
)
NODES = "id,team\n" + "".join(f"{team}{i},{team}\n" for team in "ab" for i in range(5))


@pytest.fixture
def town(here):
    (here / "town.csv").write_text(EDGES + "a0,b0,1\n", encoding="utf-8")
    (here / "people.csv").write_text(NODES, encoding="utf-8")
    return here


def near(shell, *more):
    code, out, err = shell("neighbors", *more, "--model", "adjacency-svd", "-k", "3", "--json")
    assert code == 0, err
    return [one["id"] for one in json.loads(out)["neighbors"]], err


def test_an_edge_list_is_a_graph_by_its_headings(town, shell):
    found, err = near(shell, "town.csv", "--id", "a3")
    assert {name[0] for name in found} == {"a"}
    assert not err


def test_nodes_lie_beside_by_metadata(town, shell):
    code, _, err = shell(
        "embed", "town.csv", "--model", "spectral", "--metadata", "people.csv", "--out", "out.csv"
    )
    assert code == 0, err
    assert "team" in (town / "out.csv").read_text(encoding="utf-8").splitlines()[0]


def test_columns_can_be_named(town, shell):
    rows = [line.split(",") for line in EDGES.splitlines()[1:]]
    text = "strength,one,other\n" + "".join(
        f"{w},{b},{e}\n" for b, e, w in [*rows, ["a0", "b0", "1"]]
    )
    (town / "odd.csv").write_text(text, encoding="utf-8")
    found, _ = near(
        shell, "odd.csv", "--id", "a3", "--modality", "graph", "--column", "one,other,strength"
    )
    assert {name[0] for name in found} == {"a"}


def test_options_of_other_items_are_refused(town, shell, is_one_sentence):
    code, _, err = shell("neighbors", "town.csv", "--parts", "sentences", "--model", "spectral",
                         "--id", "a0")  # fmt: skip
    assert code != 0
    assert "--parts is for text; town.csv holds graph" in err
    assert is_one_sentence(err)


def test_a_graph_without_a_model_names_those_there_are(town, shell):
    code, _, err = shell("embed", "town.csv", "--out", "out.csv")
    assert code != 0
    assert "node2vec" in err
