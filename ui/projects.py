"""Project files on the page: a view put into one, and a view opened from one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import embedding_core as ec
from embedding_core.collection import Collection
from embedding_core.origin import Origin
from embedding_core.projection import Projection
from ui import cached
from ui.sidebar import MapChoice
from ui.state import Choices, Link

if TYPE_CHECKING:
    from ui.view import View

# Of the data as it was chosen on its page: the file has the data itself. And what is isolated is
# all there is in it.
_NOT_KEPT = frozenset(
    ["ask", "column", "corpus", "data", "file", "header", "label", "only", "text", "train", "words"]
)


def described(view: View, color: str) -> dict[str, Any]:
    """Return a view as a project file keeps it: in JSON, with every setting of its map."""
    link = {
        name: texts
        for name, texts in view.choices.whole().items()
        if name.split(".")[0] not in _NOT_KEPT | {"model"}
    }
    link |= _of_map(view.map) | {"color": [color]}
    return {"page": view.choices.page, "link": link}


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
    link = _link_of(collection)
    if link:
        choices.open(link, keep)


def kept_map(view: View) -> Projection | None:
    """Return the map that came with the items; None where another is asked for."""
    collection, asked = view.collection, view.map
    origin = collection.context
    if view.model is not None or view.isolated_from or not isinstance(origin, Origin):
        return None
    kept = cached.kept_projection(collection)
    if kept is None or kept.ids != view.embedding.ids:
        return None
    spec = ec.PROJECTORS[asked.name]
    prepared = (_link_of(collection).get("prep") or ["raw"])[-1]
    same = (
        kept.method == asked.name
        and kept.metric == asked.metric
        and kept.n_components == asked.n_components
        and prepared == asked.preprocessing
        and (kept.seed == asked.seed or not spec.seeded)
        and all(kept.params.get(name) == value for name, value in asked.params)
    )
    return kept if same else None


def _link_of(collection: Collection) -> Link:
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
    return _of_map(made)


def _of_map(drawn: MapChoice) -> Link:
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
