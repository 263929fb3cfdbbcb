"""Collections: unique ids, contents that can be told apart, text that can be written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import embedding_core as ec
from embedding_core.collection import (
    Collection,
    Text,
    VectorRows,
    array_digest,
    digest_of,
    writable,
)
from embedding_core.errors import ContractError, EmptyCollectionError


def of(*ids, **more):
    return Collection.of(ids, [Text(id_) for id_ in ids], modality="text", unit="word", **more)


def test_repeated_ids_are_numbered_around_those_that_are_there():
    found = of("a", "a", "a (2)", "a", "b")
    assert found.ids == ("a", "a (3)", "a (2)", "a (4)", "b")
    assert found.notes == ("2 repeated ids were numbered, as in “a (3)”.",)


def test_ten_thousand_equal_ids_are_numbered_at_once():
    found = of(*["x"] * 10_000)
    assert len(set(found.ids)) == 10_000
    assert found.ids[-1] == "x (10000)"


def test_nothing_is_no_collection():
    with pytest.raises(EmptyCollectionError, match="at least one item"):
        of()


def test_parts_that_do_not_match_are_a_bug():
    with pytest.raises(ContractError, match="2 ids, 1 payloads"):
        Collection.of(["a", "b"], [Text("a")], modality="text")
    with pytest.raises(ContractError, match="repeat"):
        Collection(("a", "a"), [Text("a")] * 2, pd.DataFrame(index=range(2)), "text")


def test_half_a_letter_and_nul_become_something_writable():
    assert writable("a\ud800b\0c") == "a�b�c"
    found = of("a\ud800")
    assert found.ids[0].encode() == "a�".encode()
    assert digest_of("\ud800") != digest_of("\ud801")


def test_the_fingerprint_follows_ids_content_and_table():
    table = pd.DataFrame({"g": ["x", "y"]})
    first = of("a", "b", table=table)
    assert first.fingerprint == of("a", "b", table=table.copy()).fingerprint
    others = [
        of("b", "a", table=table),
        of("a", "b", table=table[::-1]),
        of("a", "b", table=table.rename(columns={"g": "h"})),
        of("a", "b"),
        Collection.of(["a", "b"], [Text("a"), Text("c")], table, modality="text", unit="word"),
    ]
    assert len({first.fingerprint, *(other.fingerprint for other in others)}) == 6


def test_digests_keep_their_parts_apart():
    assert digest_of("ab", "c") != digest_of("a", "bc")
    one = np.arange(6, dtype=np.float32)
    assert array_digest(one.reshape(2, 3)) != array_digest(one.reshape(3, 2))
    assert array_digest(one) != array_digest(one.astype(np.float64))
    assert array_digest(np.asfortranarray(one.reshape(2, 3))) == array_digest(one.reshape(2, 3))


def test_taking_and_selecting_keep_rows_together():
    found = of("a", "b", "c", table=pd.DataFrame({"n": [1, 2, 3]}))
    part = found.select(["c", "a"])
    assert part.ids == ("c", "a")
    assert part.table["n"].tolist() == [3, 1]
    assert [payload.load() for payload in part.payloads] == ["c", "a"]
    assert part.positions == {"c": 0, "a": 1}


def test_vector_rows_are_one_frozen_matrix():
    matrix = np.arange(6, dtype=np.float32).reshape(3, 2)
    rows = VectorRows(matrix)
    assert rows[1].load().tolist() == [2, 3]
    assert [row.load()[0] for row in rows[1:]] == [2, 4]
    assert rows.take(np.array([2, 0])).matrix.tolist() == [[4, 5], [0, 1]]
    with pytest.raises(ValueError, match="read-only"):
        matrix[0] = 0
    with pytest.raises(ContractError, match="float64"):
        VectorRows(np.zeros((2, 2)))


def test_a_hundred_thousand_pasted_words_are_a_collection():
    found = ec.words("\n".join(f"w{i}" for i in range(100_000)))
    assert len(found) == 100_000
    assert found.positions["w99999"] == 99_999
