"""PaCMAP: near, mid-near and further pairs, pulled and pushed in three phases."""

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
from embedding_core.similarity import prepare

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.neighbors import NeighborGraph
    from embedding_core.params import Params

# Candidates for near pairs beyond those kept, as scaled distances mix up their order.
_SPARE = 50
# A mid-near pair is the second nearest of so many.
_DRAWN = 6
# Rounds that first lay out the whole, and then the parts; what is left goes to fine detail.
_WHOLE, _PARTS = 100, 100
_FRAMES = 50


@dataclass(frozen=True, eq=False)
class Pairs:
    """Who pulls and pushes whom: position i of an array belongs to item i.

    Attributes
    ----------
    near, middle, further : ndarray of shape (n, some), int32
        Partners of every item: its neighbours, items in the middle distance, and any others.
    """

    near: NDArray[np.int32]
    middle: NDArray[np.int32]
    further: NDArray[np.int32]


@dataclass(frozen=True)
class Pacmap(ProjectorSpec):
    """Pairwise controlled manifold approximation."""

    def n_neighbors(self, params: Params, n: int) -> int:
        """Return those kept and some to choose from."""
        return int(params["n_neighbors"]) + _SPARE

    def warm_up(self) -> None:
        """Compile the rounds of the layout."""
        start = np.zeros((8, 2), dtype=np.float32)
        ring = np.roll(np.arange(8, dtype=np.int32), 1)[:, None]
        optimize(start, Pairs(ring, ring, ring), 3)
        points = np.arange(16, dtype=np.float32).reshape(8, 2)
        draw_pairs(points, ring, 1, 1, "euclidean", 0)

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
        """Draw the map; the start is PCA where none is given."""
        assert knn is not None
        if progress is not None:
            progress(0, 0, "PaCMAP is getting ready")
        if cancel is not None and cancel():
            raise Cancelled
        n, asked = len(vectors), int(params["n_neighbors"])
        counts = _counts(n, asked, float(params["mid_near"]), float(params["further"]))
        plain = principal_layout(vectors, n_components, metric)
        notes = list(plain.notes)
        if counts[0] < asked:
            notes.append(f"n_neighbors was lowered from {asked} to {counts[0]} for {n} items.")
        near = near_pairs(knn, counts[0])
        points = np.ascontiguousarray(prepare(vectors, metric))
        pairs = draw_pairs(points, near, counts[1], counts[2], metric, seed)
        coords = optimize(
            _scaled(plain.coords if init is None else init, seed),
            pairs,
            int(params["max_iter"]),
            on_frame=on_frame,
            progress=progress,
            cancel=cancel,
        )
        return Layout(coords, neighbor_placement(vectors, coords, metric), notes=tuple(notes))


def _counts(n: int, near: int, mid_near: float, further: float) -> tuple[int, int, int]:
    """Return how many partners of each kind an item has: all of them fit into the items."""
    near = min(near, n - 1)
    middle, far = round(near * mid_near), round(near * further)
    if near + middle + far >= n:
        near = max(1, int(n / (1 + mid_near + further)))
        middle, far = int(near * mid_near), int(near * further)
    # A middle partner is chosen among several others.
    return near, min(middle, max(0, n - _DRAWN)), min(far, n - 1 - near)


def near_pairs(knn: NeighborGraph, k: int) -> NDArray[np.int32]:
    """Return the `k` nearest of every item by distances in the scale of both ends.

    The scale of an item is its mean distance to its fourth to sixth neighbour, so that a pair
    counts as near where the items lie thinly (Wang et al., 2021, section 4).
    """
    distances = knn.distances.astype(np.float64)
    if knn.metric == "cosine":
        # As between points: 1 - cosine is half the square of it.
        distances = np.sqrt(2 * distances)
    around = distances[:, 3:6] if knn.k > 3 else distances
    mean = float(distances.mean()) or 1.0
    scale = np.maximum(around.mean(axis=1) / mean, 1e-10)
    scaled = (distances / mean) ** 2 / scale[:, None] / scale[knn.indices]
    order = np.argsort(scaled, axis=1, kind="stable")[:, :k]
    return np.ascontiguousarray(np.take_along_axis(knn.indices, order, axis=1))


def draw_pairs(
    points: NDArray[np.float32],
    near: NDArray[np.int32],
    middle: int,
    further: int,
    metric: str,
    seed: int,
) -> Pairs:
    """Draw middle and further partners for every item.

    Parameters
    ----------
    points : ndarray of shape (n, dim), float32
        Prepared for the metric.
    near : ndarray of shape (n, k), int32
        No further partner is among them.
    middle, further : int
        How many of each.
    metric : str
    seed : int
    """
    engine = _engine()
    kind = {"dot": 1, "manhattan": 2}.get(metric, 0)
    # numba's generator takes 32 bits and belongs to the thread.
    return Pairs(
        near,
        engine["middle"](points, middle, kind, seed % 2**32),
        engine["further"](near, further, (seed + 1) % 2**32),
    )


def optimize(
    coords: NDArray[np.float32],
    pairs: Pairs,
    rounds: int,
    *,
    on_frame: Frame | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> NDArray[np.float32]:
    """Pull and push pairs (Wang, Huang, Rudin and Shaposhnik, 2021), by Adam.

    First mid-near pairs pull hard, which lays out the whole; then less; then not at all, and
    near pairs settle the detail.

    Parameters
    ----------
    coords : ndarray of shape (n, 2 or 3), float32
        The start; it is changed.
    pairs : Pairs
    rounds : int
        Of all three phases together.
    on_frame, progress, cancel : callable, optional
        Given the coordinates as they stand, told of and asked after each round.

    Returns
    -------
    ndarray of shape (n, 2 or 3), float32
    """
    one_round = _engine()["round"]
    mean, square, gradient = (np.zeros_like(coords) for _ in range(3))
    every = max(1, rounds // _FRAMES)
    for at in range(rounds):
        if cancel is not None and cancel():
            raise Cancelled
        one_round(
            coords, gradient, mean, square, pairs.near, pairs.middle, pairs.further,
            *_strengths(at), at,
        )  # fmt: skip
        if progress is not None:
            progress(at + 1, rounds, "PaCMAP is placing the points")
        if on_frame is not None and ((at + 1) % every == 0 or at + 1 == rounds):
            on_frame(coords.copy())
    return coords


def _strengths(at: int) -> tuple[float, float, float]:
    """Return how strongly near, middle and further pairs count in a round."""
    if at < _WHOLE:
        part = at / _WHOLE
        return 2.0, 1000.0 * (1 - part) + 3.0 * part, 1.0
    return (3.0, 3.0, 1.0) if at < _WHOLE + _PARTS else (1.0, 0.0, 1.0)


def _scaled(start: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Scale a start to PaCMAP's beginning size, with a little noise so that twins can part."""
    centered = start - start.mean(axis=0, dtype=np.float64)
    spread = float(np.abs(centered).max()) or 1.0
    noise = np.random.default_rng(seed).normal(scale=1e-5, size=start.shape)
    return np.ascontiguousarray(centered / spread * 1e-2 + noise, dtype=np.float32)


@cache
def _engine() -> dict[str, Callable[..., Any]]:
    """Return the loops, compiled."""
    from embedding_core.compiling import compiled
    from embedding_core.projectors import pacmap_loops as loops

    return {
        "middle": compiled(loops.draw_middle),
        "further": compiled(loops.draw_further),
        "round": compiled(loops.one_round),
    }


SPEC = Pacmap(
    name="pacmap",
    label="PaCMAP",
    about=(
        "Keeps groups and more of how they lie to each other than UMAP and t-SNE do, and fewer of "
        "the nearest neighbours."
    ),
    source="Wang, Huang, Rudin and Shaposhnik, 2021",
    params=(
        Param(
            "n_neighbors",
            "Neighbours",
            "number",
            10,
            "How many near items each item is pulled to: few show fine detail, many the whole.",
            minimum=2,
            maximum=100,
            step=1,
        ),
        Param(
            "mid_near",
            "Middle pairs",
            "number",
            0.5,
            "Pairs in the middle distance for each near one: they lay out the whole.",
            minimum=0.0,
            maximum=3.0,
            step=0.1,
        ),
        Param(
            "further",
            "Further pairs",
            "number",
            2.0,
            "Pairs of any others for each near one: they push groups apart.",
            minimum=0.5,
            maximum=6.0,
            step=0.5,
        ),
        Param(
            "max_iter",
            "Rounds",
            "number",
            450,
            "How long the points are moved: 200 lay out the whole, the rest settles the detail.",
            minimum=250,
            maximum=2000,
            step=50,
        ),
    ),
)
