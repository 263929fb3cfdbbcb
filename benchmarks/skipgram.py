"""Skip-gram by our own loop beside gensim's: seconds, and how good the words are.

    python benchmarks/skipgram.py [seeds]

Both learn WordNet's glosses with the app's default settings (100 dimensions, window 5, 5 negatives,
5 epochs), gensim with one worker, as is needed for equal vectors in every run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import embedding_core as ec
from embedding_core import skipgram
from embedding_core.corpus import Corpus
from embedding_core.sentence_walks import SentenceWalks
from embedding_core.wordvectors import WordVectors

DIM, WINDOW, NEGATIVE, EPOCHS, LEAST = 100, 5, 5, 5, 5
TESTS = ("wordsim-353", "simlex-999", "google-analogies")


def ours(corpus: Corpus, seed: int, *, shares: bool = False) -> WordVectors:
    """Learn by our own loop."""
    words = corpus.vocabulary(LEAST)
    text = SentenceWalks(corpus, words, seed=seed, epochs=EPOCHS)
    model = skipgram.learn(
        text.blocks,
        text.counts,
        dim=DIM,
        window=WINDOW,
        negative=NEGATIVE,
        epochs=EPOCHS,
        seed=seed,
        shares=shares,
        per_epoch=text.per_epoch,
    )
    return WordVectors("ours", words, model.vectors)


def shared(corpus: Corpus, seed: int) -> WordVectors:
    """Learn by our own loop as on walks: all pairs of a place share their negatives."""
    return ours(corpus, seed, shares=True)


def gensims(corpus: Corpus, seed: int) -> WordVectors:
    """Learn by gensim."""
    from gensim.models import Word2Vec

    model = Word2Vec(
        sentences=corpus.sentences,
        vector_size=DIM,
        window=WINDOW,
        min_count=LEAST,
        negative=NEGATIVE,
        epochs=EPOCHS,
        sg=1,
        workers=1,
        seed=seed,
    )
    return WordVectors("gensim", model.wv.index_to_key, model.wv.vectors)


def main() -> None:
    """Learn and print a row for each."""
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    corpus = ec.sample_corpus("wordnet-glosses")
    skipgram.warm_up()
    print(f"{len(corpus.sentences):,} sentences, {corpus.n_words:,} words")
    ways: tuple[tuple[str, Callable[[Corpus, int], WordVectors]], ...] = (
        ("ours", ours),
        ("ours, shared negatives", shared),
        ("gensim", gensims),
    )
    for seed in seeds:
        for name, learn in ways:
            began, cpu = time.perf_counter(), time.process_time()
            found = learn(corpus, seed)
            took, used = time.perf_counter() - began, time.process_time() - cpu
            figures = ", ".join(f"{test} {ec.evaluate(found, test).figure:.3f}" for test in TESTS)
            print(f"{name}, seed {seed}: {took:.1f} s, {used:.1f} s of CPU; {figures}", flush=True)


if __name__ == "__main__":
    main()
