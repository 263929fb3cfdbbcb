"""The metric lab: which neighbours another metric, or another preparation, would change."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import streamlit as st

import embedding_core as ec
from embedding_core.comparison import neighbor_rows
from embedding_core.embedding import Embedding
from embedding_core.errors import ExplorerError
from embedding_core.geometry import Anisotropy, Hubness
from embedding_core.jobs import Job
from embedding_core.lab import Cell, MetricLab
from embedding_core.preprocessing import PREPROCESSINGS
from embedding_core.similarity import METRICS, check_metric
from embedding_core.teaching.glossary import linked
from ui import cached, jobs
from ui.errors import tell
from ui.jobs import show_progress
from ui.panels.base import Panel, Shown
from ui.plain import plain, score, share, shortened
from ui.selection import Selection
from ui.sidebar import METRIC_LABELS
from ui.state import picked_cell, picked_rows
from ui.view import K, View

T = TypeVar("T")

_FEWEST = 4
_LISTED, _NAMED = 12, 4
# Of the accent, behind the cell where every neighbour changes.
_STRONGEST = 0.75
_TERMS = linked(
    "Mean cosine far above 0: all vectors point one way, and cosines tell little (Ethayarajh, "
    "2019).  \nHubness, the skewness of how often an item is among others' neighbours: above 1 a "
    "few hubs are near to everything (Radovanovic et al., 2010).",
    ("anisotropy", "cosine", "hubness"),
)
_PREPARED = {name: recipe.label for name, recipe in PREPROCESSINGS.items()}


def show(shown: Shown) -> None:
    """Draw the table of all ways to compare, and what the chosen one would change."""
    view = shown.view
    raw = view.original
    if len(raw) < _FEWEST:
        st.caption(f"Bring at least {_FEWEST} items: fewer have no neighbours to change.")
        return
    now: Cell = (view.metric, view.map.preprocessing)

    def work(job: Job[MetricLab]) -> MetricLab:
        return ec.metric_lab(raw, *now, K, progress=job.progress, cancel=job.cancelled)

    lab = _finished(("lab", raw.fingerprint, now, K), work, "Metric lab")
    if lab is not None:
        _grid(view, lab)
        chosen = _chosen(view, now)
        _explain(view, lab, chosen)
        _most_changed(view, shown.selection, lab, chosen)


def _finished(key: tuple[Hashable, ...], work: Callable[[Job[T]], T], what: str) -> T | None:
    """Return the result of a job; None while it runs, with its progress on screen."""
    job = jobs.start(key, work, patience=0.35)
    if jobs.is_stopped(job) or not job.ended:
        show_progress(job, what)
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


def _grid(view: View, lab: MetricLab) -> None:
    """Draw the share of changed neighbours for every metric and preparation."""
    some = ""
    if len(lab.positions) < len(view.original):
        some = f" Looked at for {len(lab.positions):,} of {len(view.original):,} items."
    st.caption(
        f"How many of each item's {lab.k} nearest neighbours would change if items were compared "
        f"in another way than now ({_named((lab.metric, lab.preprocessing))}). Click a cell to see "
        f"what it would do.{some}"
    )
    shares = np.array(
        [[lab.churn[metric, how].overall for how in PREPROCESSINGS] for metric in METRICS]
    )
    table = pd.DataFrame(
        shares,
        index=pd.Index([METRIC_LABELS[metric] for metric in METRICS], name="Changed"),
        columns=list(_PREPARED.values()),
    )
    key = f"{view.choices.page}-lab"

    def clicked() -> None:
        cell = picked_cell(key)
        if cell is not None and cell[1] in _PREPARED.values():
            how = next(name for name, label in _PREPARED.items() if label == cell[1])
            view.choices.set("cell", (METRICS[cell[0]], how))

    st.dataframe(
        table.style.map(_tinted).format(_percent),
        key=key,
        row_height=33,
        on_select=clicked,
        selection_mode="single-cell",
        column_config={
            recipe.label: st.column_config.Column(help=f"{recipe.about} {recipe.source}".strip())
            for recipe in PREPROCESSINGS.values()
        },
    )


def _percent(value: Any) -> str:
    return share(value)


def _tinted(value: Any) -> str:
    """Return the ground of a cell: the accent, stronger where more changes; any theme's below."""
    return f"background-color: rgba(86, 118, 230, {value * _STRONGEST:.2f})"


def _chosen(view: View, now: Cell) -> Cell:
    """Return the cell that is looked at: the one clicked, else a neighbour of the present one."""
    default: Cell = (now[0], "centered" if now[1] == "raw" else "raw")

    def read(texts: list[str]) -> Cell:
        metric, _, how = texts[-1].partition(" ")
        check_metric(metric)
        return metric, PREPROCESSINGS[how].name

    chosen = view.choices.value("cell", default, read)
    view.choices.link("cell", [" ".join(chosen)] if chosen != default else [])
    return chosen


def _named(cell: Cell) -> str:
    return f"{METRIC_LABELS[cell[0]].lower()}, {_PREPARED[cell[1]].lower()}"


def _explain(view: View, lab: MetricLab, chosen: Cell) -> None:
    """Draw what the chosen way does to the cloud of vectors, and the button that takes it."""
    now = (lab.metric, lab.preprocessing)
    is_now = chosen == now
    found = lab.churn[chosen]
    with st.container(horizontal=True, vertical_alignment="center"):
        changed = "is used now" if is_now else f"changes {share(found.overall)} of the neighbours"
        name = _named(chosen)
        st.markdown(f"**{name[0].upper()}{name[1:]}** {changed}", width="stretch", help=_TERMS)
        if st.button(
            "Use this",
            key=f"{view.choices.page}-use-cell",
            disabled=is_now,
            icon=":material/check:",
            on_click=_use,
            args=(view, chosen),
            help="Map, trust, neighbours and heatmap are then computed in this way.",
        ):
            st.rerun()
    shapes = _shapes(view, now, chosen)
    if shapes is None:
        return
    st.caption(_sentence(*shapes, view, chosen))
    if not is_now:
        _figures(*shapes)


def _use(view: View, chosen: Cell) -> None:
    view.choices.set("metric", chosen[0])
    view.choices.set("prep", chosen[1])


Shape = tuple[Anisotropy, Hubness]


def _shapes(view: View, now: Cell, chosen: Cell) -> tuple[Shape, Shape] | None:
    """Return the shape of the cloud as it is and as it would be; None while it is measured."""
    raw = view.original

    def work(job: Job[tuple[Shape, Shape]]) -> tuple[Shape, Shape]:
        return _shape(raw, now, job), _shape(raw, chosen, job)

    return _finished(("lab", "shape", raw.fingerprint, now, chosen), work, "Hubs")


def _shape(raw: Embedding, cell: Cell, job: Job) -> Shape:
    prepared = ec.preprocess(raw, cell[1])
    hubs = ec.hubness(prepared, cell[0], K, progress=job.progress, cancel=job.cancelled)
    return ec.anisotropy(prepared), hubs


def _sentence(now: Shape, then: Shape, view: View, chosen: Cell) -> str:
    """Say in words what the chosen way does."""
    aniso, hubs = then
    hub, times = hubs.largest_hub
    text = (
        f"Two items have a mean cosine of {score(aniso.mean_cosine)}"
        if np.isfinite(aniso.mean_cosine)
        else "No two items have a direction"
    )
    before = now[0].mean_cosine
    is_changed = np.isfinite(before) and score(before) != score(aniso.mean_cosine)
    text += f" (now {score(before)})" if is_changed else ""
    text += f". Among {len(hubs.ids):,} items drawn at random, the" if hubs.is_sampled else ". The"
    text += (
        f" largest hub is “{plain(shortened(hub))}”, among the {hubs.k} nearest of "
        f"{times:,} others; {share(hubs.antihub_share)} of the items are among nobody's."
    )
    note = ec.preprocessing_of(cached.preprocessed(view.original, chosen[1])).note
    return f"{text} {plain(note)}" if note else text


def _mean_cosine(aniso: Anisotropy) -> str:
    return score(aniso.mean_cosine) if np.isfinite(aniso.mean_cosine) else "no direction"


def _figures(now: Shape, then: Shape) -> None:
    """Draw the figures before and after."""
    rows = [
        ("Mean cosine of two items", *(_mean_cosine(aniso) for aniso, _ in (now, then))),
        ("Variance along the widest direction", *(share(a.first_share) for a, _ in (now, then))),
        ("Hubness (skewness)", *(f"{hubs.skewness:.2f}" for _, hubs in (now, then))),
        ("Items among nobody's neighbours", *(share(h.antihub_share) for _, h in (now, then))),
    ]
    st.dataframe(pd.DataFrame(rows, columns=["", "Now", "Then"]), hide_index=True, row_height=29)


def _most_changed(view: View, selection: Selection, lab: MetricLab, chosen: Cell) -> None:
    """Draw the items whose neighbours change most, with their nearest in both ways."""
    now = (lab.metric, lab.preprocessing)
    found = lab.churn[chosen]
    if not found.changed.any():
        return
    rows = found.most(_LISTED)
    ids = view.original.ids
    place = {int(position): at for at, position in enumerate(found.positions)}
    table = pd.DataFrame(
        {
            "Changes most": [ids[i] for i in rows],
            "Changed": [round(float(found.changed[place[int(i)]]), 2) for i in rows],
            "Near now": _nearest(view.original, now, rows),
            "Near then": _nearest(view.original, chosen, rows),
        }
    )
    key = f"{view.choices.page}-lab-changed"

    def clicked() -> None:
        picked = picked_rows(key)
        if picked:
            selection.select((ids[rows[picked[0]]],))

    st.dataframe(
        table,
        key=key,
        hide_index=True,
        row_height=29,
        on_select=clicked,
        selection_mode="single-cell",
        column_config={
            "Changed": st.column_config.ProgressColumn(
                format="percent",
                min_value=0.0,
                max_value=1.0,
                width="small",
                help=f"Share of its {found.k} nearest neighbours.",
            )
        },
    )


def _nearest(raw: Embedding, cell: Cell, rows: np.ndarray) -> list[str]:
    """Return the names of the items nearest to each of `rows`."""
    prepared = cached.preprocessed(raw, cell[1])
    near = neighbor_rows(prepared, min(_NAMED, len(raw) - 1), cell[0], rows)
    return [", ".join(shortened(raw.ids[i], 20) for i in line) for line in near]


PANEL = Panel("metrics", "Metrics", show, is_wide=True)
