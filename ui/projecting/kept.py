"""What a map kept: its trust figures, what the method says of itself, and the truth beside it."""

from __future__ import annotations

import streamlit as st

from embedding_core.projection import Projection
from embedding_core.projectors.random_projection import dimensions_for
from embedding_core.quality import Quality
from embedding_core.shapes import Shape, compare_groups
from ui.plain import share

# Kruskal, 1964, calls these poor, fair, good and excellent.
_STRESS = ((0.2, "poor"), (0.1, "fair"), (0.05, "good"), (0.025, "excellent"))
_ERROR = 0.3


def show_kept(projection: Projection, quality: Quality | None) -> None:
    """Draw the figures of a map, each with what it means."""
    with st.container(gap="xxsmall"):
        _figures(projection, quality)


def _figures(projection: Projection, quality: Quality | None) -> None:
    n = len(projection.ids)
    if quality is not None:
        k = quality.k
        _figure(
            share(quality.neighbor_recall),
            "of true neighbours kept",
            f"Of the {k} nearest neighbours each item has among the vectors, so many are among its "
            f"{k} nearest on the map. By chance it would be {share(k / (n - 1))}.",
        )
        _figure(
            f"{quality.trustworthiness:.2f}",
            "trustworthiness",
            "1 if no item has strangers beside it on the map, about .5 for a map drawn at random "
            "(Venna and Kaski, 2001).",
        )
        _figure(
            f"{quality.continuity:.2f}",
            "continuity",
            "1 if no true neighbour was torn away, about .5 for a map drawn at random.",
        )
        low, high = quality.intervals["rank_correlation"]
        _figure(
            f"{quality.rank_correlation:.2f}",
            "order of all distances",
            "How far the map keeps which items are farther apart than others (Spearman's rank "
            "correlation): 1 if it keeps all of it, 0 by chance. On up to 20,000 pairs; 95% "
            f"interval {low:.2f} to {high:.2f}.",
        )
    _own_figures(projection, n)


def _own_figures(projection: Projection, n: int) -> None:
    """Draw what the method itself says of its map."""
    figures = projection.figures
    if "stress" in figures:
        stress = figures["stress"]
        reading = next((word for bound, word in reversed(_STRESS) if stress <= bound), "very poor")
        _figure(
            f"{stress:.2f}",
            f"stress: {reading}",
            "How badly the distances on the map fit those among the vectors: 0 if all fit "
            "(Kruskal's stress-1, 1964, and his words for it).",
        )
    if "divergence" in figures:
        _figure(
            f"{figures['divergence']:.2f}",
            "divergence left",
            "What t-SNE makes small: how far the neighbourhoods on the map are from those among "
            "the vectors (Kullback and Leibler). Compare it only between maps of the same items "
            "and perplexity.",
        )
    if projection.method == "random" and n > 2:
        _figure(
            f"{dimensions_for(n, _ERROR):,}",
            f"random directions would keep all squared distances within {_ERROR:.0%}",
            "However long the vectors are (Johnson and Lindenstrauss, 1984); a map has two or "
            "three.",
        )


def show_against_truth(shape: Shape, projection: Projection) -> None:
    """Draw how groups lie in truth, and how on the map."""
    found = compare_groups(shape, projection.coords)
    if not found:
        return
    st.dataframe(
        [{"Ratio": name, "Truth": true, "This map": shown} for name, true, shown in found],
        hide_index=True,
        column_config={
            column: st.column_config.NumberColumn(format="%.1f") for column in ("Truth", "This map")
        },
    )


def _figure(value: str, name: str, meaning: str) -> None:
    st.markdown(f"**{value}** {name}", help=meaning)
