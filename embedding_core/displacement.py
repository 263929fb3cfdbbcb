"""How far an item moved among the others when something was done to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import ContractError, InputError
from embedding_core.exact import top
from embedding_core.similarity import DISTANCES, check_metric, pairwise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding

_ROUNDING = 1e-6


@dataclass(frozen=True)
class Displacement:
    """An item's place among the others, before and after.

    Attributes
    ----------
    k : int
        How many neighbours are compared.
    kept : int
        How many of its `k` nearest others are still among the `k` nearest, from 0 to `k`. The item
        itself is not counted.
    passed : int
        How many others lie nearer to what it became than it does itself, from 0 to n - 1.
    n_others : int
    score : float
        How like each other both are, by the metric: a similarity, or a distance.
    """

    k: int
    kept: int
    passed: int
    n_others: int
    score: float


def displacement(
    embedding: Embedding,
    id_: str,
    vector: NDArray[np.float32],
    *,
    metric: str = "cosine",
    k: int = 10,
) -> Displacement:
    """Compare an item's neighbours with those of what became of it.

    Only ranks among the same others are compared, so that models of any scale can stand side by
    side.

    Parameters
    ----------
    embedding : Embedding
        All items, the unchanged one among them.
    id_ : str
        Which item.
    vector : ndarray of shape (dim,), float32
        What became of it, in the same space.
    metric : str
        What near means.
    k : int
        How many neighbours; fewer than half of the others are taken where there are few.

    Returns
    -------
    Displacement

    Raises
    ------
    InputError
        If there are no others.
    """
    check_metric(metric)
    if vector.shape != (embedding.dim,):
        raise ContractError(f"a vector of shape {vector.shape} among those of {embedding.dim}")
    n = len(embedding) - 1
    if n < 1:
        raise InputError("There is no other item, so nothing moves among them; bring more.")
    k = min(k, max(1, n // 2))
    at = embedding.position(id_)
    both = np.stack([embedding.vectors[at], vector])
    scores = pairwise(both, embedding.vectors, metric)
    own = float(scores[1, at])
    others = np.delete(scores, at, axis=1)
    # Of two that are the same to the last digit of a float32, neither is nearer.
    margin = _ROUNDING * max(abs(own), float(np.abs(others[1]).max()))
    before, after = (set(row) for row in top(others, k)[0].tolist())
    return Displacement(
        k=k,
        kept=len(before & after),
        passed=int((others[1] > own + margin).sum()),
        n_others=n,
        score=-own if metric in DISTANCES else own,
    )
