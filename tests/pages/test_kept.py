"""After a restart of the server the pages go on, and one visitor's work is no other's."""

from __future__ import annotations

import pytest
import streamlit as st

import embedding_core as ec
from embedding_core import kept, store
from embedding_core.embedders import word2vec

WORDS = "pages/words.py"
TEXT = "\n".join(
    ["the king rules the land", "the queen rules the land", "we eat the apple", "we eat the pear"]
    * 15
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A store that is switched on."""
    monkeypatch.setenv("EMBEDDING_HOME", str(tmp_path))
    monkeypatch.setenv("EMBEDDING_STORE_GB", "1")
    restart()
    yield tmp_path / "store"
    restart()


def restart():
    """Forget what a new server would not know."""
    st.cache_resource.clear()
    kept.forget()
    word2vec._TRAINED.clear()
    store._opened.cache_clear()


def trained(page, name, **more):
    settings = {f"{name}.{key}": value for key, value in
                {"min_count": "1", "vector_size": "12", "epochs": "3"}.items()}  # fmt: skip
    link = {
        "model": name, "corpus": "paste", "text": TEXT, "data": "typed", "map": "pca",
        "words": "king, queen, apple, pear", "train": "1", "sel": "king", **settings, **more,
    }  # fmt: skip
    return page(WORDS, **{key: value for key, value in link.items() if value is not None})


@pytest.mark.parametrize("name", ["word2vec", "fasttext"])
def test_a_training_is_there_after_a_restart(page, monkeypatch, name):
    first = trained(page, name)
    assert first.headline.startswith("king is nearest to")
    restart()
    monkeypatch.setattr(
        type(ec.EMBEDDERS[name]), "_train", lambda *_: pytest.fail("it was trained again")
    )
    again = trained(page, name)
    assert not again.errors
    assert again.headline == first.headline


def test_a_visitor_without_the_text_gets_nothing_of_it(page, folder):
    headline = trained(page, "word2vec").headline
    tables = [path.name.removesuffix(".lance") for path in folder.glob("tables/*")]
    assert tables
    restart()
    # Another text to learn from would be learned for long, and is no way to the first one's.
    elsewhere = {"train": None}
    for guess in ({}, {"trained": "1"}, {"text": "the king"}, {"word2vec.path": tables[0]},
                  {"data": tables[0]}, {"corpus": tables[0], **elsewhere}):  # fmt: skip
        other = trained(page, "word2vec", **{"text": None, **guess})
        assert other.headline != headline
        shown = other.text + "".join(other.errors)
        assert "rules the land" not in shown
        assert folder.as_posix() not in shown


def test_a_store_that_cannot_be_written_is_said_and_stops_nothing(page, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("EMBEDDING_HOME", str(tmp_path / "file"))
    shown = trained(page, "word2vec")
    assert shown.headline.startswith("king is nearest to")
    assert shown.text.count("Vectors are not kept for the next time") == 1
    assert str(tmp_path) not in shown.text
