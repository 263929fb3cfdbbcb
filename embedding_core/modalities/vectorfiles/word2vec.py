"""Words with vectors as word2vec, GloVe and FastText write them, taken as ready-made vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import writable
from embedding_core.modalities.base import max_items
from embedding_core.modalities.tables import is_number
from embedding_core.modalities.vectorfiles.base import Asked, Blob, Found, Reader, head_of, on_disk

if TYPE_CHECKING:
    from embedding_core.wordvectors import WordVectors

_PEEK = 1 << 16
_FEWEST = 3


def is_word_vectors(head: bytes) -> bool:
    """Tell whether a text file holds words with numbers, from its first bytes.

    A first line of two whole numbers, how many and how long, or three or more numbers after the
    first word of every line.
    """
    lines = head.decode("utf-8", "replace").split("\n")
    if len(head) >= _PEEK and len(lines) > 1:
        lines.pop()
    rows = [line.split() for line in lines[:20] if line.strip()]
    if len(rows) > 1 and len(rows[0]) == 2 and all(cell.isdigit() for cell in rows[0]):
        return len(rows[1]) == int(rows[0][1]) + 1 and all(map(is_number, rows[1][1:]))
    return bool(rows) and all(
        len(row) == len(rows[0]) > _FEWEST and all(map(is_number, row[1:])) for row in rows
    )


def _read(source: Blob, name: str, asked: Asked) -> Found:
    """Read through the same code as the model "Word vectors from a file"."""
    import pandas as pd

    from embedding_core.embedders.wordfile import SPECS
    from embedding_core.errors import ExplorerError, UnreadableItemError

    spec, limit = SPECS[0], max_items()
    with on_disk(source, name) as path:
        try:
            read: WordVectors = spec.load({"path": str(path), "limit": limit})
        except UnreadableItemError as problem:
            raise UnreadableItemError(name, problem.reason) from problem
        except ExplorerError as problem:
            # The person knows the file by its own name.
            raise type(problem)(str(problem).replace(path.name, name)) from problem
    words = [writable(str(word)) for word in read.words[:limit]]
    notes = []
    if len(read.words) >= limit:
        notes.append(
            f"The first {limit:,} words of {name} were read, usually the most frequent; set "
            "EMBEDDING_MAX_ITEMS to a higher number before starting to read more."
        )
    elif (told := _told_count(source)) and told > len(read.words) + len(read.unusable):
        notes.append(
            f"{name} says it holds {told:,} words, and {len(words):,} different ones were found."
        )
    if read.unusable:
        named = ", ".join(f"“{word}”" for word in sorted(read.unusable)[:5])
        more = ", ..." if len(read.unusable) > 5 else ""
        vectors = "word has" if len(read.unusable) == 1 else "words have"
        were = "was" if len(read.unusable) == 1 else "were"
        notes.append(
            f"{len(read.unusable):,} {vectors} NaN or infinity in the vector and {were} left out: "
            f"{named}{more}."
        )
    # No column: the words are the ids, and nothing else is known of them.
    return Found(np.asarray(read.matrix[:limit]), pd.DataFrame({"id": words}), notes)


def _told_count(source: Blob) -> int:
    """Return how many words the first line says there are; 0 where it does not."""
    first = head_of(source, 64).split(b"\n")[0].split()
    return int(first[0]) if len(first) == 2 and all(cell.isdigit() for cell in first) else 0


READERS = (Reader((".vec", ".w2v", ".bin", ".txt"), _read),)
