"""Clusters beside the map: how many, how dense, what they are called, whether labels agree."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from embedding_core.clusters import Clusters, hull
from embedding_core.teaching.glossary import linked
from ui.grouping import (
    MAP,
    Grouping,
    choose_grouping,
    colours_of,
    grouping_of,
)
from ui.jobs import show_progress
from ui.labels import label_columns
from ui.map import Hull, Title
from ui.panels.base import Overlay, Panel, Shown
from ui.plain import count, plain, share, shortened, word
from ui.state import picked_rows

_OUTLINES, _TITLES = 60, 30
_NOISE = "(no cluster)"


def show(shown: Shown) -> None:
    """Draw the clusters as a table; a click selects the items of one."""
    with st.container(horizontal=True):
        choose_grouping(shown.view)
    found, job = grouping_of(shown.view, shown.projection)
    if job is not None:
        show_progress(job, "Clusters")
    if found is None:
        return
    clusters = found.clusters
    st.markdown(_sentence(clusters, is_map=_is_on_map(shown)))
    for note in clusters.notes:
        st.caption(plain(note))
    if clusters.n_clusters:
        _table(shown, found)
        _agreement(shown, clusters)


def overlay(shown: Shown) -> Overlay:
    """Return the clusters' colours, outlines and names, where they have been found."""
    found, _ = grouping_of(shown.view, shown.projection)
    if found is None or not found.clusters.n_clusters:
        return Overlay()
    colours = colours_of(found)
    coords, codes = shown.projection.coords, found.clusters.codes
    tints = [colour for _, colour in colours["categories"]]
    hulls: list[Hull] = []
    if coords.shape[1] == 2:
        room = 0.01 * float(np.ptp(coords, axis=0).max())
        hulls = [
            Hull(hull(coords[codes == code], room), tint)
            for code, tint in enumerate(tints[:_OUTLINES])
        ]
    titles: list[Title] = [
        (shortened(name, 32), np.median(coords[codes == code], axis=0).tolist())
        for code, name in enumerate(found.names[:_TITLES])
    ]
    return Overlay(colours=colours, hulls=hulls, titles=titles)


def _is_on_map(shown: Shown) -> bool:
    return bool(shown.view.choices.value("cluster.on", "") == MAP)


def _sentence(clusters: Clusters, *, is_map: bool) -> str:
    """Read the clusters: how many, what belongs to none, how well apart."""
    if not clusters.n_clusters:
        return "**No clusters** found."
    noise = share(clusters.noise) if clusters.noise else "none"
    text = f"**{count(clusters.n_clusters, 'cluster')}**; {noise} of the items belong to none"
    if clusters.silhouette is not None:
        text += f". Silhouette {_signed(clusters.silhouette)}: {_apart(clusters.silhouette)}"
        text += ", by distances on the map" if is_map else ", by distances of the vectors"
    return f"{text}."


def _apart(silhouette: float) -> str:
    """Read a silhouette as its authors' followers do (Kaufman and Rousseeuw, 1990)."""
    levels = ((0.7, "far apart"), (0.5, "well apart"), (0.25, "loosely apart"))
    return next((words for level, words in levels if silhouette > level), "hardly apart")


def _signed(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-", "−")


def _table(shown: Shown, found: Grouping) -> None:
    clusters, ids = found.clusters, shown.view.embedding.ids
    noise = int((clusters.codes < 0).sum())
    names, sizes = list(found.names), clusters.sizes.tolist()
    silhouettes = clusters.silhouettes.tolist()
    if noise:
        names, sizes, silhouettes = [*names, _NOISE], [*sizes, noise], [*silhouettes, np.nan]
    table = pd.DataFrame(
        {
            "Cluster": names,
            "Items": sizes,
            "Share": 100 * np.array(sizes) / len(clusters),
            "Silhouette": silhouettes,
        }
    )
    key = f"{shown.page}-clusters-{clusters.fingerprint[:12]}"

    def clicked() -> None:
        picked = picked_rows(key)
        if picked:
            code = picked[0] if picked[0] < clusters.n_clusters else -1
            shown.selection.select(tuple(ids[i] for i in np.flatnonzero(clusters.codes == code)))

    st.dataframe(
        table,
        key=key,
        hide_index=True,
        row_height=29,
        height=280 if len(table) > 9 else "content",
        on_select=clicked,
        selection_mode="single-cell",
        column_config={
            "Cluster": st.column_config.TextColumn(
                width=150,
                help="Words by their most typical items, texts by the words that set them apart "
                "(class-based TF-IDF), others by the value of a column. A click selects its items.",
            ),
            "Items": st.column_config.NumberColumn(format="localized", width=55),
            "Share": st.column_config.NumberColumn(format="%.0f%%", width=55),
            "Silhouette": st.column_config.NumberColumn(
                format="%.2f",
                width=80,
                help="From −1 to 1: how much nearer its items are to each other than to the next "
                "cluster. Near 0 it runs into that one.",
            ),
        },
    )


def _agreement(shown: Shown, clusters: Clusters) -> None:
    """Draw how well the clusters repeat a column of labels."""
    view = shown.view
    known = label_columns(view.collection, view.embedding)
    names = [name for name, column in known.items() if not column.is_numeric]
    if not names:
        return
    default = view.data.color if view.data.color in names else names[0]
    chosen = default
    if len(names) > 1:
        chosen = view.choices.select(
            "cluster.label", "Compared with", names, default, kind="column of labels", width=220
        )
    found = clusters.agreement(known[chosen].labels)
    some = "" if found.items == len(clusters) else f", of {count(found.items, 'item')} with a label"
    told = (
        f"Agreement with {word(chosen)}{some}: adjusted Rand index **{_signed(found.ari)}** (1: "
        "the clusters are the labels; 0: as by chance), mutual information "
        f"**{found.nmi:.2f}** (1: one tells the other; it grows with the number of groups). Items "
        "in no cluster count as one group."
    )
    st.caption(linked(told, ("adjusted-rand",)))


PANEL = Panel("clusters", "Clusters", show, overlay)
