"""Weights and thresholds by which an answer covers a key point, from ``benchmarks/coverage.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEATURES = ("near", "asked", "wrong", "lean", "denied")
WEIGHTS = (12.0, -6.0, -5.0, 1.0, -1.0)
OFFSET = -2.0
COVERED, PARTLY = 0.0, -1.0
OPPOSITE_LEAN = -0.1


def scores(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the score of every row of features, (n, 5) to (n,)."""
    found: NDArray[np.float32] = features @ np.array(WEIGHTS, np.float32) + np.float32(OFFSET)
    return found


def is_opposite(features: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell of every row whether it reads like the point denied."""
    lean, denied = features[:, FEATURES.index("lean")], features[:, FEATURES.index("denied")]
    opposite: NDArray[np.bool_] = (lean < OPPOSITE_LEAN) | ((denied > 0) & (lean < -OPPOSITE_LEAN))
    return opposite
