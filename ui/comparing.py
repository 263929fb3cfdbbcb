"""Two maps of the same items side by side: how far they agree, and about what they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.comparison import FEWEST_ITEMS, Comparison, as_vectors, neighbor_rows
from embedding_core.embedding import Embedding
from embedding_core.errors import ExplorerError, InputError
from embedding_core.jobs import Job
from embedding_core.projection import Projection
from embedding_core.quality import Quality
from embedding_core.teaching.glossary import linked
from ui import cached, colouring, jobs
from ui.errors import show_notes, tell
from ui.jobs import show_progress
from ui.map import Style, draw_map
from ui.neighbor_table import show_neighbors
from ui.plain import count, listed, plain, score, share, word
from ui.selection import Selection
from ui.sides import Differs, Side
from ui.sources import Data
from ui.state import Choices, picked_rows
from ui.view import K, View, embedded, map_badge, projected, ready_made, trust

_HEIGHT = 430
_LIST_HEIGHT = 380
_LISTED, _LINES = 50, 10
_OVERLAP = "?overlap"
_HELP = (
    "The mean share of an item's nearest neighbours that are the same on both sides.",
    "Linear centred kernel alignment (Kornblith et al., 2019); under cosine, of the vectors scaled "
    "to length 1. By chance: its mean where the items of one side are mixed up, which is high "
    "where items are few.",
    "Spearman's rank correlation between the similarities of pairs of items on both sides; its "
    "interval is found by drawing the items anew.",
)


@dataclass(frozen=True)
class Picture:
    """One side as it is drawn.

    Attributes
    ----------
    side
        What was chosen.
    embedding
        The vectors of the items both sides have, prepared as chosen.
    projection, quality
        Their map, and what it kept; None where that is not measured (yet).
    waits
        What is still drawn or measured.
    compared, metric
        The vectors that are compared, and how: those of the items, or of two maps of the same
        vectors, their places.
    """

    side: Side
    embedding: Embedding
    projection: Projection
    quality: Quality | None
    waits: tuple[Job, ...]
    compared: Embedding
    metric: str

    @property
    def is_final(self) -> bool:
        """Whether the map is the one that was asked for, and no stand-in."""
        return self.projection.method == self.side.map.name

    def nearest(self, id_: str, k: int) -> list[ec.Neighbor]:
        """Return the items nearest to one on this side."""
        return ec.nearest(self.compared, id_, k, self.metric)


def compare(choices: Choices, data: Data, by: Differs, left: Side, right: Side) -> None:
    """Draw the comparison; the page ends with progress where vectors take a while."""
    raw = [
        ready_made(data.collection)
        if side.model is None
        else embedded(side.choices, data.collection, side.model)
        for side in (left, right)
    ]
    ids = tuple(id_ for id_ in raw[0].ids if id_ in raw[1].positions)
    if len(ids) == len(raw[0]) == len(raw[1]) < FEWEST_ITEMS:
        raise InputError(
            f"There {'is' if len(ids) == 1 else 'are'} {count(len(ids), 'item')} to compare "
            f"{left.label} and {right.label} on; bring at least {FEWEST_ITEMS}."
        )
    if len(ids) < FEWEST_ITEMS:
        raise InputError(
            f"{left.label} and {right.label} both know {count(len(ids), 'item')} of these; bring "
            f"at least {FEWEST_ITEMS} that both know."
        )
    notes = [*choices.notes, *data.collection.notes]
    notes += _left_out(left, raw[0], ids) + _left_out(right, raw[1], ids)
    first = _picture(left, _prepared(raw[0], ids, left), by, None)
    second = _picture(right, _prepared(raw[1], ids, right), by, first.projection)
    for each in (first, second):
        notes += [ec.preprocessing_of(each.embedding).note, *each.projection.notes]
    notes = [note for note in notes if note]
    _stage(choices, data, by, first, second, notes)


def _left_out(side: Side, raw: Embedding, ids: Sequence[str]) -> list[str]:
    """Say which items a side has no vector of, and which of its own the other lacks."""
    told = []
    for reason in dict.fromkeys(why for _, why in raw.dropped):
        names = [id_ for id_, why in raw.dropped if why == reason]
        told.append(f"{count(len(names), 'item')} left out, {listed(names)}: {reason}")
    alone = set(raw.ids) - set(ids)
    if alone:
        names = [id_ for id_ in raw.ids if id_ in alone]
        told.append(
            f"{count(len(names), 'item')} that only {side.label} knows left out of the "
            f"comparison: {listed(names)}."
        )
    return told


def _prepared(raw: Embedding, ids: tuple[str, ...], side: Side) -> Embedding:
    part = raw if raw.ids == ids else cached.part(raw, ids)
    return cached.preprocessed(part, side.map.preprocessing)


def _picture(side: Side, embedding: Embedding, by: Differs, target: Projection | None) -> Picture:
    """Draw a side's map, turned like another where there is one."""
    projection, drawing = projected(embedding, side.map)
    if target is not None and target.coords.shape == projection.coords.shape:
        projection = cached.aligned(projection, target)
    quality, measuring = trust(embedding, projection)
    waits = tuple(job for job in (drawing, measuring) if job is not None)
    if by == "map":
        return Picture(
            side, embedding, projection, quality, waits, as_vectors(projection), "euclidean"
        )
    return Picture(side, embedding, projection, quality, waits, embedding, side.map.metric)


@st.fragment
def _stage(
    choices: Choices,
    data: Data,
    by: Differs,
    left: Picture,
    right: Picture,
    notes: list[str],
) -> None:
    selection = Selection(View(choices, data, left.embedding, left.side.map))
    found, job = (None, None)
    if by != "map" or (left.is_final and right.is_final):
        found, job = _compared(left, right)
    st.markdown(f"##### {_sentence(by, left, right, found)}")
    show_notes(notes)
    _figures(by, found)
    if job is not None:
        show_progress(job, "Comparing")
    color = _choose_color(choices, data, left)
    rows = st.container(key="side-by-side")
    with rows:
        for picture, column in zip((left, right), st.columns(2, gap="medium"), strict=True):
            with column:
                _draw(choices, data, picture, selection, _colours(color, data, left, found))
    if found is not None:
        with rows:
            _explain(choices, left, right, found, selection)
    choices.publish()


def _compared(left: Picture, right: Picture) -> tuple[Comparison | None, Job | None]:
    """Return how far the two agree, or the job that finds out."""
    key = (
        "compare",
        left.compared.fingerprint,
        left.metric,
        right.compared.fingerprint,
        right.metric,
        K,
    )

    def work(job: Job[Comparison]) -> Comparison:
        return ec.compare(
            left.compared,
            right.compared,
            metric_left=left.metric,
            metric_right=right.metric,
            k=K,
            progress=job.progress,
            cancel=job.cancelled,
        )

    job = jobs.start(key, work, patience=0.35)
    if jobs.is_stopped(job) or not job.ended:
        return None, job
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None, None
    return job.result(), None


def _sentence(by: Differs, left: Picture, right: Picture, found: Comparison | None) -> str:
    """Read the agreement."""
    names = f"{plain(left.side.label)} and {plain(right.side.label)}"
    if found is None:
        return f"{names}: {count(len(left.embedding), 'item')}"
    where = " on the map" if by == "map" else ""
    text = (
        f"{names} share {share(found.neighbor_overlap)} of each item's {found.k} nearest "
        f"neighbours{where}"
    )
    if found.neighbor_overlap == 1:
        return text
    return f"{text}, fewest for {word(found.most_different(1)[0])}"


def _figures(by: Differs, found: Comparison | None) -> None:
    """Draw the three figures; while they are not known, the room that they take."""
    told = _meanings(by, found) if found is not None else [("–", "Not compared yet.")] * 3
    labels = ("Shared neighbours", "Shape (CKA)", "Order of pairs")
    for column, label, help_, (value, meaning) in zip(
        st.columns(3), labels, _HELP, told, strict=True
    ):
        with column.container(gap="xxsmall"):
            st.metric(label, value, help=help_)
            st.caption(linked(meaning, ("cka",)))


def _meanings(by: Differs, found: Comparison) -> list[tuple[str, str]]:
    """Return each figure, and a line on what it means."""
    low, high = (score(end) for end in found.rank_interval)
    some = ""
    if found.overlap_interval is not None:
        ends = " to ".join(share(end) for end in found.overlap_interval)
        some = f"; 95% interval {ends}, from {len(found.positions):,} items"
    clouds = "maps" if by == "map" else "clouds of vectors"
    return [
        (
            share(found.neighbor_overlap),
            f"of each item's {found.k} nearest; by chance {share(found.chance_overlap)}{some}",
        ),
        (
            score(found.cka),
            f"1: the {clouds} are the same, turned and scaled; by chance {score(found.chance_cka)}",
        ),
        (
            score(found.rank_correlation),
            f"1: all pairs in the same order; by chance 0; 95% interval {low} to {high}",
        ),
    ]


def _choose_color(choices: Choices, data: Data, left: Picture) -> str:
    offered = {
        name: label
        for name, label in colouring.options(data.collection, len(left.embedding)).items()
        if not name.startswith("?")
    } | {_OVERLAP: "Shared neighbours"}
    default = colouring.default_column(data.collection, data.color)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Colour by", width="content")
        return choices.select(
            "color",
            "Colour by",
            list(offered),
            default if default in offered and default != colouring.NOTHING else _OVERLAP,
            labels=offered,
            kind="column",
            label_visibility="collapsed",
            width=220,
        )


def _colours(color: str, data: Data, left: Picture, found: Comparison | None) -> dict[str, Any]:
    if color != _OVERLAP:
        return colouring.colour_by(color, data.collection, left.embedding.ids, None)
    if found is None:
        return {}
    values = np.full(len(left.embedding), np.nan, np.float32)
    values[found.positions] = found.overlap
    return {"values": values, "value_range": (0.0, 1.0), "value_title": "shared neighbours"}


def _draw(
    choices: Choices, data: Data, picture: Picture, selection: Selection, colours: dict[str, Any]
) -> None:
    side, projection = picture.side, picture.projection
    badge = map_badge(picture.quality, len(projection.ids))
    near = _near(picture, selection.positions)
    drawn = ec.PROJECTORS[projection.method].label
    told = "" if drawn in side.label else f" · {drawn}"
    st.markdown(f"**{plain(side.label)}**{told if picture.is_final else f' · {drawn} until then'}")
    draw_map(
        cached.geometry(projection, data.collection),
        Style(
            selected=selection.positions,
            emphasised=near,
            lines=[(int(selection.positions[0]), other, True) for other in near],
            badge=badge,
            axis_titles=projection.axis_titles or None,
            **colours,
        ),
        key=f"{choices.page}-{side.name}-map",
        height=_HEIGHT,
        link=choices.page,
        summary=f"{side.label}: {drawn} map of {count(len(projection.ids), 'item')}. {badge[0]}.",
        file_name=f"compare-{side.name}",
        on_select=selection.take,
    )
    for job in picture.waits[:1]:
        show_progress(job, f"{side.label}, {side.name}")


def _near(picture: Picture, selected: NDArray[np.intp]) -> list[int]:
    """Return the neighbours of the one selected item, for the lines from it."""
    if len(selected) != 1:
        return []
    k = min(_LINES, max(1, (len(picture.compared) - 1) // 2))
    return neighbor_rows(picture.compared, k, picture.metric, selected)[0].tolist()


def _explain(
    choices: Choices, left: Picture, right: Picture, found: Comparison, selection: Selection
) -> None:
    """Draw the items they disagree on most, and beside them one item's neighbours under each."""
    worst = found.most_different(_LISTED)
    looked_at = selection.ids[0] if len(selection.ids) == 1 else worst[0]
    columns = st.columns([2, 3, 3], gap="medium")
    with columns[0]:
        st.markdown("**They disagree most on**")
        _disagreements(choices, left.compared.ids, found, selection)
    lists = [picture.nearest(looked_at, found.k) for picture in (left, right)]
    both = {near.id for near in lists[0]} & {near.id for near in lists[1]}
    for picture, near, column in zip((left, right), lists, columns[1:], strict=True):
        with column:
            st.markdown(f"**{plain(picture.side.label)}:** nearest to {word(looked_at)}")
            show_neighbors(
                near,
                picture.metric,
                key=f"{choices.page}-{picture.side.name}-near",
                columns={"In both": ["yes" if each.id in both else "" for each in near]},
                on_pick=lambda picked: selection.select((picked,)),
                height=_LIST_HEIGHT,
            )


def _disagreements(
    choices: Choices, ids: Sequence[str], found: Comparison, selection: Selection
) -> None:
    order = np.argsort(found.overlap, kind="stable")[:_LISTED]
    rows = found.positions[order]
    table = pd.DataFrame({"Item": [ids[i] for i in rows], "Shared": found.overlap[order].round(2)})
    key = f"{choices.page}-disagreements"

    def clicked() -> None:
        picked = picked_rows(key)
        if picked:
            selection.select((ids[rows[picked[0]]],))

    bar = st.column_config.ProgressColumn(
        format="percent",
        min_value=0.0,
        max_value=1.0,
        help=f"Share of its {found.k} nearest neighbours that are the same on both sides.",
    )
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        row_height=29,
        height=_LIST_HEIGHT,
        on_select=clicked,
        selection_mode="single-cell",
        column_config={"Shared": bar},
    )
