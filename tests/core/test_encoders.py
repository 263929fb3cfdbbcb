"""What every encoder promises, and what embed() makes of it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from gensim.models import KeyedVectors
from PIL import Image

import embedding_core as ec
from embedding_core import embedding as embedding_module
from embedding_core.collection import Text
from embedding_core.embedding import Embedding
from embedding_core.errors import (
    Cancelled,
    ContractError,
    EmptyCollectionError,
    InputError,
    ModelLoadError,
    UnknownNameError,
)
from embedding_core.modalities.audio import Clip
from embedding_core.models import Encoded, EncoderSpec
from embedding_core.params import resolve
from embedding_core.weights import Available

ENCODERS = [spec for spec in ec.EMBEDDERS.values() if isinstance(spec, EncoderSpec)]
ITEMS = {
    "word": ["king", "queen", "apple", "The", "xqzzy", "new-york"],
    "sentence": [
        "The king of the hill.",
        "",
        "a queen, and nothing but a queen " * 20,
        "😀",
        "xqzzy",
        "Apples ripen in September.",
    ],
}
RATE = 16_000
TIMES = np.arange(4 * RATE, dtype=np.float32) / RATE
NOISE = np.random.default_rng(0).normal(size=len(TIMES)).astype(np.float32)
SOUNDS = {
    "a tone": 0.5 * np.sin(2 * np.pi * 440 * TIMES[:RATE]),
    "silence": np.zeros(RATE, np.float32),
    "ten milliseconds": 0.1 * NOISE[: RATE // 100],
    "noise": 0.1 * NOISE,
    "a chirp, then nothing": np.sin(2 * np.pi * 300 * TIMES**2) * (TIMES < 2),
    "a click": np.eye(1, 777, 100, dtype=np.float32)[0],
}


def payloads_of(spec):
    """Return items of a model's kind; some of them can have no vector."""
    if spec.modality == "image":
        return pictures_of(20, 5, 90).payloads
    if spec.modality == "audio":
        return [Clip.of_samples(samples, RATE, f"{name}.wav") for name, samples in SOUNDS.items()]
    return [Text(text) for text in ITEMS[spec.unit]]


def pictures_of(*sides):
    """Return pictures of noise in several shapes and formats; the last is cut off."""
    rng = np.random.default_rng(0)
    files = {}
    for at, side in enumerate(sides):
        for kind, more in (("png", 0), ("jpeg", 37)):
            noise = rng.integers(0, 256, (side, side + more, 3), dtype=np.uint8)
            file = io.BytesIO()
            Image.fromarray(noise).save(file, kind)
            files[f"{at}.{kind}"] = file.getvalue()
    name = list(files)[-1]
    files[name] = files[name][: len(files[name]) // 2]
    return ec.read(files, modality="image")


@pytest.fixture(scope="module")
def word_file(tmp_path_factory):
    keyed = KeyedVectors(8)
    rng = np.random.default_rng(0)
    keyed.add_vectors(["king", "queen", "apple", "the"], rng.normal(size=(4, 8)))
    path = tmp_path_factory.mktemp("vectors") / "w.bin"
    keyed.save_word2vec_format(path, binary=True)
    return str(path)


@pytest.fixture(params=ENCODERS, ids=lambda spec: spec.name)
def loaded(request, word_file):
    """Each encoder with its settings; a path, where it needs one, is that of a small file."""
    spec = request.param
    given = {param.name: word_file for param in spec.params if param.kind == "path"}
    settings = resolve(spec.name, spec.params, given)
    state = spec.availability(settings)
    if not isinstance(state, Available):
        pytest.skip(state.reason)
    return spec, settings, spec.load(settings)


def test_vectors_are_float32_finite_and_as_long_as_it_says(loaded):
    spec, settings, encoder = loaded
    payloads = payloads_of(spec)
    encoded = encoder.embed(payloads)
    assert encoded.vectors.dtype == np.float32
    assert encoded.vectors.shape == (len(payloads), spec.dim(settings) or encoded.vectors.shape[1])
    assert np.isfinite(encoded.vectors).all()
    assert len(encoded.missing) < len(payloads)
    assert (encoded.vectors[list(encoded.missing)] == 0).all()
    assert all(reason.strip() for reason in (*encoded.missing.values(), *encoded.notes.values()))


def test_order_and_batch_size_change_nothing(loaded):
    spec, _, encoder = loaded
    payloads = payloads_of(spec)
    together = encoder.embed(payloads).vectors
    back = encoder.embed(payloads[::-1]).vectors[::-1]
    alone = np.concatenate([encoder.embed([payload]).vectors for payload in payloads])
    # Sums in another order round otherwise: float32 has seven digits of the largest number.
    rounding = 2e-6 * max(1.0, float(np.abs(together).max()))
    np.testing.assert_allclose(back, together, atol=rounding)
    np.testing.assert_allclose(alone, together, atol=rounding)


def test_its_space_is_named_and_the_same_each_time(loaded):
    spec, settings, _ = loaded
    assert spec.space(settings)
    assert spec.space(settings) == spec.space(dict(settings))


def test_it_is_loaded_once_and_shared(loaded):
    spec, settings, _ = loaded
    assert ec.load(spec.name, **settings) is ec.load(spec.name, **settings)


def test_embed_gives_what_can_be_counted_by_hand(toys):
    found = ec.embed(ec.words("abba, cab, x?, Bob"), "letters", factor=2)
    assert found.ids == ("abba", "cab", "Bob")
    assert found.vectors.tolist() == [[4, 4, 0], [2, 2, 2], [0, 4, 0]]
    assert found.space == "letters x 2"
    assert found.params == {"factor": 2}
    assert found.dropped == (("x?", "a question."),)
    assert found.notes == (("Bob", "read in lower case"),)
    assert found.dim == 3
    with pytest.raises(ValueError, match="read-only"):
        found.vectors[0] = 0


def test_ten_new_items_cost_ten(toys):
    spec = toys["letters"]
    ec.embed(ec.words("a, b, c"), "letters")
    ec.embed(ec.words("b, d, c, a"), "letters")
    assert spec.loaded[0].batches == [["a", "b", "c"], ["d"]]
    # Other settings are other vectors.
    assert ec.embed(ec.words("a"), "letters", factor=3).vectors.tolist() == [[3, 0, 0]]
    assert len(spec.loaded) == 2


def test_the_cache_gives_the_same_rows_in_the_new_order(toys):
    first = ec.embed(ec.words("aab, bbc, cca"), "letters")
    second = ec.embed(ec.words("cca, aab"), "letters")
    assert second.vectors.tolist() == first.vectors[[2, 0]].tolist()


def test_batches_tell_progress_and_hear_cancel(toys, monkeypatch):
    monkeypatch.setattr(embedding_module, "_BATCH", 2)
    steps = []
    ec.embed(
        ec.words("a, b, c, ab, ac"),
        "letters",
        progress=lambda done, total, what: steps.append((done, total)),
    )
    assert steps == [(2, 5), (4, 5), (5, 5)]
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        ec.embed(ec.words("d, e, f, g, h"), "letters", cancel=lambda: next(asked))
    # What was done before stays done.
    ec.embed(ec.words("d, e"), "letters")
    assert toys["letters"].loaded[0].batches[-1] == ["d", "e"]


def test_an_encoder_may_choose_its_own_order_and_steps(toys, monkeypatch):
    """The shortest words first, in steps of two: rows, reasons and notes stay with their items."""
    encoder = ec.load("letters")

    def steps(payloads):
        order = sorted(range(len(payloads)), key=lambda i: len(payloads[i].load()))
        for start in range(0, len(order), 2):
            part = order[start : start + 2]
            yield part, encoder.embed([payloads[i] for i in part])

    monkeypatch.setattr(encoder, "steps", steps, raising=False)
    done = []
    items = ec.words("aabbcc, c?, abc, Bb, a")
    found = ec.embed(items, "letters", progress=lambda at, n, what="": done.append((at, n)))
    assert found.ids == ("aabbcc", "abc", "Bb", "a")
    assert found.vectors.tolist() == [[2, 2, 2], [1, 1, 1], [0, 2, 0], [1, 0, 0]]
    assert found.dropped == (("c?", "a question."),)
    assert found.notes == (("Bb", "read in lower case"),)
    assert done == [(2, 5), (4, 5), (5, 5)]
    # What is kept is kept under the right item, what was noted of it too.
    encoder.batches.clear()
    again = ec.embed(ec.words("abc, a, Bb, aabbcc"), "letters")
    assert again.vectors.tolist() == [[1, 1, 1], [1, 0, 0], [0, 2, 0], [2, 2, 2]]
    assert again.notes == (("Bb", "read in lower case"),)
    assert encoder.batches == []
    # A stop between steps keeps those that were done.
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        ec.embed(ec.words("ccc, bbb, cc, bb"), "letters", cancel=lambda: next(asked))
    encoder.batches.clear()
    ec.embed(ec.words("ccc, bbb, cc, bb"), "letters")
    assert encoder.batches == [["ccc", "bbb"]]


def test_nothing_embedded_names_the_first_and_why(toys):
    with pytest.raises(EmptyCollectionError, match=r"None of the 2 items.*“x\?”: a question"):
        ec.embed(ec.words("x?, y?"), "letters")


def test_an_encoder_that_breaks_its_promise_fails_loudly(toys, monkeypatch):
    encoder = ec.load("letters")
    monkeypatch.setattr(encoder, "embed", lambda p: Encoded(np.zeros((1, 3), np.float32)))
    with pytest.raises(ContractError, match=r"letters gave \(1, 3\) for 2 items"):
        ec.embed(ec.words("q, r"), "letters")
    nan = np.full((2, 3), np.nan, np.float32)
    monkeypatch.setattr(encoder, "embed", lambda p: Encoded(nan))
    with pytest.raises(ContractError, match="NaN"):
        ec.embed(ec.words("s, t"), "letters")


def test_wrong_names_settings_and_kinds_get_a_sentence(toys):
    collection = ec.words("a")
    with pytest.raises(UnknownNameError, match="Did you mean 'letters'"):
        ec.embed(collection, "leters")
    with pytest.raises(UnknownNameError, match="setting of letters"):
        ec.embed(collection, "letters", faktor=1)
    with pytest.raises(InputError, match="from 1 to 9"):
        ec.embed(collection, "letters", factor=10)
    with pytest.raises(InputError, match="seed got -1"):
        ec.embed(collection, "letters", seed=-1)
    with pytest.raises(ModelLoadError, match="seats is trained on your data"):
        ec.load("seats")
    vectors = ec.read(b"a,1,2,3\nb,4,5,6\n", name="v.csv")
    with pytest.raises(InputError, match="Letters embeds text, and these items are vectors"):
        ec.embed(vectors, "letters")
    with pytest.raises(UnknownNameError, match="it has none"):
        ec.embed(vectors, factor=1)


def test_an_embedding_checks_itself_and_gives_parts():
    vectors = np.arange(6, dtype=np.float32).reshape(3, 2)
    found = Embedding(("a", "b", "c"), vectors, "s", "m")
    part = found.take([2, 0])
    assert part.ids == ("c", "a")
    assert part.vectors.tolist() == [[4, 5], [0, 1]]
    assert part.fingerprint != found.fingerprint
    assert found.fingerprint == Embedding(("a", "b", "c"), vectors.copy(), "s", "m").fingerprint
    assert found.fingerprint != Embedding(("a", "b", "c"), vectors.copy(), "t", "m").fingerprint
    for broken in (vectors[:2], vectors.astype(np.float64), vectors[:, 0]):
        with pytest.raises(ContractError):
            Embedding(("a", "b", "c"), broken, "s", "m")
