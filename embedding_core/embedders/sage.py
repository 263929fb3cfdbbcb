"""GraphSAGE with means: learns how to make a node's vector from its neighbours, new nodes' too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.graph_training import ISOLATED, GraphTrainer, Learned, Newcomer, Task
from embedding_core.models import Encoded
from embedding_core.params import Param
from embedding_core.similarity import unit

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

    from embedding_core.collection import Payload
    from embedding_core.graph import Graph

_RATE = 0.01
_EDGES_AT_ONCE = 1 << 16
_ROUNDS = 4


@dataclass(frozen=True, eq=False)
class SageModel:
    """What was learned: two layers, and what they made of the nodes that were there.

    Attributes
    ----------
    directions : ndarray of shape (n_nodes, dim), float32
        A node's features begin with the mean of these over its neighbours.
    features : ndarray of shape (n_nodes, dim + 1), float32
        Of the nodes; the last is the logarithm of one more than the sum of a node's edges.
    inner : ndarray of shape (n_nodes, dim), float32
        What the first layer made of them.
    vectors : ndarray of shape (n_nodes, dim), float32
        What the second made of that, of length 1.
    first, bias, second : ndarray
        The layers' weights: each mixes a node's own with the mean of its neighbours'.
    losses : ndarray of shape (epochs,)
        What the training brought down.
    """

    directions: NDArray[np.float32]
    features: NDArray[np.float32]
    inner: NDArray[np.float32]
    vectors: NDArray[np.float32]
    first: NDArray[np.float32]
    bias: NDArray[np.float32]
    second: NDArray[np.float32]
    losses: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        held = (self.directions, self.features, self.inner, self.vectors, self.first, self.second)
        return sum(int(array.nbytes) for array in held)

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return the vectors of nodes that were there, and of newcomers from their links.

        A newcomer changes nothing of the nodes it is linked to. One without links is missing.
        """
        vectors = np.zeros((len(payloads), self.vectors.shape[1]), dtype=np.float32)
        missing: dict[int, str] = {}
        for at, payload in enumerate(payloads):
            if not isinstance(payload, Newcomer):
                vectors[at] = self.vectors[payload.load()]
            elif payload.links:
                vectors[at] = self._made(*payload.load())
            else:
                missing[at] = f"{ISOLATED.split(',')[0]}; give at least one."
        return Encoded(vectors, missing)

    def _made(self, links: NDArray[np.int64], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        shares = weights / weights.sum()
        features = np.append(shares @ self.directions[links], np.log1p(weights.sum()))
        around = shares @ self.features[links]
        inner = np.maximum(np.concatenate([features, around]) @ self.first + self.bias, 0)
        outer = np.concatenate([inner, shares @ self.inner[links]]) @ self.second
        return np.asarray(unit(outer.astype(np.float32)[None])[0])


@dataclass(frozen=True)
class GraphSage(GraphTrainer):
    """Two layers of mean aggregation, learned by telling linked nodes from random ones.

    Directions of edges are dropped: neighbours are those at either end.
    """

    def _learn(self, task: Task) -> Learned:
        graph, dim = task.graph.undirected(), task.whole("dim")
        averaging = averaged(graph)
        directions = _directions(averaging, dim, task.seed)
        sums = np.asarray(graph.matrix().sum(axis=1)).ravel()
        features = np.column_stack([averaging @ directions, np.log1p(sums)]).astype(np.float32)
        model = _train(task, graph, averaging, directions, features)
        return Learned(model.vectors, model, model.embed)


def averaged(graph: Graph) -> sp.csr_array:
    """Return D^-1 A, of which each row takes the mean over a node's neighbours; float32."""
    import scipy.sparse as sp

    matrix = graph.matrix()
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(1.0, sums, out=np.zeros(len(sums), np.float32), where=sums > 0)
    return sp.csr_array(sp.diags_array(scale) @ matrix)


def _directions(averaging: sp.csr_array, dim: int, seed: int) -> NDArray[np.float32]:
    """Return what nodes are told apart by when they have no features of their own.

    Right singular vectors of the means, scaled so that features are about 1: a newcomer's features
    then follow from its links alone.
    """
    from sklearn.utils.extmath import randomized_svd, svd_flip

    n = averaging.shape[0]
    left, _, right = randomized_svd(
        averaging.astype(np.float64),
        min(dim, n),
        n_iter=_ROUNDS,
        random_state=seed,
        flip_sign=False,
    )
    _, right = svd_flip(left, right, u_based_decision=False)
    found = np.zeros((n, dim), dtype=np.float32)
    found[:, : len(right)] = right.T * np.sqrt(n)
    return found


def _train(
    task: Task,
    graph: Graph,
    averaging: sp.csr_array,
    directions: NDArray[np.float32],
    features: NDArray[np.float32],
) -> SageModel:
    import torch

    from embedding_core.graph_network import LinkLoss, Spreader, fit, table

    dim = directions.shape[1]
    draw = torch.Generator().manual_seed(task.seed)
    spread, given = Spreader(averaging), torch.from_numpy(features)
    around = torch.hstack([given, spread(given)])
    first, second = table(around.shape[1], dim, draw), table(2 * dim, dim, draw)
    bias = torch.nn.Parameter(torch.zeros(dim))
    # Vectors have length 1: how sure a pair is, is learned beside them.
    sharpness = torch.nn.Parameter(torch.tensor(1.0))
    loss_of = LinkLoss(graph.edges(), graph.n_nodes, _EDGES_AT_ONCE, draw)

    def inner() -> Any:
        return torch.relu(around @ first + bias)

    def outer(inside: Any) -> Any:
        mixed = torch.hstack([inside, spread(inside)]) @ second
        return torch.nn.functional.normalize(mixed, dim=1)

    def loss() -> Any:
        return loss_of(outer(inner()) * torch.exp(sharpness))

    weights = [first, bias, second, sharpness]
    losses = fit(task, torch.optim.Adam(weights, lr=_RATE), loss, lambda: outer(inner()))
    with torch.no_grad():
        inside = inner()
        vectors = outer(inside).numpy()
    return SageModel(
        directions,
        features,
        inside.numpy(),
        vectors,
        first.detach().numpy(),
        bias.detach().numpy(),
        second.detach().numpy(),
        losses,
    )


SPECS = (
    GraphSage(
        name="graphsage",
        label="GraphSAGE, means",
        modality="graph",
        unit="",
        about=(
            "Learns how a node's vector is made from the means of its neighbours, so that nodes "
            "that come later get one too. Directions of edges are not looked at."
        ),
        source="Hamilton, Ying and Leskovec, 2017, with all neighbours; engine PyTorch",
        licence="BSD 3-Clause (PyTorch)",
        params=(
            Param(
                "dim",
                "Dimensions",
                "number",
                32,
                "Length of each vector.",
                minimum=2,
                maximum=256,
                step=8,
            ),
            Param(
                "epochs",
                "Epochs",
                "number",
                100,
                "How often all of the graph is gone through.",
                minimum=1,
                maximum=2_000,
                step=50,
            ),
        ),
    ),
)
