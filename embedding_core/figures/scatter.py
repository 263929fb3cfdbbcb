"""A map as a Plotly figure: points in two or three dimensions, coloured, labelled, captioned."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import InputError, SpaceMismatchError
from embedding_core.figures.caption import trust_words
from embedding_core.figures.colours import Categories, Numbers, colours_of
from embedding_core.figures.hover import hover_texts
from embedding_core.figures.labels import HEIGHT, label_notes, label_traces
from embedding_core.figures.markup import escaped, shortened
from embedding_core.figures.theme import base_layout, named
from embedding_core.palette import OKABE_ITO, VIRIDIS

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding
    from embedding_core.projection import Projection
    from embedding_core.quality import Quality

LABELLED = {2: 150, 3: 60}
"""Maps of so many items carry labels, by dimensions: in space nothing keeps labels apart."""

_WEBGL = 5_000
_NO_VALUE = "#9a9cab"


def map(
    embedding: Embedding,
    projection: Projection,
    *,
    collection: Collection | None = None,
    color: str | None = None,
    quality: Quality | None = None,
    title: str = "",
    theme: str = "light",
) -> go.Figure:
    """Draw a map.

    Parameters
    ----------
    embedding : Embedding
    projection : Projection
        Of that embedding.
    collection : Collection, optional
        Whose columns are shown on hover and can be coloured by.
    color : str, optional
        A column of the collection: categories or numbers. All points are alike where left out.
    quality : Quality, optional
        Of that map; measured where left out.
    title : str
    theme : {"light", "dark"}

    Returns
    -------
    plotly.graph_objects.Figure
        With how far it can be trusted in the corner.
    """
    from embedding_core.quality import quality as measure

    figure = scatter(embedding, projection, collection, color, title, theme)
    words = trust_words(measure(embedding, projection) if quality is None else quality)
    figure.add_annotation(
        text=words,
        xref="paper",
        yref="paper",
        x=0,
        y=0,
        xanchor="left",
        yanchor="top",
        yshift=-26 if projection.axis_titles else -6,
        showarrow=False,
        font={"size": 12, "color": named(theme).muted},
    )
    figure.update_layout(height=HEIGHT)
    figure.layout.margin.b = 56 if projection.axis_titles else 36
    return figure


def scatter(
    embedding: Embedding,
    projection: Projection,
    collection: Collection | None,
    color: str | None,
    title: str = "",
    theme: str = "light",
    *,
    pictured: bool = False,
) -> go.Figure:
    """Draw the map of :func:`map` alone, without its caption and as large as its place.

    Where pictures will be laid over it, a flat map has no labels, and points know their items.
    """
    import plotly.graph_objects as go

    if embedding.ids != projection.ids:
        raise SpaceMismatchError(
            f"vectors of {len(embedding)} items", f"a map of {len(projection.ids)}"
        )
    if color and collection is None:
        raise InputError(
            f"Colours by {color!r} were asked for without the items' columns; give the collection."
        )
    colours = colours_of(collection, color, projection.ids) if collection and color else None
    flat = projection.n_components == 2
    hover = hover_texts(projection.ids, collection)
    data = _points(projection, colours, hover, color or "", pictured)
    axes = ("xaxis", "yaxis") if flat else ("scene.xaxis", "scene.yaxis", "scene.zaxis")
    layout = base_layout(named(theme), axes, escaped(title))
    _legend(layout, colours, color or "")
    _axes(layout, projection)
    size, _ = point_mark(len(projection.ids))
    is_labelled = len(projection.ids) <= LABELLED[projection.n_components]
    if is_labelled and not (flat and pictured):
        if flat:
            data += label_traces(projection, colours, size)
        else:
            layout["scene"]["annotations"] = label_notes(projection, size)
    return go.Figure(data, layout)


def _points(
    projection: Projection,
    colours: Categories | Numbers | None,
    hover: list[str],
    color: str,
    numbered: bool,
) -> list[Any]:
    """Return the points, one trace a category so that the legend can hide it."""
    trace = partial(_trace, projection, hover, numbered)
    if isinstance(colours, Categories):
        return [
            trace(
                np.flatnonzero(colours.codes == code),
                {"color": colour},
                name=escaped(shortened(name)),
                legendgroup=str(code),
            )
            for code, (name, colour) in enumerate(zip(colours.names, colours.colours, strict=True))
        ]
    if isinstance(colours, Numbers):
        known = np.isfinite(colours.values)
        scale = {
            "color": colours.values[known],
            "colorscale": [list(stop) for stop in VIRIDIS],
            "showscale": True,
            "colorbar": {
                "title": {
                    "text": escaped(shortened(color)),
                    "side": "right",
                    "font": {"size": 13},
                },
                "thickness": 12,
                "outlinewidth": 0,
                "len": 0.6,
            },
        }
        traces = [trace(np.flatnonzero(known), scale, showlegend=False)]
        if not known.all():
            grey = {"color": _NO_VALUE}
            rest = np.flatnonzero(~known)
            traces.append(trace(rest, grey, name="no value", showlegend=True))
        return traces
    everyone = np.arange(len(projection.ids))
    return [trace(everyone, {"color": OKABE_ITO[0]}, showlegend=False)]


def _trace(
    projection: Projection,
    hover: list[str],
    numbered: bool,
    rows: NDArray[np.intp],
    marker: dict[str, Any],
    **more: Any,
) -> Any:
    import plotly.graph_objects as go

    n = len(projection.ids)
    size, opacity = point_mark(n)
    flat = projection.n_components == 2
    kind = go.Scatter3d if not flat else go.Scattergl if n > _WEBGL else go.Scatter
    axes = dict(zip("xyz", projection.coords[rows].T, strict=False))
    return kind(
        **axes,
        mode="markers",
        marker={
            **marker,
            "size": size if flat else size * 0.5,
            "opacity": opacity,
            "line": {"width": 0},
        },
        # Not through a template: nothing in it is looked up or formatted.
        hovertext=[hover[i] for i in rows],
        hoverinfo="text",
        ids=rows if numbered else None,
        **more,
    )


def point_mark(n: int) -> tuple[float, float]:
    """Return size and opacity of `n` points: fewer are larger, denser are fainter."""
    digits = float(np.log10(max(n, 10)))
    return max(2.4, 14 - 2.5 * digits), min(0.92, max(0.4, 1.3 - 0.17 * digits))


def _legend(layout: dict[str, Any], colours: Categories | Numbers | None, color: str) -> None:
    layout["showlegend"] = isinstance(colours, Categories | Numbers)
    layout["legend"].update(itemsizing="constant", tracegroupgap=0, groupclick="togglegroup")
    if isinstance(colours, Categories):
        layout["legend"]["title"]["text"] = escaped(shortened(color, 24))


def _axes(layout: dict[str, Any], projection: Projection) -> None:
    """Give the axes their meaning, or no numbers where these mean nothing; one scale for all."""
    names = ("xaxis", "yaxis", "zaxis")[: projection.n_components]
    flat = projection.n_components == 2
    home = layout if flat else layout["scene"]
    for i, name in enumerate(names):
        told = i < len(projection.axis_titles)
        home[name].update(
            showgrid=told or not flat,
            showticklabels=told,
            zeroline=False,
            ticks="",
        )
        title = escaped(projection.axis_titles[i]) if told else ""
        home[name]["title"] = {**home[name].get("title", {}), "text": title}
        if not flat:
            home[name].update(showbackground=False, showspikes=False)
            home[name]["tickfont"] = {**home[name]["tickfont"], "size": 11}
    if flat:
        home["yaxis"].update(scaleanchor="x", scaleratio=1)
    else:
        home["aspectmode"] = "data"
        # Far enough for the titles at the near corner.
        home["camera"] = {"eye": {"x": 1.6, "y": 1.6, "z": 0.9}, "center": {"z": -0.12}}
