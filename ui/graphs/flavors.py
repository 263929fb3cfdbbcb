"""What p and q change: how far walks get, and whether the map shows communities or roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.embedding import Embedding
from embedding_core.errors import ExplorerError
from embedding_core.flavors import FLAVORS, Flavor, Range, Taught, measure_ranges, teach_flavors
from embedding_core.graph import Graph
from embedding_core.jobs import Job
from embedding_core.palette import CATEGORIES
from embedding_core.params import resolve
from embedding_core.wandering import Character, characterize
from ui import cached, colouring, jobs
from ui.edges import graph_of
from ui.errors import show_notes, tell
from ui.graphs.picker import choose_node
from ui.graphs.walk_settings import WALKED
from ui.jobs import show_progress
from ui.map import Style, draw_map
from ui.plain import plain, score, share, word
from ui.questions.base import Question
from ui.selection import Selection
from ui.view import View, all_notes, map_badge, projected, trust

_K, _TIMES = 10, 5
_MANY_EDGES = 20_000
_HEIGHT, _CHART = 400, 290
_COLOURS = {flavor.name: CATEGORIES[at] for flavor, at in zip(FLAVORS, (1, 2, 0), strict=True)}
_BY_DIGEST: dict[Any, Any] = {Graph: lambda graph: graph.digest()}


@dataclass(frozen=True)
class _Measured:
    """What the neighbours of nodes have in common, in every training of one flavor."""

    flavor: Flavor
    characters: tuple[Character, ...]

    def mean(self, name: str) -> float | None:
        """Return the mean of one figure; None where it has none."""
        values = self.values(name)
        return float(np.mean(values)) if values else None

    def values(self, name: str) -> list[float]:
        """Return one figure of every training that has it."""
        found = [getattr(one, name) for one in self.characters]
        return [value for value in found if value is not None and np.isfinite(value)]


def _ask(view: View) -> None:
    if graph_of(view).n_edges < 2:
        show_notes(all_notes(view))
        st.info("Two edges or more are needed for walks to differ; bring a larger graph.")
        return
    _screen(view)


@st.fragment
def _screen(view: View) -> None:
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            id_ = choose_node(view, "start", "Start", "Where walks begin in the chart.")
        with st.container(width=220):
            column = _choose_column(view)
    graph, start = graph_of(view), view.embedding.position(id_)
    settings = _settings(view)
    ranges = _ranges(graph, start, settings["length"], _seed(view))
    taught = _taught(view, settings)
    measured = _measure(view, graph, taught, column) if taught else []
    with sentence:
        st.markdown(f"##### {_sentence(id_, ranges)}")
        show_notes(all_notes(view))
    with st.container(key="side-by-side"):
        left, right = st.columns([4, 5], gap="large")
    with left:
        st.markdown(f"**Steps from {word(id_)}** · :small[mean over 1,000 walks of each kind]")
        st.altair_chart(_chart(ranges), height=_CHART)
    with right:
        _table(ranges, measured, column)
    if taught:
        _maps(view, taught, column)
    view.choices.publish()


def _choose_column(view: View) -> str:
    """Draw which labels are the communities in question, and colour the maps."""
    columns = [
        name
        for name in colouring.options(view.collection, len(view.embedding))
        if colouring.column_of(name, view.collection) is not None
    ]
    default = colouring.default_column(view.collection, view.data.color)
    return view.choices.select(
        "color",
        "Colour by",
        [colouring.NOTHING, *columns],
        default if default in columns else colouring.NOTHING,
        labels={colouring.NOTHING: "One colour"},
        kind="column",
        help="Where it is a column of labels, the table says how often neighbours share theirs.",
    )


def _settings(view: View) -> dict[str, Any]:
    """Return the settings of node2vec: those of the sidebar where it is the model."""
    assert view.model is not None
    own = dict(view.model.params) if view.model.spec.name == WALKED else {}
    return dict(resolve(WALKED, ec.EMBEDDERS[WALKED].params, own))


def _seed(view: View) -> int:
    assert view.model is not None
    return view.model.seed


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=_BY_DIGEST)
def _ranges(graph: Graph, start: int, length: int, seed: int) -> tuple[Range, ...]:
    return measure_ranges(graph, start, length, seed=seed)


def _taught(view: View, settings: dict[str, Any]) -> tuple[Taught, ...] | None:
    """Return what was learned of each kind of walk; None while that takes a while."""
    collection, seed = view.collection, _seed(view)
    is_large = graph_of(view).n_edges > _MANY_EDGES
    k = min(_K, len(view.embedding) - 1)
    key = ("flavors", collection.fingerprint, tuple(settings.items()), seed)

    def work(job: Job[tuple[Taught, ...]]) -> tuple[Taught, ...]:
        return teach_flavors(
            collection,
            settings,
            k=k,
            repeats=1 if is_large else _TIMES,
            seed=seed,
            progress=job.progress,
            cancel=job.cancelled,
        )

    if is_large and jobs.find(key) is None:
        st.caption(f"A graph of {graph_of(view).n_edges:,} edges: three trainings take a while.")
        if not st.button("Learn three times", type="primary", icon=":material/model_training:"):
            return None
    job = jobs.start(key, work, patience=1.5)
    if jobs.is_stopped(job) or not job.ended:
        show_progress(job, "Learning from three kinds of walks")
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


# --- measured -------------------------------------------------------------------------------------


def _measure(view: View, graph: Graph, taught: Sequence[Taught], column: str) -> list[_Measured]:
    codes = _codes(view, column)
    return [
        _Measured(
            one.flavor,
            tuple(
                found
                for near in one.neighbors
                if (found := characterize(graph, near, codes)) is not None
            ),
        )
        for one in taught
    ]


def _codes(view: View, column: str) -> NDArray[np.int64] | None:
    """Return labels as numbers, -1 where there is none; None where the column is one of numbers."""
    name = colouring.column_of(column, view.collection)
    if name is None or pd.api.types.is_numeric_dtype(view.collection.table[name]):
        return None
    codes, _ = pd.factorize(view.collection.table[name])
    return np.asarray(codes, dtype=np.int64)


def _sentence(id_: str, ranges: Sequence[Range]) -> str:
    near, out = ranges[0], ranges[-1]
    return (
        f"Walks of {len(near.far)} nodes from {word(id_)} come to {near.n_seen:.2g} different ones "
        f"where they stay near, and to {out.n_seen:.2g} where they go outward"
    )


def _verdict(measured: Sequence[_Measured]) -> str:
    """Say whether the data bear out what the paper expects, by trainings that do not overlap."""
    near, out = measured[0], measured[-1]
    told = [
        _compared("same label", out, near, "labels", "outward walks find communities"),
        _compared("like many links", near, out, "roles", "near walks find roles"),
    ]
    return " ".join(line for line in told if line)


def _compared(what: str, more: _Measured, less: _Measured, name: str, claim: str) -> str:
    high, low = more.values(name), less.values(name)
    if not high or not low:
        return ""
    if len(high) == 1:
        how = "holds" if high[0] > low[0] else "does not hold"
        found = f"{how} in this one training"
    elif min(high) > max(low):
        found = "holds here, in every training"
    elif max(high) < min(low):
        found = "does not hold here: it is the other way round, in every training"
    else:
        found = "is not borne out here: the trainings of both overlap"
    return f"That {claim} ({what}) {found}."


# --- what is shown --------------------------------------------------------------------------------


def _chart(ranges: Sequence[Range]) -> Any:
    import altair as alt

    rows = [
        {"Step": step, "Steps away": float(far), "Walks": one.flavor.label}
        for one in ranges
        for step, far in enumerate(one.far)
    ]
    labels = [one.flavor.label for one in ranges]
    colours = [_COLOURS[one.flavor.name] for one in ranges]
    return (
        alt.Chart(pd.DataFrame(rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("Step:Q", title="step of the walk", scale=alt.Scale(nice=False)),
            y=alt.Y("Steps away:Q", title=None, axis=alt.Axis(tickCount=4)),
            color=alt.Color(
                "Walks:N",
                sort=labels,
                scale=alt.Scale(domain=labels, range=colours),
                legend=alt.Legend(orient="top", title=None),
            ),
            tooltip=["Walks", "Step", alt.Tooltip("Steps away:Q", format=".2f")],
        )
    )


def _table(ranges: Sequence[Range], measured: Sequence[_Measured], column: str) -> None:
    """Draw what walks of each kind come to, and what is learned from them, beside chance."""
    characters = [one for each in measured for one in each.characters]
    table = pd.DataFrame([_row(one, measured) for one in ranges])
    if characters:
        first = characters[0]
        labels = first.labels_by_chance
        by_chance = {
            "Walks": "Chance",
            "Linked": share(first.linked_by_chance),
            "Like many links": score(0.0),
            "Same label": "" if labels is None else share(labels),
        }
        table = pd.concat([table, pd.DataFrame([by_chance])], ignore_index=True)
        if labels is None:
            table = table.drop(columns="Same label")
    st.dataframe(
        table.fillna(""),
        hide_index=True,
        row_height=29,
        column_config={
            "p, q": st.column_config.TextColumn(width=70),
            "Nodes": st.column_config.TextColumn(
                width=60, help="How many different nodes a walk comes to, on average."
            ),
            "Linked": st.column_config.TextColumn(
                width=65, help="Of a node's ten nearest vectors, the share that it has an edge to."
            ),
            "Same label": st.column_config.TextColumn(
                width=90, help=f"Of the ten nearest, the share with the same {column}: communities."
            ),
            "Like many links": st.column_config.TextColumn(
                width=110,
                help="Roles: whether nodes with many links lie among others with many. Spearman "
                "correlation of a node's links with the mean of its ten nearest; 0 by chance.",
            ),
        },
    )
    if characters:
        times = len(measured[0].characters)
        each = f"Means of {times} trainings each. " if times > 1 else ""
        st.markdown(_verdict(measured) or "Choose a column of labels to ask about communities.")
        st.caption(
            f"{each}Grover and Leskovec (2016) expect walks that go outward to bring out "
            "communities, and walks that stay near to bring out roles, such as hubs. Two nodes of "
            "one role that are far apart never meet on a walk, so that walks alone find roles "
            "only where those lie near each other."
        )


def _row(one: Range, measured: Sequence[_Measured]) -> dict[str, str]:
    row = {
        "Walks": one.flavor.label,
        "p, q": f"{one.flavor.p:g}, {one.flavor.q:g}",
        "Nodes": f"{one.n_seen:.2g}",
    }
    for each in measured:
        if each.flavor == one.flavor:
            linked, labels, roles = (each.mean(name) for name in ("linked", "labels", "roles"))
            row["Linked"] = "" if linked is None else share(linked)
            row["Same label"] = "" if labels is None else share(labels)
            row["Like many links"] = "" if roles is None else score(roles)
    return row


def _maps(view: View, taught: Sequence[Taught], column: str) -> None:
    """Draw the map of walks that stay near beside that of walks that go outward."""
    with st.container(key="side-by-side-maps"):
        sides = st.columns(2, gap="medium")
    for side, one in zip(sides, (taught[0], taught[-1]), strict=True):
        with side:
            flavor = one.flavor
            st.markdown(f"**{plain(flavor.label)}** · :small[p {flavor.p:g}, q {flavor.q:g}]")
            _map(view, one.embeddings[0], flavor, column)


def _map(view: View, embedding: Embedding, flavor: Flavor, column: str) -> None:
    selection = Selection(view)
    projection, drawing = projected(embedding, view.map)
    quality, measuring = trust(embedding, projection)
    page = view.choices.page
    draw_map(
        cached.geometry(projection, view.collection),
        Style(
            selected=selection.positions,
            badge=map_badge(quality, len(embedding)),
            **colouring.colour_by(column, view.collection, projection.ids, quality),
        ),
        key=f"{page}-flavor-{flavor.name}",
        height=_HEIGHT,
        link=f"{page}-flavors",
        summary=f"Map of walks that {flavor.label.lower()}.",
        file_name=f"walks-{flavor.name}",
        on_select=selection.take,
    )
    if drawing is not None:
        show_progress(drawing, f"{flavor.label}: until then PCA", "Stopped; this is PCA.")
    elif measuring is not None:
        show_progress(measuring, f"{flavor.label}: trust")


QUESTION = Question("flavors", "What p and q change", _ask, has_map=True)
