"""What two users rated both, and which users rated both of two items: evidence of likeness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.ratings import Ratings, Role


@dataclass(frozen=True, eq=False)
class Overlap:
    """What two users have in common, or two items.

    Attributes
    ----------
    shared : ndarray of shape (n,), int64
        The items that both users rated, or the users who rated both items; rising places.
    first, second : ndarray of shape (n,), float64
        The ratings of the one and of the other.
    by_chance : float
        How many would be shared if who rated the one rated the other no oftener than anybody does.
    """

    shared: NDArray[np.int64]
    first: NDArray[np.float64]
    second: NDArray[np.float64]
    by_chance: float

    def __len__(self) -> int:
        return len(self.shared)

    @property
    def difference(self) -> float:
        """How far the two ratings lie apart on average; NaN where nothing is shared."""
        return float(np.abs(self.first - self.second).mean()) if len(self) else float("nan")


def overlaps(ratings: Ratings, role: Role, one: int, others: Sequence[int]) -> tuple[Overlap, ...]:
    """Return what a user shares with each of some others, or an item with other items.

    Parameters
    ----------
    ratings : Ratings
    role : {"user", "item"}
        Of all of them.
    one : int
        Its place among the users, or among the items.
    others : sequence of int
    """
    own, other = (ratings.users, ratings.items), (ratings.items, ratings.users)
    mine, theirs = own if role == "user" else other
    n = ratings.n_items if role == "user" else ratings.n_users
    here = mine == one
    rated = np.full(n, np.nan)
    rated[theirs[here]] = ratings.values[here]
    found = []
    for place in others:
        there = mine == place
        about, values = theirs[there].astype(np.int64), ratings.values[there].astype(np.float64)
        both = ~np.isnan(rated[about])
        order = np.argsort(about[both], kind="stable")
        shared = about[both][order]
        chance = int(here.sum()) * len(about) / n
        found.append(Overlap(shared, rated[shared], values[both][order], chance))
    return tuple(found)
