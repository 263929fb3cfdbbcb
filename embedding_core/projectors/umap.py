"""UMAP, by the umap-learn package, handed our exact neighbours."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import Cancelled
from embedding_core.params import Param
from embedding_core.projection import Layout, ProjectorSpec, neighbor_placement
from embedding_core.projectors.pca import principal_layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.neighbors import NeighborGraph
    from embedding_core.params import Params


@dataclass(frozen=True)
class Umap(ProjectorSpec):
    """Uniform Manifold Approximation and Projection."""

    def n_neighbors(self, params: Params, n: int) -> int:
        """Return n_neighbors less the item itself, which UMAP counts among them."""
        return int(params["n_neighbors"]) - 1

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
            progress(0, 1, "UMAP is placing the points")
        if cancel is not None and cancel():
            raise Cancelled
        import umap

        asked = int(params["n_neighbors"])
        used = knn.k + 1
        notes = []
        if used < asked:
            notes.append(f"n_neighbors was lowered from {asked} to {used}, the number of items.")
        start = principal_layout(vectors, n_components, metric).coords if init is None else init
        model = umap.UMAP(
            n_neighbors=used,
            min_dist=float(params["min_dist"]),
            n_components=n_components,
            n_epochs=int(params["n_epochs"]) or None,
            init=_scaled(start, seed),
            precomputed_knn=_with_self(knn),
            random_state=seed,
            n_jobs=1,
        )
        with warnings.catch_warnings():
            # It warns that such a model cannot transform: placing new points is ours.
            warnings.filterwarnings("ignore", message=".*precomputed_knn.*")
            warnings.filterwarnings("ignore", category=UserWarning, module="umap")
            coords = np.asarray(model.fit_transform(vectors), dtype=np.float32)
        if cancel is not None and cancel():
            raise Cancelled
        placement = neighbor_placement(vectors, coords, metric)
        return Layout(coords, placement, notes=tuple(notes))


def _with_self(knn: NeighborGraph) -> tuple[NDArray[np.int32], NDArray[np.float32], None]:
    """Put each item before its neighbours, as UMAP expects."""
    n = len(knn.indices)
    own = np.arange(n, dtype=np.int32)[:, None]
    indices = np.hstack([own, knn.indices])
    distances = np.hstack([np.zeros((n, 1), np.float32), knn.distances])
    return indices, distances, None


def _scaled(start: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Scale a start to UMAP's working size, with a little noise so that twins can part."""
    spread = float(np.abs(start).max()) or 1.0
    noise = np.random.default_rng(seed).normal(scale=1e-4, size=start.shape)
    return np.asarray(start * (10 / spread) + noise, dtype=np.float32)


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
