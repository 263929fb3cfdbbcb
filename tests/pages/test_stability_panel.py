"""Is this cluster real: the map drawn again when asked for, and the map of the null twin."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import embedding_core as ec
from embedding_core.null import null_twin
from embedding_core.stability import VALID
from tests.pages.conftest import ROOT, Page

WORDS = "pages/words.py"


def press(shown, label):
    next(button for button in shown.button if button.label == label).click()
    return shown.run()


def table(shown, column):
    return next(found.value for found in shown.dataframe if column in found.value.columns)


@pytest.fixture
def drawn_again(page):
    """The royalty words, drawn again by UMAP in few rounds."""
    shown = page(WORDS, data="royalty", map="umap", side="stability", **{"umap.n_epochs": "50"})
    # Another test may have asked for it in this process already.
    asks = any(button.label == "Draw it again" for button in shown.button)
    return press(shown, "Draw it again") if asks else shown


@pytest.fixture(scope="module")
def stable():
    """What the core says of the same words."""
    words = ec.embed(ec.SAMPLES["royalty"].read(), "glove-6b-50d")
    return words, ec.stability(words, ec.project(words, "umap", n_epochs=50))


def test_it_starts_when_asked_for_and_reads_what_was_measured(drawn_again, stable):
    _, expected = stable
    survived = int((expected.cluster_survival >= VALID).sum())
    assert (
        f"{survived} of {expected.n_clusters} clusters survive when the map is drawn again 9 times"
    ) in drawn_again.text
    assert f"keeps {expected.agreement.mean():.0%} of its {expected.k} neighbours" in (
        drawn_again.text
    )
    found = table(drawn_again, "In words")
    np.testing.assert_allclose(found["Survival"], np.sort(expected.cluster_survival), atol=0.006)
    assert sorted(found["Items"]) == sorted(np.bincount(expected.codes[expected.codes >= 0]))
    changed = table(drawn_again, "Changed")
    assert list(changed["Changed"]) == [
        "Random start (3 runs)",
        "Another seed (2 runs)",
        "Other settings (4 runs)",
    ]
    assert changed["Wander"][0] == pytest.approx(
        np.median(expected.of("start").wander_share), abs=0.006
    )


def test_what_was_measured_is_still_there_and_its_choices_stand_in_the_link(drawn_again):
    drawn_again.selectbox(key="words:real-color").set_value("wander")
    drawn_again.selectbox(key="words:run").set_value("Seed 2")
    drawn_again.toggle(key="words:halos").set_value(False)
    drawn_again.run()
    asked = {name: drawn_again.link[name] for name in ("real-color", "run", "halos")}
    assert asked == {"real-color": "wander", "run": "Seed 2", "halos": "0"}


def test_another_visitor_finds_it_and_starts_nothing(drawn_again, page):
    link = {"data": "royalty", "map": "umap", "side": "stability", "umap.n_epochs": "50"}
    shown = page(WORDS, **link, **{"real-color": "survival", "run": "Neighbours 30"})
    assert "when the map is drawn again 9 times" in shown.text
    assert (shown.link["real-color"], shown.link["run"]) == ("survival", "Neighbours 30")
    other = page(WORDS, **{**link, "seed": "3"})
    assert "Draws it 9 times" in other.text
    assert not list(other.dataframe)


def test_few_items_are_told(page):
    shown = page(WORDS, data="typed", words="king, queen, apple", map="pca", side="stability")
    assert "measured on 10 items or more" in shown.text
    assert not [button for button in shown.button if button.label == "Draw it again"]


def test_pca_is_drawn_of_items_drawn_anew(page):
    shown = press(page(WORDS, data="royalty", map="pca", side="stability"), "Draw it again")
    assert "its axes were found anew from items drawn with replacement" in shown.text
    assert list(table(shown, "Changed")["Changed"]) == ["Items drawn anew (20 runs)"]


@pytest.mark.parametrize("kind", ec.NULL_MODELS)
def test_the_twins_figures_stand_beside_the_maps(page, kind):
    link = {"side": "stability", "real": "twin", "twin": kind, "twin-seed": "2"}
    shown = page(WORDS, data="royalty", map="pca", **link)
    words = ec.embed(ec.SAMPLES["royalty"].read(), "glove-6b-50d")
    twin = null_twin(words, kind, 2)
    expected = ec.quality(twin, ec.project(twin, "pca"))
    found = table(shown, "Twin").set_index("")
    assert found.loc["Trustworthiness", "Twin"] == f"{expected.trustworthiness:.2f}"
    assert found.loc["Trustworthiness", "This map"] != found.loc["Trustworthiness", "Twin"]
    n = int(found.loc["Clusters", "Twin"])
    assert (f"The twin shows {n} cluster" in shown.text) == bool(n)
    assert (shown.link["twin-seed"], shown.link["real"]) == ("2", "twin")


def test_another_twin_is_another_draw(page):
    shown = page(WORDS, data="royalty", map="pca", side="stability", real="twin")
    before = table(shown, "Twin")
    press(shown, "Draw another")
    assert shown.link["twin-seed"] == "1"
    assert not table(shown, "Twin").equals(before)
    assert table(shown, "Twin")["This map"].equals(before["This map"])


def test_a_twin_of_very_few_items_is_no_crash(page):
    shown = page(
        WORDS, data="typed", words="king, queen, apple", map="pca", side="stability", real="twin"
    )
    assert "no clusters to doubt" in shown.text
    assert set(table(shown, "Twin")["Twin"][:2]) == {"too few items"}


def test_a_link_that_asks_for_what_is_not_there_is_told(page):
    shown = page(WORDS, data="royalty", map="pca", side="stability", real="oracle")
    assert "The link could not be followed in full" in shown.text
    shown = page(
        WORDS, data="royalty", map="pca", side="stability", real="twin", **{"twin-seed": "-4"}
    )
    assert "twin-seed got '-4'" in shown.text.replace("\\", "")


def test_it_stops_and_starts_again():
    test = AppTest.from_file(ROOT / WORDS, default_timeout=60)
    link = {"data": "royalty", "map": "umap", "side": "stability", "umap.n_epochs": "1950"}
    for name, value in {**link, "seed": "21"}.items():
        test.query_params[name] = value
    shown = Page(test).run()

    def click(label):
        next(button for button in test.button if button.label == label).click()
        test.run()

    click("Draw it again")
    click("Stop")
    assert "Drawing it again was stopped before it ended" in shown.text
    assert not list(test.dataframe)
    click("Start again")
    assert shown.waits
    assert "when the map is drawn again 9 times" in shown.run().text
