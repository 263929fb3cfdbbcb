"""A training watched as it runs: what is shown of it, and to whom.

Every trainer takes an ``on_frame``. A plain function is given the vectors now and then; who wants
more, such as the loss, is a `Watcher`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.models import Frame


@dataclass(frozen=True, eq=False)
class Moment:
    """A training as it stands.

    Attributes
    ----------
    vectors : ndarray of shape (n, dim), float32
        Of the items.
    loss : float or None
        The mean since the moment before; None before the first step, and where a method has none.
    contexts : ndarray of shape (n, dim), float32, or None
        The items' vectors on the other side, where a method learns two of each.
    step : str
        What the moment is called, such as ``"epoch 3.5"``.
    """

    vectors: NDArray[np.float32]
    loss: float | None = None
    contexts: NDArray[np.float32] | None = None
    step: str = ""


@runtime_checkable
class Watcher(Protocol):
    """Capability of an ``on_frame``: it takes whole moments, of the rows and as often as it says.

    Attributes
    ----------
    wanted : int
        How many moments it would like in all.
    rows : ndarray of shape (m,), int, or None
        The items it wants to see, and no others; None for all.
    """

    wanted: int
    rows: NDArray[np.intp] | None

    def __call__(self, vectors: Any) -> None:
        """Take vectors without their moment."""

    def watch(self, moment: Moment) -> None:
        """Take a moment; its arrays are the watcher's own."""


def show(
    on_frame: Frame,
    vectors: NDArray[np.float32],
    loss: float | None = None,
    contexts: NDArray[np.float32] | None = None,
    step: str = "",
) -> None:
    """Show copies of all items' vectors, or of the rows that are wanted, to whoever watches."""
    if not isinstance(on_frame, Watcher):
        on_frame(np.array(vectors))
        return
    rows = slice(None) if on_frame.rows is None else on_frame.rows
    sides = [None if side is None else np.array(side[rows]) for side in (vectors, contexts)]
    assert sides[0] is not None
    on_frame.watch(Moment(sides[0], loss, sides[1], step))


def wanted(on_frame: Frame | None, usual: int) -> int:
    """Return how many moments to show in all: as many as is `usual` where nobody says."""
    return on_frame.wanted if isinstance(on_frame, Watcher) else usual


class Part:
    """A watcher of some rows only, for trainers that learn more than is asked for.

    Parameters
    ----------
    whole : Watcher
    places : ndarray of shape (n_items,), int
        Where the items stand among what is trained.
    """

    def __init__(self, whole: Watcher, places: NDArray[np.intp]) -> None:
        self.wanted = whole.wanted
        self.rows = places if whole.rows is None else places[whole.rows]
        self.watch = whole.watch

    def __call__(self, vectors: Any) -> None:
        """Take vectors without their moment."""
        self.watch(Moment(vectors))


def of_rows(on_frame: Frame | None, places: NDArray[np.intp]) -> Frame | None:
    """Return an ``on_frame`` that is given all rows and hands on those at `places`."""
    if on_frame is None:
        return None
    if isinstance(on_frame, Watcher):
        return Part(on_frame, places)
    given: Callable[[Any], None] = on_frame
    return lambda vectors: given(np.ascontiguousarray(vectors[places]))
