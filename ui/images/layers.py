"""Layer by layer: the same pictures by a network's early, middle and late features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

import embedding_core as ec
from embedding_core.columns import Column
from embedding_core.depth import DepthCurve
from embedding_core.embedding import Embedding
from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from embedding_core.layerwise import LAYER, layers_of
from ui import cached, colouring, jobs
from ui.errors import show_notes, tell
from ui.images.depth import sentence_of, show_depth
from ui.images.layer_neighbors import show_layer_neighbors
from ui.isolation import in_view
from ui.labels import label_columns
from ui.look import Look, choose_look, outlines
from ui.map import Style, draw_map
from ui.media import cells_of, pictures_of
from ui.panels.base import HEIGHT
from ui.plain import count, word
from ui.questions.base import Question
from ui.selection import Selection
from ui.view import View, all_notes, map_badge, projected, trust

_NO_LABEL = "-"
_SIDES = {"curves": "Curves", "nearest": "Nearest"}
_COLOURS, _BUNDLED = "color-histogram", "efficientnet-lite0"
_FEWEST = 4


@dataclass(frozen=True, eq=False)
class Layers:
    """The same items by every layer of a model.

    Attributes
    ----------
    embeddings
        By the layers' names, the first first; of the items in view, prepared as they are.
    labels
        What the layers are called on screen.
    colours
        The same items as colour histograms.
    """

    embeddings: Mapping[str, Embedding]
    labels: Mapping[str, str]
    colours: Embedding


def _ask(view: View) -> None:
    if view.model is None or not layers_of(view.model.spec.name):
        _offer_bundled(view)
        return
    every, colours = _embedded(view)
    view = in_view(view)
    ids = view.embedding.ids
    if len(ids) < _FEWEST:
        show_notes(all_notes(view))
        st.info(
            f"Layers are compared on {_FEWEST} or more pictures and there "
            f"{'is' if len(ids) == 1 else 'are'} {len(ids)}; bring more."
        )
        return
    how = view.map.preprocessing
    shown = {}
    for name, embedding in every.items():
        part = cached.part(embedding, ids)
        shown[name] = part if how == "raw" else cached.preprocessed(part, how)
    _screen(view, Layers(shown, _names(view), cached.part(colours, ids)))


def _offer_bundled(view: View) -> None:
    """Say that the model has no layers to look into, and offer one that has."""
    label = ec.EMBEDDERS[_BUNDLED].label.split(",")[0]
    st.info("This model has no layers to look into; a convolutional network has.")
    clicked = st.button(
        f"Look into {label}",
        type="primary",
        icon=":material/swap_horiz:",
        on_click=view.choices.set,
        args=("model", _BUNDLED),
    )
    if clicked:
        # The model is loaded by the page, not by this part of it.
        st.rerun()


def _embedded(view: View) -> tuple[Mapping[str, Embedding], Embedding]:
    """Return all items by every layer, and as colour histograms; the page ends while they wait."""
    assert view.model is not None
    collection, spec = view.collection, view.model.spec
    settings = {name: value for name, value in view.model.params.items() if name != LAYER}
    key = ("layers", collection.fingerprint, spec.name, tuple(settings.items()))

    def work(job: Job[tuple[Mapping[str, Embedding], Embedding]]):
        layers = ec.embed_layers(
            collection, spec.name, progress=job.progress, cancel=job.cancelled, **settings
        )
        colours = ec.embed(collection, _COLOURS, progress=job.progress, cancel=job.cancelled)
        return layers, colours

    return jobs.finish(key, work, "Layers")


def _names(view: View) -> dict[str, str]:
    """Return what the layers of the model are called on screen."""
    assert view.model is not None
    param = next(param for param in view.model.spec.params if param.name == LAYER)
    return dict(zip(param.choices, param.labels or param.choices, strict=True))


@st.fragment
def _screen(view: View, layers: Layers) -> None:
    """Draw the map of one layer, with what all layers group by beside it."""
    choices, selection = view.choices, Selection(view)
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layer = _choose_layer(view, layers)
        label = _choose_label(view)
        side = choices.select(
            "beside", "Beside the map", list(_SIDES), "curves", labels=_SIDES, segmented=True,
            kind="panel", label_visibility="collapsed",
        )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", key="layer-tools"):
        look = choose_look(view)
    with st.container(key="side-by-side"):
        left, right = st.columns([5, 4], gap="medium")
    with left:
        _map(view, layers, layer, look, selection)
    with right:
        curve = _curve(view, layers, label)
        if side == "nearest":
            show_layer_neighbors(view, layers.embeddings, layers.labels, layer, selection)
        elif curve is not None:
            show_depth(curve, layers.labels, layer, label.name if label else "")
    with sentence:
        if curve is not None:
            st.markdown(f"##### {sentence_of(curve, layers.labels, layer, label)}")
        else:
            n = count(len(view.embedding), "picture")
            st.markdown(f"##### {n} as they are at {word(layers.labels[layer])}")
        # What was left out is the same at every layer; parts of a whole do not know it.
        seen = replace(layers.embeddings[layer], dropped=view.embedding.dropped)
        show_notes(all_notes(replace(view, embedding=seen)))
    choices.publish()


def _choose_layer(view: View, layers: Layers) -> str:
    """Draw the choice of a layer; it begins with the one that the page's vectors are of."""
    names = list(layers.embeddings)
    own = str(view.model.params.get(LAYER, "")) if view.model else ""
    with st.container(width=400):
        return view.choices.select(
            "depth",
            "Layer",
            names,
            own if own in names else names[-1],
            labels=layers.labels,
            slider=True,
            kind="layer",
            help="How deep to look: from the first features, of a few pixels around each place, to "
            "the last ones, of the whole picture. Each is averaged over the picture.",
        )


def _choose_label(view: View) -> Column | None:
    """Draw the choice of the column whose labels neighbours may share."""
    known = {
        name: column
        for name, column in label_columns(view.collection, view.embedding).items()
        if not column.is_numeric and name != _NO_LABEL
    }
    if not known:
        return None
    own = view.data.color if view.data.color in known else next(iter(known))
    chosen = view.choices.select(
        "depth.label",
        "Labels",
        [*known, _NO_LABEL],
        own,
        labels=lambda name: "None" if name == _NO_LABEL else name,
        width=150,
        kind="column of labels",
        help="The chart says how often the nearest picture has the same one.",
    )
    return known.get(chosen)


def _curve(view: View, layers: Layers, label: Column | None) -> DepthCurve | None:
    """Return what the layers group by; None while it is measured, with the progress on screen."""
    metric = view.metric
    prints = tuple(embedding.fingerprint for embedding in layers.embeddings.values())
    told = (view.collection.fingerprint, label.name) if label else ()
    key = ("depth", prints, metric, told)

    def work(job: Job[DepthCurve]) -> DepthCurve:
        return ec.depth_curve(
            layers.embeddings,
            label.labels if label else None,
            {_COLOURS: layers.colours},
            metric=metric,
            progress=job.progress,
            cancel=job.cancelled,
        )

    job = jobs.start(key, work, patience=1.0)
    if jobs.is_stopped(job) or not job.ended:
        jobs.show_progress(job, "What the layers group by")
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


def _map(view: View, layers: Layers, layer: str, look: Look, selection: Selection) -> None:
    """Draw the map of a layer, turned to lie like that of the last one."""
    embedding = layers.embeddings[layer]
    projection, drawing = projected(embedding, view.map)
    last = list(layers.embeddings)[-1]
    if layer != last:
        projection = cached.aligned(projection, projected(layers.embeddings[last], view.map)[0])
    quality, measuring = trust(embedding, projection)
    pictures, shrinking = pictures_of(view.collection)
    colours = colouring.colour_by(look.color, view.collection, projection.ids, quality)
    style = Style(
        selected=selection.positions,
        hulls=outlines(projection.coords, colours) if look.outlined else [],
        axis_titles=projection.axis_titles or None,
        badge=map_badge(quality, len(embedding)),
        by_density=look.by_density,
        pictures=pictures,
        cells=cells_of(view.collection, projection.ids),
        are_marks=look.pictured,
        **colours,
        **colouring.sizes_by(look.size, view.collection, projection.ids, quality),
    )
    name = layers.labels[layer]
    draw_map(
        cached.geometry(projection, view.collection),
        style,
        key=f"{view.choices.page}-layers-map",
        height=HEIGHT,
        link=view.choices.page,
        summary=f"Map of {count(len(embedding), 'picture')} by the layer {name}.",
        file_name=f"layer-{layer}",
        on_select=selection.take,
    )
    if drawing is not None:
        jobs.show_progress(drawing, "Until then PCA", f"{view.map.label} was stopped; this is PCA.")
    elif (waiting := measuring or shrinking) is not None:
        jobs.show_progress(waiting, "Trust" if waiting is measuring else "Pictures")


QUESTION = Question("layers", "Layer by layer", _ask, has_map=True, has_metric=True)
