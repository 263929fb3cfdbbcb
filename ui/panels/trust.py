"""Can the map be believed: four figures beside what chance gives, and where it is worst."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.embedding import Embedding
from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from embedding_core.projection import FEWEST_ITEMS, Projection
from embedding_core.quality import CURVE_ITEMS, EXACT_ITEMS, Quality, chance_levels, recall_by_k
from embedding_core.teaching.glossary import more_on
from ui import cached, jobs
from ui.colouring import TRUST, TRUST_FIGURES
from ui.disagreeing import compared_items, pairs_apart
from ui.errors import tell
from ui.jobs import show_progress
from ui.panels.base import Overlay, Panel, Shown
from ui.plain import count, score, share, shortened
from ui.state import picked_rows
from ui.view import INLINE_ITEMS, K

_K_CHOICES = (5, 10, 15, 30, 50, 100)
_MOST_K = 100
_WORST, _PAIRS = 6, 10


@dataclass(frozen=True)
class _Figure:
    """One of the figures: its name in a Quality, on screen and as a colour; and what it means."""

    name: str
    label: str
    color: str
    text: Callable[[float], str]
    meaning: str


_FIGURES = (
    _Figure(
        "neighbor_recall",
        "of true neighbours kept",
        TRUST,
        share,
        "How many of the {k} nearest to each item by the vectors are among its {k} nearest here.",
    ),
    _Figure(
        "trustworthiness",
        "trustworthiness",
        "?trustworthiness",
        score,
        "1 if all that are near each other here truly are. Strangers brought near lower it.",
    ),
    _Figure(
        "continuity",
        "continuity",
        "?continuity",
        score,
        "1 if all that are truly near each other are near here. Neighbours torn away lower it.",
    ),
    _Figure(
        "rank_correlation",
        "order of all distances",
        "",
        score,
        "Rank correlation (Spearman) between distances here and by the vectors: 1 if far and near "
        "are in the same order, whatever becomes of the nearest.",
    ),
)


@dataclass(frozen=True)
class _Findings:
    """What the panel shows: the figures at its own k, and the share kept at every k."""

    quality: Quality | None
    kept: NDArray[np.float64]


def show(shown: Shown) -> None:
    """Draw the figures, how they depend on k, and the items and pairs that are worst placed."""
    n = len(shown.projection.ids)
    if n < FEWEST_ITEMS:
        st.caption(f"Trust is measured on {FEWEST_ITEMS} items or more; bring more of them.")
        return
    if not shown.is_final and n > INLINE_ITEMS:
        st.caption("The map is still being drawn; how far to trust it is measured afterwards.")
        return
    found = _found(shown, _choose_k(shown))
    if found is None or found.quality is None:
        return
    _figures(shown, found.quality)
    _worst(shown, found.quality)
    _pairs(shown)
    _kept_by_k(found.kept, n)


def overlay(shown: Shown) -> Overlay:
    """Colour the map by the figures at the panel's own k, where trust is what colours it."""
    if shown.color not in TRUST_FIGURES:
        return Overlay()
    k = _chosen_k(shown)
    found = _known(shown, k) if k != K else None
    if found is None or found.quality is None or found.quality.sampled:
        return Overlay()
    _, title, attribute = TRUST_FIGURES[shown.color]
    values = getattr(found.quality, attribute)
    return Overlay(colours={"values": values, "value_title": f"{title}, k = {found.quality.k}"})


# --- what is measured ---------------------------------------------------------------------------


def _k_choices(shown: Shown) -> list[int]:
    most = (len(shown.projection.ids) - 1) // 2
    # What the badge of a small map asks about is among them, so that the two can agree.
    return sorted({k for k in _K_CHOICES if k <= most} | {min(K, most)})


def _default_k(shown: Shown) -> int:
    return min(K, (len(shown.projection.ids) - 1) // 2)


def _choose_k(shown: Shown) -> int:
    """Draw the choice of how many neighbours count."""
    return int(
        shown.view.choices.select(
            "trust.k",
            "Neighbours that count (k)",
            [str(k) for k in _k_choices(shown)],
            str(_default_k(shown)),
            segmented=True,
            kind="number of neighbours",
            help="Few look at the fine grain of the map, many at its neighbourhoods at large.",
        )
    )


def _chosen_k(shown: Shown) -> int:
    """Return the choice as it stood when the panel was last drawn: its widget comes later."""
    default = str(_default_k(shown))
    chosen: str = shown.view.choices.value("trust.k", default, lambda texts: texts[-1])
    return int(chosen) if chosen in map(str, _k_choices(shown)) else int(default)


def _key(shown: Shown, k: int) -> jobs.Key:
    return ("trust panel", shown.view.embedding.fingerprint, shown.projection.fingerprint, k)


def _known(shown: Shown, k: int) -> _Findings | None:
    """Return what is measured already, or takes no time."""
    if len(shown.projection.ids) <= INLINE_ITEMS:
        return _measured_inline(shown.view.embedding, shown.projection, k)
    job = jobs.find(_key(shown, k))
    return job.result() if job is not None and job.status == "done" else None


def _found(shown: Shown, k: int) -> _Findings | None:
    """Return what was measured; None while it is, with its progress on screen."""
    if len(shown.projection.ids) <= INLINE_ITEMS:
        return _known(shown, k)
    if shown.quality is None:
        # The map's own badge waits for the same figures, and shows how far they are.
        st.caption("Being measured; see below the map.")
        return None
    embedding, projection, quality = shown.view.embedding, shown.projection, shown.quality

    def work(job: Job[_Findings]) -> _Findings:
        return _measured(embedding, projection, k, quality, job)

    job = jobs.start(_key(shown, k), work, patience=0.35)
    if jobs.is_stopped(job) or not job.ended:
        show_progress(job, "Figures")
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


@st.cache_resource(
    max_entries=64,
    show_spinner=False,
    hash_funcs={kind: lambda thing: thing.fingerprint for kind in (Embedding, Projection)},
)
def _measured_inline(embedding: Embedding, projection: Projection, k: int) -> _Findings:
    quality = cached.small_quality(embedding, projection, k)
    return _Findings(quality, recall_by_k(embedding, projection, _MOST_K))


def _measured(
    embedding: Embedding, projection: Projection, k: int, known: Quality, job: Job[_Findings]
) -> _Findings:
    quality: Quality | None = known
    if known.k != k:
        quality = ec.quality(embedding, projection, k, progress=job.progress, cancel=job.cancelled)
    job.progress(0, 0, "neighbours kept at every k")
    return _Findings(quality, recall_by_k(embedding, projection, _MOST_K, cancel=job.cancelled))


# --- what is shown ------------------------------------------------------------------------------


def _figures(shown: Shown, quality: Quality) -> None:
    """Draw each figure with what it means, what chance gives, and a way to colour the map by it."""
    n = len(shown.projection.ids)
    chance = chance_levels(n, quality.k)
    for figure in _FIGURES:
        value = figure.text(getattr(quality, figure.name))
        by_chance = figure.text(chance[figure.name]) if chance[figure.name] else "0"
        with st.container(gap=None):
            with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
                told = f"**{value}** {figure.label}{_interval(quality, figure)}"
                st.markdown(told, width="stretch")
                if figure.color and not quality.sampled:
                    _offer_colour(shown, figure)
            meaning = f"{figure.meaning.format(k=quality.k)} A random map: {by_chance}."
            st.caption(meaning + more_on(figure.label))
    if quality.sampled:
        st.caption(
            f"Of {n:,} items {len(quality.positions):,} were compared with all others, and the "
            "worst are the worst of these; in brackets the 95% bootstrap intervals. Beyond "
            f"{EXACT_ITEMS:,} items points cannot be coloured by trust: too few are measured."
        )


def _interval(quality: Quality, figure: _Figure) -> str:
    """Return where a figure lies with 95% confidence, "" where nothing is uncertain about it."""
    low, high = quality.intervals.get(figure.name, (0.0, 0.0))
    if low == high:
        return ""
    ends = (f"{end:.1%}" if figure.text is share else score(end) for end in (low, high))
    return f" ({' to '.join(ends)})"


def _offer_colour(shown: Shown, figure: _Figure) -> None:
    """Draw the button that colours the map by a figure, as “Colour by” does."""
    is_on = shown.color == figure.color
    st.button(
        "Colour",
        key=f"{shown.page}-colour-{figure.color}",
        icon=":material/palette:",
        type="tertiary",
        disabled=is_on,
        help="Colour the points of the map by this figure.",
        on_click=shown.view.choices.set,
        args=("color", figure.color),
    )


def _worst(shown: Shown, quality: Quality) -> None:
    """Draw the items the map treats worst; a click selects one."""
    ids = shown.projection.ids
    goodness = quality.point_trustworthiness + quality.point_continuity
    worst = np.argsort(goodness, kind="stable")[:_WORST]
    names = [ids[i] for i in quality.positions[worst]]
    table = pd.DataFrame(
        {
            "Worst placed": names,
            "Kept": 100 * quality.point_recall[worst],
            "Trust": quality.point_trustworthiness[worst],
            "Continuity": quality.point_continuity[worst],
        }
    )

    def pick(row: int) -> None:
        shown.selection.select((names[row],))

    _clickable(
        table,
        f"{shown.page}-worst-{quality.k}",
        pick,
        {
            "Worst placed": st.column_config.TextColumn(
                width=135,
                help="Trustworthiness and continuity together are lowest here. A click selects it.",
            ),
            "Kept": st.column_config.NumberColumn(
                format="%.0f%%",
                width=55,
                help=f"Share of its {quality.k} nearest neighbours that are near it on the map.",
            ),
            "Trust": st.column_config.NumberColumn(
                format="%.2f", width=55, help="Trustworthiness at this item."
            ),
            "Continuity": st.column_config.NumberColumn(format="%.2f", width=80),
        },
    )


def _pairs(shown: Shown) -> None:
    """Draw the pairs the map tore apart or pushed together; a click selects the two."""
    n = len(shown.projection.ids)
    items = compared_items(n)
    found = pairs_apart(shown.view.embedding, shown.projection, items, _PAIRS)
    if not found:
        st.caption("No pair of items stands far otherwise on this map than by its vectors.")
        return
    table = pd.DataFrame(
        {
            "Pair": [f"{shortened(pair.a, 18)} – {shortened(pair.b, 18)}" for pair in found],
            "Is": [pair.kind.split()[0] for pair in found],
            "True place": [pair.similarity_rank for pair in found],
            "Here": [pair.map_rank for pair in found],
        }
    )
    some = "" if len(items) == n else f" of {len(items):,} items, evenly spaced"
    pairs = count(len(items) * (len(items) - 1) // 2, "pair")
    st.caption(
        "Pairs the map shows most wrongly: torn ones are alike and far apart here, pushed ones "
        f"unlike and near. Places, 1 the nearest, are among all {pairs}{some}."
    )

    def pick(row: int) -> None:
        shown.selection.select((found[row].a, found[row].b))

    _clickable(
        table,
        f"{shown.page}-pairs-apart",
        pick,
        {
            "Pair": st.column_config.TextColumn(width=135, help="A click selects the two."),
            "Is": st.column_config.TextColumn(width=60),
            "True place": st.column_config.NumberColumn(format="localized", width=75),
            "Here": st.column_config.NumberColumn(format="localized", width=70),
        },
    )


def _kept_by_k(kept: NDArray[np.float64], n: int) -> None:
    """Draw the share of true neighbours kept for every number of neighbours."""
    k = np.arange(1, len(kept) + 1)
    some = f" Looked at for {CURVE_ITEMS:,} items, drawn at random." if n > CURVE_ITEMS else ""
    st.caption(
        f"Share of the k nearest neighbours kept, for k up to {len(kept)}: left the fine grain, "
        f"right the neighbourhoods at large. Of the very nearest, {share(kept[0])} are kept."
        f"{some}"
    )
    st.line_chart(
        pd.DataFrame({"k": k, "this map": kept, "random map": k / (n - 1)}),
        x="k",
        y=["this map", "random map"],
        x_label="",
        y_label="",
        # The accent, and a grey that both themes show.
        color=["#5676e6", "#8a8f98"],
        height=230,
    )


def _clickable(
    table: pd.DataFrame,
    key: str,
    pick: Callable[[int], None],
    columns: dict[str, Any],
) -> None:
    """Draw a table whose rows answer clicks."""

    def clicked() -> None:
        rows = picked_rows(key)
        if rows:
            pick(rows[0])

    st.dataframe(
        table,
        key=key,
        hide_index=True,
        row_height=29,
        height="content",
        on_select=clicked,
        selection_mode="single-cell",
        column_config=columns,
    )


PANEL = Panel("trust", "Trust", show, overlay)
