"""Vectors of nodes: time, memory, and whether links are found, beside the node2vec package.

The package wants an old NumPy; ``pip install --no-deps --target FOLDER node2vec tqdm joblib`` and
``NODE2VEC=FOLDER`` bring it into the comparison. Without it the rows on it are left out.
"""

from __future__ import annotations

import os

from _timing import Row, fresh, show, show_machine

# A graph of groups: most edges stay within one. A tenth of the edges is kept for the test.
_GRAPH = """
import os, sys
import numpy as np
import embedding_core as ec
from embedding_core.collection import Collection
from embedding_core.graph import Graph, Node
def made(n, n_edges, groups, seed=0):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, groups, n)
    order, counts = np.argsort(group, kind="stable"), np.bincount(group, minlength=groups)
    begins = np.cumsum(counts) - counts
    m = int(n_edges * 1.02)
    a = rng.integers(0, n, m)
    inside = order[begins[group[a]] + (rng.random(m) * counts[group[a]]).astype(int)]
    b = np.where(rng.random(m) < 0.8, inside, rng.integers(0, n, m))
    edges = Graph.of(n, a, b).edges()
    hidden = rng.random(len(edges)) < 0.1
    graph = Graph.of(n, *edges[~hidden].T)
    return graph, edges[hidden], rng.integers(0, n, (hidden.sum(), 2))
def nodes(graph):
    names = [str(at) for at in range(graph.n_nodes)]
    payloads = [Node(at, name) for at, name in enumerate(names)]
    return Collection.of(names, payloads, modality="graph", context=graph)
def found(vectors, hidden, strangers):
    from sklearn.metrics import roc_auc_score
    from embedding_core.similarity import unit
    rows = unit(np.float32(vectors))
    pairs = np.concatenate([hidden, strangers])
    scores = np.einsum("ij,ij->i", rows[pairs[:, 0]], rows[pairs[:, 1]])
    return roc_auc_score(np.arange(len(pairs)) < len(hidden), scores)
def warm():
    from embedding_core import skipgram, walks
    walks.warm_up(); skipgram.warm_up()
"""

_OURS = """
from embedding_core.walks import Walker
graph, hidden, strangers = made({n}, {m}, {groups})
warm()
begin, used = time.perf_counter(), time.process_time()
for block in Walker(graph, p=0.5, q=2.0, seed=1).blocks(40, 5): pass
walks = time.perf_counter() - begin
walks_used = time.process_time() - used
begin, used = time.perf_counter(), time.process_time()
e = ec.embed(nodes(graph), "node2vec", seed=1, walks=5, length=40, p=0.5, q=2.0, window={window})
tell(walks=walks, walks_used=walks_used, whole=time.perf_counter() - begin,
     used=time.process_time() - used, auc=found(e.vectors, hidden, strangers),
     mb=resident()["VmRSS"])
"""

_THEIRS = """
sys.path.append(os.environ["NODE2VEC"])
import networkx as nx
from node2vec import Node2Vec
graph, hidden, strangers = made({n}, {m}, {groups})
g = nx.Graph(); g.add_nodes_from(range(graph.n_nodes)); g.add_edges_from(graph.edges().tolist())
begin, used = time.perf_counter(), time.process_time()
model = Node2Vec(g, dimensions=64, walk_length=40, num_walks=5, p=0.5, q=2.0, workers=1,
                 quiet=True, seed=1)
walks, walks_used = time.perf_counter() - begin, time.process_time() - used
wv = model.fit(window={window}, min_count=1, epochs=1, seed=1, workers=1).wv
whole, used = time.perf_counter() - begin, time.process_time() - used
vectors = np.stack([wv[str(at)] for at in range(graph.n_nodes)])
tell(walks=walks, walks_used=walks_used, whole=whole, used=used,
     auc=found(vectors, hidden, strangers), mb=resident()["VmRSS"])
"""

_NETWORK = """
graph, hidden, strangers = made({n}, {m}, {groups})
items, times = nodes(graph), []
def told(done, total, what=""): times.append(time.perf_counter())
ec.embed(items, "{model}", seed=1, progress=told, epochs=8)
tell(epoch=float(np.median(np.diff(times))), mb=resident()["VmRSS"])
"""

_SMALL = {"n": 10_000, "m": 50_000, "groups": 50, "window": 5}
_LARGE = {"n": 100_000, "m": 500_000, "groups": 500, "window": 5}


def main() -> None:
    show_machine("numpy", "numba", "torch", "scipy")
    show([*_beside_the_package(), *_large()])


def _beside_the_package() -> list[Row]:
    ours = fresh(_GRAPH + _OURS.format(**_SMALL))
    rows = [
        Row("10,000 nodes, 5 walks of 40: walks", _time(ours, "walks")),
        Row("  walks and vectors; links found (AUC)", f"{_time(ours, 'whole')}; {ours['auc']:.3f}"),
    ]
    if "NODE2VEC" not in os.environ:
        return rows
    theirs = fresh(_GRAPH + _THEIRS.format(**_SMALL))
    walks = theirs["walks_used"] / ours["walks_used"]
    whole = theirs["used"] / ours["used"]
    gap = ours["auc"] - theirs["auc"]
    return [
        *rows,
        Row("  node2vec package: walks", _time(theirs, "walks")),
        Row("  walks and vectors", f"{_time(theirs, 'whole')}; {theirs['auc']:.3f}"),
        Row("  walks, how many times faster", f"{walks:.0f}", "at least 100", walks >= 100),
        Row("  the whole, how many times faster", f"{whole:.1f}", "at least 3", whole >= 3),
        Row("  AUC, ours less theirs", f"{gap:+.3f}", "at least -0.02", gap >= -0.02),
    ]


def _large() -> list[Row]:
    ours = fresh(_GRAPH + _OURS.format(**_LARGE))
    rows = [
        Row(
            "node2vec, 100,000 nodes, 500,000 edges, 64 dimensions",
            _time(ours, "whole"),
            "within 3 minutes",
            ours["whole"] <= 180,
        ),
        Row("  memory", f"{ours['mb']:,.0f} MB", "within 3 GB", ours["mb"] <= 3_000),
        Row("  links found (AUC)", f"{ours['auc']:.3f}"),
    ]
    for model in ("gcn", "graphsage"):
        epoch = fresh(_GRAPH + _NETWORK.format(model=model, **_LARGE))["epoch"]
        rows.append(Row(f"{model}, an epoch of it", f"{epoch:.2f} s", "under 1 s", epoch < 1))
    return rows


def _time(told: dict[str, float], what: str) -> str:
    used = told["used" if what == "whole" else f"{what}_used"]
    return f"{told[what]:.2f} s ({used:.2f} s of processor)"


if __name__ == "__main__":
    main()
