"""What tests of figures draw."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import embedding_core as ec
from embedding_core.collection import Collection, Text


@pytest.fixture
def collection_of():
    """Make a collection of words with columns: ``collection_of("abc", kind=[...])``."""

    def make(ids, **columns):
        table = pd.DataFrame(columns, dtype=object) if columns else None
        return Collection.of(ids, [Text(id_) for id_ in ids], table, modality="text", name="mine")

    return make


@pytest.fixture
def embedding_of():
    """Make vectors at random, always the same: ``embedding_of("abc", dim=5)``."""

    def make(ids, dim=5, seed=0):
        vectors = np.random.default_rng(seed).normal(size=(len(ids), dim)).astype(np.float32)
        return ec.Embedding(tuple(ids), vectors, "test", "vectors")

    return make


@pytest.fixture(scope="session")
def royalty():
    """A built-in list, its vectors and its map by PCA."""
    collection = ec.SAMPLES["royalty"].read()
    embedding = ec.embed(collection, "glove-6b-50d")
    return collection, embedding, ec.project(embedding, "pca")


@pytest.fixture
def as_plotly_shows():
    """Decode a text as plotly.js does; tags that are left would be taken for markup."""

    def decode(text):
        assert not re.search(r"<[^<>]*>", text)
        assert "$" not in text
        entities = {"amp": "&", "lt": "<", "gt": ">"}
        return re.sub(
            r"&(#\d+|[a-z]+);",
            lambda m: chr(int(m[1][1:])) if m[1][0] == "#" else entities.get(m[1], m[0]),
            text,
        )

    return decode


@pytest.fixture
def nasty():
    """A text that would be taken for a program, for markup, for a formula and for a template."""
    return "<script>alert(1)</script> <b>bold</b> &amp; $x^2$ %{x}"
