"""The map of the null twin beside the map: what the same method draws where there is nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

import embedding_core as ec
from embedding_core.clusters import Clusters
from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from embedding_core.null import Drawn, NullTest
from embedding_core.params import Param
from embedding_core.teaching.glossary import linked
from ui import cached, jobs
from ui.colouring import colour_by
from ui.errors import tell
from ui.map import Style, draw_map
from ui.panels.base import Shown
from ui.plain import count, share
from ui.state import Choices
from ui.view import K, map_badge

_MAP_HEIGHT = 300
_DRAW = Param(
    "twin-seed", "Draw", "number", 0, "Each number is another draw of the twin.",
    minimum=0, maximum=2**31 - 1, step=1,
)  # fmt: skip
_LABELS = {name: model.label for name, model in ec.NULL_MODELS.items()}


def show_twin(shown: Shown) -> None:
    """Draw the choice of a null model, the twin's map, and both maps' figures side by side."""
    choices = shown.view.choices
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choices.select(
            "twin",
            "Structure is destroyed by",
            list(_LABELS),
            "shuffled",
            labels=_LABELS,
            kind="null model",
            width=220,
            help="  \n".join(f"{model.label}: {model.about}" for model in ec.NULL_MODELS.values()),
        )
        seed = _draw_number(choices)
        st.button(
            "Draw another",
            key=f"{shown.page}-another-twin",
            icon=":material/casino:",
            on_click=choices.set,
            args=(_DRAW.name, seed + 1),
            help="One twin is one draw of chance; another shows how much they differ.",
        )
    found = _tested(shown, kind, seed)
    if found is None:
        return
    st.markdown(_sentence(found))
    _map(shown, found)
    _figures(found)


def _draw_number(choices: Choices) -> int:
    """Return which draw of the twin is shown; it stands in the link and has no widget."""
    seed = choices.value(_DRAW.name, 0, lambda texts: int(_DRAW.check(texts[-1])))
    choices.link(_DRAW.name, [str(seed)] if seed else [])
    return seed


def _tested(shown: Shown, kind: str, seed: int) -> NullTest | None:
    """Return both maps and their figures; None where they are on their way, which is shown."""
    embedding, projection = shown.view.embedding, shown.projection

    def work(job: Job[NullTest]) -> NullTest:
        return ec.null_test(
            embedding, projection, kind, seed, k=K, progress=job.progress, cancel=job.cancelled
        )

    key = ("twin", embedding.fingerprint, projection.fingerprint, projection.metric, kind, seed)
    job = jobs.start(key, work, patience=0.35)
    if jobs.is_stopped(job) or not job.ended:
        jobs.show_progress(job, "Null twin")
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


def _sentence(found: NullTest) -> str:
    """Read both maps: what noise shows too is no evidence."""
    real, twin = found.real.clusters, found.twin.clusters
    if not real.n_clusters:
        return f"This map has no clusters to doubt; its twin has {twin.n_clusters or 'none'}."
    if not twin.n_clusters:
        return (
            f"**The twin shows no clusters**, and the map shows {real.n_clusters}: they do not "
            "come from the method alone."
        )
    n, noise = real.n_clusters, count(twin.n_clusters, "cluster")
    best = _farthest_apart(twin)
    if best is None or n < 2:
        return f"**The twin shows {noise} too**: having {n} here is no evidence by itself."
    apart = int((real.silhouettes > best).sum())
    if not apart:
        return (
            f"**The twin shows {noise} too**, and none of the map's {n} stands farther apart than "
            "those do: nothing here says that they are more than the method's doing."
        )
    if apart == n:
        return (
            f"The twin shows {noise} too, but **all {n} of the map stand farther apart** than any "
            "of those."
        )
    stand = "stands" if apart == 1 else "stand"
    return (
        f"The twin shows {noise} too. **{apart} of the map's {n} {stand} farther apart** than any "
        f"of those; the other {n - apart} could be noise."
    )


def _farthest_apart(clusters: Clusters) -> float | None:
    """Return the largest silhouette of a cluster; None where there are too few to have one."""
    known = clusters.silhouettes[np.isfinite(clusters.silhouettes)]
    return float(known.max()) if len(known) else None


def _figures(found: NullTest) -> None:
    """Draw the trust figures and clusters of both maps in two columns."""
    real, twin = _told(found.real), _told(found.twin)
    table = pd.DataFrame(
        {"": list(real), "This map": list(real.values()), "Twin": list(twin.values())}
    )
    st.dataframe(table, hide_index=True, row_height=30)
    told = (
        "Trustworthiness: 1 if no point has strangers beside it. Neighbours kept: of the nearest "
        "among the vectors. Apart: the mean silhouette of the clusters on the map, 1 if each lies "
        "far from all others, 0 if they touch."
    )
    st.caption(linked(told, ("trustworthiness", "neighbour-recall", "silhouette")))


def _told(drawn: Drawn) -> dict[str, str]:
    quality, clusters = drawn.quality, drawn.clusters
    trusted = "too few items" if quality is None else f"{quality.trustworthiness:.2f}"
    kept = "too few items" if quality is None else share(quality.neighbor_recall)
    apart = "–" if clusters.silhouette is None else f"{clusters.silhouette:.2f}"
    return {
        "Trustworthiness": trusted,
        "True neighbours kept": kept,
        "Clusters": str(clusters.n_clusters),
        "Items in a cluster": share(1 - clusters.noise),
        "Apart": apart.replace("-", "−"),
    }


def _map(shown: Shown, found: NullTest) -> None:
    """Draw the twin's map, each item in the colour it has on the map."""
    twin, view = found.twin.projection, shown.view
    draw_map(
        cached.geometry(twin, view.collection),
        Style(
            selected=shown.selection.positions,
            axis_titles=twin.axis_titles or None,
            badge=map_badge(found.twin.quality, len(twin.ids)),
            **colour_by(shown.color, view.collection, twin.ids, found.twin.quality),
        ),
        key=f"{shown.page}-twin",
        height=_MAP_HEIGHT,
        link=shown.page,
        summary=f"{ec.PROJECTORS[twin.method].label} map of the null twin, "
        f"{count(found.twin.clusters.n_clusters, 'cluster')}.",
        file_name=f"twin-{twin.method}",
        on_select=shown.selection.take,
    )
