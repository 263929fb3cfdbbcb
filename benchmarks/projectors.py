"""Maps against those of the libraries that are known for them: how good, and how long.

t-SNE against scikit-learn, PaCMAP against the pacmap package, MDS against scikit-learn's SMACOF;
the first 2,000 and 5,000 words of GloVe, the same neighbours kept in mind. Every map is drawn in a
new process, twice: the first time counts what has to be imported and compiled. t-SNE is drawn once
more after a UMAP, whose compiled code must not slow it down.
"""

from __future__ import annotations

import statistics

from _timing import Row, fresh, show, show_machine

RUNS = 3
SIZES = (2_000, 5_000)
# scikit-learn compares all items with all in every round of SMACOF.
MOST_SMACOF = 2_000

DATA = """
import numpy as np
import embedding_core as ec
from embedding_core.collection import Collection, VectorRows
from embedding_core.projection import Projection
model = ec.load("glove-6b-50d")
names, vectors = model.words[:{n}], np.array(model.matrix[:{n}])
embedding = ec.embed(Collection.of(names, VectorRows(vectors), modality="vectors"))
unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

def told(draw):
    times = []
    for _ in range(2):
        start = time.perf_counter()
        coords = draw()
        times.append(time.perf_counter() - start)
    coords = np.ascontiguousarray(coords, dtype=np.float32)
    found = ec.quality(embedding, Projection(embedding.ids, coords, "map"))
    apart = np.linalg.norm(coords[::4, None] - coords[None, ::4], axis=2).ravel()
    true = np.linalg.norm(unit[::4, None] - unit[None, ::4], axis=2).ravel()
    order = np.corrcoef(apart.argsort().argsort(), true.argsort().argsort())[0, 1]
    tell(first=times[0], later=times[1], trust=found.trustworthiness,
         kept=found.neighbor_recall, order=order)
"""
OURS = (
    DATA
    + """
told(lambda: ec.project(embedding, "{method}").coords)
"""
)
AFTER_UMAP = (
    DATA
    + """
ec.project(embedding, "umap", n_epochs=20)
told(lambda: ec.project(embedding, "{method}").coords)
"""
)
THEIRS = {
    "tsne": DATA
    + """
def draw():
    from sklearn.manifold import TSNE
    return TSNE(init="pca", metric="cosine", random_state=0).fit_transform(vectors)
told(draw)
""",
    "pacmap": DATA
    + """
def draw():
    import pacmap
    return pacmap.PaCMAP(random_state=0, distance="angular").fit_transform(vectors.copy())
told(draw)
""",
    "mds": DATA
    + """
def draw():
    from scipy.spatial.distance import pdist, squareform
    from sklearn.manifold import smacof
    start = ec.project(embedding, "pca").coords.astype(float)
    apart = squareform(pdist(unit))
    return smacof(apart, init=start, n_init=1, normalized_stress=False)[0]
told(draw)
""",
}
LIBRARIES = {
    "tsne": "scikit-learn",
    "pacmap": "pacmap 0.9.1",
    "mds": "scikit-learn, SMACOF",
}
LABELS = {"tsne": "t-SNE", "pacmap": "PaCMAP", "mds": "MDS"}


def main() -> None:
    show_machine("numpy", "openTSNE", "pacmap", "scikit-learn", "numba")
    rows = []
    for n in SIZES:
        for method, theirs in THEIRS.items():
            rows.append(_row(f"{LABELS[method]}, {n:,} x 50", OURS, n, method))
            if method == "tsne":
                rows.append(_row("  the same after a UMAP", AFTER_UMAP, n, method))
            if method != "mds" or n <= MOST_SMACOF:
                rows.append(_row(f"  {LIBRARIES[method]}", theirs, n, method))
    show(rows)


def _row(claim: str, code: str, n: int, method: str) -> Row:
    code = code.replace("{n}", str(n)).replace("{method}", method)
    told = [fresh(code) for _ in range(RUNS)]
    first, later = (statistics.median(run[key] for run in told) for key in ("first", "later"))
    figures = told[0]
    return Row(
        claim,
        f"{later:.1f} s (the first {first:.1f}); trustworthiness {figures['trust']:.3f}, "
        f"neighbours kept {figures['kept']:.1%}, distances in order {figures['order']:.2f}",
    )


if __name__ == "__main__":
    main()
