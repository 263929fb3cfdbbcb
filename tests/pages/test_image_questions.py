"""What is in it, where two are alike, find this, describe it: the questions of the Images page."""

from __future__ import annotations

import io

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.embedders import clip as clip_family
from embedding_core.embedding import load
from ui.plain import score

IMAGES = "pages/images.py"
MODEL = "efficientnet-lite0"


@pytest.fixture(scope="module")
def emoji():
    return ec.SAMPLES["emoji"].read()


@pytest.fixture(scope="module")
def embedding(emoji):
    return ec.embed(emoji, MODEL)


def payload(emoji, name):
    return emoji.payloads[emoji.positions[name]]


@pytest.fixture
def few(page, emoji):
    """The page with a few pictures of one's own, as regions of all take a while."""

    def brought(ask, **link):
        names = ("airplane", "small airplane", "banana", "red apple", "dog", "cat")
        shown = page(IMAGES, ask=ask, data="uploaded", **link)
        files = []
        for name in names:
            file = io.BytesIO()
            payload(emoji, name).load().save(file, "PNG")
            files.append((f"{name}.png", file.getvalue(), ""))
        shown.file_uploader[0].set_value(files)
        return shown.run()

    return brought


# --- what is in it --------------------------------------------------------------------------------


def test_the_picture_to_begin_with_is_the_one_the_model_is_surest_of(few):
    shown = few("contents")
    offered = shown.selectbox(key="images:picture").options
    collection = ec.SAMPLES["emoji"].read().select(offered)
    found = ec.classify(collection, load(MODEL), 1)
    best = max(zip(found.guesses, found.ids, strict=True), key=lambda one: one[0][0].probability)
    assert shown.selectbox(key="images:picture").value == best[1]


def test_the_likeliest_class_of_the_chosen_picture_is_read(page, emoji):
    shown = page(IMAGES, ask="contents", picture="red apple")
    named = ("red apple", "banana")
    found = ec.classify(emoji.select(named), load(MODEL))
    likeliest = [
        f"{name}: most likely {guesses[0].name}, {guesses[0].probability:.0%}"
        for name, guesses in zip(named, found.guesses, strict=True)
    ]
    assert likeliest[0] in shown.headline
    assert "1,000 classes" in shown.text
    assert "class activation map" in shown.text
    shown.selectbox(key="images:picture").set_value("banana")
    assert likeliest[1] in shown.run().headline
    assert shown.link["picture"] == "banana"


def test_the_picture_selected_on_the_map_is_looked_into(page):
    shown = page(IMAGES, ask="contents", sel="dog")
    assert shown.headline.startswith("dog: most likely")


def test_another_layer_shows_no_regions_and_offers_those_that_do(few):
    shown = few("contents", **{f"{MODEL}.layer": "logits"})
    assert "cannot be told" in shown.text
    button = next(each for each in shown.button if "features" in each.label)
    button.click()
    assert "class activation map" in shown.run().text


@pytest.mark.parametrize(
    ("question", "lacks"),
    [("contents", "knows no classes"), ("alike", "its regions none"), ("find", "its regions none")],
)
def test_a_model_that_cannot_offers_one_that_can(few, question, lacks):
    shown = few(question, model="color-histogram")
    assert lacks in shown.info[0].value
    shown.button[-1].click()
    assert shown.run().link.get("model", MODEL) == MODEL
    assert not shown.info


# --- where two are alike --------------------------------------------------------------------------


def test_the_likeness_is_that_of_the_vectors(page, embedding):
    shown = page(IMAGES, ask="alike", left="dog", right="cat")
    rows = [embedding.positions[name] for name in ("dog", "cat")]
    cosine = ec.similarity(embedding.take(rows))[0, 1]
    assert f"dog and cat: cosine {score(cosine)}" in shown.headline
    assert "49 regions" in shown.headline
    assert "does not pool by the mean" not in shown.text
    centered = ec.preprocess(embedding, "centered")
    shown.selectbox(key="images:prep").set_value("centered")
    cosine = ec.similarity(centered.take(rows))[0, 1]
    assert f"cosine {score(cosine)}" in shown.run().headline


def test_the_nearest_pair_is_compared_where_none_is_chosen(page, embedding):
    matrix = ec.similarity(embedding)
    np.fill_diagonal(matrix, -1)
    shown = page(IMAGES, ask="alike")
    assert f"cosine {score(matrix.max())}" in shown.headline


def test_a_metric_that_is_no_sum_over_regions_is_told(page):
    shown = page(IMAGES, ask="alike", left="dog", right="cat", metric="euclidean")
    assert "Euclidean distance is no sum over regions: this is cosine" in shown.text
    shown = page(IMAGES, ask="alike", left="dog", right="cat", metric="dot")
    assert "dog and cat: dot product" in shown.headline


# --- find this ------------------------------------------------------------------------------------


def test_the_marked_thing_is_found_again(few, emoji):
    shown = few("find")
    shown.selectbox(key="images:in").set_value("airplane")
    shown.run()
    assert "Of 5 other pictures, small airplane has what is most like it" in shown.headline
    assert "what detection starts from and no more" in shown.text
    regions = ec.picture_regions(
        load(MODEL), [payload(emoji, name) for name in ("airplane", "small airplane")]
    )
    assert regions.vectors.shape[1:3] == (7, 7)
    assert "7 by 7 regions" in shown.text


def test_pictures_that_cannot_be_looked_into_are_not_counted(page, emoji):
    shown = page(IMAGES, ask="find", data="uploaded")
    files = []
    for name in ("airplane", "banana", "dog"):
        file = io.BytesIO()
        payload(emoji, name).load().save(file, "PNG")
        data = file.getvalue()
        # The header of the last is whole and its pixels are not.
        files.append((f"{name}.png", data[:2000] if name == "dog" else data, ""))
    shown.file_uploader[0].set_value(files)
    shown.run()
    assert "Of 1 other picture, banana has what is most like it" in shown.headline
    assert "1 picture left out." in shown.text


def test_the_box_can_be_written_and_stands_in_the_link(few):
    shown = few("find")
    for side, number in {"left": 60, "top": 0, "right": 90, "bottom": 30}.items():
        shown.number_input(key=f"images:box-{side}").set_value(number)
    before = shown.headline
    shown.run()
    assert shown.link["box-left"] == "60"
    assert shown.headline != before
    shown.number_input(key="images:box-right").set_value(40)
    assert "The box is empty" in shown.run().errors[0]


# --- describe it ----------------------------------------------------------------------------------


@pytest.fixture
def tiny_clip(tmp_path, save_tiny_clip, monkeypatch):
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(tmp_path / "models"))
    save_tiny_clip(tmp_path / "models" / "clip-vit-base-patch32")
    yield "clip-vit-b32"
    clip_family._LOADED.clear()


def test_without_clip_the_page_says_what_is_missing(page, monkeypatch, tmp_path):
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(tmp_path / "nothing"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    shown = page(IMAGES, ask="describe")
    assert "never saw a text" in shown.info[0].value
    assert "CLIP cannot be used yet: openai/clip-vit-base-patch32 (605 MB) is not on" in shown.text
    shown.button[-1].click()
    shown.run()
    assert shown.link["model"] == "clip-vit-b32"
    assert any("Run this with EfficientNet-Lite0" in each.label for each in shown.button)


def test_pictures_are_ranked_by_a_description(page, tiny_clip, emoji):
    shown = page(IMAGES, ask="describe", model=tiny_clip, description="a dog", map="pca")
    embedding = ec.embed(emoji, tiny_clip)
    likeness = ec.similarity(
        ec.Embedding(
            ("text", *embedding.ids),
            np.vstack([ec.query_vector(embedding, "a dog"), embedding.vectors]),
            embedding.space,
            tiny_clip,
        )
    )[0, 1:]
    best = embedding.ids[int(likeness.argmax())]
    assert f"{best} is most like “a dog” ({score(likeness.max())}" in shown.headline


def test_every_picture_is_named_and_judged(page, tiny_clip, emoji):
    shown = page(IMAGES, ask="describe", described="name", model=tiny_clip)
    embedding = ec.embed(emoji, tiny_clip)
    own = emoji.table[ec.SAMPLES["emoji"].color].tolist()
    labels = list(dict.fromkeys(own))
    assert shown.text_area(key="images:labels").value.splitlines() == labels
    judged = ec.zero_shot(embedding, labels).judged(own)
    assert judged.n == len(embedding)
    assert (
        f"With nothing learned, {judged.accuracy:.0%} of {judged.n} pictures are called by their "
        f"own label; one name for all would be right for {judged.chance:.0%}" in shown.headline
    )
    shown.text_area(key="images:labels").set_value("spoon\nfork")
    assert "are called" in shown.run().headline
    shown.text_area(key="images:labels").set_value("spoon")
    assert "two labels or more" in shown.run().text
    shown.text_area(key="images:labels").set_value("spoon\nfork")
    shown.text_input(key="images:template").set_value("a photo")
    assert "has no {}" in shown.run().errors[0]
