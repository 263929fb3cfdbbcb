"""Sentences and documents from every kind of file, and what bad ones are told."""

from __future__ import annotations

import io
import json
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pypdf import PdfReader, PdfWriter

import embedding_core as ec
from embedding_core.errors import (
    EmptyCollectionError,
    InputError,
    TooLargeError,
    UnknownNameError,
    UnreadableItemError,
)
from embedding_core.modalities.passages import likely_column, split

REVIEWS = ["It broke on the first day.", "Worth every penny.", "Überall gut: 5 von 5."]


def read(data, name, **options):
    text = data if isinstance(data, bytes) else data.encode()
    return ec.read(text, "text", name=name, **{"unit": "sentence", **options})


def texts_of(collection):
    return [payload.load() for payload in collection.payloads]


def pdf(*pages):
    """Write a PDF by hand: each page is a list of lines, an empty one for a page of no text."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 "
               "/BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]  # fmt: skip
    kids = []
    for lines in pages:
        shown = " T* ".join(f"({line}) Tj" for line in lines)
        content = f"BT /F1 11 Tf 14 TL 50 750 Td {shown} ET" if lines else "0 0 m 9 9 l S"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(out)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
    out += "".join(f"{place:010d} 00000 n \n" for place in places).encode()
    return out + (
        f"trailer << /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
    )


def parquet(table):
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


# --- one a line -------------------------------------------------------------------------------


def test_typed_sentences_are_kept_in_order_and_repeated_ones_numbered():
    found = ec.sentences("One day.\n\n  Two days. \r\nOne day.\rThree.")
    assert found.ids == ("One day.", "Two days.", "One day. (2)", "Three.")
    assert texts_of(found) == ["One day.", "Two days.", "One day.", "Three."]
    assert (found.modality, found.unit) == ("text", "sentence")
    assert not len(found.table.columns)


@pytest.mark.parametrize("text", ["", " \n\t\n ", "\ufeff\n"])
def test_nothing_typed_is_a_sentence(text):
    with pytest.raises(EmptyCollectionError, match="No text was found"):
        ec.sentences(text)


def test_a_text_file_has_one_sentence_a_line_and_commas_part_nothing():
    found = read("Red, green and blue.\n\nA; b.\n", "w.txt")
    assert found.ids == ("Red, green and blue.", "A; b.")
    assert found.table["document"].tolist() == ["w.txt"] * 2
    assert found.table["place"].tolist() == [1, 2]


def test_emoji_right_to_left_and_broken_letters_are_sentences_like_others():
    lines = ["😀😀", "مرحبا بالعالم", "שלום", "a\0b", "“quoted”"]
    found = ec.sentences("\n".join(lines))
    assert texts_of(found) == ["😀😀", "مرحبا بالعالم", "שלום", "a\ufffdb", "“quoted”"]


@pytest.mark.parametrize("name", ["w.txt", "w.md", "w.csv"])
def test_windows_text_is_decoded_with_a_note(name):
    data = "text\nDéjà vu is “strange”.\nZwölf Boxkämpfer.\n".encode("cp1252")
    found = read(data, name, parts="" if name.endswith("csv") else "lines")
    assert "Déjà vu is “strange”." in texts_of(found)
    assert any("Windows-1252" in note for note in found.notes)


def test_fifty_thousand_lines_are_fifty_thousand_items(monkeypatch):
    text = "\n".join(f"Sentence number {i}." for i in range(50_000))
    found = read(text, "w.txt")
    assert len(found) == 50_000
    assert found.ids[-1] == "Sentence number 49999."
    monkeypatch.setenv("EMBEDDING_MAX_ITEMS", "1000")
    with pytest.raises(TooLargeError, match=r"w.txt has 50,000 items and the limit is 1,000"):
        read(text, "w.txt")


def test_a_line_of_100_000_letters_is_one_item_with_a_short_name():
    line = "many words " * 9_000 + "end"
    found = ec.sentences(f"short\n{line}")
    assert len(found) == 2
    assert len(found.ids[1]) <= 120
    assert found.ids[1].endswith("…")
    assert texts_of(found)[1] == found.table["text"][1] == line


# --- tables -----------------------------------------------------------------------------------


def table(kind):
    frame = pd.DataFrame({"stars": [1, 5, 4], "review": REVIEWS, "shop": ["a", "b", "a"]})
    if kind == "parquet":
        return parquet(pa.Table.from_pandas(frame))
    if kind == "csv":
        return frame.to_csv(index=False).encode()
    if kind == "tsv":
        return frame.to_csv(index=False, sep="\t").encode()
    return frame.to_json(orient="records", lines=kind != "json").encode()


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "jsonl", "ndjson", "parquet"])
def test_a_table_gives_its_likeliest_column_and_keeps_the_others(kind):
    found = read(table(kind), f"w.{kind}")
    assert texts_of(found) == REVIEWS
    assert found.table["stars"].tolist() == [1, 5, 4]
    assert found.table["shop"].tolist() == ["a", "b", "a"]
    other = read(table(kind), f"w.{kind}", column="shop")
    assert texts_of(other) == ["a", "b", "a"]


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl", "parquet"])
def test_a_table_of_texts_is_guessed_to_be_text(kind):
    assert ec.read(table(kind), name=f"w.{kind}", unit="sentence").modality == "text"


@pytest.mark.parametrize("name", ["v.json", "v.jsonl"])
def test_texts_with_vectors_are_guessed_to_be_vectors_and_can_be_read_as_text(name):
    rows = [{"text": text, "vector": [0.1, 2e-3, -3, at]} for at, text in enumerate(REVIEWS)]
    data = json.dumps(rows) if name.endswith("json") else "\n".join(map(json.dumps, rows))
    assert ec.read(data.encode(), name=name).modality == "vectors"
    found = read(data, name)
    assert texts_of(found) == REVIEWS
    assert "vector" not in found.table


def test_parquet_with_vectors_is_guessed_to_be_vectors_and_can_be_read_as_text():
    data = parquet(pa.table({"text": REVIEWS, "vector": [[0.1, 0.2]] * 3, "tags": [["a"], [], []]}))
    assert ec.read(data, name="v.parquet").modality == "vectors"
    found = read(data, "v.parquet")
    assert texts_of(found) == REVIEWS
    assert list(found.table.columns) == ["tags"]


def test_a_json_list_of_texts_is_read():
    assert texts_of(read(json.dumps(REVIEWS), "w.json")) == REVIEWS
    assert texts_of(read("\n".join(map(json.dumps, REVIEWS)), "w.jsonl")) == REVIEWS


def test_words_are_read_from_tables_too():
    data = parquet(pa.table({"word": ["king", None, "queen"], "n": [1, 2, None]}))
    found = ec.read(data, "text", name="w.parquet")
    assert found.ids == ("king", "queen")
    assert found.unit == "word"


@pytest.mark.parametrize("kind", ["parquet", "jsonl", "csv"])
def test_null_cells_are_left_out_and_counted(kind):
    cells = ["One.", None, "", "Two.", "  "]
    frame = pd.DataFrame({"text": cells, "n": range(5)})
    data = {
        "parquet": lambda: parquet(pa.Table.from_pandas(frame)),
        "jsonl": lambda: frame.to_json(orient="records", lines=True).encode(),
        "csv": lambda: frame.to_csv(index=False).encode(),
    }[kind]()
    found = read(data, f"w.{kind}")
    assert found.ids == ("One.", "Two.")
    assert found.table["n"].tolist() == [0, 3]
    assert "3 rows have no text in column text and were left out." in found.notes


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_column_of_numbers_is_a_sentence(kind):
    with pytest.raises(InputError, match=r"Column stars of .* holds numbers, not text"):
        read(table(kind), f"w.{kind}", column="stars")


def test_an_empty_column_and_an_unknown_one_are_sentences():
    data = "id,text,note\n1,,a\n2,,b\n"
    with pytest.raises(EmptyCollectionError, match=r"Column text of w.csv is empty"):
        read(data, "w.csv")
    with pytest.raises(UnknownNameError, match=r"'nota'.*Did you mean 'note'"):
        read(data, "w.csv", column="nota")
    with pytest.raises(UnknownNameError, match="way to take a text apart"):
        read("a", "w.txt", parts="chapters")


def test_vectors_alone_are_no_texts():
    with pytest.raises(InputError, match="no column but vectors"):
        read('[{"vector": [1, 2, 3]}]', "w.json")


def test_the_likely_column_has_a_telling_name_else_the_longest_cells():
    frame = pd.DataFrame({"id": ["a", "b"], "Title": ["x", "y"], "n": [1, 2]})
    assert likely_column(frame) == "Title"
    assert likely_column(frame.rename(columns={"Title": "c"}).assign(d=["long one"] * 2)) == "d"


@pytest.mark.parametrize("name", ["w.json", "w.jsonl", "w.parquet", "w.pdf"])
@pytest.mark.parametrize("data", [b"nothing of the kind", b"\x00\xff" * 50, b"%PDF-1.7\n%%EOF"])
def test_damaged_files_are_a_sentence(name, data):
    with pytest.raises(UnreadableItemError, match=f"{name} could not be read"):
        read(data, name)


# --- documents --------------------------------------------------------------------------------

NOTES = """# Notes on *tea*

Green tea is **not** black tea.
It is [steamed](http://a.b) first.

- Dr. Lee drinks `oolong`. He said so.
- So do I.

```
x = 1
```
"""


def test_markdown_is_taken_apart_into_what_it_says():
    found = read(NOTES, "folder/notes.md")
    assert texts_of(found) == [
        "Notes on tea",
        "Green tea is not black tea. It is steamed first.",
        "Dr. Lee drinks oolong. He said so.",
        "So do I.",
        "x = 1",
    ]
    assert set(found.table["document"]) == {"notes.md"}
    assert found.table["place"].tolist() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ("lines", ["One. Two", "goes on.", "Three!"]),
        ("paragraphs", ["One. Two goes on.", "Three!"]),
        ("sentences", ["One.", "Two goes on.", "Three!"]),
        ("whole", ["One. Two goes on. Three!"]),
    ],
)
def test_running_text_is_taken_apart_as_asked(parts, expected):
    assert split("One. Two\r\ngoes on.\n \nThree!", parts) == expected
    assert texts_of(read("One. Two\ngoes on.\n\nThree!", "w.txt", parts=parts)) == expected


def test_a_pdf_remembers_pages_and_joins_what_their_ends_cut():
    data = pdf(
        ["A first paragraph that fills the whole of its long line and then",
         "ends here.", "A second one, which is cut by the end of the page in the mid-",
         "dle of a word and goes"],
        [],
        ["on here. And a sentence more that fills the whole of a long line",
         "with caf\xe9."],
    )  # fmt: skip
    whole = read(data, "w.pdf")
    assert texts_of(whole) == [
        "A first paragraph that fills the whole of its long line and then ends here.",
        "A second one, which is cut by the end of the page in the middle of a word and goes on "
        "here. And a sentence more that fills the whole of a long line with café.",
    ]
    assert whole.table["page"].tolist() == [1, 1]
    assert whole.notes == ("1 page of w.pdf has no text: 2.",)
    found = read(data, "w.pdf", parts="sentences")
    assert [text[:8] for text in texts_of(found)] == ["A first ", "A second", "And a se"]
    assert found.table["page"].tolist() == [1, 1, 3]
    assert ec.read(data, name="w.pdf").unit == "sentence"


def test_a_paragraph_that_ends_with_its_page_is_not_joined_to_the_next():
    found = read(pdf(["The first page ends here."], ["The next one begins."]), "w.pdf")
    assert texts_of(found) == ["The first page ends here.", "The next one begins."]
    assert found.table["page"].tolist() == [1, 2]


def locked(password, **more):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["Hidden text."]))))
    writer.encrypt(password, "owner", algorithm="RC4-128", **more)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_locked_pdf_is_a_sentence_and_one_for_everybody_is_read():
    with pytest.raises(UnreadableItemError, match=r"w.pdf could not be read: it is locked"):
        read(locked("secret"), "w.pdf")
    assert texts_of(read(locked(""), "w.pdf")) == ["Hidden text."]


def test_a_pdf_of_pictures_is_a_sentence():
    with pytest.raises(UnreadableItemError, match="only pictures of pages; run text recognition"):
        read(pdf([], []), "scan.pdf")


@pytest.mark.parametrize("cut", [0, 20, 200, 400])
def test_a_pdf_cut_short_is_read_or_a_sentence(cut):
    data = pdf(["A sentence of some length that stands on a page."])[:cut]
    try:
        told = texts_of(read(data, "w.pdf"))[0]
    except InputError as problem:
        told = str(problem)
    assert "A sentence" in told or "w.pdf" in told


def test_documents_in_an_archive_keep_their_names_and_one_bad_one_loses_no_good_one():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("spring/a.txt", "One.\n\nTwo.")
        archive.writestr("autumn/b.md", "# Three")
        archive.writestr("autumn/c.pdf", pdf(["Four."]))
        archive.writestr("autumn/bad.pdf", b"%PDF-1.4 and no more")
        archive.writestr("photo.png", b"\x89PNG")
    found = read(file.getvalue(), "all.zip", parts="paragraphs")
    assert texts_of(found) == ["One.", "Two.", "Three", "Four."]
    assert found.table["document"].tolist() == ["a.txt", "a.txt", "b.md", "c.pdf"]
    assert found.table["label"].tolist() == ["spring", "spring", "autumn", "autumn"]
    told = " ".join(found.notes)
    assert "bad.pdf could not be read" in told
    assert "photo.png was left out" in told
