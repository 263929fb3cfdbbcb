"""An immutable, ordered, named mapping: what the program knows of one kind of thing."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, Protocol, TypeVar

from embedding_core.errors import ContractError, UnknownNameError


class Named(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str:
        """The name it is looked up by."""


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T], Generic[T]):
    """Entries by name, in the order given.

    Parameters
    ----------
    kind : str
        What the entries are, for messages: ``"model"``, ``"projector"``.
    entries : iterable
        The entries; each has a unique ``name``.
    """

    def __init__(self, kind: str, entries: Iterable[T]) -> None:
        self.kind = kind
        self._entries: dict[str, T] = {}
        for entry in entries:
            if entry.name in self._entries:
                raise ContractError(f"two {kind}s are called {entry.name!r}")
            self._entries[entry.name] = entry

    def __getitem__(self, name: str) -> T:
        try:
            return self._entries[name]
        except KeyError:
            raise UnknownNameError(self.kind, name, self._entries) from None

    def __contains__(self, name: object) -> bool:
        # Mapping's own version catches KeyError only, and a miss here is an UnknownNameError.
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str, default: T | None = None) -> T | None:  # type: ignore[override]
        """Return the entry, or `default` where there is none."""
        return self._entries.get(name, default)
