"""PaCMAP's loops: plain Python here, compiled where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def draw_further(near: NDArray[np.int32], count: int, seed: int) -> NDArray[np.int32]:
    """Return `count` others for every item, all different and none of its near ones."""
    np.random.seed(seed)  # noqa: NPY002  # numba knows no other generator of its own.
    n, k = near.shape
    drawn = np.empty((n, count), dtype=np.int32)
    for i in range(n):
        for at in range(count):
            taken = True
            other = 0
            while taken:
                other = np.random.randint(n)  # noqa: NPY002
                taken = other == i
                for j in range(k):
                    taken = taken or near[i, j] == other
                for j in range(at):
                    taken = taken or drawn[i, j] == other
            drawn[i, at] = other
    return drawn


def draw_middle(points: NDArray[np.float32], count: int, kind: int, seed: int) -> NDArray[np.int32]:
    """Return `count` others for every item, each the second nearest of six at random.

    `kind` is 0 for Euclidean distance, 1 for the dot product, 2 for Manhattan distance.
    """
    np.random.seed(seed)  # noqa: NPY002
    n, dim = points.shape
    drawn = np.empty((n, count), dtype=np.int32)
    six = np.empty(6, dtype=np.int32)
    for i in range(n):
        for at in range(count):
            nearest, second = np.inf, np.inf
            first_place, second_place = 0, 0
            for turn in range(6):
                taken = True
                other = 0
                while taken:
                    other = np.random.randint(n)  # noqa: NPY002
                    taken = other == i
                    for j in range(turn):
                        taken = taken or six[j] == other
                    for j in range(at):
                        taken = taken or drawn[i, j] == other
                six[turn] = other
                apart = 0.0
                for d in range(dim):
                    if kind == 1:
                        apart -= points[i, d] * points[other, d]
                    else:
                        gap = np.float64(points[i, d]) - np.float64(points[other, d])
                        apart += abs(gap) if kind == 2 else gap * gap
                if apart < nearest:
                    second, second_place = nearest, first_place
                    nearest, first_place = apart, other
                elif apart < second:
                    second, second_place = apart, other
            drawn[i, at] = second_place
    return drawn


def one_round(
    coords: NDArray[np.float32],
    gradient: NDArray[np.float32],
    mean: NDArray[np.float32],
    square: NDArray[np.float32],
    near: NDArray[np.int32],
    middle: NDArray[np.int32],
    further: NDArray[np.int32],
    w_near: float,
    w_middle: float,
    w_further: float,
    at: int,
) -> None:
    """Move all points once, in place.

    The losses of a pair at distance d, with e = 1 + d²: near e / (10 + e), middle
    e / (10000 + e), further 1 / (1 + e).
    """
    n, dim = coords.shape
    gradient[:] = 0
    for group in range(3):
        partners, weight, soft = near, w_near * 20.0, 10.0
        if group == 1:
            partners, weight, soft = middle, w_middle * 20000.0, 10000.0
        elif group == 2:
            partners, weight, soft = further, w_further * -2.0, 1.0
        if weight == 0.0:
            continue
        for i in range(n):
            for place in range(partners.shape[1]):
                j = partners[i, place]
                e = np.float32(1.0)
                for d in range(dim):
                    gap = coords[i, d] - coords[j, d]
                    e += gap * gap
                force = np.float32(weight / (soft + e) ** 2)
                for d in range(dim):
                    push = force * (coords[i, d] - coords[j, d])
                    gradient[i, d] += push
                    gradient[j, d] -= push
    # Adam (Kingma and Ba, 2015) with its usual rates.
    step = np.sqrt(1.0 - 0.999 ** (at + 1)) / (1.0 - 0.9 ** (at + 1))
    for i in range(n):
        for d in range(dim):
            mean[i, d] += np.float32(0.1) * (gradient[i, d] - mean[i, d])
            square[i, d] += np.float32(0.001) * (gradient[i, d] ** 2 - square[i, d])
            coords[i, d] -= step * mean[i, d] / (np.sqrt(square[i, d]) + 1e-7)
