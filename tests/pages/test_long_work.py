"""Maps and trainings that take a while: stopped, started again, and nobody behind them."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

import embedding_core as ec
from tests.pages.conftest import ROOT

WORDS = "pages/words.py"
VECTORS = "pages/vectors.py"
LONG = {"model": "word2vec", "map": "pca", "data": "typed", "words": "king, queen, apple"}
TEXT = "\n".join(["the king rules the land", "the queen rules it", "we eat the apple"] * 15)
SHORT = {**LONG, "corpus": "paste", "text": TEXT, "word2vec.min_count": "1"}


def visit(path, **link):
    """Open a page as a visitor of one's own, and do not wait for its work."""
    test = AppTest.from_file(ROOT / path, default_timeout=60)
    for name, value in link.items():
        test.query_params[name] = value
    return again(test)


def again(test):
    test.run()
    assert not test.exception, [error.value for error in test.exception]
    return test


def buttons(test):
    return {button.label for button in test.button}


def press(test, label):
    next(button for button in test.button if button.label == label).click()
    return again(test)


@pytest.fixture
def training():
    """A training of minutes, on its way for one visitor; ended when the test has."""
    tests = []

    def start(seed):
        test = visit(WORDS, **LONG, **{"word2vec.epochs": "50", "model.seed": str(seed)})
        tests.append(test)
        return press(test, "Train")

    yield start
    for test in tests:
        if "Stop" in buttons(again(test)):
            press(test, "Stop")


def test_a_map_that_is_stopped_stays_stopped_until_it_is_wanted():
    shown = visit(VECTORS, data="frequent-words", map="tsne", seed="17", color="?trust")
    assert "Stop" in buttons(shown)
    press(shown, "Stop")
    for _ in range(3):
        assert "Start again" in buttons(again(shown))
        assert "Stop" not in buttons(shown)
    assert any("t\\-SNE was stopped; this is PCA" in text.value for text in shown.caption)
    assert shown.selectbox(key="vectors:color").value == "?trust"
    press(shown, "Start again")
    assert "Stop" in buttons(again(shown))
    press(shown, "Stop")


def test_nobody_waits_behind_the_trainings_of_others(training):
    for seed in (101, 102):
        assert "Stop" in buttons(training(seed))
    front = visit("app.py")
    assert any("closer to" in text.value for text in front.markdown)
    assert any("nearest" in text.value for text in visit(WORDS, data="food", map="pca").markdown)


def test_a_training_that_is_stopped_waits_for_its_button(training):
    first = training(103)
    other = visit(WORDS, **LONG, **{"word2vec.epochs": "50", "model.seed": "103"})
    assert "Stop" in buttons(other)
    press(first, "Stop")
    assert "Train" in buttons(again(first))
    assert "Stop" in buttons(again(other)), "It goes on for whoever still waits."
    press(first, "Train")
    assert "Stop" in buttons(first)
    press(other, "Stop")
    press(first, "Stop")


def test_another_model_can_be_looked_at_during_a_training(training):
    shown = training(104)
    shown.selectbox(key="words:model").set_value("glove-6b-50d")
    again(shown)
    assert "Stop" not in buttons(shown)
    assert any("king" in text.value for text in shown.markdown)
    shown.selectbox(key="words:model").set_value("word2vec")
    assert "Stop" in buttons(again(shown))


def test_other_words_are_answered_by_the_same_training(page):
    shown = page(WORDS, **SHORT, train="1")
    assert "Of 3 items" in shown.headline
    shown.text_area(key="words:words").set_value("king, land")
    shown.run()
    assert "Of 2 items" in shown.headline
    embedding = ec.embed(ec.words("king, land"), "word2vec", corpus=ec.Corpus(TEXT), min_count=1)
    value = float(ec.similarity(embedding)[0, 1])
    assert f"{abs(value):.3f}".lstrip("0") in shown.headline
