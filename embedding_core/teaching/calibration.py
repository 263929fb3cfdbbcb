"""Weights and thresholds by which an answer covers a point: ``benchmarks/typed_answers.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEATURES = ("near", "asked", "wrong", "lean", "sides")
WEIGHTS = (4.76, -3.42, -0.79, 0.43, 0.54)
OFFSET = -1.50
COVERED, PARTLY = 0.41, -0.37
VERBATIM = 0.9
"""A cosine with one form from which a statement is that form, unless it denies it."""
OPPOSITE = -0.15
"""``lean`` plus a fifth of ``sides`` below which a statement reads like the point denied."""


def scores(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the score of every row of features, (n, 5) to (n,)."""
    found: NDArray[np.float32] = features @ np.array(WEIGHTS, np.float32) + np.float32(OFFSET)
    return found


def is_opposite(features: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell of every row whether it reads like the point denied."""
    lean, sides = features[:, FEATURES.index("lean")], features[:, FEATURES.index("sides")]
    opposite: NDArray[np.bool_] = lean + 0.2 * sides < OPPOSITE
    return opposite
