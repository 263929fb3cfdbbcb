"""Clusters: dense groups of items, with what belongs to none left as noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import array_digest, digest_of
from embedding_core.errors import Cancelled, InputError
from embedding_core.exact import top
from embedding_core.similarity import pairwise, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Progress

FEWEST_ITEMS = 5
"""Below this many items there is no density to tell a cluster by."""

_MIN_SAMPLES = 3
# Up to here scikit-learn's own code takes a moment, and nothing is compiled.
_SMALL = 1_500
# Coordinates that are subtracted while the tree grows: some tens of seconds.
_MOST_WORK = 2.5e10
_DIMS = 50
_SILHOUETTE_ITEMS = 4_000
_SILHOUETTE_EACH = 50
_BLOCK = 1_024


@dataclass(frozen=True)
class Agreement:
    """How well clusters repeat a person's own labels.

    Attributes
    ----------
    ari : float
        Adjusted Rand index (Hubert and Arabie, 1985): 1 where every pair of items is together in
        both or apart in both, 0 on average for random groups, below where worse than that.
    nmi : float
        Normalised mutual information, from 0 to 1: how much one tells about the other. It is not
        corrected for chance and grows with the number of groups.
    items : int
        How many items have a label and were compared.
    """

    ari: float
    nmi: float
    items: int


@dataclass(frozen=True, eq=False)
class Clusters:
    """Groups of items.

    Attributes
    ----------
    codes : ndarray of shape (n,), int32
        Each item's cluster, the largest cluster first; -1 where an item belongs to none.
    probabilities : ndarray of shape (n,), float32
        How firmly an item belongs to its cluster, from 0 to 1.
    min_cluster_size, min_samples : int
        As they were used.
    metric : str
        What near meant.
    silhouettes : ndarray of shape (n_clusters,), float32
        Mean silhouette of each cluster's items, from -1 to 1; NaN where it is not defined.
    silhouette : float or None
        Mean over all items that belong to a cluster (Rousseeuw, 1987), by the distances the
        clusters were found by: Euclidean between unit vectors under cosine. None of fewer than two
        clusters. Of many items it is measured on some of each cluster.
    notes : tuple of str
        What was left out or done otherwise, as sentences.
    """

    codes: NDArray[np.int32] = field(repr=False)
    probabilities: NDArray[np.float32] = field(repr=False)
    min_cluster_size: int
    min_samples: int
    metric: str
    silhouettes: NDArray[np.float32] = field(repr=False)
    silhouette: float | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.codes, self.probabilities, self.silhouettes):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def n_clusters(self) -> int:
        """How many there are."""
        return int(self.codes.max(initial=-1)) + 1

    @property
    def sizes(self) -> NDArray[np.intp]:
        """Items in each, (n_clusters,), largest first."""
        return np.bincount(self.codes[self.codes >= 0], minlength=self.n_clusters)

    @property
    def noise(self) -> float:
        """Share of the items that belong to none."""
        return float((self.codes < 0).mean()) if len(self.codes) else 0.0

    @property
    def fingerprint(self) -> str:
        """Hex digest of who belongs where."""
        return digest_of(array_digest(self.codes)).hex()

    def members(self, code: int) -> NDArray[np.intp]:
        """Return the positions of a cluster's items, those that belong most firmly first."""
        found = np.flatnonzero(self.codes == code)
        return found[np.argsort(-self.probabilities[found], kind="stable")]

    def agreement(self, labels: Sequence[object]) -> Agreement:
        """Compare the clusters with labels.

        Items in no cluster count as one group of their own: left out, a clustering that keeps only
        the easy items would look better than one that answers for all. Items without a label
        (None, NaN or empty) are left out.

        Parameters
        ----------
        labels : sequence of shape (n,)

        Raises
        ------
        InputError
            If there is not one label an item, or no item has one.
        """
        from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

        if len(labels) != len(self.codes):
            raise InputError(
                f"Got {len(labels):,} labels for {len(self.codes):,} items; give one an item."
            )
        known = np.array([has_label(label) for label in labels], dtype=bool)
        if not known.any():
            raise InputError("No item has a label to compare with; choose another column.")
        given = [str(label) for label, keep in zip(labels, known, strict=True) if keep]
        found = self.codes[known]
        return Agreement(
            ari=float(adjusted_rand_score(given, found)),
            nmi=float(normalized_mutual_info_score(given, found)),
            items=int(known.sum()),
        )


def has_label(label: object) -> bool:
    """Tell whether a label says anything: neither None nor NaN nor empty."""
    return label is not None and label == label and bool(str(label).strip())


def smallest_cluster(n: int) -> int:
    """Return the smallest size of a cluster among `n` items where none is asked for.

    Half the square root of n: 4 of 60 items, 21 of 1,800, 158 of 100,000.
    """
    return max(3, round(float(n**0.5) / 2))


def cluster(
    points: NDArray[np.float32],
    *,
    min_cluster_size: int | None = None,
    min_samples: int | None = None,
    metric: str = "cosine",
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Clusters:
    """Find dense groups of points (HDBSCAN; Campello, Moulavi and Sander, 2013).

    What lies in no dense group is noise and stays noise. Where the exact answer would take minutes,
    points of more than 50 dimensions are first reduced to 50 by PCA; where that is not enough, the
    clusters are found on a sample, and every other point follows the sampled one nearest to it. The
    notes say so.

    Parameters
    ----------
    points : ndarray of shape (n, dim), float32
        Vectors, or the coordinates of a map (then with ``metric="euclidean"``).
    min_cluster_size : int, optional
        The fewest items that make a cluster, from 2; :func:`smallest_cluster` where left out.
    min_samples : int, optional
        Neighbours, the point itself counted, that must be near for a place to be dense; more leave
        more as noise. 3 where left out, or `min_cluster_size` where that is smaller.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
        Under cosine, unit vectors are compared by Euclidean distance, which orders pairs alike. The
        dot product is no distance: the vectors are compared by Euclidean distance.
    seed : int
        Of the sample.
    progress, cancel : callable, optional

    Returns
    -------
    Clusters
        Of identical points, or of fewer than five, no clusters and a note.

    Raises
    ------
    InputError
        If a size is out of range.
    Cancelled
        If `cancel` said so.
    """
    n = len(points)
    size = smallest_cluster(n) if min_cluster_size is None else min_cluster_size
    if size < 2:
        raise InputError(f"min_cluster_size got {size}; a cluster has at least 2 items.")
    samples = min(_MIN_SAMPLES, size) if min_samples is None else min_samples
    if samples < 1:
        raise InputError(f"min_samples got {samples}; it takes 1 or more.")
    places = prepare(np.ascontiguousarray(points, dtype=np.float32), metric)
    distance = "manhattan" if metric == "manhattan" else "euclidean"
    reason = _reason_for_none(places, size, samples)
    if reason:
        return _nothing(n, size, samples, metric, reason)
    places, notes = _reduced(places)
    rows = _sampled_rows(places, seed)
    if len(rows) < n:
        notes.append(
            f"Clusters were found on {len(rows):,} of {n:,} items; each other item follows the one "
            "of these that is nearest to it."
        )
    part = places[rows]
    # The sample is as much thinner as its clusters are smaller.
    scaled = max(2, round(size * len(rows) / n))
    labels, firm = _hdbscan(part, scaled, min(samples, len(rows)), distance, progress, cancel)
    if len(rows) < n:
        labels, firm = _followed(places, rows, labels, firm, distance, progress, cancel)
    codes = _by_size(labels)
    if codes.max(initial=-1) < 0:
        notes.append(
            f"No group of {size:,} or more items is denser than what lies around it; try a smaller "
            "size, or the map instead of the vectors."
        )
    silhouettes, overall = _silhouettes(places, codes, distance, seed, cancel)
    return Clusters(
        codes=codes,
        probabilities=firm.astype(np.float32),
        min_cluster_size=size,
        min_samples=samples,
        metric=metric,
        silhouettes=silhouettes,
        silhouette=overall,
        notes=tuple(notes),
    )


def hull(coords: NDArray[np.float32], padding: float | None = None) -> NDArray[np.float32]:
    """Outline a group on a map: the convex hull of its core, with round corners.

    The tenth of the points that lies farthest from the group's middle is left out, where there are
    ten or more: one stray point would otherwise stretch the outline over half the map.

    Parameters
    ----------
    coords : ndarray of shape (n, 2)
        One point or more.
    padding : float, optional
        Room around the points, in the map's units; a twentieth of the core's span where left out.

    Returns
    -------
    ndarray of shape (m, 2), float32
        Corners in order; the last joins the first.
    """
    from scipy.spatial import ConvexHull

    points = np.asarray(coords, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise InputError(f"An outline takes points of a flat map, (n, 2), not {points.shape}.")
    if len(points) >= 10:
        away = np.linalg.norm(points - np.median(points, axis=0), axis=1)
        points = points[away <= np.quantile(away, 0.9)]
    room = padding if padding is not None else 0.05 * float(np.ptp(points, axis=0).max())
    # A point, or points on a line, get an outline too.
    room = max(room, 1e-6 * max(1.0, float(np.abs(points).max())))
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    disc = room * np.column_stack((np.cos(angles), np.sin(angles)))
    if len(points) > 3:
        # Corners alone: a disc around each of thousands of points would be slow.
        points = points[_corners(points)]
    around = (points[:, None, :] + disc).reshape(-1, 2)
    return np.ascontiguousarray(around[ConvexHull(around).vertices], dtype=np.float32)


def _corners(points: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the positions of a hull's corners; of points on a line, of its ends."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        return np.asarray(ConvexHull(points).vertices, dtype=np.intp)
    except QhullError:
        middle = points - points.mean(axis=0)
        along = middle @ np.linalg.svd(middle, full_matrices=False)[2][0]
        return np.array([along.argmin(), along.argmax()], dtype=np.intp)


def _reason_for_none(places: NDArray[np.float32], size: int, samples: int) -> str:
    n = len(places)
    if n < FEWEST_ITEMS:
        items = "1 item has" if n == 1 else f"{n} items have"
        return f"{items} no clusters; bring {FEWEST_ITEMS} or more."
    if not places.shape[1] or (places == places[0]).all():
        return f"All {n:,} items lie on one spot, so there is nothing to tell clusters by."
    if 2 * size > n or samples > n:
        return (
            f"Of {n:,} items no two clusters of {size:,} or more can be made; choose a smaller "
            "size."
        )
    return ""


def _nothing(n: int, size: int, samples: int, metric: str, reason: str) -> Clusters:
    return Clusters(
        codes=np.full(n, -1, dtype=np.int32),
        probabilities=np.zeros(n, dtype=np.float32),
        min_cluster_size=size,
        min_samples=samples,
        metric=metric,
        silhouettes=np.empty(0, dtype=np.float32),
        notes=(reason,),
    )


def _work(n: int, dim: int) -> float:
    """Return about how many steps the tree of n points takes; looking at a pair counts too."""
    return n * n / 2 * max(dim, 8)


def _reduced(places: NDArray[np.float32]) -> tuple[NDArray[np.float32], list[str]]:
    """Return the points in fewer dimensions where all of them would take minutes."""
    n, dim = places.shape
    if dim <= _DIMS or _work(n, dim) <= _MOST_WORK:
        return places, []
    from sklearn.decomposition import PCA

    pca = PCA(_DIMS, svd_solver="covariance_eigh")
    found = np.ascontiguousarray(pca.fit_transform(places), dtype=np.float32)
    kept = float(pca.explained_variance_ratio_.sum())
    return found, [
        f"Clusters were found in the {_DIMS} main directions of {dim:,}, which hold {kept:.0%} of "
        "the variance."
    ]


def _sampled_rows(places: NDArray[np.float32], seed: int) -> NDArray[np.intp]:
    """Return the points the clusters are found on: all of them, or as many as take a minute."""
    n, dim = places.shape
    if _work(n, dim) <= _MOST_WORK:
        return np.arange(n, dtype=np.intp)
    most = int((2 * _MOST_WORK / max(dim, 8)) ** 0.5)
    picked = np.random.default_rng(seed).choice(n, most, replace=False)
    return np.sort(picked).astype(np.intp)


def _hdbscan(
    places: NDArray[np.float32],
    size: int,
    samples: int,
    distance: str,
    progress: Progress | None,
    cancel: Cancel | None,
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return each point's label, -1 for noise, and how firmly it belongs."""
    from sklearn.cluster import HDBSCAN

    if len(places) <= _SMALL:
        found = HDBSCAN(size, min_samples=samples, metric=distance, algorithm="brute", copy=True)
        found.fit(places)
        return found.labels_, found.probabilities_
    from scipy.sparse import coo_array

    from embedding_core.spanning import spanning_tree

    edges, lengths = spanning_tree(places, samples, distance, progress=progress, cancel=cancel)
    # Given a tree of mutual reachability as all the distances there are, scikit-learn finds that
    # very tree: with min_samples=1 no edge is shorter than the core distances of its ends. Twins
    # are a hair apart, as a sparse matrix takes 0 for no edge.
    near = lengths[lengths > 0]
    lengths = np.maximum(lengths, 1e-6 * near.min() if len(near) else 1.0)
    ends = np.concatenate((edges, edges[:, ::-1])).T
    n = len(places)
    tree = coo_array((np.tile(lengths, 2), (ends[0], ends[1])), shape=(n, n)).tocsr()
    tree.indices, tree.indptr = tree.indices.astype(np.int32), tree.indptr.astype(np.int32)
    found = HDBSCAN(size, min_samples=1, metric="precomputed", copy=True).fit(tree)
    return found.labels_, found.probabilities_


def _followed(
    places: NDArray[np.float32],
    rows: NDArray[np.intp],
    labels: NDArray[np.intp],
    firm: NDArray[np.float64],
    distance: str,
    progress: Progress | None,
    cancel: Cancel | None,
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Give every point the label of the sampled point nearest to it; to a sampled one, its own."""
    n = len(places)
    nearest = np.empty(n, dtype=np.intp)
    part = places[rows]
    search = _nearest_by_tree(part) if places.shape[1] <= 3 and distance == "euclidean" else None
    for start in range(0, n, _BLOCK):
        if cancel is not None and cancel():
            raise Cancelled
        block = places[start : start + _BLOCK]
        nearest[start : start + _BLOCK] = (
            search(block) if search else top(pairwise(block, part, distance), 1)[0][:, 0]
        )
        if progress is not None:
            progress(min(start + _BLOCK, n), n, "other items placed")
    nearest[rows] = np.arange(len(rows))
    return labels[nearest], firm[nearest]


def _nearest_by_tree(
    points: NDArray[np.float32],
) -> Callable[[NDArray[np.float32]], NDArray[np.intp]]:
    from scipy.spatial import KDTree

    tree = KDTree(points)
    return lambda block: np.asarray(tree.query(block)[1], dtype=np.intp)


def _by_size(labels: NDArray[np.intp]) -> NDArray[np.int32]:
    """Return labels numbered from the largest cluster on, equal ones by their first item."""
    found = np.flatnonzero(labels >= 0)
    codes = np.full(len(labels), -1, dtype=np.int32)
    if not len(found):
        return codes
    names, first, sizes = np.unique(labels[found], return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    place = np.empty(len(names), dtype=np.int32)
    place[order] = np.arange(len(names))
    codes[found] = place[np.searchsorted(names, labels[found])]
    return codes


def _silhouettes(
    places: NDArray[np.float32],
    codes: NDArray[np.int32],
    distance: str,
    seed: int,
    cancel: Cancel | None,
) -> tuple[NDArray[np.float32], float | None]:
    """Return each cluster's mean silhouette and that of all their items."""
    n_clusters = int(codes.max(initial=-1)) + 1
    if n_clusters < 2:
        return np.full(n_clusters, np.nan, dtype=np.float32), None
    if cancel is not None and cancel():
        raise Cancelled
    from sklearn.metrics import silhouette_samples

    sizes = np.bincount(codes[codes >= 0])
    rows = _some_of_each(codes, sizes, np.random.default_rng(seed))
    values = silhouette_samples(places[rows], codes[rows], metric=distance)
    # Each cluster's own mean, weighed by its true size: small ones are sampled more densely.
    means = np.bincount(codes[rows], values) / np.bincount(codes[rows])
    overall = float(np.average(means, weights=sizes))
    return means.astype(np.float32), overall


def _some_of_each(
    codes: NDArray[np.int32], sizes: NDArray[np.intp], rng: np.random.Generator
) -> NDArray[np.intp]:
    """Return all items of clusters, or where they are many, some of each cluster."""
    if sizes.sum() <= _SILHOUETTE_ITEMS:
        return np.flatnonzero(codes >= 0)
    share = _SILHOUETTE_ITEMS / sizes.sum()
    picked = []
    for code, size in enumerate(sizes):
        members = np.flatnonzero(codes == code)
        wanted = min(int(size), max(_SILHOUETTE_EACH, round(size * share)))
        picked.append(rng.choice(members, wanted, replace=False))
    return np.sort(np.concatenate(picked)).astype(np.intp)
