"""What the axes of a straight-line map are made of, and how much of the vectors they hold."""

from __future__ import annotations

import streamlit as st

from embedding_core.projection import Projection
from embedding_core.projectors.base import Directions
from ui.plain import plain, share

_BARS, _WEIGHTS, _HEIGHT = 30, 20, 280
_ENOUGH = 0.9


def show_components(projection: Projection) -> None:
    """Draw both; nothing for maps whose axes mean nothing."""
    made_of = projection.directions
    if made_of is None:
        return
    if not len(made_of.explained):
        _show_weights(projection.axis_titles, made_of)
        return
    with st.container(key="side-by-side-components"):
        left, right = st.columns([1, 1], gap="medium")
    with left:
        _show_explained(projection.n_components, made_of)
    with right:
        _show_weights(projection.axis_titles, made_of)


def _show_explained(axes: int, made_of: Directions) -> None:
    shares = made_of.explained
    total = shares.cumsum()
    enough = int((total < _ENOUGH).sum()) + 1
    st.markdown("**How much each component holds**")
    st.caption(
        f"The {axes} axes of the map hold {share(float(total[:axes][-1]))} of the variance; it "
        f"takes {enough:,} of {len(shares):,} components to hold {share(_ENOUGH)}."
    )
    shown = shares[:_BARS]
    st.bar_chart(
        {"component": range(1, len(shown) + 1), "share of the variance": shown},
        x="component",
        y="share of the variance",
        height=_HEIGHT,
        alt="Share of the variance along each component, the largest first.",
    )


def _show_weights(titles: tuple[str, ...], made_of: Directions) -> None:
    weights = made_of.weights
    heaviest = abs(weights).max(axis=0).argsort(kind="stable")[::-1][:_WEIGHTS]
    st.markdown("**What the axes are made of**")
    st.caption(
        "How far one step along a dimension of the vectors moves a point along each axis. "
        f"The {len(heaviest)} of {weights.shape[1]:,} dimensions that weigh most:"
    )
    names = [plain(title.split(" (")[0]) for title in titles]
    st.dataframe(
        [
            {"Dimension": int(at) + 1}
            | {f"axis {i + 1}": float(row[at]) for i, row in enumerate(weights)}
            for at in heaviest
        ],
        hide_index=True,
        height=_HEIGHT,
        column_config={
            f"axis {i + 1}": st.column_config.NumberColumn(name, format="%.3f")
            for i, name in enumerate(names)
        },
    )
