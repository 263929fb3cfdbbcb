"""What a reader of graphs finds, and how much it may be."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import InputError, TooLargeError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

DIRECTIONS = ("auto", "yes", "no")


@dataclass(frozen=True)
class Asked:
    """How a person wants a file of a graph to be read.

    Attributes
    ----------
    columns : tuple of str
        Of an edge list: the columns where edges begin, where they end, and their weights.
    directed : {"auto", "yes", "no"}
        Whether edges have a direction; "auto" takes what the file says, and none where it does not.
    most_edges : int
        How many edges may be read.
    """

    columns: tuple[str, ...] = ()
    directed: str = "auto"
    most_edges: int = 2_000_000

    def has_direction(self, told: bool) -> bool:
        """Return whether edges have a direction, by what the file says and what was asked for."""
        if self.directed not in DIRECTIONS:
            raise InputError(f"directed got {self.directed!r}; it takes {', '.join(DIRECTIONS)}.")
        return told if self.directed == "auto" else self.directed == "yes"


@dataclass(frozen=True, eq=False)
class Found:
    """What a file says of a graph, not yet checked.

    Attributes
    ----------
    names : sequence of str
        One per node; they may repeat.
    columns : pandas.DataFrame
        What the file says of its nodes, a row for each.
    sources, targets : ndarray of shape (m,), int64
        Where edges begin and end, as places in `names`.
    weights : ndarray of shape (m,), float64, or None
        As the file has them; NaN where it has no number.
    directed : bool
    notes : sequence of str
    """

    names: Sequence[str]
    columns: pd.DataFrame = field(repr=False)
    sources: NDArray[np.int64] = field(repr=False)
    targets: NDArray[np.int64] = field(repr=False)
    weights: NDArray[np.float64] | None = field(default=None, repr=False)
    directed: bool = False
    notes: Sequence[str] = ()


def most_edges(from_disk: bool) -> int:
    """Return how many edges a graph may have, from ``EMBEDDING_MAX_EDGES``.

    Where nothing is set: 2 million where it was uploaded, and 50 million from a file of this
    machine, as the command line and Python read it.
    """
    default = 50_000_000 if from_disk else 2_000_000
    return int(os.environ.get("EMBEDDING_MAX_EDGES") or default)


def check_edges(n_edges: int, name: str, asked: Asked) -> None:
    """Raise TooLargeError where a graph has more edges than may be read."""
    if n_edges > asked.most_edges:
        raise TooLargeError(
            f"{name} has {n_edges:,} edges and the limit for an upload is {asked.most_edges:,}; "
            "bring fewer, run `python -m embedding_core` on the file in a shell, which reads more, "
            "or set EMBEDDING_MAX_EDGES to a higher number before starting."
        )


def of_records(
    nodes: Mapping[Any, Mapping[str, Any]],
    edges: Sequence[tuple[Any, Any, Any]],
    *,
    weighted: bool,
    directed: bool,
    notes: Sequence[str] = (),
) -> Found:
    """Put together what a file says node by node and edge by edge.

    Parameters
    ----------
    nodes : mapping
        By key, what is said of each.
    edges : sequence of (key, key, weight)
        Weights that are no numbers become NaN.
    weighted : bool
        Whether the weights say anything.
    directed : bool
    notes : sequence of str
    """
    import pandas as pd

    place = {key: i for i, key in enumerate(nodes)}
    begin = np.fromiter((place[edge[0]] for edge in edges), dtype=np.int64, count=len(edges))
    end = np.fromiter((place[edge[1]] for edge in edges), dtype=np.int64, count=len(edges))
    weights = None
    if weighted:
        cells = pd.Series([edge[2] for edge in edges], dtype=object)
        weights = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64)
    rows = [
        {str(k): v for k, v in said.items() if isinstance(v, (str, int, float, bool))}
        for said in nodes.values()
    ]
    columns = pd.DataFrame(rows, index=range(len(nodes)))
    return Found([str(key) for key in nodes], columns, begin, end, weights, directed, notes)
