"""The Sentences page: what is near what, inside the model, and why two are alike."""

from __future__ import annotations

import re
from html import unescape

import numpy as np
import pytest

import embedding_core as ec
from embedding_core import hub

SENTENCES = "pages/sentences.py"
MODEL = "minilm-l6"


def texts_of(sample):
    return [str(payload.load()) for payload in ec.SAMPLES[sample].read().payloads]


def score(value):
    """Write a cosine as the page does."""
    return f"{value:.3f}".replace("0.", ".", 1).replace("-", "−")


def markup(shown):
    return "".join(element.proto.body for element in shown.get("html"))


# --- data and models -----------------------------------------------------------------------------


@pytest.mark.parametrize("sample", [s.name for s in ec.SAMPLES.values() if s.unit == "sentence"])
def test_every_built_in_set_opens(page, sample):
    shown = page(SENTENCES, data=sample, map="pca")
    assert not shown.errors
    assert "nearest to each other" in shown.headline
    embedding = ec.embed(ec.SAMPLES[sample].read(), MODEL)
    matrix = ec.similarity(embedding)
    np.fill_diagonal(matrix, -1)
    assert f"({score(float(matrix.max()))})" in shown.headline


def test_typed_sentences_and_nothing_typed(page):
    shown = page(SENTENCES, data="typed", map="pca")
    assert "Of 6 items" in shown.headline
    shown.text_area[0].set_value("One.\n\nTwo cats.\n")
    shown.run()
    assert "Of 2 items" in shown.headline
    shown.text_area[0].set_value(" \n")
    shown.run()
    assert "No text was found" in shown.errors[0]


def test_a_table_is_read_by_the_columns_that_are_chosen(page):
    table = "id,verdict,said\n1,good,I liked it\n2,bad,It broke at once\n3,good,Fine and quiet\n"
    shown = page(SENTENCES, data="uploaded", map="pca")
    # Told in the middle of the page, not beside an empty one.
    assert "several at once or in a ZIP" in shown.main.info[0].value
    assert not shown.sidebar.info
    shown.file_uploader[0].upload("reviews.csv", table.encode())
    shown.run()
    assert shown.selectbox(key="sentences:column").value == "said"
    assert "Of 3 items" in shown.headline
    shown.selectbox(key="sentences:label").set_value("verdict")
    shown.run()
    assert shown.selectbox(key="sentences:color").value == "verdict"
    shown.selectbox(key="sentences:column").set_value("id")
    shown.run()
    assert "holds numbers, not text" in shown.main.error[0].value
    assert not shown.sidebar.error


def test_documents_are_taken_apart_as_asked(page):
    first = b"# Cats\n\nCats purr. They sleep all day.\n\nDogs bark."
    second = b"Rain fell. The river rose."
    shown = page(SENTENCES, data="uploaded", map="pca", side="table")
    shown.file_uploader[0].set_value([("a.md", first, ""), ("b.txt", second, "")])
    shown.run()
    assert "4 items" in shown.headline
    shown.selectbox(key="sentences:parts").set_value("sentences")
    shown.run()
    assert "6 items" in shown.headline
    table = shown.dataframe[0].value
    assert sorted(set(table["document"])) == ["a.md", "b.txt"]
    shown.selectbox(key="sentences:parts").set_value("whole")
    shown.run()
    assert "2 items" in shown.headline or "alone" not in shown.headline


def test_the_baselines_answer_too(page):
    shown = page(SENTENCES, model="glove-mean", map="pca")
    assert "nearest to each other" in shown.headline
    shown = page(SENTENCES, model="tfidf-lsa", map="pca")
    assert "nearest to each other" in shown.headline


@pytest.fixture
def nothing_here(tmp_path, monkeypatch):
    """Have no model of the hub's on this machine."""
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.delenv("EMBEDDING_LOCAL", raising=False)
    hub._answers.clear()
    yield tmp_path / "models"
    hub._answers.clear()


@pytest.mark.parametrize("name", ["bert-base-uncased", "use-cmlm-multilingual"])
def test_what_is_not_here_is_run_with_its_relative_in_one_click(page, nothing_here, name):
    spec = ec.EMBEDDERS[name]
    shown = page(SENTENCES, model=name, map="pca")
    offered = shown.selectbox(key="sentences:model").options
    assert any(text.endswith(f"not on this machine, {spec.size}") for text in offered)
    assert "not on this machine" in shown.errors[0]
    assert spec.differs in shown.text
    button = next(button for button in shown.button if button.label.startswith("Run this with"))
    assert button.label == "Run this with MiniLM-L6 instead"
    button.click()
    shown.run()
    assert not shown.errors
    assert "nearest to each other" in shown.headline
    assert "model" not in shown.link


def test_on_ones_own_machine_a_model_is_fetched_only_when_asked(page, nothing_here, monkeypatch):
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    monkeypatch.setattr(hub, "fetch", lambda model: pytest.fail("fetched without a click"))
    shown = page(SENTENCES, model="bert-base-uncased", map="pca")
    assert "440 MB" in shown.info[0].value
    assert [button.label for button in shown.button][:1] == ["Fetch it (440 MB)"]
    assert not shown.headline


def test_a_model_is_named_in_view_and_what_is_wrong_with_it_is_told(page, nothing_here):
    shown = page(SENTENCES, model="hf-text", map="pca")
    assert "Name the model in the sidebar" in shown.info[0].value
    shown.text_input(key="sentences:hf-text.model").set_value("nobody/nothing")
    shown.run()
    assert "nobody/nothing" in shown.errors[0]
    assert "not on this machine" in shown.errors[0]
    half = nothing_here / "half"
    half.mkdir(parents=True)
    (half / "config.json").write_text("{}")
    shown.text_input(key="sentences:hf-text.model").set_value("half")
    shown.run()
    assert "weights" in shown.errors[0]


def test_a_model_of_ones_own_is_used_and_looked_into(page, nothing_here, save_tiny_bert):
    save_tiny_bert(nothing_here / "tiny")
    typed = "the bank\nthe river bank\nthe money\n"
    shown = page(
        SENTENCES, model="hf-text", data="typed", sentences=typed, ask="inside",
        **{"hf-text.model": "tiny", "layer": "1"},
    )  # fmt: skip
    assert not shown.errors
    assert shown.headline.startswith("In layer 1, 2 occurrences of bank")
    assert shown.slider[0].max == 2


# --- asking the map ------------------------------------------------------------------------------


def nearest_to(text, n, sample="topics"):
    embedding = ec.embed(ec.SAMPLES[sample].read(), MODEL)
    return ec.nearest(embedding, ec.load(MODEL).embed_text(text), n)


def test_a_sentence_is_asked_by_meaning_without_choosing_how(page):
    text = "Which planet has rings?"
    expected = nearest_to(text, 10)
    shown = page(SENTENCES, map="pca")
    field = shown.text_input(key="sentences:find")
    assert field.placeholder == "Ask: type any sentence"
    field.set_value(text)
    shown.run()
    assert f"is most like {text} ({score(expected[0].score)})" in shown.headline
    table = shown.dataframe[0].value
    assert list(table["10 nearest"]) == [neighbor.id for neighbor in expected]
    assert np.allclose(table["Cosine"], [neighbor.score for neighbor in expected], atol=1e-5)
    assert shown.test.query_params["sel"] == [neighbor.id for neighbor in expected]
    assert "by" not in shown.link
    again = page(SENTENCES, map="pca", find=text)
    assert list(again.dataframe[0].value["10 nearest"]) == [neighbor.id for neighbor in expected]


def test_the_metric_of_the_view_orders_the_answers(page):
    text = "Which planet has rings?"
    embedding = ec.embed(ec.SAMPLES["topics"].read(), MODEL)
    expected = ec.nearest(embedding, ec.load(MODEL).embed_text(text), 10, "euclidean")
    shown = page(SENTENCES, map="pca", find=text, metric="euclidean")
    table = shown.dataframe[0].value
    assert list(table["10 nearest"]) == [neighbor.id for neighbor in expected]
    assert np.allclose(table["Distance"], [neighbor.score for neighbor in expected], atol=1e-5)


def test_one_answer_is_looked_at_and_the_question_is_still_there(page):
    text = "Which planet has rings?"
    expected = nearest_to(text, 10)
    shown = page(SENTENCES, map="pca", find=text, sel=expected[1].id)
    assert expected[1].id in [line.value.replace("#", "").replace("\\", "").strip()
                              for line in shown.markdown]  # fmt: skip
    back = next(button for button in shown.button if button.label.startswith("Back to"))
    back.click()
    shown.run()
    assert list(shown.dataframe[0].value["10 nearest"]) == [neighbor.id for neighbor in expected]
    next(button for button in shown.button if button.label == "Clear the question").click()
    shown.run()
    assert "find" not in shown.link
    assert "sel" not in shown.link
    assert "nearest to each other" in shown.headline


def test_words_are_still_found_by_their_letters(page):
    shown = page("pages/words.py", map="pca")
    assert shown.selectbox(key="words:by").value == "letters"
    assert shown.text_input(key="words:find").placeholder == "Find"


def test_labels_show_how_much_of_the_sentiment_is_in_the_vectors(page):
    shown = page(SENTENCES, data="sentiment", map="pca", side="probe")
    collection = ec.SAMPLES["sentiment"].read()
    found = ec.probe(ec.embed(collection, MODEL), list(collection.table["sentiment"]))
    best = max(found.linear.value, found.neighbors.value)
    assert f"names {best:.0%} of unseen items right" in shown.text


# --- inside the model ----------------------------------------------------------------------------


def contexts_of(word):
    collection = ec.SAMPLES["senses"].read()
    return collection, ec.word_in_contexts(ec.load(MODEL), word, texts_of("senses"))


@pytest.mark.parametrize("layer", [0, 3, 6])
def test_the_headline_says_how_far_the_senses_are_apart(page, layer):
    link = {} if layer == 6 else {"layer": str(layer)}
    shown = page(SENTENCES, ask="inside", **link)
    collection, contexts = contexts_of("bank")
    senses = np.array(collection.table["sense"])[list(contexts.rows)]
    curve = ec.sense_curve(contexts, list(senses))
    matrix = contexts.similarities(layer).copy()
    np.fill_diagonal(matrix, -2)
    right = sum(senses[i] == senses[j] for i, j in enumerate(matrix.argmax(axis=1)))
    n = len(senses)
    chance = sum((senses == sense).sum() - 1 for sense in senses) / (n - 1)
    assert f"{right} of {n} occurrences of bank have one of the same sense" in shown.headline
    assert f"by chance {chance:.1f}" in shown.headline
    assert f"cosine {score(float(curve.within[layer]))} within" in shown.headline
    assert f"{score(float(curve.between[layer]))} across" in shown.headline
    assert shown.link == {"ask": "inside", **link}


def test_layers_lie_like_the_last_and_senses_stand_in_blocks(page, monkeypatch):
    maps, heats = [], []
    monkeypatch.setattr("ui.sentences.inside.draw_map", lambda *drawn, **_: maps.append(drawn[0]))
    monkeypatch.setattr(
        "ui.sentences.inside.draw_heatmap", lambda *_, **drawn: heats.append(drawn["row_items"])
    )
    for layer in ("2", "6"):
        page(SENTENCES, ask="inside", layer=layer)
    turned, last = (
        np.asarray(drawn.coords) - np.mean(drawn.coords, axis=0) for drawn in (maps[0], maps[-1])
    )
    # No turn brings the two nearer (Schönemann, 1966).
    shared = turned.T.astype(float) @ last
    assert np.allclose(shared, shared.T, atol=1e-4 * np.abs(shared).max())
    assert (np.linalg.eigvalsh((shared + shared.T) / 2) > 0).all()
    collection, contexts = contexts_of("bank")
    senses = np.array(collection.table["sense"])[list(contexts.rows)]
    assert list(senses) != sorted(senses)
    assert list(senses[heats[0]]) == sorted(senses)


def test_a_word_of_ones_own_is_looked_up_and_a_missing_one_is_told(page):
    shown = page(SENTENCES, ask="inside", word="the", senses="-")
    _, contexts = contexts_of("the")
    n = len(contexts.sentences)
    matrix = contexts.similarities(6)
    mean = (matrix.sum() - n) / (n * (n - 1))
    assert f"{n} occurrences of the have a mean cosine of {score(float(mean))}" in shown.headline
    shown = page(SENTENCES, ask="inside", word="qwrtzp")
    n = len(texts_of("senses"))
    assert f"“qwrtzp” is in none of the {n} sentences" in shown.errors[0]


def test_a_word_alone_in_its_sentences_has_nothing_to_stand_beside(page):
    shown = page(SENTENCES, ask="inside", data="typed", sentences="bank\nbank\n")
    assert shown.headline == "In layer 6, 2 occurrences of bank have a mean cosine of 1.000"


def test_by_layer_and_pieces_stand_beside_the_map(page):
    shown = page(SENTENCES, ask="inside", beside="depth")
    assert "the model has told the senses apart" in shown.text
    shown = page(SENTENCES, ask="inside", beside="pieces")
    model = ec.load(MODEL)
    _, contexts = contexts_of("bank")
    lengths = [len(model.tokenize(text).pieces) for text in contexts.sentences[:6]]
    assert f"{sum(lengths)} pieces" in shown.text
    assert f"{6 * max(lengths) - sum(lengths)} places of padding" in shown.text
    assert markup(shown).count('class="ex-word"') >= 6
    shown.text_input(key="sentences:tokenize").set_value("<b>seriations</b>")
    shown.run()
    assert "A text alone needs no padding" in shown.text
    assert "<b>" not in markup(shown)
    pieces = model.tokenize("<b>seriations</b>").pieces
    assert any(piece.startswith("##") for piece in pieces)
    cells = re.findall(r"<td[^>]*>([^<]*)<small>", markup(shown))
    assert [unescape(cell) for cell in cells] == list(pieces)


def test_other_data_suggests_the_set_for_this_question_and_its_words(page):
    shown = page(SENTENCES, ask="inside", data="topics")
    next(button for button in shown.button if button.label.startswith("Open “Words")).click()
    shown.run()
    assert shown.selectbox(key="sentences:data").value == "senses"
    assert "occurrences of bank" in shown.headline


def test_a_model_without_layers_offers_one_that_has_some(page):
    shown = page(SENTENCES, ask="inside", model="glove-mean")
    assert "no layers to look into" in shown.info[0].value
    next(button for button in shown.button if button.label == "Look into MiniLM-L6").click()
    shown.run()
    assert "occurrences of bank" in shown.headline


# --- two alike -----------------------------------------------------------------------------------


def test_the_word_that_does_most_is_named(page):
    left, right = "The cat sat down.", "A cat sits on the mat."
    for way in ("delete", "mask"):
        link = {} if way == "delete" else {"way": way}
        shown = page(SENTENCES, ask="pair", left=left, right=right, **link)
        found = ec.explain_pair(ec.load(MODEL), left, right, way=way)
        most = max((*found.left, *found.right), key=lambda effect: abs(effect.effect))
        assert shown.headline.startswith(f"Without {most.word.strip('.')} the likeness")
        assert f"from {score(found.similarity)} to " in shown.headline
        numbers = re.findall(r"<small>([^<]+)</small>", markup(shown))
        expected = [-effect.effect for effect in (*found.left, *found.right)]
        assert np.allclose([float(text.replace("−", "-")) for text in numbers], expected, atol=6e-4)
        assert shown.link == {"ask": "pair", "left": left, "right": right, **link}


def test_the_pair_is_the_nearest_then_the_selected_one(page):
    shown = page(SENTENCES, ask="pair")
    embedding = ec.embed(ec.SAMPLES["topics"].read(), MODEL)
    matrix = ec.similarity(embedding)
    np.fill_diagonal(matrix, -1)
    nearest = {embedding.ids[at] for at in np.unravel_index(matrix.argmax(), matrix.shape)}
    boxes = {name: shown.selectbox(key=f"sentences:{name}") for name in ("left", "right")}
    assert {box.value for box in boxes.values()} == nearest
    chosen = list(embedding.ids[:2])
    shown = page(SENTENCES, ask="pair", sel=chosen)
    assert [shown.selectbox(key=f"sentences:{name}").value for name in boxes] == chosen


def test_copies_of_a_sentence_are_no_pair(page):
    typed = "The cat sat down.\nRain fell all day.\nThe cat sat down.\nIt rained.\n"
    shown = page(SENTENCES, ask="pair", data="typed", sentences=typed)
    boxes = {shown.selectbox(key=f"sentences:{name}").value for name in ("left", "right")}
    assert boxes == {"Rain fell all day.", "It rained."}
    assert shown.headline.startswith("Without ")
    shown = page(SENTENCES, ask="pair", data="typed", sentences="Rain fell.")
    assert "Both are the same sentence" in shown.text
    assert not shown.headline


def test_distances_are_named_as_such_and_baselines_have_no_mask(page):
    shown = page(SENTENCES, ask="pair", metric="euclidean")
    assert "the distance grows from" in shown.headline or "shrinks from" in shown.headline
    shown = page(SENTENCES, ask="pair", model="glove-mean")
    assert shown.headline.startswith("Without ")
    assert len(shown.get("button_group")[-1].options) == 1


def test_markup_in_a_pair_is_text(page):
    shown = page(SENTENCES, ask="pair", left="<img src=x> cats purr", right="**cats** purr")
    assert "<img" not in markup(shown)
    assert "&lt;img" in markup(shown)
