"""What a projector is, and what it returns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from embedding_core.params import Param

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.neighbors import NeighborGraph
    from embedding_core.params import Params
    from embedding_core.placement import Placement


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
    """

    coords: NDArray[np.float32]
    placement: Placement | None = None
    axis_titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


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
    """

    name: str
    label: str
    about: str
    source: str
    params: tuple[Param, ...] = ()
    quick: bool = False

    version: ClassVar[int] = 1

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
