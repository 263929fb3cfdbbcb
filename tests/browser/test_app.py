"""The app's main flows in a real Chromium: front page, words, vectors, links, take-away."""

from __future__ import annotations

import io
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

import embedding_core as ec

KING = "king is closer to queen (.784) than to apple (.305)"


def headline(page, text):
    """Wait for the sentence that reads the data."""
    page.locator("h3, h5").filter(has_text=re.compile(text)).first.wait_for()


def drawn(page, count=1):
    page.wait_for_function(
        "n => document.querySelectorAll('.ex-view[data-drawn]').length >= n", arg=count
    )


def link(page):
    return parse_qs(urlsplit(page.url).query)


def choose(page, label, option):
    """Pick an option of a select box."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def click_point(page, item):
    """Click the middle of a point, on a map small enough for SVG."""
    box = page.locator(".scatterlayer .point").nth(item).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_front_page_shows_king_queen_apple_and_answers_a_click(visit, idle):
    page = visit()
    headline(page, re.escape(KING))
    drawn(page, 2)
    stage = page.locator(".ex-stage").first.bounding_box()
    page.mouse.click(stage["x"] + stage["width"] * 0.45, stage["y"] + stage["height"] * 0.3)
    headline(page, r"have a similarity of|is closer to")
    idle(page)
    assert len(link(page)["sel"]) in (1, 2)


def test_doors_lead_to_every_page(visit, idle):
    page = visit()
    page.locator("[data-testid='stMain']").get_by_role("link", name="Words").click()
    headline(page, "nearest to each other")
    page.get_by_role("link", name="Vectors").click()
    headline(page, "Of 1,797 items")
    idle(page)


def test_a_cold_deep_link_opens_its_view(fresh_server, page, idle):
    server = fresh_server()
    page.goto(server.at("words?data=animals&map=pca&metric=euclidean&sel=bat&side=heatmap"))
    headline(page, r"^bat is nearest to")
    drawn(page, 2)
    idle(page)
    assert page.get_by_text("Euclidean distance").first.is_visible()
    assert link(page)["sel"] == ["bat"]


def test_selecting_on_the_map_fills_the_inspector_and_the_link(visit, idle):
    page = visit("words?map=pca&color=-")
    drawn(page)
    click_point(page, 0)
    headline(page, r"^king is nearest to prince")
    idle(page)
    assert page.locator("h4").inner_text() == "king"
    assert link(page)["sel"] == ["king"]
    page.reload()
    headline(page, r"^king is nearest to prince")
    idle(page)


def test_umap_takes_the_place_of_pca_and_says_how_far_to_trust_it(visit, idle):
    page = visit("words?data=food")
    drawn(page)
    badge = page.locator(".ex-badge-button")
    badge.filter(has_text=re.compile(r"keeps \d+% of true neighbours · trustworthiness 0\.\d\d"))
    # The axes of PCA mean something and are drawn; those of UMAP are not.
    page.locator(".xtitle").wait_for(state="detached", timeout=120_000)
    idle(page)
    badge.click()
    assert page.get_by_text("by chance it would be").is_visible()


def test_markup_in_words_is_text_everywhere(visit, idle):
    words = "king,queen,%3Cb%3Eking%3C%2Fb%3E,**queen**,%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    page = visit(f"words?data=typed&words={words}&map=pca")
    drawn(page)
    page.get_by_text("2 items left out").wait_for()
    notes = page.locator("[data-testid='stCaptionContainer']").filter(has_text="left out").first
    assert "“<b>king</b>”, “**queen**”" in notes.inner_text()
    assert page.locator("[data-testid='stMain'] img[src='x']").count() == 0


def test_a_question_is_kept_in_the_link_and_after_another_page(visit, idle):
    page = visit("words?ask=analogy&a=france&b=paris&c=germany")
    headline(page, r"^berlin is the nearest of 400,000 words to germany − france \+ paris")
    page.get_by_text("Let A, B and C be answers too").click()
    page.wait_for_url(re.compile("inputs=1"))
    idle(page)
    page.get_by_role("link", name="Vectors").click()
    headline(page, "Of 1,797 items")
    idle(page)
    page.locator("[data-testid='stSidebar']").get_by_role("link", name="Words").click()
    headline(page, r"germany − france \+ paris")
    idle(page)
    assert link(page)["inputs"] == ["1"]


def test_training_shows_progress_and_ends_in_a_map(visit, idle):
    page = visit("words?model=word2vec&map=pca&word2vec.epochs=1&word2vec.vector_size=20")
    page.get_by_text("nothing is learned yet").wait_for()
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text(re.compile("epoch 1 of 1")).wait_for()
    page.get_by_text(re.compile("epoch 1 of 1")).wait_for(state="detached", timeout=180_000)
    drawn(page)
    headline(page, "nearest to each other")
    idle(page, timeout=120)
    assert link(page)["train"] == ["1"]


def test_a_training_can_be_stopped_and_started_again(visit, idle):
    page = visit("words?model=fasttext&map=pca&fasttext.epochs=50&data=calendar")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text(re.compile("epoch 1 of 50")).wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Train", exact=True).wait_for(timeout=60_000)
    idle(page)


def loaded(page):
    """Wait for a transformer: the first one of a server takes a while on a busy machine."""
    stop = page.get_by_role("button", name="Stop", exact=True)
    stop.wait_for(state="detached", timeout=180_000)


def test_a_question_to_the_map_is_dropped_on_it_and_answered(visit, idle):
    page = visit("sentences?map=pca")
    loaded(page)
    headline(page, "nearest to each other")
    drawn(page)
    field = page.get_by_placeholder("Ask: type any sentence")
    field.fill("Which planet has rings?")
    field.press("Enter")
    headline(page, r"^Of 64 items, Saturn's rings .* is most like Which planet has rings")
    idle(page)
    assert link(page)["find"] == ["Which planet has rings?"]
    assert len(link(page)["sel"]) == 10
    assert page.get_by_text("The hollow diamond is what you asked for").is_visible()
    page.get_by_role("button", name="Clear the question").click()
    headline(page, "nearest to each other")
    idle(page)
    assert link(page) == {"map": ["pca"]}


def test_a_word_parts_into_its_senses_with_depth(visit, idle):
    page = visit("sentences?ask=inside&data=topics")
    loaded(page)
    page.get_by_role("button", name=re.compile("Words with several senses")).click()
    headline(page, r"^In layer 6, 8 of 8 occurrences of bank")
    drawn(page, 2)
    idle(page)
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    headline(page, r"^Before the first layer, 5 of 8 occurrences of bank")
    idle(page)
    assert link(page) == {"ask": ["inside"], "layer": ["0"]}
    page.get_by_text("Why are two alike?").click()
    headline(page, r"^Without .* the likeness (falls|rises) from")
    idle(page)


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def test_vectors_upload_explore_and_take_away(visit, idle, open_page, tmp_path):
    page = visit("vectors?data=uploaded&map=pca")
    vectors = np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32)
    vectors[5, 3] = np.nan
    page.locator("input[type=file]").set_input_files(
        {"name": "mine.npy", "mimeType": "application/octet-stream", "buffer": npy(vectors)}
    )
    headline(page, "Of 59 items")
    drawn(page)
    page.get_by_text(re.compile("1 vector has NaN")).wait_for()
    page.get_by_text("Take away", exact=True).click()
    with page.expect_download() as table:
        page.get_by_role("button", name="Download", exact=True).click()
    assert table.value.path().read_text(encoding="utf-8-sig").startswith("id,x,y,dim_0,")
    choose(page, "Other formats", "Interactive page (HTML)")
    page.get_by_text("The map as one page").wait_for()
    target = tmp_path / "map.html"
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download", exact=True).click()
    saved.value.save_as(target)
    with page.expect_download() as project:
        page.get_by_role("button", name="Download project").click()
    assert ec.read(project.value.path().read_bytes(), name="p.parquet").ids[0] == "0"
    idle(page)
    alone = open_page()
    alone.goto(target.as_uri())
    alone.locator(".plotly .main-svg").first.wait_for()


def test_a_broken_upload_is_a_sentence(visit, idle):
    page = visit("vectors?data=uploaded&map=pca")
    page.locator("input[type=file]").set_input_files(
        {"name": "cut.npy", "mimeType": "x/y", "buffer": npy(np.ones((9, 4)))[:90]}
    )
    page.get_by_text("cut.npy could not be read").wait_for()
    idle(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "words?map=pca", "words?ask=analogy", "vectors?map=pca"])
def test_pages_fit_800_pixels(open_page, server, idle, path, scheme):
    page = open_page(color_scheme=scheme, width=800)
    page.goto(server.at(path))
    headline(page, "is closer to|nearest")
    drawn(page)
    idle(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth + 1")
