"""The sidebar's choices beside the data: the model and the projection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

import embedding_core as ec
from embedding_core.corpus import Corpus
from embedding_core.models import EncoderSpec, ModelSpec, TrainerSpec
from embedding_core.params import Param, Params, resolve
from embedding_core.similarity import METRICS
from embedding_core.teaching.glossary import more_on
from embedding_core.weights import Fetchable, Missing, local_mode
from ui import cached
from ui.errors import told
from ui.plain import plain
from ui.state import Choices
from ui.uploads import keep_upload, named_bytes

METRIC_LABELS = {
    "cosine": "Cosine",
    "dot": "Dot product",
    "euclidean": "Euclidean distance",
    "manhattan": "Manhattan distance",
}


@dataclass(frozen=True)
class ModelChoice:
    """A model with its settings, and the text it learns from where it is trained."""

    spec: ModelSpec
    params: Params
    corpus: Corpus | None = None
    corpus_name: str = ""
    seed: int = 0

    @property
    def is_trained(self) -> bool:
        """Whether it learns rather than being loaded."""
        return isinstance(self.spec, TrainerSpec)


@dataclass(frozen=True)
class MapChoice:
    """How the map is drawn."""

    name: str
    params: tuple[tuple[str, int | float | bool | str], ...]
    n_components: int
    metric: str
    seed: int
    preprocessing: str = "raw"

    @property
    def label(self) -> str:
        """What the projector is called on screen."""
        return ec.PROJECTORS[self.name].label


def choose_model(
    choices: Choices, modality: str, unit: str, default: str, columns: Sequence[str] = ()
) -> ModelChoice:
    """Draw the choice of a model for these items, and its settings.

    `columns` are the items' own, for settings that name one.
    """
    specs = {
        name: spec
        for name, spec in ec.EMBEDDERS.items()
        if spec.modality == modality and spec.unit == unit
    }
    labels = {name: _label(spec) for name, spec in specs.items()}
    spec = specs[
        choices.select("model", "Model", list(specs), default, labels=labels, kind="model")
    ]
    learns = isinstance(spec, TrainerSpec) and spec.needs_corpus
    corpus, corpus_name = _choose_corpus(choices) if learns else (None, "")
    params: dict[str, int | float | bool | str] = {}
    for param in spec.params:
        if param.kind == "path":
            params[param.name] = _choose_path(choices, param)
    # Which model it is stands in view; how it is set, behind the button.
    named = [param for param in spec.params if param.kind == "text"]
    params |= choices.params(spec.name, spec.label, named)
    with st.popover("Model: about and settings", type="tertiary", icon=":material/tune:"):
        _about(spec)
        settings = [param for param in spec.params if param.kind != "text"]
        params |= choices.params(spec.name, spec.label, settings, columns=columns)
        seed = _seed(choices, "model.seed") if isinstance(spec, TrainerSpec) else 0
    ordered = {param.name: params[param.name] for param in spec.params if param.name in params}
    return ModelChoice(spec, ordered, corpus, corpus_name, seed)


def choose_map(
    choices: Choices, default: str = "umap", *, drawn: bool = True, compared: bool = True
) -> MapChoice:
    """Draw the choice of a projection; where no map is drawn, only of what near means.

    Not even that where nothing is `compared` by it, as analogies and axes are cosine by definition,
    or where it is chosen elsewhere.
    """
    if not drawn:
        return MapChoice(default, (), 2, choose_metric(choices) if compared else "cosine", 0)
    labels = {name: spec.label for name, spec in ec.PROJECTORS.items()}
    name = choices.select("map", "Map", list(labels), default, labels=labels, kind="projector")
    spec = ec.PROJECTORS[name]
    n_components = choices.select(
        "dims",
        "Dimensions",
        ["2", "3"],
        "2",
        labels={"2": "2D", "3": "3D"},
        segmented=True,
        label_visibility="collapsed",
    )
    with st.popover("Map: about and settings", type="tertiary", icon=":material/tune:"):
        st.markdown(f"**{spec.label}**  \n{plain(spec.about)}")
        st.caption(plain(spec.source) + more_on(spec.label))
        metric = choose_metric(choices) if compared else "cosine"
        preprocessing = choose_preprocessing(choices) if compared else "raw"
        params = choices.params(spec.name, spec.label, spec.params)
        seed = _seed(choices, "seed") if spec.seeded else 0
    return MapChoice(name, tuple(params.items()), int(n_components), metric, seed, preprocessing)


def choose_metric(choices: Choices, default: str = "cosine") -> str:
    """Draw the choice of a metric."""
    return choices.select(
        "metric",
        "What near means",
        list(METRICS),
        default,
        labels=METRIC_LABELS,
        kind="metric",
        help="Used by the map, its trust figures, the neighbours and the heatmap alike.",
    )


def choose_preprocessing(choices: Choices) -> str:
    """Draw the choice of what is done to the vectors before anything is compared."""
    recipes = ec.PREPROCESSINGS
    return choices.select(
        "prep",
        "Vectors",
        list(recipes),
        "raw",
        labels={name: recipe.label for name, recipe in recipes.items()},
        kind="preprocessing",
        help="  \n".join(f"{recipe.label}: {recipe.about}" for recipe in recipes.values()),
    )


def _label(spec: ModelSpec) -> str:
    """Return a model's name; what is not here says so, with how large it is."""
    if any(param.kind in ("path", "text") for param in spec.params):
        # Only what the person names can be here or not.
        return spec.label
    usual = resolve(spec.name, spec.params, {})
    if not isinstance(spec.availability(usual), Missing | Fetchable):
        return spec.label
    return f"{spec.label} · not on this machine{f', {spec.size}' if spec.size else ''}"


def _about(spec: ModelSpec) -> None:
    st.markdown(f"**{plain(spec.label)}**  \n{plain(spec.about)}")
    facts = [spec.source, f"Licence: {spec.licence}", f"Size: {spec.size}" if spec.size else ""]
    st.caption("  \n".join(plain(fact) for fact in facts if fact))
    if isinstance(spec, EncoderSpec) and spec.size:
        st.caption("Runs on this machine; nothing is sent anywhere.")


def _seed(choices: Choices, name: str) -> int:
    param = Param(
        "seed", "Seed", "number", 0, "Chance starts here: the same seed, the same result.",
        minimum=0, maximum=2**31 - 1, step=1,
    )  # fmt: skip
    return int(choices.number(name, param))


def _choose_corpus(choices: Choices) -> tuple[Corpus | None, str]:
    """Draw the choice of a text to learn from; return it, and what code calls it."""
    labels = {name: sample.title for name, sample in ec.CORPORA.items()}
    own = {"paste": "Paste text", "upload": "Upload a text file"}
    name = choices.select(
        "corpus",
        "Learns from",
        [*labels, *own],
        next(iter(labels)),
        labels={**labels, **own},
        kind="text",
    )
    if name in labels:
        return cached.corpus(name), name
    text, title = "", "your text"
    if name == "paste":
        text = choices.text(
            "text", "Text", area=True, height=160, help="One sentence a line is best."
        )
    else:
        kept = choices.upload("corpus-file", "Text file", named_bytes, type=["txt", "md"])
        if kept is not None:
            from embedding_core.modalities.tables import decode_text

            title = kept[0]
            with told():
                text, _ = decode_text(kept[1], title)
    if not text.strip():
        return None, title
    with told():
        return Corpus(text, title), title


def _choose_path(choices: Choices, param: Param) -> str:
    """Draw the choice of a weights file: an upload, or where the app is one's own, a path."""
    path = choices.upload(f"path.{param.name}", param.label, keep_upload, help=param.help) or ""
    if not local_mode():
        return path
    typed = choices.text(
        f"typed.{param.name}",
        "or its path on this machine",
        in_link=False,
        help="Up to 4 GB; nothing is copied.",
    )
    return typed.strip() or path
