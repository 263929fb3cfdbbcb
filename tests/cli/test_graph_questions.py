"""Missing links and recommendations from a shell."""

from __future__ import annotations

import json

import pytest

import embedding_core as ec


def test_links_print_what_the_library_finds(shell):
    code, out, _ = shell("links", "sample:karate", "--model", "adjacency-svd", "--set", "dim=6",
                         "--seed", "3", "--share", "0.2", "-k", "4", "--json")  # fmt: skip
    assert code == 0
    answer = json.loads(out)
    karate = ec.SAMPLES["karate"].read()
    (trial,) = ec.try_links(karate, "adjacency-svd", {"dim": 6}, share=0.2, seed=3)
    assert answer["hidden"] == len(trial.hidden.edges)
    for name, score in trial.scores.items():
        assert answer["scores"][name] == [
            {"auc": score.auc, "average_precision": score.average_precision}
        ]
    found = ec.predict_links(trial.hidden, trial.vectors, most=4, seed=3)
    assert [one["nodes"] for one in answer["predicted"]] == [
        [karate.ids[at] for at in pair] for pair in found.pairs.tolist()
    ]
    assert [one["hidden"] for one in answer["predicted"]] == found.hidden.tolist()


def test_links_are_told_beside_counting_neighbours(shell):
    code, out, _ = shell("links", "sample:florentine-families", "--model", "spectral",
                           "--repeats", "2", "-k", "3")  # fmt: skip
    assert code == 0
    heads = [line.split("  ")[0] for line in out.splitlines()]
    assert {"spectral", "common neighbours", "Adamic-Adar"} <= set(heads)
    assert "2 times" in out
    assert " to " in next(line for line in out.splitlines() if line.startswith("spectral"))
    assert out.splitlines()[5].startswith("The likeliest 3 pairs of ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("links", "sample:karate", "--share", "1"), "The share of edges to hide got 1.0"),
        (("links", "sample:tastes"), "these items have none; bring edges"),
        (("links", "words.txt"), "words.txt"),
        (("recommend", "sample:tastes"), "got 0 of --user, --rate and --judge"),
        (("recommend", "sample:tastes", "--judge", "--user", "user 1"), "got 2 of"),
        (("recommend", "sample:tastes", "--user", "user 0"), "no user called “user 0”"),
        (("recommend", "sample:tastes", "--rate", "comedy 1"), "--rate got 'comedy 1'"),
        (("recommend", "sample:tastes", "--rate", "comedy 1=nan"), "is nan"),
        (("recommend", "sample:tastes", "--rate", "tragedy=4"), "no item called “tragedy”"),
        (("recommend", "sample:karate", "--judge"), "these items have none; bring a table"),
        (("recommend", "sample:tastes", "--judge", "--share", "0"), "another share"),
        (("recommend", "sample:tastes", "--user", "user 1", "-k", "0"), "whole number above 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_a_sentence(here, shell, is_one_sentence, arguments, said):
    try:
        code, out, err = shell(*arguments)
    except SystemExit as ended:  # argparse
        code, out, err = ended.code, "", None
    assert (code, out) == (2, "")
    if err is not None:
        # On a busy machine the training tells how far it is before.
        last = err.splitlines(keepends=True)[-1]
        assert said in last
        assert is_one_sentence(last)


def test_a_user_is_recommended_what_the_library_says(shell):
    code, out, _ = shell("recommend", "sample:tastes", "--user", "user 3", "-k", "2", "--json")
    assert code == 0
    tastes = ec.SAMPLES["tastes"].read()
    expected = ec.recommend(tastes, ec.embed(tastes, "matrix-factorization"), "user 3", 2)
    answer = json.loads(out)
    assert [one["id"] for one in answer] == [one.id for one in expected]
    assert answer[0]["score"] == pytest.approx(expected[0].score)
    assert [one["id"] for one in answer[0]["because"]] == [r.id for r in expected[0].because]
    code, out, _ = shell("recommend", "sample:tastes", "--user", "user 3", "-k", "2")
    assert code == 0
    assert out.startswith("user 3 should like most")
    assert expected[0].because[0].id in out.splitlines()[2]


def test_typed_ratings_are_a_new_user(shell):
    code, out, _ = shell("recommend", "sample:tastes", "--rate", "science 1=5", "--rate",
                         "science 2=5", "--rate", "romance 1=1", "-k", "8", "--json")  # fmt: skip
    assert code == 0
    found = [one["id"].split()[0] for one in json.loads(out)]
    assert found.count("science") >= 6


def test_the_judgement_is_the_librarys(shell):
    code, out, _ = shell("recommend", "sample:tastes", "--judge", "-k", "5", "--set",
                         "feedback=implicit", "--json")  # fmt: skip
    assert code == 0
    answer = json.loads(out)
    expected = ec.judge(ec.SAMPLES["tastes"].read(), k=5, feedback="implicit")
    assert [one["value"] for one in answer["measures"]] == [m.value for m in expected.measures]
    assert answer["by_time"] is True
    code, out, _ = shell("recommend", "sample:tastes", "--judge", "-k", "5")
    assert code == 0
    assert "the latest of all" in out
    assert "lists of 5" in out
