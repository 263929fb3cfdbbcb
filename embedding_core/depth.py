"""What the layers of a network group by: labels, or what a simpler model sees already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import Cancelled, InputError
from embedding_core.params import check_seed
from embedding_core.rank_correlation import rank_correlation
from embedding_core.same_label import SameLabel, same_label
from embedding_core.similarity import check_metric

if TYPE_CHECKING:
    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress

_FEWEST_ITEMS = 4


@dataclass(frozen=True, eq=False)
class Likeness:
    """How far two sets of vectors of the same items order pairs alike.

    Attributes
    ----------
    rho : float
        Spearman's rank correlation of their similarities, in [-1, 1].
    interval : (float, float)
        95% bootstrap interval over the items.
    """

    rho: float
    interval: tuple[float, float]


@dataclass(frozen=True, eq=False)
class DepthCurve:
    """What the layers of a network group by.

    Attributes
    ----------
    layers : tuple of str
        From the first to the last.
    same_label : tuple of SameLabel
        How often the nearest item has the same label, one a layer; empty without labels.
    likeness : mapping of str to tuple of Likeness
        By the name of each reference: how alike it and every layer order pairs.
    """

    layers: tuple[str, ...]
    same_label: tuple[SameLabel, ...]
    likeness: Mapping[str, tuple[Likeness, ...]]


def depth_curve(
    layers: Mapping[str, Embedding],
    labels: Sequence[object] | None = None,
    references: Mapping[str, Embedding] | None = None,
    *,
    metric: str = "cosine",
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> DepthCurve:
    """Measure, layer by layer, what items are near each other by.

    Labels are compared by the nearest item, leave one out (:func:`same_label`). References are
    vectors of the same items by other models, such as colour histograms: Spearman's rank
    correlation over pairs says how far a layer orders them as the reference does (representational
    similarity analysis; Kriegeskorte et al., 2008).

    Parameters
    ----------
    layers : mapping of str to Embedding
        The same items in the same order, the first layer first.
    labels : sequence of shape (n,), optional
        One an item.
    references : mapping of str to Embedding, optional
        Of the same items in the same order; compared by cosine.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
        Of the layers.
    seed : int
    progress, cancel : callable, optional
        Told of and asked after each layer.

    Returns
    -------
    DepthCurve

    Raises
    ------
    InputError
        If there are fewer than four items, of other items, or the labels are not comparable.
    Cancelled
        If `cancel` said so.
    """
    check_metric(metric)
    seed, references = check_seed(seed), dict(references or {})
    _check_same_items([*layers.values(), *references.values()])
    found_labels: list[SameLabel] = []
    likeness: dict[str, list[Likeness]] = {name: [] for name in references}
    for done, embedding in enumerate(layers.values()):
        if cancel is not None and cancel():
            raise Cancelled
        if progress is not None:
            progress(done, len(layers), "layers compared")
        if labels is not None:
            found_labels.append(
                same_label(embedding, labels, metric=metric, seed=seed, cancel=cancel)
            )
        for name, reference in references.items():
            # The same pairs of items in every layer: what differs is the layer.
            rng = np.random.default_rng(seed)
            found = rank_correlation(embedding.vectors, metric, reference.vectors, "cosine", rng)
            likeness[name].append(Likeness(*found))
    return DepthCurve(
        layers=tuple(layers),
        same_label=tuple(found_labels),
        likeness={name: tuple(each) for name, each in likeness.items()},
    )


def _check_same_items(embeddings: Sequence[Embedding]) -> None:
    """Raise InputError where there is nothing to compare, or items differ."""
    if not embeddings or len(embeddings[0]) < _FEWEST_ITEMS:
        n = len(embeddings[0]) if embeddings else 0
        raise InputError(f"Got {n} items; layers are compared on {_FEWEST_ITEMS} or more.")
    for embedding in embeddings[1:]:
        if embedding.ids != embeddings[0].ids:
            raise InputError(
                f"Layers are compared on the same items in the same order; "
                f"{embedding.spec_name} has {len(embedding):,} and the first layer "
                f"{len(embeddings[0]):,}, or others: take those that both have."
            )
