"""A table of a TOML file of lessons or questions, read so that no mistake in it goes unseen."""

from __future__ import annotations

from typing import Any, TypeVar

from embedding_core.errors import InputError

T = TypeVar("T")


class Entries:
    """A table of a file, each of whose entries is taken once; what is left over is a mistake."""

    def __init__(self, content: object) -> None:
        if not isinstance(content, dict):
            raise InputError(f"it holds {content!r} where a table is expected.")
        self._content = dict(content)

    def take(self, name: str, kind: type[T] | tuple[type, ...], default: Any = None) -> T:
        """Return an entry of a kind; it has to be there where no default is given."""
        value = self._content.pop(name, default)
        if value is None:
            raise InputError(f"it has no {name}.")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise InputError(f"its {name} is {value!r}, of another kind than expected.")
        return value  # type: ignore[return-value]

    def rest(self) -> dict[str, Any]:
        """Return what was not taken."""
        return self._content

    def end(self) -> None:
        """Check that nothing is left over."""
        if self._content:
            raise InputError(f"it has {', '.join(self._content)}, which nothing reads.")
