"""What is offered where a model cannot do what a question needs."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

import embedding_core as ec
from embedding_core.weights import Fetchable, Missing
from ui.plain import plain
from ui.view import View

_BUNDLED = "efficientnet-lite0"


def offer_model(
    view: View, why: str, name: str = _BUNDLED, settings: Mapping[str, str] | None = None
) -> None:
    """Say what the model lacks, and offer one that has it.

    Parameters
    ----------
    view
        What is on screen.
    why
        One sentence.
    name
        A model in ``EMBEDDERS``; where it is not on this machine, what is missing and how it can be
        brought are said.
    settings
        Of it, by parameter.
    """
    st.info(plain(why))
    spec = ec.EMBEDDERS.get(name)
    if spec is None:
        return
    label = spec.label.split(",")[0]
    state = spec.availability({param.name: param.default for param in spec.params})
    if isinstance(state, Missing):
        st.caption(plain(f"{label} cannot be used yet: {state.reason} {state.remedy}"))

    def change() -> None:
        view.choices.set("model", name)
        for param, value in (settings or {}).items():
            view.choices.set(f"{name}.{param}", value)

    verb = "Choose" if isinstance(state, Missing | Fetchable) else "Look with"
    clicked = st.button(
        f"{verb} {label}", type="primary", icon=":material/swap_horiz:", on_click=change
    )
    if clicked:
        # The model is loaded by the page, not by this part of it.
        st.rerun()
