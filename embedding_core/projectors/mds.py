"""Multidimensional scaling: points whose distances fit those among the vectors, all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import Cancelled
from embedding_core.params import Param
from embedding_core.placement import Placement
from embedding_core.projectors.base import Layout, ProjectorSpec
from embedding_core.projectors.pca import principal_layout
from embedding_core.similarity import pairwise, prepare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.neighbors import NeighborGraph
    from embedding_core.params import Params

# Improvement of the stress, as a share of it, below which a round is the last one.
_ENOUGH = 1e-5
_PLACING_ROUNDS = 50
_BLOCK_FLOATS = 1 << 22


@dataclass(frozen=True)
class Mds(ProjectorSpec):
    """Metric multidimensional scaling."""

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
        """Draw the map; the start is PCA where none is given.

        Of more items than `landmarks`, so many chosen by chance are laid out and the others placed
        by their distances to them (the idea of de Silva and Tenenbaum, 2004, with the stress of
        metric scaling in place of classical scaling's). Frames are shown of full layouts only.
        """
        if progress is not None:
            progress(0, 0, "MDS is measuring distances")
        n, most = len(vectors), int(params["landmarks"])
        plain = principal_layout(vectors, n_components, metric)
        notes = list(plain.notes)
        chosen = _landmarks(n, most, seed)
        known = np.ascontiguousarray(vectors[chosen])
        distances = distances_between(known, known, metric)
        # Float32 is at its best around 1, and so the rounds are the same in any unit.
        scale = float(distances.mean(dtype=np.float64)) or 1.0
        start = plain.coords if init is None else init
        noise = np.random.default_rng(seed).normal(scale=1e-4, size=(len(chosen), n_components))
        coords, stress = smacof(
            (distances / scale).astype(np.float32),
            (start[chosen] / scale + noise).astype(np.float32),
            int(params["max_iter"]),
            on_frame=None if on_frame is None or n > most else lambda x: on_frame(x * scale),
            progress=progress,
            cancel=cancel,
        )
        placement = stress_placement(known, coords, scale, metric)
        if n > most:
            notes.append(
                f"{most:,} of {n:,} items were laid out by all their distances; the others were "
                "placed by their distances to these."
            )
            coords = _all_placed(vectors, coords, chosen, placement, scale, progress, cancel)
        else:
            coords = np.asarray(coords * scale, dtype=np.float32)
        return Layout(coords, placement, notes=tuple(notes), figures={"stress": stress})


def distances_between(
    left: NDArray[np.float32], right: NDArray[np.float32], metric: str
) -> NDArray[np.float32]:
    """Return the distances a map under `metric` should keep, (n, m) float32.

    Between unit vectors under cosine and between the vectors themselves under dot, both as the
    crow flies: neither similarity is a distance.
    """
    inner = "manhattan" if metric == "manhattan" else "euclidean"
    return np.abs(pairwise(prepare(left, metric), prepare(right, metric), inner))


def smacof(
    distances: NDArray[np.float32],
    coords: NDArray[np.float32],
    rounds: int,
    *,
    on_frame: Frame | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> tuple[NDArray[np.float32], float]:
    """Fit points to distances by majorization: no round makes the stress larger (de Leeuw, 1977).

    Parameters
    ----------
    distances : ndarray of shape (n, n), float32
        Symmetric, about 1 on average.
    coords : ndarray of shape (n, 2 or 3), float32
        The start.
    rounds : int
        At most; it ends where a round no longer pays.

    Returns
    -------
    coords : ndarray of shape (n, 2 or 3), float32
    stress : float
        Kruskal's stress-1 (1964): 0 where all distances fit.
    """
    before = np.inf
    apart = _apart(coords)
    for at in range(rounds):
        if cancel is not None and cancel():
            raise Cancelled
        ratio = np.divide(distances, apart, out=np.zeros_like(apart), where=apart > 0)
        coords = (ratio.sum(axis=1)[:, None] * coords - ratio @ coords) / len(coords)
        apart = _apart(coords)
        now = _squares(distances - apart)
        if progress is not None:
            progress(at + 1, rounds, "MDS is placing the points")
        if on_frame is not None:
            on_frame(coords.copy())
        if before - now <= _ENOUGH * now:
            break
        before = now
    stress = np.sqrt(_squares(distances - apart) / (_squares(apart) or 1.0))
    return coords.astype(np.float32), float(stress)


def stress_placement(
    known: NDArray[np.float32], coords: NDArray[np.float32], scale: float, metric: str
) -> Placement:
    """Return a placement that puts each new vector where its distances to `known` fit best.

    Parameters
    ----------
    known : ndarray of shape (m, dim), float32
    coords : ndarray of shape (m, 2 or 3), float32
        Where they lie, in units of `scale`.
    scale : float
    metric : str
    """
    step = max(1, _BLOCK_FLOATS // len(known))

    def place(new: NDArray[np.float32]) -> NDArray[np.float32]:
        parts = [place_part(new[at : at + step]) for at in range(0, len(new), step)]
        return np.concatenate(parts) if parts else np.empty((0, coords.shape[1]), np.float32)

    def place_part(new: NDArray[np.float32]) -> NDArray[np.float32]:
        wanted = distances_between(np.asarray(new, np.float32), known, metric) / np.float32(scale)
        # Near the nearest first: elsewhere there may be other, worse places of rest.
        weights = 1 / (wanted / (wanted.min(axis=1, keepdims=True) + 1e-6) + 1e-3) ** 4
        points = (weights @ coords) / weights.sum(axis=1, keepdims=True)
        for _ in range(_PLACING_ROUNDS):
            apart = _apart(points, coords)
            ratio = np.divide(wanted, apart, out=np.zeros_like(apart), where=apart > 0)
            pull = ratio.sum(axis=1)[:, None] * points - ratio @ coords
            points = coords.mean(axis=0) + pull / len(coords)
        return np.asarray(points * scale, dtype=np.float32)

    return Placement(place, "placed where its distances to the items fit best", False)


def _landmarks(n: int, most: int, seed: int) -> NDArray[np.intp]:
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))


def _all_placed(
    vectors: NDArray[np.float32],
    coords: NDArray[np.float32],
    chosen: NDArray[np.intp],
    placement: Placement,
    scale: float,
    progress: Progress | None,
    cancel: Cancel | None,
) -> NDArray[np.float32]:
    """Return a point for every item: the landmarks' own, and those of the others."""
    n = len(vectors)
    result = np.empty((n, coords.shape[1]), dtype=np.float32)
    step = max(1, _BLOCK_FLOATS // len(chosen))
    for at in range(0, n, step):
        if cancel is not None and cancel():
            raise Cancelled
        result[at : at + step] = placement.place(vectors[at : at + step])
        if progress is not None:
            progress(min(at + step, n), n, "MDS is placing the other points")
    result[chosen] = coords * scale
    return result


def _apart(
    points: NDArray[np.float32], others: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Return distances on the map, without the difference of squares that would blur them."""
    others = points if others is None else others
    squared: NDArray[np.float32] = np.zeros((len(points), len(others)), dtype=np.float32)
    for axis in range(points.shape[1]):
        squared += (points[:, axis, None] - others[:, axis]) ** 2
    return np.sqrt(squared, out=squared)


def _squares(matrix: NDArray[np.float32]) -> float:
    flat = matrix.ravel()
    return float(np.einsum("i,i->", flat, flat, dtype=np.float64))


SPEC = Mds(
    name="mds",
    label="MDS",
    about=(
        "Keeps all distances as well as a flat map can, the large ones first; near neighbours are "
        "often squeezed together with strangers. Its stress says how badly the distances fit."
    ),
    source="Kruskal, 1964; de Leeuw, 1977; landmarks: de Silva and Tenenbaum, 2004",
    params=(
        Param(
            "landmarks",
            "Landmarks",
            "number",
            1000,
            "Up to so many items all distances count; of more, so many are laid out first and the "
            "others placed by their distances to them.",
            minimum=50,
            maximum=3000,
            step=50,
        ),
        Param(
            "max_iter",
            "Rounds",
            "number",
            300,
            "How long the points are moved at most; it ends where the stress stays as it is.",
            minimum=10,
            maximum=1000,
            step=10,
        ),
    ),
)
