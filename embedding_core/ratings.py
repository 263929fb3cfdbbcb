"""Ratings: what users thought of items, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from embedding_core.collection import array_digest, digest_of
from embedding_core.errors import ContractError, InputError

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

    from embedding_core.collection import Collection

Role = Literal["user", "item"]


@dataclass(frozen=True, slots=True)
class Rated:
    """A payload that is one user or item of the ratings in its collection's context.

    Attributes
    ----------
    role : {"user", "item"}
    position : int
        Its place among the users, or among the items.
    name : str
    """

    role: Role
    position: int
    name: str

    def digest(self) -> bytes:
        """Return 16 bytes that stand for the user or item; its ratings are the context's."""
        return digest_of(self.role, self.name)

    def load(self) -> int:
        """Return its place among the users, or among the items."""
        return self.position


@dataclass(frozen=True, eq=False)
class Ratings:
    """Each entry is what one user thought of one item; no pair of them occurs twice.

    The collection they belong to lists all users first, then all items, so that item `j` is node
    ``n_users + j`` of it.

    Attributes
    ----------
    n_users, n_items : int
    users, items : ndarray of shape (m,), int32
        Positions, sorted by user, then by item.
    values : ndarray of shape (m,), float32
        Finite. All 1 where the data says only that something was used or liked.
    timestamps : ndarray of shape (m,), int64, or None
        Seconds since 1970.
    """

    n_users: int
    n_items: int
    users: NDArray[np.int32]
    items: NDArray[np.int32]
    values: NDArray[np.float32]
    timestamps: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        m = len(self.users)
        kinds = [array.dtype.name for array in (self.users, self.items, self.values)]
        if kinds != ["int32", "int32", "float32"]:
            raise ContractError(f"ratings of {', '.join(kinds)}")
        if self.items.shape != (m,) or self.values.shape != (m,):
            raise ContractError(f"{m} users, {len(self.items)} items, {len(self.values)} values")
        times = self.timestamps
        if times is not None and (times.shape != (m,) or times.dtype != np.int64):
            raise ContractError(f"timestamps {times.dtype} {times.shape} for {m} ratings")
        for places, n in ((self.users, self.n_users), (self.items, self.n_items)):
            if m and not 0 <= places.min() <= places.max() < n:
                raise ContractError(f"ratings of {n} speak of others")
        keys = self.users * np.int64(max(self.n_items, 1)) + self.items
        if (np.diff(keys) <= 0).any() or not np.isfinite(self.values).all():
            raise ContractError("ratings are out of order, twice or not finite")
        for array in (self.users, self.items, self.values, times):
            if array is not None:
                array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.users)

    @property
    def is_implicit(self) -> bool:
        """Whether all values are the same: only that something was used is known."""
        return not len(self) or bool((self.values == self.values[0]).all())

    def matrix(self) -> sp.csr_array:
        """Return the values as a sparse matrix, (n_users, n_items) float32; 0 is a value too."""
        import scipy.sparse as sp

        offsets = np.searchsorted(self.users, np.arange(self.n_users + 1))
        shape = (self.n_users, self.n_items)
        return sp.csr_array((self.values, self.items, offsets.astype(np.int64)), shape=shape)

    def keep(self, chosen: NDArray[np.bool_]) -> Ratings:
        """Return some of the ratings, by a mask, among the same users and items."""
        times = None if self.timestamps is None else self.timestamps[chosen]
        return Ratings(
            self.n_users,
            self.n_items,
            self.users[chosen],
            self.items[chosen],
            self.values[chosen],
            times,
        )

    def digest(self) -> bytes:
        """Return 16 bytes that stand for all of it."""
        times = b"" if self.timestamps is None else array_digest(self.timestamps)
        parts = [array_digest(array) for array in (self.users, self.items, self.values)]
        return digest_of(f"{self.n_users} {self.n_items}", *parts, times)


def ratings_of(collection: Collection) -> Ratings:
    """Return a collection's ratings. Raises InputError where it has none."""
    ratings = collection.context
    if not isinstance(ratings, Ratings) or not len(ratings):
        raise InputError(
            "Matrix factorization learns from ratings, and these items have none; bring a table of "
            "user, item and rating."
        )
    return ratings
