"""Bad input is one sentence and exit code 2; a bug is a traceback and 1."""

from __future__ import annotations

import pytest

import embedding_core as ec
from embedding_core.cli.inputs import split_settings
from embedding_core.errors import ContractError, InputError, UnknownNameError

GLOVE = ("--model", "glove-6b-50d")
# gensim leaves a file open where it gives up on it.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("frob",),
        ("embed", "words.txt", *GLOVE),
        ("embed", "words.txt", *GLOVE, "--out", "x.docx"),
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
        ("project", "sample:digits", "--metric", "hamming", "--out", "x.parquet"),
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
def test_bad_input_is_one_sentence_and_leaves_nothing(here, shell, arguments, is_one_sentence):
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
def test_what_the_disk_refuses_is_a_sentence(here, shell, place, is_one_sentence):
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
