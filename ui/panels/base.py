"""What stands beside the map: a panel, what it is given, and what it may lay over the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.projection import Projection
from embedding_core.quality import Quality
from ui.finding import Query
from ui.map import Extra, Hull, Pictures, Title
from ui.media import cells_of
from ui.selection import Selection
from ui.view import View

HEIGHT = 600
"""Pixels of the map, and of what stands beside it."""


@dataclass(frozen=True)
class Shown:
    """What is on screen.

    Attributes
    ----------
    view
        Items, vectors, metric and choices.
    projection
        The map as it is drawn now; PCA while a slower one is on its way.
    quality
        What the map kept; None where it is not measured (yet).
    selection
        What is selected on the map.
    color
        What the points are coloured by, as ``ui.colouring`` names it.
    is_final
        Whether the map is the one that was asked for, and no stand-in.
    query
        What was asked for by meaning; None where nothing was.
    pictures
        Small pictures of the collection's items, which the map has too; None where items are no
        pictures, or while these are being made.
    are_marks
        Whether they stand for points on the map.
    looks
        The points' colours and sizes, as :class:`ui.map.Style` takes them.
    """

    view: View
    projection: Projection
    quality: Quality | None
    selection: Selection
    color: str
    is_final: bool = True
    query: Query | None = None
    pictures: Pictures | None = None
    are_marks: bool = True
    looks: Mapping[str, Any] = field(default_factory=dict)

    @property
    def page(self) -> str:
        """The page's name: what keys of widgets begin with."""
        return self.view.choices.page

    def pictured(self, ids: Sequence[str]) -> dict[str, Any]:
        """Return what :class:`ui.map.Style` takes for the pictures of some items."""
        if self.pictures is None:
            return {}
        cells = cells_of(self.view.collection, ids)
        return {"pictures": self.pictures, "cells": cells, "are_marks": self.are_marks}

    @property
    def cells(self) -> NDArray[np.intp]:
        """Which of the pictures each item of the map has."""
        cells = cells_of(self.view.collection, self.projection.ids)
        return np.arange(len(self.projection.ids)) if cells is None else cells


@dataclass(frozen=True)
class Overlay:
    """What a panel lays over the map while it is open.

    Attributes
    ----------
    colours
        Arguments of :class:`ui.map.Style` (codes and categories, or values) that take the place
        of the person's own colours; empty to leave those.
    hulls, titles, halos, lines, extra
        As in :class:`ui.map.Style`.
    """

    colours: Mapping[str, Any] = field(default_factory=dict)
    hulls: Sequence[Hull] = ()
    titles: Sequence[Title] = ()
    halos: NDArray[np.float32] | None = None
    lines: Sequence[tuple[int, int, bool]] = ()
    extra: Sequence[Extra] = ()


@dataclass(frozen=True)
class Panel:
    """One answer beside the map.

    Attributes
    ----------
    name, label
        In links, and on screen: one short word.
    show
        Draws it; runs inside the explorer's fragment.
    overlay
        What it lays over the map while it is open; None for nothing. It must not wait: what is
        not computed yet is left out, and :attr:`show` says so.
    is_wide
        Whether it takes as much room as the map.
    suits
        Tells whether it has anything to say of what is in view; None where it always has.
    """

    name: str
    label: str
    show: Callable[[Shown], None]
    overlay: Callable[[Shown], Overlay] | None = None
    is_wide: bool = False
    suits: Callable[[View], bool] | None = None
