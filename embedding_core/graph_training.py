"""What all models of graphs share: from a collection of nodes to a graph, and back to its items."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from embedding_core.collection import digest_of
from embedding_core.errors import Cancelled, InputError
from embedding_core.graph import Graph
from embedding_core.models import Encoded, Fitted, TrainerSpec
from embedding_core.watching import of_rows, show

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Collection, Payload
    from embedding_core.corpus import Corpus
    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.params import Params

ISOLATED = "has no edge, so nothing was learned; the vector is zero"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A payload that is a node which was not there while training: who it is linked to.

    Attributes
    ----------
    name : str
    links : tuple of int
        Places in the graph of the nodes it has an edge with.
    weights : tuple of float
        Of these edges; 1 for all where left out.
    """

    name: str
    links: tuple[int, ...]
    weights: tuple[float, ...] = ()

    def digest(self) -> bytes:
        """Return 16 bytes that stand for the node and its links."""
        return digest_of("newcomer", self.name, str(self.links), str(self.weights))

    def load(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the nodes it is linked to, and the weights of these edges."""
        weights = self.weights or (1.0,) * len(self.links)
        return np.array(self.links, dtype=np.int64), np.array(weights, dtype=np.float32)


@runtime_checkable
class Inductive(Protocol):
    """Capability of what was learned of a graph: it has vectors for newcomers too."""

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return the vectors of nodes that were there, and of newcomers from their links."""


@dataclass(frozen=True, eq=False)
class Learned:
    """What was learned of a whole graph.

    Attributes
    ----------
    vectors : ndarray of shape (n_nodes, dim), float32
    model : object
        As in `Fitted`.
    transform : callable or None
        Embeds newcomers.
    notes : mapping of int to str
        By node.
    """

    vectors: NDArray[np.float32]
    model: object = None
    transform: Callable[[Sequence[Payload]], Encoded] | None = None


@dataclass(frozen=True, eq=False)
class Task:
    """A training: on what, and who is told of it.

    Attributes
    ----------
    graph : Graph
        All of it, also where the collection is a part.
    collection : Collection
    places : ndarray of shape (n_items,)
        The items' nodes.
    params : mapping
    seed : int
    frame, progress, cancel : callable or None
        Given the vectors of all nodes as they are so far; told how far it is; asked whether to
        stop.
    """

    graph: Graph
    collection: Collection
    places: NDArray[np.intp]
    params: Params
    seed: int
    frame: Frame | None
    progress: Progress | None
    cancel: Cancel | None

    def tell(self, done: int, total: int, what: str) -> None:
        """Say how far it is. Raises Cancelled where it is to stop."""
        self.check()
        if self.progress is not None:
            self.progress(done, total, what)

    def check(self) -> None:
        """Raise Cancelled where it is to stop."""
        if self.cancel is not None and self.cancel():
            raise Cancelled

    def show(
        self,
        vectors: Callable[[], NDArray[np.float32]],
        loss: float | None = None,
        step: str = "",
    ) -> None:
        """Show the vectors of all nodes, made only where somebody looks."""
        if self.frame is not None:
            show(self.frame, vectors(), loss, step=step)

    def whole(self, name: str) -> int:
        """Return a setting that is a whole number."""
        return int(self.params[name])

    def number(self, name: str) -> float:
        """Return a setting that is a number."""
        return float(self.params[name])


@dataclass(frozen=True)
class GraphTrainer(TrainerSpec):
    """A trainer that learns from a graph. Nodes without an edge have zero vectors and a note."""

    def fit(
        self,
        collection: Collection,
        params: Params,
        *,
        corpus: Corpus | None = None,
        seed: int = 0,
        on_frame: Frame | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Fitted:
        """Learn from the whole graph, and return the vectors of the collection's nodes.

        Raises
        ------
        InputError
            If the collection has no graph, or the graph no edge.
        """
        graph = graph_of(collection, self.label)
        places = np.array([payload.load() for payload in collection.payloads], dtype=np.intp)
        frame = of_rows(on_frame, places)
        task = Task(graph, collection, places, params, seed, frame, progress, cancel)
        task.check()
        learned = self._learn(task)
        alone = isolated(graph)
        vectors = np.array(learned.vectors, dtype=np.float32)
        vectors[alone] = 0
        notes = dict.fromkeys(np.flatnonzero(alone[places]).tolist(), ISOLATED)
        settings = ",".join(f"{name}={value}" for name, value in params.items())
        mark = digest_of(self.name, str(self.version), collection.fingerprint, settings, str(seed))
        encoded = Encoded(np.ascontiguousarray(vectors[places]), notes=notes)
        space = f"{self.name}:{mark.hex()[:16]}"
        return Fitted(encoded, space, learned.transform, learned.model)

    @abstractmethod
    def _learn(self, task: Task) -> Learned:
        """Learn the vectors of all nodes. Raises Cancelled where the task is to stop."""


def graph_of(collection: Collection, label: str) -> Graph:
    """Return a collection's graph. Raises InputError where it has none, or one without edges."""
    graph = collection.context
    if not isinstance(graph, Graph):
        raise InputError(f"{label} learns from a graph, and these items have none; bring edges.")
    if not graph.n_edges:
        raise InputError(
            f"{label} learns from edges, and none of the {graph.n_nodes:,} nodes has one; bring a "
            "graph with edges."
        )
    return graph


def isolated(graph: Graph) -> NDArray[np.bool_]:
    """Return which nodes have no edge, in neither direction, (n_nodes,)."""
    alone: NDArray[np.bool_] = graph.degrees == 0
    alone[graph.targets] = False
    return alone


def labels_of(collection: Collection, column: str) -> Mapping[int, str]:
    """Return the labels of nodes by place in the graph; those without one are left out.

    Raises
    ------
    InputError
        If there is no such column, or fewer than two labels in it.
    """
    import pandas as pd

    table = collection.table
    if column not in table.columns:
        names = ", ".join(map(str, table.columns)) or "(there are none)"
        raise InputError(f"There is no column {column!r} to learn; the nodes have: {names}.")
    cells = table[column].tolist()
    found = {
        int(payload.load()): str(cell).strip()
        for payload, cell in zip(collection.payloads, cells, strict=True)
        if not pd.isna(cell) and str(cell).strip()
    }
    if len(set(found.values())) < 2:
        raise InputError(
            f"Column {column!r} has {len(set(found.values()))} labels; learning needs two or more."
        )
    return found
