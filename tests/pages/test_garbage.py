"""Loaded libraries are not looked through for garbage after every run of a page."""

from __future__ import annotations

import gc
import sys

import pytest

from ui import garbage


class Marker:
    pass


@pytest.fixture(autouse=True)
def searched():
    """Begin with nothing taken out, and leave nothing so."""
    gc.unfreeze()
    garbage._freeze.cache_clear()
    yield
    gc.unfreeze()
    garbage._freeze.cache_clear()


def is_searched(thing):
    return any(found is thing for found in gc.get_objects())


def test_a_page_takes_what_is_loaded_out_of_the_search(page):
    library = Marker()
    assert is_searched(library)
    page("pages/words.py", map="pca")
    assert not is_searched(library)


def test_what_comes_later_is_searched_until_another_library_is_loaded(monkeypatch):
    garbage.settle()
    own = Marker()
    garbage.settle()
    assert is_searched(own)
    for at in range(garbage._MANY):
        monkeypatch.setitem(sys.modules, f"a_library.part{at}", sys)
    garbage.settle()
    assert not is_searched(own)
