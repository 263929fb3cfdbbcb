"""From vectors to a map, with pictures of how it came about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import embedding_core as ec
from embedding_core.embedding import Embedding
from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from embedding_core.projection import Projection
from ui import jobs
from ui.errors import tell
from ui.map import Frames
from ui.projecting.film import Camera, fitted
from ui.sidebar import MapChoice
from ui.state import keep, kept
from ui.view import projected

_LAST = "?projecting"


@dataclass(frozen=True, eq=False)
class Drawing:
    """A map, and how it came about.

    Attributes
    ----------
    projection
        The map; of one that is still drawn, the PCA picture.
    frames
        Pictures of the work; None where there was none to see.
    job
        The work while it runs, or as it was stopped; None where the map is there.
    """

    projection: Projection
    frames: Frames | None = None
    job: Job | None = None


def draw(embedding: Embedding, choice: MapChoice) -> Drawing:
    """Return a map, or what there is of it so far."""
    if ec.PROJECTORS[choice.name].quick:
        return Drawing(projected(embedding, choice)[0])
    plain, _ = projected(embedding, MapChoice("pca", (), choice.n_components, choice.metric, 0))
    key = ("film", embedding.fingerprint, choice)
    _leave_the_one_before(key)
    job = jobs.start(key, lambda job: _filmed(embedding, choice, plain, job), patience=0.3)
    if jobs.is_stopped(job) or not job.ended:
        return Drawing(plain, job=job)
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return Drawing(plain)
    return job.result()


def _filmed(
    embedding: Embedding, choice: MapChoice, plain: Projection, job: Job[Drawing]
) -> Drawing:
    """Draw the map; its frames lie as the finished map lies, and that as the PCA picture."""
    camera = Camera()

    def take(coords: Any) -> None:
        camera.take(job.step.done, coords)
        job.frame(coords)

    found = ec.project(
        embedding,
        choice.name,
        n_components=choice.n_components,
        metric=choice.metric,
        seed=choice.seed,
        progress=job.progress,
        cancel=job.cancelled,
        on_frame=take,
        **dict[str, Any](choice.params),
    )
    coords = ec.align(found.coords, plain.coords)
    film = camera.film(coords)
    # Its placement belongs to the map as it was drawn, not as it is turned here.
    turned = replace(found, coords=coords, placement=None)
    return Drawing(turned, None if film is None else Frames(film.coords, film.steps))


def live(drawing: Drawing) -> Projection:
    """Return the work as it stands, lying as the PCA picture does; that picture before it began."""
    latest = None if drawing.job is None else drawing.job.latest_frame
    plain = drawing.projection
    if latest is None or latest.shape != plain.coords.shape:
        return plain
    return replace(plain, coords=fitted(latest, plain.coords), axis_titles=(), placement=None)


def _leave_the_one_before(key: tuple) -> None:
    """A slider that moved on has no use for the map of where it was."""
    before = kept(_LAST, key)
    if before != key:
        jobs.give_up(before)
    keep(_LAST, key)
