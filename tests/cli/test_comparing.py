"""The shell compares as the core does."""

from __future__ import annotations

import json

import pytest

import embedding_core as ec

GLOVE = ("--model", "glove-6b-50d")


def test_two_metrics_of_one_input(here, shell):
    code, out, err = shell("compare", "sample:royalty", *GLOVE, "--other-metric", "euclidean",
                           "--other-prep", "centered", "-k", "5", "--json")  # fmt: skip
    assert code == 0, err
    royalty = ec.embed(ec.SAMPLES["royalty"].read(), "glove-6b-50d")
    found = ec.compare(royalty, ec.preprocess(royalty, "centered"), metric_left="cosine",
                       metric_right="euclidean", k=5)  # fmt: skip
    answer = json.loads(out)
    assert answer["neighbor_overlap"] == pytest.approx(found.neighbor_overlap, abs=1e-6)
    assert answer["cka"] == pytest.approx(found.cka, abs=1e-6)
    assert answer["rank_interval"] == pytest.approx(found.rank_interval, abs=1e-6)
    assert answer["most_different"] == found.most_different(10)


def test_two_files_over_what_both_have(here, shell):
    (here / "more.txt").write_text("king\nqueen\nman\nwoman\nprince\nzebra\n")
    for source, target in (("sample:royalty", "a.parquet"), ("more.txt", "b.parquet")):
        assert shell("embed", source, *GLOVE, "--out", target)[0] == 0
    code, out, err = shell("compare", "a.parquet", "b.parquet")
    assert code == 0, err
    assert "5 items in common, 2 nearest neighbours" in out
    assert "100.0%" in out
    assert "1 item of the other alone left out, such as" in err
    assert "zebra" in err


def test_what_cannot_be_compared_is_a_sentence(here, shell):
    (here / "others.txt").write_text("apple\npear\n")
    for asked in (
        ("sample:royalty", "others.txt", *GLOVE),
        ("sample:royalty",),
        ("sample:digits", "--corpus", "wordnet-glosses"),
        ("sample:digits", "-k", "0"),
        ("sample:digits", "--prep", "boiled"),
    ):
        code, out, err = shell("compare", *asked)
        assert code == 2, asked
        assert not out
        assert len(err.strip().splitlines()) == 1, err
