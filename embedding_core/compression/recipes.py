"""How vectors can be made smaller: fewer numbers, or less of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from embedding_core.errors import InputError

Reduction = Literal["", "pca", "random"]
Store = Literal["float32", "float16", "int8", "binary", "pq"]

STORES: tuple[Store, ...] = get_args(Store)
_SPOKEN: dict[Store, str] = {
    "float32": "float32",
    "float16": "float16",
    "int8": "int8",
    "binary": "binary",
    "pq": "product quantisation",
}
_REDUCED: dict[Reduction, str] = {"pca": "PCA", "random": "random projection"}
_NAME = re.compile(
    r"(?:(pca|random)(\d+)(?:\+(?=.)|$))?(float32|float16|int8|binary|pq(\d+))?", re.ASCII
)
_SHARES = (2, 4, 8)
_PQ_SHARES = (4, 8, 16)
_FEWEST_PIECED = 64
_MOST_PIECES = 256


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to make vectors smaller.

    Attributes
    ----------
    store : {"float32", "float16", "int8", "binary", "pq"}
        How each number is kept: as 4, 2 or 1 bytes; as one bit, whether it is above the mean; or
        pieces of the vector each as the nearest of at most 256 examples (product quantisation;
        Jégou, Douze and Schmid, 2011).
    reduction : {"", "pca", "random"}
        What is done before: nothing, the directions with the most spread, or a random projection
        (Johnson and Lindenstrauss, 1984).
    dim : int
        How many numbers are left by it; 0 where there is none.
    pieces : int
        Into how many pieces "pq" cuts; 0 for others.
    """

    store: Store = "float32"
    reduction: Reduction = ""
    dim: int = 0
    pieces: int = 0

    def __post_init__(self) -> None:
        if bool(self.reduction) != (self.dim > 0) or (self.store == "pq") != (self.pieces > 0):
            raise InputError(
                f"A compression of reduction {self.reduction!r} to {self.dim} numbers in "
                f"{self.pieces} pieces does not fit together; name a number above 0 for each."
            )

    @classmethod
    def of(cls, name: str) -> Recipe:
        """Return the recipe of a name such as ``int8``, ``pca64``, ``pca64+int8`` or ``pq16``.

        Raises
        ------
        InputError
            If there is none.
        """
        found = _NAME.fullmatch(name.strip().lower())
        if not name.strip() or found is None:
            raise InputError(
                f"“{name}” is no compression; name float32, float16, int8, binary or pq16 (16 "
                "pieces), alone or after pca64+ or random64+ (64 numbers)."
            )
        reduction, dim, store, pieces = found.groups()
        kept: Store = next(each for each in STORES if (store or "float32").startswith(each))
        by: Reduction = next((each for each in _REDUCED if each == reduction), "")
        return cls(kept, by, int(dim or 0), int(pieces or 0))

    @property
    def name(self) -> str:
        """As :meth:`of` reads it."""
        store = f"pq{self.pieces}" if self.store == "pq" else self.store
        if not self.reduction:
            return store
        reduced = f"{self.reduction}{self.dim}"
        return reduced if store == "float32" else f"{reduced}+{store}"

    @property
    def label(self) -> str:
        """As it is read on screen."""
        store = _SPOKEN[self.store]
        if self.store == "pq":
            store = f"{store}, {self.pieces} {'piece' if self.pieces == 1 else 'pieces'}"
        if not self.reduction:
            return store
        reduced = f"{_REDUCED[self.reduction]} to {self.dim}"
        return reduced if store == "float32" else f"{reduced}, {store}"

    @property
    def short(self) -> str:
        """The same, where there is little room."""
        short = self.label.replace(_SPOKEN["pq"], "PQ")
        return short.replace(_REDUCED["random"], "random")

    @property
    def family(self) -> str:
        """What it does above all, for colours."""
        if self.reduction and self.store != "float32":
            return "both"
        return _REDUCED[self.reduction] if self.reduction else _SPOKEN[self.store]


ORIGINAL = Recipe()


def ladder(dim: int, n_items: int) -> tuple[Recipe, ...]:
    """Return the recipes that are worth a look for vectors of a length, the largest first.

    Parameters
    ----------
    dim : int
        Length of the vectors.
    n_items : int
        How many there are: few cannot be summed up by directions or by examples.
    """
    found = [ORIGINAL, Recipe("float16"), Recipe("int8")]
    smaller = [dim // share for share in _SHARES]
    found += [Recipe("float32", "pca", d) for d in smaller if 2 <= d < n_items]
    found += [Recipe("float32", "random", d) for d in smaller if d >= 2]
    found += [Recipe("int8", "pca", d) for d in smaller[:2] if 2 <= d < n_items]
    if n_items >= _FEWEST_PIECED:
        pieces = [min(dim // share, _MOST_PIECES) for share in _PQ_SHARES]
        found += [Recipe("pq", pieces=m) for m in dict.fromkeys(pieces) if m >= 1]
    found.append(Recipe("binary"))
    return tuple(dict.fromkeys(found))
