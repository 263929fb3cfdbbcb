"""Figures as data: what is drawn, in which colours, with which words."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import embedding_core as ec
from embedding_core.collection import Collection, Text
from embedding_core.errors import InputError, SpaceMismatchError, TooLargeError, UnknownNameError
from embedding_core.figures.colours import Categories, Numbers, colours_of, default_color
from embedding_core.figures.labels import place_labels, text_width
from embedding_core.figures.markup import escaped, score, shortened
from embedding_core.palette import OKABE_ITO, VIRIDIS

NASTY = "<script>alert(1)</script> <b>bold</b> &amp; $x^2$ %{x}"


def collection_of(ids, **columns):
    table = pd.DataFrame(columns, dtype=object) if columns else None
    return Collection.of(ids, [Text(id_) for id_ in ids], table, modality="text", name="mine")


def embedding_of(ids, dim=5, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(len(ids), dim)).astype(np.float32)
    return ec.Embedding(tuple(ids), vectors, "test", "vectors")


@pytest.fixture(scope="module")
def royalty():
    collection = ec.SAMPLES["royalty"].read()
    embedding = ec.embed(collection, "glove-6b-50d")
    return collection, embedding, ec.project(embedding, "pca")


def as_plotly_shows(text):
    """Decode as plotly.js does: tags that are left would be taken for markup."""
    assert not re.search(r"<[^<>]*>", text)
    assert "$" not in text
    entities = {"amp": "&", "lt": "<", "gt": ">"}
    return re.sub(
        r"&(#\d+|[a-z]+);",
        lambda m: chr(int(m[1][1:])) if m[1][0] == "#" else entities.get(m[1], m[0]),
        text,
    )


# Text


@pytest.mark.parametrize(
    "text", [NASTY, "&lt;", "&#60;b&#62;", "a < b > c", "<a href='javascript:1'>", "x&y", "<br>"]
)
def test_text_is_shown_as_it_is(text):
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


# Colours


def test_categories_are_the_same_colours_in_any_order():
    one = collection_of("abcd", kind=["x", "y", "x", "z"])
    colours = colours_of(one, "kind", one.ids)
    assert isinstance(colours, Categories)
    assert colours.names == ("x", "y", "z")
    assert colours.colours == OKABE_ITO[:3]
    turned = colours_of(one, "kind", ("d", "c", "b", "a"))
    assert turned.names == colours.names
    assert turned.codes.tolist() == [2, 0, 1, 0]


def test_numbers_are_a_scale_and_few_of_them_categories():
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


def test_empty_and_missing_cells_are_one_category():
    items = collection_of("abc", kind=["", None, "x"])
    found = colours_of(items, "kind", items.ids)
    assert set(found.names) == {"(empty)", "x"}
    assert found.codes[0] == found.codes[1]


def test_colours_say_what_cannot_be_coloured():
    ids = [f"i{i}" for i in range(1_100)]
    items = collection_of(ids, name=[f"n{i}" for i in range(1_100)])
    with pytest.raises(UnknownNameError, match="Did you mean 'name'"):
        colours_of(items, "nam", items.ids)
    with pytest.raises(InputError, match="1,100 different values"):
        colours_of(items, "name", items.ids)


def test_default_colour_is_the_first_column_of_few_categories():
    ids = list("abcdefgh")
    items = collection_of(ids, note=[f"n{i}" for i in range(8)], kind=list("xxyyxxyy"))
    assert default_color(items) == "kind"
    assert default_color(items, "note") == "note"
    assert default_color(items, "nothing of that name") == "kind"
    assert default_color(collection_of(ids)) is None


# Maps


def test_map_shows_every_item_once_where_it_stands(royalty):
    collection, embedding, projection = royalty
    figure = ec.figures.map(embedding, projection, collection=collection, color="group")
    points = [trace for trace in figure.data if trace.mode == "markers"]
    assert [trace.name for trace in points] == sorted(set(collection.table["group"]))
    assert [trace.marker.color for trace in points] == list(OKABE_ITO[: len(points)])
    drawn = {
        re.match(r"<b>(.*?)</b>", text)[1]: (x, y)
        for trace in points
        for text, x, y in zip(trace.hovertext, trace.x, trace.y, strict=True)
    }
    assert drawn == {
        id_: tuple(place) for id_, place in zip(embedding.ids, projection.coords, strict=True)
    }
    by_name = {trace.name: trace for trace in points}
    assert any(text == "<b>king</b><br>group: royalty<br>gender: male<br>pair: king-queen"
               for text in by_name["royalty"].hovertext)  # fmt: skip


def test_map_says_how_far_it_can_be_trusted(royalty):
    collection, embedding, projection = royalty
    trust = ec.quality(embedding, projection)
    for given in (None, trust):
        figure = ec.figures.map(embedding, projection, collection=collection, quality=given)
        (caption,) = (note.text for note in figure.layout.annotations)
        assert f"keeps {trust.neighbor_recall:.0%} of true neighbours" in caption
        assert f"trustworthiness .{round(trust.trustworthiness * 1000)}" in caption


def test_axes_of_pca_have_titles_and_those_of_others_no_numbers(royalty):
    _, embedding, projection = royalty
    figure = ec.figures.map(embedding, projection)
    assert figure.layout.xaxis.title.text == projection.axis_titles[0]
    assert figure.layout.yaxis.title.text == projection.axis_titles[1]
    assert figure.layout.xaxis.showticklabels
    assert figure.layout.yaxis.scaleanchor == "x"
    umap = ec.project(embedding, "umap", n_epochs=50)
    figure = ec.figures.map(embedding, umap)
    assert figure.layout.xaxis.title.text == ""
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert axis.showticklabels is False
        assert axis.showgrid is False


def test_map_in_space(royalty):
    collection, embedding, _ = royalty
    projection = ec.project(embedding, "pca", n_components=3)
    figure = ec.figures.map(embedding, projection, collection=collection, color="group")
    assert {trace.type for trace in figure.data} == {"scatter3d"}
    assert sum(len(trace.z) for trace in figure.data) == len(embedding)
    assert {note.text for note in figure.layout.scene.annotations} == set(embedding.ids)
    assert figure.layout.scene.zaxis.title.text == projection.axis_titles[2]
    assert figure.layout.scene.aspectmode == "data"


def test_map_by_number_has_a_scale_and_marks_what_has_none():
    ids = [f"i{i}" for i in range(20)]
    items = collection_of(ids, year=[1990 + i for i in range(19)] + [None])
    embedding = embedding_of(ids)
    figure = ec.figures.map(embedding, ec.project(embedding, "pca"), collection=items, color="year")
    numbers, rest = (trace for trace in figure.data if trace.mode == "markers")
    assert list(numbers.marker.color) == [1990 + i for i in range(19)]
    assert numbers.marker.colorbar.title.text == "year"
    assert rest.name == "no value"
    assert len(rest.x) == 1


def test_many_points_go_to_webgl_without_labels():
    embedding = embedding_of([f"i{i}" for i in range(6_000)], dim=3)
    projection = ec.project(embedding, "pca")
    figure = ec.figures.map(embedding, projection, quality=ec.quality(embedding, projection, k=1))
    (trace,) = figure.data
    assert trace.type == "scattergl"
    assert trace.marker.opacity < 0.8
    assert len(trace.x) == 6_000


def test_no_text_of_the_person_is_taken_for_markup():
    ids = [NASTY, "b", "c", "d", "e", "f"]
    items = collection_of(ids, **{NASTY: [NASTY, "u", "u", "v", "v", "v"]})
    embedding = embedding_of(ids)
    for n_components in (2, 3):
        projection = ec.project(embedding, "pca", n_components=n_components)
        figure = ec.figures.map(embedding, projection, collection=items, color=NASTY, title=NASTY)
        told = json.dumps(figure.to_plotly_json(), default=list)
        assert "<script" not in told
        assert "<b>bold" not in told
        assert "$x" not in told
        assert as_plotly_shows(figure.layout.title.text) == NASTY
        names = [as_plotly_shows(trace.name) for trace in figure.data if trace.name]
        assert shortened(NASTY) in names
        assert all(trace.hovertemplate is None for trace in figure.data)


def test_map_refuses_what_does_not_belong_together(royalty):
    collection, embedding, projection = royalty
    with pytest.raises(SpaceMismatchError):
        ec.figures.map(embedding.take([0, 1, 2, 3]), projection, collection=collection)
    with pytest.raises(InputError, match="give the collection"):
        ec.figures.map(embedding, projection, color="group")
    with pytest.raises(UnknownNameError, match="light, dark"):
        ec.figures.map(embedding, projection, theme="pink")


def test_items_without_a_vector_are_left_out_of_map_and_colours():
    items = collection_of(["king", "qqzzx", "apple", "queen", "pear"], kind=list("rzfrf"))
    embedding = ec.embed(items, "glove-6b-50d")
    figure = ec.figures.map(embedding, ec.project(embedding, "pca"), collection=items, color="kind")
    points = [trace for trace in figure.data if trace.mode == "markers"]
    assert {trace.name: len(trace.x) for trace in points} == {"f": 2, "r": 2}


@pytest.mark.parametrize("n", [1, 2, 3])
def test_maps_of_few_items_say_that_nothing_can_be_told(n):
    embedding = embedding_of(list("abc")[:n])
    figure = ec.figures.map(embedding, ec.project(embedding, "umap"))
    assert "too few items" in figure.layout.annotations[0].text


# Labels


def test_labels_are_those_that_fit_and_hide_with_their_points(royalty):
    collection, embedding, projection = royalty
    figure = ec.figures.map(embedding, projection, collection=collection, color="group")
    points = {trace.legendgroup: trace for trace in figure.data if trace.mode == "markers"}
    labels = {trace.legendgroup: trace for trace in figure.data if trace.mode == "markers+text"}
    assert set(points) == set(labels)
    for group, trace in labels.items():
        names = [re.match(r"<b>(.*?)</b>", text)[1] for text in points[group].hovertext]
        assert list(trace.customdata) == names
        assert all(text in ("", name) for text, name in zip(trace.text, names, strict=True))
        assert trace.marker.opacity == 0
        assert trace.showlegend is False
    shown = sum(bool(text) for trace in labels.values() for text in trace.text)
    assert shown > 40
    many = ec.SAMPLES["capitals"].read()
    many = ec.embed(many, "glove-6b-50d")
    figure = ec.figures.map(many, ec.project(many, "pca"))
    assert {trace.mode for trace in figure.data} == {"markers"}


def boxes_of(points, texts, sides, size, reach):
    found = []
    for (x, y), text, side in zip(points, texts, sides, strict=True):
        if not side:
            continue
        vertical, horizontal = side.split()
        width, height = text_width(text, size), size
        dx = {"left": -1, "center": 0, "right": 1}[horizontal] * (reach + width / 2)
        dy = {"top": -1, "middle": 0, "bottom": 1}[vertical] * (reach + height / 2)
        found.append(
            (x + dx - width / 2, y + dy - height / 2, x + dx + width / 2, y + dy + height / 2)
        )
    return found


def test_labels_do_not_meet():
    rng = np.random.default_rng(3)
    points = rng.uniform(60, 540, size=(120, 2))
    texts = [f"word {i}" for i in range(120)]
    sides = place_labels(points, texts, width=600, height=600)
    boxes = boxes_of(points, texts, sides, 12, 6)
    assert len(boxes) > 40
    for i, a in enumerate(boxes):
        assert a[0] >= 0
        assert a[2] <= 600
        for b in boxes[:i]:
            assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]


def test_a_lone_label_stands_right_and_one_at_the_edge_left():
    points = np.array([[100.0, 100.0], [590.0, 300.0]])
    assert place_labels(points, ["alone", "edge"], width=600, height=600) == [
        "middle right",
        "middle left",
    ]


# Heatmaps


def test_heatmap_is_the_matrix_in_seriated_order(royalty):
    _, embedding, _ = royalty
    (trace,) = ec.figures.heatmap(embedding).data
    matrix = ec.similarity(embedding)
    order = [embedding.positions[name] for name in trace.x]
    assert sorted(order) == list(range(len(embedding)))
    assert tuple(trace.x) == tuple(trace.y)
    np.testing.assert_array_equal(np.asarray(trace.z), matrix[np.ix_(order, order)])
    near = np.diag(np.asarray(trace.z), 1).mean()
    assert near > np.diag(matrix, 1).mean() - 0.05
    assert near > matrix.mean() + 0.2
    assert trace.text is None
    plain = ec.figures.heatmap(embedding, seriated=False).data[0]
    assert tuple(plain.x) == embedding.ids


@pytest.mark.parametrize("metric", ["cosine", "dot", "euclidean"])
def test_scale_is_centred_on_zero_and_distances_begin_there(royalty, metric):
    (trace,) = ec.figures.heatmap(royalty[1], metric).data
    largest = float(np.abs(ec.similarity(royalty[1], metric)).max())
    expected = {"cosine": (-1, 1), "dot": (-largest, largest), "euclidean": (0, largest)}
    assert (trace.zmin, trace.zmax) == pytest.approx(expected[metric])
    assert trace.colorbar.title.text
    if metric == "euclidean":
        assert trace.colorscale[-1][1] == VIRIDIS[0][1], "far is dark"
    else:
        assert dict(trace.colorscale)[0.5] == "#f7f7f7"


def test_small_heatmaps_carry_their_values():
    embedding = ec.embed(ec.words("king, queen, apple"), "glove-6b-50d")
    figure = ec.figures.heatmap(embedding)
    (trace,) = figure.data
    at = {name: i for i, name in enumerate(trace.x)}
    assert trace.text[at["king"]][at["queen"]] == ".78"
    assert trace.text[at["king"]][at["apple"]] == ".30"
    assert trace.texttemplate == "%{text}"


def test_heatmap_escapes_names_and_keeps_them_apart():
    long = "x" * 30
    embedding = embedding_of([f"{long}1", f"{long}2", "<b>b</b>", "a b", "a  b"])
    (trace,) = ec.figures.heatmap(embedding).data
    assert len(set(trace.x)) == 5
    assert any("&lt;b&gt;b&lt;/b&gt;" in name for name in trace.x)
    assert not any("<" in name for name in trace.x)


def test_heatmap_has_a_limit():
    with pytest.raises(TooLargeError):
        ec.figures.heatmap(embedding_of([str(i) for i in range(5_001)], dim=2))


# The page


class Page(HTMLParser):
    """What a browser would read: elements, and text outside of scripts and styles."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self._quiet, self.links = [], [], False, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._quiet = tag in ("script", "style")
        self.links += [value for name, value in attrs if name in ("src", "href", "srcset")]

    def handle_endtag(self, tag):
        self._quiet = False

    def handle_data(self, data):
        if not self._quiet:
            self.text.append(data)


def test_page_carries_everything_and_fetches_nothing(royalty):
    collection, embedding, projection = royalty
    html = ec.figures.map_html(embedding, projection, collection=collection, color="group")
    page = Page(html)
    assert page.links == []
    assert "link" not in page.tags
    head = html.split("</head>")[0]
    assert "default-src 'none'" in head
    assert "http:" not in head
    assert "https:" not in head
    assert "plotly.js v" in html
    told = " ".join(page.text)
    trust = ec.quality(embedding, projection)
    assert f"keeps {trust.neighbor_recall:.0%} of true neighbours" in told
    assert "Royalty and kinship" in told
    assert "GloVe 6B" in told
    assert "PCA" in told
    assert page.tags.count("tr") == len(embedding) + 1
    for id_ in embedding.ids:
        assert id_ in page.text


def test_nothing_in_a_page_is_taken_for_html():
    ids = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "$plotly", "d"]
    items = collection_of(ids, **{"<i>c</i>": ["</table>", "<!--", "u\u2028v", "w"]})
    embedding = embedding_of(ids)
    projection = ec.project(embedding, "pca")
    usual = Page(
        ec.figures.map_html(
            embedding_of(list("abcd")), ec.project(embedding_of(list("abcd")), "pca")
        )
    )
    page = Page(
        ec.figures.map_html(
            embedding, projection, collection=items, color="<i>c</i>", title="<b>t</b>"
        )
    )
    assert page.tags.count("script") == usual.tags.count("script") == 2
    assert {"img", "i", "b"}.isdisjoint(page.tags)
    for text in [*ids, "<i>c</i>", "<b>t</b>", "</table>"]:
        assert text in page.text


def test_long_tables_are_cut_and_say_so():
    embedding = embedding_of([f"i{i}" for i in range(1_200)], dim=3)
    page = Page(ec.figures.map_html(embedding, ec.project(embedding, "pca")))
    assert page.tags.count("tr") == 1_001
    assert "the first 1,000 of 1,200" in " ".join(page.text)


def test_write_html_is_whole_or_not_there(royalty, tmp_path, monkeypatch):
    collection, embedding, projection = royalty
    target = tmp_path / "map.html"
    assert ec.figures.write_html(target, embedding, projection, collection=collection) == target
    before = target.read_text(encoding="utf-8")
    target.chmod(0o640)
    with pytest.raises(UnknownNameError):
        ec.figures.write_html(target, embedding, projection, collection=collection, color="no")
    assert target.read_text(encoding="utf-8") == before
    ec.figures.write_html(target, embedding, projection)
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]
    for wrong in ("map.png", "no/map.html", ""):
        with pytest.raises(InputError):
            ec.figures.write_html(tmp_path / wrong, embedding, projection)
