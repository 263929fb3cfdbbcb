"""Labels: how much of a column can be read off the vectors, and whether neighbours share it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.columns import Column
from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from embedding_core.probe import Probe, Score
from embedding_core.teaching.glossary import linked
from ui import jobs
from ui.clickable import show_clickable
from ui.errors import tell
from ui.jobs import show_progress
from ui.labels import label_columns
from ui.media import are_pictures
from ui.panels.base import Panel, Shown
from ui.panels.label_neighbors import show_label_neighbors
from ui.plain import plain, share, shortened, word

_BY_ITSELF = 3_000
_LISTED = 10
_NOTHING = "-"
_WAYS = {"probe": "Probes", "nearest": "Nearest item"}


def show(shown: Shown) -> None:
    """Draw the choice of a label, and what probes read of it."""
    known = label_columns(shown.view.collection, shown.view.embedding)
    if not known:
        how = (
            "Put pictures of one kind into one folder of a ZIP: folders become labels"
            if are_pictures(shown.view.collection)
            else "Bring data with a column of labels, such as a group or a number for each item"
        )
        st.caption(f"{how}; here no column tells items apart.")
        return
    way = _choose_way(shown)
    label, group = _choose(shown, list(known), is_grouped=way == "probe")
    if way == "nearest":
        _neighbors(shown, known[label])
        return
    found = _measured(shown, known[label], known[group] if group != _NOTHING else None)
    if found is None:
        return
    st.markdown(_sentence(label, found))
    _figures(found)
    for note in found.notes:
        st.caption(plain(note))
    if found.task == "classes":
        _classes(shown, found)
        _pairs(shown, found)
    else:
        _farthest(shown, found, known[label])


def _choose_way(shown: Shown) -> str:
    """Draw the choice of what is asked about a label."""
    return shown.view.choices.select(
        "probe.by",
        "Asked",
        list(_WAYS),
        "probe",
        labels=_WAYS,
        segmented=True,
        kind="question about labels",
        label_visibility="collapsed",
        help="Probes learn the label from some items and are asked about others. The nearest item "
        "learns nothing: is its label the same?",
    )


def _neighbors(shown: Shown, label: Column) -> None:
    """Draw whether neighbours share a label, where it is one of categories."""
    if label.is_numeric:
        st.caption(
            f"{word(label.name)} holds numbers, which two items seldom share; choose a column of "
            "categories, or ask the probes."
        )
    else:
        show_label_neighbors(shown, label)


def _choose(shown: Shown, names: list[str], *, is_grouped: bool) -> tuple[str, str]:
    """Draw the choice of a column, and of one whose items stay together."""
    choices = shown.view.choices
    own = shown.view.data.color
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = choices.select(
            "probe.label",
            "Label",
            names,
            own if own in names else names[0],
            kind="column of labels",
            width=165,
            help="The column that is looked for in the vectors.",
        )
        others = [_NOTHING, *(name for name in names if name not in (label, _NOTHING))]
        if len(others) == 1 or not is_grouped:
            return label, _NOTHING
        group = choices.select(
            "probe.group",
            "Keep together",
            others,
            _NOTHING,
            labels=lambda name: "Nothing more" if name == _NOTHING else name,
            kind="column of groups",
            width=165,
            help="Items with the same value, such as clips of one speaker, are never learned from "
            "and asked about at once. Near-duplicates are always kept together.",
        )
    return label, group


def _measured(shown: Shown, label: Column, group: Column | None) -> Probe | None:
    """Return what the probes found; None while they are at work or wait for their button."""
    view = shown.view
    embedding, metric = view.embedding, view.metric
    named = (label.name, group.name if group else "")
    key = ("probe", view.collection.fingerprint, embedding.fingerprint, metric, *named)

    def work(job: Job[Probe]) -> Probe:
        return ec.probe(
            embedding,
            label.labels,
            groups=group.labels if group else None,
            task="number" if label.is_numeric else "classes",
            metric=metric,
            progress=job.progress,
            cancel=job.cancelled,
        )

    if len(embedding) > _BY_ITSELF and jobs.find(key) is None:
        st.caption(f"Of {len(embedding):,} items this can take a minute.")
        if not st.button("Measure", key=f"{shown.page}-probe", icon=":material/straighten:"):
            return None
    job = jobs.start(key, work, patience=0.3)
    if jobs.is_stopped(job) or not job.ended:
        show_progress(job, "Probes")
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


def _sentence(label: str, found: Probe) -> str:
    """Read the figures: whether the label is there, and what finds it."""
    name = word(label)
    if not found.tells:
        return (
            f"{name} is **not** to be read off these vectors: by their intervals, the probes may "
            "be no better than guessing."
        )
    by_line = found.linear.value >= found.neighbors.value
    who = "a linear probe" if by_line else f"a vote of the {found.k} nearest items"
    best = share((found.linear if by_line else found.neighbors).value)
    if found.task == "classes":
        text = (
            f"{name} can be read off the vectors: {who} names {best} of unseen items right, "
            f"guessing {share(found.baseline)}."
        )
    else:
        text = (
            f"{name} can be read off the vectors: {who} explains {best} of its variance among "
            "unseen items."
        )
    if found.neighbors.interval[0] > found.linear.interval[1]:
        text += " Neighbours know more of it than straight cuts through the space do."
    elif found.linear.interval[0] > found.neighbors.interval[1]:
        text += " It is a direction of the space more than a matter of neighbourhoods."
    return text


def _figures(found: Probe) -> None:
    """Draw the probes' figures, with guessing beside them."""
    right = "Right" if found.task == "classes" else "R²"
    written = share if found.task == "classes" else _r2
    guess = "Guessing the most frequent" if found.task == "classes" else "Guessing the mean"
    linear = "Logistic regression" if found.task == "classes" else "Ridge regression"

    def row(name: str, score: Score) -> tuple[str, str, str]:
        low, high = score.interval
        return name, written(score.value), f"{written(low)} to {written(high)}"

    rows = [
        row(f"Linear probe ({linear.lower()})", found.linear),
        row(f"{found.k} nearest neighbours", found.neighbors),
        (guess, written(found.baseline), ""),
    ]
    st.dataframe(
        pd.DataFrame(rows, columns=["Probe", right, "95% interval"]),
        hide_index=True,
        row_height=29,
        column_config={
            "Probe": st.column_config.TextColumn(
                help=linked(
                    "Each is asked about items it has not learned from: "
                    f"{found.folds}-fold cross-validation, vectors standardised for the linear "
                    "probe.",
                    ("cross-validation", "probe"),
                )
            ),
            right: st.column_config.TextColumn(
                width="small",
                help="Share of items whose label it names right."
                if found.task == "classes"
                else "Share of the label's variance that it explains; below 0, the mean is nearer.",
            ),
            "95% interval": st.column_config.TextColumn(
                help="By drawing the items, or the groups that are kept together, anew 1,000 times."
            ),
        },
    )


def _r2(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def _classes(shown: Shown, found: Probe) -> None:
    """Draw how many of each class the linear probe recognised; a click selects the others."""
    table = pd.DataFrame(
        {
            "Class": found.classes,
            "Items": found.confusion.sum(axis=1),
            "Recognised": 100 * found.recalls,
        }
    )

    def missed(row: int) -> NDArray[np.intp]:
        return found.positions[(found.truth == row) & (found.predicted != row)]

    show_clickable(
        shown,
        "probe-classes",
        table,
        missed,
        {
            "Class": st.column_config.TextColumn(
                help="A click selects its items that the linear probe took for another class."
            ),
            "Recognised": st.column_config.ProgressColumn(
                format="%.0f%%", min_value=0.0, max_value=100.0
            ),
        },
    )


def _pairs(shown: Shown, found: Probe) -> None:
    """Draw the classes that were taken for each other; a click selects the items."""
    pairs = found.confused(_LISTED)
    if not pairs:
        return
    table = pd.DataFrame(
        {
            "Most confused": [true for true, _, _ in pairs],
            "Taken for": [taken for _, taken, _ in pairs],
            "Items": [len(items) for _, _, items in pairs],
        }
    )
    show_clickable(shown, "probe-pairs", table, lambda row: pairs[row][2], {})


def _farthest(shown: Shown, found: Probe, label: Column) -> None:
    """Draw the items whose number the linear probe misses most; a click selects one."""
    worst = np.argsort(-np.abs(found.predicted - found.truth), kind="stable")[:_LISTED]
    ids = shown.view.embedding.ids
    table = pd.DataFrame(
        {
            "Farthest off": [ids[i] for i in found.positions[worst]],
            shortened(label.name, 20): found.truth[worst],
            "Predicted": found.predicted[worst],
        }
    )
    config = {
        name: st.column_config.NumberColumn(format="%.3g", width="small")
        for name in table.columns[1:]
    }
    show_clickable(
        shown, "probe-farthest", table, lambda row: found.positions[worst[row : row + 1]], config
    )


PANEL = Panel("probe", "Labels", show)
