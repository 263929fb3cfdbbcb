"""The columns of labels that come with the items in view."""

from __future__ import annotations

import streamlit as st

from embedding_core.collection import Collection
from embedding_core.columns import Column, columns
from embedding_core.embedding import Embedding


@st.cache_resource(
    max_entries=32,
    show_spinner=False,
    hash_funcs={kind: lambda thing: thing.fingerprint for kind in (Collection, Embedding)},
)
def label_columns(collection: Collection, embedding: Embedding) -> dict[str, Column]:
    """Return the columns that tell the items of an embedding apart, by name, in their order."""
    return {column.name: column for column in columns(collection, embedding.ids)}
