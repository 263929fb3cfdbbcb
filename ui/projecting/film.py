"""How a map came about: pictures of the work, collected as it runs, to play and to scrub."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import embedding_core as ec

_MOST, _MOST_BYTES = 60, 8 << 20


@dataclass(frozen=True, eq=False)
class Film:
    """Pictures of one map.

    Attributes
    ----------
    coords
        (f, n, d) float32; the last picture is the map.
    steps
        What each is called.
    """

    coords: NDArray[np.float32]
    steps: tuple[str, ...]


class Camera:
    """Takes pictures; where they become too many, it drops every second and takes fewer."""

    def __init__(self) -> None:
        self._taken: list[tuple[int, NDArray[np.float32]]] = []
        self._every = 1
        self._seen = 0

    def take(self, at: int, coords: NDArray[np.float32]) -> None:
        """Take a picture of the work after so many rounds."""
        self._seen += 1
        if self._seen % self._every:
            return
        self._taken.append((at, coords))
        if len(self._taken) >= max(2, min(_MOST, _MOST_BYTES // coords.nbytes)):
            self._taken = self._taken[1::2]
            self._every *= 2

    def film(self, last: NDArray[np.float32]) -> Film | None:
        """Return what was taken with the finished map at its end; None where nothing was."""
        if not self._taken:
            return None
        frames = [fitted(coords, last) for _, coords in self._taken]
        steps = [f"round {at:,}" for at, _ in self._taken]
        return Film(np.stack([*frames, last]), (*steps, "the map"))


def fitted(coords: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn, move and size a picture so that it lies on another of the same items.

    What is left of motion between them is change: methods begin small, and may turn as they go.
    """
    turned = ec.align(coords, target)
    size = _spread(turned)
    scaled = turned * (_spread(target) / size) if size > 0 else turned
    return np.asarray(scaled + target.mean(axis=0), dtype=np.float32)


def _spread(coords: NDArray[np.float32]) -> float:
    centered = coords - coords.mean(axis=0, dtype=np.float64)
    return float(np.sqrt((centered**2).sum(axis=1).mean()))
