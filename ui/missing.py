"""A model that is not on this machine: what is missing, and what can be done about it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import streamlit as st

import embedding_core as ec
from embedding_core.models import ModelSpec
from embedding_core.weights import Fetchable, Missing
from ui.errors import tell
from ui.plain import plain
from ui.sidebar import ModelChoice
from ui.state import Choices


@runtime_checkable
class _HasRelative(Protocol):
    """A model that another one, which comes with this app, can stand in for."""

    @property
    def relative(self) -> str:
        """The other one's name, or empty."""

    @property
    def differs(self) -> str:
        """What is different about it."""


def stop_where_missing(choices: Choices, choice: ModelChoice) -> None:
    """End the page where the model is not here, with what is missing and the remedy.

    A remedy is a button where it can be one: to fetch the model, where this process may, or to go
    on with a relative that is here.
    """
    spec = choice.spec
    state = spec.availability(choice.params)
    if isinstance(state, Fetchable):
        wanted = (spec.name, *map(str, choice.params.values()))
        if choices.value("fetch", ()) == wanted:
            return
        about = f" of {state.size}" if state.size else ""
        st.info(
            plain(
                f"{_named(choice)} is not on this machine yet. Its files{about} are fetched once, "
                "from where they are published, and stay here; your data stays here too."
            )
        )
        with st.container(horizontal=True):
            st.button(
                f"Fetch it{f' ({state.size})' if state.size else ''}",
                icon=":material/download:",
                on_click=choices.set,
                args=("fetch", wanted),
            )
            _offer_relative(choices, spec)
    elif isinstance(state, Missing):
        unnamed = _what_to_name(choice)
        if unnamed:
            st.info(plain(unnamed))
        else:
            tell(f"{_named(choice)} cannot be used here yet: {state.reason} {state.remedy}")
            _offer_relative(choices, spec)
    else:
        return
    if isinstance(spec, _HasRelative) and spec.relative:
        st.caption(plain(spec.differs))
    choices.publish()
    st.stop()


def _named(choice: ModelChoice) -> str:
    """Return what the model is called: what the person named, else its label."""
    for param in choice.spec.params:
        if param.kind == "text":
            return str(choice.params[param.name]).strip()
    return choice.spec.label


def _what_to_name(choice: ModelChoice) -> str:
    """Return what to ask for where the person has not named the model yet, "" otherwise."""
    for param in choice.spec.params:
        if param.kind == "text" and not _named(choice):
            return f"Name the model in the sidebar, under “{param.label}”. {param.help}"
    return ""


def _offer_relative(choices: Choices, spec: ModelSpec) -> None:
    """Draw a button for each model that is here and can stand in."""
    if not isinstance(spec, _HasRelative) or not spec.relative:
        return
    with st.container(horizontal=True):
        for name in filter(None, (spec.relative, getattr(spec, "also", ""))):
            label = ec.EMBEDDERS[name].label.split(",")[0]
            st.button(
                f"Run this with {label} instead",
                type="primary" if name == spec.relative else "secondary",
                icon=":material/swap_horiz:",
                on_click=choices.set,
                args=("model", name),
            )
