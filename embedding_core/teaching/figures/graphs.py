"""Figures of graphs: who is linked, where walks go, what layers mix, which links are found."""

from __future__ import annotations

import numpy as np

from embedding_core.links import ADAMIC, COMMON
from embedding_core.similarity import pairwise
from embedding_core.teaching.figures.base import Figure, figure
from embedding_core.teaching.graphs import (
    after_layers,
    graph_of,
    labels_of,
    mean_auc,
    nodes_of,
    pair_means,
    place_of,
    same_among_nearest,
    visit_shares,
    walked,
)

_KINDS = {"back": "back to where it was", "near": "near where it was", "out": "further out"}
WAYS = {"node2vec": "model", COMMON: COMMON, ADAMIC: ADAMIC}


def graph_nodes(graph: str) -> int:
    """Return how many nodes a built-in graph has."""
    return graph_of(graph).n_nodes


def graph_edges(graph: str) -> int:
    """Return how many links a built-in graph has."""
    return graph_of(graph).n_edges


def graph_zeros(graph: str) -> float:
    """Return the share of zeros in the matrix of who is linked with whom."""
    whole = graph_of(graph)
    return 1 - len(whole.undirected().targets) / whole.n_nodes**2


def node_links(graph: str, node: str) -> int:
    """Return how many links a node has."""
    return int(graph_of(graph).degrees[place_of(graph, node)])


def row_cosine(graph: str, a: str, b: str) -> float:
    """Return the cosine of two nodes' rows in the matrix of links."""
    rows = (graph_of(graph).undirected().matrix().toarray() > 0).astype(np.float32)
    places = [place_of(graph, node) for node in (a, b)]
    return float(pairwise(rows[places[:1]], rows[places[1:]], "cosine")[0, 0])


def shared_links(graph: str, a: str, b: str) -> int:
    """Return how many nodes two nodes are both linked to."""
    from embedding_core.links import find_evidence

    places = (place_of(graph, node) for node in (a, b))
    return len(find_evidence(graph_of(graph), *places).common)


def are_linked(graph: str, a: str, b: str) -> str:
    """Return whether two nodes are linked: yes or no."""
    from embedding_core.links import find_evidence

    places = (place_of(graph, node) for node in (a, b))
    return "yes" if find_evidence(graph_of(graph), *places).linked else "no"


def step_chance(graph: str, at: str, before: str, kind: str, p: float, q: float) -> float:
    """Return how likely a walk's next step is of a kind: back, near or out."""
    from embedding_core.walks import next_step

    step = next_step(graph_of(graph), place_of(graph, at), place_of(graph, before), p=p, q=q)
    return float(sum(c for c, k in zip(step.chances, step.kinds, strict=True) if k == kind))


def likeliest_step(graph: str, at: str, before: str, p: float, q: float) -> str:
    """Return which kind of step is likeliest: back to where it was, near where it was, ..."""
    return _KINDS[max(_KINDS, key=lambda kind: step_chance(graph, at, before, kind, p, q))]


def most_visited(graph: str, p: float = 1.0, q: float = 1.0) -> str:
    """Return the node that walks come to most often."""
    return nodes_of(graph).ids[int(visit_shares(graph, p, q).argmax())]


def visits_and_links(graph: str, p: float = 1.0, q: float = 1.0) -> float:
    """Return the correlation of nodes' shares of visits with their sums of link weights."""
    strength = np.asarray(graph_of(graph).undirected().matrix().sum(axis=1)).ravel()
    return float(np.corrcoef(visit_shares(graph, p, q), strength)[0, 1])


def walked_same(graph: str, column: str, k: int, p: float = 1.0, q: float = 1.0) -> float:
    """Return the share of nodes' k nearest by node2vec that have the node's label in a column."""
    labels = nodes_of(graph).table[column].to_numpy().astype(str)
    return same_among_nearest(walked(graph, p, q).vectors, labels, k)


def clique_role_share(graph: str = "cliques") -> float:
    """Return the share of clique mates that have a node's role, the mean over nodes."""
    table = nodes_of(graph).table
    cliques, roles = (table[name].to_numpy().astype(str) for name in ("clique", "role"))
    mates = (cliques[:, None] == cliques) & ~np.eye(len(cliques), dtype=bool)
    return float(((roles[:, None] == roles) & mates).sum(axis=1).mean() / mates.sum(axis=1).mean())


def role_share(role: str = "joins two cliques", graph: str = "cliques") -> float:
    """Return the share of nodes that have a role."""
    return float((nodes_of(graph).table["role"] == role).mean())


def layer_within(graph: str, layers: int) -> float:
    """Return the mean cosine of nodes of one label after so many layers of mixing."""
    return pair_means(graph, layers)[0]


def layer_between(graph: str, layers: int) -> float:
    """Return the mean cosine of nodes of different labels after so many layers of mixing."""
    return pair_means(graph, layers)[1]


def layer_same(graph: str, layers: int) -> float:
    """Return how many nodes have a nearest one of their label after so many layers of mixing."""
    return same_among_nearest(after_layers(graph, layers), labels_of(graph), 1)


def link_auc(graph: str, way: str) -> float:
    """Return the mean area under the ROC curve of node2vec, common neighbours or Adamic-Adar."""
    return mean_auc(graph, WAYS[way])


def best_link_way(graph: str) -> str:
    """Return which finds hidden links best: node2vec, common neighbours or Adamic-Adar."""
    return max(WAYS, key=lambda way: link_auc(graph, way))


FIGURES: tuple[Figure, ...] = tuple(
    figure(function)
    for function in (
        graph_nodes, graph_edges, graph_zeros, node_links, row_cosine, shared_links, are_linked,
        step_chance, likeliest_step, most_visited, visits_and_links, walked_same,
        clique_role_share, role_share, layer_within, layer_between, layer_same, link_auc,
        best_link_way,
    )
)  # fmt: skip
