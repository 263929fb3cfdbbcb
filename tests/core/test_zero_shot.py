"""Zero-shot and classes: names by description, judged against labels."""

from __future__ import annotations

import numpy as np
import pytest

from embedding_core.classes import classify, surest
from embedding_core.collection import Collection, Text
from embedding_core.embedding import Embedding
from embedding_core.errors import Cancelled, InputError
from embedding_core.models import Probabilities
from embedding_core.zero_shot import zero_shot

COLORS = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1)}


class Reader:
    """Knows three colors in a sentence; how sharply, if told."""

    def __init__(self):
        self.read = []

    def embed_text(self, text):
        self.read.append(text)
        return np.sum([COLORS[word] for word in text.split() if word in COLORS], axis=0).astype(
            np.float32
        )


class Sharp(Reader):
    logit_scale = 10.0


def embedding(model):
    vectors = np.array([[3, 1, 0], [0, 2, 1], [0, 0.1, 5], [1, 0, 0]], dtype=np.float32)
    return Embedding(("a", "b", "c", "d"), vectors, "colors", "colors", model=model)


def test_each_item_gets_the_label_it_is_most_like():
    model = Sharp()
    found = zero_shot(embedding(model), ["red", "green", " blue ", "red", ""], "a {} thing, {}")
    assert found.labels == ("red", "green", "blue")
    assert model.read == ["a red thing, red", "a green thing, green", "a blue thing, blue"]
    assert found.predicted.tolist() == [0, 1, 2, 0]
    cosines = np.array([3, 1, 0]) / np.sqrt(10)
    assert np.allclose(found.similarities[0], cosines, atol=1e-6)
    odds = np.exp(10 * cosines)
    assert found.confidence[0] == pytest.approx(odds[0] / odds.sum(), abs=1e-5)


def test_without_a_scale_there_is_no_confidence():
    assert zero_shot(embedding(Reader()), ["red", "blue"]).confidence is None


def test_names_are_judged_where_the_label_is_known():
    found = zero_shot(embedding(Reader()), ["red", "green", "blue"])
    judged = found.judged(["Red", "blue", None, "purple"])
    assert judged.n == 2
    assert judged.accuracy == 0.5
    assert judged.chance == 0.5
    assert judged.confusion.tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 0]]
    assert judged.codes.tolist() == [0, 2, -1, -1]
    assert np.isnan(found.judged([None] * 4).accuracy)
    with pytest.raises(InputError, match="3 labels were given for 4"):
        found.judged(["red"] * 3)


def test_labels_that_differ_in_case_or_spaces_only_are_one():
    found = zero_shot(embedding(Reader()), ["Deep  red", "green", "GREEN", "deep red"])
    assert found.labels == ("Deep red", "green")
    assert found.judged(["deep  red ", "Green", None, None]).codes.tolist() == [0, 1, -1, -1]


@pytest.mark.parametrize(
    ("labels", "template", "told"),
    [
        (["red", " red"], "a {}", "1 different labels"),
        ([], "a {}", "0 different labels"),
        (["red", "blue"], "a photo", "has no {}"),
    ],
)
def test_what_cannot_be_asked_is_said(labels, template, told):
    with pytest.raises(InputError, match=told):
        zero_shot(embedding(Reader()), labels, template)


def test_a_space_without_text_is_told():
    with pytest.raises(InputError, match="no text"):
        zero_shot(embedding(object()), ["red", "blue"])


class Classes:
    classes = ("cat", "dog", "cow")

    def probabilities(self, payloads):
        rows = [[0.2, 0.7, 0.1], [0.5, 0.25, 0.25]]
        values = np.array([rows[len(p.load()) % 2] for p in payloads], dtype=np.float32)
        return Probabilities(values, {i: "torn." for i, p in enumerate(payloads) if not p.load()})


def test_the_likeliest_classes_of_every_item():
    ids = [str(i) for i in range(70)]
    texts = ["", *("x" * (1 + i % 2) for i in range(1, 70))]
    collection = Collection.of(ids, [Text(text) for text in texts], modality="text")
    told = []
    found = classify(collection, Classes(), 2, progress=lambda *step: told.append(step[:2]))
    assert found.dropped == (("0", "torn."),)
    assert found.n_classes == 3
    assert found.ids == tuple(ids[1:])
    odd, even = ([(g.name, round(g.probability, 3)) for g in each] for each in found.guesses[:2])
    # Item 1 has two letters; of equally likely classes the model's first comes first.
    assert odd == [("dog", 0.7), ("cat", 0.2)]
    assert even == [("cat", 0.5), ("dog", 0.25)]
    assert told == [(32, 70), (64, 70), (70, 70)]
    with pytest.raises(Cancelled):
        classify(collection, Classes(), cancel=lambda: True)
    with pytest.raises(InputError, match="knows no classes"):
        classify(collection, object())
    with pytest.raises(InputError, match="1 or more"):
        classify(collection, Classes(), 0)


class Headed:
    """Two classes, read off two dimensions: the first is likelier by twice the first number."""

    def head(self):
        return np.array([[2, 0], [0, 0]], dtype=np.float32), np.array([0, 1], dtype=np.float32)


def test_the_surest_item_is_read_off_the_vectors():
    # Odds of the first class are exp(2 x - 1): of -2, exp(-5) and so the second is all but certain.
    vectors = np.array([[0.5, 9], [1, 0], [-2, 0], [2.4, 5]], dtype=np.float32)
    items = Embedding(("a", "b", "c", "d"), vectors, "space", "spec", model=Headed())
    assert surest(items) == "c"
    assert surest(embedding(Headed())) is None, "these have three dimensions, and the head two"
    assert surest(embedding(object())) is None
