"""How it is mapped: the method, with its settings in view."""

from __future__ import annotations

import streamlit as st

import embedding_core as ec
from embedding_core.params import Param
from embedding_core.similarity import METRICS
from ui.projecting.subject import Subject
from ui.sidebar import METRIC_LABELS, MapChoice
from ui.state import Choices

_SEED = Param(
    "seed", "Seed", "number", 0, "Chance starts here: the same seed, the same map.",
    minimum=0, maximum=999, step=1,
)  # fmt: skip


def choose_method(choices: Choices, subject: Subject) -> MapChoice:
    """Draw the choice of a method and all its settings.

    Shapes have a choice of their own of what near means, so that a person's data does not take
    over what is best for them.
    """
    labels = {name: spec.label for name, spec in ec.PROJECTORS.items()}
    with st.container(horizontal=True, key="method"):
        name = choices.select(
            "map", "Method", list(labels), "umap", labels=labels, kind="projector", width=190
        )
        spec = ec.PROJECTORS[name]
        dims = choices.select(
            "dims", "Dimensions", ["2", "3"], "2", labels={"2": "2D", "3": "3D"}, segmented=True
        )
        near = choices.select(
            "metric" if subject.shape is None else "shape-metric",
            "What near means",
            list(METRICS),
            subject.metric,
            labels=METRIC_LABELS,
            kind="metric",
            width=190,
            help="By the map and by its trust figures alike.",
        )
        seed = 0
        if spec.seeded:
            with st.container(width=130):
                seed = int(choices.number("seed", _SEED))
    # A third axis has nothing to say on a flat map.
    own = [param for param in spec.params if dims == "3" or param.name != "deep"]
    params = dict[str, int | float | bool | str]()
    with st.container(horizontal=True, key="settings"):
        for param in own:
            with st.container(width=300 if param.kind == "text" else 200):
                params |= choices.params(name, spec.label, [param], sliders=True)
    return MapChoice(name, tuple(params.items()), int(dims), near, seed)
