"""What a projector is, and what it returns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from embedding_core.params import Param

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.neighbors import NeighborGraph
    from embedding_core.params import Params
    from embedding_core.placement import Placement


@dataclass(frozen=True, eq=False)
class Directions:
    """What the axes of a straight-line map are made of.

    Attributes
    ----------
    weights : ndarray of shape (n_components, dim)
        How much one unit along each dimension of the vectors moves a point along each axis.
    explained : ndarray of shape (r,)
        Share of the variance along every principal component there is, in [0, 1], largest first;
        empty where the axes are none.
    """

    weights: NDArray[np.float64]
    explained: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Layout:
    """What a projector returns.

    Attributes
    ----------
    coords : ndarray of shape (n, 2 or 3), float32
    placement : Placement or None
        None where the method cannot place new vectors.
    axis_titles : tuple of str
        What the axes mean; empty where their numbers mean nothing.
    notes : tuple of str
        What was done otherwise than asked, as sentences.
    figures : mapping of str to float
        What the method itself says of its result, such as ``"stress"``.
    directions : Directions or None
        What the axes are made of, where the map is a straight-line view.
    """

    coords: NDArray[np.float32]
    placement: Placement | None = None
    axis_titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    directions: Directions | None = None


@dataclass(frozen=True)
class ProjectorSpec(ABC):
    """A method that draws maps.

    Attributes
    ----------
    name, label : str
        In code, and on screen.
    about : str
        One sentence: what its pictures keep and what they do not.
    source : str
        Paper and year.
    params : tuple of Param
    quick : bool
        Draws thousands of items in a blink, so that it can be shown while another runs.
    seeded : bool
        Whether chance has a part in it: another seed, another map.
    """

    name: str
    label: str
    about: str
    source: str
    params: tuple[Param, ...] = ()
    quick: bool = False
    seeded: bool = True

    version: ClassVar[int] = 1

    def bound(self, embedding: Embedding, params: Params, n_components: int) -> ProjectorSpec:
        """Return the method made ready for these items.

        Most need no more of an embedding than its vectors and return themselves. What needs ids
        or the model, such as axes between named items, looks them up here and returns a spec that
        carries what it found.

        Raises
        ------
        InputError
            If a setting names what is not there.
        """
        return self

    def n_neighbors(self, params: Params, n: int) -> int:
        """Return how many neighbours per item it wants to be handed; 0 for none."""
        return 0

    def warm_up(self) -> None:  # noqa: B027
        """Compile what a first map would wait for; for a server to call in the background."""

    @abstractmethod
    def fit(
        self,
        vectors: NDArray[np.float32],
        knn: NeighborGraph | None,
        params: Params,
        *,
        n_components: int,
        metric: str,
        seed: int,
        init: NDArray[np.float32] | None = None,
        on_frame: Frame | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Layout:
        """Draw the map of four or more items. The same input and seed draw the same map.

        Parameters
        ----------
        vectors : ndarray of shape (n, dim), float32
        knn : NeighborGraph or None
            Of as many neighbours as :meth:`n_neighbors` asked for.
        params : mapping
        n_components : {2, 3}
        metric : {"cosine", "dot", "euclidean", "manhattan"}
        seed : int
        init : ndarray of shape (n, n_components), optional
            Where to start, for methods that move points.
        on_frame, progress, cancel : callable, optional
            Given the coordinates as they stand, told of rounds done, asked whether to stop.
        """
