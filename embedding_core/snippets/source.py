"""Where a view's items come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Source:
    """Where a view's items come from: one of the three.

    Attributes
    ----------
    sample : str
        A name in ``SAMPLES``.
    path : str
        A file, ZIP or folder.
    words : str
        Typed words, apart by commas or lines; or sentences, one a line.
    modality : str
        What the file holds; guessed where empty.
    options : mapping
        For reading the file, such as ``column``; for a made-up sample, its settings.
    """

    sample: str = ""
    path: str = ""
    words: str = ""
    modality: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
