"""The shell as a person runs it: files, exit codes, Ctrl-C, a reader that leaves."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import embedding_core as ec
from embedding_core.cli.terminal import ProgressLine, stoppable
from embedding_core.origin import KEY

ROOT = Path(__file__).resolve().parent.parent.parent
GLOVE = ("--model", "glove-6b-50d")
WORDS = "king\nqueen\nman\nwoman\napple\npear\nbanana\ncherry\n"


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


def test_what_cannot_be_read_is_one_sentence_and_exit_code_2(here, is_one_sentence):
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


def test_ctrl_c_that_a_library_swallows_ends_the_next_step():
    progress = ProgressLine(io.StringIO())
    with stoppable():
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            progress(1, 10, "epochs")
    with stoppable():
        progress(1, 10, "epochs")
