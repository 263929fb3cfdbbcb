"""Maps turned to lie on each other, so that motion between them means change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import SpaceMismatchError
from embedding_core.placement import Placement, align

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.projection import Projection


def aligned(projection: Projection, target: Projection) -> Projection:
    """Turn and mirror a map so that it lies as close as it can to another of the same items.

    Distances within the map do not change (orthogonal Procrustes; Schoenemann, 1966). New items are
    placed on the turned map as they were on the other.

    Raises
    ------
    SpaceMismatchError
        If the maps are of other items or of other dimensions.
    """
    if projection.ids != target.ids or projection.coords.shape != target.coords.shape:
        raise SpaceMismatchError(
            f"a map of {len(projection.ids)} items in {projection.n_components}D",
            f"a map of {len(target.ids)} in {target.n_components}D",
        )
    turned = align(projection.coords, target.coords)
    placement = projection.placement
    if placement is not None:
        placement = _turned(placement, projection.coords, turned)
    return replace(projection, coords=turned, placement=placement)


def _turned(
    placement: Placement, before: NDArray[np.float32], after: NDArray[np.float32]
) -> Placement:
    """Return a placement that goes through the turn which took `before` to `after`."""
    was, is_ = before.mean(axis=0, dtype=np.float64), after.mean(axis=0, dtype=np.float64)
    left, _, right = np.linalg.svd((before - was).T @ (after - is_))
    turn = left @ right

    def place(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray((placement.place(vectors) - was) @ turn + is_, dtype=np.float32)

    return replace(placement, place=place)
