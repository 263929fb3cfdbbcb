"""t-SNE, by openTSNE, handed our exact neighbours."""

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
    from scipy.sparse import csr_matrix

    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.neighbors import NeighborGraph
    from embedding_core.params import Params

# Rounds in which all attraction is twelve times as strong, so that groups find together.
_EARLY, _EXAGGERATION = 250, 12.0
_LEAST_RATE = 50.0
_FRAMES = 50
# Rounds between two looks at the work, which cost a little.
_LOOK = 5
# From here on, and on flat maps only, repulsion by interpolation on a grid beats trees.
_GRID_ITEMS = 10_000


@dataclass(frozen=True)
class Tsne(ProjectorSpec):
    """t-distributed stochastic neighbour embedding."""

    def n_neighbors(self, params: Params, n: int) -> int:
        """Return three times the perplexity, beyond which affinities are next to nothing."""
        return int(3 * _perplexity(params, n) + 1)

    def warm_up(self) -> None:
        """Import what a first map would wait for; nothing is compiled."""
        from openTSNE import TSNE, affinity  # noqa: F401

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
            progress(0, 0, "t-SNE is getting ready")
        n = len(vectors)
        asked, used = float(params["perplexity"]), _perplexity(params, n)
        plain = principal_layout(vectors, n_components, metric)
        notes = list(plain.notes)
        if used < asked:
            notes.append(f"Perplexity was lowered from {asked:g} to {used:.3g} for {n} items.")
        coords, divergence = _optimize(
            _scaled(plain.coords if init is None else init, seed),
            affinities(knn, used),
            int(params["max_iter"]),
            seed,
            on_frame,
            progress,
            cancel,
        )
        return Layout(
            coords,
            neighbor_placement(vectors, coords, metric),
            notes=tuple(notes),
            figures={"divergence": divergence},
        )


def affinities(knn: NeighborGraph, perplexity: float) -> csr_matrix:
    """Return how strongly items attract each other: symmetric, and 1 in all.

    Each item's neighbours weigh by a Gaussian as wide as the perplexity asks for (van der Maaten
    and Hinton, 2008).
    """
    from openTSNE.affinity import joint_probabilities_nn

    # In their own scale, which t-SNE is blind to and its search for the widths is not.
    distances = knn.distances / (float(knn.distances.mean()) or 1.0)
    found: csr_matrix = joint_probabilities_nn(knn.indices, distances, [perplexity], n_jobs=1)
    return found


def _optimize(
    start: NDArray[np.float64],
    weights: csr_matrix,
    rounds: int,
    seed: int,
    on_frame: Frame | None,
    progress: Progress | None,
    cancel: Cancel | None,
) -> tuple[NDArray[np.float32], float]:
    """Move the points; return them and the Kullback-Leibler divergence that is left.

    On one thread: OpenMP's threads wait for each other, and beside other work take several times
    as long as one alone.
    """
    from openTSNE import TSNE
    from openTSNE.affinity import PrecomputedAffinities

    n, n_components = start.shape
    early = min(_EARLY, rounds // 2)
    every = max(1, rounds // _FRAMES // _LOOK) * _LOOK
    done = 0

    def between(_: int, __: float, coords: NDArray[np.float64]) -> None:
        nonlocal done
        done += _LOOK
        if cancel is not None and cancel():
            raise Cancelled
        if progress is not None:
            progress(min(done, rounds), rounds, "t-SNE is placing the points")
        if on_frame is not None and done % every == 0:
            on_frame(np.array(coords, dtype=np.float32))

    if cancel is not None and cancel():
        raise Cancelled
    model = TSNE(
        n_components=n_components,
        early_exaggeration_iter=early,
        early_exaggeration=_EXAGGERATION,
        n_iter=rounds - early,
        # Belkina et al., 2019; of few items smaller steps find better maps.
        learning_rate=max(n / _EXAGGERATION, _LEAST_RATE),
        initial_momentum=0.5,
        negative_gradient_method="fft" if n_components == 2 and n >= _GRID_ITEMS else "bh",
        callbacks=between,
        callbacks_every_iters=_LOOK,
        random_state=seed,
        n_jobs=1,
    )
    found = model.fit(affinities=PrecomputedAffinities(weights), initialization=start)
    coords = np.array(found, dtype=np.float32)
    if on_frame is not None:
        on_frame(coords.copy())
    return coords, float(found.kl_divergence)


def _perplexity(params: Params, n: int) -> float:
    """Return the perplexity asked for, or the most that `n` items can carry."""
    return max(1.0, min(float(params["perplexity"]), (n - 2) / 3))


def _scaled(start: NDArray[np.float32], seed: int) -> NDArray[np.float64]:
    """Scale a start to t-SNE's beginning size, with a little noise so that twins can part."""
    centered = start - start.mean(axis=0, dtype=np.float64)
    spread = float(centered[:, 0].std()) or 1.0
    noise = np.random.default_rng(seed).normal(scale=1e-6, size=start.shape)
    return np.asarray(centered / spread * 1e-4 + noise)


SPEC = Tsne(
    name="tsne",
    label="t-SNE",
    about=(
        "Keeps the nearest neighbours best of all; the sizes of groups and the distances between "
        "them mean next to nothing."
    ),
    source="van der Maaten and Hinton, 2008; engine openTSNE (Poličar, Stražar and Zupan, 2024)",
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
