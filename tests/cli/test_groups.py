"""Clusters, probes and neighbours' labels from a shell."""

from __future__ import annotations

import json

import pytest

import embedding_core as ec
from embedding_core.columns import column


@pytest.fixture(scope="module")
def digits():
    collection = ec.SAMPLES["digits"].read()
    return collection, ec.embed(collection)


def test_clusters_are_printed_with_names_and_agreement(shell, digits):
    collection, embedding = digits
    code, out, _ = shell("clusters", "sample:digits", "--against", "digit")
    assert code == 0
    expected = ec.cluster(embedding.vectors)
    assert out.startswith(f"{expected.n_clusters} clusters of 1,797 items; ")
    lines = out.splitlines()[2 : 2 + expected.n_clusters]
    names = ec.cluster_names(collection, embedding, expected.codes)
    assert [line.split(maxsplit=3)[3] for line in lines] == list(names)
    assert [int(line.split()[0]) for line in lines] == list(expected.sizes)
    ari = expected.agreement(column(collection, "digit", embedding.ids).labels).ari
    assert f"adjusted Rand index {ari:.2f}".replace("0.", ".") in out


def test_clusters_as_json_name_every_items_own(shell, digits):
    _, embedding = digits
    code, out, _ = shell("clusters", "sample:digits", "--projector", "pca", "--min-size", "60",
                         "--json")  # fmt: skip
    assert code == 0
    answer = json.loads(out)
    coords = ec.project(embedding, "pca").coords
    expected = ec.cluster(coords, min_cluster_size=60, metric="euclidean")
    assert [each["size"] for each in answer["clusters"]] == expected.sizes.tolist()
    assert set(answer["items"]) == set(embedding.ids)
    assert sum(name is None for name in answer["items"].values()) == (expected.codes < 0).sum()


def test_few_items_have_no_clusters_and_it_is_said(here, shell):
    (here / "w.txt").write_text("king\nqueen\n")
    code, out, err = shell("clusters", "w.txt", "--model", "glove-6b-50d")
    assert code == 0
    assert "2 items have no clusters" in err
    assert out == "0 clusters of 2 items; 100% belong to none.\n"


def test_a_probe_is_printed_beside_guessing(shell, digits):
    collection, embedding = digits
    code, out, _ = shell("probe", "sample:digits", "--target", "digit", "--json")
    assert code == 0
    answer = json.loads(out)
    expected = ec.probe(embedding, column(collection, "digit", embedding.ids).labels)
    assert answer["linear"]["value"] == expected.linear.value
    assert answer["neighbors"]["interval"] == list(expected.neighbors.interval)
    assert answer["baseline"] == expected.baseline
    code, out, _ = shell("probe", "sample:digits", "--target", "digit")
    assert out.splitlines()[4].split() == ["guessing", f"{expected.baseline:.2f}"[1:]]
    true, taken, items = expected.confused(1)[0]
    assert f"{true} was taken for {taken}: {len(items)} items." in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("probe", "sample:digits", "--target", "digt"), "Did you mean 'digit'"),
        (("clusters", "sample:digits", "--against", "no"), "no column called 'no'"),
        (("clusters", "sample:digits", "--min-size", "1"), "min_cluster_size got 1"),
        (("probe", "sample:digits", "--target", "digit", "--folds", "1"), "folds 1"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(shell, is_one_sentence, arguments, said):
    code, out, err = shell(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert is_one_sentence(err)


def test_neighbours_labels_are_printed_beside_chance(shell, digits):
    collection, embedding = digits
    expected = ec.same_label(embedding, column(collection, "digit", embedding.ids).labels)
    code, out, _ = shell("same-label", "sample:digits", "--target", "digit", "--json")
    assert code == 0
    answer = json.loads(out)
    assert answer["value"] == expected.value
    assert answer["chance_range"] == list(expected.chance_range)
    assert {each["name"]: each["share"] for each in answer["classes"]} == dict(
        zip(expected.classes, expected.shares.tolist(), strict=True)
    )
    code, out, _ = shell("same-label", "sample:digits", "--target", "digit")
    assert code == 0
    assert out.startswith(
        f"The nearest of 1,797 items has the same digit for {expected.value:.0%} of them"
    )
    own, other, items = expected.confused()[0]
    assert f"{own} is nearest to {other}: {len(items)} item" in out


def test_neighbours_numbers_are_not_compared(shell):
    code, _, err = shell("same-label", "sample:frequent-words", "--target", "frequency rank")
    assert code == 2
    assert "frequency rank holds numbers, which are seldom the same" in err
