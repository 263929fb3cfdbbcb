"""Clusters as a page sees them: found once for all visitors, with names and colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import embedding_core as ec
from embedding_core.clusters import Clusters, smallest_cluster
from embedding_core.errors import ExplorerError, UnknownNameError
from embedding_core.jobs import Job
from embedding_core.palette import category_colours
from embedding_core.projection import Projection
from ui import jobs
from ui.errors import tell
from ui.map import MAX_CATEGORIES
from ui.view import View

VECTORS, MAP = "vectors", "map"
AUTOMATIC = "auto"
_SIZES = (3, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)


@dataclass(frozen=True)
class Grouping:
    """Clusters and what they are called, the largest first."""

    clusters: Clusters
    names: tuple[str, ...]


def sizes(n: int) -> dict[str, str]:
    """Return the choices of the smallest cluster among `n` items, and their names on screen."""
    automatic = {AUTOMATIC: f"Automatic ({smallest_cluster(n):,})"}
    return automatic | {str(size): f"{size:,}" for size in _SIZES if 2 * size <= n}


def choose_grouping(view: View) -> None:
    """Draw the choices of what clusters are found on, and how small they may be."""
    choices, offered = view.choices, sizes(len(view.embedding))
    places = {VECTORS: "Vectors", MAP: "Map"}
    choices.select(
        "cluster.on",
        "Found on",
        list(places),
        VECTORS,
        labels=places,
        segmented=True,
        kind="place to find clusters",
        help="On the vectors, clusters are what the model made. On the map they are what you see, "
        "and may be the map's own doing: methods that pull neighbours together make islands of "
        "even data.",
    )
    choices.select(
        "cluster.size",
        "Smallest cluster",
        list(offered),
        AUTOMATIC,
        labels=offered,
        width=170,
        kind="smallest cluster",
        help="The fewest items that make a cluster. Smaller ones find more and finer clusters.",
    )


def clusters_of(view: View, projection: Projection) -> tuple[Clusters | None, Job | None]:
    """Return the clusters as they were chosen, or the job that finds them."""
    found, job = grouping_of(view, projection)
    return (found.clusters if found else None), job


def names_of(view: View, projection: Projection) -> tuple[str, ...]:
    """Return the clusters' names; none while they are being found."""
    found, _ = grouping_of(view, projection)
    return found.names if found else ()


def grouping_of(view: View, projection: Projection) -> tuple[Grouping | None, Job | None]:
    """Return the clusters with their names, or the job that finds them."""
    on, size = _chosen(view)
    embedding, collection, metric = view.embedding, view.collection, view.metric
    on_map = on == MAP
    points = projection.coords if on_map else embedding.vectors
    key = (
        "clusters",
        collection.fingerprint,
        embedding.fingerprint,
        projection.fingerprint if on_map else "",
        metric,
        size,
    )

    def work(job: Job[Grouping]) -> Grouping:
        clusters = ec.cluster(
            points,
            min_cluster_size=size,
            metric="euclidean" if on_map else metric,
            progress=job.progress,
            cancel=job.cancelled,
        )
        job.progress(0, 0, "naming clusters")
        names = ec.cluster_names(collection, embedding, clusters.codes, metric=metric)
        return Grouping(clusters, names)

    # Who asks again in the same run does not wait again.
    job = jobs.start(key, work, patience=0.3 if jobs.find(key) is None else 0)
    if jobs.is_stopped(job) or not job.ended:
        return None, job
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None, None
    return job.result(), None


def colours_of(grouping: Grouping) -> dict[str, Any]:
    """Return the colours of the clusters' items, as :class:`ui.map.Style` takes them.

    The largest clusters have one each; the smallest of very many, and noise, are grey.
    """
    names = grouping.names[:MAX_CATEGORIES]
    colours = category_colours(len(names))
    return {
        "codes": grouping.clusters.codes,
        "categories": tuple(zip(names, colours, strict=True)),
    }


def _chosen(view: View) -> tuple[str, int | None]:
    """Return what clusters are found on and their smallest size, also while no panel asks."""
    choices, offered = view.choices, sizes(len(view.embedding))

    def one_of(kind: str, valid: tuple[str, ...], texts: list[str]) -> str:
        if texts[-1] not in valid:
            raise UnknownNameError(kind, texts[-1], valid)
        return texts[-1]

    places = (VECTORS, MAP)
    on = choices.value(
        "cluster.on", VECTORS, lambda texts: one_of("place to find clusters", places, texts)
    )
    size = choices.value(
        "cluster.size",
        AUTOMATIC,
        lambda texts: one_of("smallest cluster", tuple(offered), texts),
    )
    size = size if size in offered else AUTOMATIC
    choices.link("cluster.on", [on] if on != VECTORS else [])
    choices.link("cluster.size", [size] if size != AUTOMATIC else [])
    return on, None if size == AUTOMATIC else int(size)
