"""How often the nearest item has the same label, beside what chance would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import Cancelled, InputError
from embedding_core.neighbors import neighbor_graph
from embedding_core.params import check_seed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress

_FEWEST_ITEMS = 3
_ROUNDS, _FEWEST_ROUNDS = 999, 199
_SHUFFLED = 20_000_000  # Labels in all rounds together, where that leaves enough rounds.
_NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class SameLabel:
    """Whether neighbours share their label.

    Attributes
    ----------
    value : float
        Share of items whose nearest other item has their label, in [0, 1].
    interval : (float, float)
        Its 95% interval for items of the same kind (Wilson, 1927).
    chance : float
        What the share is on average where the labels are dealt out anew.
    chance_range : (float, float)
        Where 95% of such shares lie.
    p_value : float
        How often labels dealt out anew agree at least as much; at least 1 / (`rounds` + 1).
    rounds : int
        How often they were dealt out.
    classes : tuple of str
        The labels, the most frequent first.
    positions : ndarray of shape (m,)
        The items with a label, as places in the embedding.
    codes : ndarray of shape (m,)
        Their labels, places in `classes`.
    nearest : ndarray of shape (m,)
        The nearest of each, a place in `positions`.
    copies : int
        Items whose nearest has the very same vector.
    value_beyond_copies : float or None
        The share among the other items; None where all have a copy.
    metric : str
    """

    value: float
    interval: tuple[float, float]
    chance: float
    chance_range: tuple[float, float]
    p_value: float
    rounds: int
    classes: tuple[str, ...]
    positions: NDArray[np.intp] = field(repr=False)
    codes: NDArray[np.intp] = field(repr=False)
    nearest: NDArray[np.intp] = field(repr=False)
    copies: int
    value_beyond_copies: float | None
    metric: str

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def agrees(self) -> NDArray[np.bool_]:
        """Which items have a nearest one of their label, (m,)."""
        found: NDArray[np.bool_] = self.codes == self.codes[self.nearest]
        return found

    @property
    def is_beyond_chance(self) -> bool:
        """Whether fewer than one in twenty ways to deal out the labels agree as much."""
        return self.p_value < 0.05

    @property
    def sizes(self) -> NDArray[np.intp]:
        """How many items each class has, (n_classes,)."""
        return np.bincount(self.codes, minlength=len(self.classes))

    @property
    def shares(self) -> NDArray[np.float64]:
        """Of each class, the share of its items whose nearest is of it too, (n_classes,)."""
        found: NDArray[np.float64] = np.diag(self.confusion) / self.sizes
        return found

    @property
    def chances(self) -> NDArray[np.float64]:
        """Of each class, the share by chance: how much of the other items it is, (n_classes,)."""
        found: NDArray[np.float64] = (self.sizes - 1) / (len(self) - 1)
        return found

    @property
    def confusion(self) -> NDArray[np.intp]:
        """How many items of each class (rows) have a nearest one of each class (columns)."""
        table = np.zeros((len(self.classes), len(self.classes)), dtype=np.intp)
        np.add.at(table, (self.codes, self.codes[self.nearest]), 1)
        return table

    def confused(self, most: int = 10) -> list[tuple[str, str, NDArray[np.intp]]]:
        """Return the pairs of classes that lie nearest to each other most often.

        Returns
        -------
        list of (str, str, ndarray)
            A class, that of the nearest item, and the items' places in the embedding.
        """
        table = self.confusion
        np.fill_diagonal(table, 0)
        found = []
        for at in np.argsort(-table, axis=None, kind="stable")[:most]:
            own, other = divmod(int(at), len(self.classes))
            if table[own, other]:
                rows = (self.codes == own) & (self.codes[self.nearest] == other)
                found.append((self.classes[own], self.classes[other], self.positions[rows]))
        return found


def same_label(
    embedding: Embedding,
    labels: Sequence[object],
    *,
    metric: str = "cosine",
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> SameLabel:
    """Measure how often the nearest item has the same label.

    Every item is asked in turn and left out of the answer (leave one out; Lachenbruch and Mickey,
    1968). Chance is measured by dealing the same labels out anew while everybody keeps their
    nearest (a permutation test; Phipson and Smyth, 2010). Items without a label neither ask nor
    answer.

    Parameters
    ----------
    embedding : Embedding
    labels : sequence of shape (n,)
        One an item, in the order of ``embedding.ids``; None, NaN or empty where unknown. Each
        different value is a class, numbers too.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
        Who the nearest is.
    seed : int
        Of dealing out.
    progress, cancel : callable, optional

    Returns
    -------
    SameLabel

    Raises
    ------
    InputError
        If there are fewer than three items with a label, or fewer than two classes.
    Cancelled
        If `cancel` said so.
    """
    n, seed = len(embedding), check_seed(seed)
    if len(labels) != n:
        raise InputError(f"Got {len(labels):,} labels for {n:,} items; give one an item.")
    positions, codes, classes = _classes(labels)
    if len(positions) < _FEWEST_ITEMS or len(classes) < 2:
        raise InputError(
            f"Got {len(positions):,} items with a label, of {len(classes):,} different ones; "
            f"neighbours' labels are compared of {_FEWEST_ITEMS} or more items with two or more."
        )
    part = embedding if len(positions) == n else embedding.take(positions)
    graph = neighbor_graph(part, 1, metric, progress=progress, cancel=cancel)
    nearest = graph.indices[:, 0].astype(np.intp)
    agrees = codes == codes[nearest]
    is_copy = (part.vectors == part.vectors[nearest]).all(axis=1)
    dealt = _dealt_out(codes, nearest, seed, progress, cancel)
    low, high = np.quantile(dealt, [0.025, 0.975])
    value, sizes = float(agrees.mean()), np.bincount(codes)
    return SameLabel(
        value=value,
        interval=_wilson(value, len(codes)),
        chance=float((sizes * (sizes - 1.0)).sum() / (len(codes) * (len(codes) - 1.0))),
        chance_range=(float(low), float(high)),
        p_value=float((1 + (dealt >= value).sum()) / (1 + len(dealt))),
        rounds=len(dealt),
        classes=classes,
        positions=positions,
        codes=codes,
        nearest=nearest,
        copies=int(is_copy.sum()),
        value_beyond_copies=None if is_copy.all() else float(agrees[~is_copy].mean()),
        metric=metric,
    )


def _classes(
    labels: Sequence[object],
) -> tuple[NDArray[np.intp], NDArray[np.intp], tuple[str, ...]]:
    """Return which items have a label, each one's class, and the classes by their frequency."""
    import pandas as pd

    from embedding_core.clusters import has_label

    kept = np.array([at for at, label in enumerate(labels) if has_label(label)], dtype=np.intp)
    codes, names = pd.factorize(np.array([str(labels[at]) for at in kept], dtype=object))
    order = np.argsort(-np.bincount(codes, minlength=len(names)), kind="stable")
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    return kept, place[codes], tuple(str(names[at]) for at in order)


def _dealt_out(
    codes: NDArray[np.intp],
    nearest: NDArray[np.intp],
    seed: int,
    progress: Progress | None,
    cancel: Cancel | None,
) -> NDArray[np.float64]:
    """Return the shares that agree where labels are dealt out anew, one a round."""
    rounds = max(_FEWEST_ROUNDS, min(_ROUNDS, _SHUFFLED // len(codes)))
    rng, shares = np.random.default_rng(seed), np.empty(rounds)
    dealt = codes.astype(np.int32)
    for at in range(rounds):
        if cancel is not None and cancel():
            raise Cancelled
        rng.shuffle(dealt)
        shares[at] = (dealt == dealt[nearest]).mean()
        if progress is not None:
            progress(at + 1, rounds, "dealing out labels")
    return shares


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Return the score interval of a share of n (Wilson, 1927)."""
    z = _NORMAL_95
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
