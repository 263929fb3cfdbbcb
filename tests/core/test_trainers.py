"""What every trainer promises: same seed, same vectors; progress, cancel, words it never saw."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest

import embedding_core as ec
from embedding_core import kept
from embedding_core.embedders import word2vec
from embedding_core.errors import Cancelled, EmptyCollectionError, InputError
from embedding_core.models import TrainerSpec

# Those that learn from the items themselves are tested with their family.
TRAINERS = [
    spec for spec in ec.EMBEDDERS.values() if isinstance(spec, TrainerSpec) and spec.needs_corpus
]
every_trainer = pytest.mark.parametrize("spec", TRAINERS, ids=lambda spec: spec.name)

ANIMALS = "the cat sat on the mat\nthe dog sat on the rug\na cat and a dog sat down\n"
NUMBERS = "one and two make three\ntwo and three make five\nfour and one make five\n"
CORPUS = ec.Corpus((ANIMALS + NUMBERS) * 40, "Cats and numbers")
WORDS = ec.words("cat, dog, one, two, xqz")
SMALL = {"vector_size": 8, "min_count": 1, "epochs": 3, "window": 3}


def forget():
    word2vec._TRAINED.clear()
    kept.forget()


@pytest.fixture(autouse=True)
def fresh():
    forget()


def learn(spec, **more):
    more = {"corpus": CORPUS, "seed": 1, **SMALL, **more}
    return ec.embed(WORDS, spec.name, **more)


@every_trainer
def test_the_same_seed_gives_the_same_vectors_and_another_others(spec):
    first = learn(spec)
    forget()
    again = learn(spec)
    np.testing.assert_array_equal(first.vectors, again.vectors)
    assert first.space == again.space
    other = learn(spec, seed=2)
    assert other.space != first.space
    assert not np.allclose(other.vectors, first.vectors)
    assert first.params["seed"] == 1


@pytest.mark.slow
@every_trainer
def test_another_process_learns_the_same_vectors(spec):
    code = (
        "import hashlib\n"
        "import embedding_core as ec\n"
        f"corpus = ec.Corpus({CORPUS.text!r})\n"
        f"e = ec.embed(ec.words('cat, dog'), {spec.name!r}, corpus=corpus, seed=1, **{SMALL!r})\n"
        "print(hashlib.sha256(e.vectors.tobytes()).hexdigest())"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "77", "PATH": "/usr/bin:/bin", "EMBEDDING_STORE_GB": "0"},
    )
    here = learn(spec).vectors[:2].tobytes()
    assert found.stdout.strip() == hashlib.sha256(here).hexdigest()


@every_trainer
def test_the_corpus_and_the_settings_make_the_space(spec):
    first = learn(spec)
    assert learn(spec, corpus=ec.Corpus(ANIMALS * 60 + NUMBERS * 60)).space != first.space
    assert learn(spec, vector_size=9).space != first.space
    # Other words are answered by the same training.
    more = ec.embed(ec.words("mat, rug"), spec.name, corpus=CORPUS, seed=1, **SMALL)
    assert more.space == first.space
    assert more.model is first.model


@every_trainer
def test_words_used_alike_come_near_each_other(spec):
    text = "".join(
        f"the {animal} sleeps by the {place} at night\nadd {number} to {other} and count again\n"
        for animal, place, number, other in zip(
            ["cat", "dog", "cow"] * 80,
            ["door", "fire", "wall", "tree"] * 60,
            ["one", "two", "six"] * 80,
            ["four", "five", "nine", "ten"] * 60,
            strict=True,
        )
    )
    found = ec.embed(
        ec.words("cat, dog, cow, one, two, six"),
        spec.name,
        corpus=ec.Corpus(text),
        seed=3,
        vector_size=20,
        min_count=1,
        epochs=30,
        window=3,
    )
    matrix = ec.similarity(found)
    inside = (matrix[:3, :3].sum() + matrix[3:, 3:].sum() - 6) / 12
    across = matrix[:3, 3:].mean()
    assert inside > across + 0.3


@every_trainer
def test_progress_is_told_and_cancel_heard(spec):
    steps = []
    learn(spec, progress=lambda done, total, what="": steps.append((done, total, what)))
    told = list(dict.fromkeys(what for *_, what in steps))
    assert told == ["epoch 1 of 3", "epoch 2 of 3", "epoch 3 of 3"]
    done = [at for at, *_ in steps]
    assert done == sorted(done)
    assert {total for _, total, _ in steps} == {3 * len(CORPUS.sentences)}
    assert 2 * len(CORPUS.sentences) <= done[-1] <= 3 * len(CORPUS.sentences)
    with pytest.raises(Cancelled):
        learn(spec, seed=9, cancel=lambda: True)
    # A stopped training is no training: it starts anew.
    assert len(learn(spec, seed=9))


@every_trainer
def test_what_it_needs_is_said(spec):
    with pytest.raises(InputError, match="learns from running text and got none"):
        ec.embed(WORDS, spec.name)
    with pytest.raises(
        InputError, match=r"No word occurs 1,?000 times or more in Cats and numbers"
    ):
        learn(spec, min_count=1000)


def test_word2vec_names_words_it_never_saw_and_fasttext_builds_them():
    plain = learn(ec.EMBEDDERS["word2vec"])
    assert plain.ids == ("cat", "dog", "one", "two")
    assert "use FastText" in dict(plain.dropped)["xqz"]
    parts = learn(ec.EMBEDDERS["fasttext"])
    assert parts.ids == ("cat", "dog", "one", "two", "xqz")
    np.testing.assert_array_equal(parts.vectors[4], parts.model.embed_text("xqz"))
    with pytest.raises(InputError, match="Shortest part got 5 and longest part 4"):
        learn(ec.EMBEDDERS["fasttext"], min_n=5, max_n=4)


def test_skip_gram_and_cbow_differ():
    spec = ec.EMBEDDERS["word2vec"]
    assert not np.allclose(learn(spec).vectors, learn(spec, sg="cbow").vectors)


def test_a_toy_trainer_is_asked_once_per_collection_and_seed(toys):
    found = ec.embed(ec.words("a, b, c"), "seats", seed=5)
    assert found.vectors.tolist() == [[0, 3, 5], [1, 3, 5], [2, 3, 5]]
    assert ec.embed(ec.words("a, b, c"), "seats", seed=5).space == found.space
    assert len(toys["seats"].fits) == 1
    assert ec.embed(ec.words("a, b, c"), "seats", seed=6).space != found.space
    ec.embed(ec.words("a, b"), "seats", seed=5)
    assert len(toys["seats"].fits) == 3


def test_a_corpus_is_sentences_of_lower_case_words():
    corpus = ec.Corpus("The cat's mat — O.K.?\n\n  ...\nÉté, 42 état-major", "mine")
    assert corpus.sentences == [["the", "cat's", "mat", "o", "k"], ["été", "42", "état-major"]]
    assert corpus.n_words == 8
    assert list(corpus) == corpus.sentences
    assert corpus.fingerprint != ec.Corpus("another").fingerprint
    with pytest.raises(EmptyCollectionError, match="no words in it"):
        ec.Corpus(" ... \n")


def test_a_book_in_one_line_loses_no_word():
    corpus = ec.Corpus(" ".join(f"w{i % 50}" for i in range(25_000)))
    assert corpus.n_words == 25_000
    assert max(map(len, corpus.sentences)) <= 10_000


def test_a_corpus_is_read_from_a_file(tmp_path):
    path = tmp_path / "book.txt"
    path.write_bytes("naïve café".encode("latin-1"))
    assert ec.read_corpus(path).sentences == [["naïve", "café"]]
    path.write_bytes(b"%PDF-1.4")
    with pytest.raises(InputError, match="a PDF"):
        ec.read_corpus(path)
    with pytest.raises(InputError, match="not a file"):
        ec.read_corpus(tmp_path / "gone.txt")


def test_the_built_in_corpus_is_a_million_words():
    corpus = ec.sample_corpus("wordnet-glosses")
    assert 1_000_000 < corpus.n_words < 2_000_000
