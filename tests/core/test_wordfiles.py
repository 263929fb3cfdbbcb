"""Files of word vectors: what gensim writes is read as it is, what is broken gets a sentence."""

from __future__ import annotations

import numpy as np
import pytest
from gensim.models import FastText, KeyedVectors
from gensim.models.fasttext import save_facebook_model

import embedding_core as ec
from embedding_core.errors import ExplorerError, ModelLoadError, UnreadableItemError

# gensim leaves a file open where it counts lines, and where a FastText file is cut short.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")

WORDS = ["king", "queen", "apple", "löwe", "王"]
VECTORS = np.random.default_rng(2).normal(size=(5, 4)).astype(np.float32)
NAME = "word-vectors-file"


@pytest.fixture
def keyed():
    found = KeyedVectors(4)
    found.add_vectors(WORDS, VECTORS)
    return found


def embed(path, words=WORDS, **params):
    return ec.embed(ec.words(",".join(words)), NAME, path=str(path), **params)


@pytest.mark.parametrize("binary", [True, False])
def test_word2vec_files_round_trip_through_gensim(binary, keyed, tmp_path):
    path = tmp_path / ("w.bin" if binary else "w.txt")
    keyed.save_word2vec_format(path, binary=binary)
    found = embed(path)
    assert found.ids == tuple(WORDS)
    np.testing.assert_allclose(found.vectors, VECTORS, rtol=1e-6)
    again = KeyedVectors.load_word2vec_format(path, binary=binary)
    expected = [word for word, _ in again.most_similar("king", topn=4)]
    assert [a.id for a in ec.nearest(found, "king", 4, within="vocabulary")] == expected
    assert embed(path, limit=2).ids == ("king", "queen")


def test_glove_files_have_no_header(keyed, tmp_path):
    lines = [f"{w} {' '.join(map(str, v))}" for w, v in zip(WORDS, VECTORS.tolist(), strict=True)]
    path = tmp_path / "glove.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    np.testing.assert_allclose(embed(path).vectors, VECTORS, rtol=1e-6)


def test_fasttext_files_answer_for_words_they_never_saw(tmp_path):
    sentences = [["the", "king", "and", "the", "queen"], ["an", "apple", "a", "day"]] * 20
    model = FastText(sentences, vector_size=6, min_count=1, bucket=100, workers=1, seed=1)
    path = tmp_path / "ft.bin"
    save_facebook_model(model, str(path))
    found = embed(path, ["king", "kings", "q"])
    np.testing.assert_allclose(found.vectors[0], model.wv["king"], rtol=1e-5)
    np.testing.assert_allclose(found.vectors[1], model.wv["kings"], rtol=1e-5)
    assert "kin" in found.model.pieces("king")
    assert found.model.nbytes > 100 * 6 * 4


def test_words_without_a_usable_vector_are_named(keyed, tmp_path):
    path = tmp_path / "w.txt"
    path.write_text("3 2\nking 1 2\nqueen nan 2\napple 1 inf\n")
    found = embed(path, ["king", "queen", "apple"])
    assert found.ids == ("king",)
    assert dict(found.dropped)["queen"] == (
        "in w.txt with NaN or infinity in its vector; export the file again."
    )


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_file_that_is_cut_short_says_so(binary, part, keyed, tmp_path):
    path = tmp_path / "w.bin"
    keyed.save_word2vec_format(path, binary=binary)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    with pytest.raises(UnreadableItemError, match=r"w.bin could not be read: it is cut short"):
        embed(path)


def test_a_fasttext_file_that_is_cut_short_says_so(tmp_path):
    model = FastText([["a", "b", "c"]] * 5, vector_size=4, min_count=1, bucket=50, workers=1)
    path = tmp_path / "ft.bin"
    save_facebook_model(model, str(path))
    whole = path.read_bytes()
    # Its end is the training's own and is not needed.
    for part in (8, 60, len(whole) // 2):
        path.write_bytes(whole[:part])
        with pytest.raises(ExplorerError, match=r"ft.bin could not be read"):
            embed(path)


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7 \xe2\xe3 something", b"hello", b"\x80\x04K\x01.", b"9999999999 300\nking 1 2\n"],
)
def test_what_is_no_file_of_vectors_gets_a_sentence(data, tmp_path):
    path = tmp_path / "w.txt"
    path.write_bytes(data)
    with pytest.raises(ExplorerError, match=r"w.txt"):
        embed(path)


def test_no_file_no_model(tmp_path):
    with pytest.raises(ModelLoadError, match="no file is named"):
        embed("")
    with pytest.raises(ModelLoadError, match=r"gone.txt is not a file"):
        embed(tmp_path / "gone.txt")
    (tmp_path / "empty.txt").touch()
    with pytest.raises(ExplorerError, match=r"empty.txt is empty"):
        embed(tmp_path / "empty.txt")


def test_a_file_that_was_replaced_is_another_space(keyed, tmp_path):
    path = tmp_path / "w.txt"
    keyed.save_word2vec_format(path)
    first = embed(path)
    changed = KeyedVectors(4)
    changed.add_vectors([*WORDS, "more"], np.vstack([VECTORS, VECTORS[:1]]) * 2)
    changed.save_word2vec_format(path)
    second = embed(path)
    assert first.space != second.space
    np.testing.assert_allclose(second.vectors, 2 * first.vectors, rtol=1e-6)
