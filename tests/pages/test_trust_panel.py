"""Trust beside the map, and the heatmap's marks: what is shown is what the core measures."""

from __future__ import annotations

import re
from importlib import import_module

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.quality import chance_levels
from ui import cached
from ui.disagreeing import compared_items
from ui.panels import heat, trust

# The package's name `quality` is the function.
quality_module = import_module("embedding_core.quality")
VECTORS = "pages/vectors.py"


@pytest.fixture(scope="module")
def digits():
    embedding = ec.embed(ec.SAMPLES["digits"].read())
    return embedding, ec.project(embedding, "pca")


def frame(page, first):
    """The table whose first column is called `first`."""
    return next(table.value for table in page.dataframe if table.value.columns[0] == first)


def test_the_panel_shows_the_figures_at_its_own_k(page, digits):
    shown = page(VECTORS, data="digits", map="pca", side="trust", **{"trust.k": "30"})
    found, chance = ec.quality(*digits, 30), chance_levels(1_797, 30)
    lines = shown.text.splitlines()
    assert f"{found.neighbor_recall:.0%} of true neighbours kept" in lines
    for name, label in (("trustworthiness", "trustworthiness"), ("continuity", "continuity")):
        assert f"{getattr(found, name):.3f} {label}".lstrip("0") in lines
        assert f"A random map: {chance[name]:.3f}.".replace("0.", ".") in shown.text
    low, high = (f"{end:.3f}".lstrip("0") for end in found.intervals["rank_correlation"])
    rho = f"{found.rank_correlation:.3f}".lstrip("0")
    assert f"{rho} order of all distances ({low} to {high})" in lines
    assert "How many of the 30 nearest" in shown.text
    assert shown.link["trust.k"] == "30"


def test_the_worst_placed_items_and_pairs_are_listed(page, digits):
    embedding, projection = digits
    shown = page(VECTORS, data="digits", map="pca", side="trust")
    found = ec.quality(embedding, projection)
    worst = np.argsort(found.point_trustworthiness + found.point_continuity, kind="stable")
    table = frame(shown, "Worst placed")
    assert table["Worst placed"].tolist() == [embedding.ids[i] for i in worst[: len(table)]]
    pairs = frame(shown, "Pair")
    expected = ec.disagreements(embedding, projection, compared_items(1_797), 10)
    assert pairs["Pair"].tolist() == [f"{pair.a} – {pair.b}" for pair in expected]
    assert set(pairs["Is"]) == {"torn", "pushed"}
    assert "among all 499,500 pairs of 1,000 items" in shown.text


def test_a_button_colours_the_map_by_a_figure(page):
    shown = page(VECTORS, data="digits", map="pca", side="trust")
    buttons = [button for button in shown.button if button.label == "Colour"]
    assert len(buttons) == 3
    buttons[1].click()
    assert shown.run().link["color"] == "?trustworthiness"
    assert [b.disabled for b in shown.button if b.label == "Colour"] == [False, True, False]


def test_few_items_have_fewer_neighbours_to_choose(page):
    shown = page(
        "pages/words.py",
        data="typed",
        map="pca",
        words="king, queen, man, woman, cat, dog, car",
        side="trust",
    )
    assert "How many of the 3 nearest" in shown.text
    (choice,) = (each for each in shown.button_group if each.label.startswith("Neighbours that"))
    assert choice.options == ["3"]


def test_of_three_items_the_panel_says_what_is_missing(page):
    shown = page("pages/words.py", data="typed", map="pca", words="king, queen, man", side="trust")
    assert "Trust is measured on 4 items or more" in shown.text


def test_a_link_to_a_k_that_is_not_offered_is_told(page):
    shown = page(VECTORS, data="digits", map="pca", side="trust", **{"trust.k": "7"})
    assert "There is no number of neighbours called '7'" in shown.text
    assert "trust.k" not in shown.link
    assert "How many of the 15 nearest" in shown.text


def test_of_thousands_the_figures_come_from_a_job(page):
    shown = page(VECTORS, data="frequent-words", map="pca", side="trust", **{"trust.k": "5"})
    embedding = ec.embed(ec.SAMPLES["frequent-words"].read())
    found = ec.quality(embedding, ec.project(embedding, "pca"), 5)
    assert f"{found.trustworthiness:.3f} trustworthiness".lstrip("0") in shown.text.splitlines()
    assert "of 1,000 items, evenly spaced" in shown.text


def test_of_more_a_sample_is_measured_and_colours_are_not_offered(page, monkeypatch):
    monkeypatch.setattr(quality_module, "EXACT_ITEMS", 1_000)
    monkeypatch.setattr(quality_module, "_SAMPLED_ITEMS", 200)
    cached.small_quality.clear()
    try:
        shown = page(VECTORS, data="digits", map="pca", side="trust", **{"trust.k": "50"})
    finally:
        # What was measured under these limits is not what others ask for.
        cached.small_quality.clear()
        trust._measured_inline.clear()
    assert "Of 1,797 items 200 were compared with all others" in shown.text
    line = next(line for line in shown.text.splitlines() if "neighbours kept (" in line)
    low, high = re.search(r"\(([\d.]+)% to ([\d.]+)%\)", line).groups()
    assert float(low) <= float(line.split("%")[0]) <= float(high)
    assert "Colour" not in [button.label for button in shown.button]


@pytest.mark.parametrize("disagree", ["0", "1"])
def test_the_heatmap_marks_the_pairs_that_the_map_places_most_wrongly(page, monkeypatch, disagree):
    drawn = []
    draw = heat.draw_heatmap
    monkeypatch.setattr(
        heat, "draw_heatmap", lambda *a, **more: (drawn.append((a, more)), draw(*a, **more))
    )
    link = {"data": "royalty", "map": "pca", "side": "heatmap", "disagree": disagree}
    page("pages/words.py", **link)
    (_, labels, _), more = drawn[-1]
    marked = {(labels[row], labels[col], kind) for row, col, kind in more["marked"]}
    embedding = ec.embed(ec.SAMPLES["royalty"].read(), "glove-6b-50d")
    found = ec.disagreements(embedding, ec.project(embedding, "pca"))
    expected = {(p.a, p.b, p.kind.split()[0]) for p in found}
    expected |= {(b, a, kind) for a, b, kind in expected}
    assert marked == (expected if disagree == "1" else set())
