"""The metric lab: what would change if items were compared or prepared in another way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.comparison import Churn, churn_of, neighbor_rows
from embedding_core.errors import InputError
from embedding_core.preprocessing import PREPROCESSINGS, RAW, preprocess
from embedding_core.similarity import METRICS, check_metric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress

EXACT_ITEMS = 5_000
_SAMPLED_ITEMS = 1_000

Cell = tuple[str, str]
"""A metric, and a preparation of the vectors."""


@dataclass(frozen=True, eq=False)
class MetricLab:
    """What would change, for every metric with every preparation of the vectors.

    Attributes
    ----------
    metric, preprocessing : str
        What the others are measured against.
    churn : mapping of (str, str) to Churn
        For each metric and preprocessing, which neighbours change.
    """

    metric: str
    preprocessing: str
    churn: Mapping[Cell, Churn] = field(repr=False)

    @property
    def k(self) -> int:
        """Neighbours per item."""
        return self.churn[self.metric, self.preprocessing].k

    @property
    def positions(self) -> NDArray[np.intp]:
        """The items looked at: all of them, or a sample."""
        return self.churn[self.metric, self.preprocessing].positions


def metric_lab(
    embedding: Embedding,
    metric: str = "cosine",
    preprocessing: str = RAW,
    k: int = 15,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> MetricLab:
    """Tell how many neighbours every other metric and preparation would change.

    Parameters
    ----------
    embedding : Embedding
        The raw vectors. Preparations are fitted on all items; above 5,000, the neighbours of 1,000
        of them are looked for among all.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
    preprocessing : str
        A name in ``PREPROCESSINGS``; with the metric, what the others are measured against.
    k : int
        Neighbours per item; fewer than half of the items in small collections.
    seed : int
        Of the sample.
    progress, cancel : callable, optional

    Raises
    ------
    UnknownNameError
        If there is no such metric or preprocessing.
    InputError
        Of fewer than three items, or if k is less than 1.
    """
    check_metric(metric)
    PREPROCESSINGS[preprocessing]  # Raises where there is none.
    n = len(embedding)
    if k < 1:
        raise InputError(f"k got {k}; ask for at least 1 neighbour.")
    if n < 3:
        raise InputError(f"Got {n} items; bring three or more, so that neighbours can change.")
    k = min(k, (n - 1) // 2)
    rows = None
    if n > EXACT_ITEMS:
        rows = np.sort(np.random.default_rng(seed).choice(n, _SAMPLED_ITEMS, replace=False))
    near: dict[Cell, NDArray[np.int32]] = {}
    cells = [(each, how) for how in PREPROCESSINGS for each in METRICS]
    wanted = list(dict.fromkeys(map(as_simple, cells)))
    for done, (each, how) in enumerate(wanted):
        if progress is not None:
            progress(done, len(wanted), "ways to compare")
        prepared = preprocess(embedding, how)
        near[each, how] = neighbor_rows(prepared, k, each, rows, cancel=cancel)
    current = near[as_simple((metric, preprocessing))]
    looked_at = np.arange(n) if rows is None else rows
    churn = {cell: churn_of(current, near[as_simple(cell)], looked_at) for cell in cells}
    return MetricLab(metric, preprocessing, churn)


def as_simple(cell: Cell) -> Cell:
    """Return the simplest metric and preparation that puts all neighbours into the same order.

    Moving all items changes no distance, and of vectors of length 1 cosine and dot product are
    the same. Computed once, they also differ in no rounding.
    """
    metric, how = cell
    if how == "centered" and metric in ("euclidean", "manhattan"):
        return metric, RAW
    if how == "normalized" and metric in ("cosine", "dot"):
        return "cosine", RAW
    return cell
