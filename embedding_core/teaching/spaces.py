"""Made-up and sampled vectors that figures and pictures of lessons share."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.similarity import unit
from embedding_core.teaching.models import vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PAIRS = 20_000


def one_hot(n: int) -> NDArray[np.float32]:
    """Return n one-hot vectors, (n, n)."""
    return np.eye(n, dtype=np.float32)


def plane_vector(angle: float, length: float) -> NDArray[np.float32]:
    """Return an arrow in the plane by its angle in degrees and its length, (1, 2)."""
    turn = np.deg2rad(angle)
    return np.array([[length * np.cos(turn), length * np.sin(turn)]], dtype=np.float32)


def rotation(dim: int, seed: int) -> NDArray[np.float64]:
    """Return a random rotation or reflection, (dim, dim), all equally likely (Mezzadri, 2007)."""
    matrix, upper = np.linalg.qr(np.random.default_rng(seed).normal(size=(dim, dim)))
    return np.asarray(matrix * np.sign(np.diag(upper)))


@lru_cache(maxsize=32)
def random_cosines(dimensions: int, pairs: int = _PAIRS) -> NDArray[np.float64]:
    """Return the cosines of pairs of random directions, (pairs,)."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, pairs, dimensions))
    found: NDArray[np.float64] = (a * b).sum(axis=1) / (
        np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    )
    found.setflags(write=False)
    return found


@lru_cache(maxsize=16)
def pair_cosines(model: str, words: int, *, centred: bool) -> NDArray[np.float32]:
    """Return the cosines of random pairs of a model's first words, (20,000,).

    Centred, the mean of those words is taken from each first.
    """
    vectors = np.array(vocabulary(model).matrix[:words], dtype=np.float32)
    if centred:
        vectors = vectors - vectors.mean(axis=0)
    vectors = unit(vectors)
    at = np.random.default_rng(0).integers(0, len(vectors), (_PAIRS, 2))
    at = at[at[:, 0] != at[:, 1]]
    found: NDArray[np.float32] = np.einsum("ij,ij->i", vectors[at[:, 0]], vectors[at[:, 1]])
    found.setflags(write=False)
    return found


def histogram(
    values: NDArray[np.floating], low: float, high: float, bins: int = 60
) -> tuple[list[float], list[float]]:
    """Return the left edges of bins, and the share of values in each; one edge more, at 0."""
    counts, edges = np.histogram(values, bins=bins, range=(low, high))
    shares = counts / max(1, len(values))
    return edges.tolist(), [*shares.tolist(), 0.0]
