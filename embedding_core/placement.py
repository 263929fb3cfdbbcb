"""New points on a map that stays as it is, and maps turned to lie on each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import ContractError
from embedding_core.exact import top
from embedding_core.similarity import pairwise

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK_FLOATS = 1 << 24


@dataclass(frozen=True, eq=False)
class Placement:
    """How new vectors get onto a map that stays as it is.

    Attributes
    ----------
    place : callable
        ``place(vectors) -> coords``, (m, dim) float32 to (m, 2 or 3) float32.
    label : str
        How it is done, in words for the person.
    exact : bool
        True where an item of the map would land on its own point.
    """

    place: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    label: str
    exact: bool


def neighbor_placement(
    vectors: NDArray[np.float32], coords: NDArray[np.float32], metric: str, k: int = 10
) -> Placement:
    """Return a placement for maps that have no formula: near the nearest items' points.

    A new vector lands at the mean of its `k` nearest items' points, each weighted by how much
    nearer it is than the (k + 1)th (Shepard, 1968, with a moving bandwidth).
    """
    k = min(k, len(vectors))
    step = max(1, _BLOCK_FLOATS // len(vectors))

    def place(new: NDArray[np.float32]) -> NDArray[np.float32]:
        parts = [place_part(new[at : at + step]) for at in range(0, len(new), step)]
        return np.concatenate(parts) if parts else np.empty((0, coords.shape[1]), np.float32)

    def place_part(new: NDArray[np.float32]) -> NDArray[np.float32]:
        scores = pairwise(np.asarray(new, np.float32), vectors, metric)
        places, values = top(scores, min(k + 1, len(vectors)))
        gap = values[:, :k] - values[:, -1:]
        spread = np.maximum(values[:, :1] - values[:, -1:], 1e-12)
        weights = (gap / spread) ** 2 + 1e-9
        weights /= weights.sum(axis=1, keepdims=True)
        placed = np.einsum("ij,ijc->ic", weights, coords[places[:, :k]])
        return np.asarray(placed, dtype=np.float32)

    return Placement(place, f"placed between its {k} nearest items, nearer to the nearest", False)


def align(coords: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn and mirror a map so that it lies as close as it can to another of the same items.

    Distances within the map do not change (orthogonal Procrustes; Schoenemann, 1966).

    Parameters
    ----------
    coords, target : ndarray of shape (n, 2 or 3), float32

    Returns
    -------
    ndarray of shape (n, 2 or 3), float32
    """
    if coords.shape != target.shape:
        raise ContractError(f"a map of shape {coords.shape} cannot be aligned to {target.shape}")
    center = coords.mean(axis=0, dtype=np.float64)
    moved = coords - center
    aimed = target - target.mean(axis=0, dtype=np.float64)
    left, _, right = np.linalg.svd(moved.T.astype(np.float64) @ aimed.astype(np.float64))
    return np.asarray(moved @ (left @ right), dtype=np.float32)
