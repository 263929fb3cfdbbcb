"""Graph networks on sparse matrices: the two layers, and what they learn by.

Imports torch: import this module inside functions.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from embedding_core.runtime import COMPUTING
from embedding_core.watching import wanted

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

    from embedding_core.graph_training import Task

_SHOWN_EVERY = 5  # epochs, where nobody says
# Up to so many numbers a second thread costs more than it brings, and on a busy machine far more.
_FEW_NUMBERS = 1 << 20


class _Spread(torch.autograd.Function):
    """A sparse matrix times a dense one, whose way back is by the transpose given with it."""

    @staticmethod
    def forward(ctx: Any, matrix: Tensor, transposed: Tensor, values: Tensor) -> Tensor:
        """Return ``matrix @ values``."""
        ctx.transposed = transposed
        return matrix @ values

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[None, None, Tensor]:
        """Return the gradient of the values."""
        return None, None, ctx.transposed @ gradients[0]


class Spreader:
    """Spreads what is known at nodes to their neighbours.

    Parameters
    ----------
    matrix : sparse array of shape (n, n)
        Row i: how much node i takes from each.
    """

    def __init__(self, matrix: sp.csr_array) -> None:
        self._matrix = _tensor(matrix)
        self._transposed = _tensor(matrix.T.tocsr())

    def __call__(self, values: Tensor) -> Tensor:
        """Return what every node takes, (n, dim)."""
        spread: Tensor = _Spread.apply(  # type: ignore[no-untyped-call]
            self._matrix, self._transposed, values
        )
        return spread


def _tensor(matrix: sp.csr_array) -> Tensor:
    matrix.sort_indices()
    with warnings.catch_warnings():
        # PyTorch calls its sparse rows a beta; what is used of them here is tested.
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support")
        return torch.sparse_csr_tensor(
            torch.from_numpy(matrix.indptr.astype(np.int64)),
            torch.from_numpy(matrix.indices.astype(np.int64)),
            torch.from_numpy(matrix.data.astype(np.float32)),
            size=matrix.shape,
            check_invariants=True,
        )


def table(n: int, dim: int, generator: torch.Generator) -> nn.Parameter:
    """Return weights to learn (Glorot and Bengio, 2010), (n, dim)."""
    reach = float(np.sqrt(6.0 / (n + dim)))
    return nn.Parameter((torch.rand(n, dim, generator=generator) * 2 - 1) * reach)


def fit(
    task: Task,
    optimizer: torch.optim.Optimizer,
    loss_of: Callable[[], Tensor],
    vectors: Callable[[], Tensor],
) -> NDArray[np.float32]:
    """Bring a loss down for as many epochs as the task asks for.

    Parameters
    ----------
    task : Task
        Told of every epoch, and shown the vectors now and then.
    optimizer : torch.optim.Optimizer
    loss_of, vectors : callable
        The loss now; the vectors of all nodes now.

    Returns
    -------
    ndarray of shape (epochs,), float32
        The loss before each epoch's step.
    """
    epochs = task.whole("epochs")
    losses = np.zeros(epochs, dtype=np.float32)
    few = task.graph.n_nodes * task.whole("dim") <= _FEW_NUMBERS
    every = max(1, epochs // wanted(task.frame, max(1, epochs // _SHOWN_EVERY)))

    def now() -> NDArray[np.float32]:
        with torch.no_grad():
            found: NDArray[np.float32] = vectors().numpy()
            return found

    task.show(now, None, "the start")
    for epoch in range(epochs):
        with COMPUTING, _threads(1 if few else torch.get_num_threads()):
            optimizer.zero_grad()
            loss = loss_of()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            losses[epoch] = loss.item()
        task.tell(epoch + 1, epochs, f"epoch {epoch + 1} of {epochs}")
        if (epoch + 1) % every == 0 or epoch + 1 == epochs:
            task.show(now, float(losses[epoch]), f"epoch {epoch + 1}")
    return losses


@contextmanager
def _threads(n: int) -> Iterator[None]:
    """Let PyTorch share its work between so many threads meanwhile."""
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class LinkLoss:
    """How badly vectors tell linked nodes from random ones: by logistic loss of dot products.

    Parameters
    ----------
    edges : ndarray of shape (m, 2), int64
    n_nodes : int
    at_once : int
        Edges of a look; all where there are no more.
    generator : torch.Generator
    negative : int
        Pairs of random nodes for each edge. With none, nothing keeps vectors apart.
    """

    def __init__(
        self,
        edges: NDArray[np.int64],
        n_nodes: int,
        at_once: int,
        generator: torch.Generator,
        negative: int = 1,
    ) -> None:
        self._edges = torch.from_numpy(np.ascontiguousarray(edges))
        self._n = n_nodes
        self._at_once = min(at_once, len(edges))
        self._generator = generator
        self._negative = negative

    def __call__(self, vectors: Tensor) -> Tensor:
        """Return the mean loss of some edges and their pairs of random nodes."""
        edges = self._edges
        if self._at_once < len(edges):
            edges = edges[torch.randint(len(edges), (self._at_once,), generator=self._generator)]
        near = (vectors[edges[:, 0]] * vectors[edges[:, 1]]).sum(1)
        if not self._negative:
            return functional.softplus(-near).mean()
        many = self._at_once * self._negative
        drawn = torch.randint(self._n, (many, 2), generator=self._generator)
        far = (vectors[drawn[:, 0]] * vectors[drawn[:, 1]]).sum(1)
        # A node meets itself too: that is no stranger.
        far = far[drawn[:, 0] != drawn[:, 1]]
        return (functional.softplus(-near).mean() + functional.softplus(far).mean()) / 2
