"""What makes a selection different: planted differences are found, noise is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import fisher_exact, ks_2samp

import embedding_core as ec
from embedding_core.collection import Collection, Text, VectorRows
from embedding_core.contrast import _log_odds, contrasts
from embedding_core.errors import InputError

N = 400
CHOSEN = np.arange(60)


def brought(table, n=N):
    vectors = np.random.default_rng(0).normal(size=(n, 4)).astype(np.float32)
    ids = [f"i{i}" for i in range(n)]
    collection = Collection.of(ids, VectorRows(vectors), pd.DataFrame(table), modality="vectors")
    return collection, ec.embed(collection)


def find(table, positions=CHOSEN, **more):
    collection, embedding = brought(table)
    return contrasts(collection, embedding, positions, **more)


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def test_a_number_that_is_higher_is_found_and_read(rng):
    price = rng.normal(12, 3, N)
    price[CHOSEN] += 20
    (found,) = find({"price": price, "noise": rng.normal(size=N)})
    values = price.astype(np.float32)
    own, rest = values[CHOSEN], values[60:]
    assert found.column == "price"
    assert found.score == pytest.approx(ks_2samp(own, rest).statistic)
    expected = (own.mean() - rest.mean()) / np.sqrt((own.var() + rest.var()) / 2)
    assert found.effect == pytest.approx(expected, rel=1e-4)
    middles = f"{np.median(own):.3g} against {np.median(rest):.3g}"
    assert found.sentence == f"price is higher: median {middles}."
    (turned,) = find({"price": -price})
    assert "is lower" in turned.sentence
    assert turned.effect == pytest.approx(-expected, rel=1e-4)


def test_a_number_with_the_same_middle_and_another_spread_is_read_so(rng):
    values = rng.normal(size=N)
    values[CHOSEN] *= 8
    (found,) = find({"values": values})
    assert "is more spread: the middle half lies from" in found.sentence


def test_a_value_that_is_frequent_is_found_with_its_shares(rng):
    kind = rng.choice(list("abcd"), N)
    kind[CHOSEN] = "a"
    (found,) = find({"kind": kind, "noise": rng.choice(list("xyz"), N)})
    rest = (kind[60:] == "a").mean()
    assert found.sentence == f"kind is a for 100% of them, {rest:.0%} of the others."
    assert found.effect == pytest.approx(1 / rest)
    shares = [[(part == value).mean() for value in "abcd"] for part in (kind[:60], kind[60:])]
    distance = jensenshannon(*shares, base=2)
    assert distance - 0.15 < found.score < distance


def test_missing_cells_are_a_difference_of_their_own(rng):
    price = rng.normal(size=N)
    price[:45] = np.nan
    kind = np.array(rng.choice(list("ab"), N), dtype=object)
    kind[:50] = None
    found = find({"price": price, "kind": kind})
    assert [each.kind for each in found] == ["missing", "missing"]
    assert found[0].sentence == "kind is missing for 83% of them, 0% of the others."


def test_noise_is_not_sold_as_difference():
    """In most of many random selections nothing is found, whatever the columns are."""
    rng = np.random.default_rng(11)
    table = {f"n{i}": rng.normal(size=N) for i in range(6)}
    table |= {f"c{i}": rng.choice(list("abcdefgh"), N) for i in range(6)}
    table["rare"] = rng.integers(0, 180, N).astype(str)
    collection, embedding = brought(table)
    picks = [rng.choice(N, size, replace=False) for size in (5, 20, 60, 200) for _ in range(15)]
    false = sum(bool(contrasts(collection, embedding, pick)) for pick in picks)
    # 1% of 60 selections would be less than one; 5 are less likely than one in 1,000.
    assert false <= 4


def test_columns_that_tell_nothing_apart_are_left_out(rng):
    table = {"same": ["x"] * N, "one": np.ones(N), "each": [f"name {i}" for i in range(N)]}
    assert find(table) == []


def test_the_largest_difference_comes_first_and_no_more_than_asked(rng):
    table = {}
    for step in (1.0, 4.0, 2.0):
        values = rng.normal(size=N)
        values[CHOSEN] += step
        table[f"by {step}"] = values
    assert [each.column for each in find(table)] == ["by 4.0", "by 2.0", "by 1.0"]
    assert [each.column for each in find(table, most=1)] == ["by 4.0"]


SUBJECTS = ["the ship sails on the cold sea", "the bread bakes in the oven", "a lawyer reads"]


def written(rng, n=120):
    fill = ["and", "the", "today", "green", "small", "again", "often", "house"]
    lines = [f"{SUBJECTS[i % 3]} {' '.join(rng.choice(fill, 4))} {i}" for i in range(n)]
    ids = [f"t{i}" for i in range(n)]
    vectors = np.eye(n, dtype=np.float32)
    as_items = Collection.of(
        lines, [Text(line) for line in lines], modality="text", unit="sentence"
    )
    as_column = Collection.of(
        ids, VectorRows(vectors), pd.DataFrame({"about": lines}), modality="vectors"
    )
    return as_items, as_column, vectors


def test_words_that_stand_out_are_found_in_items_and_in_columns(rng, vectors_embedding):
    as_items, as_column, vectors = written(rng)
    ships = np.arange(0, 120, 3)
    for collection, where in ((as_items, ""), (as_column, " in about")):
        embedding = vectors_embedding(vectors, ids=collection.ids)
        (found,) = contrasts(collection, embedding, ships)
        assert found.kind == "words"
        assert set(found.value.split(", ")) == {"ship", "sails", "cold", "sea"}
        assert found.sentence.startswith(f"Words that stand out{where}: ")
        assert "is in 100% of them, 0% of the others." in found.sentence
    assert contrasts(as_items, vectors_embedding(vectors, ids=as_items.ids), range(60)) == []


def test_a_word_that_one_text_repeats_is_no_difference(rng, vectors_embedding):
    lines = [f"{SUBJECTS[i % 3]} {i}" for i in range(120)]
    lines[0] = lines[0] + " anchor" * 50
    lines[100] += " anchor"
    collection = Collection.of(lines, [Text(x) for x in lines], modality="text", unit="sentence")
    embedding = vectors_embedding(np.eye(120), ids=collection.ids)
    found = contrasts(collection, embedding, range(30))
    assert all("anchor" not in each.value for each in found)


def test_log_odds_are_those_of_monroe():
    own, rest = np.array([30.0, 10.0, 0.0]), np.array([20.0, 90.0, 5.0])
    prior = (own + rest) / 155 * 500
    expected = []
    for y, z, a in zip(own, rest, prior, strict=True):
        gap = np.log((y + a) / (own.sum() + 500 - y - a)) - np.log(
            (z + a) / (rest.sum() + 500 - z - a)
        )
        expected.append(gap / np.sqrt(1 / (y + a) + 1 / (z + a)))
    assert _log_odds(own, rest) == pytest.approx(expected)


def test_what_is_missing_is_as_unlikely_as_fisher_says(rng):
    price = rng.normal(size=N)
    price[:12] = np.nan
    price[100:110] = np.nan
    (found,) = find({"price": price, "other": rng.normal(size=N)})
    exact = fisher_exact([[12, 48], [10, 330]], alternative="greater").pvalue
    assert found.p == pytest.approx(2 * exact)


@pytest.mark.parametrize("size", [2, N - 2])
def test_too_few_items_are_a_sentence(rng, size):
    with pytest.raises(InputError, match="select 3 or more"):
        find({"price": rng.normal(size=N)}, positions=np.arange(size))
