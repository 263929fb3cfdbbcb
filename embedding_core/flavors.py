"""Walks that stay near and walks that go outward: what p and q make of the same graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding
    from embedding_core.graph import Graph
    from embedding_core.models import Cancel, Progress
    from embedding_core.neighbors import NeighborGraph


@dataclass(frozen=True)
class Flavor:
    """A way to walk.

    Attributes
    ----------
    name, label : str
    p, q : float
        As of node2vec.
    """

    name: str
    label: str
    p: float
    q: float


FLAVORS = (
    Flavor("near", "Stay near", 0.25, 4.0),
    Flavor("plain", "As it comes", 1.0, 1.0),
    Flavor("out", "Go outward", 4.0, 0.25),
)
"""As breadth-first search, without a bias as in DeepWalk, as depth-first search (Grover and
Leskovec, 2016)."""


@dataclass(frozen=True, eq=False)
class Taught:
    """What was learned from walks of one flavor.

    Attributes
    ----------
    flavor : Flavor
    embeddings : tuple of Embedding
        One for each training.
    neighbors : tuple of NeighborGraph
        The nearest of every node in each of them, by cosine.
    """

    flavor: Flavor
    embeddings: tuple[Embedding, ...]
    neighbors: tuple[NeighborGraph, ...]


def teach_flavors(
    collection: Collection,
    params: Mapping[str, Any],
    *,
    k: int = 10,
    repeats: int = 1,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> tuple[Taught, ...]:
    """Learn node2vec from walks of every flavor, several times each.

    Parameters
    ----------
    collection : Collection
        Nodes of a graph.
    params : mapping
        Settings of node2vec; its p and q are those of the flavors.
    k : int
        How many of the nearest nodes to find.
    repeats : int
        Trainings of each flavor, with `seed` and those after it.
    seed : int
    progress, cancel : callable, optional
    """
    from embedding_core.embedding import embed
    from embedding_core.neighbors import neighbor_graph

    total, taught = len(FLAVORS) * repeats, []
    for at, flavor in enumerate(FLAVORS):
        settings = {**params, "p": flavor.p, "q": flavor.q}
        embeddings = tuple(
            embed(
                collection,
                "node2vec",
                seed=seed + turn,
                progress=_of_part(progress, at * repeats + turn, total, flavor.label),
                cancel=cancel,
                **settings,
            )
            for turn in range(repeats)
        )
        neighbors = tuple(neighbor_graph(one, k, cancel=cancel).first(k) for one in embeddings)
        taught.append(Taught(flavor, embeddings, neighbors))
    return tuple(taught)


def _of_part(progress: Progress | None, part: int, parts: int, label: str) -> Progress | None:
    if progress is None:
        return None
    told = progress

    def of_part(done: int, total: int, what: str = "") -> None:
        told(part * total + done, parts * total, f"{label.lower()}, {part + 1} of {parts}")

    return of_part


@dataclass(frozen=True, eq=False)
class Range:
    """How far from home walks of one flavor get.

    Attributes
    ----------
    flavor : Flavor
    far : ndarray of shape (at most length,), float64
        Mean number of steps from home, place by place.
    n_seen : float
        How many different nodes a walk comes to, on average.
    """

    flavor: Flavor
    far: NDArray[np.float64]
    n_seen: float


def measure_ranges(
    graph: Graph, start: int, length: int, *, n_walks: int = 1_000, seed: int = 0
) -> tuple[Range, ...]:
    """Tell how far from a node walks of every flavor get.

    Parameters
    ----------
    graph : Graph
    start : int
    length : int
        Nodes of a walk, the start included.
    n_walks : int
        Of each flavor.
    seed : int
    """
    from embedding_core.walks import Walker
    from embedding_core.wandering import mean_steps, steps_from

    steps = steps_from(graph, start)
    starts = np.full(n_walks, start, dtype=np.int32)
    found = []
    for flavor in FLAVORS:
        walks = Walker(graph, p=flavor.p, q=flavor.q, seed=seed).walk(starts, length)
        ordered = np.sort(walks, axis=1)
        fresh = np.diff(ordered, axis=1, prepend=-2) != 0
        n_seen = float((fresh & (ordered >= 0)).sum(axis=1).mean())
        found.append(Range(flavor, mean_steps(walks, steps), n_seen))
    return tuple(found)
