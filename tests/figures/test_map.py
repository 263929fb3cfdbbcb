"""A map as data: what is drawn, in which colours, with which words."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.errors import InputError, SpaceMismatchError, UnknownNameError
from embedding_core.figures.labels import place_labels, text_width
from embedding_core.figures.markup import shortened
from embedding_core.palette import OKABE_ITO


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


def test_map_by_number_has_a_scale_and_marks_what_has_none(collection_of, embedding_of):
    ids = [f"i{i}" for i in range(20)]
    items = collection_of(ids, year=[1990 + i for i in range(19)] + [None])
    embedding = embedding_of(ids)
    figure = ec.figures.map(embedding, ec.project(embedding, "pca"), collection=items, color="year")
    numbers, rest = (trace for trace in figure.data if trace.mode == "markers")
    assert list(numbers.marker.color) == [1990 + i for i in range(19)]
    assert numbers.marker.colorbar.title.text == "year"
    assert rest.name == "no value"
    assert len(rest.x) == 1


def test_many_points_go_to_webgl_without_labels(embedding_of):
    embedding = embedding_of([f"i{i}" for i in range(6_000)], dim=3)
    projection = ec.project(embedding, "pca")
    figure = ec.figures.map(embedding, projection, quality=ec.quality(embedding, projection, k=1))
    (trace,) = figure.data
    assert trace.type == "scattergl"
    assert trace.marker.opacity < 0.8
    assert len(trace.x) == 6_000


def test_no_text_of_the_person_is_taken_for_markup(
    collection_of, embedding_of, as_plotly_shows, nasty
):
    ids = [nasty, "b", "c", "d", "e", "f"]
    items = collection_of(ids, **{nasty: [nasty, "u", "u", "v", "v", "v"]})
    embedding = embedding_of(ids)
    for n_components in (2, 3):
        projection = ec.project(embedding, "pca", n_components=n_components)
        figure = ec.figures.map(embedding, projection, collection=items, color=nasty, title=nasty)
        told = json.dumps(figure.to_plotly_json(), default=list)
        assert "<script" not in told
        assert "<b>bold" not in told
        assert "$x" not in told
        assert as_plotly_shows(figure.layout.title.text) == nasty
        names = [as_plotly_shows(trace.name) for trace in figure.data if trace.name]
        assert shortened(nasty) in names
        assert all(trace.hovertemplate is None for trace in figure.data)


def test_map_refuses_what_does_not_belong_together(royalty):
    collection, embedding, projection = royalty
    with pytest.raises(SpaceMismatchError):
        ec.figures.map(embedding.take([0, 1, 2, 3]), projection, collection=collection)
    with pytest.raises(InputError, match="give the collection"):
        ec.figures.map(embedding, projection, color="group")
    with pytest.raises(UnknownNameError, match="light, dark"):
        ec.figures.map(embedding, projection, theme="pink")


def test_items_without_a_vector_are_left_out_of_map_and_colours(collection_of):
    items = collection_of(["king", "qqzzx", "apple", "queen", "pear"], kind=list("rzfrf"))
    embedding = ec.embed(items, "glove-6b-50d")
    figure = ec.figures.map(embedding, ec.project(embedding, "pca"), collection=items, color="kind")
    points = [trace for trace in figure.data if trace.mode == "markers"]
    assert {trace.name: len(trace.x) for trace in points} == {"f": 2, "r": 2}


@pytest.mark.parametrize("n", [1, 2, 3])
def test_maps_of_few_items_say_that_nothing_can_be_told(n, embedding_of):
    embedding = embedding_of(list("abc")[:n])
    figure = ec.figures.map(embedding, ec.project(embedding, "umap"))
    assert "too few items" in figure.layout.annotations[0].text


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
