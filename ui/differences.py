"""What makes a selection different from the rest, beside the map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

import embedding_core as ec
from embedding_core.collection import array_digest
from embedding_core.contrast import FEWEST_ITEMS, Contrast
from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from ui import jobs
from ui.errors import tell
from ui.jobs import show_progress
from ui.plain import brief, plain
from ui.selection import Selection
from ui.view import View

_SENTENCES, _LISTED = 3, 12


def show_differences(view: View, selection: Selection) -> None:
    """Draw how the selection differs from the rest: the largest differences as sentences."""
    inside = len(selection.positions)
    if inside < FEWEST_ITEMS:
        return
    st.markdown("**What makes them different**")
    if len(view.embedding) - inside < FEWEST_ITEMS:
        st.caption("Nearly all items are selected, so there is nothing to compare them with.")
        return
    if not len(view.collection.table.columns) and view.collection.unit in ("", "word"):
        st.caption("These items came without columns or texts that could tell.")
        return
    found = _found(view, selection)
    if found is None:
        return
    if not found:
        st.caption(
            "No column sets them apart: a random selection of this size differs as much from the "
            "rest."
        )
        return
    for contrast in found[:_SENTENCES]:
        st.markdown(plain(brief(contrast.sentence)))
    if len(found) > _SENTENCES:
        _table(view, found)


def _found(view: View, selection: Selection) -> list[Contrast] | None:
    """Return the differences; None while they are looked for."""
    collection, embedding = view.collection, view.embedding
    positions = np.sort(selection.positions)
    key = ("contrasts", collection.fingerprint, embedding.fingerprint, array_digest(positions))

    def work(job: Job[list[Contrast]]) -> list[Contrast]:
        return ec.contrasts(collection, embedding, positions, _LISTED)

    job = jobs.start(key, work, patience=0.3)
    if jobs.is_stopped(job) or not job.ended:
        show_progress(job, "Differences")
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


def _table(view: View, found: list[Contrast]) -> None:
    rows = [(each.column or "text", each.detail, each.score) for each in found]
    st.dataframe(
        pd.DataFrame(rows, columns=["Column", "How they differ", "Difference"]),
        key=f"{view.choices.page}-differences",
        hide_index=True,
        row_height=29,
        height=300 if len(rows) > 9 else "content",
        column_config={
            "Column": st.column_config.TextColumn(width="small"),
            "Difference": st.column_config.ProgressColumn(
                format="%.2f",
                min_value=0.0,
                max_value=1.0,
                width="small",
                help="0: as the rest; 1: nothing in common with it. Numbers by the largest gap of "
                "their distributions (Kolmogorov-Smirnov), categories by the Jensen-Shannon "
                "distance beyond that of random selections. Only what chance hardly explains is "
                "listed.",
            ),
        },
    )
