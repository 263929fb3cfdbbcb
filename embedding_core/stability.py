"""stability(): what of a map stays when it is drawn again, and which of its clusters survive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.clusters import cluster
from embedding_core.errors import Cancelled, ExplorerError, InputError, SpaceMismatchError
from embedding_core.projection import Projection, project
from embedding_core.reruns import Change, Kind, draw_again, other_chance, other_settings
from embedding_core.superposition import best_overlaps, kept_neighbors, lay_on, map_neighbors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.projectors.base import ProjectorSpec

ALL_UP_TO = 20_000
"""Up to this many items all are drawn again; of more, a sample is."""
SAMPLED_ITEMS = 5_000
FEWEST_ITEMS = 10
VALID, PATTERN, DISSOLVED = 0.75, 0.6, 0.5
"""Hennig's levels of a cluster's mean Jaccard overlap."""

# Of the map's spread: two maps that differ by less are the same map.
_SAME = 1e-3


@dataclass(frozen=True, eq=False)
class Run:
    """The map drawn again with one thing changed.

    Attributes
    ----------
    change : Change
    coords : ndarray of shape (m, 2 or 3), float32
        Turned, mirrored, moved and scaled to lie on the map on screen.
    wander : ndarray of shape (m,), float32
        How far each point lies from its place, in map units.
    agreement : ndarray of shape (m,), float32
        Share of its `k` neighbours on the map that it keeps.
    survival : ndarray of shape (c,), float32
        Largest Jaccard overlap of each cluster with a cluster of this run, in [0, 1].
    n_clusters : int
        Clusters of this run.
    """

    change: Change
    coords: NDArray[np.float32] = field(repr=False)
    wander: NDArray[np.float32] = field(repr=False)
    agreement: NDArray[np.float32] = field(repr=False)
    survival: NDArray[np.float32] = field(repr=False)
    n_clusters: int


@dataclass(frozen=True, eq=False)
class Stability:
    """What stayed of a map when it was drawn again.

    Two figures per point, because one alone misleads. `wander` is where a point went: large also
    where a whole cluster moved as one, which methods of neighbourhoods do freely. `agreement` is
    whom it went with: blind to such moves, and low only where neighbourhoods fell apart.

    Attributes
    ----------
    positions : ndarray of shape (m,)
        The items drawn again: all, or a sample of very many.
    k : int
        Neighbours on the map that `agreement` asks about; by chance it is ``k / (m - 1)``.
    spread : float
        Root mean square distance of the map's points from their middle, in map units.
    codes : ndarray of shape (m,), int
        Cluster of each item on the map, -1 for none, the largest first (HDBSCAN).
    runs : tuple of Run
    notes : tuple of str
        What was done otherwise than asked, as sentences.
    """

    positions: NDArray[np.intp] = field(repr=False)
    k: int
    spread: float
    codes: NDArray[np.int32] = field(repr=False)
    runs: tuple[Run, ...]
    notes: tuple[str, ...] = ()

    @property
    def wander(self) -> NDArray[np.float32]:
        """Median distance of each point from its place over the runs, (m,), in map units."""
        return np.asarray(np.median([run.wander for run in self.runs], axis=0), np.float32)

    @property
    def wander_share(self) -> NDArray[np.float32]:
        """The same as a share of the map's spread, (m,); about 1 is anywhere on the map."""
        return np.asarray(self.wander / (self.spread or 1.0), np.float32)

    @property
    def agreement(self) -> NDArray[np.float32]:
        """Mean share of each point's map neighbours kept over the runs, (m,), in [0, 1]."""
        return np.asarray(np.mean([run.agreement for run in self.runs], axis=0), np.float32)

    @property
    def chance_agreement(self) -> float:
        """What :attr:`agreement` is between two maps drawn at random."""
        return self.k / (len(self.positions) - 1)

    @property
    def n_clusters(self) -> int:
        """Clusters of the map."""
        return int(self.codes.max(initial=-1)) + 1

    @property
    def cluster_survival(self) -> NDArray[np.float32]:
        """Mean over the runs of each cluster's best Jaccard overlap, (n_clusters,), in [0, 1]."""
        return np.asarray(np.mean([run.survival for run in self.runs], axis=0), np.float32)

    @property
    def survival(self) -> float | None:
        """Mean of :attr:`cluster_survival` over the clusters; None where the map has none."""
        return float(self.cluster_survival.mean()) if self.n_clusters else None

    def of(self, kind: Kind) -> Stability | None:
        """Return the same of the runs that changed one kind of thing; None where there are none."""
        runs = tuple(run for run in self.runs if run.change.kind == kind)
        return replace(self, runs=runs) if runs else None


def level_of(survival: float) -> str:
    """Return what a cluster's mean Jaccard overlap says, in a word (levels of Hennig, 2007).

    From .75 the cluster is there; from .6 there is a pattern, and who belongs to it is doubtful;
    below .5 it is dissolved: most runs have no cluster that shares half with it.
    """
    if survival >= VALID:
        return "stable"
    if survival >= PATTERN:
        return "a pattern"
    return "doubtful" if survival >= DISSOLVED else "dissolved"


def planned_runs(projection: Projection, n: int, seeds: int = 5, vary: bool = True) -> int:
    """Return how many maps :func:`stability` draws of `n` items, at most."""
    few = n > ALL_UP_TO
    settings = other_settings(_spec(projection), projection, min(n, SAMPLED_ITEMS if few else n))
    return seeds + (len(settings) if vary else 0) + few


def stability(
    embedding: Embedding,
    projection: Projection,
    *,
    seeds: int = 5,
    vary: bool = True,
    k: int = 15,
    min_cluster_size: int | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    on_frame: Frame | None = None,
) -> Stability:
    """Draw a map again with one thing changed at a time, and measure what stays.

    Changed are the seed; the start, because a method that starts from PCA and gets another seed
    hardly moves, which says more about the start than about the data; and each setting, lower and
    higher. A method that chance does not touch, such as PCA, gets its axes from items drawn anew
    instead (bootstrap). Each run is laid on the map by Procrustes: turned, mirrored, moved and
    scaled, as none of these mean anything.

    A cluster's survival is its best Jaccard overlap with a cluster of a run, averaged over the
    runs (Hennig, 2007, "Cluster-wise assessment of cluster stability"). It is evidence that the
    cluster is no accident of the drawing. It is no proof that it is in the data: a method may make
    the same mistake each time, which :func:`embedding_core.null_twin` shows.

    Parameters
    ----------
    embedding : Embedding
    projection : Projection
        Its map: method, settings and seed are taken from it.
    seeds : int
        Runs in which chance is changed: by turns a random start and another seed.
    vary : bool
        Whether settings are changed too.
    k : int
        Neighbours on the map that should stay; of few items fewer.
    min_cluster_size : int, optional
        The fewest items that make a cluster, on the map and in every run; as
        :func:`embedding_core.clusters.cluster` chooses where left out.
    progress, cancel : callable, optional
        Told of and asked within each run.
    on_frame : callable, optional
        Given each :class:`Run` as it is done.

    Returns
    -------
    Stability
        Of all items, or of a sample of 5,000 where there are more than 20,000: then all runs are
        compared with a map of the sample alone, so that sampling is not taken for wandering.

    Raises
    ------
    SpaceMismatchError
        If the map is of other items.
    InputError
        For fewer than ten items, no runs, or where nothing can be changed.
    Cancelled
        If `cancel` said so.
    """
    _check(embedding, projection, seeds, k)
    total = planned_runs(projection, len(embedding), seeds, vary)
    counter = _Counter(total, progress)
    notes: list[str] = []
    positions, embedding, projection = _sampled(embedding, projection, counter, cancel, notes)
    place = projection.coords
    judge = _Judge(place, min(k, (len(place) - 1) // 2), min_cluster_size, cancel)

    def draw(change: Change) -> Run | None:
        try:
            coords = draw_again(
                embedding, projection, change, progress=counter.next(change.label), cancel=cancel
            )
        except Cancelled:
            raise
        except ExplorerError as problem:
            notes.append(f"{change.label} could not be drawn: {problem}")
            return None
        return judge.run(change, coords)

    settings = other_settings(_spec(projection), projection, len(place)) if vary else []
    runs: list[Run] = []
    for run in chain(_chance_runs(projection, seeds, draw, judge, notes), map(draw, settings)):
        if run is None:
            continue
        runs.append(run)
        if on_frame is not None:
            on_frame(run)
    if not runs:
        raise InputError(
            "This map could not be drawn in another way, and it is judged by what stays when it "
            f"is; choose another method. {' '.join(notes)}"
        )
    return Stability(positions, judge.k, judge.spread, judge.codes, tuple(runs), tuple(notes))


def _check(embedding: Embedding, projection: Projection, seeds: int, k: int) -> None:
    if embedding.ids != projection.ids:
        raise SpaceMismatchError(
            f"vectors of {len(embedding.ids)} items", f"a map of {len(projection.ids)}"
        )
    n = len(embedding)
    if n < FEWEST_ITEMS:
        raise InputError(
            f"Whether clusters are real is measured on {FEWEST_ITEMS} items or more, and here "
            f"{'is' if n == 1 else 'are'} {n}; bring more items."
        )
    if seeds < 1 or k < 1:
        raise InputError(f"seeds and k got {seeds} and {k}; both are at least 1.")


def _spec(projection: Projection) -> ProjectorSpec:
    from embedding_core.projectors import PROJECTORS

    return PROJECTORS[projection.method]


def _sampled(
    embedding: Embedding,
    projection: Projection,
    counter: _Counter,
    cancel: Cancel | None,
    notes: list[str],
) -> tuple[NDArray[np.intp], Embedding, Projection]:
    """Return what is drawn again: everything, or a sample with a map of its own."""
    n = len(embedding)
    if n <= ALL_UP_TO:
        return np.arange(n, dtype=np.intp), embedding, projection
    rng = np.random.default_rng(projection.seed)
    positions = np.sort(rng.choice(n, SAMPLED_ITEMS, replace=False)).astype(np.intp)
    part = embedding.take(positions)
    own = project(
        part,
        projection.method,
        n_components=projection.n_components,
        metric=projection.metric,
        seed=projection.seed,
        progress=counter.next("the sample"),
        cancel=cancel,
        **dict[str, Any](projection.params),
    )
    notes.append(
        f"Measured on {SAMPLED_ITEMS:,} of {n:,} items, in maps of these alone: wander and "
        "clusters are those of the sample's map."
    )
    return positions, part, replace(own, coords=lay_on(own.coords, projection.coords[positions]))


def _chance_runs(
    projection: Projection,
    seeds: int,
    draw: Callable[[Change], Run | None],
    judge: _Judge,
    notes: list[str],
) -> Iterator[Run]:
    """Draw `seeds` runs by turns of the kinds of chance that make a difference to this method."""
    kinds: list[Kind] = ["start", "seed"]
    round_, done = 0, 0
    while done < seeds and kinds:
        kind = kinds[round_ % len(kinds)]
        run = draw(other_chance(projection, kind, round_ + 1))
        round_ += 1
        if run is None:
            done += 1
        elif judge.is_same(run):
            kinds.remove(kind)
        else:
            done += 1
            yield run
    if kinds:
        return
    label, placement = _spec(projection).label, projection.placement
    if placement is None or not placement.exact:
        notes.append(f"{label} draws the same map whatever the seed.")
        return
    notes.append(
        f"{label} draws the same map whatever the seed, so its axes were found anew from items "
        "drawn with replacement."
    )
    for at in range(seeds):
        run = draw(other_chance(projection, "items", at + 1))
        if run is not None and judge.is_same(run):
            notes[:] = [f"{label} draws the same map whatever the seed, and of whichever items."]
            return
        if run is not None:
            yield run


class _Counter:
    """Tells how far all maps together are, from how far each one is."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress
        self._at = -1

    def next(self, label: str) -> Progress | None:
        """Return what the next map tells its progress to."""
        # Maps that turn out to be the same are drawn beyond the plan.
        self._at = min(self._at + 1, self._total - 1)
        at, progress = self._at, self._progress
        if progress is None:
            return None
        now = f"map {at + 1} of {self._total} ({label})"

        def within(done: int, total: int, what: str = "") -> None:
            part = round(100 * done / total) if total else 0
            progress(100 * at + part, 100 * self._total, now)

        within(0, 1)
        return within


class _Judge:
    """Compares maps with the one on screen."""

    def __init__(
        self, place: NDArray[np.float32], k: int, smallest: int | None, cancel: Cancel | None
    ) -> None:
        self.k = k
        self._smallest = smallest
        self._cancel = cancel
        self._place = place
        around = place - place.mean(axis=0, dtype=np.float64)
        self.spread = float(np.sqrt((around**2).sum(axis=1).mean()))
        self._neighbors = map_neighbors(place, k)
        self.codes = self._clusters(place)

    def run(self, change: Change, coords: NDArray[np.float32]) -> Run:
        """Lay a map on the one on screen and compare the two."""
        laid = lay_on(coords, self._place)
        codes = self._clusters(laid)
        return Run(
            change,
            laid,
            np.linalg.norm(laid - self._place, axis=1).astype(np.float32),
            kept_neighbors(self._neighbors, map_neighbors(laid, self.k)),
            best_overlaps(self.codes, codes),
            int(codes.max(initial=-1)) + 1,
        )

    def _clusters(self, coords: NDArray[np.float32]) -> NDArray[np.int32]:
        found = cluster(
            coords, min_cluster_size=self._smallest, metric="euclidean", cancel=self._cancel
        )
        return found.codes

    def is_same(self, run: Run) -> bool:
        """Tell whether the change made no difference at all."""
        return float(run.wander.max()) <= _SAME * self.spread
