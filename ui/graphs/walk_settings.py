"""How walks are biased: the settings of node2vec, on screen where walks are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

import embedding_core as ec
from embedding_core.params import Param
from ui.sentences.following import follow
from ui.state import Choices
from ui.view import View

WALKED = "node2vec"
"""The model whose walks they are; DeepWalk's are those with p and q of 1."""
_IN_VIEW = ("p", "q", "length")
_BEHIND = ("window", "walks")
_SEED = Param(
    "walk-seed", "Seed", "number", 0, "Another seed takes other walks.", minimum=0, maximum=9999,
    step=1,
)  # fmt: skip


@dataclass(frozen=True)
class WalkSettings:
    """What decides about walks and what is learned of them; as of node2vec."""

    p: float
    q: float
    length: int
    window: int
    walks: int
    seed: int


def choose_walk(view: View, *, seed: bool = True) -> WalkSettings:
    """Draw the settings, which begin as those of the model in the sidebar."""
    choices = view.choices.part("walk")
    params = _params(view)
    begun = {name: param.default for name, param in params.items()}
    follow(choices, "of", tuple(begun.items()), begun)
    found: dict[str, Any] = {}
    for name in _IN_VIEW:
        with st.container(width=140):
            found[name] = choices.number(name, params[name])
    with st.popover("More", type="tertiary", icon=":material/tune:"):
        for name in _BEHIND:
            found[name] = choices.number(name, params[name])
        found["seed"] = choices.number("walk-seed", params["walk-seed"]) if seed else 0
    return WalkSettings(**found)


def offer_training(view: View, settings: WalkSettings) -> None:
    """Draw the button that learns the map from these walks, where it is of others."""
    wanted: Mapping[str, Any] = {name: getattr(settings, name) for name in (*_IN_VIEW, *_BEHIND)}
    model = view.model
    assert model is not None
    is_own = model.spec.name == WALKED and model.seed == settings.seed
    if is_own and all(model.params.get(name) == value for name, value in wanted.items()):
        return

    def change(choices: Choices) -> None:
        choices.set("model", WALKED)
        choices.set("model.seed", settings.seed)
        for name, value in wanted.items():
            choices.set(f"{WALKED}.{name}", value)
        choices.set("ask", "near")

    if st.button(
        "Learn the map from such walks",
        icon=":material/scatter_plot:",
        on_click=change,
        args=(view.choices,),
    ):
        st.rerun()


def _params(view: View) -> dict[str, Param]:
    """Return the settings, each with what the model in the sidebar has as its default."""
    model = view.model
    assert model is not None
    own = dict(model.params)
    params = {
        param.name: replace(param, default=type(param.default)(own.get(param.name, param.default)))
        for param in ec.EMBEDDERS[WALKED].params
        if param.name in (*_IN_VIEW, *_BEHIND)
    }
    return params | {"walk-seed": replace(_SEED, default=model.seed)}
