"""Laplacian eigenmaps and the adjacency's singular vectors: what a graph says without learning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.graph_training import GraphTrainer, Learned, Task
from embedding_core.params import Param

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

# Up to here all eigenvectors at once are quicker than the few that are wanted.
_FEW_NODES = 400
_ROUNDS = 7
_TOLERANCE = 1e-6
# Above rounding: a coordinate whose linked nodes are alike less than this tells nothing.
_ALIKE = 1e-6


@dataclass(frozen=True)
class LaplacianEigenmaps(GraphTrainer):
    """Coordinates in which linked nodes lie as near as can be; directions are dropped."""

    def _learn(self, task: Task) -> Learned:
        matrix = task.graph.undirected().matrix().astype(np.float64)
        dim = min(task.whole("dim"), matrix.shape[0] - 1)
        return Learned(eigenmap(matrix, dim, task))


@dataclass(frozen=True)
class AdjacencySvd(GraphTrainer):
    """The main directions of who is linked to whom."""

    def _learn(self, task: Task) -> Learned:
        from sklearn.utils.extmath import randomized_svd, svd_flip

        matrix = task.graph.matrix().astype(np.float64)
        dim = task.whole("dim")
        # A directed graph's nodes are told by whom they link to and by who links to them.
        each = min(max(1, dim // 2) if task.graph.directed else dim, matrix.shape[0])
        left, values, right = randomized_svd(
            matrix, each, n_iter=_ROUNDS, random_state=task.seed, flip_sign=False
        )
        left, right = svd_flip(left, right)
        task.tell(1, 1, "main directions found")
        outward = left * np.sqrt(values)
        if not task.graph.directed:
            return Learned(outward.astype(np.float32))
        inward = right.T * np.sqrt(values)
        return Learned(np.hstack([outward, inward]).astype(np.float32))


def eigenmap(matrix: sp.csr_array, dim: int, task: Task) -> NDArray[np.float32]:
    """Return Laplacian eigenmaps (Belkin and Niyogi, 2003).

    Parameters
    ----------
    matrix : sparse array of shape (n, n), float64
        Symmetric weights of edges.
    dim : int
        From 1 to n - 1.
    task : Task
        Whose seed begins the search, and which is asked whether to stop.

    Returns
    -------
    ndarray of shape (n, dim), float32
        Solutions of L y = λ D y with the least λ, the constant one left out, in rising order. The
        variance of each is 1, weighed by degree; its largest entry is above 0. Over the edges, 1 -
        λ is the correlation of what a coordinate says of the two ends: those with λ of 1 or more
        would place linked nodes apart, and are left out, so that `dim` is the most there can be;
        one stays at least.
    """
    degrees = np.asarray(matrix.sum(axis=1)).ravel()
    root = np.sqrt(degrees)
    scale = np.divide(1.0, root, out=np.zeros_like(root), where=root > 0)
    constant = root / np.linalg.norm(root)
    # Beside the constant every other part without links to the rest gives a solution with λ = 0.
    # A node without any edge is a part too, and one of which nothing is asked: kept at the far end.
    alone = np.where(root > 0, 0.0, -2.0)
    rounds = 0

    def spread(vector: NDArray[np.float64]) -> NDArray[np.float64]:
        nonlocal rounds
        rounds += 1
        if not rounds % 50:
            task.tell(0, 1, f"{rounds:,} rounds of the search")
        column = vector.ravel()
        found: NDArray[np.float64] = scale * (matrix @ (scale * column)) + alone * column
        # The constant solution is moved there as well; all others lie between -1 and 1.
        found -= 4.0 * constant * (constant @ column)
        return found

    values, vectors = _largest(spread, matrix.shape[0], dim, task.seed)
    vectors = vectors[:, : max(1, int((values > _ALIKE).sum()))]
    task.tell(1, 1, "coordinates found")
    coords = vectors * scale[:, None] * np.sqrt(degrees.sum())
    highest = np.abs(coords).argmax(axis=0)
    signs = np.where(coords[highest, np.arange(coords.shape[1])] < 0, -1.0, 1.0)
    signed: NDArray[np.float32] = (coords * signs).astype(np.float32)
    return signed


def _largest(
    spread: Any, n: int, dim: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the `dim` largest eigenvalues, falling, (dim,), and their eigenvectors, (n, dim)."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    if n <= _FEW_NODES or dim > n // 2:
        dense = np.stack([spread(row) for row in np.eye(n)])
        values, vectors = np.linalg.eigh((dense + dense.T) / 2)
        return values[: -dim - 1 : -1], vectors[:, : -dim - 1 : -1]
    start = np.random.default_rng(seed).normal(size=n)
    operator = LinearOperator((n, n), matvec=spread, dtype=np.float64)
    wide = min(n, max(2 * dim + 1, 40))
    values, vectors = eigsh(operator, dim, which="LA", v0=start, ncv=wide, tol=_TOLERANCE)
    order = np.argsort(-values)
    return values[order], vectors[:, order]


_DIM = Param(
    "dim",
    "Dimensions",
    "number",
    32,
    "How many are kept at most, the most telling first; a small graph has fewer.",
    minimum=2,
    maximum=256,
    step=2,
)
# All coordinates count alike: with more of them than a graph has parts, the fast ones, which tell
# little but who is not linked, drown the slow ones, and a missing link scores below no link.
_SLOW = replace(
    _DIM,
    default=4,
    help="How many vibrations are kept at most, the slowest first: about as many as the graph has "
    "communities. All count alike, so that with too many the fast ones, which tell little, decide "
    "who is near.",
)

SPECS = (
    LaplacianEigenmaps(
        name="spectral",
        label="Laplacian eigenmaps",
        modality="graph",
        unit="",
        about=(
            "Places nodes so that linked ones lie near each other, by the graph's slowest "
            "vibrations: a baseline that finds communities and learns nothing. Directions of edges "
            "are not looked at."
        ),
        source="Belkin and Niyogi, 2003; engine ARPACK in SciPy",
        licence="BSD 3-Clause (SciPy)",
        params=(_SLOW,),
    ),
    AdjacencySvd(
        name="adjacency-svd",
        label="Adjacency SVD",
        modality="graph",
        unit="",
        about=(
            "The main directions of the table of who is linked to whom: nodes are alike where they "
            "link to the same others. Where edges have directions, half of a vector says whom a "
            "node links to and half by whom it is linked."
        ),
        source="Eckart and Young, 1936; Halko, Martinsson and Tropp, 2011; engine scikit-learn",
        licence="BSD 3-Clause",
        params=(_DIM,),
    ),
)
