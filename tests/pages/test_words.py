"""The Words page: every question answers about the words at hand."""

from __future__ import annotations

import pytest

import embedding_core as ec
from embedding_core.similarity import METRICS

WORDS = "pages/words.py"


def typed(page, words, **link):
    return page(WORDS, data="typed", words=words, map="pca", **link)


@pytest.mark.parametrize("sample", [s.name for s in ec.SAMPLES.values() if s.unit == "word"])
def test_every_built_in_list_opens(page, sample):
    shown = page(WORDS, data=sample, map="pca")
    assert not shown.errors
    assert "nearest to each other" in shown.headline


@pytest.mark.parametrize("name", list(ec.PROJECTORS))
@pytest.mark.parametrize("dims", ["2", "3"])
def test_every_projector_draws(page, name, dims):
    shown = page(WORDS, data="royalty", map=name, dims=dims)
    assert not shown.errors
    assert "boys and girls" in shown.headline


def test_nearest_is_the_nearest_of_the_vocabulary(page):
    shown = page(WORDS, ask="nearest", of="france")
    expected = ec.nearest_words(ec.load("glove-6b-50d"), "france", 1)[0]
    assert shown.headline.startswith(f"{expected.id} is the nearest to france of 400,000 words")


@pytest.mark.parametrize("metric", METRICS)
def test_nearest_follows_the_metric(page, metric):
    shown = page(WORDS, ask="nearest", of="france", metric=metric)
    expected = ec.nearest_words(ec.load("glove-6b-50d"), "france", 12, metric)
    assert list(shown.dataframe[0].value["Word"]) == [neighbor.id for neighbor in expected]


def test_analogy_leaves_the_inputs_out_until_they_are_let_in(page):
    shown = page(WORDS, ask="analogy")
    assert shown.headline.startswith("queen is the nearest of 400,000 words to king − man + woman")
    assert "With the inputs let in, the nearest of all is king" in shown.text
    shown.toggle(key="words:inputs").set_value(True)
    shown.run()
    assert shown.headline.startswith("king is the nearest")
    assert shown.link["inputs"] == "1"


def test_axis_orders_words_between_the_poles(page):
    shown = page(WORDS, ask="axis", data="typed", words="boy, girl, brother, sister")
    model = ec.load("glove-6b-50d")
    axis = ec.semantic_axis(model, ["man", "he", "his"], ["woman", "she", "her"])
    words = ec.embed(ec.words("boy, girl, brother, sister"), "glove-6b-50d")
    places = dict(zip(words.ids, axis.positions(words.vectors), strict=True))
    first, last = min(places, key=places.get), max(places, key=places.get)
    assert first in {"boy", "brother"}
    assert f": {first} (" in shown.headline
    assert f"and {last} (" in shown.headline


def test_two_axes_make_a_plane(page):
    shown = page(WORDS, ask="axis", plane="1")
    assert "The two axes have a cosine of" in shown.text


def test_odd_one_out(page):
    shown = page(WORDS, ask="odd")
    assert shown.headline.startswith("cereal belongs least to these 4 words")


def test_unknown_words_are_named_with_what_can_be_done(page):
    shown = typed(page, "king, queen, prince, qwrtzp, blorpified")
    assert "2 items left out, “qwrtzp”, “blorpified”: not among the 400,000 words" in shown.text
    assert "FastText" in shown.text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "No words were found"),
        (" , ,\n", "No words were found"),
        ("qwrtzp, blorpified", "None of the 2 items has a vector"),
    ],
)
def test_nothing_to_show_is_a_sentence(page, words, said):
    shown = typed(page, words)
    assert len(shown.errors) == 1
    assert said in shown.errors[0]


def test_one_word_stands_alone(page):
    assert "king is alone here" in typed(page, "king").headline


@pytest.mark.parametrize("name", ["umap", "tsne"])
@pytest.mark.parametrize("words", ["king, queen", "king, queen, apple"])
def test_too_few_words_fall_back_and_say_so(page, name, words):
    shown = page(WORDS, data="typed", words=words, map=name)
    assert "the map shows the plain PCA picture" in shown.text


def test_markup_in_words_is_text(page):
    shown = typed(page, "<b>king</b>, **queen**, king, queen, :material/home:, $x$", sel="king")
    assert not shown.errors
    raw = "".join(element.value for element in [*shown.markdown, *shown.caption])
    assert r"\*\*queen\*\*" in raw
    assert r"\<b\>king\</b\>" in raw.replace(r"\/", "/")


def test_other_scripts_and_emoji_are_kept_where_known(page):
    shown = typed(page, "königin, 京都, 👩‍🔬, שלום, king, queen")
    assert "left out" in shown.text
    assert not shown.errors


def test_each_question_takes_words_it_does_not_know(page):
    for link in (
        {"ask": "nearest", "of": "qwrtzp"},
        {"ask": "analogy", "a": "qwrtzp"},
        {"ask": "axis", "x-low": "qwrtzp"},
        {"ask": "odd", "of-these": "qwrtzp king"},
    ):
        shown = page(WORDS, **link)
        assert any("qwrtzp" in error or "at least three" in error for error in shown.errors), link


def test_a_hand_edited_link_is_told_and_the_rest_is_kept(page):
    shown = page(
        WORDS, data="nosuch", model="glove", map="umap", ask="near", sel="king", side="table",
        **{"umap.n_neighbors": "many", "color": "gender"},
    )  # fmt: skip
    assert "There is no data set called 'nosuch'" in shown.text
    assert "There is no model called 'glove'" in shown.text
    assert "n_neighbors got 'many'" in shown.text
    assert shown.selectbox(key="words:color").value == "gender"
    assert shown.link == {"color": "gender", "sel": "king", "side": "table"}
    assert shown.headline.startswith("king is nearest to prince")


def test_a_link_carries_the_whole_view(page):
    first = page(WORDS)
    first.selectbox(key="words:data").set_value("animals")
    first.run()
    first.selectbox(key="words:metric").set_value("euclidean")
    first.number_input(key="words:umap.n_neighbors").set_value(7)
    first.run()
    assert first.link == {"data": "animals", "metric": "euclidean", "umap.n_neighbors": "7"}
    again = page(WORDS, **first.link)
    assert again.selectbox(key="words:data").value == "animals"
    assert again.number_input(key="words:umap.n_neighbors").value == 7
    assert again.headline == first.headline


def test_choices_are_still_there_after_another_page(page):
    front = page("app.py")
    front.test.switch_page(WORDS)
    front.run().selectbox(key="words:data").set_value("food")
    front.run()
    headline = front.headline
    front.test.switch_page("pages/vectors.py")
    front.run()
    front.test.switch_page(WORDS)
    front.run()
    assert front.selectbox(key="words:data").value == "food"
    assert front.headline == headline


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("wordsim-353", "people's correlate by"),
        ("simlex-999", "people's correlate by"),
        ("google-analogies", "first answer is right in"),
    ],
)
def test_the_model_is_put_to_the_test(page, test, said):
    assert set(ec.TESTS) == {"wordsim-353", "simlex-999", "google-analogies"}
    shown = page(WORDS, ask="judge", test=test)
    assert said in shown.headline
    assert "95% interval" in shown.headline
    assert "It knows all words of" in shown.text
