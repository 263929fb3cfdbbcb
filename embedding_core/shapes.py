"""Known shapes: made-up vectors whose truth is known, to see what a map does with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.params import Param, Params, check_seed, resolve
from embedding_core.registry import Registry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Collection

    _Form = tuple[NDArray[np.float64], Mapping[str, Sequence[object]]]
    _Draw = Callable[[int, Params, np.random.Generator], _Form]


@dataclass(frozen=True, eq=False)
class Shape:
    """One shape, made.

    Attributes
    ----------
    collection : Collection
        Vectors, (n, dim), with what is true of each item in its columns.
    truth : ndarray of shape (n, 3), float32
        The shape itself, in the order of the collection: before it was turned into more
        dimensions, and without the noise. Of what fills all dimensions, the first three.
    color : str
        The column that tells its parts apart.
    """

    collection: Collection
    truth: NDArray[np.float32]
    color: str


@dataclass(frozen=True)
class ShapeSpec:
    """A shape that can be made.

    Attributes
    ----------
    name, label : str
        In code and links, and on screen.
    about : str
        What it is, and the question a map of it answers.
    params : tuple of Param
        Its own settings and those all shapes have: ``n``, ``noise``, ``dim`` and ``seed``.
    draw : callable
        ``draw(n, params, rng) -> points, columns``; the points have three dimensions, or all.
    """

    name: str
    label: str
    about: str
    params: tuple[Param, ...]
    draw: _Draw

    def make(self, **params: object) -> Shape:
        """Make the shape. The same settings make the same vectors.

        Parameters
        ----------
        **params
            As in `params`.

        Raises
        ------
        UnknownNameError, InputError
            If a setting is not valid.
        """
        from embedding_core.collection import Collection, VectorRows

        given = resolve(self.label, self.params, params)
        rng = np.random.default_rng(check_seed(int(given["seed"])))
        points, columns = self.draw(int(given["n"]), given, rng)
        # One and the same size for all, so that the same noise means the same.
        points = points - points.mean(axis=0)
        points /= np.sqrt((points**2).sum(axis=1).mean())
        vectors = _turned(points, int(given["dim"]), rng)
        vectors += rng.normal(scale=float(given["noise"]), size=vectors.shape)
        import pandas as pd

        digits = len(str(len(points)))
        collection = Collection.of(
            [f"point {i + 1:0{digits}}" for i in range(len(points))],
            VectorRows(vectors.astype(np.float32)),
            pd.DataFrame(dict(columns)),
            modality="vectors",
            name=self.label,
        )
        return Shape(collection, points[:, :3].astype(np.float32), next(iter(columns)))


def compare_groups(shape: Shape, coords: NDArray[np.float32]) -> list[tuple[str, float, float]]:
    """Compare how groups lie on a map with how they lie in truth.

    Parameters
    ----------
    shape : Shape
    coords : ndarray of shape (n, 2 or 3), float32
        A map of its items, in their order.

    Returns
    -------
    list of (str, float, float)
        What is compared, in words; the truth; the map. Ratios, which have no unit: of the widest
        group to the tightest (root mean square distance from the group's middle), and of the
        farthest middles to the nearest. Empty for shapes that are no groups.
    """
    table = shape.collection.table
    if "group" not in table or len(coords) < 2:
        return []
    codes = np.unique(table["group"].to_numpy(dtype=str), return_inverse=True)[1]
    true, shown = (_ratios(points, codes) for points in (shape.truth, coords))
    names = ("widest group to tightest", "farthest groups to nearest")
    found = zip(names, true, shown, strict=True)
    # Of two groups there is but one distance.
    return [(name, a, b) for name, a, b in found if np.isfinite(a) and np.isfinite(b)]


def _ratios(points: NDArray[np.float32], codes: NDArray[np.intp]) -> tuple[float, float]:
    parts = [points[codes == code].astype(np.float64) for code in range(int(codes.max()) + 1)]
    middles = np.stack([part.mean(axis=0) for part in parts])
    widths = np.array(
        [
            np.sqrt(((part - middle) ** 2).sum(axis=1).mean())
            for part, middle in zip(parts, middles, strict=True)
            if len(part) > 1
        ]
    )
    apart = np.linalg.norm(middles[:, None] - middles[None], axis=2)
    apart = apart[np.triu_indices(len(middles), 1)]
    return _ratio(widths), _ratio(apart) if len(apart) > 1 else np.nan


def _ratio(values: NDArray[np.float64]) -> float:
    """Return largest to smallest, NaN where that says nothing."""
    return float(values.max() / values.min()) if values.size > 1 and values.min() > 0 else np.nan


def _turned(points: NDArray[np.float64], dim: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Lay points of few dimensions into `dim`, turned at random: no distance changes."""
    basis, upper = np.linalg.qr(rng.normal(size=(dim, points.shape[1])))
    return np.asarray(points @ (basis * np.sign(np.diag(upper))).T)


def _grouped(
    parts: Sequence[NDArray[np.float64]], names: Sequence[str], column: str = "group"
) -> _Form:
    labels = np.repeat(np.asarray(names), [len(part) for part in parts])
    return np.concatenate(parts), {column: labels.tolist()}


def _shares(n: int, weights: NDArray[np.float64]) -> list[int]:
    """Split `n` in proportion to weights, at least one each."""
    edges = np.round(np.cumsum(weights) / weights.sum() * n).astype(int)
    sizes = np.maximum(np.diff(edges, prepend=0), 1)
    sizes[sizes.argmax()] -= sizes.sum() - n
    return [int(size) for size in sizes]


def _corners(count: int, apart: float) -> NDArray[np.float64]:
    """Return centers on a ring, neighbours `apart` from each other."""
    angles = 2 * np.pi * np.arange(count) / count
    radius = apart / (2 * np.sin(np.pi / count)) if count > 1 else 0.0
    return np.stack([np.cos(angles), np.sin(angles), np.zeros(count)], axis=1) * radius


def _sizes(n: int, params: Params, rng: np.random.Generator) -> _Form:
    count, ratio = int(params["groups"]), float(params["ratio"])
    sizes = _shares(n, np.geomspace(1, ratio, count))
    parts = [
        center + rng.normal(size=(size, 3))
        for center, size in zip(_corners(count, 9.0), sizes, strict=True)
    ]
    return _grouped(parts, [f"{i + 1}: {size:,} items" for i, size in enumerate(sizes)])


def _densities(n: int, params: Params, rng: np.random.Generator) -> _Form:
    count, ratio = int(params["groups"]), float(params["ratio"])
    spreads = np.geomspace(1 / ratio, 1, count)
    sizes = _shares(n, np.ones(count))
    parts = [
        center + rng.normal(scale=spread, size=(size, 3))
        for center, size, spread in zip(_corners(count, 9.0), sizes, spreads, strict=True)
    ]
    return _grouped(parts, [f"{i + 1}: spread {spread:.2g}" for i, spread in enumerate(spreads)])


def _distances(n: int, params: Params, rng: np.random.Generator) -> _Form:
    near = 8.0
    centers = (0.0, near, near + near * float(params["ratio"]))
    parts = [
        rng.normal(size=(size, 3)) + np.array([center, 0, 0])
        for center, size in zip(centers, _shares(n, np.ones(3)), strict=True)
    ]
    return _grouped(parts, ["left", "its near neighbour", "far away"])


def _lines(n: int, params: Params, rng: np.random.Generator) -> _Form:
    count = int(params["lines"])
    parts, along = [], []
    for i, size in enumerate(_shares(n, np.ones(count))):
        place = np.linspace(-1, 1, size) if size > 1 else np.zeros(1)
        angle = np.pi * i / count
        height = np.full(size, (i - (count - 1) / 2) * 0.5)
        parts.append(np.stack([place * np.cos(angle), place * np.sin(angle), height], axis=1))
        along += place.round(3).tolist()
    points, columns = _grouped(parts, [f"line {i + 1}" for i in range(count)], "line")
    return points, {**columns, "along it": along}


def _rings(n: int, params: Params, rng: np.random.Generator) -> _Form:
    first, second = _shares(n, np.ones(2))
    one = 2 * np.pi * np.arange(first) / first
    other = 2 * np.pi * np.arange(second) / second
    parts = [
        np.stack([np.cos(one), np.sin(one), np.zeros(first)], axis=1),
        np.stack([1 + np.cos(other), np.zeros(second), np.sin(other)], axis=1),
    ]
    points, columns = _grouped(parts, ["first ring", "second ring"], "ring")
    return points, {**columns, "around it": np.degrees([*one, *other]).round(1).tolist()}


def _trefoil(n: int, params: Params, rng: np.random.Generator) -> _Form:
    t = 2 * np.pi * np.arange(n) / n
    points = np.stack(
        [np.sin(t) + 2 * np.sin(2 * t), np.cos(t) - 2 * np.cos(2 * t), -np.sin(3 * t)], axis=1
    )
    return points, {"along the knot": np.degrees(t).round(1).tolist()}


def _roll(n: int, params: Params, rng: np.random.Generator) -> _Form:
    start, end = 1.5 * np.pi, 1.5 * np.pi + 2 * np.pi * float(params["turns"])
    # Evenly along the sheet, whose length grows with the square of the angle.
    t = np.sqrt(start**2 + (end**2 - start**2) * rng.random(n))
    across = rng.random(n)
    points = np.stack([t * np.cos(t), 1.5 * end * across, t * np.sin(t)], axis=1)
    return points, {
        "along the roll": ((t - start) / (end - start)).round(3).tolist(),
        "across it": across.round(3).tolist(),
    }


def _sphere(n: int, params: Params, rng: np.random.Generator) -> _Form:
    # Fibonacci's lattice: as even as points on a sphere can be.
    height = 1 - 2 * (np.arange(n) + 0.5) / n
    angle = np.pi * (1 + 5**0.5) * np.arange(n)
    width = np.sqrt(1 - height**2)
    points = np.stack([width * np.cos(angle), width * np.sin(angle), height], axis=1)
    return points, {
        "latitude": np.degrees(np.arcsin(height)).round(1).tolist(),
        "longitude": (np.degrees(angle) % 360).round(1).tolist(),
    }


def _noise(n: int, params: Params, rng: np.random.Generator) -> _Form:
    points = rng.normal(size=(n, int(params["dim"])))
    return points, {"from the middle": np.linalg.norm(points, axis=1).round(3).tolist()}


def _number(
    name: str, label: str, default: float, low: float, high: float, step: float, about: str
) -> Param:
    return Param(name, label, "number", default, about, minimum=low, maximum=high, step=step)


_COMMON = (
    _number("n", "Items", 600, 50, 5000, 50, "How many points there are."),
    _number(
        "noise", "Noise", 0.0, 0.0, 0.5, 0.01,
        "How far points are pushed off the shape in every dimension; the shape itself has size 1.",
    ),
    _number(
        "dim", "Dimensions", 10, 3, 200, 1,
        "The shape is turned at random into so many; without noise only three of them matter.",
    ),
    _number("seed", "Seed", 0, 0, 999, 1, "Chance starts here: the same seed, the same points."),
)  # fmt: skip
_GROUPS = _number("groups", "Groups", 4, 2, 8, 1, "How many groups there are.")


def _shape(name: str, label: str, about: str, draw: _Draw, *own: Param) -> ShapeSpec:
    return ShapeSpec(name, label, about, (*own, *_COMMON), draw)


SHAPES: Registry[ShapeSpec] = Registry(
    "shape",
    (
        _shape(
            "sizes", "Groups of unequal size",
            "Round groups, equally wide and evenly spaced, of few and of many items: does "
            "the map show the small ones as small?",
            _sizes, _GROUPS,
            _number("ratio", "Largest to smallest", 10.0, 1.0, 50.0, 1.0,
                    "How many times as many items the largest group has."),
        ),
        _shape(
            "densities", "Groups of unequal density",
            "Round groups of as many items each, packed tightly and loosely: does the map keep "
            "how wide they are?",
            _densities, _GROUPS,
            _number("ratio", "Widest to tightest", 8.0, 1.0, 30.0, 1.0,
                    "How many times as wide the widest group is."),
        ),
        _shape(
            "distances", "Two groups near, one far",
            "Three equal groups, the third much farther away: does the map keep which are near?",
            _distances,
            _number("ratio", "Far to near", 5.0, 1.0, 20.0, 1.0,
                    "How many times as far away the third group is."),
        ),
        _shape(
            "lines", "Lines", "Straight lines that pass each other: does the map keep them "
            "straight, and whole?",
            _lines, _number("lines", "Lines", 4, 1, 8, 1, "How many lines there are."),
        ),
        _shape(
            "rings", "Linked rings",
            "Two rings, each passing through the other: no flat map can show them apart without "
            "cutting one.",
            _rings,
        ),
        _shape(
            "trefoil", "Trefoil knot",
            "One closed thread with a knot: does the map keep it in one piece?",
            _trefoil,
        ),
        _shape(
            "roll", "Swiss roll",
            "A sheet, rolled up: a map that keeps neighbours unrolls it, a straight-line view "
            "cannot.",
            _roll, _number("turns", "Turns", 1.5, 0.5, 3.0, 0.25, "How often it is rolled."),
        ),
        _shape(
            "sphere", "Sphere",
            "A surface without an edge: to lie flat it must be cut or crushed.",
            _sphere,
        ),
        _shape(
            "noise", "Noise",
            "One round cloud in all dimensions, without any groups: whatever groups the map shows, "
            "it made up.",
            _noise,
        ),
    ),
)  # fmt: skip
"""What there is, from groups to noise."""
