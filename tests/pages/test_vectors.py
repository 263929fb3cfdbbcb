"""The Vectors page: files of vectors open in the shared panel."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.similarity import METRICS

VECTORS = "pages/vectors.py"
RANDOM = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def csv(array):
    rows = ["name,kind," + ",".join(f"d{i}" for i in range(array.shape[1]))]
    rows += [f"item {i},{i % 3}x," + ",".join(map(str, row)) for i, row in enumerate(array)]
    return "\n".join(rows).encode()


def upload(page, name, data):
    shown = page(VECTORS, data="uploaded", map="pca")
    shown.file_uploader[0].upload(name, data)
    return shown.run()


@pytest.mark.parametrize("sample", [s.name for s in ec.SAMPLES.values() if s.modality == "vectors"])
def test_built_in_vectors_open(page, sample):
    shown = page(VECTORS, data=sample, map="pca")
    assert not shown.errors
    assert "nearest to each other" in shown.headline


@pytest.mark.parametrize(("name", "data"), [("a.npy", npy(RANDOM)), ("a.csv", csv(RANDOM))])
def test_an_upload_opens_with_its_nearest_pair(page, name, data):
    shown = upload(page, name, data)
    assert not shown.errors
    unit = RANDOM / np.linalg.norm(RANDOM, axis=1, keepdims=True)
    near = unit @ unit.T - 2 * np.eye(40)
    i, j = sorted(np.unravel_index(near.argmax(), near.shape))
    prefix = "item " if name.endswith("csv") else ""
    assert f"{prefix}{i} and {prefix}{j} are nearest" in shown.headline


def test_what_the_command_line_wrote_opens(page, tmp_path):
    words = ec.words("king, queen, apple, pear, car")
    embedding = ec.embed(words, "glove-6b-50d")
    path = ec.write(tmp_path / "words.parquet", words, embedding)
    shown = upload(page, path.name, path.read_bytes())
    assert "king and queen are nearest to each other (.784)" in shown.headline


def test_an_upload_is_still_there_after_another_page(page):
    front = page("app.py")
    front.test.switch_page(VECTORS)
    front.run().selectbox(key="vectors:data").set_value("uploaded")
    front.run().file_uploader[0].upload("a.npy", npy(RANDOM))
    headline = front.run().headline
    assert headline
    front.test.switch_page("pages/words.py")
    front.run()
    front.test.switch_page(VECTORS)
    assert front.run().headline == headline


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.npy", b"", "is empty"),
        ("cut.npy", npy(RANDOM)[:100], "cut short"),
        ("objects.npy", npy(np.array([{}, None], dtype=object)), "never opened"),
        ("all.npy", npy(np.full((5, 3), np.nan)), "Every vector in all.npy has NaN"),
        ("flat.npy", npy(np.arange(5.0)), "one row an item"),
        ("a.parquet", b"PAR1 no", "no valid Parquet"),
        ("words.csv", b"a,b\nx,y\n", "no columns of numbers"),
    ],
)
def test_bad_files_are_a_sentence(page, name, data, said):
    shown = upload(page, name, data)
    assert len(shown.errors) == 1
    assert said in shown.errors[0]


def test_bad_rows_are_counted_named_and_left_out(page):
    array = RANDOM.copy()
    array[3, 2], array[7, 0] = np.nan, np.inf
    shown = upload(page, "a.npy", npy(array))
    assert "2 vectors have NaN" in shown.text
    assert "were left out: “3”, “7”" in shown.text
    assert "Of 38 items" in shown.headline


@pytest.mark.parametrize("side", ["selected", "heatmap", "table", "save"])
@pytest.mark.parametrize("selected", [(), ("king",), ("king", "queen"), ("king", "queen", "war")])
def test_every_side_answers_for_every_selection(page, side, selected):
    shown = page(VECTORS, data="frequent-words", side=side, map="pca", sel=list(selected))
    assert not shown.errors
    assert shown.headline


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_reaches_every_side(page, metric):
    for side in ("selected", "heatmap", "table"):
        shown = page(VECTORS, metric=metric, side=side, map="pca", sel=["1 #1"])
        assert not shown.errors
        assert shown.headline.startswith("1 #1 is nearest to")


def several(**files):
    return [(name.replace("_", "."), data, "") for name, data in files.items()]


def test_vectors_and_their_metadata_are_brought_at_once(page):
    vectors = "\n".join("\t".join(map(str, row)) for row in RANDOM.tolist()).encode()
    names = [f"<b>{i}</b>\t{i % 3}" for i in range(40)]
    shown = page(VECTORS, data="uploaded", map="pca")
    shown.file_uploader[0].set_value(
        several(vectors_tsv=vectors, metadata_tsv="\n".join(["name\tgroup", *names]).encode())
    )
    shown.run()
    assert not shown.errors
    assert "<b>" in shown.headline
    assert any("group" in option for option in shown.selectbox(key="vectors:color").options)
    shown.file_uploader[0].set_value(several(vectors_tsv=vectors, metadata_tsv=b"a\nb\n"))
    shown.run()
    assert "vectors.tsv has 40 vectors and metadata.tsv has 2 lines" in shown.errors[0]


def test_of_several_arrays_one_can_be_chosen_and_any_column_names_the_items(page):
    buffer = io.BytesIO()
    names = np.array([f"n{i}" for i in range(40)])
    np.savez(buffer, vectors=RANDOM, other=RANDOM[:, :2], title=names, code=names[::-1])
    shown = upload(page, "a.npz", buffer.getvalue())
    assert "it also has “other”" in shown.text
    unit = RANDOM / np.linalg.norm(RANDOM, axis=1, keepdims=True)
    near = unit @ unit.T - 2 * np.eye(40)
    i, j = sorted(np.unravel_index(near.argmax(), near.shape))
    assert f"n{i} and n{j} are nearest" in shown.headline
    shown.selectbox(key="vectors:label").set_value("code")
    shown.run()
    assert f"n{39 - i} and n{39 - j} are nearest" in shown.headline
    shown.selectbox(key="vectors:column").set_value("other")
    shown.run()
    assert not shown.errors
    assert f"n{39 - i} and n{39 - j} are nearest" not in shown.headline


def test_a_path_is_read_only_where_the_app_is_ones_own(page, monkeypatch, tmp_path):
    np.save(tmp_path / "a.npy", RANDOM)
    shown = page(VECTORS, data="uploaded", map="pca")
    assert not shown.text_input or all(f.key != "vectors:path" for f in shown.text_input)
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    shown = page(VECTORS, data="uploaded", map="pca", path=str(tmp_path / "a.npy"))
    # A link cannot make the page read a path.
    assert not shown.headline
    shown.text_input(key="vectors:path").set_value(str(tmp_path / "a.npy"))
    assert "Of 40 items" in shown.run().headline
    shown.text_input(key="vectors:path").set_value(str(tmp_path / "gone.npy"))
    assert "neither a file nor a folder" in shown.run().errors[0]


def test_a_lance_table_opens_by_its_path(page, monkeypatch, tmp_path):
    lancedb = pytest.importorskip("lancedb")
    rows = [{"id": f"n{i}", "vector": row} for i, row in enumerate(RANDOM.tolist())]
    lancedb.connect(tmp_path).create_table("t", rows)
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    shown = page(VECTORS, data="uploaded", map="pca")
    shown.text_input(key="vectors:path").set_value(str(tmp_path / "t.lance"))
    shown.run()
    assert not shown.errors
    assert "Of 40 items" in shown.headline


def test_ragged_rows_are_counted_on_screen(page):
    rows = [{"id": f"n{i}", "vector": row} for i, row in enumerate(RANDOM.tolist())]
    rows[4]["vector"] = [1, 2]
    shown = upload(page, "a.jsonl", "\n".join(map(json.dumps, rows)).encode())
    assert "1 row has no vector of length 6" in shown.text
    assert "Of 39 items" in shown.headline


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.ones((12, 4)), "All 12 vectors are the same"),
        (np.pad(RANDOM, ((0, 2), (0, 0))), "2 vectors are all zeros"),
        (np.pad(RANDOM, ((0, 0), (0, 3)), constant_values=7), ""),
        (RANDOM[:1], ""),
        (RANDOM[:, :1], ""),
    ],
)
def test_data_that_no_map_likes_is_drawn_all_the_same(page, array, said):
    shown = upload(page, "a.npy", npy(array))
    assert not shown.errors
    assert shown.headline
    assert said in shown.text


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("ratings.csv", "userId,movieId,rating,timestamp\n1,2,4,900\n1,3,2,901\n2,2,5,902\n",
         "ratings, not vectors; bring it to the Recommend page."),
        ("ties.csv", "source,target,weight\n1,2,4\n1,3,2\n2,3,5\n",
         "a graph, not vectors; bring it to the Graphs page."),
        ("ties.txt", "1 2\n1 3\n2 3\n3 4\n", "a graph, not vectors; bring it to the Graphs page."),
    ],
)  # fmt: skip
def test_what_another_page_is_for_is_sent_there(page, name, text, where):
    shown = upload(page, name, text.encode())
    assert shown.errors == [f"{name} holds {where}"]
    assert not shown.headline


def test_vectors_with_headings_like_those_of_a_graph_open(page):
    head = "source,target," + ",".join(f"d{i}" for i in range(6))
    rows = [f"a{i},b{i % 3}," + ",".join(map(str, row)) for i, row in enumerate(RANDOM)]
    shown = upload(page, "a.csv", "\n".join([head, *rows]).encode())
    assert not shown.errors
    assert "Of 40 items" in shown.headline
