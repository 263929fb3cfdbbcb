"""Sounds in rows, each to be heard beside its score; a click on a name chooses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from embedding_core.collection import Collection
from embedding_core.errors import ExplorerError
from embedding_core.modalities.audio import Clip
from embedding_core.neighbors import Neighbor
from embedding_core.similarity import DISTANCES
from ui.components.choosing import mount_chooser, whole_number
from ui.components.payload import text_fingerprint
from ui.plain import score
from ui.sound import source_of

_ROW = 32


def draw_playlist(
    collection: Collection,
    found: Sequence[Neighbor],
    metric: str,
    *,
    key: str,
    summary: str,
    notes: Sequence[str] = (),
    most: int = 15,
    on_pick: Callable[[str], None],
) -> None:
    """Draw recordings with their scores, each with a button that plays it.

    Parameters
    ----------
    collection
        Where the recordings are.
    found
        Which of them, the first first.
    metric
        What their scores are.
    key
        Unique on the page.
    summary
        What they are, for those who do not see them.
    notes
        A few words about each; none where left out.
    most
        How many rows are in view; the rest is scrolled to.
    on_pick
        Called before the rerun with the id of the row that was chosen.
    """
    lengths = _lengths([one.score for one in found], metric)
    rows = [
        {
            "name": one.id,
            "number": score(one.score),
            "share": length,
            "note": note,
            "source": _source(collection, one.id, f"{key}-{at}"),
        }
        for at, (one, length, note) in enumerate(
            zip(found, lengths, [*notes, *[""] * (len(found) - len(notes))], strict=True)
        )
    ]

    def changed(message: Mapping[str, Any]) -> None:
        at = whole_number(message, "chosen", len(found))
        if at is not None:
            on_pick(found[at].id)

    mount_chooser(
        "playlist",
        {"rows": rows, "summary": summary},
        key=key,
        items=text_fingerprint([one.id for one in found]),
        height=_ROW * min(most, len(rows)) + 2,
        on_choose=changed,
    )


def _lengths(scores: Sequence[float], metric: str) -> list[float]:
    """Return bars from 0 to 1: of similarities the similarity, of distances their share."""
    top = 1.0 if metric == "cosine" else max(map(abs, scores), default=1.0) or 1.0
    lengths = [max(0.0, min(1.0, value / top)) for value in scores]
    return lengths if metric not in DISTANCES else [1 - length for length in lengths]


def _source(collection: Collection, id_: str, key: str) -> str:
    """Return where one is found; "" where it cannot be played, which its own page then tells."""
    try:
        payload = collection.payloads[collection.positions[id_]]
        return source_of(cast("Clip", payload), key=key)
    except ExplorerError:
        return ""
