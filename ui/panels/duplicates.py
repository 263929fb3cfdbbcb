"""Copies: items that are the same or nearly so, group by group, with lines on the map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.duplicates import CopyGroup, Duplicates
from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from embedding_core.params import Param
from embedding_core.similarity import DISTANCES
from ui import jobs
from ui.clickable import show_clickable
from ui.errors import tell
from ui.gallery import SMALL, Tile, draw_gallery
from ui.map import Pictures
from ui.panels.base import Overlay, Panel, Shown
from ui.plain import count, listed, plain, score, shortened, word

_LISTED, _LINES = 60, 400
_KINDS = {"exact": "exact copies", "same vector": "same vector", "near": "near"}


def show(shown: Shown) -> None:
    """Draw the groups of copies; a click on one selects it."""
    chosen = _choose(shown)
    job = _found(shown, chosen, patience=0.4)
    if jobs.is_stopped(job) or not job.ended:
        jobs.show_progress(job, "Copies")
        return
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return
    found = job.result()
    st.markdown(_sentence(shown, found))
    st.caption(_explained(found))
    if found.groups:
        _groups(shown, found)
        _offer_extra(shown, found)
    elif found.closest is not None:
        first, second, value = found.closest
        pair = np.array([first, second], dtype=np.intp)
        _draw(shown, [CopyGroup(pair, "near", (), value, value)], found)


def overlay(shown: Shown) -> Overlay:
    """Return lines between copies, where they have been found."""
    chosen = _chosen(shown)
    known = jobs.find(_key(shown, chosen)) is not None
    job = _found(shown, chosen, patience=0 if known else 0.2)
    if job.status != "done":
        return Overlay()
    pairs = job.result().pairs[:_LINES]
    return Overlay(lines=[(int(a), int(b), True) for a, b in pairs])


# --- choices and work -----------------------------------------------------------------------------


def _choose(shown: Shown) -> float | None:
    """Draw the choice of what is near; return the threshold, None for the data's own."""
    choices = shown.view.choices
    is_own = choices.flag(
        "copies.set",
        "Set the threshold",
        help="From which similarity on, or up to which distance, two items are called copies. "
        "Otherwise it is chosen from the data.",
    )
    if not is_own:
        return None
    name, param = _param(shown)
    value = float(choices.number(name, param))
    # Also where it is the data's own: elsewhere that is not known yet.
    choices.link(name, [str(value)])
    return value


def _param(shown: Shown) -> tuple[str, Param]:
    """Return the field for a threshold and its name; it begins with what the data gave."""
    job = jobs.find(_key(shown, None))
    start = job.result().threshold if job is not None and job.status == "done" else None
    if shown.view.metric in DISTANCES:
        return "copies.within", Param(
            "within", "At most this distance", "number", round(start or 0.0, 4),
            "Items that are nearer are copies.", minimum=0.0, maximum=1e9, step=0.01,
        )  # fmt: skip
    return "copies.from", Param(
        "from", "At least this cosine", "number", round(start if start is not None else 0.95, 4),
        "Items that are more alike are copies.", minimum=-1.0, maximum=1.0, step=0.005,
    )  # fmt: skip


def _chosen(shown: Shown) -> float | None:
    """Return the threshold without drawing its choice; the map asks before the panel is drawn."""
    choices = shown.view.choices
    if not choices.value("copies.set", False, lambda texts: texts[-1] == "1"):
        return None
    name, param = _param(shown)
    return float(choices.value(name, param.default, lambda texts: param.check(texts[-1])))


def _key(shown: Shown, threshold: float | None) -> jobs.Key:
    view = shown.view
    return (
        "copies", view.collection.fingerprint, view.embedding.fingerprint, view.metric, threshold,
    )  # fmt: skip


def _found(shown: Shown, threshold: float | None, patience: float) -> Job[Duplicates]:
    """Return the job that looks for copies."""
    view = shown.view

    def work(job: Job[Duplicates]) -> Duplicates:
        return ec.duplicates(
            view.embedding,
            threshold,
            view.metric,
            collection=view.collection,
            progress=job.progress,
            cancel=job.cancelled,
        )

    return jobs.start(_key(shown, threshold), work, patience=patience)


# --- what is shown --------------------------------------------------------------------------------


def _sentence(shown: Shown, found: Duplicates) -> str:
    """Read what was found: how many groups, or how far the nearest two are from being copies."""
    n = len(shown.view.embedding)
    if found.groups:
        exact = sum(group.kind == "exact" for group in found.groups)
        of_them = f", {exact:,} of them exact" if exact else ""
        return (
            f"**{count(len(found), 'group')} of copies**{of_them}: with one of each, "
            f"{n - found.extra:,} of {count(n, 'item')} would be left."
        )
    if found.closest is None:
        return "**No copies**: there is one item only."
    first, second, value = found.closest
    a, b = (word(shown.view.embedding.ids[at]) for at in (first, second))
    return f"**No copies.** Nearest are {a} and {b}, {_score(value, found.metric)}."


def _explained(found: Duplicates) -> str:
    bound = "at most" if found.metric in DISTANCES else "at least"
    exact = (
        "“Exact” copies have the same content, byte for byte; of the “same vector” the model sees "
        "no difference."
    )
    return f"Near is {bound} {_score(found.threshold, found.metric)}. {plain(found.reason)} {exact}"


def _score(value: float, metric: str) -> str:
    return f"cosine {score(value)}" if metric == "cosine" else score(value, metric)


def _groups(shown: Shown, found: Duplicates) -> None:
    groups = found.groups[:_LISTED]
    _draw(shown, groups, found)
    if len(found) > len(groups):
        st.caption(f"The first {len(groups)} of {len(found):,} groups.")


def _draw(shown: Shown, groups: Sequence[CopyGroup], found: Duplicates) -> None:
    """Draw groups as pairs of pictures, or as a table where items are no pictures."""
    if shown.pictures is not None:
        _gallery(shown, groups, found, shown.pictures)
    else:
        _table(shown, groups, found)


def _gallery(
    shown: Shown, groups: Sequence[CopyGroup], found: Duplicates, pictures: Pictures
) -> None:
    """Draw the nearest two of each group side by side; a click selects the group."""
    ids, positions = shown.view.embedding.ids, shown.view.collection.positions

    def tile(group: CopyGroup) -> Tile:
        pair = _nearest_two(group, found)
        many = f"{len(group)} pictures" if len(group) > 2 else ""
        kind = "" if group.kind == "near" else _KINDS[group.kind]
        return Tile(
            cells=tuple(positions[ids[at]] for at in pair),
            text=kind or score(group.nearest, found.metric),
            more=many,
            title=f"{listed([ids[at] for at in group.positions], 4)}: "
            f"{kind or _score(group.nearest, found.metric)}",
        )

    draw_gallery(
        [tile(group) for group in groups],
        pictures,
        key=f"{shown.page}-copies",
        on_pick=lambda at: shown.selection.select(
            tuple(ids[item] for item in groups[at].positions)
        ),
        size=SMALL,
        describes="Groups of copies",
        are_sent=True,
    )


def _nearest_two(group: CopyGroup, found: Duplicates) -> tuple[int, int]:
    """Return two of a group that stand for it: the same ones, else the nearest."""
    if group.exact:
        return int(group.exact[0][0]), int(group.exact[0][1])
    members = set(group.positions.tolist())
    for a, b in found.pairs:
        if int(a) in members and int(b) in members:
            return int(a), int(b)
    return int(group.positions[0]), int(group.positions[1])


def _table(shown: Shown, groups: Sequence[CopyGroup], found: Duplicates) -> None:
    """Draw the groups by name; a click selects one."""
    ids = shown.view.embedding.ids
    title = "Distance" if found.metric in DISTANCES else "Cosine"
    table = pd.DataFrame(
        {
            "Copies": [_names(ids, group.positions) for group in groups],
            "Items": [len(group) for group in groups],
            title: [group.nearest for group in groups],
            "Kind": [_KINDS[group.kind] for group in groups],
        }
    )
    show_clickable(
        shown,
        "copies-table",
        table,
        lambda row: groups[row].positions,
        {
            "Copies": st.column_config.TextColumn(width=150, help="A click selects them."),
            "Items": st.column_config.NumberColumn(format="localized", width=50),
            title: st.column_config.NumberColumn(
                format="%.4g", width=70, help="Of the two that are most alike."
            ),
        },
        rows=14,
    )


def _names(ids: Sequence[str], positions: NDArray[np.intp]) -> str:
    names = " – ".join(shortened(ids[at], 24) for at in positions[:4])
    return f"{names} …" if len(positions) > 4 else names


def _offer_extra(shown: Shown, found: Duplicates) -> None:
    """Draw the button that selects what could go."""
    ids = shown.view.embedding.ids
    extra = tuple(ids[at] for group in found.groups for at in group.positions[1:])
    st.button(
        f"Select all but one of each ({len(extra):,})",
        icon=":material/content_copy:",
        type="tertiary",
        on_click=shown.selection.select,
        args=(extra,),
    )


PANEL = Panel("copies", "Copies", show, overlay)
