"""Where a map and the vectors disagree most: pairs it tore apart, and pairs it pushed together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from embedding_core.errors import SpaceMismatchError, TooLargeError
from embedding_core.similarity import pairwise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.projection import Projection

Kind = Literal["torn", "pushed together"]
MAX_ITEMS = 1_000
"""All of their pairs are compared: half a million."""


@dataclass(frozen=True)
class Disagreement:
    """A pair of items that stand otherwise on a map than among the vectors.

    Attributes
    ----------
    a, b : str
        Ids of the two, in the order of the embedding.
    similarity_rank : int
        Place of the pair among all pairs that were compared, 1 for the most alike.
    map_rank : int
        The same on the map, 1 for the nearest; equal pairs share the mean of their places.
    kind : {"torn", "pushed together"}
        Alike and far on the map, or unlike and near on it.
    """

    a: str
    b: str
    similarity_rank: int
    map_rank: int
    kind: Kind


def disagreements(
    embedding: Embedding,
    projection: Projection,
    positions: Sequence[int] | NDArray[np.integer] | None = None,
    most: int = 20,
) -> list[Disagreement]:
    """Return the pairs whose distance on the map differs most from what the vectors say.

    Distances of the two have no common unit, so that places are compared: of all pairs, ordered by
    similarity under the map's metric, and by distance on the map. A pair is torn where it is among
    the more similar half of the pairs and the farther half on the map, and pushed together where
    it is the other way round.

    Parameters
    ----------
    embedding : Embedding
    projection : Projection
        Of the same items in the same order.
    positions : sequence of int, optional
        Which items' pairs are compared, at most 1,000; all where left out.
    most : int
        How many pairs; half of them of each kind as far as there are so many.

    Returns
    -------
    list of Disagreement
        Torn ones first; of a kind, the pair that differs most first. Empty where all pairs are
        equally alike, or equally far on the map.

    Raises
    ------
    TooLargeError
        If there are more than 1,000 items.
    """
    if embedding.ids != projection.ids:
        raise SpaceMismatchError(
            f"vectors of {len(embedding.ids)} items", f"a map of {len(projection.ids)}"
        )
    n = len(embedding)
    items = np.unique(np.arange(n) if positions is None else np.asarray(positions, dtype=np.intp))
    if len(items) > MAX_ITEMS:
        raise TooLargeError(
            f"All pairs of {len(items):,} items were asked for and the limit is {MAX_ITEMS:,} "
            "items; name some of them by their positions."
        )
    first, second = np.triu_indices(len(items), 1)
    high, low = embedding.vectors[items], projection.coords[items]
    similarity = pairwise(high, high, projection.metric)[first, second]
    nearness = pairwise(low, low, "euclidean")[first, second]
    if not len(first) or similarity.min() == similarity.max() or nearness.min() == nearness.max():
        return []
    alike, near = _places(similarity), _places(nearness)
    middle = (len(first) + 1) / 2
    torn = _largest(near - alike, (alike < middle) & (near > middle), most)
    pushed = _largest(alike - near, (alike > middle) & (near < middle), most)
    torn = torn[: max(most - most // 2, most - len(pushed))]
    pushed = pushed[: most - len(torn)]
    found: list[tuple[int, Kind]] = [(pair, "torn") for pair in torn]
    found += [(pair, "pushed together") for pair in pushed]
    return [
        Disagreement(
            embedding.ids[items[first[pair]]],
            embedding.ids[items[second[pair]]],
            round(float(alike[pair])),
            round(float(near[pair])),
            kind,
        )
        for pair, kind in found
    ]


def _places(nearness: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the place of each, 1 for the largest; equal ones share the mean of theirs."""
    _, group, sizes = np.unique(-nearness, return_inverse=True, return_counts=True)
    places: NDArray[np.float64] = np.cumsum(sizes) - (sizes - 1) / 2
    return places[group]


def _largest(gaps: NDArray[np.float64], allowed: NDArray[np.bool_], most: int) -> list[int]:
    """Return where the largest of the allowed gaps are, at most so many, in descending order."""
    where = np.flatnonzero(allowed)
    order = np.argsort(-gaps[where], kind="stable")[:most]
    found: list[int] = where[order].tolist()
    return found
