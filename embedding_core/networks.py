"""Graphs that come with networkx, and made-up ones whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.collection import Collection
from embedding_core.params import Param, resolve

if TYPE_CHECKING:
    import networkx as nx
    from numpy.typing import NDArray

BLOCKS = (
    Param("communities", "Communities", "number", 4, "How many there are.", minimum=2, maximum=12),
    Param("size", "Nodes in each", "number", 30, "How large each is.", minimum=5, maximum=500),
    Param("within", "Links within", "number", 0.25,
          "How likely two nodes of one community are linked.", minimum=0.01, maximum=1.0,
          step=0.01),
    Param("between", "Links between", "number", 0.01,
          "How likely two nodes of different communities are linked.", minimum=0.0, maximum=1.0,
          step=0.005),
    Param("seed", "Seed", "number", 0, "Another number draws other links.", minimum=0,
          maximum=9999),
)  # fmt: skip
CLIQUES = (
    Param("cliques", "Cliques", "number", 8, "How many groups there are.", minimum=3, maximum=100),
    Param("size", "Nodes in each", "number", 6, "How large each group is.", minimum=3, maximum=50),
)


def karate_club() -> Collection:
    """Return Zachary's karate club (1977), its members numbered from 1 as in his paper."""
    import networkx as nx

    graph = nx.karate_club_graph()
    return _collected(nx.relabel_nodes(graph, {node: node + 1 for node in graph}), "karate club")


def les_miserables() -> Collection:
    """Return who appears with whom in Les Misérables (Knuth, 1993), with Louvain's communities."""
    import networkx as nx

    graph = nx.les_miserables_graph()
    found = nx.community.louvain_communities(graph, weight="weight", seed=0)
    for number, nodes in enumerate(sorted(found, key=lambda nodes: (-len(nodes), min(nodes))), 1):
        for node in nodes:
            graph.nodes[node]["community"] = f"community {number}"
    return _collected(graph, "Les Misérables")


def southern_women() -> Collection:
    """Return which women went to which events (Davis and others, 1941)."""
    import networkx as nx

    graph = nx.davis_southern_women_graph()
    for _, said in graph.nodes(data=True):
        said["kind"] = ("woman", "event")[said.pop("bipartite")]
    return _collected(graph, "southern women")


def florentine_families() -> Collection:
    """Return the marriages between families of Florence (Padgett; Breiger and Pattison, 1986)."""
    import networkx as nx

    return _collected(nx.florentine_families_graph(), "Florentine families")


def block_model(**params: Any) -> Collection:
    """Return communities whose nodes are linked more often than others.

    The stochastic block model (Holland, Laskey and Leinhardt, 1983), with blocks of one size. All
    nodes stay, those without a link too.

    Parameters
    ----------
    **params
        As in :data:`BLOCKS`.

    Raises
    ------
    EmptyCollectionError
        If no two nodes came to be linked.
    """
    given = resolve("blocks", BLOCKS, params)
    n, size = int(given["communities"]), int(given["size"])
    rng = np.random.default_rng(int(given["seed"]))
    block = np.repeat(np.arange(n), size)
    begin, end = _drawn(rng, n, size, float(given["within"]), float(given["between"]))
    names = [f"{chr(ord('A') + b)}{i + 1}" for b in range(n) for i in range(size)]
    kinds = [f"community {chr(ord('A') + b)}" for b in block]
    return _made(names, {"community": kinds}, begin, end, "made-up communities")


def _drawn(
    rng: np.random.Generator, n: int, size: int, within: float, between: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw the links block by block: all pairs at once would not fit in memory."""
    begins, ends = [], []
    for i in range(n):
        for j in range(i, n):
            linked = rng.random((size, size)) < (within if i == j else between)
            rows, columns = np.nonzero(np.triu(linked, 1) if i == j else linked)
            begins.append(rows + i * size)
            ends.append(columns + j * size)
    return np.concatenate(begins), np.concatenate(ends)


def ring_of_cliques(**params: Any) -> Collection:
    """Return groups in which all are linked, each joined to the next by one edge.

    Parameters
    ----------
    **params
        As in :data:`CLIQUES`.
    """
    given = resolve("cliques", CLIQUES, params)
    n, size = int(given["cliques"]), int(given["size"])
    rows, columns = np.triu_indices(size, 1)
    first = np.arange(n)[:, None] * size
    # The last of a group knows the first of the next.
    begin = np.concatenate([(first + rows).ravel(), first.ravel() + size - 1])
    end = np.concatenate([(first + columns).ravel(), np.roll(first.ravel(), -1)])
    names = [f"{clique + 1}.{i + 1}" for clique in range(n) for i in range(size)]
    cliques = [f"clique {clique + 1}" for clique in range(n) for _ in range(size)]
    joins = ["joins two cliques" if i in (0, size - 1) else "inside" for i in range(size)] * n
    return _made(names, {"clique": cliques, "role": joins}, begin, end, "ring of cliques")


def _made(
    names: list[str],
    columns: dict[str, list[str]],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    name: str,
) -> Collection:
    import pandas as pd

    from embedding_core.modalities.graphfiles.assembly import collect
    from embedding_core.modalities.graphfiles.base import Found

    return collect(Found(names, pd.DataFrame(columns), begin, end), name, quiet=True)


def _collected(graph: nx.Graph, name: str) -> Collection:
    from embedding_core.modalities.graphfiles.assembly import collect
    from embedding_core.modalities.graphfiles.base import Asked
    from embedding_core.modalities.graphfiles.exchange import found_of

    return collect(found_of(graph, Asked()), name, quiet=True)
