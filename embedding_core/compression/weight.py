"""What items weigh before they are vectors: files, pixels, samples, letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embedding_core.collection import Text

if TYPE_CHECKING:
    from embedding_core.collection import Collection

_COLOURS = 3
_SAMPLE_BYTES = 2


@dataclass(frozen=True)
class Weight:
    """What all items of a collection weigh in one form.

    Attributes
    ----------
    form : {"text", "file", "pixels", "samples"}
        Text as UTF-8; the files as they were brought; pictures decoded, one byte a colour; sounds
        decoded, two bytes a sample.
    nbytes : int
        Of all together.
    n_items : int
        How many have that form.
    """

    form: str
    nbytes: int
    n_items: int


def raw_weights(collection: Collection) -> tuple[Weight, ...]:
    """Return what the items weigh as they were brought, and decoded; nothing is decoded for it.

    Items that are no more than their vectors, nodes of graphs, users and items weigh nothing of
    their own: for those it is empty.
    """
    from embedding_core.modalities.audio import Clip
    from embedding_core.modalities.image import Picture

    sums: dict[str, list[int]] = {}

    def add(form: str, nbytes: int) -> None:
        known = sums.setdefault(form, [0, 0])
        known[0] += nbytes
        known[1] += 1

    for payload in collection.payloads:
        if isinstance(payload, Text):
            add("text", len(payload.load().encode()))
        elif isinstance(payload, Picture):
            add("file", payload.content.nbytes)
            add("pixels", payload.width * payload.height * _COLOURS)
        elif isinstance(payload, Clip):
            add("file", payload.content.nbytes)
            add("samples", round(payload.seconds * payload.rate) * payload.channels * _SAMPLE_BYTES)
        else:
            break
    return tuple(Weight(form, nbytes, n) for form, (nbytes, n) in sums.items())
