"""Compression: what the page says is what the core measured, for items of any kind."""

from __future__ import annotations

import pytest

import embedding_core as ec

PAGE = "pages/compression.py"


def rows_of(page):
    return page.dataframe[0].value


@pytest.fixture(scope="module")
def digits():
    return ec.embed(ec.SAMPLES["digits"].read())


def test_the_headline_and_the_table_are_what_was_measured(page, digits):
    found = page(PAGE, of="vectors")
    report = ec.measure_compression(digits)
    table = rows_of(found)
    assert list(table["Kept as"].str.removeprefix("▸ ")) == [
        each.recipe.short for each in report.measured
    ]
    assert list(table["Kept"]) == pytest.approx([100 * each.recall for each in report.measured])
    assert list(table["Bytes"]) == [each.bytes_per_vector for each in report.measured]
    good = min(
        (each for each in report.measured[1:] if each.recall >= 0.95),
        key=lambda each: each.bytes_per_vector,
    )
    assert f"As {good.recipe.label} it takes 4 times less" in found.headline
    assert "64 numbers make a vector of 256 bytes" in found.headline


def test_losers_are_named_with_whom_they_lose(page, digits):
    found = page(PAGE, of="vectors", **{"as": "binary"})
    report = ec.measure_compression(digits, ["binary"])
    (binary,) = report.measured
    table = found.dataframe[1].value
    worst = int(binary.recalls.argmin())
    assert table["Item"][0] == digits.ids[report.asked[worst]]
    assert table["Kept"][0] == pytest.approx(100 * binary.recalls[worst])
    assert found.link["as"] == "binary"


def test_words_weigh_what_their_letters_do(page):
    found = page(PAGE, of="words", data="typed", words="king, queen, cat, dog, house")
    assert "5 items weigh 20 bytes as text" in found.text
    assert "keep all their 4 nearest" in found.text


def test_a_way_of_ones_own_is_measured_beside_the_others(page):
    link = {"own": "1", "own.reduction": "pca", "own.dim": "20", "own.store": "pq"}
    found = page(PAGE, of="vectors", **link, **{"own.pieces": "5", "as": "pca20+pq5"})
    assert "▸ PCA to 20, PQ, 5 pieces" in list(rows_of(found)["Kept as"])
    assert "own.pieces" in found.link


def test_memory_is_told_for_as_many_as_one_will_have(page):
    found = page(PAGE, of="vectors", at="1000")
    row = rows_of(found).set_index("Kept as").loc["float32"]
    assert row["Memory"] == "256 kB"


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ({"as": "nothing"}, ""),
        ({"metric": "manhattan"}, "There is no metric called"),
        ({"k": "0"}, "link could not be followed"),
        ({"at": "x"}, "link could not be followed"),
        ({"of": "smells"}, "There is no items called"),
    ],
)
def test_a_link_that_asks_for_what_is_not_there(page, link, told):
    found = page(PAGE, **{"of": "words", **link})
    assert "numbers make a vector" in found.headline
    assert told in found.text


def test_two_items_are_too_few(page):
    found = page(PAGE, of="words", data="typed", words="king, queen")
    assert any("bring more" in error for error in found.errors)
