"""The glossary's page: a term by its link, by a search, by what is related."""

from __future__ import annotations

from embedding_core.teaching.glossary import glossary

PAGE = "pages/glossary.py"


def test_a_link_opens_a_term_with_its_formula_and_source(page):
    found = page(PAGE, term="trustworthiness")
    term = glossary().terms["trustworthiness"]
    assert term.title in found.text
    assert term.says in found.text
    assert term.formula in found.latex[0].value
    assert "Venna, Kaski" in found.text


def test_what_is_related_is_a_click_away(page):
    found = page(PAGE, term="pca")
    button = next(each for each in found.button if each.label == "Whitening")
    button.click()
    assert found.run().link == {"term": "whitening"}


def test_a_search_narrows_the_list(page):
    found = page(PAGE, find="neighbour")
    titles = list(found.dataframe[0].value["Term"])
    assert titles == [term.title for term in glossary().find("neighbour")]
    assert "Nearest neighbours" in titles


def test_a_search_for_nothing_known_says_so(page):
    found = page(PAGE, find="xyzzy")
    assert "No term is called so" in found.info[0].value


def test_an_unknown_term_in_the_link_is_told(page):
    found = page(PAGE, term="nonsense")
    assert "The link could not be followed" in found.text
    assert "Embedding" in found.text
