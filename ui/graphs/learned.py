"""How well a model learned what it was to guess, beside the guess that needs no learning."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import streamlit as st
from numpy.typing import NDArray

from embedding_core.embedding import Embedding
from ui.plain import count, share


@runtime_checkable
class _Guesser(Protocol):
    """What was learned knows how many of the labels kept from it it guessed."""

    hidden: NDArray
    accuracy: float | None
    chance: float | None


def show_learned(embedding: Embedding) -> None:
    """Say how many hidden labels were guessed, where the model learned labels."""
    model = embedding.model
    if not isinstance(model, _Guesser) or model.accuracy is None or model.chance is None:
        return
    st.caption(
        f"It saw the labels of some nodes and guessed {share(model.accuracy)} of the "
        f"{count(len(model.hidden), 'label')} kept from it; always guessing the most frequent "
        f"would get {share(model.chance)}."
    )
