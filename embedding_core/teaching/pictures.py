"""What a lesson can draw: a few kinds of pictures, as data. ``ui/lessons/kinds`` draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from embedding_core.errors import ContractError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Heat:
    """A matrix of numbers as colours.

    Attributes
    ----------
    matrix : ndarray of shape (rows, columns), float32
    rows, columns : tuple of str
    metric : str
        ``"cosine"`` and the like where the numbers are similarities; ``"value"`` where they are
        numbers of any kind, then coloured on a scale that is centred on zero.
    title : str
        What the numbers are.
    """

    matrix: NDArray[np.float32]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    metric: str = "cosine"
    title: str = ""

    def __post_init__(self) -> None:
        _check(self.matrix.shape == (len(self.rows), len(self.columns)), "as many names as numbers")
        _check(bool(np.isfinite(self.matrix).all()), "finite numbers")


@dataclass(frozen=True, eq=False)
class Bars:
    """Named numbers as bars, from the first down.

    Attributes
    ----------
    names : tuple of str
    values : tuple of float
        Bars go left of zero for negative ones.
    title : str
        What the numbers are.
    groups : tuple of str
        The group of each, told by colour; empty where there is one.
    form : str
        How a number is written, as ``format`` takes it.
    written : tuple of str
        The numbers as they are written, where one form does not fit all.
    logarithmic : bool
        Whether lengths are logarithms, for positive values of very different size.
    """

    names: tuple[str, ...]
    values: tuple[float, ...]
    title: str
    groups: tuple[str, ...] = ()
    form: str = ".2f"
    written: tuple[str, ...] = ()
    logarithmic: bool = False

    def __post_init__(self) -> None:
        _check(len(self.names) == len(self.values), "as many names as values")
        _check(len(self.groups) in (0, len(self.names)), "a group for each bar or for none")
        _check(len(self.written) in (0, len(self.names)), "every number written or none")
        _check(bool(np.isfinite(self.values).all()), "finite numbers")
        _check(not self.logarithmic or min(self.values, default=1) > 0, "positive numbers")


@dataclass(frozen=True, eq=False)
class Curves:
    """Lines or points over an axis of numbers.

    Attributes
    ----------
    series : mapping
        Name to x and y, each of the same length.
    x_title, y_title : str
        Without a title the upright axis is not drawn, as where its numbers mean nothing.
    kind : {"line", "points", "area"}
    x_marks : mapping
        Name to a place on the x-axis, drawn as an upright line.
    labels : mapping
        The series' name to a name for each point, written beside it; points only.
    hover : mapping
        As labels, told only under the pointer.
    x_range, y_range : (float, float) or None
        The ends of an axis, where it should not move with the data.
    equal : bool
        Whether a step is as long to the right as up, as angles need; with both ranges.
    logarithmic : bool
        Whether the x-axis is, as for places by frequency.
    """

    series: Mapping[str, tuple[Sequence[float], Sequence[float]]]
    x_title: str
    y_title: str
    kind: Literal["line", "points", "area"] = "line"
    x_marks: Mapping[str, float] | None = None
    labels: Mapping[str, Sequence[str]] | None = None
    hover: Mapping[str, Sequence[str]] | None = None
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    equal: bool = False
    logarithmic: bool = False

    def __post_init__(self) -> None:
        _check(not self.equal or bool(self.x_range and self.y_range), "both ranges where equal")
        for x, y in self.series.values():
            _check(not self.logarithmic or min(x, default=1) > 0, "positive numbers")
            _check(len(x) == len(y), "as many places on one axis as on the other")
            _check(bool(np.isfinite(x).all() and np.isfinite(y).all()), "finite numbers")


@dataclass(frozen=True, eq=False)
class Map:
    """Items in the plane.

    Attributes
    ----------
    ids : tuple of str
    coords : ndarray of shape (n, 2), float32
    groups : tuple of str
        The group of each, told by colour; empty where there are none.
    lines : tuple of (int, int, bool)
        From, to, and whether it is solid.
    line_titles : (str, str)
        What solid and dashed lines mean; "" where that needs no words.
    extra : tuple of (str, (float, float))
        Places that are no items, as hollow diamonds.
    axis_titles : (str, str) or None
        Where the axes mean something.
    badge : (str, str) or None
        How far the map can be trusted, in few words and in more.
    emphasised : tuple of int
        Items whose names come first.
    """

    ids: tuple[str, ...]
    coords: NDArray[np.float32]
    groups: tuple[str, ...] = ()
    lines: tuple[tuple[int, int, bool], ...] = ()
    line_titles: tuple[str, str] = ("", "")
    extra: tuple[tuple[str, tuple[float, float]], ...] = ()
    axis_titles: tuple[str, str] | None = None
    badge: tuple[str, str] | None = None
    emphasised: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        _check(self.coords.shape == (len(self.ids), 2), "a place for each item")
        _check(len(self.groups) in (0, len(self.ids)), "a group for each item or for none")
        _check(bool(np.isfinite(self.coords).all()), "finite numbers")


@dataclass(frozen=True, eq=False)
class Table:
    """A few columns of text and numbers.

    Attributes
    ----------
    columns : mapping
        Heading to cells, all of the same length.
    """

    columns: Mapping[str, Sequence[str | float | int]]

    def __post_init__(self) -> None:
        _check(len({len(cells) for cells in self.columns.values()}) <= 1, "columns of one length")


@dataclass(frozen=True, eq=False)
class Images:
    """Pictures side by side, such as an item and its neighbours.

    Attributes
    ----------
    files : tuple of bytes
        PNG or WebP.
    captions : tuple of str
        What stands under each.
    edge : int
        Pixels of the longer side on screen.
    """

    files: tuple[bytes, ...]
    captions: tuple[str, ...]
    edge: int = 96

    def __post_init__(self) -> None:
        _check(len(self.files) == len(self.captions), "a caption for each picture")


@dataclass(frozen=True, eq=False)
class Sounds:
    """Recordings to play.

    Attributes
    ----------
    files : tuple of bytes
        WAV.
    captions : tuple of str
        What stands above each.
    """

    files: tuple[bytes, ...]
    captions: tuple[str, ...]

    def __post_init__(self) -> None:
        _check(len(self.files) == len(self.captions), "a caption for each recording")


Picture: TypeAlias = Heat | Bars | Curves | Map | Table | Images | Sounds


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a view shows.

    Attributes
    ----------
    pictures : tuple of Picture
        From the top down; the first takes most of the room.
    sentence : str
        What can be read from them, computed with them: for the caption, and for those who do not
        see them. Text, in which nothing is markup.
    """

    pictures: tuple[Picture, ...]
    sentence: str


def _check(is_so: bool, what: str) -> None:
    if not is_so:
        raise ContractError(f"a lesson's picture needs {what}")
