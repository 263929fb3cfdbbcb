"""What the shell reads: files, folders, archives, samples, texts to learn from."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pyarrow.parquet as pq

import embedding_core as ec
from embedding_core.origin import KEY

GLOVE = ("--model", "glove-6b-50d")
WORDS = "king\nqueen\nman\nwoman\napple\npear\nbanana\ncherry\n"


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


def test_every_format_is_written_and_read_again(here, shell):
    for name in ("x.csv", "x.npz", "x.vec", "x.zip", "vectors.tsv"):
        code, _, err = shell("embed", "sample:royalty", *GLOVE, "--out", name)
        assert code == 0, err
        more = ("--metadata", "metadata.tsv") if name == "vectors.tsv" else ()
        code, _, err = shell("embed", name, *more, "--out", "again.parquet")
        assert code == 0, err
        again = pq.read_table("again.parquet")
        assert again["id"].to_pylist()[:2] == ["king", "queen"]
        np.testing.assert_array_equal(
            np.stack(again["vector"].to_pylist()).astype(np.float32),
            ec.embed(ec.SAMPLES["royalty"].read(), "glove-6b-50d").vectors,
        )


def test_columns_that_name_the_items_are_for_vectors(here, shell):
    (here / "v.csv").write_text("word,code,d1,d2,d3\nking,k,1,2,3\nqueen,q,4,5,6\n")
    code, _, err = shell("embed", "v.csv", "--label", "code", "--out", "x.parquet")
    assert code == 0, err
    assert pq.read_table("x.parquet")["id"].to_pylist() == ["k", "q"]
    code, _, err = shell("embed", "words.txt", *GLOVE, "--label", "word", "--out", "x.parquet")
    assert code == 2
    assert "--label is for vectors" in err
