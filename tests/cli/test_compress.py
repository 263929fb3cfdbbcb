"""Vectors made smaller from a shell: the figures are the core's."""

from __future__ import annotations

import json

import embedding_core as ec


def test_ways_are_printed_with_what_they_keep(shell):
    embedding = ec.embed(ec.SAMPLES["digits"].read())
    expected = ec.measure_compression(embedding, ["int8", "pca8+pq4"], 5)
    code, out, _ = shell("compress", "sample:digits", "--as", "int8,pca8+pq4", "-k", "5", "--json")
    assert code == 0
    answer = json.loads(out)
    assert [each["name"] for each in answer["ways"]] == ["int8", "pca8+pq4"]
    for told, each in zip(answer["ways"], expected.measured, strict=True):
        assert told["recall"] == each.recall
        assert told["bytes_per_vector"] == each.bytes_per_vector
        assert told["loses_most"][0]["keeps"] == each.recalls.min()
    code, out, _ = shell("compress", "sample:digits", "--as", "int8,pca8+pq4", "-k", "5")
    assert code == 0
    assert f"{expected.measured[1].recall:.1%}" in out
    assert "By chance 0.3% of the nearest would be kept." in out
    assert "As pca8+pq4" in out


def test_what_does_not_fit_is_said_and_the_rest_is_measured(shell):
    code, out, _ = shell(
        "compress", "sample:king-queen-apple", "--model", "glove-6b-50d", "--as", "int8,pca51",
        "-k", "1",
    )  # fmt: skip
    assert code == 0
    assert "pca51 was left out: " in out
    assert "int8" in out


def test_an_unknown_way_is_refused_in_one_sentence(shell):
    code, out, err = shell("compress", "sample:digits", "--as", "int3")
    assert (code, out) == (2, "")
    assert "“int3” is no compression" in err
