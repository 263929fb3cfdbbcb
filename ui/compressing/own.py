"""A way to make vectors smaller that a person puts together."""

from __future__ import annotations

import streamlit as st

from embedding_core.compression.recipes import STORES, Recipe, ladder
from embedding_core.params import Param
from ui.compressing.subject import Subject
from ui.state import Choices

_REDUCTIONS = {"none": "All of them", "pca": "PCA", "random": "Random projection"}
_STORES = {
    "float32": "float32, 4 bytes",
    "float16": "float16, 2 bytes",
    "int8": "int8, 1 byte",
    "binary": "binary, 1 bit",
    "pq": "Product quantisation",
}


def choose_recipes(choices: Choices, subject: Subject) -> tuple[Recipe, ...]:
    """Draw the button behind which a person adds a way of their own; return all there are."""
    embedding = subject.embedding
    usual = ladder(embedding.dim, len(embedding))
    with st.popover("Add a way of your own", type="tertiary", icon=":material/add:"):
        own = _own(choices, embedding.dim)
    return tuple(dict.fromkeys([*usual, own])) if own is not None else usual


def _own(choices: Choices, dim: int) -> Recipe | None:
    if not choices.flag("own", "Measure it beside the others"):
        return None
    reduction = choices.select(
        "own.reduction",
        "Numbers that stay",
        list(_REDUCTIONS),
        "pca",
        labels=_REDUCTIONS,
        help="PCA keeps the directions in which the vectors spread most; a random projection needs "
        "no data to find its directions.",
    )
    left = dim
    if reduction != "none":
        left = int(choices.number("own.dim", _whole("How many", max(1, dim // 3), dim)))
    store = choices.select(
        "own.store",
        "Each kept as",
        STORES,
        "int8",
        labels=_STORES,
        help="Product quantisation cuts a vector into pieces and keeps of each only which of at "
        "most 256 examples is nearest: one byte a piece.",
    )
    pieces = 0
    if store == "pq":
        pieces = int(choices.number("own.pieces", _whole("Pieces", max(1, left // 6), left)))
    kept = next(each for each in STORES if each == store)
    if reduction == "none":
        return Recipe(kept, pieces=pieces)
    return Recipe(kept, "pca" if reduction == "pca" else "random", left, pieces)


def _whole(label: str, default: int, most: int) -> Param:
    return Param(label.lower(), label, "number", default, "", minimum=1, maximum=most, step=1)
