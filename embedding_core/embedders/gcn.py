"""Graph convolutional network: every node is told by what its neighbours' neighbours are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import InputError
from embedding_core.graph_training import GraphTrainer, Learned, Task, isolated, labels_of
from embedding_core.params import Param

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

_DECAY, _DROPOUT = 5e-4, 0.5
_EDGES_AT_ONCE = 1 << 16


@dataclass(frozen=True, eq=False)
class GcnModel:
    """What was learned.

    Attributes
    ----------
    losses : ndarray of shape (epochs,)
        What the training brought down.
    classes : tuple of str
        The labels, where it learned them; else empty.
    guesses : ndarray of shape (n_nodes, n_classes), float32
        How likely each label is, by place in the graph.
    hidden : ndarray of shape (m,)
        Nodes whose label was kept from it.
    accuracy : float or None
        How many of these it guessed; None where it saw all labels, or none.
    chance : float or None
        How many the most frequent label among those it saw would have got.
    """

    losses: NDArray[np.float32]
    classes: tuple[str, ...]
    guesses: NDArray[np.float32]
    hidden: NDArray[np.int64]
    accuracy: float | None
    chance: float | None

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return int(self.losses.nbytes + self.guesses.nbytes + self.hidden.nbytes)


@dataclass(frozen=True)
class Gcn(GraphTrainer):
    """Two layers; learns labels where a column of them is named, else the edges themselves.

    Directions of edges are dropped: the mixing matrix is symmetric.
    """

    def _learn(self, task: Task) -> Learned:
        column = str(task.params["label"])
        return _learn_labels(task, column) if column else _learn_edges(task)


def smoothed(matrix: sp.csr_array) -> sp.csr_array:
    """Return D^-1/2 (A + I) D^-1/2 of a symmetric adjacency (Kipf and Welling, 2017)."""
    import scipy.sparse as sp

    own = matrix + sp.eye_array(matrix.shape[0], dtype=matrix.dtype, format="csr")
    scale = sp.diags_array(1.0 / np.sqrt(np.asarray(own.sum(axis=1)).ravel()))
    return sp.csr_array(scale @ own @ scale)


def _learn_edges(task: Task) -> Learned:
    """Learn without labels, as a graph auto-encoder (Kipf and Welling, 2016)."""
    import torch

    from embedding_core.graph_network import LinkLoss, Spreader, fit, table

    graph, dim = task.graph.undirected(), task.whole("dim")
    draw = torch.Generator().manual_seed(task.seed)
    spread = Spreader(smoothed(graph.matrix()))
    weights = [table(graph.n_nodes, dim, draw), table(dim, dim, draw)]
    loss_of = LinkLoss(graph.edges(), graph.n_nodes, _EDGES_AT_ONCE, draw, task.whole("negative"))

    def vectors() -> Any:
        return spread(torch.relu(spread(weights[0])) @ weights[1])

    optimizer = torch.optim.Adam(weights, lr=task.number("rate"))
    losses = fit(task, optimizer, lambda: loss_of(vectors()), vectors)
    with torch.no_grad():
        found = vectors().numpy()
    nothing = np.zeros((0, 0), np.float32)
    model = GcnModel(losses, (), nothing, np.zeros(0, np.int64), None, None)
    return Learned(found, model)


def _learn_labels(task: Task, column: str) -> Learned:
    """Learn some nodes' labels; the vectors are what the first layer makes of every node."""
    import torch

    from embedding_core.graph_network import Spreader, fit, table

    graph, dim = task.graph.undirected(), task.whole("dim")
    labels = labels_of(task.collection, column)
    classes = sorted(set(labels.values()))
    shown, hidden = _shown(labels, task.number("shown"), task.seed, isolated(graph))
    codes = {name: at for at, name in enumerate(classes)}
    wanted = torch.tensor([codes[labels[node]] for node in shown.tolist()])
    seen = torch.from_numpy(shown)
    draw = torch.Generator().manual_seed(task.seed)
    spread = Spreader(smoothed(graph.matrix()))
    first, second = table(graph.n_nodes, dim, draw), table(dim, len(classes), draw)

    def inside() -> Any:
        return torch.relu(spread(first))

    def loss() -> Any:
        kept = (torch.rand(graph.n_nodes, dim, generator=draw) >= _DROPOUT) / (1 - _DROPOUT)
        scores = spread((inside() * kept) @ second)
        return torch.nn.functional.cross_entropy(scores[seen], wanted)

    groups: list[dict[str, Any]] = [
        {"params": [first], "weight_decay": _DECAY},
        {"params": [second]},
    ]
    optimizer = torch.optim.Adam(groups, lr=task.number("rate"))
    losses = fit(task, optimizer, loss, inside)
    with torch.no_grad():
        vectors = inside()
        guesses = torch.softmax(spread(vectors @ second), 1).numpy()
    truth = np.array([codes[labels[node]] for node in hidden.tolist()], dtype=np.int64)
    common = int(np.bincount(wanted.numpy()).argmax())
    right = float((guesses[hidden].argmax(1) == truth).mean()) if len(hidden) else None
    chance = float((truth == common).mean()) if len(hidden) else None
    return Learned(
        vectors.numpy(), GcnModel(losses, tuple(classes), guesses, hidden, right, chance)
    )


def _shown(
    labels: Mapping[int, str], share: float, seed: int, alone: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide labelled nodes into those whose label is learned and those who are guessed.

    Of each label at least one is learned; nodes without edges are neither learned nor guessed.
    """
    generator = np.random.default_rng(seed)
    by_label: dict[str, list[int]] = {}
    for node in sorted(labels):
        if not alone[node]:
            by_label.setdefault(labels[node], []).append(node)
    shown: list[int] = []
    hidden: list[int] = []
    for name in sorted(by_label):
        nodes = generator.permutation(by_label[name])
        many = max(1, round(share * len(nodes)))
        shown += nodes[:many].tolist()
        hidden += nodes[many:].tolist()
    if not shown:
        raise InputError(
            "None of the labelled nodes has an edge, so nothing can be learned of them; label "
            "nodes that have edges."
        )
    return np.array(sorted(shown), dtype=np.int64), np.array(sorted(hidden), dtype=np.int64)


SPECS = (
    Gcn(
        name="gcn",
        label="GCN",
        modality="graph",
        unit="",
        about=(
            "Two layers that mix every node with its neighbours, learned to guess labels from some "
            "of them where a column is named, else to tell edges from strangers. Directions of "
            "edges are not looked at."
        ),
        source="Kipf and Welling, 2017; without labels a graph auto-encoder, 2016; engine PyTorch",
        licence="BSD 3-Clause (PyTorch)",
        params=(
            Param(
                "label",
                "Labels to learn",
                "column",
                "",
                "The column it learns to guess; none: it learns the edges.",
            ),
            Param(
                "shown",
                "Labels shown",
                "number",
                0.5,
                "The share of nodes whose label it sees; the others test it. A label it saw is in "
                "the node's vector.",
                minimum=0.01,
                maximum=1.0,
                step=0.05,
            ),
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
                200,
                "How often all of the graph is gone through.",
                minimum=1,
                maximum=2_000,
                step=50,
            ),
            Param(
                "negative",
                "Negatives",
                "number",
                1,
                "Pairs of random nodes that each edge is told apart from; only where it learns "
                "the edges. With none, nothing keeps vectors apart.",
                minimum=0,
                maximum=20,
                step=1,
            ),
            Param(
                "rate",
                "Learning rate",
                "number",
                0.01,
                "How far each step goes: large is quick and may overshoot.",
                minimum=0.0001,
                maximum=1.0,
                step=0.005,
            ),
        ),
    ),
)
