"""Where it looks: what each region of a picture adds to a class, or to the likeness of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import InputError
from embedding_core.models import Classifier, LinearHead, SpatialMaps
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Payload
    from embedding_core.models import Grids
    from embedding_core.preprocessing import Preprocessing

REGION_METRICS = ("cosine", "dot")
"""Metrics that are a sum over regions, exactly."""
Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as fractions of an upright picture's width and height."""


@dataclass(frozen=True, eq=False)
class Heat:
    """What each region of a picture adds to a number: above zero for, below zero against.

    Attributes
    ----------
    values : ndarray of shape (rows, columns), float32
        From the top left.
    box : tuple of 4 floats
        The part of the upright picture that the regions cover in equal shares; what the network
        looks at for one of them is larger than its share.
    """

    values: NDArray[np.float32]
    box: Box


@dataclass(frozen=True, eq=False)
class ClassRegions:
    """Where a class is seen.

    Attributes
    ----------
    name : str
        The class.
    probability : float
        Of all classes that the model knows.
    logit, bias : float
        Its score before the softmax, and the part of it that is there with any picture.
    heat : Heat
        Sums to ``logit - bias``.
    """

    name: str
    probability: float
    logit: float
    bias: float
    heat: Heat


def class_regions(model: object, payload: Payload, top: int = 5) -> tuple[ClassRegions, ...]:
    """Find the likeliest classes of a picture and what each region adds to them.

    The class activation map (Zhou et al., 2016: Learning Deep Features for Discriminative
    Localization). With a linear head on the mean of the regions it is exact: logit = bias + the sum
    over regions.

    Parameters
    ----------
    model : SpatialMaps, LinearHead and Classifier
        As ``load("efficientnet-lite0")`` gives it.
    payload : Payload
        A picture.
    top : int
        How many classes.

    Returns
    -------
    tuple of ClassRegions
        The likeliest first.

    Raises
    ------
    InputError
        If the model has no such head, or the picture cannot be read.
    """
    if not can_show_classes(model):
        raise InputError(
            "This model's classes are not read off the mean of its regions, so what each region "
            "adds to a class is not known; choose a convolutional network with its head."
        )
    assert isinstance(model, SpatialMaps)
    assert isinstance(model, LinearHead)
    assert isinstance(model, Classifier)
    grids = _grids(model, (payload,), None)
    weights, bias = model.head()
    vectors = grids.vectors[0]
    if weights.shape[1] != vectors.shape[-1]:
        raise InputError(
            f"The model's classes are read off {weights.shape[1]:,} dimensions and the regions "
            f"have {vectors.shape[-1]:,}; choose the last layer."
        )
    logits = weights @ vectors.mean(axis=(0, 1)) + bias
    odds = np.exp((logits - logits.max()).astype(np.float64))
    best = np.argsort(-logits, kind="stable")[:top]
    shares = vectors @ weights[best].T / np.float32(vectors.shape[0] * vectors.shape[1])
    return tuple(
        ClassRegions(
            name=str(model.classes[at]),
            probability=float(odds[at] / odds.sum()),
            logit=float(logits[at]),
            bias=float(bias[at]),
            heat=Heat(np.ascontiguousarray(shares[..., i]), _box(grids, 0)),
        )
        for i, at in enumerate(best.tolist())
    )


def can_show_classes(model: object) -> bool:
    """Tell whether a model says what each region adds to a class."""
    return (
        isinstance(model, Classifier)
        and isinstance(model, LinearHead)
        and isinstance(model, SpatialMaps)
        and model.pools_by_mean
    )


@dataclass(frozen=True, eq=False)
class PairRegions:
    """Which regions make two pictures alike.

    Attributes
    ----------
    left, right : Heat
        What each region of one picture adds to its likeness to the whole of the other; each sums
        to `similarity`.
    similarity : float
        Of the means of the regions: of the pictures' vectors where the model pools by the mean.
    metric : {"cosine", "dot"}
    matches : ndarray of shape (rows * columns of left, rows * columns of right), float32
        Cosine of every region of one to every region of the other, rows first.
    """

    left: Heat
    right: Heat
    similarity: float
    metric: str
    matches: NDArray[np.float32]


def pair_regions(
    model: object,
    left: Payload,
    right: Payload,
    *,
    metric: str = "cosine",
    prepared: Preprocessing | None = None,
    edge: int | None = None,
) -> PairRegions:
    """Tell what each region adds to the likeness of two pictures.

    The similarity of two means is the mean of the similarities of each region to the other mean
    (Stylianou, Souvenir and Pless, 2019: Visualizing Deep Similarity Networks): nothing is
    approximated.

    Parameters
    ----------
    model : SpatialMaps
    left, right : Payload
        Pictures.
    metric : {"cosine", "dot"}
    prepared : Preprocessing, optional
        How the vectors are prepared that are compared; all of ``PREPROCESSINGS`` are linear but for
        the scaling to length 1, which cosine does anyway.
    edge : int, optional
        Pixels to which pictures are brought, for finer regions; the model's own where left out.

    Raises
    ------
    InputError
        If the model has no regions, the metric is no sum over them, or a picture cannot be read.
    """
    if not isinstance(model, SpatialMaps):
        raise InputError(
            "This model gives a picture one vector and its regions none; choose a convolutional "
            "network."
        )
    if metric not in REGION_METRICS:
        raise InputError(
            f"Regions add up to a likeness by {' or '.join(REGION_METRICS)}, and {metric!r} is "
            "neither; choose one of them."
        )
    grids = _grids(model, (left, right), edge)
    if prepared is not None and prepared.to_unit:
        metric = "cosine"
    sides = [_prepared(grid, prepared) for grid in grids.vectors]
    means = [side.mean(axis=(0, 1)) for side in sides]
    lengths = [float(np.linalg.norm(mean)) for mean in means]
    scale = 1.0 if metric == "dot" else (lengths[0] * lengths[1]) or 1.0
    n = sides[0].shape[0] * sides[0].shape[1]
    heats = [
        Heat((sides[at] @ means[1 - at] / (n * scale)).astype(np.float32), _box(grids, at))
        for at in (0, 1)
    ]
    flat = [unit(side.reshape(n, -1).astype(np.float32)) for side in sides]
    matches = np.clip(flat[0] @ flat[1].T, -1, 1)
    return PairRegions(heats[0], heats[1], float(means[0] @ means[1] / scale), metric, matches)


def _prepared(grid: NDArray[np.float32], how: Preprocessing | None) -> NDArray[np.float64]:
    """Return the regions' vectors prepared by the linear steps, so that their mean is too."""
    rows, columns, dim = grid.shape
    if how is not None:
        grid = replace(how, to_unit=False).apply(grid.reshape(-1, dim))
    return grid.reshape(rows, columns, -1).astype(np.float64)


def _grids(model: SpatialMaps, payloads: Sequence[Payload], edge: int | None) -> Grids:
    grids = model.grids(payloads, edge)
    if grids.missing:
        at = min(grids.missing)
        raise InputError(f"A picture has no regions: {grids.missing[at]}")
    return grids


def _box(grids: Grids, at: int) -> Box:
    left, top, right, bottom = (float(part) for part in grids.boxes[at])
    return left, top, right, bottom
