"""What is on screen, as a program has to make it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from embedding_core.embedders import EMBEDDERS
from embedding_core.params import ParamValue
from embedding_core.preprocessing import PREPROCESSINGS, RAW
from embedding_core.projection import FEWEST_ITEMS
from embedding_core.projectors import PROJECTORS
from embedding_core.samples import SAMPLES
from embedding_core.snippets.source import Source

if TYPE_CHECKING:
    from embedding_core.collection import Collection


@dataclass(frozen=True)
class Recipe:
    """The choices behind a view, all of them checked; the attributes are those of `snippet`."""

    source: Source
    model: str
    params: Mapping[str, ParamValue]
    corpus: str
    model_seed: int
    projector: str
    projector_params: Mapping[str, ParamValue]
    n_components: int
    metric: str
    seed: int
    color: str
    preprocessing: str
    only: tuple[str, ...]

    @cached_property
    def known(self) -> Collection | None:
        """The items, where they are built-in or typed; None where they are in a person's file."""
        from embedding_core.modalities.passages import sentences
        from embedding_core.modalities.text import words

        if self.source.sample:
            return SAMPLES[self.source.sample].read()
        if self.source.path:
            return None
        are_words = not self.model or EMBEDDERS[self.model].unit == "word"
        return (words if are_words else sentences)(self.source.words)

    @property
    def are_few(self) -> bool:
        """Whether there are too few items to have neighbours, as far as can be told."""
        known = len(self.only) or (len(self.known) if self.known is not None else FEWEST_ITEMS)
        return known < FEWEST_ITEMS

    @property
    def title(self) -> str:
        """What is seen, in a line."""
        parts = [self.known.name if self.known is not None else self.source.path]
        if self.model:
            parts.append(EMBEDDERS[self.model].label)
        if self.preprocessing != RAW:
            parts.append(PREPROCESSINGS[self.preprocessing].label.lower())
        parts.append(f"{PROJECTORS[self.projector].label} by {self.metric}")
        return "; ".join(" ".join(part.split()) for part in parts)
