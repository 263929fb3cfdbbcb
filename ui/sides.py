"""What is compared: the same items, left and right, under two models, two metrics or two maps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

import embedding_core as ec
from embedding_core.preprocessing import RAW
from ui.missing import stop_where_missing
from ui.sidebar import (
    METRIC_LABELS,
    MapChoice,
    ModelChoice,
    choose_map,
    choose_metric,
    choose_model,
    choose_preprocessing,
)
from ui.sources import Data, choose_vectors, choose_words
from ui.state import Choices

Differs = Literal["model", "metric", "map"]
_DIFFERS: dict[Differs, str] = {"map": "Two maps", "metric": "Two metrics", "model": "Two models"}
_SIDES = ("left", "right")
_MAPS, _METRICS, _MODELS = ("umap", "pca"), ("cosine", "euclidean"), ("glove-6b-50d", "word2vec")


@dataclass(frozen=True)
class Side:
    """One way to look at the items.

    Attributes
    ----------
    name
        ``"left"`` or ``"right"``.
    label
        What it is called on screen.
    choices
        Where its own choices are kept, such as whether its training was started.
    map
        How its map is drawn, with the metric and the preparation of its vectors.
    model
        What embeds the items; None for ready-made vectors.
    """

    name: str
    label: str
    choices: Choices
    map: MapChoice
    model: ModelChoice | None


def choose_data(choices: Choices) -> Data:
    """Draw the choice of the items."""
    kind = choices.select(
        "items",
        "Items",
        ["words", "vectors"],
        "words",
        labels={"words": "Words", "vectors": "Vectors"},
        segmented=True,
        label_visibility="collapsed",
    )
    if kind == "words":
        return choose_words(choices, default="animals")
    return choose_vectors(choices, default="digits")


def choose_sides(choices: Choices, data: Data) -> tuple[Differs, Side, Side]:
    """Draw the choice of what differs, and of both sides; what they share is asked once."""
    is_text = data.collection.modality == "text"
    offered: list[Differs] = [by for by in _DIFFERS if is_text or by != "model"]
    chosen = choices.select(
        "by",
        "Compare",
        offered,
        "map",
        labels={name: _DIFFERS[name] for name in offered},
        kind="comparison",
    )
    by = next(name for name in offered if name == chosen)
    parts = [choices.part(name) for name in _SIDES]
    models: list[ModelChoice | None] = [None, None]
    if is_text:
        models = _models(choices, parts, by)
    maps = _maps(choices, parts, by)
    labels = _apart(by, models, maps)
    for part, model in zip(parts, models, strict=True):
        if model is not None:
            stop_where_missing(part, model)
    left, right = (Side(*each) for each in zip(_SIDES, labels, parts, maps, models, strict=True))
    return by, left, right


def _models(choices: Choices, parts: list[Choices], by: Differs) -> list[ModelChoice | None]:
    if by != "model":
        return [choose_model(choices, "text", "word", _MODELS[0])] * 2
    found: list[ModelChoice | None] = []
    for part, name, default in zip(parts, _SIDES, _MODELS, strict=True):
        st.caption(name.capitalize())
        found.append(choose_model(part, "text", "word", default))
    return found


def _maps(choices: Choices, parts: list[Choices], by: Differs) -> list[MapChoice]:
    if by == "model":
        return [choose_map(choices)] * 2
    if by == "metric":
        found = []
        for part, name, default in zip(parts, _SIDES, _METRICS, strict=True):
            st.caption(name.capitalize())
            found.append((choose_metric(part, default), choose_preprocessing(part)))
        drawn = choose_map(choices, compared=False)
        return [replace(drawn, metric=metric, preprocessing=how) for metric, how in found]
    with st.popover("Vectors: metric and preparation", type="tertiary", icon=":material/tune:"):
        metric, how = choose_metric(choices), choose_preprocessing(choices)
    maps = []
    for part, name, default in zip(parts, _SIDES, _MAPS, strict=True):
        st.caption(name.capitalize())
        drawn = choose_map(part, default, compared=False)
        maps.append(replace(drawn, metric=metric, preprocessing=how))
    return maps


def _apart(by: Differs, models: list[ModelChoice | None], maps: list[MapChoice]) -> list[str]:
    """Return a name for each side; where they would be equal, with its side."""
    if by == "model":
        names = [model.spec.label.split(",")[0] for model in models if model is not None]
    elif by == "metric":
        names = [_way(each) for each in maps]
    else:
        names = [each.label for each in maps]
    if names[0] != names[1]:
        return names
    return [f"{name} ({side})" for name, side in zip(names, _SIDES, strict=True)]


def _way(choice: MapChoice) -> str:
    metric, how = METRIC_LABELS[choice.metric], choice.preprocessing
    return metric if how == RAW else f"{metric} ({ec.PREPROCESSINGS[how].label.lower()})"
