"""Links: what they cannot have is told and stays told, and the rest is followed."""

from __future__ import annotations

WORDS = "pages/words.py"
VECTORS = "pages/vectors.py"


def test_what_a_link_cannot_have_is_told_until_the_view_changes(page):
    shown = page(WORDS, data="animals", map="pca", metric="hamming")
    shown.run()
    assert "There is no metric called 'hamming'" in shown.text
    shown.selectbox(key="words:data").set_value("food")
    shown.run()
    shown.run()
    assert "hamming" not in shown.text


def test_unknown_selections_are_told_and_the_known_ones_are_kept(page):
    shown = page(WORDS, map="pca", sel=["nosuch", "king", "neither"])
    assert "It selects “nosuch”, “neither”, and there is no such item here" in shown.text
    assert shown.headline.startswith("king is nearest to")
    assert shown.link == {"map": "pca", "sel": "king"}


def test_a_selection_in_other_data_is_no_part_of_the_link(page):
    shown = page(WORDS, map="pca", sel=["king", "queen"])
    shown.selectbox(key="words:data").set_value("food")
    shown.run()
    assert shown.link == {"map": "pca", "data": "food"}
    shown.selectbox(key="words:data").set_value("royalty")
    shown.run()
    assert shown.headline == "king and queen: cosine .784"


def test_a_page_that_ends_early_follows_its_link_once(page, monkeypatch, tmp_path):
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    path = tmp_path / "three.txt"
    path.write_text("3 3\nking 1 2 3\nqueen 1 2 4\napple 3 0 1\n")
    shown = page(
        WORDS, model="word-vectors-file", data="typed", words="king, queen, apple", map="pca"
    )
    assert "no file is named" in shown.errors[0]
    shown.text_input(key="words:typed.path").set_value(str(path))
    shown.run()
    assert shown.headline.startswith("Of 3 items, king and queen are nearest")
    shown.text_input(key="words:typed.path").set_value("x" * 5_000)
    shown.run()
    assert "is not a file" in shown.errors[0]
    assert len(shown.errors[0]) < 400


def test_a_page_that_ends_early_stands_in_the_address(page):
    shown = page(WORDS, map="pca")
    shown.selectbox(key="words:model").set_value("word-vectors-file")
    shown.run()
    assert shown.link["model"] == "word-vectors-file"


def test_colours_are_kept_where_another_question_is_asked(page):
    shown = page(WORDS, ask="axis", color="gender")
    assert shown.link == {"ask": "axis", "color": "gender"}
    assert "no column called 'nosuch'" in page(WORDS, ask="axis", color="nosuch").text


def test_more_than_a_link_holds_is_left_out_and_said(page):
    many = [f"{digit} #{number}" for digit in range(3) for number in range(140)]
    shown = page(VECTORS, map="pca", side="save", sel=many)
    assert "so many selected do not fit in" in shown.text
    assert "sel" not in shown.link
    assert "colours and selection" in page(VECTORS, map="pca", side="save").text


def test_typed_words_have_a_link_while_they_are_few(page):
    few = page(WORDS, data="typed", words="king, queen", map="pca", side="save")
    assert "colours and selection" in few.text
    words = ", ".join(f"{word}s{i}" for i in range(300) for word in ("king", "queen"))
    many = page(WORDS, data="typed", words="king, queen, apple", map="pca", side="save")
    many.text_area(key="words:words").set_value(f"king, queen, {words}")
    many.run()
    assert "no long texts" in many.text
