"""The glossary: complete, short, and what is malformed in it loses nothing else."""

from __future__ import annotations

import re

import pytest

from embedding_core.errors import InputError, UnknownNameError
from embedding_core.teaching.glossary import glossary, linked, term

TERMS = glossary().terms


def test_nothing_of_it_is_left_out():
    assert glossary().notes == ()
    assert len(TERMS) >= 70


@pytest.mark.parametrize("name", TERMS)
def test_a_term_is_two_sentences_a_formula_and_links_that_exist(name):
    entry = TERMS[name]
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z“])", entry.says)
    assert len(sentences) == 2, sentences
    assert entry.says.endswith(".")
    assert entry.formula.count("{") == entry.formula.count("}")
    assert entry.symbols.count("$") % 2 == 0
    for other in entry.related:
        assert other in TERMS
        assert other != name


def test_no_word_means_two_terms():
    words = [word.casefold() for each in TERMS.values() for word in each.words]
    assert sorted(words) == sorted(set(words))


def test_they_stand_in_the_order_of_the_alphabet():
    titles = [each.title.casefold().lstrip("[") for each in TERMS.values()]
    assert titles == sorted(titles)


def test_a_search_finds_names_before_mentions():
    found = [each.name for each in glossary().find("  COSine ")]
    assert found[0] == "cosine"
    assert "normalisation" in found
    assert glossary().find("PCA")[0].name == "pca"
    assert glossary().find("xyzzy") == ()
    assert len(glossary().find("")) == len(TERMS)


def test_first_mentions_become_links():
    text = linked("Trustworthiness, continuity and trustworthiness; a trustworthinesslike.",
                  ["trustworthiness", "continuity", "umap"])  # fmt: skip
    assert text == (
        "[Trustworthiness](glossary?term=trustworthiness), [continuity](glossary?term=continuity)"
        " and trustworthiness; a trustworthinesslike."
    )


def test_a_longer_name_is_not_cut_by_a_shorter_one():
    text = linked("A random walk along edges.", ["graph", "random-walk"])
    assert text == ("A [random walk](glossary?term=random-walk) along edges.")
    once = linked("mean nearest neighbours", ["nearest-neighbour", "nearest-neighbour"])
    assert once.count("](") == 1


def test_an_unknown_term_is_named():
    with pytest.raises(UnknownNameError, match="nonsense"):
        term("nonsense")
    with pytest.raises(UnknownNameError):
        linked("text", ["nonsense"])


GOOD = 'name = "a"\ntitle = "A"\nsays = "One. Two."\nformula = "x"\nsymbols = "s"\n'


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ('name = "b"', "title is missing"),
        (GOOD.replace('"x"', "3"), "formula is no text"),
        (GOOD + 'also = "b"', "also is no list of texts"),
        (GOOD + 'picture = "b"', "there is no field picture"),
        (GOOD, "the name a is taken"),
    ],
)
def test_a_malformed_term_is_left_out_with_a_note(tmp_path, bad, told):
    (tmp_path / "glossary.toml").write_text(f"[[terms]]\n{GOOD}\n[[terms]]\n{bad}\n")
    found = glossary(tmp_path)
    assert list(found.terms) == ["a"]
    assert told in found.notes[0]
    assert "Term 2" in found.notes[0]


def test_what_is_no_toml_is_told(tmp_path):
    (tmp_path / "glossary.toml").write_text("terms = [")
    with pytest.raises(InputError, match="cannot be read as TOML"):
        glossary(tmp_path)
