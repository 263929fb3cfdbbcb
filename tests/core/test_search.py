"""The nearest of many: exact by brute force, and through an index that is kept on disk."""

from __future__ import annotations

import os
import shutil
import threading

import numpy as np
import pytest

import embedding_core as ec
from embedding_core import search, store
from embedding_core.errors import Cancelled, InputError
from embedding_core.similarity import METRICS, pairwise

every_metric = pytest.mark.parametrize("metric", METRICS)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EMBEDDING_HOME", str(tmp_path))
    monkeypatch.setenv("EMBEDDING_STORE_GB", "1")
    monkeypatch.setattr(search, "_PREPARED_FLOATS", 0)
    restart()
    search._ASKED.clear()
    yield tmp_path / "store"
    restart()


def restart():
    """Forget all that a new process would not know."""
    search._PREPARED.clear()
    search._OPENED.clear()
    store._opened.cache_clear()


@pytest.fixture(scope="module")
def cloud(vectors_embedding):
    """Sixty groups of 50 in 20 dimensions, far from the middle, with twins and a zero."""
    rng = np.random.default_rng(3)
    centers = rng.normal(scale=3, size=(60, 20)) + 40
    vectors = np.repeat(centers, 50, axis=0) + rng.normal(size=(3000, 20))
    vectors[100] = vectors[2000]
    vectors[7] = 0
    return vectors_embedding(vectors)


def brute_force(embedding, query, k, metric):
    scores = pairwise(query[None].astype(np.float32), embedding.vectors, metric)[0]
    order = np.argsort(-scores, kind="stable")[:k]
    return order, scores[order]


@every_metric
def test_exact_is_what_brute_force_finds(cloud, metric):
    rng = np.random.default_rng(0)
    index = ec.index(cloud, metric)
    assert index.is_exact
    queries = np.vstack([cloud.vectors[[0, 7, 100, 2999]], rng.normal(size=(3, 20))])
    places, scores = index.places(queries.astype(np.float32), 12)
    for query, place, score in zip(queries, places, scores, strict=True):
        expected, values = brute_force(cloud, query, 12, metric)
        np.testing.assert_allclose(score, values, rtol=1e-5, atol=1e-5)
        if values[0] != values[-1]:
            assert len(set(place.tolist()) & set(expected.tolist())) >= 11
    ids, same = index.search(queries.astype(np.float32), 12)
    assert ids[0] == [cloud.ids[place] for place in places[0]]
    np.testing.assert_array_equal(same, scores)


def test_rounding_does_not_lose_the_nearest_far_from_zero(vectors_embedding):
    """Squares of 30,000 have no digits left in float32 for steps of a hundredth."""
    steps = np.zeros((4000, 3))
    steps[:, 0] = np.random.default_rng(0).permutation(4000) * 0.01
    line = vectors_embedding(steps + 30_000)
    found = ec.nearest(line, "i5", 4, "euclidean")
    order, _ = brute_force(line, line.vectors[5], 5, "euclidean")
    assert {near.id for near in found} == {f"i{at}" for at in order if at != 5}


@every_metric
def test_nearest_leaves_the_item_out_but_not_its_twin(cloud, metric):
    if metric == "dot":
        return
    found = ec.nearest(cloud, "i100", 3, metric)
    assert found[0].id == "i2000"
    assert "i100" not in [near.id for near in found]
    assert len(found) == 3
    assert len(ec.nearest(cloud, "i100", 10_000, metric)) == len(cloud) - 1


def test_a_vector_of_another_length_is_refused(cloud):
    with pytest.raises(InputError, match=r"length 3 .* length 20"):
        ec.index(cloud).search(np.zeros(3, np.float32))


@pytest.fixture
def large(monkeypatch, cloud):
    """The cloud, as if it were too large to compare everything."""
    monkeypatch.setattr(search, "EXACT_BYTES", 1000)
    return cloud


@pytest.mark.parametrize("metric", ["cosine", "dot", "euclidean"])
def test_beyond_the_exact_size_an_index_finds_them(large, metric):
    assert search.known_index(large, metric) is None
    steps = []
    built = ec.index(large, metric, progress=lambda done, total, what="": steps.append(what))
    assert not built.is_exact
    assert built.recall >= 0.97
    assert "building the index" in steps
    shared = 0
    for at in range(0, 3000, 100):
        place, score = built.places(large.vectors[at], 10)
        expected, _ = brute_force(large, large.vectors[at], 10, metric)
        shared += len(set(place[0].tolist()) & set(expected.tolist()))
        # What it finds is measured exactly.
        true = pairwise(large.vectors[at][None], large.vectors[place[0]], metric)[0]
        np.testing.assert_allclose(score[0], true, rtol=1e-6)
    assert shared / 300 >= 0.95


def test_it_is_built_once_and_asked_by_nearest(large, monkeypatch):
    ec.index(large)
    restart()
    monkeypatch.setattr(search, "_build", lambda *_: pytest.fail("built again"))
    again = ec.index(large)
    assert not again.is_exact
    asked = []
    real = search._Kept.candidates
    monkeypatch.setattr(
        search._Kept, "candidates", lambda self, *rest: asked.append(1) or real(self, *rest)
    )
    assert ec.nearest(large, "i100", 2)[0].id == "i2000"
    assert asked


def test_neither_ids_nor_metric_are_on_disk(large, folder):
    ec.index(large)
    found = b"".join(
        str(path.relative_to(folder)).encode() + path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    )
    assert b"i2000" not in found
    assert large.fingerprint.encode() not in found


def test_it_is_built_in_the_background_from_the_second_question_on(large, monkeypatch):
    started = []
    monkeypatch.setattr(search, "index", lambda *rest: started.append(threading.current_thread()))
    for _ in range(4):
        assert ec.nearest(large, "i100", 2)[0].id == "i2000"
    for thread in started:
        thread.join(30)
    assert [thread.name for thread in started] == ["index"]


def test_where_nothing_can_be_kept_everything_is_compared(large, monkeypatch):
    monkeypatch.setenv("EMBEDDING_STORE_GB", "0")
    assert ec.index(large).is_exact
    monkeypatch.setenv("EMBEDDING_STORE_GB", str(2e5 / (1 << 30)))
    assert ec.index(large).is_exact
    assert ec.nearest(large, "i100", 2)[0].id == "i2000"


def test_what_an_index_cannot_find_is_compared(large, monkeypatch, folder):
    """Vectors without structure: looking into every cell is no index any more."""
    monkeypatch.setattr(search, "_WANTED_RECALL", 1.1)
    assert ec.index(large).is_exact
    monkeypatch.setattr(search, "_build", lambda *_: pytest.fail("tried again"))
    assert ec.index(large).is_exact


def test_a_damaged_index_is_built_again(large, folder):
    ec.index(large)
    hurt = list(folder.rglob("*.manifest"))
    for path in hurt:
        os.truncate(path, 10)
    assert hurt
    # Whoever has it open, and whoever opens it.
    assert ec.nearest(large, "i100", 2)[0].id == "i2000"
    restart()
    assert ec.nearest(large, "i100", 2)[0].id == "i2000"
    assert not ec.index(large).is_exact


def test_an_index_that_another_process_dropped_is_built_again(large, folder):
    ec.index(large)
    for path in folder.glob("tables/*"):
        shutil.rmtree(path)
    assert ec.nearest(large, "i100", 2)[0].id == "i2000"
    assert not ec.index(large).is_exact


def test_a_stop_leaves_nothing_behind(large, folder):
    with pytest.raises(Cancelled):
        ec.index(large, cancel=lambda: True)
    assert not list(folder.glob("tables/x-*"))
    assert store.notes() == ()
