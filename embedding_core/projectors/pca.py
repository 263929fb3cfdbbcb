"""Principal component analysis: the straight-line view along the directions of most variance."""

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

_ROUNDING = 1e-6  # of the largest value


@dataclass(frozen=True)
class Components:
    """Principal components of a set of vectors.

    Attributes
    ----------
    mean : ndarray of shape (dim,)
    axes : ndarray of shape (k, dim)
        Unit vectors, the one of most variance first; the largest entry of each is positive.
    explained : ndarray of shape (k,)
        Share of the variance along each, in [0, 1].
    spectrum : ndarray of shape (r,)
        Share of the variance along every component there is, largest first.
    """

    mean: NDArray[np.float64]
    axes: NDArray[np.float64]
    explained: NDArray[np.float64]
    spectrum: NDArray[np.float64]


def components(vectors: NDArray[np.float32], k: int) -> Components:
    """Return the first `k` principal components (Pearson, 1901).

    From the eigenvectors of the smaller of the two Gram matrices, which is exact and many times
    faster than a singular value decomposition of the data.

    Parameters
    ----------
    vectors : ndarray of shape (n, dim), float32
    k : int
        Where there are fewer directions than that, the rest is zero.
    """
    n, dim = vectors.shape
    mean = vectors.mean(axis=0, dtype=np.float64)
    centered = vectors - mean.astype(np.float32)
    spread = np.abs(centered).max()
    if spread <= _ROUNDING * np.abs(vectors).max():
        # Copies of one item, embedded in different batches: what is apart is rounding.
        centered[:] = 0
    else:
        # Squares of very large or small numbers leave the range of float32.
        centered /= spread
    small = (centered.T @ centered if dim <= n else centered @ centered.T).astype(np.float64)
    values, basis = np.linalg.eigh(small)
    values, basis = np.maximum(values[::-1], 0), basis[:, ::-1]
    total = values.sum()
    found = int((values > 1e-9 * max(values[0], 1e-30)).sum()) if total > 0 else 0
    kept = min(k, found)
    if dim <= n:
        axes = basis[:, :kept].T
    else:
        axes = (basis[:, :kept].T @ centered) / np.sqrt(values[:kept])[:, None]
    # An eigenvector's sign is arbitrary; fixing it keeps the map from flipping between runs.
    largest = np.abs(axes).argmax(axis=1)
    axes = axes * np.sign(axes[np.arange(kept), largest])[:, None]
    padded, explained = np.zeros((k, dim)), np.zeros(k)
    padded[:kept] = axes
    spectrum = values[:found] / total if total > 0 else np.zeros(0)
    explained[:kept] = spectrum[:kept]
    return Components(mean, padded, explained, spectrum)


def principal_layout(vectors: NDArray[np.float32], n_components: int, metric: str) -> Layout:
    """Draw the PCA map of one or more items, exact for new ones too."""
    found = components(prepare(vectors, metric), n_components)

    def place(new: NDArray[np.float32]) -> NDArray[np.float32]:
        moved = prepare(np.asarray(new, np.float32), metric) - found.mean
        return np.asarray(moved @ found.axes.T, dtype=np.float32)

    titles = tuple(
        f"component {i + 1} ({share:.0%} of the variance)"
        for i, share in enumerate(found.explained)
    )
    equal = len(vectors) > 1 and not found.explained.any()
    notes = ("All vectors are equal: there is nothing to tell apart on this map.",) if equal else ()
    placement = Placement(place, "placed exactly, by the same axes", True)
    directions = Directions(found.axes, found.spectrum)
    return Layout(place(vectors), placement, titles, notes, directions=directions)


@dataclass(frozen=True)
class Pca(ProjectorSpec):
    """The straight-line view along the directions of most variance."""

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
        """Draw the map; seed and start make no difference."""
        return principal_layout(vectors, n_components, metric)


SPEC = Pca(
    name="pca",
    label="PCA",
    about=(
        "The flat view along the directions of most variance: distances only shrink, far groups "
        "stay far, and most fine neighbourhoods are lost."
    ),
    source="Pearson, 1901; Hotelling, 1933",
    quick=True,
    seeded=False,
)
