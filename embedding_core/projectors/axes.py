"""Semantic axes: a map whose directions a person names by their poles."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import InputError
from embedding_core.models import TextQuery
from embedding_core.params import Param
from embedding_core.placement import Placement
from embedding_core.preprocessing import PreparedModel, preprocessing_of
from embedding_core.projectors.base import Directions, Layout, ProjectorSpec
from embedding_core.similarity import prepare
from embedding_core.wordvectors import vectors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.neighbors import NeighborGraph
    from embedding_core.params import Params

_ARROWS = ("->", "→")
_NAMES = ("across", "up", "deep")
# Passes in search of the pair that is farthest apart; each can only find a farther one.
_PASSES = 4


@dataclass(frozen=True, eq=False)
class Pole:
    """One end of an axis.

    Attributes
    ----------
    names : tuple of str
    vectors : ndarray of shape (len(names), dim), float32
    """

    names: tuple[str, ...]
    vectors: NDArray[np.float32]

    @property
    def title(self) -> str:
        """What it is called on a map."""
        return ", ".join(self.names)


@dataclass(frozen=True)
class Axes(ProjectorSpec):
    """Positions between poles.

    Attributes
    ----------
    ids : tuple of str
        The items' names, once bound.
    poles : tuple of (Pole, Pole) or None
        Both ends of every axis that was asked for by name, once bound; None for the others.
    """

    ids: tuple[str, ...] = field(default=(), repr=False, compare=False)
    poles: tuple[tuple[Pole, Pole] | None, ...] = field(default=(), repr=False, compare=False)

    def bound(self, embedding: Embedding, params: Params, n_components: int) -> Axes:
        """Look the poles up: among the items first, then among the words of the model."""
        asked = [str(params[name]).strip() for name in _NAMES[:n_components]]
        poles = tuple(_poles(embedding, text) if text else None for text in asked)
        return replace(self, ids=embedding.ids, poles=poles)

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
        """Draw the map; seed and start make no difference.

        An item stands at -1 at the low pole, 0 halfway and 1 at the high pole, measured along the
        line between the poles' means: of unit vectors under cosine (Grand et al., 2022), of the
        vectors themselves under the other metrics. An axis without poles runs between the two
        items that are farthest apart across the axes so far (as in FastMap; Faloutsos and Lin,
        1995).
        """
        points = prepare(vectors, metric).astype(np.float64)
        origins: list[NDArray[np.float64]] = []
        weights: list[NDArray[np.float64]] = []
        titles: list[str] = []
        for poles in self.poles or (None,) * n_components:
            if poles is None:
                origin, along, title = _between_farthest(points, weights, self.ids)
            else:
                origin, along, title = _between(poles, metric)
            origins.append(origin)
            weights.append(along)
            titles.append(title)
        matrix = np.stack(weights)
        offset = (np.stack(origins) * matrix).sum(axis=1)

        def place(new: NDArray[np.float32]) -> NDArray[np.float32]:
            moved = prepare(np.asarray(new, np.float32), metric) @ matrix.T - offset
            return np.asarray(moved, dtype=np.float32)

        equal = len(points) > 1 and bool((points == points[0]).all())
        notes = ("All vectors are equal: there is nothing to tell apart on this map.",)
        return Layout(
            place(vectors),
            Placement(place, "placed exactly, between the same poles", True),
            tuple(titles),
            notes if equal else (),
            directions=Directions(matrix, np.zeros(0)),
        )


def _poles(embedding: Embedding, text: str) -> tuple[Pole, Pole]:
    """Read “man, he -> woman, she”."""
    for arrow in _ARROWS:
        low, found, high = text.partition(arrow)
        if found and low.strip() and high.strip():
            return _pole(embedding, low.strip()), _pole(embedding, high.strip())
    raise InputError(
        f"“{text}” names no two poles; write both with an arrow between, as in “man -> woman”."
    )


def _pole(embedding: Embedding, text: str) -> Pole:
    """Return the items or words that a text names."""
    found = {name: _vector(embedding, name) for name in _names(embedding, text)}
    unknown = ", ".join(f"“{name}”" for name, vector in found.items() if vector is None)
    if unknown:
        typed = isinstance(_words(embedding), TextQuery)
        told = "neither an item nor a word that the model knows" if typed else "no item"
        raise InputError(
            f"The pole “{text}” names {unknown}, which is {told}; choose names of items"
            f"{' or other words' if typed else ''}."
        )
    return Pole(tuple(found), np.stack([vector for vector in found.values() if vector is not None]))


def _names(embedding: Embedding, text: str) -> list[str]:
    """Tell the names in a text apart: one alone, or several between commas, or else spaces."""
    if _vector(embedding, text) is not None:
        return [text]
    apart = text.split(",") if "," in text else text.split()
    return [name.strip() for name in apart if name.strip()] or [text]


def _vector(embedding: Embedding, name: str) -> NDArray[np.float32] | None:
    """Return the vector of an item or word, None where there is neither."""
    place = embedding.positions.get(name)
    if place is not None:
        return np.asarray(embedding.vectors[place])
    try:
        word = vectors_of(_words(embedding), [name])
    except InputError:
        return None
    return np.asarray(preprocessing_of(embedding).apply(word)[0])


def _words(embedding: Embedding) -> object:
    """Return the model that takes typed words, also where its vectors were prepared."""
    model = embedding.model
    return model.model if isinstance(model, PreparedModel) else model


def _between(
    poles: tuple[Pole, Pole], metric: str
) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
    """Return the middle between two poles, what to multiply by, and the axis' title."""
    low, high = (prepare(pole.vectors, metric).astype(np.float64).mean(axis=0) for pole in poles)
    title = f"{poles[0].title}  –  {poles[1].title}"
    along = _along(low, high)
    if along is None:
        raise InputError(
            f"The poles of “{title}” are the same point, so there is no axis between them; choose "
            "poles that differ."
        )
    return (low + high) / 2, along, title


def _between_farthest(
    points: NDArray[np.float64], so_far: Sequence[NDArray[np.float64]], ids: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
    """As :func:`_between`, for the two items farthest apart across the axes so far."""
    rest = _across(points, so_far)
    low, high = sorted(_farthest_pair(rest))
    along = _along(points[low], points[high])
    # What is left of equal vectors is rounding.
    if along is None or np.linalg.norm(rest[high] - rest[low]) < 1e-6 * np.abs(points).max():
        return points[0], np.zeros(points.shape[1]), "nothing left to tell apart"
    return (points[low] + points[high]) / 2, along, _title(ids, low, high)


def _title(ids: Sequence[str], low: int, high: int) -> str:
    return f"{ids[low]}  –  {ids[high]}" if ids else f"item {low + 1}  –  item {high + 1}"


def _along(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return what takes points to -1 at `low` and 1 at `high`; None where both are one."""
    half = (high - low) / 2
    size = np.linalg.norm(half)
    if size <= 1e-6 * max(np.linalg.norm(low), np.linalg.norm(high)):
        return None
    return np.asarray(half / size / size)


def _across(
    points: NDArray[np.float64], directions: Sequence[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return what is left of points beside the directions."""
    used = [direction for direction in directions if direction.any()]
    if not used:
        return points
    basis = np.linalg.qr(np.stack([one / np.linalg.norm(one) for one in used]).T)[0]
    return np.asarray(points - points @ basis @ basis.T)


def _farthest_pair(points: NDArray[np.float64]) -> tuple[int, int]:
    """Return two points about as far apart as any: from the middle to one, from it to the other."""
    here = int(np.linalg.norm(points - points.mean(axis=0), axis=1).argmax())
    there = here
    for _ in range(_PASSES):
        here, there = int(np.linalg.norm(points - points[here], axis=1).argmax()), here
    return here, there


def _param(name: str, label: str) -> Param:
    return Param(
        name,
        label,
        "text",
        "",
        "Two poles with an arrow between, as in “man, he -> woman, she”: items here, or words the "
        "model knows. Empty: the two items farthest apart.",
    )


SPEC = Axes(
    name="axes",
    label="Semantic axes",
    about=(
        "Where items stand between poles that you name: each axis answers one question, and "
        "everything beside these axes is left out."
    ),
    source="Grand et al., 2022; without poles as in FastMap, Faloutsos and Lin, 1995",
    params=(
        _param("across", "Axis across"),
        _param("up", "Axis up"),
        _param("deep", "Third axis, of a map in 3D"),
    ),
    quick=True,
    seeded=False,
)
