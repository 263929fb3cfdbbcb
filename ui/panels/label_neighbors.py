"""How often the nearest item has the same label, of which labels seldom, and which lie together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.columns import Column
from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from embedding_core.same_label import SameLabel
from embedding_core.teaching.glossary import linked
from ui import jobs
from ui.clickable import show_clickable
from ui.errors import tell
from ui.panels.base import Shown
from ui.plain import count, share, word

_LISTED = 10


def show_label_neighbors(shown: Shown, label: Column) -> None:
    """Draw the figure beside chance, the labels by it, and those that are nearest to each other."""
    found = _measured(shown, label)
    if found is None:
        return
    st.markdown(_sentence(label.name, found))
    st.caption(linked(_explained(found), ("interval",)))
    _classes(shown, found)
    _pairs(shown, found)


def _measured(shown: Shown, label: Column) -> SameLabel | None:
    """Return the figures; None while they are computed."""
    embedding, metric = shown.view.embedding, shown.view.metric
    collection = shown.view.collection
    key = ("same-label", collection.fingerprint, embedding.fingerprint, metric, label.name)

    def work(job: Job[SameLabel]) -> SameLabel:
        return ec.same_label(
            embedding,
            label.labels,
            metric=metric,
            progress=job.progress,
            cancel=job.cancelled,
        )

    job = jobs.start(key, work, patience=0.5)
    if jobs.is_stopped(job) or not job.ended:
        jobs.show_progress(job, "Neighbours")
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


def _sentence(label: str, found: SameLabel) -> str:
    """Read the figures: how often the nearest agrees, and whether that is more than chance."""
    low, high = (share(end) for end in found.chance_range)
    dealt = f"labels dealt out anew agree for {low if low == high else f'{low} to {high}'}"
    text = (
        f"The nearest of {count(len(found), 'item')} has the same {word(label)} for "
        f"**{share(found.value)}**; {dealt}."
    )
    return text if found.is_beyond_chance else f"{text} That is **no more than chance**."


def _explained(found: SameLabel) -> str:
    low, high = (share(end) for end in found.interval)
    text = (
        "Each item is asked in turn who is nearest to it, itself left out. Of other items of this "
        f"kind it would be {low} to {high} (95% interval)."
    )
    if found.copies and found.value_beyond_copies is not None:
        text += (
            f" {count(found.copies, 'item has', 'items have')} an exact copy as the nearest; "
            f"without them it is {share(found.value_beyond_copies)}."
        )
    return text


def _classes(shown: Shown, found: SameLabel) -> None:
    """Draw the labels, those that agree least first; a click selects what has other neighbours."""
    order = np.argsort(found.shares, kind="stable")
    table = pd.DataFrame(
        {
            "Label": [found.classes[at] for at in order],
            "Items": found.sizes[order],
            "Nearest has it too": 100 * found.shares[order],
            "Chance": 100 * found.chances[order],
        }
    )

    def strangers(row: int) -> NDArray[np.intp]:
        return found.positions[(found.codes == order[row]) & ~found.agrees]

    show_clickable(
        shown,
        "same-label",
        table,
        strangers,
        {
            "Label": st.column_config.TextColumn(
                width=115, help="A click selects its items whose nearest has another label."
            ),
            "Items": st.column_config.NumberColumn(format="localized", width=55),
            "Nearest has it too": st.column_config.ProgressColumn(
                width=120, format="%.0f%%", min_value=0.0, max_value=100.0
            ),
            "Chance": st.column_config.NumberColumn(
                format="%.0f%%", width=60, help="How much of the other items has this label."
            ),
        },
    )


def _pairs(shown: Shown, found: SameLabel) -> None:
    """Draw which labels lie beside each other; a click selects the items and their nearest."""
    pairs = found.confused(_LISTED)
    if not pairs:
        return
    table = pd.DataFrame(
        {
            "Label of an item": [own for own, _, _ in pairs],
            "Label of its nearest": [other for _, other, _ in pairs],
            "Items": [len(items) for _, _, items in pairs],
        }
    )
    place = {int(position): at for at, position in enumerate(found.positions)}

    def both(row: int) -> NDArray[np.intp]:
        items = pairs[row][2]
        nearest = found.positions[found.nearest[[place[int(item)] for item in items]]]
        return np.unique(np.append(items, nearest))

    show_clickable(
        shown,
        "label-pairs",
        table,
        both,
        {"Items": st.column_config.NumberColumn(format="localized", width=55)},
    )
