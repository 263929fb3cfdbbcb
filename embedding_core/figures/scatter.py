"""A map as a Plotly figure: points in two or three dimensions, coloured, labelled, captioned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import InputError, SpaceMismatchError
from embedding_core.figures.caption import trust_words
from embedding_core.figures.colours import Categories, Numbers, colours_of
from embedding_core.figures.labels import place_labels
from embedding_core.figures.markup import escaped, number, shortened
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

WIDTH, HEIGHT = 900, 640
_LABEL_SIZE = 12
_LABEL_LENGTH = 28
_HOVER_COLUMNS = 6
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
) -> go.Figure:
    """Draw the map of :func:`map` alone, without its caption and as large as its place."""
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
    data = _points(projection, colours, hover, color or "")
    axes = ("xaxis", "yaxis") if flat else ("scene.xaxis", "scene.yaxis", "scene.zaxis")
    layout = base_layout(named(theme), axes, escaped(title))
    _legend(layout, colours, color or "")
    _axes(layout, projection)
    if len(projection.ids) <= LABELLED[projection.n_components]:
        if flat:
            data += _labels(projection, colours)
        else:
            layout["scene"]["annotations"] = _notes_in_space(projection)
    return go.Figure(data, layout)


def hover_texts(ids: Sequence[str], collection: Collection | None) -> list[str]:
    """Return what each item says when pointed at: its name and its first columns, as plain text."""
    names = [f"<b>{escaped(shortened(id_, 60))}</b>" for id_ in ids]
    if collection is None:
        return names
    columns = [
        column
        for column in collection.table.columns
        if str(column).lower() not in ("id", "x", "y", "z")
    ][:_HOVER_COLUMNS]
    if not columns:
        return names
    heads = [escaped(shortened(column, 30)) for column in columns]
    rows = collection.table[columns].iloc[[collection.positions[id_] for id_ in ids]]
    cells = rows.astype(object).where(rows.notna(), "").itertuples(index=False, name=None)
    return [
        "<br>".join(
            [
                name,
                *(
                    f"{head}: {_cell(value)}"
                    for head, value in zip(heads, row, strict=True)
                    if str(value) != ""
                ),
            ]
        )
        for name, row in zip(names, cells, strict=True)
    ]


def _cell(value: object) -> str:
    if isinstance(value, float | np.floating):
        return number(float(value))
    return escaped(shortened(value, 60))


def _points(
    projection: Projection,
    colours: Categories | Numbers | None,
    hover: list[str],
    color: str,
) -> list[Any]:
    """Return the points, one trace a category so that the legend can hide it."""
    if isinstance(colours, Categories):
        return [
            _trace(
                projection,
                np.flatnonzero(colours.codes == code),
                hover,
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
        traces = [_trace(projection, np.flatnonzero(known), hover, scale, showlegend=False)]
        if not known.all():
            grey = {"color": _NO_VALUE}
            rest = np.flatnonzero(~known)
            traces.append(_trace(projection, rest, hover, grey, name="no value", showlegend=True))
        return traces
    everyone = np.arange(len(projection.ids))
    return [_trace(projection, everyone, hover, {"color": OKABE_ITO[0]}, showlegend=False)]


def _trace(
    projection: Projection,
    rows: NDArray[np.intp],
    hover: list[str],
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
        **more,
    )


def point_mark(n: int) -> tuple[float, float]:
    """Return size and opacity of `n` points: fewer are larger, denser are fainter."""
    digits = float(np.log10(max(n, 10)))
    return max(2.4, 14 - 2.5 * digits), min(0.92, max(0.4, 1.3 - 0.17 * digits))


def _labels(projection: Projection, colours: Categories | Numbers | None) -> list[Any]:
    """Return the labels that fit, in one trace a category: hidden with its points."""
    import plotly.graph_objects as go

    texts = [shortened(id_, _LABEL_LENGTH) for id_ in projection.ids]
    size, _ = point_mark(len(texts))
    sides = place_labels(
        _pixels(projection.coords),
        texts,
        width=WIDTH,
        height=HEIGHT,
        size=_LABEL_SIZE,
        reach=size / 2 + 2,
    )
    codes = colours.codes if isinstance(colours, Categories) else np.zeros(len(texts), np.int32)
    traces = []
    for code in range(int(codes.max()) + 1):
        rows = np.flatnonzero(codes == code).tolist()
        x, y = projection.coords[rows].T
        traces.append(
            go.Scatter(
                x=x,
                y=y,
                # The unseen markers keep the text at its distance from the points.
                mode="markers+text",
                marker={"size": size, "opacity": 0},
                text=[escaped(texts[i]) if sides[i] else "" for i in rows],
                textposition=[sides[i] or "middle right" for i in rows],
                # For a page to place them anew when it is zoomed: every text, and the order.
                customdata=[escaped(texts[i]) for i in rows],
                ids=rows,
                textfont={"size": _LABEL_SIZE},
                hoverinfo="skip",
                showlegend=False,
                legendgroup=str(code),
            )
        )
    return traces


def _pixels(coords: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return where points lie on a drawing of the usual size whose axes have one scale."""
    points = coords.astype(np.float64)
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    span = np.ptp(points, axis=0)
    scale = 0.85 * min(WIDTH / max(span[0], 1e-9), HEIGHT / max(span[1], 1e-9))
    placed = (points - middle) * scale
    return np.column_stack([WIDTH / 2 + placed[:, 0], HEIGHT / 2 - placed[:, 1]])


def _notes_in_space(projection: Projection) -> list[dict[str, Any]]:
    """Return labels in three dimensions, as annotations: text of points is drawn by other rules."""
    size, _ = point_mark(len(projection.ids))
    return [
        {
            "x": float(x),
            "y": float(y),
            "z": float(z),
            "text": escaped(shortened(id_, _LABEL_LENGTH)),
            "showarrow": False,
            "xanchor": "left",
            "xshift": size / 2 + 1,
            "font": {"size": 11},
            # Not in the way of the points under it.
            "captureevents": False,
        }
        for id_, (x, y, z) in zip(projection.ids, projection.coords, strict=True)
    ]


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
