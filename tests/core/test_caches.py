"""What is kept, what is forgotten, and that nothing is made twice."""

from __future__ import annotations

import threading

import pytest

from embedding_core.cache import ByteLRU, OnceCache


def test_the_least_used_goes_when_room_is_needed():
    cache = ByteLRU(100)
    cache.put("a", 1, 40)
    cache.put("b", 2, 40)
    assert cache.get("a") == 1
    cache.put("c", 3, 40)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)
    assert len(cache) == 2


def test_a_value_put_again_counts_once_and_one_too_large_not_at_all():
    cache = ByteLRU(100)
    for size in (60, 70, 80):
        cache.put("a", size, size)
    cache.put("b", "small", 20)
    assert (cache.get("a"), cache.get("b")) == (80, "small")
    cache.put("c", "huge", 101)
    assert cache.get("c") is None
    assert len(cache) == 2
    cache.clear()
    assert (len(cache), cache.get("a")) == (0, None)


def test_a_value_is_made_once_however_many_ask():
    cache, made, inside = OnceCache(2), [], threading.Event()
    release = threading.Event()
    found = []

    def make():
        made.append(1)
        inside.set()
        assert release.wait(30)
        return object()

    threads = [
        threading.Thread(target=lambda: found.append(cache.get("k", make))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    assert inside.wait(30)
    # Others are made meanwhile.
    assert cache.get("other", lambda: 7) == 7
    release.set()
    for thread in threads:
        thread.join(30)
    assert len(made) == 1
    assert len(set(map(id, found))) == 1


def test_an_error_passes_through_and_is_not_kept():
    cache = OnceCache(2)

    def fail():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cache.get("k", fail)
    assert cache.get("k", lambda: 5) == 5
    assert not cache._making


def test_the_least_used_value_goes_first():
    cache = OnceCache(2)
    for key in "ab":
        cache.get(key, lambda key=key: key)
    cache.get("a", lambda: pytest.fail("a is kept"))
    cache.get("c", lambda: "c")
    assert cache.get("a", lambda: "new") == "a"
    assert cache.get("b", lambda: "new") == "new"
    cache.clear()
    assert cache.get("a", lambda: "new") == "new"
