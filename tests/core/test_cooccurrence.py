"""Counts of company against counting by hand, and PMI against its definition."""

from __future__ import annotations

from collections import Counter
from math import log2

import numpy as np
import pytest

from embedding_core.cooccurrence import count_company
from embedding_core.corpus import Corpus
from embedding_core.errors import InputError
from embedding_core.small_world import small_world
from embedding_core.teaching.company import sightings, text, words_around


def by_hand(corpus, window, min_count):
    frequent = {
        word
        for word, n in Counter(w for line in corpus.sentences for w in line).items()
        if n >= min_count
    }
    found = Counter()
    for line in corpus.sentences:
        for at, word in enumerate(line):
            for other in line[max(0, at - window) : at] + line[at + 1 : at + 1 + window]:
                if word in frequent and other in frequent:
                    found[word, other] += 1
    return found


@pytest.mark.parametrize(("window", "min_count"), [(1, 1), (3, 5), (20, 1)])
def test_counts_are_those_of_counting_by_hand(window, min_count):
    corpus = Corpus(small_world(80).text)
    found = count_company(corpus, window=window, min_count=min_count)
    wanted = by_hand(corpus, window, min_count)
    dense = found.counts.toarray()
    assert dense.sum() == sum(wanted.values()) > 0
    for (a, b), n in wanted.items():
        assert found.count(a, b) == n
    assert (dense == dense.T).all()


def test_pmi_is_its_definition():
    corpus = Corpus(small_world(200).text)
    found = count_company(corpus, window=2, min_count=1)
    pairs = by_hand(corpus, 2, 1)
    total = sum(pairs.values())
    of = Counter()
    for (a, _), n in pairs.items():
        of[a] += n
    for (a, b), n in list(pairs.items())[:200]:
        bits = log2((n / total) / ((of[a] / total) * (of[b] / total)))
        assert found.pmi(a, b) == pytest.approx(bits)
        assert found.pmi_row(a)[found.place(b)] == pytest.approx(bits)
    assert found.pmi("paris", "barn") == -np.inf


def test_likeness_is_the_cosine_of_positive_pmi():
    found = count_company(Corpus(small_world(200).text), window=4, min_count=1)
    rows = np.stack([np.maximum(found.pmi_row(word), 0) for word in found.words])
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    wanted = unit @ unit[found.place("paris")]
    assert np.allclose(found.likeness("paris"), wanted, atol=1e-5)


def test_words_that_are_not_counted_are_named():
    corpus = Corpus("one two\ntwo three")
    with pytest.raises(InputError, match="“four” is too rare"):
        count_company(corpus, min_count=1).pmi("one", "four")
    with pytest.raises(InputError, match="No word occurs 9 times"):
        count_company(corpus, min_count=9)


def test_sightings_are_whole_sentences_with_the_word_as_a_word():
    found = sightings("saddle", 9)
    assert len(found) == 9
    lines = set(text().splitlines())
    for before, word, after in found:
        assert word.lower() == "saddle"
        assert any(line.rstrip() == f"{before}{word}{after}" for line in lines)
        assert not before[-1:].isalpha()
        assert not after[:1].isalpha()
    around = words_around(found, 1)
    assert 1 <= sum(around.values()) <= 18
    with pytest.raises(InputError, match="not in this text"):
        sightings("qwertz", 3)
    with pytest.raises(InputError, match="not in this text"):
        sightings("  ", 3)
