"""What the map kept of a graph's edges: are nodes that are linked near each other?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from embedding_core.embedding import Embedding
from embedding_core.errors import ExplorerError, InputError
from embedding_core.graph import Graph
from embedding_core.jobs import Job
from embedding_core.links import EdgesKept, edges_kept
from embedding_core.projection import Projection
from ui import jobs
from ui.clickable import show_clickable
from ui.edges import graph_of, has_edges
from ui.errors import tell
from ui.jobs import show_progress
from ui.panels.base import Overlay, Panel, Shown
from ui.plain import share
from ui.view import INLINE_ITEMS, View

_WORST = 200
_COMPARED = ("cosine", "euclidean")
# The steps of a job that has two things to measure.
_PARTS = 2


@dataclass(frozen=True, eq=False)
class _Found:
    """What is kept on the map, and by the vectors; None where the metric is another."""

    map: EdgesKept
    vectors: EdgesKept | None


def show(shown: Shown) -> None:
    """Draw the figures beside chance, and the nodes whose links the map lost."""
    try:
        found = _measured(shown)
    except InputError as problem:
        st.caption(str(problem))
        return
    if found is None:
        return
    kept = found.map
    st.markdown(
        f"**{share(kept.share)}** of the links lead to a near point on this map; "
        f"by chance it would be {share(kept.by_chance)}."
    )
    st.caption(
        "Each node with d links asks: how many of them are among my d nearest points? (Goyal and "
        "Ferrara, 2018.) A map of few dimensions cannot keep all links of a node that has many, "
        "and a model that places nodes by their role does not try to."
    )
    _beside(shown, found)
    shown.view.choices.flag(
        "links.colour",
        "Colour the map by it",
        help="Each node by the share of its links that lead to one of its nearest points.",
    )
    _worst(shown, kept)
    looked = int(np.isfinite(kept.of_node).sum())
    linked = int((graph_of(shown.view).undirected().degrees > 0).sum())
    if looked < linked:
        st.caption(f"Measured on {looked:,} of {linked:,} nodes with links, drawn at random.")


def told(shown: Shown) -> str:
    """Return in a sentence what the map kept of the links; "" where that is not known yet."""
    found = _known(shown)
    if found is None:
        return ""
    kept = found.map
    return (
        f"The map keeps {share(kept.share)} of the links near, by chance it would be "
        f"{share(kept.by_chance)}."
    )


def overlay(shown: Shown) -> Overlay:
    """Colour the map by the links kept of each node, where that is asked for and known."""
    is_on: bool = shown.view.choices.value("links.colour", False, _is_on)
    found = _known(shown) if is_on else None
    if found is None:
        return Overlay()
    values = found.map.of_node.astype(np.float32)
    return Overlay(
        colours={"values": values, "value_title": "links kept", "value_range": (0.0, 1.0)}
    )


def suits(view: View) -> bool:
    """Tell whether the items are nodes of a graph."""
    return has_edges(view.collection)


# --- what is measured ---------------------------------------------------------------------------


def _key(shown: Shown) -> jobs.Key:
    return ("links", shown.view.embedding.fingerprint, shown.projection.fingerprint)


def _known(shown: Shown) -> _Found | None:
    """Return what is measured already, or takes no time."""
    if len(shown.projection.ids) <= INLINE_ITEMS:
        try:
            return _measured_inline(_key(shown), shown)
        except InputError:
            return None
    job = jobs.find(_key(shown))
    return job.result() if job is not None and job.status == "done" else None


def _measured(shown: Shown) -> _Found | None:
    """Return what was measured; None while it is, with its progress on screen."""
    if len(shown.projection.ids) <= INLINE_ITEMS:
        return _measured_inline(_key(shown), shown)
    if not shown.is_final:
        st.caption("The map is still being drawn; what it keeps is measured afterwards.")
        return None
    graph, embedding, projection = graph_of(shown.view), shown.view.embedding, shown.projection
    metric = shown.view.metric

    def work(job: Job[_Found]) -> _Found:
        return _compared(graph, embedding, projection, metric, job)

    job = jobs.start(_key(shown), work, patience=0.35)
    if jobs.is_stopped(job) or not job.ended:
        show_progress(job, "Links")
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


@st.cache_resource(max_entries=64, show_spinner=False)
def _measured_inline(key: jobs.Key, _shown: Shown) -> _Found:
    view = _shown.view
    return _compared(graph_of(view), view.embedding, _shown.projection, view.metric)


def _compared(
    graph: Graph,
    embedding: Embedding,
    projection: Projection,
    metric: str,
    job: Job[_Found] | None = None,
) -> _Found:
    if job is not None:
        job.progress(0, _PARTS, "the map")
    on_map = edges_kept(graph, projection.coords)
    if metric not in _COMPARED:
        return _Found(on_map, None)
    if job is not None:
        job.progress(1, _PARTS, "the vectors")
    vectors = embedding.vectors.astype(np.float64)
    if metric == "cosine":
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(norms > 0, norms, 1)
    return _Found(on_map, edges_kept(graph, vectors))


# --- what is shown ------------------------------------------------------------------------------


def _beside(shown: Shown, found: _Found) -> None:
    """Draw what the map kept beside what its vectors keep, and beside chance."""
    rows: Mapping[str, float] = {"This map": found.map.share}
    if found.vectors is not None:
        dim = shown.view.embedding.vectors.shape[1]
        rows = {f"The vectors, {dim} dimensions": found.vectors.share, **rows}
    rows = {**rows, "A random map": found.map.by_chance}
    st.dataframe(
        pd.DataFrame({"": list(rows), "Links kept": [100 * value for value in rows.values()]}),
        hide_index=True,
        row_height=29,
        column_config={
            "": st.column_config.TextColumn(width="medium"),
            "Links kept": st.column_config.ProgressColumn(
                format="%.0f%%", min_value=0, max_value=100, width="small"
            ),
        },
    )
    if found.vectors is not None and found.vectors.share < found.map.by_chance:
        st.caption("The model itself does not hold linked nodes near each other.")


def _worst(shown: Shown, kept: EdgesKept) -> None:
    """Draw the nodes that lost most of their links; a click selects one."""
    graph, ids = graph_of(shown.view).undirected(), shown.view.embedding.ids
    degrees = graph.degrees
    measured = np.flatnonzero(np.isfinite(kept.of_node))
    lost = degrees[measured] * (1 - kept.of_node[measured])
    order = measured[np.argsort(-lost, kind="stable")][:_WORST]
    table = pd.DataFrame(
        {
            "Most links lost": [ids[at] for at in order],
            "Links": degrees[order],
            "Kept": 100 * kept.of_node[order],
        }
    )
    show_clickable(
        shown,
        "links-lost",
        table,
        lambda row: order[row : row + 1],
        {
            "Most links lost": st.column_config.TextColumn(
                width=160, help="Nodes with the most links to points far off. A click selects it."
            ),
            "Links": st.column_config.NumberColumn(format="localized", width=60),
            "Kept": st.column_config.NumberColumn(
                format="%.0f%%", width=60, help="Of its links, those to its nearest points."
            ),
        },
    )


def _is_on(texts: list[str]) -> bool:
    return texts[-1] == "1"


PANEL = Panel("links", "Links", show, overlay, suits=suits)
