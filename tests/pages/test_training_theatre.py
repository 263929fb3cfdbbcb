"""The training page: what is trained is what the app embeds with, and what is said of it is so."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import embedding_core as ec
from embedding_core import theatre
from embedding_core.small_world import small_world
from embedding_core.theatre import Recorder
from tests.pages.conftest import ROOT
from ui.map import Arrows, Geometry

PAGE = "pages/training.py"
SMALL = {"words.epochs": "10", "words.vector_size": "12"}
ANIMALS = "\n".join(["the cat eats fish", "the dog eats meat", "a cat and a dog sleep"] * 20)


def watched(text, **settings):
    """Train the same by the core alone; return ids and moments."""
    corpus = ec.Corpus(text)
    spec, recorder = ec.EMBEDDERS["word2vec"], Recorder()
    params = {p.name: p.default for p in spec.params}
    params |= {"rate": 0.05, "window": 3, "min_count": 1, "vector_size": 12, "epochs": 10}
    words = ec.words("\n".join(corpus.vocabulary(1)))
    spec.fit(words, {**params, **settings}, corpus=corpus, on_frame=recorder)
    return words.ids, recorder.play()


def test_the_sentence_names_who_came_nearest(page):
    shown = page(PAGE, **SMALL, watch="queen")
    assert not shown.errors
    ids, play = watched(small_world().text)
    nearest = theatre.company(play.vectors[[0, -1]], ids.index("queen"), 1).items[:, 0]
    first, last = (ids[at] for at in nearest)
    assert shown.headline == f"queen is nearest to {last}; at first it was {first}"
    assert f"{len(play)} pictures of it were kept" in shown.text
    assert shown.link == {**SMALL, "watch": "queen"}


def test_without_negatives_the_page_says_that_all_collapsed(page):
    shown = page(PAGE, **{**SMALL, "words.epochs": "40", "words.negative": "0"})
    _, play = watched(small_world().text, negative=0, epochs=40)
    cosine = theatre.spread(play.vectors[-1:]).cosine[0]
    assert cosine > 0.9
    assert f"Collapse: the mean cosine of all pairs is {cosine:.2f}" in shown.headline


def test_the_text_can_be_changed_and_a_setting_starts_anew(page):
    shown = page(PAGE, text=ANIMALS, watch="cat", **SMALL)
    assert shown.headline.startswith("cat is nearest to ")
    ids, play = watched(ANIMALS, rate=0.25)
    shown.number_input(key="training:words.rate").set_value(0.25)
    shown.run()
    nearest = theatre.company(play.vectors[-1:], ids.index("cat"), 1).items[0, 0]
    assert shown.headline.startswith(f"cat is nearest to {ids[nearest]}")
    assert shown.link["words.rate"] == "0.25"
    shown.text_area(key="training:text").set_value(" ... ")
    shown.run()
    assert any("no words in it" in error for error in shown.errors)


def test_one_step_is_of_a_word_that_is_met_near(page):
    shown = page(PAGE, text=ANIMALS, watch="fish", step="1", **SMALL)
    near = shown.selectbox(key="training:context")
    # Within three words of it, and nothing else.
    assert set(near.options) == {"the", "cat", "eats"}
    assert "thick arrow is the sum" in shown.text
    button = next(button for button in shown.button if button.label == "Draw others")
    button.click()
    shown.run()
    assert shown.link["draw"] == "1"


@pytest.mark.parametrize(
    "link",
    [
        {"of": "graph", "graph.epochs": "2"},
        {"of": "gcn", "gcn.epochs": "20"},
        {"of": "ratings", "ratings.rounds": "3"},
        {"of": "pictures", "pictures.epochs": "1"},
    ],
    ids=lambda link: link["of"],
)
def test_graphs_ratings_and_pictures_are_trained_too(page, link):
    shown = page(PAGE, **link)
    assert not shown.errors
    assert " is nearest to " in shown.headline or "Collapse" in shown.headline
    assert shown.link == link


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ({"words.rate": "-1"}, "rate got '-1'"),
        ({"watch": "nobody", **SMALL}, "nobody"),
        ({"of": "dreams", **SMALL}, "dreams"),
        ({"draw": "x", "step": "1", **SMALL}, "draw got 'x'"),
    ],
)
def test_a_link_that_asks_for_what_is_not_there_is_told(page, link, told):
    shown = page(PAGE, **link)
    assert not shown.errors
    assert told in shown.text


def test_words_that_are_too_rare_are_a_sentence(page):
    shown = page(PAGE, text="one two three", **{"words.min_count": "5"})
    assert any("No word occurs 5 times or more" in error for error in shown.errors)


def test_a_text_of_one_word_is_a_sentence(page):
    shown = page(PAGE, text="alone", **SMALL)
    assert any("nobody to be told from" in error for error in shown.errors)


def test_a_training_that_is_stopped_shows_what_came_of_it(page, monkeypatch):
    from ui.training import rehearsal

    monkeypatch.setattr(rehearsal, "_PATIENCE", 0.01)
    test = AppTest.from_file(ROOT / PAGE, default_timeout=60)
    # Far more than is learned in a moment.
    for name, value in {"words.epochs": "200", "words.vector_size": "600"}.items():
        test.query_params[name] = value
    test.run()
    stop = next(button for button in test.button if button.label == "Stop")
    assert any("in training" in part.value for part in test.markdown)
    stop.click()
    test.run()
    assert not test.exception
    assert any("was stopped; this is what came of it" in part.value for part in test.caption)
    assert any(button.label == "Start again" for button in test.button)


def test_arrows_and_windows_of_a_map_are_checked_and_packed():
    points = np.zeros((3, 2), np.float32)
    whole = Geometry(points, ["a", "b", "c"], bounds=(-1, 1, -1, 1))
    assert b'"bounds": [-1, 1, -1, 1]' in whole.payload.data
    assert b"bounds" not in Geometry(points, ["a", "b", "c"]).payload.data
    feet = np.zeros((4, 2, 2), np.float32)
    looks = [(None, 3.0), ("#0072b2", 1.5)]
    packed = Arrows(feet, feet + 1, looks, [(1, "<b>")]).payload
    assert b'"names": [[1, "<b>"]]' in packed.data
    with pytest.raises(ValueError, match="1 arrows from"):
        _ = Arrows(feet, feet + 1, looks[:1]).payload
    with pytest.raises(ValueError, match="finite"):
        _ = Arrows(feet, feet + np.inf, looks).payload
