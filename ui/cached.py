"""What is computed once and shared by all visitors; what only one module asks for is kept there.

Arrays are never keys: everything is known by fingerprint. Results are frozen, so that handing one
out to many is safe (``cache_resource``; ``cache_data`` would copy it at every hit).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

import embedding_core as ec
from embedding_core import alignment
from embedding_core.collection import Collection
from embedding_core.corpus import Corpus
from embedding_core.embedding import Embedding
from embedding_core.jobs import JobPool
from embedding_core.project_file import kept_projection as kept_in_file
from embedding_core.projection import Projection
from embedding_core.quality import Quality
from embedding_core.samples import sample_corpus
from ui.map import Geometry

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_HOVERED_COLUMNS, _HOVERED_CELLS = 20, 1_000_000
# Results that are remembered, of kinds whose results are large.
_KEPT = {"theatre": 8}
_BY_FINGERPRINT: dict[Any, Any] = {
    kind: lambda thing: thing.fingerprint for kind in (Collection, Embedding, Projection, Corpus)
}


@st.cache_resource(show_spinner=False)
def jobs(kind: str) -> JobPool:
    """Return the pool in which long work of one kind runs, for all visitors.

    One for each kind, so that nobody waits for a map behind the trainings of others.
    """
    return JobPool(workers=2, kept=_KEPT.get(kind, 64))


@st.cache_resource(max_entries=64, show_spinner=False)
def sample(name: str) -> Collection:
    """Open a built-in data set."""
    return ec.SAMPLES[name].read()


@st.cache_resource(max_entries=4, show_spinner=False)
def corpus(name: str) -> Corpus:
    """Open a built-in text to learn from."""
    return sample_corpus(name)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=_BY_FINGERPRINT)
def ready_made(collection: Collection) -> Embedding:
    """Hand over vectors that came ready-made."""
    return ec.embed(collection)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=_BY_FINGERPRINT)
def kept_projection(collection: Collection) -> Projection | None:
    """Take out the map that came with items."""
    return kept_in_file(collection)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=_BY_FINGERPRINT)
def part(embedding: Embedding, ids: tuple[str, ...]) -> Embedding:
    """Take some items out of an embedding."""
    return embedding.take([embedding.positions[id_] for id_ in ids])


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=_BY_FINGERPRINT)
def preprocessed(embedding: Embedding, how: str) -> Embedding:
    """Prepare vectors in one of the ways of ``ec.PREPROCESSINGS``."""
    return ec.preprocess(embedding, how)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=_BY_FINGERPRINT)
def similarity(embedding: Embedding, metric: str) -> NDArray[np.float32]:
    """Compare every item with every other."""
    matrix = ec.similarity(embedding, metric)
    matrix.setflags(write=False)
    return matrix


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=_BY_FINGERPRINT)
def seriation(embedding: Embedding, metric: str) -> NDArray[np.intp]:
    """Order items so that blocks show in their heatmap."""
    order = ec.seriate(similarity(embedding, metric), metric)
    order.setflags(write=False)
    return order


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=_BY_FINGERPRINT)
def geometry(projection: Projection, collection: Collection) -> Geometry:
    """Lay out a map for the browser: its points, their names and their columns."""
    columns = details(collection, projection.ids)
    return Geometry(projection.coords, projection.ids, columns, version=projection.fingerprint)


def details(collection: Collection, ids: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return the columns of some items as they are read when one is pointed at."""
    if not len(collection.table.columns):
        return []
    table = collection.table.iloc[[collection.positions[id_] for id_ in ids]]
    # As many as a glance takes, and fewer where their texts would weigh more than the map.
    most = min(_HOVERED_COLUMNS, max(8, _HOVERED_CELLS // len(table)))
    return [(str(name), _texts(table[name])) for name in table.columns[:most]]


def _texts(column: Any) -> list[str]:
    """Return a column's cells as they are read; "" where there is none."""
    texts: list[str] = column.astype(object).where(column.notna(), "").astype(str).tolist()
    return texts


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=_BY_FINGERPRINT)
def aligned(projection: Projection, target: Projection) -> Projection:
    """Turn a map to lie like another of the same items: motion between them then means change."""
    return alignment.aligned(projection, target)


@st.cache_resource(max_entries=128, show_spinner=False, hash_funcs=_BY_FINGERPRINT)
def small_quality(embedding: Embedding, projection: Projection, k: int) -> Quality | None:
    """Measure what a map of few items kept; of many items it is a job (``ui/jobs.py``)."""
    return ec.quality(embedding, projection, k)
