"""The items a person selected, the same in every part of a panel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ui.view import View


class Selection:
    """What is selected among the items that have a vector.

    Parameters
    ----------
    view
        What is on screen; the selection is one of its page's choices.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        known = view.embedding.positions
        self.ids = view.choices.ids(known)
        # What a link selects is looked at too.
        view.choices.value("focus", self.ids)
        self.positions: NDArray[np.intp] = np.array([known[id_] for id_ in self.ids], dtype=np.intp)

    def take(self, positions: NDArray[np.int32]) -> None:
        """Select items by their positions; for the callbacks of map and table."""
        self.select(tuple(self._view.embedding.ids[i] for i in positions))

    def select(self, ids: tuple[str, ...]) -> None:
        """Select items by their ids, and look at them."""
        self._view.choices.set("sel", ids)
        self._view.choices.set("focus", ids)

    def mark(self, ids: tuple[str, ...]) -> None:
        """Select items without changing which ones are looked at; for the heatmap."""
        self._view.choices.set("sel", ids)
