"""Who loses their neighbours when vectors are made smaller, by name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from embedding_core.compression import CompressionReport, Measured
from ui.compressing.subject import Subject
from ui.gallery import SMALL, Tile, draw_gallery
from ui.jobs import show_progress
from ui.media import are_pictures, pictures_of
from ui.plain import count, listed, share, shortened

_LISTED, _NAMED, _PICTURED = 200, 4, 24
_ROW = 29


def show_losers(subject: Subject, report: CompressionReport, chosen: Measured) -> None:
    """Draw a sentence on how the loss is spread, and the items that lose most, worst first."""
    ids = subject.embedding.ids
    n = len(report.asked)
    whole = int((chosen.recalls == 1).sum())
    none = int((chosen.recalls == 0).sum())
    told = f"As **{chosen.recipe.label}**, {f'{whole:,}' if whole else 'none'} of "
    told += f"{count(n, 'item')} keep all their {count(report.k, 'nearest', 'nearest')}"
    told += f", and {none:,} keep none of them." if none else "."
    st.markdown(told)
    order = np.argsort(chosen.recalls, kind="stable")
    order = order[chosen.recalls[order] < 1][:_LISTED]
    if not len(order):
        st.caption("Nobody loses a neighbour this way.")
        return
    if are_pictures(subject.data.collection):
        _pictures(subject, report, chosen, order)
    lost = [_apart(report.true[at], chosen.found[at]) for at in order]
    gained = [_apart(chosen.found[at], report.true[at]) for at in order]
    table = pd.DataFrame(
        {
            "Item": [ids[report.asked[at]] for at in order],
            "Kept": 100 * chosen.recalls[order],
            "No longer found": [_names(subject, places) for places in lost],
            "Found instead": [_names(subject, places) for places in gained],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        row_height=_ROW,
        height=min(len(table) + 1, 10) * _ROW + 8,
        column_config={
            "Item": st.column_config.TextColumn(width=220),
            "Kept": st.column_config.ProgressColumn(
                width=110, format="%.0f%%", min_value=0.0, max_value=100.0,
                help="Share of its true neighbours that are still found.",
            ),
        },
    )  # fmt: skip
    if len(order) == _LISTED:
        st.caption(f"The {_LISTED} that lose most.")


def _apart(places: np.ndarray, others: np.ndarray) -> np.ndarray:
    return places[~np.isin(places, others)]


def _names(subject: Subject, places: np.ndarray) -> str:
    names = [shortened(subject.embedding.ids[at], 24) for at in places[:_NAMED]]
    more = len(places) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def _pictures(
    subject: Subject, report: CompressionReport, chosen: Measured, order: np.ndarray
) -> None:
    """Draw those that lose most as pictures, with the share they keep."""
    pictures, job = pictures_of(subject.data.collection)
    if pictures is None:
        if job is not None:
            show_progress(job, "Pictures")
        return
    ids, positions = subject.embedding.ids, subject.data.collection.positions

    def tile(at: int) -> Tile:
        id_ = ids[report.asked[at]]
        lost = _apart(report.true[at], chosen.found[at])
        told = listed([ids[each] for each in lost], _NAMED)
        return Tile(
            (positions[id_],), share(chosen.recalls[at]), title=f"{id_} no longer finds {told}"
        )

    draw_gallery(
        [tile(int(at)) for at in order[:_PICTURED]],
        pictures,
        key="compression-losers",
        size=SMALL,
        describes="Pictures that lose most of their neighbours",
    )
