"""What each word of a pair does, against taking it out by hand."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.collection import Text
from embedding_core.errors import Cancelled, InputError, UnknownNameError
from embedding_core.models import Encoded


class Counts:
    """Counts the letters a to e and the mask; texts without any have no vector."""

    mask = "#"

    def embed(self, payloads):
        texts = [payload.load().lower() for payload in payloads]
        rows = np.array([[t.count(c) for c in "abcde#"] for t in texts], dtype=np.float32)
        return Encoded(
            rows,
            missing={i: "no letter." for i, row in enumerate(rows) if not row.any()},
            notes={i: "cut short" for i, text in enumerate(texts) if "zz" in text},
        )


def similarity(left, right, metric="cosine"):
    rows = Counts().embed([Text(left), Text(right)]).vectors.astype(float)
    if metric == "euclidean":
        return -float(np.linalg.norm(rows[0] - rows[1]))
    return float(rows[0] @ rows[1] / np.linalg.norm(rows[0]) / np.linalg.norm(rows[1]))


LEFT, RIGHT = "aab  c, dd", "ab e"


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize(("way", "put"), [("delete", ""), ("mask", "#")])
def test_an_effect_is_how_much_the_likeness_falls_without_the_word(way, put, metric):
    found = ec.explain_pair(Counts(), LEFT, RIGHT, way=way, metric=metric)
    whole = similarity(LEFT, RIGHT, metric)
    assert found.similarity == pytest.approx(whole, abs=1e-6)
    assert [effect.word for effect in found.left] == ["aab", "c,", "dd"]
    assert [effect.word for effect in found.right] == ["ab", "e"]
    for effect in found.left:
        start, end = effect.span
        assert LEFT[start:end] == effect.word
        rest = f"{LEFT[:start]}{put}{LEFT[end:]}"
        assert effect.effect == pytest.approx(whole - similarity(rest, RIGHT, metric), abs=1e-6)
    for effect in found.right:
        start, end = effect.span
        rest = f"{RIGHT[:start]}{put}{RIGHT[end:]}"
        assert effect.effect == pytest.approx(whole - similarity(LEFT, rest, metric), abs=1e-6)
    assert found.left[0].effect > 0 > found.left[2].effect


def test_where_nothing_is_left_there_is_no_effect():
    found = ec.explain_pair(Counts(), "a", "a b")
    assert np.isnan(found.left[0].effect)
    assert np.isfinite([effect.effect for effect in found.right]).all()
    assert not np.isnan(ec.explain_pair(Counts(), "a", "a b", way="mask").left[0].effect)


def test_texts_that_were_cut_are_told():
    assert ec.explain_pair(Counts(), "a zz", "b").notes == ("“a zz”: cut short.",)
    assert ec.explain_pair(Counts(), "a", "b").notes == ()


def test_what_cannot_be_is_a_sentence():
    with pytest.raises(InputError, match=r"“x” has no vector: no letter"):
        ec.explain_pair(Counts(), "x", "a")
    with pytest.raises(UnknownNameError, match="way to take a word out"):
        ec.explain_pair(Counts(), "a", "b", way="swap")
    with pytest.raises(UnknownNameError, match="metric"):
        ec.explain_pair(Counts(), "a", "b", metric="angle")
    with pytest.raises(InputError, match="401 words and the limit is 400"):
        ec.explain_pair(Counts(), "a " * 401, "b")
    with pytest.raises(InputError, match="came without their model"):
        ec.explain_pair(None, "a", "b")
    with pytest.raises(InputError, match="has no mask"):
        ec.explain_pair(ec.load("glove-mean"), "king", "queen", way="mask")


def test_in_scripts_without_spaces_each_letter_is_taken_out():
    texts = []

    class Reads(Counts):
        def embed(self, payloads):
            texts.extend(payload.load() for payload in payloads)
            return super().embed(payloads)

    found = ec.explain_pair(Reads(), "a银行b c", "ab", way="delete")
    assert [effect.word for effect in found.left] == ["a", "银", "行", "b", "c"]
    assert texts[2:7] == ["银行b c", "a行b c", "a银b c", "a银行 c", "a银行b"]
    texts.clear()
    ec.explain_pair(Reads(), "a银行", "ab", way="mask")
    assert texts[3] == "a # 行"


class InSteps(Counts):
    """The same, two texts at a time and the last first."""

    def steps(self, payloads):
        for end in range(len(payloads), 0, -2):
            places = list(range(max(0, end - 2), end))
            yield places, self.embed([payloads[at] for at in places])


def test_steps_of_a_model_change_nothing_and_are_told_and_can_be_stopped():
    told = []
    found = ec.explain_pair(
        InSteps(), "aab x zz", RIGHT, progress=lambda at, n, what="": told.append((at, n))
    )
    assert found == ec.explain_pair(Counts(), "aab x zz", RIGHT)
    assert found.notes == ("“aab x zz”: cut short.",)
    assert told == [(2, 7), (4, 7), (6, 7), (7, 7)]
    with pytest.raises(InputError, match=r"“x” has no vector: no letter"):
        ec.explain_pair(InSteps(), "x", "a b")
    stops = iter([False, True])
    with pytest.raises(Cancelled):
        ec.explain_pair(InSteps(), LEFT, RIGHT, cancel=lambda: next(stops))


def test_words_alike_in_meaning_carry_the_likeness_in_minilm():
    left, right = "The physician examined him.", "A doctor looked at the patient."
    for way in ("delete", "mask"):
        found = ec.explain_pair(ec.load("minilm-l6"), left, right, way=way)
        assert max(found.left, key=lambda effect: effect.effect).word == "physician"
