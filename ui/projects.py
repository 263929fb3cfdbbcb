"""Project files on the page: what a view puts into one, and the map that came with one."""

from __future__ import annotations

from typing import Any

import embedding_core as ec
from embedding_core.origin import Origin
from embedding_core.projection import Projection
from ui import cached
from ui.opening import link_of, link_of_map
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
    link |= link_of_map(view.map) | {"color": [color]}
    return {"page": view.choices.page, "link": link}


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
    prepared = (link_of(collection).get("prep") or ["raw"])[-1]
    same = (
        kept.method == asked.name
        and kept.metric == asked.metric
        and kept.n_components == asked.n_components
        and prepared == asked.preprocessing
        and (kept.seed == asked.seed or not spec.seeded)
        and all(kept.params.get(name) == value for name, value in asked.params)
    )
    return kept if same else None
