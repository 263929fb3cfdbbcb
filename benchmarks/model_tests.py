"""The published tests of word models on GloVe, against gensim's evaluation."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from _timing import Row, fresh, seconds, show, show_machine

import embedding_core as ec

EVERY = 40
# The peak is asked of the kernel and forgotten before: what getrusage says is inherited from the
# process that started this one.
MEMORY = """
import pathlib
import embedding_core as ec
model = ec.load("glove-6b-50d")
ec.evaluate(model, "wordsim-353")
pathlib.Path("/proc/self/clear_refs").write_text("5")
before = resident()["VmRSS"]
ec.evaluate(model, "google-analogies")
lines = pathlib.Path("/proc/self/status").read_text().splitlines()
peak = next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
tell(more=peak - before)
"""


def main() -> None:
    from gensim.models import KeyedVectors

    show_machine("numpy", "scipy", "gensim")
    model = ec.load("glove-6b-50d")
    keyed = KeyedVectors(50)
    keyed.add_vectors(model.words[:], np.array(model.matrix))
    rows = []
    for name, test in ec.TESTS.items():
        times = [seconds(ec.evaluate, model, name) for _ in range(3)]
        score = ec.evaluate(model, name)
        low, high = score.interval
        figure = f"{sorted(times)[1]:.1f} s: {score.figure:.3f} ({low:.3f} to {high:.3f})"
        rows.append(Row(f"{test.label}, {score.known:,} of {score.n:,}", figure))
    lines = ec.TESTS["google-analogies"].path().read_text().splitlines()
    some = [line for at, line in enumerate(lines) if line.startswith(":") or not at % EVERY]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "questions.txt"
        path.write_text("\n".join(some) + "\n")
        took = seconds(keyed.evaluate_word_analogies, str(path), restrict_vocab=100_000)
    asked = sum(not line.startswith(":") for line in some)
    rows.append(Row(f"  gensim, a sample of {asked:,} questions", f"{took:.1f} s"))
    more = fresh(MEMORY)["more"]
    rows.append(
        Row("memory added by the analogies, at most", f"{more:.0f} MB", "under 300 MB", more < 300)
    )
    show(rows)


if __name__ == "__main__":
    main()
