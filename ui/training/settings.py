"""How it is trained: the trainer's own settings, with defaults that can be watched."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from embedding_core.params import Param, Params
from ui.state import Choices
from ui.training.subject import Subject

_SEED = Param(
    "seed", "Seed", "number", 0, "Chance starts here: the same seed, the same training.",
    minimum=0, maximum=2**31 - 1, step=1,
)  # fmt: skip
# What stands in view, in this order; all else waits under More.
_IN_VIEW = {
    "words": ("rate", "negative", "vector_size", "epochs"),
    "graph": ("rate", "negative", "dim", "epochs"),
    "gcn": ("rate", "negative", "dim", "epochs"),
    "ratings": ("dim", "penalty", "rounds"),
    "pictures": ("rate", "pushes", "dim", "epochs"),
}
# The app's own defaults are for large collections; a small one that is watched takes others.
_DEFAULTS: dict[str, dict[str, int | float]] = {
    "words": {"rate": 0.05, "vector_size": 32, "epochs": 40, "window": 3, "min_count": 1},
    "graph": {"dim": 16, "epochs": 10},
    "gcn": {"dim": 16},
    "ratings": {"dim": 8},
    "pictures": {"epochs": 30},
}
# Skip-gram alone can be watched, and labels are no part of this page.
_FIXED: dict[str, dict[str, str]] = {"words": {"sg": "skip-gram"}, "gcn": {"label": ""}}
_LEFT_OUT = {"gcn": ("shown",)}


@dataclass(frozen=True)
class Settings:
    """How it is trained.

    Attributes
    ----------
    params
        Of the trainer.
    seed
    """

    params: Params
    seed: int


def choose_settings(choices: Choices, subject: Subject) -> Settings:
    """Draw the settings in a row, and return them."""
    kind, label = subject.kind, subject.spec.label
    fixed = _FIXED.get(kind, {})
    left_out = _LEFT_OUT.get(kind, ())
    mine = {
        param.name: _with_default(kind, param)
        for param in subject.spec.params
        if param.name not in fixed
    }
    found: dict[str, int | float | bool | str] = dict(fixed)
    in_view = _IN_VIEW[kind]
    with st.container(horizontal=True, vertical_alignment="bottom", key="training-settings"):
        for name in in_view:
            with st.container(width=145):
                found |= choices.params(kind, label, [mine[name]])
        with st.container(width=120):
            seed = int(choices.number("seed", _SEED))
        rest = [param for param in mine.values() if param.name not in (*in_view, *left_out)]
        with st.popover("More", width=110):
            found |= choices.params(kind, label, rest)
    found |= {name: mine[name].default for name in left_out}
    # In the trainer's own order: equal settings are then equal work.
    return Settings({param.name: found[param.name] for param in subject.spec.params}, seed)


def _with_default(kind: str, param: Param) -> Param:
    default = _DEFAULTS.get(kind, {}).get(param.name, param.default)
    return replace(param, default=default)
