"""Built-in graphs that figures and pictures of lessons share, each read and learned once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import InputError
from embedding_core.samples import SAMPLES
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding
    from embedding_core.graph import Graph
    from embedding_core.links import LinkScore

DRAWN = ("karate", "les-miserables", "cliques", "florentine-families")
"""Graphs small enough to be drawn as they are."""

_FEATURES = 64
_HIDINGS = 3


@lru_cache(maxsize=16)
def nodes_of(name: str) -> Collection:
    """Return a built-in graph's nodes."""
    return SAMPLES[name].read()


def graph_of(name: str) -> Graph:
    """Return a built-in graph. Raises InputError where the sample is none."""
    from embedding_core.graph import Graph

    graph = nodes_of(name).context
    if not isinstance(graph, Graph):
        raise InputError(f"{name} is no graph; name a built-in one, such as karate.")
    return graph


def labels_of(name: str) -> NDArray[np.str_]:
    """Return the label of each node that the sample is coloured by, (n,)."""
    return nodes_of(name).table[SAMPLES[name].color].to_numpy().astype(str)


def place_of(name: str, node: str) -> int:
    """Return a node's place in a graph. Raises InputError where there is none of that name."""
    place = nodes_of(name).positions.get(node)
    if place is None:
        few = ", ".join(nodes_of(name).ids[:5])
        raise InputError(f"There is no node “{node}” in {name}; its nodes are {few} and so on.")
    return place


@lru_cache(maxsize=16)
def layout(name: str) -> NDArray[np.float32]:
    """Return places in the plane whose distances are as long as ways through the graph, (n, 2)."""
    from embedding_core.layout import lay_out

    return lay_out(graph_of(name))


@lru_cache(maxsize=64)
def walked(name: str, p: float = 1.0, q: float = 1.0, seed: int = 0) -> Embedding:
    """Return a graph's nodes embedded by node2vec."""
    from embedding_core.embedding import embed

    return embed(nodes_of(name), "node2vec", seed=seed, p=p, q=q)


@lru_cache(maxsize=64)
def visit_shares(name: str, p: float, q: float, seed: int = 0) -> NDArray[np.float64]:
    """Return the share of all steps of walks at each node, (n,): 50 walks of 40 nodes from each."""
    from embedding_core.walks import Walker, visits

    graph = graph_of(name)
    walker = Walker(graph, p=p, q=q, seed=seed)
    counts = np.zeros(graph.n_nodes, dtype=np.int64)
    for block in walker.blocks(40, 50):
        counts += visits(block, graph.n_nodes)
    shares: NDArray[np.float64] = counts / counts.sum()
    return shares


@lru_cache(maxsize=256)
def after_layers(name: str, layers: int, seed: int = 0) -> NDArray[np.float32]:
    """Return random vectors of nodes after layers of a GCN without weights and bends, (n, 64).

    Each layer is the mixing that Kipf and Welling (2017) put into a GCN; alone, as in SGC (Wu and
    others, "Simplifying Graph Convolutional Networks", 2019).
    """
    from embedding_core.embedders.gcn import smoothed

    graph = graph_of(name).undirected()
    vectors = np.random.default_rng(seed).normal(size=(graph.n_nodes, _FEATURES))
    mixing = smoothed(graph.matrix()).astype(np.float64)
    for _ in range(layers):
        vectors = mixing @ vectors
    return vectors.astype(np.float32)


def pair_means(name: str, layers: int) -> tuple[float, float]:
    """Return the mean cosine of pairs of one label, and of pairs of two, after so many layers."""
    directions = unit(after_layers(name, layers)).astype(np.float64)
    cosines, labels = directions @ directions.T, labels_of(name)
    same = labels[:, None] == labels
    own = np.eye(len(labels), dtype=bool)
    return float(cosines[same & ~own].mean()), float(cosines[~same].mean())


def same_among_nearest(vectors: NDArray[np.float32], labels: NDArray[np.str_], k: int) -> float:
    """Return the share of items' `k` nearest by cosine that have the item's label."""
    from embedding_core.exact import exact_neighbors

    nearest, _ = exact_neighbors(np.ascontiguousarray(vectors), k, "cosine")
    return float((labels[nearest] == labels[:, None]).mean())


@lru_cache(maxsize=16)
def links_found(name: str) -> tuple[Mapping[str, LinkScore], ...]:
    """Return how well links are found, by node2vec and by counting: a tenth hidden, three times."""
    from embedding_core.link_trial import try_links

    trials = try_links(nodes_of(name), "node2vec", {}, repeats=_HIDINGS)
    return tuple(each.scores for each in trials)


def mean_auc(name: str, method: str) -> float:
    """Return the mean area under the ROC curve of a way to find links, over several hidings."""
    return float(np.mean([scores[method].auc for scores in links_found(name)]))
