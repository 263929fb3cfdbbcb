"""From what a file says of a graph to a collection of its nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import Collection, writable
from embedding_core.errors import EmptyCollectionError, UnknownNameError
from embedding_core.graph import Graph, Node
from embedding_core.modalities.base import check_size
from embedding_core.modalities.graphfiles.base import Found

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

DEGREE = "degree"
PART = "part"
COUNTED = (DEGREE, PART, "links out", "links in")
"""The columns that are counted from the edges."""
_IDS = ("label", "name", "Label", "Name")
_NAMED = 5


def collect(found: Found, name: str, label: str = "", *, quiet: bool = False) -> Collection:
    """Check a graph and make a collection of its nodes.

    Edges of a node to itself and edges without a weight above 0 are left out, edges that are there
    twice added up; each is said in the notes, as are nodes without edges and separate parts.

    Parameters
    ----------
    found : Found
    name : str
        What the graph is called, for messages.
    label : str
        The column that names the nodes; where left out, one called label or name whose cells are
        all different, else the file's own ids.
    quiet : bool
        Says nothing of separate parts and nodes without edges, where it is known that there are
        some.

    Raises
    ------
    EmptyCollectionError
        If it has no edge.
    TooLargeError
        If it has too many nodes.
    UnknownNameError
        If there is no column `label`.
    """
    check_size(len(found.names), name)
    ids, columns = _ids(found, name, label)
    sources, targets, weights, notes = _sound(found, ids)
    if not len(sources):
        why = f" {notes[-1]}" if notes else ""
        n = len(found.names)
        has = "one node, with no edge" if n == 1 else f"{n:,} nodes and no edge between two of them"
        raise EmptyCollectionError(f"{name} has {has} to learn from.{why}")
    graph = Graph.of(len(found.names), sources, targets, weights, directed=found.directed)
    links = _of_links(graph)
    # A column of that name in a file is the person's own and stays.
    own = {key if key not in columns else f"{key} (counted)": cells for key, cells in links.items()}
    table = _without_gaps(columns).assign(**own)
    if not quiet:
        notes += _separate(graph, links, ids)
    return Collection.of(
        ids,
        [Node(i, writable(id_)) for i, id_ in enumerate(ids)],
        table,
        modality="graph",
        context=graph,
        notes=[*found.notes, *notes],
        name=name,
    )


def _sound(
    found: Found, ids: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], list[str]]:
    """Return the edges that a graph can have, and what became of the others."""
    begin, end = found.sources, found.targets
    weights = np.ones(len(begin)) if found.weights is None else found.weights
    notes = []
    looped = begin == end
    if looped.any():
        names = _listed([ids[i] for i in dict.fromkeys(begin[looped].tolist())])
        edges = _many(int(looped.sum()), "edge of a node to itself", "edges of nodes to themselves")
        notes.append(f"{edges} left out: {names}.")
    odd = ~np.isfinite(weights) & ~looped
    if odd.any():
        notes.append(f"{_many(int(odd.sum()))} left out, with no number as a weight.")
    with np.errstate(invalid="ignore"):
        low = (weights <= 0) & ~looped & ~odd
    if low.any():
        notes.append(
            f"{_many(int(low.sum()))} left out, with a weight of 0 or less: the models "
            "need weights above 0."
        )
    kept = ~(looped | odd | low)
    begin, end, weights = begin[kept], end[kept], weights[kept]
    first, second = (
        (begin, end) if found.directed else (np.minimum(begin, end), np.maximum(begin, end))
    )
    again = len(begin) - len(np.unique(first * max(len(found.names), 1) + second))
    if again:
        notes.append(f"{_many(again)} listed again between the same nodes, and added up.")
    return begin, end, weights, notes


def _ids(found: Found, name: str, label: str) -> tuple[list[str], pd.DataFrame]:
    """Return what to call the nodes, and their other columns."""
    columns, own = found.columns, [str(one) for one in found.names]
    if label and label not in columns:
        raise UnknownNameError(f"column of {name}", label, map(str, columns.columns))
    chosen = label or next((c for c in _IDS if c in columns and _all_differ(columns[c])), "")
    if not chosen:
        return own, columns
    ids = [str(cell) or key for cell, key in zip(columns[chosen], own, strict=True)]
    rest = columns.drop(columns=[chosen])
    return ids, rest if ids == own or "id" in rest else rest.assign(id=own)


def _all_differ(cells: pd.Series) -> bool:
    words = cells.fillna("").astype(str)
    return bool((words != "").all()) and words.is_unique


def _of_links(graph: Graph) -> dict[str, NDArray[np.int64]]:
    """Return the columns that links give: how many a node has, and in which part it lies."""
    both = graph.undirected()
    found = {DEGREE: both.degrees}
    if graph.directed:
        found |= {
            COUNTED[2]: graph.degrees,
            COUNTED[3]: np.bincount(graph.targets, minlength=graph.n_nodes),
        }
    parts = parts_of(both)
    if parts.max() > 1:
        found[PART] = parts
    return found


def parts_of(graph: Graph) -> NDArray[np.int64]:
    """Return in which part each node lies, 1 the largest; no edge leads from part to part."""
    from scipy.sparse.csgraph import connected_components

    _, part = connected_components(graph.matrix(), directed=graph.directed, connection="weak")
    sizes = np.bincount(part)
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(1, len(sizes) + 1)
    return rank[part]


def _without_gaps(columns: pd.DataFrame) -> pd.DataFrame:
    """Return columns of numbers as they are, and others as text, "" where a node has none."""
    from pandas.api.types import is_numeric_dtype

    texts = {
        str(name): columns[name].map(str, na_action="ignore").astype(object).fillna("")
        for name in columns.columns
        if not is_numeric_dtype(columns[name])
    }
    return columns.assign(**texts)


def _separate(graph: Graph, links: dict[str, NDArray[np.int64]], ids: Sequence[str]) -> list[str]:
    notes = []
    alone = np.flatnonzero(links[DEGREE] == 0)
    if len(alone):
        nodes = "1 node has" if len(alone) == 1 else f"{len(alone):,} nodes have"
        notes.append(f"{nodes} no edge: {_listed([ids[i] for i in alone.tolist()])}.")
    if PART in links:
        sizes = np.bincount(links[PART])
        linked = int((sizes > 1).sum())
        if linked > 1:
            notes.append(
                f"The graph falls into {linked:,} parts that no edge joins; the largest has "
                f"{sizes[1]:,} of {graph.n_nodes:,} nodes."
            )
    return notes


def _many(n: int, what: str = "edge", many: str = "edges") -> str:
    return f"1 {what} was" if n == 1 else f"{n:,} {many} were"


def _listed(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    shown = ", ".join(map(str, names[:_NAMED]))
    more = len(names) - _NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown
