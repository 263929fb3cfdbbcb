"""Nearest words and analogies over all 400,000 words of GloVe, against gensim's most_similar."""

from __future__ import annotations

import statistics

import numpy as np
from _timing import Row, seconds, show, show_machine

import embedding_core as ec

WORDS = (
    "king", "queen", "apple", "paris", "river", "computer",
    "blue", "seven", "winter", "doctor", "piano", "justice",
)  # fmt: skip
ANALOGIES = [
    ("man", "king", "woman"),
    ("athens", "greece", "oslo"),
    ("good", "better", "bad"),
    ("walk", "walked", "swim"),
    ("car", "cars", "child"),
    ("france", "wine", "germany"),
]


def main() -> None:
    from gensim.models import KeyedVectors

    show_machine("numpy", "gensim")
    model = ec.load("glove-6b-50d")
    keyed = KeyedVectors(50)
    keyed.add_vectors(model.words[:], np.array(model.matrix))
    keyed.fill_norms()
    ours_near, theirs_near, ours_like, theirs_like = [], [], [], []
    for _ in range(6):
        for word in WORDS:
            ours_near.append(seconds(ec.nearest_words, model, word))
            theirs_near.append(seconds(keyed.most_similar, word))
        for a, b, c in ANALOGIES:
            ours_like.append(seconds(ec.analogy, model, a, b, c))
            theirs_like.append(seconds(keyed.most_similar, positive=[b, c], negative=[a]))
    same = sum(
        [neighbor.id for neighbor in ec.nearest_words(model, word)]
        == [name for name, _ in keyed.most_similar(word)]
        for word in WORDS
    )
    rows = []
    for claim, ours, theirs in (
        ("the 10 nearest words", ours_near, theirs_near),
        ("an analogy", ours_like, theirs_like),
    ):
        middle = statistics.median(ours) * 1e3
        rows.append(Row(claim, f"{middle:.1f} ms", "under 25 ms", middle < 25))
        rows.append(Row("  gensim", f"{statistics.median(theirs) * 1e3:.1f} ms"))
    rows.append(
        Row("same answers in the same order", f"{same} of {len(WORDS)}", "all", same == len(WORDS))
    )
    show(rows)


if __name__ == "__main__":
    main()
