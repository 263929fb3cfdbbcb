"""UMAP, handed our exact neighbours: the graph in NumPy, the layout by the umap-learn package."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import Cancelled
from embedding_core.params import Param
from embedding_core.placement import neighbor_placement
from embedding_core.projectors.base import Layout, ProjectorSpec
from embedding_core.projectors.pca import principal_layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from scipy.sparse import coo_array

    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.neighbors import NeighborGraph
    from embedding_core.params import Params

_REPULSION = 1.0
_NEGATIVES = 5.0
_FRAMES = 50


@dataclass(frozen=True)
class Umap(ProjectorSpec):
    """Uniform Manifold Approximation and Projection."""

    def n_neighbors(self, params: Params, n: int) -> int:
        """Return n_neighbors less the item itself, which UMAP counts among them."""
        return int(params["n_neighbors"]) - 1

    def warm_up(self) -> None:
        """Compile the layout for maps in two and three dimensions."""
        warm_up()

    def fit(
        self,
        vectors: NDArray[np.float32],
        knn: NeighborGraph | None,
        params: Params,
        *,
        n_components: int,
        metric: str,
        seed: int,
        init: NDArray[np.float32] | None = None,
        on_frame: Frame | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Layout:
        """Draw the map; the start is PCA where none is given, which keeps far groups far."""
        assert knn is not None
        if progress is not None:
            progress(0, 0, "UMAP is getting ready")
        asked, used = int(params["n_neighbors"]), knn.k + 1
        plain = principal_layout(vectors, n_components, metric)
        notes = list(plain.notes)
        if used < asked:
            notes.append(f"n_neighbors was lowered from {asked} to {used}, the number of items.")
        # umap-learn's own choice: fewer rounds for many items.
        epochs = int(params["n_epochs"]) or (500 if len(vectors) <= 10_000 else 200)
        coords = optimize(
            _scaled(plain.coords if init is None else init, seed),
            fuzzy_graph(knn),
            epochs,
            float(params["min_dist"]),
            seed,
            on_frame=on_frame,
            progress=progress,
            cancel=cancel,
        )
        placement = neighbor_placement(vectors, coords, metric)
        return Layout(coords, placement, notes=tuple(notes))


def warm_up() -> None:
    """Import and compile what a first map needs, so that nobody waits for it.

    Some seconds in the first process after installation; later ones load what numba kept on disk.
    Safe to call in a background thread: nothing else of the process changes.
    """
    from scipy.sparse import coo_array

    heads = np.arange(8, dtype=np.int32)
    ring = coo_array((np.ones(8, np.float32), (heads, np.roll(heads, 1))), shape=(8, 8))
    for n_components in (2, 3):
        waves = np.sin(np.outer(heads, np.arange(1, n_components + 1)))
        optimize(waves.astype(np.float32), ring, epochs=2, min_dist=0.1, seed=0)


def fuzzy_graph(knn: NeighborGraph) -> coo_array:
    """Return UMAP's weighted graph of who belongs to whose neighbourhood.

    Each item's distances are measured from its nearest distinct neighbour on, in a scale of its
    own: the one in which its memberships sum to log2 of the number of neighbours. An edge belongs
    to the graph if either end says so (McInnes, Healy and Melville, 2018, section 3).

    Returns
    -------
    coo_array of shape (n, n), float32
        Symmetric, memberships in (0, 1].
    """
    from scipy.sparse import coo_array, csr_array

    n, k = knn.indices.shape
    distances = knn.distances.astype(np.float64)
    positive = np.where(distances > 0, distances, np.inf).min(axis=1)
    nearest = np.where(np.isfinite(positive), positive, 0.0)[:, None]
    beyond = np.maximum(distances - nearest, 0)
    scale = _scales(beyond, np.log2(k + 1))
    # Twins all around would make the scale vanish; UMAP keeps it above a part of the distances.
    own_mean = distances.sum(axis=1) / (k + 1)
    floor = np.where(nearest[:, 0] > 0, own_mean, distances.sum() / (n * (k + 1)))
    scale = np.maximum(scale, 1e-3 * floor)[:, None]
    ratio = np.divide(beyond, scale, out=np.zeros_like(beyond), where=scale > 0)
    rows = np.repeat(np.arange(n, dtype=np.int32), k)
    member = csr_array(
        (np.exp(-ratio).ravel().astype(np.float32), (rows, knn.indices.ravel())), shape=(n, n)
    )
    union = (member + member.T - member * member.T).tocoo()
    union.eliminate_zeros()
    return coo_array(union)


def _scales(beyond: NDArray[np.float64], target: float) -> NDArray[np.float64]:
    """Find, for each row, the scale in which exp(-row / scale) sums to `target`, by bisection."""
    low = np.zeros(len(beyond))
    high = np.full(len(beyond), np.inf)
    middle = np.ones(len(beyond))
    for _ in range(64):
        total = np.exp(-beyond / middle[:, None]).sum(axis=1)
        open_ = np.abs(total - target) >= 1e-5
        if not open_.any():
            break
        high = np.where(open_ & (total > target), middle, high)
        low = np.where(open_ & (total < target), middle, low)
        halved = np.where(np.isinf(high), middle * 2, (low + high) / 2)
        # The sum cannot be reached where too many neighbours are equally near.
        middle = np.where(open_, np.maximum(halved, 1e-300), middle)
    return middle


def optimize(
    coords: NDArray[np.float32],
    graph: coo_array,
    epochs: int,
    min_dist: float,
    seed: int,
    *,
    on_frame: Frame | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> NDArray[np.float32]:
    """Pull members of a neighbourhood together and push strangers apart, round by round.

    Parameters
    ----------
    coords : ndarray of shape (n, 2 or 3), float32
        The start; it is changed.
    graph : coo_array of shape (n, n)
        What :func:`fuzzy_graph` returns.
    epochs : int
    min_dist : float
    seed : int
    on_frame, progress, cancel : callable, optional
        Given the coordinates as they stand, told of and asked after each round.

    Returns
    -------
    ndarray of shape (n, 2 or 3), float32
    """
    one_epoch, curve = _engine()
    a, b = curve(1.0, min_dist)
    n, dim = coords.shape
    # Edges so weak that no round would come to them.
    strong = graph.data >= graph.data.max() / max(epochs, 1)
    heads, tails = graph.row[strong].astype(np.int32), graph.col[strong].astype(np.int32)
    weights = graph.data[strong].astype(np.float64)
    # An edge is visited every so many rounds: each round for the strongest.
    every = weights.max() / weights
    every_negative = every / _NEGATIVES
    next_negative, next_visit = every_negative.copy(), every.copy()
    state = np.random.default_rng(seed).integers(-(2**31) + 1, 2**31 - 1, 3)
    states = state + coords[:, :1].astype(np.float64).view(np.int64)
    unused = np.zeros(1, dtype=np.float32)
    for epoch in range(epochs):
        if cancel is not None and cancel():
            raise Cancelled
        alpha = 1.0 if epoch == 0 else 1.0 - (epoch - 1) / epochs
        one_epoch(
            coords, coords, heads, tails, n, every, a, b, states, _REPULSION, dim, True, alpha,
            every_negative, next_negative, next_visit, epoch,
            # What follows is densMAP's, which is switched off.
            False, unused, unused, 0, 0, 0, 0, unused, unused, 0,
        )  # fmt: skip
        if progress is not None:
            progress(epoch + 1, epochs, "UMAP is placing the points")
        if on_frame is not None and epoch % max(1, epochs // _FRAMES) == 0:
            on_frame(coords.copy())
    return coords


@cache
def _engine() -> tuple[Callable[..., None], Callable[[float, float], tuple[float, float]]]:
    """Return umap-learn's round of the layout, compiled, and the fit of its curve.

    Compiled anew, because as shipped it is compiled in every process and keeps Python's lock, so
    that a server would stand still; and in parallel UMAP would differ from run to run.
    """
    from umap import layouts, umap_

    from embedding_core.compiling import compiled

    python_code: Any = layouts._optimize_layout_euclidean_single_epoch
    return compiled(python_code, fastmath=True), umap_.find_ab_params


def _scaled(start: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Scale a start to UMAP's working size, with a little noise so that twins can part."""
    centered = start - start.mean(axis=0)
    spread = float(np.abs(centered).max()) or 1.0
    noise = np.random.default_rng(seed).normal(scale=1e-4, size=start.shape)
    return np.ascontiguousarray(centered / spread * 10 + noise, dtype=np.float32)


SPEC = Umap(
    name="umap",
    label="UMAP",
    about=(
        "Keeps near neighbours near and shows groups; the sizes of groups and the distances "
        "between them mean little."
    ),
    source="McInnes, Healy and Melville, 2018; engine umap-learn",
    params=(
        Param(
            "n_neighbors",
            "Neighbours",
            "number",
            15,
            "How many neighbours each item tries to keep: few show fine detail, many the whole.",
            minimum=2,
            maximum=200,
            step=1,
        ),
        Param(
            "min_dist",
            "Least distance",
            "number",
            0.1,
            "How closely points may be packed: small makes tight clumps, large spreads them.",
            minimum=0.0,
            maximum=0.99,
            step=0.05,
        ),
        Param(
            "n_epochs",
            "Rounds",
            "number",
            0,
            "How long the points are moved; 0 lets UMAP choose (500, or 200 above 10,000 items).",
            minimum=0,
            maximum=2000,
            step=50,
        ),
    ),
)
