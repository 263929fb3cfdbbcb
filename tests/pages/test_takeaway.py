"""Take away: files that hold what is on screen, and projects that bring it back."""

from __future__ import annotations

import numpy as np
import pytest
import streamlit as st

import embedding_core as ec
import ui.explorer
from embedding_core import project_file, projection, seal

VECTORS = "pages/vectors.py"
WORDS = "pages/words.py"


@pytest.fixture
def files(monkeypatch):
    """What the download buttons of the last run would give, by file name."""
    made = {}

    def button(label, make, name, mime, **options):
        made[name] = make
        return False

    monkeypatch.setattr(st, "download_button", button)
    return made


@pytest.fixture
def maps(monkeypatch):
    """The maps that were drawn on screen, the latest last."""
    drawn = []
    draw = ui.explorer.draw_map

    def draw_map(geometry, style, **options):
        drawn.append((geometry, style))
        return draw(geometry, style, **options)

    monkeypatch.setattr(ui.explorer, "draw_map", draw_map)
    return drawn


@pytest.fixture
def computed(monkeypatch):
    """The methods of the maps that were computed."""
    methods = []
    project = projection.project

    def counted(embedding, name="umap", **options):
        methods.append(name)
        return project(embedding, name, **options)

    monkeypatch.setattr(ec, "project", counted)
    return methods


def opened(page, data, name="p.parquet"):
    shown = page(VECTORS, data="uploaded")
    shown.file_uploader[0].upload(name, data)
    return shown.run()


ITEMS = [f"item {i}" for i in range(60)]
GROUPS = np.random.default_rng(5).normal(size=(60, 6)) + np.repeat(np.eye(6)[:3] * 9, 20, axis=0)
CSV = "\n".join(
    ["name,kind,<b>price</b>," + ",".join(f"d{i}" for i in range(6))]
    + [
        f"{name},{i // 20}x,{i * 1.5}," + ",".join(map(str, row))
        for i, (name, row) in enumerate(zip(ITEMS, GROUPS, strict=True))
    ]
).encode()


def uploaded(page, **link):
    shown = page(VECTORS, data="uploaded", **link)
    shown.file_uploader[0].upload("own.csv", CSV)
    return shown.run()


def test_a_project_brings_back_an_upload_its_map_colours_and_selection(page, files, maps, computed):
    before = uploaded(
        page, map="tsne", dims="3", color="<b>price</b>", side="save", metric="euclidean",
        prep="centered", sel=["item 3", "item 4", "item 59"], crowds="1",
        **{"tsne.perplexity": "12"},
    )  # fmt: skip
    assert not before.errors
    project = files["vectors-project.parquet"]()
    geometry, style = maps[-1]
    assert seal.is_intact(project)
    assert ec.read(project, name="p.parquet").ids == tuple(ITEMS)
    # What is written are the vectors as they came, not as they were prepared.
    np.testing.assert_allclose(
        ec.read(project, name="p.parquet").payloads.matrix, GROUPS, rtol=1e-6
    )
    computed.clear()
    after = opened(page, project)
    assert not after.errors
    assert "tsne" not in computed
    again, style_again = maps[-1]
    np.testing.assert_array_equal(again.coords, geometry.coords)
    np.testing.assert_array_equal(style_again.selected, style.selected)
    np.testing.assert_array_equal(style_again.values, style.values)
    # What the pointer shows are the columns, markup in their names or not.
    assert dict(again.details)["<b>price</b>"] == dict(geometry.details)["<b>price</b>"]
    # The code behind it says how the vectors were prepared.
    assert "mean(" in after.code[0].value
    assert style_again.by_density
    assert after.headline == before.headline
    assert before.link.items() <= after.link.items()
    # Until a setting is changed: then the map is drawn anew.
    after.selectbox(key="vectors:metric").set_value("cosine")
    after.run()
    assert "tsne" in computed
    assert not np.array_equal(maps[-1][0].coords, geometry.coords)


def test_words_with_their_model_become_vectors_with_the_same_map(page, files, maps):
    words = ", ".join(ec.SAMPLES["royalty"].read().ids)
    page(WORDS, data="typed", words=words, map="tsne", side="save", sel=["king"])
    project = files["words-project.parquet"]()
    geometry, _ = maps[-1]
    after = opened(page, project)
    np.testing.assert_array_equal(maps[-1][0].coords, geometry.coords)
    assert after.headline.startswith("king is nearest to")
    read = ec.read(project, name="p.parquet")
    assert read.context.spec_name == "glove-6b-50d"
    assert ec.embed(read).space == ec.embed(ec.words("apple"), "glove-6b-50d").space


def test_a_selection_too_large_for_a_link_is_in_the_project(page, files, maps):
    many = [f"{digit} #{number}" for digit in range(4) for number in range(1, 141)]
    before = page(VECTORS, map="pca", side="save", sel=many)
    assert "sel" not in before.link
    n = len(maps[-1][1].selected)
    assert n > 500
    opened(page, files["vectors-project.parquet"]())
    assert len(maps[-1][1].selected) == n


def test_only_what_is_isolated_is_taken_away(page, files):
    shown = uploaded(page, map="pca", side="save", only=ITEMS[:5])
    assert "Only the 5 items in view go into it" in shown.text
    for name, make in files.items():
        assert ec.read(make(), "vectors", name=name).ids[0] in ("item 0", "item_0"), name
        assert len(ec.read(make(), "vectors", name=name)) == 5, name
    after = opened(page, files["vectors-project.parquet"]())
    assert "only" not in after.link
    assert "Of 5 items" in after.headline


def test_every_format_is_one_choice_away(page, files):
    shown = uploaded(page, map="pca", side="save")
    for form in ("csv", "projector", "word2vec", "npz", "html"):
        shown.selectbox(key="vectors:format").set_value(form)
        files.clear()
        shown.run()
        assert not shown.errors
        name = next(name for name in files if "project.parquet" not in name)
        data = files[name]()
        if form == "html":
            assert b"item 7" in data
        else:
            found = ec.read(data, "vectors", name=name)
            np.testing.assert_allclose(found.payloads.matrix, GROUPS, rtol=1e-5)


def test_the_page_taken_away_is_coloured_by_trust_as_on_screen(page, files):
    shown = uploaded(page, map="pca", side="save", format="html", color="?trust")
    assert not shown.errors
    assert b"true neighbours kept" in files["vectors-pca.html"]()


def test_a_project_with_one_byte_changed_opens_as_plain_vectors_and_says_so(page, files):
    uploaded(page, map="tsne", side="save", sel=["item 7"])
    project = bytearray(files["vectors-project.parquet"]())
    at = project.index(b"item 0")
    project[at : at + 1] = b"I"
    shown = opened(page, bytes(project))
    assert "was changed after it was saved" in shown.text
    assert "sel" not in shown.link
    assert "map" not in shown.link


def test_a_project_of_a_newer_version_opens_as_far_as_it_can_be_read(page, tmp_path, monkeypatch):
    words = ec.words("king, queen, apple, pear, car")
    embedding = ec.embed(words, "glove-6b-50d")
    monkeypatch.setattr(project_file, "VERSION", 9)
    path = project_file.write(
        tmp_path / "p.parquet", words, embedding, view={"link": {"map": ["pca"]}}
    )
    monkeypatch.undo()
    shown = opened(page, path.read_bytes())
    assert "saved by a newer version" in shown.text
    assert "king and queen are nearest" in shown.headline
    assert "map" not in shown.link


def test_a_view_that_asks_for_what_is_not_there_is_told_and_the_rest_followed(page, tmp_path):
    words = ec.words("king, queen, apple, pear, car")
    embedding = ec.embed(words, "glove-6b-50d")
    link = {"map": ["pca"], "metric": ["nosuch"], "color": ["gone"], "sel": ["king", "x"]}
    path = project_file.write(tmp_path / "p.parquet", words, embedding, view={"link": link})
    shown = opened(page, path.read_bytes())
    assert shown.headline.startswith("king is nearest to")
    assert "nosuch" in shown.text
    assert shown.link["map"] == "pca"


@pytest.mark.parametrize("view", [{"link": 3}, {"link": {"map": 3}}, {"link": {"sel": None}}, {}])
def test_a_view_of_nonsense_is_passed_over(page, tmp_path, view):
    words = ec.words("king, queen, apple, pear, car")
    embedding = ec.embed(words, "glove-6b-50d")
    path = project_file.write(tmp_path / "p.parquet", words, embedding, view=view)
    shown = opened(page, path.read_bytes())
    assert "king and queen are nearest" in shown.headline


def test_what_the_shell_projected_opens_with_its_own_map(page, maps, computed, tmp_path):
    words = ec.words("king, queen, apple, pear, car, boat, plane")
    embedding = ec.embed(words, "glove-6b-50d")
    drawn = projection.project(embedding, "tsne", seed=3, perplexity=2)
    path = ec.write(tmp_path / "w.parquet", words, embedding, drawn)
    shown = opened(page, path.read_bytes())
    assert "tsne" not in computed
    np.testing.assert_array_equal(maps[-1][0].coords, drawn.coords)
    assert shown.link["map"] == "tsne"
    assert shown.link["seed"] == "3"


def test_a_second_project_takes_the_place_of_the_first(page, files, maps):
    uploaded(page, map="pca", side="save", sel=["item 7"])
    first = files["vectors-project.parquet"]()
    uploaded(page, map="pca", side="save", dims="3")
    second = files["vectors-project.parquet"]()
    shown = opened(page, first)
    assert shown.headline.startswith("item 7 is nearest to")
    shown.file_uploader[0].set_value([("q.parquet", second, "")])
    shown.run()
    assert maps[-1][0].coords.shape[1] == 3
    assert "sel" not in shown.link
