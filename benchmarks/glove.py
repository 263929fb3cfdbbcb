"""Opening GloVe's 400,000 words in a new process: time and memory, against gensim."""

from __future__ import annotations

import tempfile
from pathlib import Path

from _timing import Row, fresh, fresh_medians, show, show_machine

OURS = """
import embedding_core as ec, embedding_core.embedding, numpy
before = resident()
start = time.perf_counter()
model = ec.load("glove-6b-50d")
took = time.perf_counter() - start
opened = resident()
ec.nearest_words(model, "king")
asked = resident()
tell(took=took, opened=opened["VmRSS"] - before["VmRSS"], asked=asked["VmRSS"] - before["VmRSS"],
     anon=asked["RssAnon"] - before["RssAnon"])
"""
GENSIM = """
from gensim.models import KeyedVectors
import numpy
before = resident()
start = time.perf_counter()
model = KeyedVectors.load({path!r}, mmap="r")
took = time.perf_counter() - start
opened = resident()
model.most_similar("king")
asked = resident()
tell(took=took, opened=opened["VmRSS"] - before["VmRSS"], asked=asked["VmRSS"] - before["VmRSS"],
     anon=asked["RssAnon"] - before["RssAnon"])
"""
# Its own format, written once: the fastest way gensim has.
SAVE = """
from gensim.models import KeyedVectors
import embedding_core as ec, numpy
model = ec.load("glove-6b-50d")
keyed = KeyedVectors(50)
keyed.add_vectors(model.words[:], numpy.array(model.matrix))
keyed.save({path!r})
tell(words=len(keyed))
"""
FIRST = """
import embedding_core as ec
start = time.perf_counter()
ec.load("glove-6b-50d")
tell(took=time.perf_counter() - start)
"""


def main() -> None:
    show_machine("numpy", "pyarrow", "gensim")
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "glove.kv")
        fresh(SAVE.format(path=path))
        found = fresh_medians(7, {"ours": OURS, "gensim": GENSIM.format(path=path)})
        first = fresh(FIRST, {"EMBEDDING_HOME": folder})["took"]
    ours, gensim = found["ours"], found["gensim"]
    show(
        [
            Row("open GloVe", f"{ours['took']:.2f} s", "under 0.5 s", ours["took"] < 0.5),
            Row("  gensim, its own format, memory-mapped", f"{gensim['took']:.2f} s"),
            Row("  the very first time, rows put in order", f"{first:.2f} s"),
            Row(
                "memory added by opening",
                f"{ours['opened']:.0f} MB",
                "at most 180 MB",
                ours["opened"] <= 180,
            ),
            Row("  gensim", f"{gensim['opened']:.0f} MB"),
            Row(
                "memory added after a first question",
                f"{ours['asked']:.0f} MB, of which {ours['anon']:.0f} MB not shared with the file",
            ),
            Row("  gensim", f"{gensim['asked']:.0f} MB, of which {gensim['anon']:.0f} MB"),
        ]
    )


if __name__ == "__main__":
    main()
