"""Opening a project file: the choices it came with are followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import embedding_core as ec
from embedding_core.collection import Collection
from embedding_core.origin import Origin
from ui import cached
from ui.sidebar import MapChoice
from ui.state import Choices, Link


def open_view(choices: Choices, collection: Collection, keep: Sequence[str]) -> None:
    """Follow the choices that a file of items came with, if any.

    Parameters
    ----------
    choices
        Of the page that opens it.
    collection
        What was read of the file.
    keep
        The choices that stay as they are.
    """
    link = link_of(collection)
    if link:
        choices.open(link, keep)


def link_of(collection: Collection) -> Link:
    """Return the choices a file came with; of a map without a view, those that draw that map."""
    origin = collection.context
    if not isinstance(origin, Origin):
        return {}
    link = (origin.view or {}).get("link")
    if isinstance(link, Mapping):
        lists = ((name, texts) for name, texts in link.items() if isinstance(texts, list) and texts)
        return {str(name): list(map(str, texts)) for name, texts in lists}
    kept = cached.kept_projection(collection)
    if kept is None or kept.method not in ec.PROJECTORS:
        return {}
    made = MapChoice(
        kept.method, tuple(kept.params.items()), kept.n_components, kept.metric, kept.seed
    )
    return link_of_map(made)


def link_of_map(drawn: MapChoice) -> Link:
    """Return a map's choices, all of them: other defaults to come change nothing."""
    return {
        "map": [drawn.name],
        "dims": [str(drawn.n_components)],
        "metric": [drawn.metric],
        "prep": [drawn.preprocessing],
        "seed": [str(drawn.seed)],
        **{f"{drawn.name}.{name}": [_text(value)] for name, value in drawn.params},
    }


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
