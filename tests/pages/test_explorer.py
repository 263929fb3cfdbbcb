"""The shared panel: finding, isolating, and how the points look."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.finding import query_vector

WORDS, VECTORS = "pages/words.py", "pages/vectors.py"


def typed(page, words="king, queen, prince, apple, pear, banana", **link):
    return page(WORDS, data="typed", words=words, map="pca", **link)


def search(shown, text, way="letters"):
    name = next(box.key for box in shown.selectbox if box.key.endswith(":by"))
    shown.selectbox(key=name).set_value(way)
    shown.text_input(key=name.replace(":by", ":find")).set_value(text)
    return shown.run()


def selected(shown):
    found = shown.query_params.get("sel", [])
    return [found] if isinstance(found, str) else found


@pytest.mark.parametrize(
    ("text", "way", "found"),
    [
        ("p", "letters", ["prince", "apple", "pear"]),
        ("apple", "letters", ["apple"]),
        ("^p", "pattern", ["prince", "pear"]),
        ("^p.*[er]$", "pattern", ["prince", "pear"]),
    ],
)
def test_what_is_found_is_selected(page, text, way, found):
    assert selected(search(typed(page), text, way)) == found


def test_columns_are_searched_where_no_name_has_the_text(page):
    shown = search(page(WORDS, data="royalty", map="pca"), "kinship")
    table = ec.SAMPLES["royalty"].read()
    kin = [id_ for id_, group in zip(table.ids, table.table["group"], strict=True)
           if group == "kinship"]  # fmt: skip
    assert kin
    assert selected(shown) == kin


def test_nothing_found_is_said_and_a_bad_pattern_too(page):
    assert search(typed(page), "zzz").headline == "Nothing here has “zzz” in it."
    assert "cannot be read" in search(typed(page), "(", "pattern").headline


def test_meaning_selects_the_most_alike_and_reads_it(page):
    shown = search(typed(page), "fruit juice", "meaning")
    words = ec.embed(ec.words("king, queen, prince, apple, pear, banana"), "glove-6b-50d")
    likeness = words.vectors @ query_vector(words, "fruit juice")
    likeness /= np.linalg.norm(words.vectors, axis=1)
    best = words.ids[int(likeness.argmax())]
    assert shown.headline.startswith(f"Of 6 items, {best} is most like fruit juice")
    assert selected(shown)[0] == best
    again = typed(page, find="fruit juice", by="meaning")
    assert again.headline == shown.headline


def test_meaning_of_unknown_words_is_a_sentence(page):
    shown = search(typed(page), "qwrtzp", "meaning")
    assert "qwrtzp" in shown.headline
    assert not shown.exception


def test_meaning_is_offered_only_where_the_space_knows_text(page):
    shown = page(VECTORS, data="digits", map="pca")
    assert list(shown.selectbox(key="vectors:by").options) == ["Letters", "Pattern"]


def test_isolating_draws_the_selected_alone_and_all_come_back(page):
    chosen = ["king", "queen", "prince", "apple"]
    shown = typed(page, sel=chosen)
    next(button for button in shown.button if button.label == "Isolate").click()
    shown.run()
    assert shown.query_params["only"] == chosen
    assert "of 4 items" in shown.headline
    again = typed(page, only=chosen)
    assert "Of 4 items" in again.headline
    next(button for button in again.button if button.label == "Show all 6").click()
    assert "Of 6 items" in again.run().headline


def test_fewer_than_four_cannot_be_isolated(page):
    shown = typed(page, sel=["king", "queen", "prince"])
    assert next(button for button in shown.button if button.label == "Isolate").disabled


@pytest.mark.parametrize(
    "color", ["?trust", "?trustworthiness", "?continuity", "?clusters", "digit", "-"]
)
@pytest.mark.parametrize("size", ["-", "?trust"])
def test_every_colour_and_size_draws(page, color, size):
    shown = page(VECTORS, data="digits", map="pca", color=color, size=size, crowds="1")
    assert not shown.errors
    assert shown.link.get("size", "-") == size


@pytest.mark.parametrize("prep", list(ec.PREPROCESSINGS))
def test_vectors_are_prepared_before_anything_is_compared(page, prep):
    words = ec.embed(ec.words("king, queen, prince, apple, pear, banana"), "glove-6b-50d")
    prepared = ec.preprocess(words, prep)
    nearest = ec.nearest(prepared, "king", 1)[0].id
    shown = typed(page, sel=["king"], prep=prep)
    assert shown.headline.startswith(f"king is nearest to {nearest}")
    assert shown.link.get("prep", "raw") == prep


def test_meaning_is_prepared_like_the_items(page):
    shown = search(typed(page, prep="centered"), "fruit juice", "meaning")
    words = ec.embed(ec.words("king, queen, prince, apple, pear, banana"), "glove-6b-50d")
    centre = words.vectors.mean(axis=0)
    vector, vectors = query_vector(words, "fruit juice") - centre, words.vectors - centre
    likeness = vectors @ vector / np.linalg.norm(vectors, axis=1)
    assert f"{words.ids[int(likeness.argmax())]} is most like" in shown.headline
