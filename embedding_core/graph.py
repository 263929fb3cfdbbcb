"""A graph: who is linked to whom, and how strongly, as compressed rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import array_digest, digest_of
from embedding_core.errors import ContractError

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Node:
    """A payload that is one node of the graph in its collection's context.

    Attributes
    ----------
    position : int
        Its place in the graph. A part of a collection keeps the whole graph, so this need not be
        the item's own place there.
    name : str
    """

    position: int
    name: str

    def digest(self) -> bytes:
        """Return 16 bytes that stand for the node; its links are the context's."""
        return digest_of("node", self.name)

    def load(self) -> int:
        """Return its place in the graph."""
        return self.position


@dataclass(frozen=True, eq=False)
class Graph:
    """A weighted graph without self loops; several edges between two nodes are one.

    Build it with :meth:`of`. Undirected graphs hold every edge in both rows.

    Attributes
    ----------
    offsets : ndarray of shape (n_nodes + 1,), int64
        Row `i` of the others lies between ``offsets[i]`` and ``offsets[i + 1]``.
    targets : ndarray of shape (m,), int32
        The nodes that each node is linked to, rising within a row.
    weights : ndarray of shape (m,), float32
        How strong each link is: finite and above 0.
    directed : bool
    """

    offsets: NDArray[np.int64]
    targets: NDArray[np.int32]
    weights: NDArray[np.float32]
    directed: bool = False

    def __post_init__(self) -> None:
        n, m = len(self.offsets) - 1, len(self.targets)
        kinds = [array.dtype.name for array in (self.offsets, self.targets, self.weights)]
        if kinds != ["int64", "int32", "float32"]:
            raise ContractError(f"a graph of {', '.join(kinds)}")
        if n < 0 or self.weights.shape != (m,) or self.offsets[0] or self.offsets[-1] != m:
            raise ContractError(f"a graph of {n} rows and {m} targets does not fit together")
        if (np.diff(self.offsets) < 0).any():
            raise ContractError("the rows of a graph overlap")
        if m and not 0 <= self.targets.min() <= self.targets.max() < n:
            raise ContractError(f"a graph of {n} nodes links to others")
        if not (np.isfinite(self.weights) & (self.weights > 0)).all():
            raise ContractError("a graph has a weight that is not above 0")
        keys = self.sources * np.int64(max(n, 1)) + self.targets
        if (np.diff(keys) <= 0).any() or (self.sources == self.targets).any():
            raise ContractError("a graph has links out of order, twice or to themselves")
        for array in (self.offsets, self.targets, self.weights):
            array.setflags(write=False)

    @classmethod
    def of(
        cls,
        n_nodes: int,
        sources: NDArray[np.integer],
        targets: NDArray[np.integer],
        weights: NDArray[np.floating] | None = None,
        *,
        directed: bool = False,
    ) -> Graph:
        """Build a graph from edges in any order.

        Edges between the same nodes are summed, edges of a node to itself left out.

        Parameters
        ----------
        n_nodes : int
        sources, targets : ndarray of shape (m,), integer
            Where edges begin and end; each edge once, also where it has no direction.
        weights : ndarray of shape (m,), optional
            Above 0; 1 for all where left out.
        directed : bool

        Returns
        -------
        Graph
        """
        begin, end = sources.astype(np.int64), targets.astype(np.int64)
        weight = np.ones(len(begin)) if weights is None else weights.astype(np.float64)
        linked = begin != end
        begin, end, weight = begin[linked], end[linked], weight[linked]
        if not directed:
            begin, end = np.concatenate([begin, end]), np.concatenate([end, begin])
            weight = np.concatenate([weight, weight])
        keys, place = np.unique(begin * n_nodes + end, return_inverse=True)
        summed = np.bincount(place, weights=weight, minlength=len(keys))
        counts = np.bincount(keys // max(n_nodes, 1), minlength=n_nodes)
        return cls(
            offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            targets=(keys % max(n_nodes, 1)).astype(np.int32),
            weights=summed.astype(np.float32),
            directed=directed,
        )

    @property
    def n_nodes(self) -> int:
        """How many nodes there are, those without an edge among them."""
        return len(self.offsets) - 1

    @property
    def n_edges(self) -> int:
        """How many edges there are; one without direction counts once."""
        return len(self.targets) if self.directed else len(self.targets) // 2

    @cached_property
    def sources(self) -> NDArray[np.int64]:
        """The node at which each entry of `targets` begins, (m,) int64."""
        return np.repeat(np.arange(self.n_nodes), np.diff(self.offsets))

    @property
    def degrees(self) -> NDArray[np.int64]:
        """How many nodes each node links to, (n_nodes,) int64."""
        return np.diff(self.offsets)

    def neighbors(self, node: int) -> NDArray[np.int32]:
        """Return the nodes that a node links to, rising."""
        return self.targets[self.offsets[node] : self.offsets[node + 1]]

    def edges(self) -> NDArray[np.int64]:
        """Return every edge once, (n_edges, 2) int64; without direction the lower node first."""
        pairs = np.stack([self.sources, self.targets.astype(np.int64)], axis=1)
        return pairs if self.directed else pairs[pairs[:, 0] < pairs[:, 1]]

    def edge_weights(self) -> NDArray[np.float32]:
        """Return the weights of :meth:`edges`, (n_edges,) float32."""
        return self.weights if self.directed else self.weights[self.sources < self.targets]

    def undirected(self) -> Graph:
        """Return the same graph without directions; links both ways are summed."""
        if not self.directed:
            return self
        return Graph.of(self.n_nodes, self.sources, self.targets, self.weights)

    def take(self, positions: NDArray[np.integer]) -> Graph:
        """Return the part of the graph among some nodes, in that order."""
        place = np.full(self.n_nodes, -1, dtype=np.int64)
        place[positions] = np.arange(len(positions))
        pairs, weights = place[self.edges()], self.edge_weights()
        kept = (pairs >= 0).all(axis=1)
        begin, end = pairs[kept].T
        return Graph.of(len(positions), begin, end, weights[kept], directed=self.directed)

    def matrix(self) -> sp.csr_array:
        """Return the weights as a sparse matrix, (n_nodes, n_nodes) float32: row links to column.

        It shares the graph's arrays, which cannot be written to.
        """
        import scipy.sparse as sp

        shape = (self.n_nodes, self.n_nodes)
        return sp.csr_array((self.weights, self.targets, self.offsets), shape=shape)

    def digest(self) -> bytes:
        """Return 16 bytes that stand for nodes, links, weights and their direction."""
        parts = [array_digest(array) for array in (self.offsets, self.targets, self.weights)]
        return digest_of(str(self.directed), *parts)
