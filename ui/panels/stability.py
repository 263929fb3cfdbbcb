"""Is this cluster real? The map drawn again in other ways, and beside the map of its null twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.collection import Collection
from embedding_core.embedding import Embedding
from embedding_core.errors import ExplorerError, UnknownNameError
from embedding_core.jobs import Job
from embedding_core.naming import cluster_names
from embedding_core.palette import category_colours
from embedding_core.projectors.base import ProjectorSpec
from embedding_core.reruns import Kind
from embedding_core.stability import FEWEST_ITEMS, VALID, Stability, level_of, planned_runs
from ui import cached, jobs
from ui.errors import show_notes, tell
from ui.map import Style, draw_map
from ui.panels.base import Overlay, Panel, Shown
from ui.panels.twin import show_twin
from ui.plain import count, duration, share, shortened
from ui.state import Choices, picked_rows
from ui.view import map_badge, trust

_SEEDS = 5
# A map that takes no time is drawn more often.
_SEEDS_OF_QUICK = 20
_MAP_HEIGHT = 330
_LEGEND = 14
_ROW, _MOST_ROWS = 35, 7
_DEFAULT_COLOUR = "kept"

_WAYS = {"seeds": "Other seeds", "twin": "Null twin"}
_COLOURS = {
    "kept": "Neighbours kept",
    "wander": "Wander",
    "survival": "Survival of the cluster",
    "own": "As chosen",
}
_KINDS: dict[Kind, str] = {
    "start": "Random start",
    "seed": "Another seed",
    "settings": "Other settings",
    "items": "Items drawn anew",
}


def show(shown: Shown) -> None:
    """Draw the choice between the two ways to doubt a map, and the one chosen."""
    way = shown.view.choices.select(
        "real",
        "How to find out",
        list(_WAYS),
        "seeds",
        labels=_WAYS,
        segmented=True,
        label_visibility="collapsed",
        help="Other seeds: the same map drawn again with chance and settings changed. Null twin: "
        "the same method on data whose structure was destroyed.",
    )
    if not shown.is_final:
        st.caption("The map is still being drawn; what stays of it is measured afterwards.")
    elif way == "twin":
        show_twin(shown)
    else:
        _show_stability(shown)


def overlay(shown: Shown) -> Overlay:
    """Lay names of clusters, halos and colours over the map, where they are known."""
    found = _known(shown)
    choices = shown.view.choices
    if found is None or _chosen(choices, "real", _WAYS, "seeds") != "seeds":
        return Overlay()
    return Overlay(
        colours=_colours(shown, found),
        titles=_titles(shown, found),
        halos=_for_all(shown, found, found.wander) if _has_halos(choices) else None,
    )


# --- other seeds --------------------------------------------------------------------------------


def _show_stability(shown: Shown) -> None:
    found = _measured(shown)
    if found is None:
        return
    st.markdown(_sentence(found))
    show_notes(found.notes)
    _choose_look(shown.view.choices, found)
    if found.n_clusters:
        _clusters(shown, found)
    _changes(found)
    _one_run(shown, found)


def _measured(shown: Shown) -> Stability | None:
    """Return what was measured; where nothing is yet, draw what starts it or how far it is."""
    embedding, projection = shown.view.embedding, shown.projection
    seeds = _SEEDS_OF_QUICK if _spec(shown).quick else _SEEDS
    planned = planned_runs(projection, len(embedding), seeds)

    def work(job: Job[Stability]) -> Stability:
        return ec.stability(
            embedding, projection, seeds=seeds, progress=job.progress, cancel=job.cancelled
        )

    choices, key = shown.view.choices, _key(shown)
    job: Job[Stability] | None = jobs.find(key)
    asked: jobs.Key = choices.value("redrawn", ())
    # It costs several maps, so it starts when asked for; what others asked for is there.
    if (job is None or job.status != "done") and asked != key:
        _offer(shown, planned)
        return None
    # What failed would only fail again.
    if job is None or job.status != "failed":
        job = jobs.start(key, work, patience=0.35)
    if jobs.is_stopped(job) or not job.ended:
        jobs.show_progress(job, "Drawing it again")
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


def _offer(shown: Shown, planned: int) -> None:
    """Draw the button that starts it, and what it does and costs."""
    if len(shown.view.embedding) < FEWEST_ITEMS:
        st.caption(
            f"Whether clusters are real is measured on {FEWEST_ITEMS} items or more; bring more "
            "items."
        )
        return
    st.markdown(_promise(shown, planned))
    st.button(
        "Draw it again",
        key=f"{shown.page}-draw-again",
        icon=":material/replay:",
        type="primary",
        on_click=shown.view.choices.set,
        args=("redrawn", _key(shown)),
    )


def _promise(shown: Shown, planned: int) -> str:
    """Say what will be done and how long it takes, by the time the map took."""
    key = ("map", shown.view.embedding.fingerprint, shown.view.map)
    drawn = jobs.find(key)
    seconds = planned * drawn.seconds if drawn is not None and drawn.seconds else None
    if _spec(shown).quick:
        takes = "some seconds"
    elif seconds is None:
        takes = f"about {planned} times as long as this map took"
    else:
        takes = f"about {duration(max(1.0, seconds))}"
    return (
        f"A cluster that is real is there again when the map is drawn in another way. Draws it "
        f"{planned} times, each time with one thing changed, and lays every run on this map; takes "
        f"{takes}."
    )


def _sentence(found: Stability) -> str:
    """Read the figures."""
    m, n_clusters = len(found.runs), found.n_clusters
    kept = (
        f"A point keeps **{share(float(found.agreement.mean()))}** of its {found.k} neighbours on "
        f"the map; by chance it would be {share(found.chance_agreement)}."
    )
    if not n_clusters:
        return f"This map has no clusters to lose. Drawn again {m} times: {kept}"
    stable = int((found.cluster_survival >= VALID).sum())
    whole = f"{n_clusters} clusters" if n_clusters > 1 else "1 cluster"
    survive = "survives" if n_clusters == 1 or stable == 1 else "survive"
    return (
        f"**{stable} of {whole} {survive}** when the map is drawn again {m} times (overlap of "
        f"{VALID:.0%} or more). {kept}"
    )


def _choose_look(choices: Choices, found: Stability) -> None:
    """Draw what the halos and colours on the map are, and what they mean."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choices.select(
            "real-color",
            "Colour the map by",
            list(_COLOURS),
            _DEFAULT_COLOUR,
            labels=_COLOURS,
            kind="colour",
            width=220,
            help="Neighbours kept: the share of a point's neighbours on the map that stay its "
            "neighbours, averaged over the runs; blind to a group that moves as a whole. Wander: "
            "how far a point lands from its place, as a share of the map's spread; large also "
            "where a whole group moves. Survival: how much of the point's cluster is found again.",
        )
        choices.flag(
            "halos",
            "Halos",
            True,
            help="The radius of a halo is the point's wander: half of the runs put it closer, "
            "half farther away.",
        )
    wander = share(float(np.median(found.wander_share)))
    st.caption(
        f"Half of the points wander by {wander} of the map's spread or more. Whole groups may "
        "change places from run to run, which means little: read wander beside the neighbours "
        "kept."
    )


def _clusters(shown: Shown, found: Stability) -> None:
    """Draw how much of each cluster is found again, the most doubtful first; a click selects."""
    names, survival = _names_of(shown, found), found.cluster_survival
    sizes = np.bincount(found.codes[found.codes >= 0], minlength=found.n_clusters)
    order = np.argsort(survival, kind="stable")
    table = pd.DataFrame(
        {
            "Cluster": [names[code] for code in order],
            "Items": sizes[order],
            "Survival": [_whole(float(survival[code])) for code in order],
            "In words": [level_of(float(survival[code])) for code in order],
        }
    )
    key = f"{shown.page}-survival"

    def picked() -> None:
        rows = picked_rows(key)
        if rows:
            shown.selection.take(found.positions[found.codes == order[rows[0]]].astype(np.int32))

    st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=_ROW * (min(len(table), _MOST_ROWS) + 1) + 3,
        on_select=picked,
        selection_mode="single-cell",
        column_config={
            "Survival": st.column_config.ProgressColumn(
                "Survival",
                format="percent",
                min_value=0.0,
                max_value=1.0,
                help="The largest overlap (shared items, of all items in either) of the cluster "
                "with one of the run's, averaged over the runs.",
            ),
            "In words": st.column_config.TextColumn(
                help="After Hennig (2007): stable from 75%; from 60% a pattern whose members are "
                "uncertain; doubtful from 50%; dissolved below."
            ),
        },
    )


def _changes(found: Stability) -> None:
    """Draw which change moved how much."""
    rows = []
    for kind, label in _KINDS.items():
        part = found.of(kind)
        if part is not None:
            rows.append(
                {
                    "Changed": f"{label} ({count(len(part.runs), 'run')})",
                    "Survival": None if part.survival is None else _whole(part.survival),
                    "Neighbours kept": _whole(float(part.agreement.mean())),
                    "Wander": _whole(float(np.median(part.wander_share))),
                }
            )
    percent = st.column_config.NumberColumn(format="percent")
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={
            "Changed": st.column_config.TextColumn(
                help="A random start asks whether the picture hangs on where the points began. "
                "Settings are halved and doubled."
            ),
            **dict.fromkeys(("Survival", "Neighbours kept", "Wander"), percent),
        },
    )


def _whole(value: float) -> float:
    """Return a share in whole percents, as tables would show more of its digits than it has."""
    return round(value, 2)


def _one_run(shown: Shown, found: Stability) -> None:
    """Draw a run that the person chooses, in the colours of the map's clusters."""
    labels = [run.change.label for run in found.runs]
    chosen = shown.view.choices.select(
        "run",
        "Look at a run",
        labels,
        labels[0],
        kind="run",
        help="Laid on the map, and coloured by its clusters.",
    )
    run = found.runs[labels.index(chosen)]
    view = shown.view
    part = view.embedding
    if len(found.positions) < len(part):
        part = cached.part(part, tuple(part.ids[i] for i in found.positions))
    drawn = replace(shown.projection, ids=part.ids, coords=run.coords, placement=None)
    inside = {int(at): i for i, at in enumerate(found.positions)}
    draw_map(
        cached.geometry(drawn, view.collection),
        Style(
            selected=[inside[at] for at in shown.selection.positions.tolist() if at in inside],
            badge=map_badge(trust(part, drawn)[0], len(part)),
            **shown.pictured(part.ids),
            **_by_cluster(shown, found),
        ),
        key=f"{shown.page}-run",
        are_sent=True,
        height=_MAP_HEIGHT,
        link=shown.page,
        summary=f"{_spec(shown).label} map drawn again: {chosen}; {run.n_clusters} clusters.",
        file_name=f"run-{shown.projection.method}",
        on_select=lambda points: shown.selection.take(found.positions[points].astype(np.int32)),
    )
    kept = share(float(run.agreement.mean()))
    st.caption(
        f"{count(run.n_clusters, 'cluster')} found in this run; points keep {kept} of their "
        "neighbours. Colours are the clusters of the map, not of the run."
    )


# --- what is laid over the map -----------------------------------------------------------------


def _key(shown: Shown) -> jobs.Key:
    return ("stability", shown.view.embedding.fingerprint, shown.projection.fingerprint)


def _known(shown: Shown) -> Stability | None:
    job = jobs.find(_key(shown)) if shown.is_final else None
    return job.result() if job is not None and job.status == "done" else None


def _has_halos(choices: Choices) -> bool:
    return choices.value("halos", True, lambda texts: texts[-1] != "0")


def _chosen(choices: Choices, name: str, options: Mapping[str, str], default: str) -> str:
    """Return a choice whose widget is drawn later: what lies over the map is made before it."""

    def read(texts: list[str]) -> str:
        if texts[-1] not in options:
            raise UnknownNameError(name, texts[-1], options)
        return texts[-1]

    return choices.value(name, default, read)


def _colours(shown: Shown, found: Stability) -> dict[str, Any]:
    name = _chosen(shown.view.choices, "real-color", _COLOURS, _DEFAULT_COLOUR)
    if name == "own":
        return {}
    figures = {
        "kept": (found.agreement, "kept", (0.0, 1.0)),
        "wander": (found.wander_share, "wander", None),
        "survival": (_survival_of_points(found), "survival", (0.0, 1.0)),
    }
    values, title, ends = figures[name]
    told = {"values": _for_all(shown, found, values), "value_title": title}
    return told if ends is None else {**told, "value_range": ends}


def _survival_of_points(found: Stability) -> NDArray[np.float32]:
    """Return the survival of each point's cluster, NaN where it belongs to none."""
    padded = np.append(found.cluster_survival, np.float32(np.nan))
    return np.asarray(padded[found.codes], np.float32)


def _for_all(shown: Shown, found: Stability, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return figures of the items looked at as figures of all, NaN where there are none."""
    spread = np.full(len(shown.projection.ids), np.nan, np.float32)
    spread[found.positions] = values
    return spread


def _titles(shown: Shown, found: Stability) -> list[tuple[str, list[float]]]:
    """Return the clusters' names over the middles of their points."""
    coords = shown.projection.coords[found.positions]
    return [
        (name, np.median(coords[found.codes == code], axis=0).tolist())
        for code, name in enumerate(_names_of(shown, found))
    ]


def _by_cluster(shown: Shown, found: Stability) -> dict[str, Any]:
    names = _names_of(shown, found)
    if not names:
        return {}
    # The legend of a small map has little room.
    brief = [shortened(name, _LEGEND) for name in names]
    return {
        "codes": found.codes,
        "categories": tuple(zip(brief, category_colours(len(brief)), strict=True)),
    }


def _names_of(shown: Shown, found: Stability) -> tuple[str, ...]:
    view = shown.view
    return _names(view.collection, view.embedding, view.metric, shown.projection.fingerprint, found)


@st.cache_resource(
    max_entries=32,
    show_spinner=False,
    hash_funcs={kind: lambda thing: thing.fingerprint for kind in (Collection, Embedding)},
)
def _names(
    collection: Collection, embedding: Embedding, metric: str, of_map: str, _found: Stability
) -> tuple[str, ...]:
    part = embedding.take(_found.positions)
    return cluster_names(collection, part, _found.codes, metric=metric)


def _spec(shown: Shown) -> ProjectorSpec:
    return ec.PROJECTORS[shown.projection.method]


PANEL = Panel("stability", "Real?", show, overlay, is_wide=True)
