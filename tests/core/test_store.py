"""What was computed once is there after a restart, for whoever holds its content alone."""

from __future__ import annotations

import errno
import json
import os
import pickle
import shutil
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import embedding_core as ec
from embedding_core import kept, store, vault
from embedding_core.cli import main
from embedding_core.collection import digest_of
from embedding_core.embedders import glove, word2vec, wordfile
from embedding_core.errors import Cancelled
from embedding_core.models import TrainerSpec, Vocabulary

ROOT = Path(__file__).resolve().parent.parent.parent
# What learns from the items alone takes no time that is worth keeping.
TRAINERS = [
    spec for spec in ec.EMBEDDERS.values() if isinstance(spec, TrainerSpec) and spec.needs_corpus
]
CORPUS = ec.Corpus(
    "the zebrafish sat on the mat\na walrus and a zebrafish sat down\n" * 40, "Secret"
)
SMALL = {"vector_size": 8, "min_count": 1, "epochs": 2, "window": 3, "seed": 4}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty store, switched on."""
    monkeypatch.setenv("EMBEDDING_HOME", str(tmp_path))
    monkeypatch.setenv("EMBEDDING_STORE_GB", "1")
    # The models of these tests take no time.
    monkeypatch.setattr(kept, "_WORTH_KEEPING", 0.0)
    restart()
    yield tmp_path / "store"
    restart()


def restart():
    """Forget all that a new process would not know."""
    kept.forget()
    word2vec._TRAINED.clear()
    store._opened.cache_clear()


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def on_disk(folder):
    """Return all names and bytes of the store."""
    return b"".join(
        str(path.relative_to(folder)).encode() + path.read_bytes() for path in files(folder)
    )


def rows(n, dim=4, seed=0):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, dim)).astype(np.float32)
    return [digest_of(str(seed), str(i)) for i in range(n)], vectors


# Items


def test_items_are_not_embedded_again_after_a_restart(toys):
    first = ec.embed(ec.words("abc, cab, bbb"), "letters", factor=2)
    restart()
    again = ec.embed(ec.words("bbb, ccc, abc"), "letters", factor=2)
    np.testing.assert_array_equal(again.vectors, [[0, 6, 0], [0, 0, 6], [2, 2, 2]])
    np.testing.assert_array_equal(first.vectors[0], again.vectors[2])
    asked = [
        words for loaded in toys["letters"].loaded for batch in loaded.batches for words in batch
    ]
    assert asked == ["abc", "cab", "bbb", "ccc"]


def test_other_settings_other_code_and_other_weights_are_other_vectors(toys, monkeypatch):
    def embed(**more):
        restart()
        found = ec.embed(ec.words("abc, b"), "letters", **more)
        return found, sum(
            len(batch) for loaded in toys["letters"].loaded for batch in loaded.batches
        )

    assert embed(factor=1)[1] == 2
    found, asked = embed(factor=3)
    assert asked == 4
    np.testing.assert_array_equal(found.vectors[0], [3, 3, 3])
    monkeypatch.setattr(type(toys["letters"]), "version", 2)
    assert embed(factor=3)[1] == 6
    monkeypatch.setattr(type(toys["letters"]), "space", lambda self, params: "other weights")
    assert embed(factor=3)[1] == 8
    assert embed(factor=3)[1] == 8


def test_dropped_and_changed_items_are_told_again(toys):
    for _ in range(2):
        restart()
        found = ec.embed(ec.words("abc, a?b, ABC"), "letters")
        assert found.ids == ("abc", "ABC")
        assert dict(found.dropped) == {"a?b": "a question."}
        assert dict(found.notes) == {"ABC": "read in lower case"}


def test_what_was_done_before_a_stop_is_kept(toys, monkeypatch):
    monkeypatch.setattr("embedding_core.embedding._BATCH", 2)
    stops = iter([False, True])
    with pytest.raises(Cancelled):
        ec.embed(ec.words("a, b, c, ab"), "letters", cancel=lambda: next(stops))
    restart()
    ec.embed(ec.words("a, b, c, ab"), "letters")
    assert toys["letters"].loaded[-1].batches == [["c", "ab"]]


def test_what_is_made_again_at_once_stays_in_memory(toys, folder, monkeypatch):
    monkeypatch.setattr(kept, "_WORTH_KEEPING", 60.0)
    for _ in range(2):
        ec.embed(ec.words("abc, cab"), "letters")
    assert not list(folder.rglob("*.lance"))
    assert len(toys["letters"].loaded[-1].batches) == 1
    monkeypatch.setattr(kept, "_WORTH_KEEPING", 0.0)
    ec.embed(ec.words("abc, bbb"), "letters")
    assert list(folder.rglob("*.lance"))


def test_models_that_only_look_up_keep_nothing(toys, folder, monkeypatch):
    looked_up = [spec.name for spec in (glove.SPECS[0], wordfile.SPECS[0]) if not spec.keeps]
    assert looked_up == ["glove-6b-50d", "word-vectors-file"]
    monkeypatch.setattr(type(toys["letters"]), "keeps", False)
    ec.embed(ec.words("abc"), "letters")
    assert not folder.exists()


def test_a_shelf_gives_back_the_very_same_numbers():
    shelf = store.shelf("mark")
    digests, vectors = rows(300, 7)
    assert shelf.get(digests) == {}
    assert shelf.put(digests[:200], vectors[:200])
    assert shelf.put(digests[200:], vectors[200:])
    found = shelf.get([digests[250], digest_of("unknown"), digests[3], digests[250]])
    assert sorted(found) == [0, 2, 3]
    for at, row in ((0, 250), (2, 3), (3, 250)):
        np.testing.assert_array_equal(found[at], vectors[row])
    assert store.shelf("another mark").get(digests) == {}


def test_many_small_additions_stay_few_files(folder):
    shelf = store.shelf("mark")
    digests, vectors = rows(80)
    for at in range(0, 80, 2):
        assert shelf.put(digests[at : at + 2], vectors[at : at + 2])
    assert len(shelf.get(digests)) == 80
    assert len(list(folder.rglob("*.lance/data/*"))) < 60


# Trainings


@pytest.mark.parametrize("spec", TRAINERS, ids=lambda spec: spec.name)
def test_a_training_answers_all_questions_after_a_restart(spec, monkeypatch):
    words = ec.words("zebrafish, walrus, mat, zebrawal")
    first = ec.embed(words, spec.name, corpus=CORPUS, **SMALL)
    before = first.model
    restart()
    monkeypatch.setattr(type(spec), "_train", lambda *_: pytest.fail("it was trained again"))
    again = ec.embed(words, spec.name, corpus=CORPUS, **SMALL)
    assert (again.ids, again.space, again.dropped) == (first.ids, first.space, first.dropped)
    np.testing.assert_array_equal(again.vectors, first.vectors)
    model = again.model
    assert isinstance(model, Vocabulary)
    assert list(model.words) == list(before.words)
    np.testing.assert_array_equal(model.matrix, before.matrix)
    asked = ("zebrafish", "walrus", "mat")
    assert ec.analogy(model, *asked) == ec.analogy(before, *asked)
    assert ec.nearest_words(model, "walrus") == ec.nearest_words(before, "walrus")
    if spec.name == "fasttext":
        unseen = "walrusfish"
        np.testing.assert_array_equal(model.embed_text(unseen), before.embed_text(unseen))
        assert model.pieces(unseen) == before.pieces(unseen)
        assert model.nbytes <= before.nbytes


@pytest.mark.parametrize("spec", TRAINERS, ids=lambda spec: spec.name)
def test_another_text_seed_or_setting_is_another_training(spec, monkeypatch):
    ec.embed(ec.words("mat"), spec.name, corpus=CORPUS, **SMALL)
    trained = []
    real = type(spec)._train
    monkeypatch.setattr(
        type(spec), "_train", lambda self, *rest: trained.append(1) or real(self, *rest)
    )
    text = ec.Corpus(CORPUS.text.replace("walrus", "seal"))
    for more in ({"corpus": text}, {"seed": 5}, {"window": 4}):
        restart()
        ec.embed(ec.words("mat"), spec.name, **{"corpus": CORPUS, **SMALL, **more})
    assert len(trained) == 3


def test_the_vocabulary_of_a_text_is_gensims():
    from gensim.models import Word2Vec

    corpus = ec.Corpus("b a c\nc d a\ne f b\ng a f h\nd " * 3 + "\nonce")
    for least in (1, 3, 4):
        model = Word2Vec(vector_size=2, min_count=least, epochs=1)
        model.build_vocab(corpus_iterable=corpus)
        assert corpus.vocabulary(least) == model.wv.index_to_key


# Privacy


def test_neither_texts_nor_names_nor_plain_digests_are_on_disk(toys, folder):
    items = ec.words("abcabcabc, bbbbcccc", name="Confidential list")
    ec.embed(items, "letters")
    found = on_disk(folder)
    assert len(found) > 500
    for text in ("abcabcabc", "bbbbcccc", "Confidential", "letters"):
        assert text.encode() not in found
    for payload in items.payloads:
        assert payload.digest() not in found
        assert payload.digest().hex().encode() not in found


@pytest.mark.parametrize("spec", TRAINERS, ids=lambda spec: spec.name)
def test_no_word_of_a_text_is_on_disk(spec, folder):
    ec.embed(ec.words("zebrafish"), spec.name, corpus=CORPUS, **SMALL)
    found = on_disk(folder)
    for text in ("zebrafish", "walrus", "Secret", CORPUS.fingerprint, spec.name):
        assert text.encode() not in found
    assert bytes.fromhex(CORPUS.fingerprint) not in found


def test_who_does_not_hold_the_content_gets_nothing(toys, folder):
    """A second visitor tries all that is public; the first one's vector is never among it."""
    secret = ec.words("cabcabcab")
    vector = ec.embed(secret, "letters").vectors[0]
    shelf = store.shelf("letters")
    public = [name for name in vars(shelf) if not name.startswith("_")]
    public += [name for name in dir(store.Shelf) if not name.startswith("_")]
    assert public == ["get", "put"]
    guesses = ["cabcabca", "cabcabcabc", "", "*", "%", "' OR 1=1 --"]
    for guess in guesses:
        assert shelf.get([digest_of(guess)]) == {}
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(shelf)
    told = repr((shelf, store.usage(), store.notes(), store._vault()))
    assert not any(path.name.split("-")[1][:16] in told for path in folder.glob("tables/*"))
    # Whoever brings the same content has computed the same vector and may have it.
    restart()
    np.testing.assert_array_equal(ec.embed(ec.words("cabcabcab"), "letters").vectors[0], vector)
    assert toys["letters"].loaded[-1].batches == []


def test_the_secret_is_its_owners_and_without_it_nothing_is_found(toys, folder):
    ec.embed(ec.words("abc"), "letters")
    secret = folder / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    first = secret.read_bytes()
    secret.write_bytes(first[:7])
    restart()
    ec.embed(ec.words("abc"), "letters")
    assert toys["letters"].loaded[-1].batches == [["abc"]]
    assert len(secret.read_bytes()) == len(first)
    assert secret.read_bytes() != first
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


# What goes wrong


def damage(folder, how):
    hurt = 0
    for path in files(folder / "tables"):
        if how == "cut" and path.suffix in (".lance", ".manifest"):
            os.truncate(path, path.stat().st_size // 2)
            hurt += 1
        if how == "one bit" and path.suffix == ".lance":
            data = bytearray(path.read_bytes())
            at = data.find(np.float32(7).tobytes())
            assert at >= 0
            data[at + 1] ^= 1
            path.write_bytes(data)
            hurt += 1
        if how == "gone" and path.suffix == ".lance":
            path.unlink()
            hurt += 1
    assert hurt


@pytest.mark.parametrize("how", ["cut", "one bit", "gone"])
def test_damaged_vectors_are_computed_again(toys, folder, how):
    words = ec.words("aaaaaaa, bbbbbbb, ccccccc")
    first = ec.embed(words, "letters")
    damage(folder, how)
    for _ in range(2):
        restart()
        again = ec.embed(words, "letters")
        np.testing.assert_array_equal(again.vectors, first.vectors)
    restart()
    # What took its place is whole.
    ec.embed(words, "letters")
    assert toys["letters"].loaded[-1].batches == []


@pytest.mark.parametrize("how", ["cut", "gone"])
def test_a_damaged_training_is_trained_again(folder, how):
    first = ec.embed(ec.words("mat"), "word2vec", corpus=CORPUS, **SMALL)
    damage(folder, how)
    restart()
    again = ec.embed(ec.words("mat"), "word2vec", corpus=CORPUS, **SMALL)
    np.testing.assert_array_equal(again.vectors, first.vectors)
    assert store.notes() == ("Some kept vectors were damaged on disk; they are computed again.",)


def test_a_learned_array_with_one_wrong_bit_is_not_handed_out(folder):
    array = np.full((5, 3), 7, np.float32)
    array[2] = np.pi
    assert store.keep_learned({"words": array}, "mark")
    np.testing.assert_array_equal(store.learned(["words"], "mark")["words"], array)
    for path in folder.glob("tables/*/data/*"):
        data = bytearray(path.read_bytes())
        data[data.find(np.float32(np.pi).tobytes()) + 1] ^= 1
        path.write_bytes(data)
    assert store.learned(["words"], "mark") is None


def test_a_home_that_is_no_folder_keeps_nothing_and_says_so(toys, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("EMBEDDING_HOME", str(tmp_path / "file"))
    for _ in range(3):
        found = ec.embed(ec.words("abc, b"), "letters")
        assert len(found) == 2
        kept.forget()
    [note] = store.notes()
    assert "not kept for the next time" in note
    assert "EMBEDDING_HOME" in note


def test_a_full_disk_keeps_nothing_and_says_so(toys, folder, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    ec.embed(ec.words("a"), "letters")
    monkeypatch.setattr(vault.Vault, "_add", full)
    for words in ("abc, b", "c, ab"):
        assert len(ec.embed(ec.words(words), "letters")) == 2
    [note] = store.notes()
    assert "the disk is full" in note
    monkeypatch.undo()


def test_who_waits_too_long_for_the_lock_goes_on_without(toys, folder, monkeypatch):
    from filelock import FileLock

    ec.embed(ec.words("a"), "letters")
    monkeypatch.setattr(vault, "_PATIENCE", 0.05)
    with FileLock(folder / "lock"):
        assert len(ec.embed(ec.words("b"), "letters")) == 1
    assert store.notes() == ()


@pytest.mark.parametrize("limit", ["lots", "-1", "nan"])
def test_a_limit_that_is_none_is_said(monkeypatch, limit):
    monkeypatch.setenv("EMBEDDING_STORE_GB", limit)
    assert store.usage().limit == int(store.DEFAULT_GB * (1 << 30))
    assert f"EMBEDDING_STORE_GB got '{limit}'" in store.notes()[0]


def test_switched_off_it_touches_no_disk(folder, monkeypatch):
    monkeypatch.setenv("EMBEDDING_STORE_GB", "0")
    assert store.shelf("mark") is None
    ec.embed(ec.words("mat"), "word2vec", corpus=CORPUS, **SMALL)
    assert not folder.exists()
    assert store.notes() == ()


# Size


def test_the_oldest_goes_first_and_what_is_used_stays(folder, monkeypatch):
    monkeypatch.setenv("EMBEDDING_STORE_GB", str(2.4e6 / (1 << 30)))
    digests, vectors = rows(5_000, 40)
    now = time.time()
    for at, name in enumerate("abc"):
        assert store.shelf(name).put(digests, vectors)
        newest = max(folder.glob("tables/*"), key=lambda path: path.stat().st_mtime)
        os.utime(newest, (now - 900 + at, now - 900 + at))
        if name == "b":
            # Asked for again, the first is the one used last.
            assert store.shelf("a").get(digests[:1])
    assert store.usage().n_bytes <= store.usage().limit
    left = [name for name in "abc" if store.shelf(name).get(digests[:1])]
    assert left == ["a", "c"]


def test_a_large_shelf_loses_only_its_oldest_part(folder, monkeypatch):
    monkeypatch.setattr(store, "_PART_BYTES", 1 << 20)
    monkeypatch.setenv("EMBEDDING_STORE_GB", str(4e6 / (1 << 30)))
    shelf = store.shelf("mark")
    for seed in range(8):
        digests, vectors = rows(4_000, 60, seed)
        assert shelf.put(digests, vectors)
        for path in folder.glob("tables/*"):
            os.utime(path, (path.stat().st_mtime - 100,) * 2)
    found = [seed for seed in range(8) if shelf.get(rows(4_000, 60, seed)[0])]
    assert found == list(range(min(found), 8))
    assert 2 <= len(found) < 8


def test_what_is_larger_than_the_limit_is_not_kept_and_drives_nothing_out(monkeypatch):
    monkeypatch.setenv("EMBEDDING_STORE_GB", str(2e6 / (1 << 30)))
    digests, vectors = rows(100, 40)
    assert store.shelf("small").put(digests, vectors)
    assert not store.keep_learned({"words": np.zeros((20_000, 40), np.float32)}, "large")
    assert store.shelf("small").get(digests)


def test_cleared_it_is_empty_and_goes_on(toys, folder):
    ec.embed(ec.words("abc"), "letters")
    taken = store.usage().n_bytes
    assert taken > 0
    assert store.clear() == taken
    assert store.usage().n_bytes == 0
    assert not folder.exists()
    restart()
    ec.embed(ec.words("abc"), "letters")
    assert toys["letters"].loaded[-1].batches == [["abc"]]
    assert store.usage().n_bytes > 0


# The shell


def test_the_shell_tells_and_clears(toys, folder, capsys):
    assert main(["store", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bytes"] == 0
    ec.embed(ec.words("abc"), "letters")
    assert main(["store"]) == 0
    told = capsys.readouterr().out
    assert str(folder) in told
    assert "KB" in told
    assert "1.0 GB (EMBEDDING_STORE_GB)" in told
    assert main(["store", "--clear"]) == 0
    assert "Cleared" in capsys.readouterr().out
    assert not folder.exists()


def test_the_shell_says_what_could_not_be_kept(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "words.txt").write_text("mat, walrus")
    (tmp_path / "text.txt").write_text(CORPUS.text)
    monkeypatch.setenv("EMBEDDING_HOME", str(tmp_path / "file"))
    command = ["embed", str(tmp_path / "words.txt"), "--model", "word2vec", "--corpus"]
    command += [str(tmp_path / "text.txt"), "--out", str(tmp_path / "x.parquet")]
    assert main([*command, "--set", "min_count=1", "--set", "vector_size=4"]) == 0
    assert capsys.readouterr().err.count("not kept for the next time") == 1


# Several at once


def test_threads_keep_and_find_at_once():
    problems = []

    def work(seed):
        shelf = store.shelf("shared")
        digests, vectors = rows(200, 6, seed)
        for at in range(0, 200, 40):
            shelf.put(digests[at : at + 40], vectors[at : at + 40])
            found = shelf.get(digests[: at + 40])
            for i, row in found.items():
                if not np.array_equal(row, vectors[i]):
                    problems.append((seed, i))
            if len(found) != at + 40:
                problems.append((seed, at, len(found)))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert problems == []


def test_processes_share_one_secret_and_lose_no_row(folder):
    code = """
import sys
import numpy as np
from embedding_core import store
from embedding_core.collection import digest_of
seed = sys.argv[1]
shelf = store.shelf("shared")
for part in range(6):
    digests = [digest_of(seed, str(part), str(i)) for i in range(50)]
    assert shelf.put(digests, np.full((50, 5), int(seed) * 10 + part, np.float32)), store.notes()
"""
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(seed)], cwd=ROOT) for seed in range(2)
    ]
    assert [process.wait(120) for process in started] == [0, 0]
    shelf = store.shelf("shared")
    for seed in range(2):
        for part in range(6):
            found = shelf.get([digest_of(str(seed), str(part), str(i)) for i in range(50)])
            assert len(found) == 50
            assert {float(row[0]) for row in found.values()} == {seed * 10 + part}
    assert len(list(folder.glob("secret*"))) == 1


def test_a_table_dropped_by_another_process_is_a_miss(folder):
    shelf = store.shelf("mark")
    digests, vectors = rows(10)
    shelf.put(digests, vectors)
    shutil.rmtree(next(folder.glob("tables/*")))
    assert shelf.get(digests) == {}
    assert store.notes() == ()
    assert shelf.put(digests, vectors)
    assert len(shelf.get(digests)) == 10
