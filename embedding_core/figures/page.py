"""A map as one HTML page: plotly.js inside, nothing fetched, light and dark."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from embedding_core.figures.caption import making, trust_explained, trust_words
from embedding_core.figures.hover import own_columns
from embedding_core.figures.pictures import PICTURED, page_pictures
from embedding_core.figures.scatter import scatter
from embedding_core.figures.theme import THEMES
from embedding_core.writing import check_target, whole_file

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding
    from embedding_core.projection import Projection
    from embedding_core.quality import Quality
    from embedding_core.thumbnails import Sprite

_ROWS = 1_000
_COLUMNS = 12
_CELL = 200


def map_html(
    embedding: Embedding,
    projection: Projection,
    *,
    collection: Collection | None = None,
    color: str | None = None,
    quality: Quality | None = None,
    title: str = "",
    pictures: Sprite | None = None,
) -> str:
    """Return a map as one HTML page that opens anywhere, without a network.

    Parameters
    ----------
    embedding : Embedding
    projection : Projection
        Of that embedding.
    collection : Collection, optional
        Whose columns are shown on hover and in the table.
    color : str, optional
        A column of the collection to colour by.
    quality : Quality, optional
        Of that map; measured where left out.
    title : str
        The collection's name where left out.
    pictures : Sprite, optional
        Small pictures of the whole collection, where its items are pictures; made where left out.
        A map of up to 2,000 items shows them, as many as find room.

    Returns
    -------
    str
        The page: the map, how it was made and how far it can be trusted, and a table of its items.
    """
    from embedding_core.quality import quality as measure

    shown = page_pictures(collection, projection.ids, pictures)
    figure = scatter(embedding, projection, collection, color, pictured=shown is not None)
    measured = measure(embedding, projection) if quality is None else quality
    heading = title or (collection.name if collection else "") or "Map"
    explained = trust_explained(measured, len(embedding)) if measured else ""
    left_out = shown is None and collection is not None and collection.modality == "image"
    few = f"Pictures are left out of a page of more than {PICTURED:,} items." if left_out else ""
    notes = [explained, _axes_note(projection), few, *projection.notes]
    return _page(
        figure,
        title=heading,
        caption=making(embedding, projection),
        trust=trust_words(measured),
        notes=" ".join(filter(None, notes)),
        table=_table(projection, collection),
        pictures=shown,
    )


def write_html(
    path: str | Path,
    embedding: Embedding,
    projection: Projection,
    *,
    collection: Collection | None = None,
    color: str | None = None,
    quality: Quality | None = None,
    title: str = "",
    pictures: Sprite | None = None,
) -> Path:
    """Write what :func:`map_html` returns; the file appears whole or not at all.

    Returns
    -------
    Path
        Where it was written.
    """
    target = check_target(path, (".html", ".htm"))
    page = map_html(
        embedding,
        projection,
        collection=collection,
        color=color,
        quality=quality,
        title=title,
        pictures=pictures,
    )
    with whole_file(target) as scratch:
        scratch.write_text(page, encoding="utf-8")
    return target


def _axes_note(projection: Projection) -> str:
    if projection.axis_titles:
        return ""
    return "The axes have no numbers because theirs would mean nothing: only who is near whom does."


def _page(
    figure: go.Figure,
    *,
    title: str,
    caption: str,
    trust: str,
    notes: str,
    table: str,
    pictures: dict[str, Any] | None,
) -> str:
    from plotly.io.json import to_json_plotly
    from plotly.offline import get_plotlyjs

    here = Path(__file__)
    template = Template(here.with_name("page.html").read_text(encoding="utf-8"))
    layout = figure.layout.to_plotly_json()
    axes = ("xaxis", "yaxis") if "scene" not in layout else ("scene",)
    shared = tuple(key for key in THEMES["light"].layout() if "axis" not in key)
    themes = {
        name: {
            place: colour
            for place, colour in theme.layout().items()
            if place in shared or place.startswith(axes)
        }
        for name, theme in THEMES.items()
    }
    return template.substitute(
        title=escape(title),
        caption=escape(caption),
        trust=escape(trust),
        notes=escape(notes),
        table=table,
        # A closing tag inside would end the script.
        plotly=get_plotlyjs().replace("</script", "<\\/script"),
        script="\n".join(
            here.with_name(name).read_text(encoding="utf-8")
            for name in ("page.js", *(("page_pictures.js",) if pictures else ()))
        ),
        pictures=_in_script(json.dumps(pictures)),
        data=_in_script(to_json_plotly([trace.to_plotly_json() for trace in figure.data])),
        layout=_in_script(to_json_plotly(layout)),
        themes=_in_script(json.dumps(themes)),
        **{f"{name}_{part}": getattr(theme, part) for name, theme in THEMES.items()
           for part in ("background", "text", "muted", "line")},
    )  # fmt: skip


def _in_script(text: str) -> str:
    """Return JSON that no HTML parser can take for markup."""
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _table(projection: Projection, collection: Collection | None) -> str:
    """Return the items as an HTML table: what the map shows, for those who do not see it."""
    columns = own_columns(collection)[:_COLUMNS]
    axes = "xyz"[: projection.n_components]
    heads = "".join(f"<th>{escape(name)}</th>" for name in ("item", *axes, *columns))
    rows = []
    for i, id_ in enumerate(projection.ids[:_ROWS]):
        cells = [id_, *(f"{value:.3g}" for value in projection.coords[i].tolist())]
        if collection:
            place = collection.positions[id_]
            cells += [str(collection.table[column].iloc[place]) for column in columns]
        rows.append("".join(f"<td>{escape(cell[:_CELL])}</td>" for cell in cells))
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    n = len(projection.ids)
    shown = f"The items as a table ({'all' if n <= _ROWS else f'the first {_ROWS:,} of'} {n:,})"
    return (
        f"<summary>{shown}</summary>\n<div class='scroll'><table><thead><tr>{heads}</tr></thead>"
        f"<tbody>\n{body}\n</tbody></table></div>"
    )
