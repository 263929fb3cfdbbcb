"""The first UMAP map of a new process: ours with exact neighbours, against umap-learn alone.

Both get the same 5,000 vectors and the same number of rounds. What numba keeps on disk lies in a
folder of this measurement: empty for a first start, filled for the later ones.
"""

from __future__ import annotations

import tempfile

from _timing import Row, fresh, fresh_medians, show, show_machine

DATA = """
import embedding_core as ec, numpy
from embedding_core.collection import Collection, VectorRows
model = ec.load("glove-6b-50d")
vectors = numpy.array(model.matrix[:5000])
names = model.words[:5000]
"""
OURS = (
    DATA
    + """
embedding = ec.embed(Collection.of(names, VectorRows(vectors), modality="vectors"))
start = time.perf_counter()
ec.project(embedding, "umap")
first = time.perf_counter() - start
again = ec.embed(Collection.of(names[::-1], VectorRows(vectors[::-1].copy()), modality="vectors"))
start = time.perf_counter()
ec.project(again, "umap")
tell(first=first, later=time.perf_counter() - start)
"""
)
ALONE = (
    DATA
    + """
start = time.perf_counter()
import umap
umap.UMAP(metric="cosine", n_epochs=500).fit(vectors)
first = time.perf_counter() - start
start = time.perf_counter()
umap.UMAP(metric="cosine", n_epochs=500).fit(vectors[::-1].copy())
tell(first=first, later=time.perf_counter() - start)
"""
)
# What a person looks at meanwhile.
PCA = (
    DATA
    + """
embedding = ec.embed(Collection.of(names, VectorRows(vectors), modality="vectors"))
start = time.perf_counter()
ec.project(embedding, "pca")
tell(first=time.perf_counter() - start)
"""
)


def main() -> None:
    show_machine("numpy", "umap-learn", "numba", "pynndescent")
    with tempfile.TemporaryDirectory() as folder:
        env = {"NUMBA_CACHE_DIR": folder}
        ever = fresh(OURS, env)["first"]
        found = fresh_medians(3, {"ours": OURS, "alone": ALONE, "pca": PCA}, env)
    ours, alone = found["ours"], found["alone"]
    show(
        [
            Row("PCA, shown meanwhile", f"{found['pca']['first']:.2f} s"),
            Row(
                "first UMAP of a new process, 5,000 x 50",
                f"{ours['first']:.1f} s",
                "below umap-learn",
                ours["first"] < alone["first"],
            ),
            Row("  umap-learn alone, its import in it", f"{alone['first']:.1f} s"),
            Row("  ours, the very first on a machine", f"{ever:.1f} s"),
            Row("a second UMAP in the same process", f"{ours['later']:.1f} s"),
            Row("  umap-learn alone", f"{alone['later']:.1f} s"),
        ]
    )


if __name__ == "__main__":
    main()
