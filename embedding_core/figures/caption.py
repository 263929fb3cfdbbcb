"""What a map says of itself: how it was made and how far it can be trusted, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedding_core.figures.markup import score

if TYPE_CHECKING:
    from embedding_core.embedding import Embedding
    from embedding_core.projection import Projection
    from embedding_core.quality import Quality


def trust_words(quality: Quality | None) -> str:
    """Return how far a map can be trusted, in one line: "keeps 26% of true neighbours ...".

    Parameters
    ----------
    quality : Quality or None
        None for a map of too few items, which says so.
    """
    if quality is None:
        return "too few items to tell how far the map can be trusted"
    return (
        f"keeps {share(quality.neighbor_recall)} of true neighbours · "
        f"trustworthiness {score(quality.trustworthiness)}"
    )


def trust_explained(quality: Quality, n: int) -> str:
    """Return what the figures of :func:`trust_words` mean, as sentences.

    Parameters
    ----------
    quality : Quality
    n : int
        Items on the map.
    """
    kept, chance = share(quality.neighbor_recall), share(quality.k / max(n - 1, 1))
    text = (
        f"Of the {quality.k} nearest neighbours each item has among the vectors, {kept} are among "
        f"its {quality.k} nearest on this map; by chance it would be {chance}. Trustworthiness is "
        "1 if no item has strangers beside it, about .5 for a map drawn at random; continuity, "
        f"here {score(quality.continuity)}, is 1 if no true neighbour was torn away (Venna and "
        "Kaski, 2001)."
    )
    if quality.sampled:
        low, high = quality.intervals["neighbor_recall"]
        text += (
            f" Measured on {len(quality.positions):,} of the items; 95% interval of the share: "
            f"{low:.1%} to {high:.1%}."
        )
    return text


def making(embedding: Embedding, projection: Projection) -> str:
    """Return how a map was made, in one line: items, model, projector, metric, seed."""
    from embedding_core.embedders import EMBEDDERS
    from embedding_core.projectors import PROJECTORS

    model = EMBEDDERS.get(embedding.spec_name)
    size = f"{embedding.dim:,} dimensions"
    by = f", {size}"
    if model:
        by = f" by {model.label}" + ("" if f"{embedding.dim}" in model.label else f", {size}")
    method = PROJECTORS.get(projection.method)
    name = method.label if method else projection.method
    seed = "" if method and not method.seeded else f", seed {projection.seed}"
    items = "1 item" if len(embedding) == 1 else f"{len(embedding):,} items"
    return f"{items}{by}; {name}, {projection.metric}{seed}"


def share(value: float) -> str:
    """Return a share as a percentage without false precision."""
    return "less than 1%" if 0 < value < 0.01 else f"{value:.0%}"
