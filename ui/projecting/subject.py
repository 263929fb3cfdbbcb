"""What is mapped: a known shape, vectors or words."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import embedding_core as ec
from embedding_core.embedding import Embedding
from embedding_core.shapes import Shape, ShapeSpec
from embedding_core.snippets import Source
from ui.missing import stop_where_missing
from ui.plain import plain
from ui.sidebar import choose_model
from ui.sources import Data, choose_vectors, choose_words
from ui.state import Choices
from ui.view import embedded, ready_made

_KINDS = {"shape": "Shapes", "vectors": "Vectors", "words": "Words"}


@dataclass(frozen=True)
class Subject:
    """What is mapped.

    Attributes
    ----------
    data
        The items.
    embedding
        Their vectors.
    spec, shape
        The known shape and its settings; None for a person's own data.
    """

    data: Data
    embedding: Embedding
    spec: ShapeSpec | None = None
    shape: Shape | None = None

    @property
    def metric(self) -> str:
        """What near means where nobody said so: shapes are made of distances."""
        return "cosine" if self.shape is None else "euclidean"


def choose_subject(choices: Choices) -> Subject:
    """Draw the choice of what is mapped, and return it."""
    kind = choices.select(
        "of",
        "What is mapped",
        list(_KINDS),
        "shape",
        labels=_KINDS,
        segmented=True,
        label_visibility="collapsed",
    )
    if kind == "shape":
        return _choose_shape(choices)
    if kind == "vectors":
        data = choose_vectors(choices, default="digits")
        return Subject(data, ready_made(data.collection))
    data = choose_words(choices, default="royalty")
    model = choose_model(choices, modality="text", unit="word", default="glove-6b-50d")
    stop_where_missing(choices, model)
    return Subject(data, embedded(choices, data.collection, model))


def _choose_shape(choices: Choices) -> Subject:
    """Draw the choice of a known shape, its settings as sliders."""
    labels = {name: spec.label for name, spec in ec.SHAPES.items()}
    name = choices.select("shape", "Shape", list(labels), "roll", labels=labels, kind="shape")
    spec = ec.SHAPES[name]
    st.caption(plain(spec.about))
    params = choices.params(spec.name, spec.label, spec.params, sliders=True)
    shape = _made(name, tuple(params.items()))
    data = Data(shape.collection, Source(), shape.color)
    return Subject(data, ready_made(shape.collection), spec, shape)


@st.cache_resource(max_entries=64, show_spinner=False)
def _made(name: str, params: tuple[tuple[str, int | float | bool | str], ...]) -> Shape:
    return ec.SHAPES[name].make(**dict(params))
