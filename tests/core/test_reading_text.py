"""Words from pasted text and files: what is good is kept, the rest is said in a sentence."""

from __future__ import annotations

import pytest

import embedding_core as ec
from embedding_core.errors import (
    EmptyCollectionError,
    TooLargeError,
    UnknownNameError,
    UnreadableItemError,
)


def test_pasted_words_come_once_each_in_their_order():
    found = ec.words("king, queen\nking; apple\tking")
    assert found.ids == ("king", "queen", "apple")
    assert found.notes == ("2 words came more than once; each is shown once.",)


def test_other_scripts_emoji_and_markup_are_words_like_others():
    found = ec.words("王，女王、苹果；крыжовник\nكلب، قطة\n🍎,👩‍🔬\n<b>x</b>\n**bold** _x_")
    assert found.ids == (
        "王", "女王", "苹果", "крыжовник", "كلب", "قطة", "🍎", "👩‍🔬", "<b>x</b>", "**bold** _x_",
    )  # fmt: skip
    assert not found.notes


def test_half_letters_nul_and_byte_order_marks_do_no_harm():
    found = ec.words("\ufeffking, a\ud800, b\0c")
    assert found.ids == ("king", "a�", "b�c")
    assert len(found.fingerprint) == 32


@pytest.mark.parametrize("text", ["", "  \n ", ", ;\t\n"])
def test_no_words_are_no_collection(text):
    with pytest.raises(EmptyCollectionError, match="No words were found in your words"):
        ec.words(text)


def test_too_many_words_name_the_limit(monkeypatch):
    monkeypatch.setenv("EMBEDDING_MAX_ITEMS", "3")
    assert len(ec.words("a,b,c")) == 3
    with pytest.raises(TooLargeError, match=r"4 items and the limit is 3.*EMBEDDING_MAX_ITEMS"):
        ec.words("a,b,c,d")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_can_be_told(encoding):
    found = ec.read("café,naïve".encode(encoding), name="w.txt")
    assert found.ids == ("café", "naïve")


def test_an_encoding_that_is_guessed_is_said():
    found = ec.read("café,naïve".encode("latin-1"), name="w.txt")
    assert found.ids == ("café", "naïve")
    assert "Windows-1252" in found.notes[0]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"PK\x03\x04...", "a ZIP archive or an Office document"),
        (b"\x89PNG\r\n", "a PNG picture"),
        (b"PAR1...", "a Parquet file"),
        (b"\x93NUMPY\x01\0", "a NumPy file"),
        (b"abc\0def", "binary data"),
    ],
)
def test_other_files_renamed_to_txt_are_called_what_they_are(data, what):
    with pytest.raises(UnreadableItemError, match=f"w.txt could not be read: .*{what}"):
        ec.read(data, "text", name="w.txt")


@pytest.mark.parametrize("name", ["w.txt", "w.csv", "w.npy", "w.parquet", "w.md"])
def test_an_empty_file_is_called_empty(name):
    with pytest.raises(EmptyCollectionError, match=f"{name} is empty"):
        ec.read(b"", name=name)


def test_a_table_gives_its_words_and_keeps_its_columns():
    found = ec.read(b"group,word\nroyal,king\nfruit,apple\n", name="w.csv")
    assert found.ids == ("king", "apple")
    assert found.table["group"].tolist() == ["royal", "fruit"]
    assert not found.notes


def test_a_column_can_be_picked_and_a_wrong_one_is_answered_with_the_right_ones():
    data = b"group,word\nroyal,king\nfruit,apple\n"
    assert ec.read(data, name="w.csv", column="group").ids == ("royal", "fruit")
    with pytest.raises(UnknownNameError, match=r"column of w.csv called 'grup'.*group, word"):
        ec.read(data, name="w.csv", column="grup")


def test_a_word_with_two_meanings_is_kept_twice():
    found = ec.read(b"word,group\norange,fruit\norange,colour\norange,fruit\n", name="w.csv")
    assert found.ids == ("orange", "orange (2)")
    assert [payload.load() for payload in found.payloads] == ["orange", "orange"]
    assert found.table["group"].tolist() == ["fruit", "colour"]


def test_a_table_without_headings_keeps_its_first_line_and_says_so():
    found = ec.read(b"king,r\nqueen,r\n", name="w.csv")
    assert found.ids == ("king", "queen")
    assert "first line of w.csv was read as data" in found.notes[0]
    assert ec.read(b"king,r\nqueen,r\n", name="w.csv", header="yes").ids == ("queen",)


def test_headings_alone_are_empty_and_one_line_is_a_list():
    with pytest.raises(EmptyCollectionError, match="column names and no rows"):
        ec.read(b"word,group\n", name="w.csv")
    assert ec.read(b"king,queen,apple\n", name="w.csv").ids == ("king", "queen", "apple")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_line_ends_and_delimiters(end, delimiter):
    text = end.join(delimiter.join(row) for row in (("word", "group"), ("king", "r"), ("a b", "f")))
    found = ec.read(text.encode(), "text", name="w.csv")
    assert found.ids == ("king", "a b")
    assert found.table["group"].tolist() == ["r", "f"]


def test_uneven_rows_are_filled_and_counted():
    found = ec.read(b"word,group\nking\nqueen,r,x\napple,f\n", name="w.csv")
    assert found.ids == ("king", "queen", "apple")
    assert found.table["group"].tolist() == ["", "r", "f"]
    assert "2 rows have more or fewer cells" in found.notes[0]


def test_a_thousand_columns_are_a_table_like_others():
    head = ",".join(["word", *(f"c{i}" for i in range(999))])
    row = ",".join(["king", *("x" for _ in range(999))])
    found = ec.read(f"{head}\n{row}\n".encode(), name="w.csv")
    assert found.ids == ("king",)
    assert found.table.shape == (1, 999)


def test_quotes_keep_delimiters_and_lines_together():
    found = ec.read(b'word,note\n"king","a, b\nc"\nqueen,d\n', name="w.csv")
    assert found.ids == ("king", "queen")
    assert found.table["note"].tolist() == ["a, b\nc", "d"]


def test_the_title_is_what_it_is_called_and_the_name_how_it_is_read(tmp_path):
    path = tmp_path / "w.csv"
    path.write_text("word,group\nking,r\n")
    found = ec.read(path, title="Royalty, and kin.txt")
    assert (found.name, found.ids) == ("Royalty, and kin.txt", ("king",))
    assert ec.read(path).name == "w.csv"
    assert ec.read(path.read_bytes(), name="w.csv", title="Mine").name == "Mine"
