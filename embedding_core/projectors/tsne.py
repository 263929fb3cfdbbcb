"""t-SNE, by scikit-learn, handed our exact neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import Cancelled
from embedding_core.params import Param
from embedding_core.placement import neighbor_placement
from embedding_core.projectors.base import Layout, ProjectorSpec
from embedding_core.projectors.pca import principal_layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.neighbors import NeighborGraph
    from embedding_core.params import Params


@dataclass(frozen=True)
class Tsne(ProjectorSpec):
    """t-distributed stochastic neighbour embedding."""

    def n_neighbors(self, params: Params, n: int) -> int:
        """Return what scikit-learn looks at: three times the perplexity, and one."""
        return int(3 * _perplexity(params, n) + 1)

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
        """Draw the map by Barnes-Hut; the start is PCA where none is given."""
        assert knn is not None
        if progress is not None:
            progress(0, 0, "t-SNE is placing the points")
        if cancel is not None and cancel():
            raise Cancelled
        from sklearn.manifold import TSNE
        from threadpoolctl import threadpool_limits

        n = len(vectors)
        asked, used = float(params["perplexity"]), _perplexity(params, n)
        plain = principal_layout(vectors, n_components, metric)
        notes = list(plain.notes)
        if used < asked:
            notes.append(f"Perplexity was lowered from {asked:g} to {used:.3g} for {n} items.")
        start = plain.coords if init is None else init
        spread = float(start[:, 0].std()) or 1.0
        noise = np.random.default_rng(seed).normal(scale=1e-6, size=start.shape)
        model = TSNE(
            n_components=n_components,
            perplexity=used,
            max_iter=int(params["max_iter"]),
            init=np.asarray(start / spread * 1e-4 + noise, dtype=np.float32),
            metric="precomputed",
            random_state=seed,
        )
        # One thread: with more, sums come out in another order each time, and so does the map; and
        # beside other work threads that wait for each other take five to thirty times as long.
        with threadpool_limits(1, user_api="openmp"):
            coords = np.asarray(model.fit_transform(_as_sparse(knn)), dtype=np.float32)
        if cancel is not None and cancel():
            raise Cancelled
        return Layout(coords, neighbor_placement(vectors, coords, metric), notes=tuple(notes))


def _perplexity(params: Params, n: int) -> float:
    """Return the perplexity asked for, or the most that `n` items can carry."""
    return max(1.0, min(float(params["perplexity"]), (n - 2) / 3))


def _as_sparse(knn: NeighborGraph) -> object:
    """Return the graph as sparse distances, each item first its own neighbour at distance 0."""
    from scipy.sparse import csr_matrix

    n, k = knn.indices.shape
    own = np.arange(n, dtype=np.int32)[:, None]
    indices = np.hstack([own, knn.indices]).ravel()
    # In their own scale, which t-SNE is blind to and float32 is not. Only the item itself stands at
    # 0, so that a twin of it is not taken for it.
    others = np.maximum(knn.distances / (float(knn.distances.mean()) or 1.0), 1e-12)
    distances = np.hstack([np.zeros((n, 1)), others]).ravel()
    return csr_matrix((distances, indices, np.arange(0, n * (k + 1) + 1, k + 1)), shape=(n, n))


SPEC = Tsne(
    name="tsne",
    label="t-SNE",
    about=(
        "Keeps the nearest neighbours best of all; the sizes of groups and the distances between "
        "them mean next to nothing."
    ),
    source="van der Maaten and Hinton, 2008; Barnes-Hut, 2014; engine scikit-learn",
    params=(
        Param(
            "perplexity",
            "Perplexity",
            "number",
            30.0,
            "About how many neighbours each item tries to keep.",
            minimum=2.0,
            maximum=200.0,
            step=1.0,
        ),
        Param(
            "max_iter",
            "Rounds",
            "number",
            1000,
            "How long the points are moved.",
            minimum=250,
            maximum=5000,
            step=250,
        ),
    ),
)
