"""The notebook and the snippets the app writes do what they say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import embedding_core as ec
from embedding_core.errors import UnknownNameError
from embedding_core.snippets import Source, snippet

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
# Jupyter's client leaves its sockets to the interpreter.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning:zmq")
def test_notebook_runs(path, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=240,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    told = "\n".join(
        output.get("text", "") or output.get("data", {}).get("text/plain", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
    assert "king - queen: 0.784" in told
    assert "king - apple: 0.305" in told
    assert "Neighbor(id='queen'" in told
    figures = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "application/vnd.plotly.v1+json" in output.get("data", {})
    ]
    assert len(figures) == 2
    assert not list(tmp_path.iterdir()), "it leaves nothing behind"


def test_there_is_a_notebook_and_it_is_clean():
    assert NOTEBOOKS
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        for cell in notebook.cells:
            assert not cell.get("outputs")
            assert cell.get("execution_count") is None


def run(program, folder):
    return subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:__main__", "-c", program],
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_snippet_of_a_sample_makes_the_very_same_map(tmp_path):
    program = snippet(
        Source(sample="royalty"),
        model="glove-6b-50d",
        projector="umap",
        projector_params={"n_neighbors": 8, "min_dist": 0.3},
        n_components=3,
        metric="euclidean",
        seed=5,
        color="gender",
    )
    embedding = ec.embed(ec.SAMPLES["royalty"].read(), "glove-6b-50d")
    projection = ec.project(
        embedding,
        "umap",
        n_components=3,
        metric="euclidean",
        seed=5,
        n_neighbors=8,
        min_dist=0.3,
    )
    ran = run(program + "print(projection.fingerprint)\n", tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[-1] == projection.fingerprint
    assert f"keeps {ec.quality(embedding, projection).neighbor_recall:.0%}" in ran.stdout
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "Royalty and kinship" in page


def test_snippet_of_typed_words_keeps_quotes_and_line_breaks(tmp_path):
    program = snippet(
        Source(words='king\nqueen, "apple"\n\\n, pear, it\'s'),
        model="glove-6b-50d",
        projector="pca",
    )
    ran = run(program + "print(items.ids)\n", tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == repr(
        ec.words('king\nqueen, "apple"\n\\n, pear, it\'s').ids
    )


def test_snippet_trains_on_a_file_from_a_table(tmp_path):
    (tmp_path / "text.txt").write_text("the king saw the queen\nthe queen saw a king\n" * 40)
    (tmp_path / "list.csv").write_text("number,thing\n1,king\n2,queen\n3,saw\n4,the\n5,a\n")
    settings = {"vector_size": 5, "min_count": 1, "epochs": 2, "seed": 7}
    program = snippet(
        Source(path="list.csv", modality="text", options={"column": "thing"}),
        model="word2vec",
        # As an embedding's params have it, with the seed among them.
        params=settings,
        corpus="text.txt",
        model_seed=7,
        projector="pca",
    )
    ran = run(program + "print(embedding.fingerprint)\n", tmp_path)
    assert ran.returncode == 0, ran.stderr
    expected = ec.embed(
        ec.read(tmp_path / "list.csv", "text", column="thing"),
        "word2vec",
        corpus=ec.read_corpus(tmp_path / "text.txt"),
        **settings,
    )
    assert ran.stdout.split()[-1] == expected.fingerprint


def test_snippet_of_ready_made_vectors(tmp_path):
    program = snippet(Source(sample="digits"), projector="pca", color="digit")
    ran = run(program + "print(embedding.fingerprint)\n", tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[-1] == ec.embed(ec.SAMPLES["digits"].read()).fingerprint


@pytest.mark.parametrize(
    "wrong",
    [{"model": "glov"}, {"projector": "umapp"}, {"source": Source(sample="royalti")}],
    ids=["model", "projector", "sample"],
)
def test_snippet_names_only_what_there_is(wrong):
    with pytest.raises(UnknownNameError):
        snippet(**{"source": Source(sample="royalty"), **wrong})
