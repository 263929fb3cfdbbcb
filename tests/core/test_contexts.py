"""A word in several sentences, against the definition, on a model whose vectors are known."""

from __future__ import annotations

import re

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.contexts import pieces_of
from embedding_core.errors import Cancelled, InputError
from embedding_core.transformer import Tokens


class Letters:
    """Pieces of up to three letters; vectors drawn by piece, place and layer."""

    n_layers = 2
    limit = 1_000

    def tokenize(self, text):
        spans = [m.span() for m in re.finditer(r"\w{1,3}|[^\w\s]", text)][: self.limit]
        pieces = [text[a:b].lower() for a, b in spans]
        return Tokens(
            text=text,
            pieces=("[CLS]", *pieces, "[SEP]"),
            ids=tuple(range(len(pieces) + 2)),
            spans=((0, 0), *spans, (0, 0)),
            is_added=(True, *[False] * len(pieces), True),
        )

    def layers(self, texts):
        for tokens in map(self.tokenize, texts):
            rows = [
                [self.vector(layer, place, piece) for place, piece in enumerate(tokens.pieces)]
                for layer in range(self.n_layers + 1)
            ]
            yield Tokens(**{**vars(tokens), "layers": np.array(rows, dtype=np.float32)})

    def vector(self, layer, place, piece):
        seed = [layer, place * layer, *piece.encode()]
        return np.random.default_rng(seed).normal(size=5) + layer


TEXTS = ["The river bank.", "no such word", "Banknotes, BANK by bank", "a bank"]


def cosine(a, b):
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_every_occurrence_is_found_whole_and_in_its_place():
    found = ec.word_in_contexts(Letters(), " bank ", TEXTS)
    assert found.rows == (0, 2, 2, 3)
    assert [found.sentences[i][a:b] for i, (a, b) in enumerate(found.spans)] == [
        "bank", "BANK", "bank", "bank",
    ]  # fmt: skip
    assert found.left_out == (("no such word", "“bank” is not in it."),)
    assert found.vectors.shape == (3, 4, 5)


def test_its_vector_is_the_mean_of_its_pieces_in_every_layer():
    model = Letters()
    found = ec.word_in_contexts(model, "bank", TEXTS)
    for layer in range(3):
        # "The river bank.": the riv er ban k .
        expected = (model.vector(layer, 4, "ban") + model.vector(layer, 5, "k")) / 2
        assert np.allclose(found.vectors[layer, 0], expected, atol=1e-6)


def test_a_phrase_is_a_word_too():
    found = ec.word_in_contexts(Letters(), "river  bank", TEXTS)
    assert found.sentences == ("The river bank.",)
    assert pieces_of(Letters().tokenize(TEXTS[0]), found.spans[0]) == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("银行", "我去银行取钱", ["银行"]),
        ("バンク", "データバンクを作る", ["バンク"]),
        ("bank", "去bank取钱", ["bank"]),
        ("?", "Which bank? Which one?", ["?", "?"]),
        ("C++", "In C++ or C", ["C++"]),
        ("river bank", "a river\n  bank", ["river\n  bank"]),
        ("bank", "a bank_note and a bank1", []),
        ("été", "un été, pétété", ["été"]),
        ("بنك", "ذهبت إلى بنك", ["بنك"]),
    ],
)
def test_a_word_is_found_in_scripts_without_spaces_and_beside_marks(word, text, expected):
    model = Letters()
    if not expected:
        with pytest.raises(InputError, match="is in none of"):
            ec.word_in_contexts(model, word, [text])
        return
    found = ec.word_in_contexts(model, word, [text])
    assert [text[a:b] for a, b in found.spans] == expected


def test_similarities_and_the_chance_line_are_cosines_of_all_pairs():
    model = Letters()
    found = ec.word_in_contexts(model, "bank", TEXTS)
    for layer in range(3):
        expected = [[cosine(a, b) for b in found.vectors[layer]] for a in found.vectors[layer]]
        assert np.allclose(found.similarities(layer), expected, atol=1e-5)
        others = []
        for text in (TEXTS[0], TEXTS[2], TEXTS[3]):
            (tokens,) = model.layers([text])
            inside = {at for m in re.finditer(r"(?i)\bbank\b", text)
                      for at in pieces_of(tokens, m.span())}  # fmt: skip
            others.append([tokens.layers[layer, at] for at in range(1, len(tokens.pieces) - 1)
                           if at not in inside])  # fmt: skip
        pairs = [cosine(a, b) for i, left in enumerate(others) for right in others[i + 1 :]
                 for a in left for b in right]  # fmt: skip
        assert found.others[layer] == pytest.approx(np.mean(pairs), abs=1e-5)


def test_one_sentence_has_no_chance_line():
    found = ec.word_in_contexts(Letters(), "bank", TEXTS[:1])
    assert np.isnan(found.others).all()


def test_the_curve_is_the_mean_over_pairs_of_one_and_of_different_senses():
    found = ec.word_in_contexts(Letters(), "bank", TEXTS)
    senses = ["river", "money", "money", "river"]
    curve = ec.sense_curve(found, senses)
    for layer in range(3):
        matrix = found.similarities(layer)
        same, different = [], []
        for i in range(4):
            for j in range(i):
                (same if senses[i] == senses[j] else different).append(matrix[i, j])
        assert curve.within[layer] == pytest.approx(np.mean(same), abs=1e-6)
        assert curve.between[layer] == pytest.approx(np.mean(different), abs=1e-6)
        assert curve.gap[layer] == pytest.approx(np.mean(same) - np.mean(different), abs=1e-6)
    assert np.isnan(ec.sense_curve(found, ["one"] * 4).between).all()
    assert np.isnan(ec.sense_curve(found, list("abcd")).within).all()


def test_what_cannot_be_is_a_sentence():
    model = Letters()
    with pytest.raises(InputError, match=r"“xyz” is in none of the 4 sentences"):
        ec.word_in_contexts(model, "xyz", TEXTS)
    with pytest.raises(InputError, match="No word was given"):
        ec.word_in_contexts(model, " ", TEXTS)
    with pytest.raises(InputError, match="choose a transformer"):
        ec.word_in_contexts(ec.load("glove-6b-50d"), "bank", TEXTS)
    found = ec.word_in_contexts(model, "bank", TEXTS)
    with pytest.raises(InputError, match="2 senses were given for 4 occurrences"):
        ec.sense_curve(found, ["a", "b"])
    model.limit = 2
    with pytest.raises(InputError, match="stands beyond the model's limit"):
        ec.word_in_contexts(model, "bank", TEXTS[:1])
    cut = ec.word_in_contexts(model, "bank", [TEXTS[0], "bank", "river"])
    assert cut.left_out == (
        (TEXTS[0], "the model's limit cut the word off."),
        ("river", "“bank” is not in it."),
    )


def test_progress_is_told_and_a_stop_is_heard():
    done = []
    ec.word_in_contexts(Letters(), "bank", TEXTS, progress=lambda at, n, what="": done.append(at))
    assert done == [1, 2, 3]  # Of those that have the word.
    with pytest.raises(Cancelled):
        ec.word_in_contexts(Letters(), "bank", TEXTS, cancel=lambda: True)


def test_minilm_tells_the_senses_of_bank_apart_with_depth():
    found = ec.word_in_contexts(
        ec.load("minilm-l6"),
        "bank",
        [
            "They sat on the bank of the river and fished.",
            "Willows grow along the bank of the stream.",
            "The bank raised its interest rates.",
            "She opened an account at the bank.",
        ],
    )
    curve = ec.sense_curve(found, ["river", "river", "money", "money"])
    assert abs(curve.gap[0]) < 0.05  # The table knows no context, only places.
    assert curve.gap[-1] > 0.08
    assert (found.others < curve.between).all()
