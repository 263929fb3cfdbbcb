"""A person's text in figures, and what colours a column gives."""

from __future__ import annotations

import numpy as np
import pytest

from embedding_core.errors import UnknownNameError
from embedding_core.figures.colours import Categories, Numbers, colours_of, default_color
from embedding_core.figures.markup import escaped, score, shortened
from embedding_core.palette import CATEGORIES, OKABE_ITO, REST, category_colours
from tools.palette import distances, parse


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> $x^2$ %{x}",
        "&lt;",
        "&#60;b&#62;",
        "a < b > c",
        "<a href='javascript:1'>",
        "x&y",
        "<br>",
    ],
)
def test_text_is_shown_as_it_is(text, as_plotly_shows):
    assert as_plotly_shows(escaped(text)) == text


def test_text_stays_on_one_line_and_is_cut():
    assert escaped("a\n b\t c") == "a b c"
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("abcd", 4) == "abcd"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.7839, ".784"),
        (-0.12, "-.120"),
        (1, "1"),
        (0.99999, "1"),
        (-0.0001, ".000"),
        (3.414, "3.41"),
        (12345, "12,345"),
    ],
)
def test_scores_read_as_people_write_them(value, text):
    assert score(value) == text


def test_categories_are_the_same_colours_in_any_order(collection_of):
    one = collection_of("abcd", kind=["x", "y", "x", "z"])
    colours = colours_of(one, "kind", one.ids)
    assert isinstance(colours, Categories)
    assert colours.names == ("x", "y", "z")
    assert colours.colours == OKABE_ITO[:3]
    turned = colours_of(one, "kind", ("d", "c", "b", "a"))
    assert turned.names == colours.names
    assert turned.codes.tolist() == [2, 0, 1, 0]


def test_numbers_are_a_scale_and_few_of_them_categories(collection_of):
    ids = [f"i{i}" for i in range(20)]
    many = collection_of(ids, year=[str(1990 + i) for i in range(19)] + [""])
    numbers = colours_of(many, "year", many.ids)
    assert isinstance(numbers, Numbers)
    assert numbers.values[:2].tolist() == [1990, 1991]
    assert np.isnan(numbers.values[-1])
    few = collection_of(ids, cls=[i % 3 for i in range(20)])
    found = colours_of(few, "cls", few.ids)
    assert isinstance(found, Categories)
    assert found.names == ("0", "1", "2")
    digits = collection_of([f"i{i}" for i in range(40)], digit=[str(i % 11) for i in range(40)])
    found = colours_of(digits, "digit", digits.ids)
    assert isinstance(found, Categories)
    assert found.names == tuple(map(str, range(11)))


def test_empty_and_missing_cells_are_one_category(collection_of):
    items = collection_of("abc", kind=["", None, "x"])
    found = colours_of(items, "kind", items.ids)
    assert set(found.names) == {"(empty)", "x"}
    assert found.codes[0] == found.codes[1]


def test_an_unknown_column_is_named(collection_of):
    items = collection_of(["a", "b"], name=["x", "y"])
    with pytest.raises(UnknownNameError, match="Did you mean 'name'"):
        colours_of(items, "nam", items.ids)


def test_of_more_categories_than_a_legend_shows_the_rarest_share_a_grey(collection_of):
    names = [f"n{i}" for i in range(1_100)] + ["common"] * 5
    items = collection_of([f"i{i}" for i in range(len(names))], name=names)
    found = colours_of(items, "name", items.ids)
    assert len(found.names) == 1_024
    assert found.names[-1] == "78 rarer values"
    assert found.colours[-1] == REST
    assert "common" in found.names
    assert np.bincount(found.codes)[-1] == 78


@pytest.mark.parametrize(("n", "least"), [(7, 0.075), (16, 0.075), (32, 0.045), (64, 0.03)])
def test_categories_are_told_apart_with_any_colour_vision(n, least):
    colours = parse(category_colours(n))
    gaps = distances(colours, colours)
    assert gaps[~np.eye(n, dtype=bool)].min() > least


def test_all_categories_differ_and_none_is_the_rest():
    assert len({*CATEGORIES, REST}) == len(CATEGORIES) + 1


def test_default_colour_is_the_first_column_of_few_categories(collection_of):
    ids = list("abcdefgh")
    items = collection_of(ids, note=[f"n{i}" for i in range(8)], kind=list("xxyyxxyy"))
    assert default_color(items) == "kind"
    assert default_color(items, "note") == "note"
    assert default_color(items, "nothing of that name") == "kind"
    assert default_color(collection_of(ids)) is None
