"""What a file says of how its vectors and its map were made, and how they were looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from embedding_core.collection import digest_of
from embedding_core.params import ParamValue

KEY = b"embedding_explorer"


@dataclass(frozen=True)
class Origin:
    """Written into a file's metadata, read back with it.

    Attributes
    ----------
    space, spec_name : str
        The space of the vectors and the model that made them; empty where unknown.
    params : mapping
        The model's settings, the seed of a training among them.
    projection : mapping or None
        Method, metric, parameters and seed of the coordinates kept beside the vectors.
    versions : mapping
        Packages and their versions at the time.
    fingerprint : str
        Of the embedding as it was written.
    version : int
        Of the layout of the file; 0 before layouts were counted.
    view : mapping or None
        How it was looked at, as whoever wrote the file put it: choices of a page, in JSON.
    """

    space: str = ""
    spec_name: str = ""
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    projection: Mapping[str, object] | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    version: int = 0
    view: Mapping[str, Any] | None = None

    def digest(self) -> bytes:
        """Return 16 bytes that stand for it."""
        return digest_of(self.to_json())

    def to_json(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(
            {
                "space": self.space,
                "model": self.spec_name,
                "params": dict(self.params),
                "projection": None if self.projection is None else dict(self.projection),
                "versions": dict(self.versions),
                "fingerprint": self.fingerprint,
                "version": self.version,
                "view": None if self.view is None else dict(self.view),
            },
            sort_keys=True,
        )

    @classmethod
    def from_metadata(cls, metadata: Mapping[bytes, bytes] | None) -> Origin | None:
        """Read it from a file's metadata; None where it is another program's file."""
        raw = (metadata or {}).get(KEY)
        if raw is None:
            return None
        try:
            data = json.loads(raw)
            view = data.get("view")
            return cls(
                space=str(data["space"]),
                spec_name=str(data["model"]),
                params=dict(data["params"]),
                projection=data.get("projection"),
                versions=dict(data.get("versions", {})),
                fingerprint=str(data.get("fingerprint", "")),
                version=int(data.get("version", 0)),
                view=dict(view) if view else None,
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # Edited by hand: the vectors are still good, only their origin is unknown.
            return None
