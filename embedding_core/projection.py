"""project(): from vectors to a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import array_digest, digest_of
from embedding_core.errors import ContractError, InputError
from embedding_core.neighbors import neighbor_graph
from embedding_core.params import ParamValue, check_seed, resolve
from embedding_core.placement import Placement
from embedding_core.similarity import check_metric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.projectors.base import Directions, ProjectorSpec

FEWEST_ITEMS = 4
"""Below this many items no method has neighbours to keep, and the plain PCA picture is drawn."""


@dataclass(frozen=True)
class Projection:
    """A map.

    Attributes
    ----------
    ids : tuple of str
    coords : ndarray of shape (n, 2 or 3), float32
        In the order of `ids`; read-only and finite.
    method : str
        The projector.
    params : mapping
        Its settings, all of them.
    metric : str
    seed : int
    placement : Placement or None
    axis_titles, notes, figures, directions
        As in :class:`Layout`.
    """

    ids: tuple[str, ...]
    coords: NDArray[np.float32] = field(repr=False, compare=False)
    method: str
    params: Mapping[str, ParamValue] = field(default_factory=dict, compare=False)
    metric: str = "cosine"
    seed: int = 0
    placement: Placement | None = field(default=None, repr=False, compare=False)
    axis_titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict, repr=False, compare=False)
    directions: Directions | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        coords = self.coords
        if coords.dtype != np.float32 or coords.ndim != 2 or len(coords) != len(self.ids):
            raise ContractError(f"{self.method} gave {coords.dtype} {coords.shape}")
        if coords.shape[1] not in (2, 3) or not np.isfinite(coords).all():
            raise ContractError(f"{self.method} gave coordinates that cannot be drawn")
        coords.setflags(write=False)

    @property
    def n_components(self) -> int:
        """2 or 3."""
        return int(self.coords.shape[1])

    def transform(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Place new vectors of the same space on the map, which stays as it is.

        ``placement.label`` says how, in words for the person.

        Parameters
        ----------
        vectors : ndarray of shape (m, dim), float32

        Returns
        -------
        ndarray of shape (m, 2 or 3), float32

        Raises
        ------
        InputError
            If the method cannot place new vectors.
        """
        if self.placement is None:
            raise InputError(
                f"A map drawn by {self.method} cannot take in new items; draw it anew with them."
            )
        return self.placement.place(vectors)

    @cached_property
    def fingerprint(self) -> str:
        """Hex digest of ids and coordinates."""
        return digest_of("\0".join(self.ids), array_digest(self.coords)).hex()


def project(
    embedding: Embedding,
    name: str = "umap",
    *,
    n_components: int = 2,
    metric: str = "cosine",
    seed: int = 0,
    init: NDArray[np.float32] | None = None,
    on_frame: Frame | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    **params: object,
) -> Projection:
    """Draw a map of an embedding.

    Parameters
    ----------
    embedding : Embedding
    name : str
        A name in ``PROJECTORS``.
    n_components : {2, 3}
    metric : {"cosine", "dot", "euclidean", "manhattan"}
        What "near" means.
    seed : int
        The same seed draws the same map.
    init : ndarray of shape (n, n_components), optional
        Where to start, for methods that move points.
    on_frame, progress, cancel : callable, optional
    **params
        Settings of the projector.

    Returns
    -------
    Projection
        Of fewer than four items the PCA picture, which keeps all their distances, whatever was
        asked for: its `method` and notes say so.

    Raises
    ------
    UnknownNameError, InputError
        If the projector, metric or a setting is not valid.
    """
    from embedding_core.projectors import PROJECTORS

    spec = PROJECTORS[name]
    settings = resolve(spec.label, spec.params, params)
    check_metric(metric)
    if n_components not in (2, 3):
        raise InputError(f"n_components got {n_components}; a map has 2 or 3 dimensions.")
    seed = check_seed(seed)
    n = len(embedding)
    if init is not None:
        init = _checked_start(init, (n, n_components))
    if n < FEWEST_ITEMS and not spec.quick:
        return _few(embedding, spec, n_components, metric, seed)
    spec = spec.bound(embedding, settings, n_components)
    wanted = min(spec.n_neighbors(settings, n), n - 1)
    knn = (
        neighbor_graph(embedding, wanted, metric, progress=progress, cancel=cancel)
        if wanted
        else None
    )
    layout = spec.fit(
        embedding.vectors,
        knn,
        settings,
        n_components=n_components,
        metric=metric,
        seed=seed,
        init=init,
        on_frame=on_frame,
        progress=progress,
        cancel=cancel,
    )
    return Projection(
        ids=embedding.ids,
        coords=np.ascontiguousarray(layout.coords, dtype=np.float32),
        method=name,
        params=settings,
        metric=metric,
        seed=seed,
        placement=layout.placement,
        axis_titles=layout.axis_titles,
        notes=layout.notes,
        figures=layout.figures,
        directions=layout.directions,
    )


def _checked_start(init: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    start = np.asarray(init, dtype=np.float32)
    if start.shape != shape or not np.isfinite(start).all():
        raise InputError(
            f"The start has shape {start.shape}; it takes finite numbers of shape {shape}: one "
            "point an item."
        )
    return start


def _few(
    embedding: Embedding, spec: ProjectorSpec, n_components: int, metric: str, seed: int
) -> Projection:
    """Draw one, two or three items, where neighbour methods have nothing to work with."""
    from embedding_core.projectors import PROJECTORS

    n = len(embedding)
    plain = next(name for name, other in PROJECTORS.items() if other.quick)
    drawn = project(embedding, plain, n_components=n_components, metric=metric, seed=seed)
    items = "One item has" if n == 1 else f"{n} items have"
    note = (
        f"{items} too few neighbours for {spec.label}; the map shows the plain "
        f"{PROJECTORS[plain].label} picture. Bring {FEWEST_ITEMS} or more."
    )
    return replace(drawn, notes=(*drawn.notes, note))
