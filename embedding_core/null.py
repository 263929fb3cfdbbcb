"""The null twin: data with the structure destroyed, to see what a method draws out of nothing.

A map of a null model shows what the projector, and the plain spread of the data, put into a
picture by themselves. Groups that it shows too are no evidence of groups in the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.clusters import Clusters, cluster
from embedding_core.embedding import Embedding
from embedding_core.errors import SpaceMismatchError
from embedding_core.params import check_seed
from embedding_core.projection import Projection, project
from embedding_core.quality import Quality, quality
from embedding_core.registry import Registry
from embedding_core.similarity import prepare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Frame, Progress


@dataclass(frozen=True, eq=False)
class Drawn:
    """A map with what is measured on it.

    Attributes
    ----------
    projection : Projection
    quality : Quality or None
        None of fewer than four items.
    clusters : Clusters
        Of the map's points (HDBSCAN).
    """

    projection: Projection
    quality: Quality | None
    clusters: Clusters


@dataclass(frozen=True, eq=False)
class NullTest:
    """A map beside the map of its null twin, drawn and measured in the same way.

    Attributes
    ----------
    kind : str
        The null model.
    seed : int
        Of the twin.
    real, twin : Drawn
    """

    kind: str
    seed: int
    real: Drawn
    twin: Drawn


@dataclass(frozen=True)
class NullModel:
    """One way to destroy structure.

    Attributes
    ----------
    name, label : str
        In code, and on screen.
    about : str
        One sentence: what it keeps and what it destroys.
    """

    name: str
    label: str
    about: str


NULL_MODELS: Registry[NullModel] = Registry(
    "null model",
    (
        NullModel(
            "shuffled",
            "Columns shuffled",
            "Each dimension keeps its own values and hands them to other items at random: whatever "
            "ties the dimensions together is gone, and what a single dimension shows by itself, "
            "such as two heaps of values, stays.",
        ),
        NullModel(
            "gaussian",
            "Same covariance",
            "Points of one normal distribution with the mean and the covariance of the data: the "
            "cloud keeps its centre and its long and short directions, and has no groups.",
        ),
    ),
)


def null_twin(
    embedding: Embedding,
    kind: str = "shuffled",
    seed: int = 0,
    *,
    metric: str = "cosine",
) -> Embedding:
    """Return vectors of the same items with their structure destroyed.

    Under cosine only directions count, so the twin is made of the unit vectors: shuffling the raw
    ones would carry the lengths, which no map under cosine ever saw, into its directions.

    Parameters
    ----------
    embedding : Embedding
    kind : {"shuffled", "gaussian"}
        As :data:`NULL_MODELS` explains them. "shuffled" is the permutation null model (each
        column on its own); "gaussian" draws from the normal distribution with the mean and the
        sample covariance of the vectors, of whatever rank it is.
    seed : int
        The same seed makes the same twin.
    metric : {"cosine", "dot", "euclidean", ...}
        Under which the map is drawn.

    Returns
    -------
    Embedding
        Same ids and shape, in a space of its own; `spec_name` is ``"null:shuffled"`` or
        ``"null:gaussian"``.

    Raises
    ------
    UnknownNameError, InputError
        If there is no such kind or metric, or the seed is none.
    """
    name, seed = NULL_MODELS[kind].name, check_seed(seed)
    seen = prepare(embedding.vectors, metric)
    rng = np.random.default_rng(seed)
    vectors = rng.permuted(seen, axis=0) if name == "shuffled" else _gaussian(seen, rng)
    # The fingerprint: twins of other vectors of the same space are no twins of these.
    space = f"null:{kind}:{seed}:{metric}:{embedding.fingerprint}"
    return Embedding(
        ids=embedding.ids,
        vectors=vectors,
        space=space,
        spec_name=f"null:{kind}",
        params={"seed": seed, "metric": metric},
    )


def null_test(
    embedding: Embedding,
    projection: Projection,
    kind: str = "shuffled",
    seed: int = 0,
    *,
    k: int = 15,
    min_cluster_size: int | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    on_frame: Frame | None = None,
) -> NullTest:
    """Draw the null twin by the same method, settings and seed, and measure both maps alike.

    One twin is one draw: another `seed` shows how much another one differs.

    Parameters
    ----------
    embedding : Embedding
    projection : Projection
        Its map.
    kind : {"shuffled", "gaussian"}
    seed : int
        Of the twin; the map's seed is that of `projection`.
    k : int
        Neighbours the trust figures ask about.
    min_cluster_size : int, optional
        As in :func:`embedding_core.clusters.cluster`.
    progress, cancel, on_frame : callable, optional

    Raises
    ------
    SpaceMismatchError
        If the map is of other items.
    Cancelled
        If `cancel` said so.
    """
    if embedding.ids != projection.ids:
        raise SpaceMismatchError(
            f"vectors of {len(embedding.ids)} items", f"a map of {len(projection.ids)}"
        )
    twin = null_twin(embedding, kind, seed, metric=projection.metric)
    drawn = project(
        twin,
        projection.method,
        n_components=projection.n_components,
        metric=projection.metric,
        seed=projection.seed,
        progress=progress,
        cancel=cancel,
        on_frame=on_frame,
        **dict[str, Any](projection.params),
    )

    def measured(vectors: Embedding, map_: Projection) -> Drawn:
        found = quality(vectors, map_, k, progress=progress, cancel=cancel)
        groups = cluster(
            map_.coords, min_cluster_size=min_cluster_size, metric="euclidean", cancel=cancel
        )
        return Drawn(map_, found, groups)

    return NullTest(kind, seed, measured(embedding, projection), measured(twin, drawn))


def _gaussian(vectors: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw n points of the normal distribution with the mean and covariance of `vectors`."""
    n, dim = vectors.shape
    mean = vectors.mean(axis=0, dtype=np.float64)
    centered = vectors - mean
    # Squares of very large or small numbers leave even the range of float64.
    scale = float(np.abs(centered).max()) or 1.0
    centered /= scale
    if n <= dim:
        # Normal sums of the centred rows have exactly their covariance, and never form it.
        drawn = rng.standard_normal((n, n)) @ centered / np.sqrt(max(n - 1, 1))
    else:
        values, axes = np.linalg.eigh(centered.T @ centered / (n - 1))
        root = axes * np.sqrt(np.maximum(values, 0))
        drawn = rng.standard_normal((n, dim)) @ root.T
    largest = float(np.finfo(np.float32).max)
    return np.asarray(np.clip(drawn * scale + mean, -largest, largest), np.float32)
