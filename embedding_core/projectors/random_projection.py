"""Random projection: the view along directions that chance chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.placement import Placement
from embedding_core.projectors.base import Directions, Layout, ProjectorSpec
from embedding_core.similarity import prepare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.neighbors import NeighborGraph
    from embedding_core.params import Params


def dimensions_for(n: int, error: float) -> int:
    """Return how many random directions keep all distances of `n` items, up to a share `error`.

    The bound of Johnson and Lindenstrauss (1984) as proved by Dasgupta and Gupta (2003): of that
    many or more there are directions under which every squared distance is kept within
    1 ± `error`, and chance soon finds them. It does not ask how long the vectors are.

    Parameters
    ----------
    n : int
        At least 2.
    error : float
        Above 0 and below 1.
    """
    return int(np.ceil(4 * np.log(n) / (error**2 / 2 - error**3 / 3)))


@dataclass(frozen=True)
class RandomProjection(ProjectorSpec):
    """Gaussian random projection."""

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
        """Draw the map; a start makes no difference."""
        prepared = prepare(vectors, metric)
        middle = prepared.mean(axis=0, dtype=np.float64)
        weights = np.random.default_rng(seed).normal(
            scale=n_components**-0.5, size=(n_components, vectors.shape[1])
        )

        def place(new: NDArray[np.float32]) -> NDArray[np.float32]:
            moved = prepare(np.asarray(new, np.float32), metric) - middle
            return np.asarray(moved @ weights.T, dtype=np.float32)

        equal = len(vectors) > 1 and bool((prepared == prepared[0]).all())
        notes = ("All vectors are equal: there is nothing to tell apart on this map.",)
        return Layout(
            place(vectors),
            Placement(place, "placed exactly, by the same directions", True),
            tuple(f"random direction {i + 1}" for i in range(n_components)),
            notes if equal else (),
            directions=Directions(weights, np.zeros(0)),
        )


SPEC = RandomProjection(
    name="random",
    label="Random projection",
    about=(
        "The view along directions that chance chose: what any map must beat. Another seed, "
        "another view; with many more dimensions it would keep all distances."
    ),
    source="Johnson and Lindenstrauss, 1984; Dasgupta and Gupta, 2003",
    quick=True,
)
