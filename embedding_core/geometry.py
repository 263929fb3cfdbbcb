"""The shape of a cloud of vectors: how much it points one way, and whether it has hubs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import InputError
from embedding_core.neighbors import neighbor_graph
from embedding_core.projectors.pca import components
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress

HUB_ITEMS = 20_000
"""Above this many items, hubs are looked for among that many of them."""


@dataclass(frozen=True)
class Anisotropy:
    """How much a cloud of vectors points one way.

    Attributes
    ----------
    mean_cosine : float
        Of two different items, over all pairs, in [-1, 1] (Ethayarajh, 2019): 0 where all
        directions are used alike. Items of length 0 have no direction and are left out; NaN where
        fewer than two have one.
    first_share : float
        Share of the variance along the widest direction, in [0, 1]; 0 where there is none.
    dim : int
        Of the vectors: spread evenly, each direction would hold 1 / dim.
    """

    mean_cosine: float
    first_share: float
    dim: int


@dataclass(frozen=True, eq=False)
class Hubness:
    """How unevenly items occur among the neighbours of others.

    Attributes
    ----------
    k : int
        Neighbours per item.
    ids : tuple of str
        The items looked at: all of them, or a sample of large embeddings.
    occurrences : ndarray of shape (n,), intp
        Among how many other items' `k` nearest each is; `k` on average.
    is_sampled : bool
    """

    k: int
    ids: tuple[str, ...] = field(repr=False)
    occurrences: NDArray[np.intp] = field(repr=False)
    is_sampled: bool = False

    @property
    def skewness(self) -> float:
        """Of the occurrences (Radovanovic et al., 2010): about 0 without hubs, above 1 with some.

        0 where all occur equally often.
        """
        apart = self.occurrences - self.occurrences.mean()
        spread = float(apart.std())
        return float((apart**3).mean() / spread**3) if spread > 0 else 0.0

    @property
    def antihub_share(self) -> float:
        """Share of items that are among nobody's neighbours, in [0, 1]."""
        return float((self.occurrences == 0).mean())

    @property
    def largest_hub(self) -> tuple[str, int]:
        """The item among most others' neighbours, and of how many; the first of equals."""
        at = int(self.occurrences.argmax())
        return self.ids[at], int(self.occurrences[at])


def anisotropy(embedding: Embedding) -> Anisotropy:
    """Measure how much a cloud of vectors points one way.

    Exact, without looking at pairs: the mean cosine of all pairs follows from the length of the
    sum of all directions.
    """
    directions = unit(embedding.vectors).astype(np.float64)
    n = int(directions.any(axis=1).sum())
    total = directions.sum(axis=0)
    own = float((directions * directions).sum())
    mean = (float(total @ total) - own) / (n * (n - 1)) if n > 1 else float("nan")
    first = float(components(embedding.vectors, 1).explained[0])
    return Anisotropy(mean, first, embedding.dim)


def hubness(
    embedding: Embedding,
    metric: str = "cosine",
    k: int = 15,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Hubness:
    """Count among how many other items' neighbours each item is.

    Parameters
    ----------
    embedding : Embedding
        Above 20,000 items, that many of them are drawn, and only these are neighbours.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
    k : int
        Neighbours per item; fewer than half of the items in small embeddings, where everybody
        would be a neighbour of everybody.
    seed : int
        Of the sample.

    Raises
    ------
    InputError
        Of fewer than three items.
    """
    n = len(embedding)
    if n < 3:
        raise InputError(f"Got {n} items; bring three or more, so that one can be a hub.")
    if k < 1:
        raise InputError(f"k got {k}; ask for at least 1 neighbour.")
    if n > HUB_ITEMS:
        drawn = np.random.default_rng(seed).choice(n, HUB_ITEMS, replace=False)
        embedding = embedding.take(np.sort(drawn))
    k = min(k, (len(embedding) - 1) // 2)
    graph = neighbor_graph(embedding, k, metric, progress=progress, cancel=cancel)
    counts = np.bincount(graph.indices.ravel(), minlength=len(embedding))
    return Hubness(k, embedding.ids, counts, n > HUB_ITEMS)
