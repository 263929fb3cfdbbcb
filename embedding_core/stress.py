"""Places whose distances are as asked: stress, brought down one pair after the other.

By stochastic gradient descent (Zheng, Pawar and Goodman, "Graph drawing by stochastic gradient
descent", 2018). What is kept of it elsewhere is under the GPL (igraph), wants a compiler
(s_gd2) or takes seconds for what takes this a twentieth (networkx).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.compiling import compiled
from embedding_core.errors import Cancelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Progress

_ROUNDS = 20
_LAST_STEP = 0.1
_Array = Any


def settle(
    wanted: NDArray[np.floating],
    seed: int = 0,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> NDArray[np.float64]:
    """Find places in the plane whose distances are as near to those asked for as may be.

    The stress, the sum of ((wanted - drawn) / wanted)^2 over all pairs, is brought down: a short
    distance counts as much as a long one.

    Parameters
    ----------
    wanted : ndarray of shape (n, n)
        Symmetric, finite, and above 0 off the diagonal.
    seed : int
        The same seed gives the same places, bit for bit.
    progress : callable, optional
        Told how far it is.
    cancel : callable, optional
        Asked whether to stop.

    Returns
    -------
    ndarray of shape (n, 2), float64

    Raises
    ------
    Cancelled
    """
    n = len(wanted)
    rng = np.random.default_rng(seed)
    first, second = (ends.astype(np.int32) for ends in np.triu_indices(n, 1))
    distances = wanted[first, second].astype(np.float32)
    if not len(distances):
        return np.zeros((n, 2))
    places = rng.normal(size=(n, 2)) * float(distances.mean()) / 4
    # From steps that meet the farthest pair at once to some that hardly move the nearest.
    largest, smallest = float(distances.max()) ** 2, _LAST_STEP * float(distances.min()) ** 2
    for turn, step in enumerate(np.geomspace(largest, smallest, _ROUNDS).tolist()):
        if cancel is not None and cancel():
            raise Cancelled
        order = rng.permutation(len(distances)).astype(np.int32)
        _sweep(places, first, second, distances, order, step)
        if progress is not None:
            progress(turn + 1, _ROUNDS, "the nodes find their places")
    return places


def stress(places: NDArray[np.floating], wanted: NDArray[np.floating]) -> float:
    """Return how far distances are from those asked for: the mean of ((wanted - drawn)/wanted)^2.

    Parameters
    ----------
    places : ndarray of shape (n, 2)
    wanted : ndarray of shape (n, n)
        As for :func:`settle`.
    """
    first, second = np.triu_indices(len(wanted), 1)
    if not len(first):
        return 0.0
    drawn = np.linalg.norm(places[first] - places[second], axis=1)
    distances = wanted[first, second]
    return float((((distances - drawn) / distances) ** 2).mean())


def warm_up() -> None:
    """Compile, so that nobody waits for it."""
    settle(np.ones((3, 3)))


@compiled
def _sweep(
    places: _Array, first: _Array, second: _Array, distances: _Array, order: _Array, step: float
) -> None:
    """Move both ends of every pair toward the distance that they ought to have."""
    for at in order:
        a, b, wanted = first[at], second[at], distances[at]
        across, up = places[a, 0] - places[b, 0], places[a, 1] - places[b, 1]
        drawn = np.sqrt(across * across + up * up) + 1e-9
        share = min(1.0, step / (wanted * wanted)) * (drawn - wanted) / (2 * drawn)
        places[a, 0] -= share * across
        places[a, 1] -= share * up
        places[b, 0] += share * across
        places[b, 1] += share * up
