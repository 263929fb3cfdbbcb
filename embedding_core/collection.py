"""What the user brought: items with ids, lazily decoded content, a table and a context."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, overload

import numpy as np

from embedding_core.errors import ContractError, EmptyCollectionError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


# Half of a UTF-16 pair (from a file name or a script) and NUL: no file takes them.
_UNWRITABLE = re.compile("[\ud800-\udfff\0]")


def writable(text: str) -> str:
    """Return text that can be stored and sent: what no UTF-8 file can hold becomes “\ufffd”."""
    return _UNWRITABLE.sub("\ufffd", text)


class Payload(Protocol):
    """A lazy handle on one item's content."""

    def digest(self) -> bytes:
        """Return 16 bytes that stand for the content."""

    def load(self) -> Any:
        """Decode the content; raises UnreadableItemError where that fails."""


def digest_of(*parts: bytes | memoryview | str) -> bytes:
    """Return the 16-byte BLAKE2b digest of parts, kept apart by their lengths."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.digest()


def array_digest(array: NDArray[Any]) -> bytes:
    """Return the 16-byte digest of an array's type, shape and values."""
    head = f"{array.dtype.str}{array.shape}"
    content = np.ascontiguousarray(array).data.cast("B") if array.size else memoryview(b"")
    return digest_of(head, content)


@dataclass(frozen=True, slots=True)
class Text:
    """A payload that is its own content: a word, a sentence, a document."""

    value: str

    def digest(self) -> bytes:
        """Return 16 bytes that stand for the text."""
        return digest_of(self.value)

    def load(self) -> str:
        """Return the text."""
        return self.value


@dataclass(frozen=True, slots=True)
class VectorRow:
    """A payload that is one row of a matrix."""

    row: NDArray[np.float32]

    def digest(self) -> bytes:
        """Return 16 bytes that stand for the numbers."""
        return array_digest(self.row)

    def load(self) -> NDArray[np.float32]:
        """Return the vector, (dim,) float32."""
        return self.row


class VectorRows(Sequence[VectorRow]):
    """The rows of one matrix as payloads, without an object for each until it is asked for.

    Parameters
    ----------
    matrix : ndarray of shape (n, dim), float32
        Kept as it is and made read-only.
    """

    def __init__(self, matrix: NDArray[np.float32]) -> None:
        if matrix.ndim != 2 or matrix.dtype != np.float32:
            raise ContractError(f"VectorRows got {matrix.dtype} {matrix.shape}, not float32 (n, d)")
        self.matrix = matrix
        self.matrix.setflags(write=False)

    def __len__(self) -> int:
        return len(self.matrix)

    @overload
    def __getitem__(self, index: int) -> VectorRow: ...
    @overload
    def __getitem__(self, index: slice) -> VectorRows: ...
    def __getitem__(self, index: int | slice) -> VectorRow | VectorRows:
        if isinstance(index, slice):
            return VectorRows(self.matrix[index])
        return VectorRow(self.matrix[index])

    def take(self, positions: NDArray[np.intp]) -> VectorRows:
        """Return the rows at `positions`, in that order."""
        return VectorRows(self.matrix[positions])


@dataclass(frozen=True, eq=False)
class Collection:
    """Items of one modality.

    Attributes
    ----------
    ids : tuple of str
        One per item, unique. Build with :meth:`of` where they may repeat.
    payloads : sequence of Payload
        The content, in the order of `ids`.
    table : pandas.DataFrame
        The item's own columns, one row per item, numbered from 0.
    modality : str
        ``"text"``, ``"image"``, ``"audio"``, ``"graph"``, ``"ratings"`` or ``"vectors"``.
    unit : str
        Within text: ``"word"``, ``"sentence"`` or ``"document"``; else empty.
    context : object
        What belongs to the whole and to no single item (a graph, ratings), or None. It offers
        ``digest() -> bytes``.
    notes : tuple of str
        What was changed or left out on reading, as sentences for the person.
    name : str
        What the collection is called on screen.
    """

    ids: tuple[str, ...]
    payloads: Sequence[Payload]
    table: pd.DataFrame
    modality: str
    unit: str = ""
    context: Any = None
    notes: tuple[str, ...] = ()
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        n = len(self.ids)
        if not n:
            raise EmptyCollectionError(
                "Nothing was found to show; bring at least one item, or pick a built-in set."
            )
        if len(self.payloads) != n or len(self.table) != n:
            raise ContractError(
                f"{n} ids, {len(self.payloads)} payloads and {len(self.table)} table rows"
            )
        if len(set(self.ids)) != n:
            raise ContractError("collection ids repeat")

    @classmethod
    def of(
        cls,
        ids: Iterable[str],
        payloads: Sequence[Payload],
        table: pd.DataFrame | None = None,
        *,
        modality: str,
        unit: str = "",
        context: Any = None,
        notes: Iterable[str] = (),
        name: str = "",
    ) -> Collection:
        """Build a collection; ids that repeat get a number, and a note says so."""
        import pandas as pd

        unique, numbered = _unique([writable(id_) for id_ in ids])
        if numbered:
            many = "id was" if len(numbered) == 1 else "ids were"
            notes = [*notes, f"{len(numbered):,} repeated {many} numbered, as in “{numbered[0]}”."]
        if table is None:
            table = pd.DataFrame(index=range(len(unique)))
        return cls(
            ids=tuple(unique),
            payloads=payloads,
            table=table.reset_index(drop=True),
            modality=modality,
            unit=unit,
            context=context,
            notes=tuple(notes),
            name=name,
        )

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def fingerprint(self) -> str:
        """Hex digest of ids, contents, table and context: equal for equal collections."""
        import pandas as pd

        if isinstance(self.payloads, VectorRows):
            content = array_digest(self.payloads.matrix)
        else:
            content = digest_of(*(payload.digest() for payload in self.payloads))
        rows = pd.util.hash_pandas_object(self.table.astype(str), index=False).to_numpy()
        context = b"" if self.context is None else self.context.digest()
        columns = "\0".join(map(str, self.table.columns))
        parts = ("\0".join(self.ids), content, columns, rows.tobytes(), context)
        return digest_of(self.modality, self.unit, *parts).hex()

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each id stands."""
        return {id_: index for index, id_ in enumerate(self.ids)}

    def take(self, positions: Iterable[int]) -> Collection:
        """Return the items at `positions`, in that order; context and name stay."""
        kept = np.fromiter(positions, dtype=np.intp)
        payloads = self.payloads
        return replace(
            self,
            ids=tuple(self.ids[i] for i in kept),
            payloads=payloads.take(kept)
            if isinstance(payloads, VectorRows)
            else [payloads[i] for i in kept],
            table=self.table.iloc[kept].reset_index(drop=True),
        )

    def with_column(self, name: str, cells: Sequence[Any]) -> Collection:
        """Return the same items with one column more; one of that name gives way."""
        return replace(self, table=self.table.assign(**{name: cells}))

    def select(self, ids: Iterable[str]) -> Collection:
        """Return the items with these ids, in that order."""
        return self.take(self.positions[id_] for id_ in ids)


def _unique(ids: list[str]) -> tuple[list[str], list[str]]:
    """Return all ids, the second and later of equal ones numbered, and the numbered ones."""
    taken = set(ids)
    if len(taken) == len(ids):
        return ids, []
    seen: Counter[str] = Counter()
    result, numbered = [], []
    for id_ in ids:
        seen[id_] += 1
        name = id_
        number = seen[id_]
        while number > 1 and name in taken:
            name = f"{id_} ({number})"
            number += 1
        if name != id_:
            taken.add(name)
            numbered.append(name)
        result.append(name)
    return result, numbered
