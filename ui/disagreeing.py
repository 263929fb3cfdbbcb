"""The pairs of which map and vectors say the most different things, for panels that show them."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.disagreement import MAX_ITEMS, Disagreement
from embedding_core.embedding import Embedding
from embedding_core.projection import Projection


def compared_items(n: int) -> NDArray[np.intp]:
    """Return the items whose pairs are compared: all, or as many as can be, evenly spaced."""
    return np.linspace(0, n - 1, min(n, MAX_ITEMS)).astype(np.intp)


def pairs_apart(
    embedding: Embedding, projection: Projection, positions: NDArray[np.intp], most: int
) -> list[Disagreement]:
    """Return what :func:`ec.disagreements` finds, the same for all visitors."""
    return _found(embedding, projection, positions.astype(np.int64).tobytes(), most)


@st.cache_resource(
    max_entries=64,
    show_spinner=False,
    hash_funcs={kind: lambda thing: thing.fingerprint for kind in (Embedding, Projection)},
)
def _found(
    embedding: Embedding, projection: Projection, positions: bytes, most: int
) -> list[Disagreement]:
    return ec.disagreements(embedding, projection, np.frombuffer(positions, np.int64), most)
